//! The selling organisation and its settings.

use serde::{Deserialize, Serialize};

use crate::approvals::ApprovalPolicy;
use crate::money::{Currency, Exact};
use crate::pricing::{StackingPolicy, TermRow};
use crate::sla::SlaTerms;
use crate::time::Timestamp;

/// Settings of an organisation that rules read. Invariant: everything a rule needs stands here or on the row, never in code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgSettings {
    /// Days a sent quote stays open (APR 4); 30 by default.
    pub validity_days: u32,
    /// Stacking of discounts for new quotes (WFL 3).
    pub policy: StackingPolicy,
    /// Term discounts (WFL 4).
    pub term_table: Vec<TermRow>,
    /// Terms on offer, months.
    pub term_choices: Vec<u32>,
    /// Whether the account's active sites count for the volume tier (VOL 2).
    pub count_basis: CountBasis,
    /// Approval levels (APR 1).
    pub approval: ApprovalPolicy,
    /// Margin floor in percent; below it an approval is needed.
    pub margin_floor_pct: Option<Exact>,
    /// Contract value above which an approval is needed, by currency, plain decimal.
    pub tcv_limits: std::collections::BTreeMap<String, String>,
    /// How amounts are printed.
    pub number_style: NumberStyle,
    /// State code of the issuing registration (India: `MH`); empty elsewhere.
    pub supplier_state: String,
    /// Most sites on an order of a customer in the segment `sme` (feature 0-05); no limit when absent.
    #[serde(default)]
    pub sme_site_limit: Option<u32>,
    /// Service levels on offer in proposals.
    #[serde(default)]
    pub sla_templates: Vec<SlaTemplate>,
    /// Where laptops take map tiles from when they are online; the bundled map without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_tiles: Option<MapTiles>,
    /// Printed on documents.
    pub branding: Branding,
    /// Default currency.
    pub currency: Currency,
}

/// A service level agreement on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaTemplate {
    /// Name, e.g. `Business 99.5 %`.
    pub name: String,
    /// Currency of its amounts.
    pub currency: Currency,
    /// Terms.
    pub terms: SlaTerms,
}

/// Whether active sites count (VOL 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountBasis {
    /// Only the sites on the quote: the literal requirement.
    QuoteOnly,
    /// The account's active sites as well.
    QuotePlusActive,
}

/// How amounts in ZAR are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberStyle {
    /// `R41,650.00`
    Comma,
    /// `R 41 650,00`
    Space,
}

/// A server of raster map tiles in the usual scheme (Web Mercator, 256 pixels).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapTiles {
    /// `https://tiles.example/{z}/{x}/{y}.png`
    pub url: String,
    /// Whose map it is, as its licence asks to be shown.
    pub attribution: String,
    /// Deepest zoom it has, 1 to 22.
    pub max_zoom: u8,
}

/// Arguments of `organisation.map_tiles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditMapTiles {
    /// What the laptop saw.
    pub base: Option<MapTiles>,
    /// What it shall be; none: the bundled map.
    pub mine: Option<MapTiles>,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

impl MapTiles {
    /// The name of the first field that makes no sense.
    pub fn check(&self) -> Result<(), &'static str> {
        let once = |part: &str| self.url.matches(part).count() == 1;
        let sound =
            self.url.starts_with("https://") && self.url.len() <= 500 && !self.url.contains(char::is_whitespace);
        if !(sound && once("{z}") && once("{x}") && once("{y}")) {
            return Err("url");
        }
        if self.attribution.trim().is_empty() || self.attribution.chars().count() > 200 {
            return Err("attribution");
        }
        if (1..=22).contains(&self.max_zoom) { Ok(()) } else { Err("max_zoom") }
    }

    /// Where one tile is.
    pub fn address(&self, z: u8, x: u32, y: u32) -> String {
        let [z, x, y] = [z.to_string(), x.to_string(), y.to_string()];
        self.url.replace("{z}", &z).replace("{x}", &x).replace("{y}", &y)
    }
}

/// What documents carry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Branding {
    /// Legal name.
    pub legal_name: String,
    /// Address lines.
    pub address: Vec<String>,
    /// VAT number or GSTIN.
    pub tax_number: String,
    /// Registration number.
    pub registration_number: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Accent colour `#0B6E69`.
    pub accent: String,
    /// Terms printed under a quote, a paragraph each.
    pub quote_terms: Vec<String>,
    /// Logo, a PNG of at most [`MAX_LOGO_BYTES`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_png_base64: Option<String>,
}

/// Largest logo: it travels with the organisation's settings, which every quote reads.
pub const MAX_LOGO_BYTES: usize = 64 * 1024;

/// Arguments of `organisation.brand`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditBranding {
    /// What the laptop saw.
    pub base: Branding,
    /// What it shall be.
    pub mine: Branding,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

impl Branding {
    /// The name of the first field that makes no sense.
    pub fn check(&self) -> Result<(), &'static str> {
        let long = |text: &str, most: usize| text.chars().count() > most;
        if self.legal_name.is_empty() || long(&self.legal_name, 200) {
            return Err("legal_name");
        }
        if self.address.len() > 6 || self.address.iter().any(|line| long(line, 200)) {
            return Err("address");
        }
        let lines = [
            ("tax_number", &self.tax_number),
            ("registration_number", &self.registration_number),
            ("phone", &self.phone),
            ("email", &self.email),
        ];
        if let Some((field, _)) = lines.into_iter().find(|(_, text)| long(text, 200)) {
            return Err(field);
        }
        let hex = |text: &str| text.len() == 6 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !self.accent.strip_prefix('#').is_some_and(hex) {
            return Err("accent");
        }
        if self.quote_terms.len() > 30 || self.quote_terms.iter().any(|term| long(term, 2_000)) {
            return Err("quote_terms");
        }
        // Four characters of base64 for three bytes.
        if self.logo_png_base64.as_ref().is_some_and(|logo| logo.len() > MAX_LOGO_BYTES / 3 * 4 + 8) {
            return Err("logo");
        }
        Ok(())
    }
}
