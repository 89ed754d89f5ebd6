//! Drawing on a page in millimetres from the top left: text by width, lines, boxes.

use printpdf::{
    Color, FontId, Line, LinePoint, Mm, Op, ParsedFont, PdfDocument, PdfFontHandle, Point, Pt, Rgb, TextItem,
};

const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.ttf");
/// Page height, mm.
pub(super) const HEIGHT: f32 = 297.0;
/// Millimetres of a point.
const MM_PER_PT: f32 = 0.352_778;

/// Weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

struct Face {
    id: FontId,
    font: ParsedFont,
    units_per_em: f32,
}

/// The two faces used.
pub(super) struct Fonts {
    regular: Face,
    semi_bold: Face,
}

impl Fonts {
    pub fn load(pdf: &mut PdfDocument) -> Option<Self> {
        let mut face = |bytes: &[u8]| {
            let font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
            let units_per_em = f32::from(font.units_per_em);
            Some(Face { id: pdf.add_font(&font), font, units_per_em })
        };
        Some(Self { regular: face(REGULAR)?, semi_bold: face(SEMI_BOLD)? })
    }

    fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }

    /// What the font can print; everything else becomes a visible stand-in.
    pub fn printable(&self, text: &str) -> String {
        text.chars()
            .map(|c| match c {
                '\u{a0}' | '\t' | '\n' => ' ',
                c if self.regular.font.lookup_glyph_index(u32::from(c)).is_some_and(|gid| gid != 0) => c,
                _ => '?',
            })
            .collect()
    }

    /// Width of a text in mm at a size in points.
    pub fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        let face = self.face(weight);
        let units: f32 = text
            .chars()
            .filter_map(|c| face.font.lookup_glyph_index(u32::from(c)))
            .map(|gid| f32::from(face.font.get_glyph_width(gid).unwrap_or(0)))
            .sum();
        units / face.units_per_em * size * MM_PER_PT
    }

    /// Breaks a text into lines of at most `width` mm; a word too long for a line is cut.
    pub fn wrap(&self, text: &str, width: f32, size: f32, weight: Weight) -> Vec<String> {
        let text = self.printable(text);
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            for piece in self.pieces(word, width, size, weight) {
                let candidate = if line.is_empty() { piece.clone() } else { format!("{line} {piece}") };
                if self.width(&candidate, size, weight) <= width {
                    line = candidate;
                } else {
                    if !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                    }
                    line = piece;
                }
            }
        }
        if !line.is_empty() || lines.is_empty() {
            lines.push(line);
        }
        lines
    }

    fn pieces(&self, word: &str, width: f32, size: f32, weight: Weight) -> Vec<String> {
        if self.width(word, size, weight) <= width {
            return vec![word.to_owned()];
        }
        let mut pieces = Vec::new();
        let mut piece = String::new();
        for c in word.chars() {
            piece.push(c);
            if self.width(&piece, size, weight) > width && piece.chars().count() > 1 {
                piece.pop();
                pieces.push(std::mem::take(&mut piece));
                piece.push(c);
            }
        }
        pieces.push(piece);
        pieces
    }
}

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
        self.ops.extend([
            Op::StartTextSection,
            Op::SetTextCursor { pos: Point { x: Mm(x).into(), y: Mm(HEIGHT - y).into() } },
            Op::SetFillColor { col: style.ink.colour() },
            Op::SetFont { font: PdfFontHandle::External(fonts.face(style.weight).id.clone()), size: Pt(style.size) },
            Op::ShowText { items: vec![TextItem::Text(text)] },
            Op::EndTextSection,
        ]);
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
