//! The faces documents are set in: Inter for Latin, Noto Sans Devanagari, shaped, for what Inter has not. Invariant: a text is
//! as wide as it is drawn; no letter that a face has prints as a box.

use std::cell::OnceCell;

use harfrust::{Buffer, Font, ShapeOptions, ShaperFont, shape};
use printpdf::{FontId, ParsedFont, PdfDocument, PdfFont};

const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.ttf");
const DEVANAGARI: &[u8] = include_bytes!("../../fonts/NotoSansDevanagari-Regular.ttf");
const DEVANAGARI_SEMI_BOLD: &[u8] = include_bytes!("../../fonts/NotoSansDevanagari-SemiBold.ttf");
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
    bytes: &'static [u8],
    units_per_em: f32,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
        let units_per_em = f32::from(font.units_per_em);
        Some(Self { id: FontId::new(), font, bytes, units_per_em })
    }

    fn has(&self, c: char) -> bool {
        self.font.lookup_glyph_index(u32::from(c)).is_some_and(|gid| gid != 0)
    }

    fn width(&self, text: &str) -> f32 {
        let units: f32 = text
            .chars()
            .filter_map(|c| self.font.lookup_glyph_index(u32::from(c)))
            .map(|gid| f32::from(self.font.get_glyph_width(gid).unwrap_or(0)))
            .sum();
        units / self.units_per_em
    }

    fn shape(&self, text: &str) -> Option<Shaped> {
        let font = Font::new(self.bytes, 0)?;
        let mut output = Buffer::new();
        output.push_str(text);
        output.guess_segment_properties();
        shape(&ShaperFont::new(&font), &mut output, ShapeOptions::new()).ok()?;
        let em = |units: i32| units as f32 / self.units_per_em;
        let (infos, positions) = (output.glyph_infos(), output.glyph_positions());
        let mut ends: Vec<usize> = infos.iter().map(|info| info.cluster as usize).chain([text.len()]).collect();
        ends.sort_unstable();
        ends.dedup();
        let (mut pen, mut glyphs, mut last) = (0.0, Vec::with_capacity(infos.len()), None);
        for (info, position) in infos.iter().zip(positions) {
            let start = info.cluster as usize;
            let end = ends.iter().copied().find(|end| *end > start).unwrap_or(text.len());
            // The first glyph of a cluster stands for its letters when the text is copied out of the document.
            let letters = if last == Some(start) { "" } else { text.get(start..end).unwrap_or_default() };
            last = Some(start);
            glyphs.push(Glyph {
                gid: u16::try_from(info.glyph_id).unwrap_or(0),
                x: pen + em(position.x_offset),
                y: em(position.y_offset),
                letters: letters.to_owned(),
            });
            pen += em(position.x_advance);
        }
        Some(Shaped { glyphs, width: pen })
    }
}

/// A glyph with its place from the beginning of its run, em.
pub(super) struct Glyph {
    pub gid: u16,
    pub x: f32,
    pub y: f32,
    pub letters: String,
}

struct Shaped {
    glyphs: Vec<Glyph>,
    width: f32,
}

