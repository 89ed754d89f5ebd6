//! Inter, embedded: measuring with the whole face, printing with the subset used. Invariant: a character without a glyph
//! is measured and printed as the replacement glyph, so text never overlaps.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use allsorts::binary::read::ReadScope;
use allsorts::font_data::FontData;
use allsorts::subset::{CmapTarget, SubsetProfile, subset};
use printpdf::ParsedFont;

use super::RenderError;

const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.ttf");

/// Weight of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// A face for measuring.
pub(super) struct Face {
    bytes: &'static [u8],
    name: &'static str,
    font: ParsedFont,
    /// Advance of the widest digit, font units.
    digit: u16,
}

/// Both faces, parsed once.
pub(super) struct Faces {
    regular: Face,
    semibold: Face,
}

impl Faces {
    pub(super) fn get() -> Result<&'static Self, RenderError> {
        static FACES: OnceLock<Option<Faces>> = OnceLock::new();
        let parsed = FACES.get_or_init(|| {
            Some(Faces {
                regular: Face::parse(REGULAR, "Inter-Regular")?,
                semibold: Face::parse(SEMIBOLD, "Inter-SemiBold")?,
            })
        });
        parsed.as_ref().ok_or(RenderError::Font { detail: "the embedded face cannot be read".to_owned() })
    }

    pub(super) fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semibold,
        }
    }
}

impl Face {
    fn parse(bytes: &'static [u8], name: &'static str) -> Option<Self> {
        let font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
        let advance = |c: char| font.lookup_glyph_index(u32::from(c)).and_then(|gid| font.get_glyph_width(gid));
        let digit = ('0'..='9').filter_map(advance).max()?;
        Some(Self { bytes, name, font, digit })
    }

    /// The character printed for `c`: itself, or a stand-in the face has.
    pub(super) fn printable(&self, c: char) -> char {
        let has = |c: char| self.font.lookup_glyph_index(u32::from(c)).is_some_and(|gid| gid != 0);
        [c, '\u{FFFD}'].into_iter().find(|c| has(*c)).unwrap_or('?')
    }

    /// Advance in thousandths of the type size.
    pub(super) fn advance(&self, c: char) -> f32 {
        let glyph = self.font.lookup_glyph_index(u32::from(c)).unwrap_or(0);
        self.per_mille(self.font.get_glyph_width(glyph).unwrap_or(0))
    }

    /// Advance of a digit in a column of figures, thousandths of the type size.
    pub(super) fn figure_advance(&self) -> f32 {
        self.per_mille(self.digit)
    }

    fn per_mille(&self, units: u16) -> f32 {
        f32::from(units) * 1000.0 / f32::from(self.font.units_per_em.max(1))
    }

    /// The face reduced to `used`, for embedding.
    pub(super) fn subset(&self, used: &BTreeSet<char>) -> Result<ParsedFont, RenderError> {
        let broken = |detail: String| RenderError::Font { detail };
        let glyphs: BTreeSet<u16> = used.iter().filter_map(|c| self.font.lookup_glyph_index(u32::from(*c))).collect();
        // Glyph 0, the mark for a missing glyph, has to come first.
        let ids: Vec<u16> = std::iter::once(0).chain(glyphs.into_iter().filter(|gid| *gid != 0)).collect();
        let data = ReadScope::new(self.bytes).read::<FontData<'_>>().map_err(|e| broken(e.to_string()))?;
        let provider = data.table_provider(0).map_err(|e| broken(e.to_string()))?;
        let bytes = subset(&provider, &ids, &SubsetProfile::Pdf, CmapTarget::Unicode)
            .map_err(|e| broken(e.to_string()))?;
        let mut font = ParsedFont::from_bytes(&bytes, 0, &mut Vec::new())
            .ok_or_else(|| broken("the subset cannot be read".to_owned()))?;
        font.font_name = Some(format!("SATCHL+{}", self.name));
        Ok(font)
    }
}
