//! What a quote PDF shows. Invariant: every amount, rate and date is already formatted text for the customer; nothing
//! internal (cost, margin, remarks) has a place here.

/// A colour, eight bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Who sends the quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branding {
    /// Organisation name.
    pub organisation: String,
    /// Address and contact lines.
    pub address: Vec<String>,
    /// Tax and company registrations, for example `VAT no. 4000000000`.
    pub registrations: Vec<String>,
    /// The one accent colour.
    pub accent: Rgb,
    /// Logo as PNG; shown beside the name.
    pub logo_png: Option<Vec<u8>>,
}

/// A line of the offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuoteLine {
    /// Package or charge.
    pub item: String,
    /// Quantity.
    pub quantity: String,
    /// List price of one.
    pub list: String,
    /// All discounts together, per cent.
    pub discount: String,
    /// Net price of one.
    pub net_unit: String,
    /// Net price of all.
    pub net_total: String,
}

/// The lines of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteLines {
    /// Site name, any length.
    pub site: String,
    /// Town shown below the name; may be empty.
    pub city: String,
    /// Its lines.
    pub lines: Vec<QuoteLine>,
}

/// Charges of one kind: recurring, once-off, usage estimate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChargeSection {
    /// Heading.
    pub title: String,
    /// Lines by site.
    pub sites: Vec<SiteLines>,
    /// Label of the sum.
    pub subtotal_label: String,
    /// The sum.
    pub subtotal: String,
}

/// A discount that the customer receives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiscountRow {
    /// For example `Volume discount, 52 sites`.
    pub label: String,
    /// Rate, per cent.
    pub rate: String,
    /// Amount a month.
    pub amount: String,
}

/// Tax of one rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxRow {
    /// For example `VAT 15 %` or `IGST 18 %`.
    pub label: String,
    /// Amount taxed.
    pub base: String,
    /// Tax on it.
    pub tax: String,
}

/// A row of the totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TotalRow {
    /// Label.
    pub label: String,
    /// Amount.
    pub amount: String,
    /// Set larger, for what the customer pays.
    pub strong: bool,
}

/// Who signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signatory {
    /// For example `Accepted for the customer`.
    pub role: String,
    /// Party signed for.
    pub party: String,
}

/// Fixed words, so that a quote can be printed in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// Kind of document.
    pub quotation: String,
    /// Above the customer.
    pub prepared_for: String,
    /// Before the quote number.
    pub number: String,
    /// Before the version.
    pub version: String,
    /// Before the date of issue.
    pub created: String,
    /// Before the last day of validity.
    pub valid_until: String,
    /// Before the contract term.
    pub term: String,
    /// Before the payment terms.
    pub payment_terms: String,
    /// Column heads: site, item, quantity, list, discount, net unit, net total.
    pub columns: [String; 7],
    /// After a site's name when its lines run over the page.
    pub continued: String,
    /// Heading of the discounts.
    pub discounts: String,
    /// Before the sum of the discounts.
    pub you_save: String,
    /// Heading of the tax table, then its columns base and tax.
    pub tax: [String; 3],
    /// Heading of the totals.
    pub totals: String,
    /// Heading of the terms.
    pub terms: String,
    /// Heading of the signatures.
    pub acceptance: String,
    /// Lines to fill in: name, position, signature, date.
    pub signature_lines: [String; 4],
    /// Page number; `{page}` and `{pages}` are replaced.
    pub page: String,
}

impl Default for Labels {
    fn default() -> Self {
        let text = |words: &str| words.to_owned();
        Self {
            quotation: text("Quotation"),
            prepared_for: text("Prepared for"),
            number: text("Quote number"),
            version: text("Version"),
            created: text("Issued"),
            valid_until: text("Valid until"),
            term: text("Contract term"),
            payment_terms: text("Payment terms"),
            columns: ["Site", "Item", "Qty", "List", "Disc.", "Net unit", "Net total"].map(str::to_owned),
            continued: text("continued"),
            discounts: text("Your discounts"),
            you_save: text("You save each month"),
            tax: ["Tax", "Taxable amount", "Tax amount"].map(str::to_owned),
            totals: text("Totals"),
            terms: text("Terms"),
            acceptance: text("Acceptance"),
            signature_lines: ["Name", "Position", "Signature", "Date"].map(str::to_owned),
            page: text("Page {page} of {pages}"),
        }
    }
}

/// A quote, ready to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteDocument {
    /// Who sends it.
    pub branding: Branding,
    /// Quote number, for example `QTE-20251121-0A00`.
    pub number: String,
    /// Version.
    pub version: String,
    /// `Draft` or `Subject to approval`, across every page; `None` for a quote that binds.
    pub watermark: Option<String>,
    /// Title.
    pub title: String,
    /// Date of issue.
    pub created: String,
    /// Last day it may be accepted.
    pub valid_until: String,
    /// Contract term.
    pub term: String,
    /// Payment terms.
    pub payment_terms: String,
    /// Customer's name.
    pub customer: String,
    /// Customer's address, contact and registrations.
    pub customer_lines: Vec<String>,
    /// Up to four figures for the first page: label and amount.
    pub key_figures: Vec<(String, String)>,
    /// Charges, by kind.
    pub sections: Vec<ChargeSection>,
    /// Discounts given; empty leaves the box out.
    pub discounts: Vec<DiscountRow>,
    /// Sum of the discounts.
    pub discount_total: String,
    /// Tax by rate.
    pub taxes: Vec<TaxRow>,
    /// Totals, in order.
    pub totals: Vec<TotalRow>,
    /// Terms, a paragraph each.
    pub terms: Vec<String>,
    /// Who signs; at most two are set side by side.
    pub signatories: Vec<Signatory>,
    /// Fixed words.
    pub labels: Labels,
}