/// A piece of a text in one face.
pub(super) enum Run<'a> {
    /// Letter by letter.
    Plain { font: &'a FontId, text: String },
    /// Glyph by glyph.
    Shaped { font: &'a FontId, glyphs: Vec<Glyph> },
}

/// Every face, the Devanagari ones read when they are first needed.
pub(super) struct Fonts {
    regular: Face,
    semi_bold: Face,
    devanagari: OnceCell<Option<[Face; 2]>>,
}

fn is_devanagari(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{97f}' | '\u{1cd0}'..='\u{1cff}' | '\u{a8e0}'..='\u{a8ff}' | '\u{200c}' | '\u{200d}')
}

impl Fonts {
    pub fn load() -> Option<Self> {
        Some(Self { regular: Face::read(REGULAR)?, semi_bold: Face::read(SEMI_BOLD)?, devanagari: OnceCell::new() })
    }

    /// Puts the faces that were used into the document.
    pub fn install(&self, pdf: &mut PdfDocument) {
        let more = self.devanagari.get().and_then(Option::as_ref).into_iter().flatten();
        for face in [&self.regular, &self.semi_bold].into_iter().chain(more) {
            pdf.resources.fonts.map.insert(face.id.clone(), PdfFont::new(face.font.clone()));
        }
    }

    fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }

    fn devanagari(&self, weight: Weight) -> Option<&Face> {
        let read = || Some([Face::read(DEVANAGARI)?, Face::read(DEVANAGARI_SEMI_BOLD)?]);
        let [regular, semi_bold] = self.devanagari.get_or_init(read).as_ref()?;
        Some(match weight {
            Weight::Regular => regular,
            Weight::SemiBold => semi_bold,
        })
    }

    /// What the faces can print; everything else becomes a visible stand-in.
    pub fn printable(&self, text: &str) -> String {
        text.chars()
            .map(|c| match c {
                '\u{a0}' | '\t' | '\n' => ' ',
                c if self.regular.has(c) => c,
                c if is_devanagari(c) && self.devanagari(Weight::Regular).is_some_and(|face| face.has(c)) => c,
                _ => '?',
            })
            .collect()
    }

    /// The text in pieces of one face each, with where each begins in mm from the left.
    pub fn runs(&self, text: &str, size: f32, weight: Weight) -> Vec<(f32, Run<'_>)> {
        let mut runs = Vec::new();
        let (mut x, scale) = (0.0, size * MM_PER_PT);
        for (text, devanagari) in pieces(text) {
            let shaped = if devanagari {
                self.devanagari(weight).and_then(|face| Some((face, face.shape(text)?)))
            } else {
                None
            };
            match shaped {
                Some((face, shaped)) => {
                    runs.push((x, Run::Shaped { font: &face.id, glyphs: shaped.glyphs }));
                    x += shaped.width * scale;
                }
                None => {
                    let face = self.face(weight);
                    runs.push((x, Run::Plain { font: &face.id, text: text.to_owned() }));
                    x += face.width(text) * scale;
                }
            }
        }
        runs
    }

    /// Width of a text in mm at a size in points.
    pub fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        let em: f32 = pieces(text)
            .map(|(text, devanagari)| {
                let shaped = if devanagari { self.devanagari(weight).and_then(|face| face.shape(text)) } else { None };
                shaped.map_or_else(|| self.face(weight).width(text), |shaped| shaped.width)
            })
            .sum();
        em * size * MM_PER_PT
    }

    /// Breaks a text into lines of at most `width` mm; a word too long for a line is cut.
    pub fn wrap(&self, text: &str, width: f32, size: f32, weight: Weight) -> Vec<String> {
        let text = self.printable(text);
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            for piece in self.cut(word, width, size, weight) {
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

    fn cut(&self, word: &str, width: f32, size: f32, weight: Weight) -> Vec<String> {
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

/// The text cut where its script changes; spaces stay with what is before them.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let devanagari = is_devanagari(rest.chars().next()?);
        let belongs = |c: char| is_devanagari(c) == devanagari || (devanagari && c == ' ');
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some((piece, devanagari))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_cut_where_they_change() {
        let cut: Vec<_> = pieces("Site नमस्ते दुनिया 7").collect();
        assert_eq!(cut, [("Site ", false), ("नमस्ते दुनिया ", true), ("7", false)]);
    }

    #[test]
    fn devanagari_is_shaped_and_not_boxed() {
        let fonts = Fonts::load().expect("the fonts are bundled");
        assert_eq!(fonts.printable("मुंबई शाखा"), "मुंबई शाखा");
        let runs = fonts.runs("क्षि", 10.0, Weight::Regular);
        let [(_, Run::Shaped { glyphs, .. })] = runs.as_slice() else { panic!("one shaped run") };
        // Four letters become a sign before a ligature: fewer glyphs, the vowel sign first, none of them missing.
        assert!(glyphs.len() < 4 && glyphs.iter().all(|glyph| glyph.gid != 0));
        assert_eq!(glyphs.iter().map(|glyph| glyph.letters.as_str()).collect::<String>(), "क्षि");
        assert!(fonts.width("क्षि", 10.0, Weight::Regular) > 0.0);
    }
}
