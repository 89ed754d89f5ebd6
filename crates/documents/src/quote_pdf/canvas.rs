//! Drawing on a page in millimetres from the top left: text by width, lines, boxes.

use printpdf::{
    Codepoint, Color, FontId, Line, LinePoint, Mm, Op, PdfFontHandle, Point, Pt, Rgb, TextItem, TextMatrix,
};

use super::fonts::{Fonts, Run, Weight};

/// Page height, mm.
pub(super) const HEIGHT: f32 = 297.0;
/// Millimetres of a point.
const MM_PER_PT: f32 = 0.352_778;

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink(pub f32, pub f32, pub f32);

/// Near black.
pub(super) const INK: Ink = Ink(0.106, 0.110, 0.118);
/// Secondary text.
pub(super) const INK_2: Ink = Ink(0.333, 0.341, 0.361);
/// Hairlines.
pub(super) const HAIRLINE: Ink = Ink(0.812, 0.796, 0.761);
/// The watermark.
pub(super) const FAINT: Ink = Ink(0.925, 0.918, 0.898);

impl Ink {
    /// `#0B6E69`; anything else is the house accent.
    pub fn parse(text: &str) -> Self {
        let channel = |at: usize| text.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (text.starts_with('#'), channel(1), channel(3), channel(5)) {
            (true, Some(r), Some(g), Some(b)) => Self(f32::from(r) / 255.0, f32::from(g) / 255.0, f32::from(b) / 255.0),
            _ => Self(0.043, 0.431, 0.412),
        }
    }

    fn colour(self) -> Color {
        Color::Rgb(Rgb { r: self.0, g: self.1, b: self.2, icc_profile: None })
    }
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub size: f32,
    pub weight: Weight,
    pub ink: Ink,
}

/// One page being drawn.
#[derive(Default)]
pub(super) struct Canvas {
    pub ops: Vec<Op>,
}

impl Canvas {
    /// A text with its baseline at `y` mm from the top.
    pub fn text(&mut self, fonts: &Fonts, x: f32, y: f32, text: &str, style: Style) {
        let text = fonts.printable(text);
        if text.trim().is_empty() {
            return;
        }
        for (offset, run) in fonts.runs(&text, style.size, style.weight) {
            self.ops.push(Op::StartTextSection);
            let at = |font: &FontId| {
                [
                    Op::SetFillColor { col: style.ink.colour() },
                    Op::SetFont { font: PdfFontHandle::External(font.clone()), size: Pt(style.size) },
                ]
            };
            match run {
                Run::Plain { font, text } => {
                    let pos = Point { x: Mm(x + offset).into(), y: Mm(HEIGHT - y).into() };
                    self.ops.push(Op::SetTextCursor { pos });
                    self.ops.extend(at(font));
                    self.ops.push(Op::ShowText { items: vec![TextItem::Text(text)] });
                }
                Run::Shaped { font, glyphs } => {
                    self.ops.extend(at(font));
                    let em = style.size * MM_PER_PT;
                    for glyph in glyphs {
                        let place = (Mm(x + offset + glyph.x * em).into(), Mm(HEIGHT - y + glyph.y * em).into());
                        self.ops.push(Op::SetTextMatrix { matrix: TextMatrix::Translate(place.0, place.1) });
                        let cid = (!glyph.letters.is_empty()).then_some(glyph.letters);
                        let glyph = Codepoint { gid: glyph.gid, offset: 0.0, cid };
                        self.ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(vec![glyph])] });
                    }
                }
            }
            self.ops.push(Op::EndTextSection);
        }
    }

    /// A text that ends at `right`.
    pub fn right(&mut self, fonts: &Fonts, right: f32, y: f32, text: &str, style: Style) {
        let printed = fonts.printable(text);
        self.text(fonts, right - fonts.width(&printed, style.size, style.weight), y, text, style);
    }

    /// A drawn line through points in mm from the top left.
    pub fn stroke(&mut self, points: impl Iterator<Item = (f32, f32)>, thickness: f32, ink: Ink) {
        let points = points
            .map(|(x, y)| LinePoint { p: Point { x: Mm(x).into(), y: Mm(HEIGHT - y).into() }, bezier: false })
            .collect();
        self.ops.extend([
            Op::SetOutlineColor { col: ink.colour() },
            Op::SetOutlineThickness { pt: Pt(thickness) },
            Op::DrawLine { line: Line { points, is_closed: false } },
        ]);
    }

    /// A horizontal line.
    pub fn rule(&mut self, from: f32, to: f32, y: f32, thickness: f32, ink: Ink) {
        let point = |x: f32| LinePoint { p: Point { x: Mm(x).into(), y: Mm(HEIGHT - y).into() }, bezier: false };
        self.ops.extend([
            Op::SetOutlineColor { col: ink.colour() },
            Op::SetOutlineThickness { pt: Pt(thickness) },
            Op::DrawLine { line: Line { points: vec![point(from), point(to)], is_closed: false } },
        ]);
    }
}
