//! A quote on A4. Invariant: every amount arrives formatted from the engine, so paper and screen agree to the letter; the
//! same input is drawn the same way (the library adds random font and file identifiers).

mod canvas;
mod fonts;
mod logo;
mod pages;
mod proposal;

use printpdf::{PdfDocument, PdfSaveOptions};

use fonts::Fonts;
pub use logo::is_printable_logo;

/// Everything that is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuoteDocument {
    /// Legal name of the seller.
    pub organisation: String,
    /// Its address, registration, phone.
    pub organisation_lines: Vec<String>,
    /// `#0B6E69`
    pub accent: String,
    /// What the document is; empty: a quote.
    pub heading: String,
    /// Label and value of what an order needs besides; empty on a quote.
    pub details: Vec<Total>,
    /// Logo, PNG; empty = none.
    pub logo: Vec<u8>,
    /// `QTE-...`
    pub number: String,
    /// Version.
    pub version: u32,
    /// `Draft`, `Subject to approval`.
    pub watermark: Option<String>,
    /// Title.
    pub title: String,
    /// Customer's name.
    pub customer: String,
    /// Its registration, tax number, place.
    pub customer_lines: Vec<String>,
    /// Label and value: date, valid until, term, payment, currency.
    pub facts: Vec<(String, String)>,
    /// Lines grouped by site.
    pub blocks: Vec<SiteBlock>,
    /// Monthly totals, the net and the tax last.
    pub monthly: Vec<Total>,
    /// Contract totals, the contract value among them.
    pub contract: Vec<Total>,
    /// Label, base, tax of the monthly amount.
    pub monthly_tax: Vec<(String, String, String)>,
    /// Label, base, tax of the one-off amount.
    pub once_tax: Vec<(String, String, String)>,
    /// The customer is a private person: unit and line amounts are with tax, and so is what stands out.
    pub with_tax: bool,
    /// Monthly net with symbol.
    pub hero: String,
    /// Monthly with tax, with symbol.
    pub hero_with_tax: String,
    /// The discount in a sentence.
    pub discount_note: Option<String>,
    /// The customer's signature, once given.
    pub evidence: Option<Evidence>,
    /// Figures of the ROI; empty without one.
    pub roi: Vec<Total>,
    /// Every input of the ROI.
    pub roi_inputs: Vec<Total>,
    /// Paragraphs.
    pub terms: Vec<String>,
}

/// A proposal: the quote with everything around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProposalDocument {
    /// What is priced, and who for.
    pub quote: QuoteDocument,
    /// What the customer needs, by paragraph.
    pub requirements: Vec<String>,
    /// What is offered, by paragraph.
    pub solution: Vec<String>,
    /// Other providers beside this proposal, per site; empty when it is not shown.
    pub comparison: Vec<Compared>,
    /// Its sums.
    pub comparison_sums: Vec<Total>,
    /// Steps of the implementation.
    pub plan: Vec<PlanStep>,
    /// What the plan rests on.
    pub plan_note: Option<String>,
    /// What is made for this customer.
    pub features: Vec<Feature>,
    /// What the service level agreement guarantees, a sentence each.
    pub service_levels: Vec<String>,
    /// Title and text.
    pub clauses: Vec<(String, String)>,
}

/// A site at another provider and here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Site.
    pub site: String,
    /// Other provider.
    pub provider: String,
    /// Theirs.
    pub theirs: String,
    /// Ours.
    pub ours: String,
    /// Theirs less ours.
    pub difference: String,
}

/// A step of the implementation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanStep {
    /// What happens.
    pub label: String,
    /// When, in words.
    pub when: String,
    /// First week, from 1.
    pub from_week: u32,
    /// Last week.
    pub to_week: u32,
}

/// Something made for this customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feature {
    /// Name.
    pub name: String,
    /// What it is.
    pub detail: String,
    /// When it is delivered, in words.
    pub delivery: String,
}

/// A signature given on the laptop, with what proves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Name of the person.
    pub name: String,
    /// Their title; may be empty.
    pub title: String,
    /// When, with zone.
    pub at: String,
    /// Lines of points in a field of 1000 by 300.
    pub strokes: Vec<Vec<(u16, u16)>>,
    /// Label and value: what is recorded besides.
    pub facts: Vec<Total>,
}

/// A site with its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteBlock {
    /// Site name.
    pub site: String,
    /// City and postal code.
    pub place: String,
    /// Lines.
    pub lines: Vec<Line>,
}

/// A printed line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Item.
    pub item: String,
    /// `monthly`, `once`, `estimate`.
    pub kind: String,
    /// Quantity.
    pub qty: String,
    /// List unit price.
    pub list: String,
    /// Discount.
    pub discount: String,
    /// Net unit price.
    pub unit: String,
    /// Net amount, or with tax where the document says so.
    pub net: String,
    /// What a bundle contains, in a sentence; empty for others.
    pub contains: String,
}

/// A total.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Total {
    /// Label.
    pub label: String,
    /// Amount.
    pub amount: String,
}

/// A printed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// Pages.
    pub pages: u32,
}

/// Why nothing was printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The bundled font cannot be read: a broken build.
    #[error("the bundled font cannot be read")]
    Font,
}

/// Prints a quote.
pub fn render_quote(document: &QuoteDocument) -> Result<Printed, PrintError> {
    render(document, |fonts, logo| pages::compose(document, fonts, logo))
}

/// Prints a proposal.
pub fn render_proposal(document: &ProposalDocument) -> Result<Printed, PrintError> {
    render(&document.quote, |fonts, logo| proposal::compose(document, fonts, logo))
}

type Composed = (Vec<printpdf::PdfPage>, Vec<pages::Bookmark>);

fn render(
    document: &QuoteDocument,
    compose: impl FnOnce(&Fonts, Option<&logo::Logo>) -> Composed,
) -> Result<Printed, PrintError> {
    let mut pdf = PdfDocument::new(&format!("{} v{}", document.number, document.version));
    let fonts = Fonts::load().ok_or(PrintError::Font)?;
    pdf.metadata.info.document_title = format!("{} {}", document.number, document.title);
    pdf.metadata.info.author.clone_from(&document.organisation);
    pdf.metadata.info.creator = "Satchel".to_owned();
    pdf.metadata.info.identifier = format!("{}-v{}", document.number, document.version);
    let logo = logo::Logo::load(&mut pdf, &document.logo);
    let (pages, bookmarks) = compose(&fonts, logo.as_ref());
    for bookmark in bookmarks {
        // Pages of bookmarks count from 1.
        pdf.add_bookmark(&bookmark.title, bookmark.page + 1);
    }
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    fonts.install(&mut pdf);
    let bytes = pdf.with_pages(pages).save(&PdfSaveOptions::default(), &mut Vec::new());
    Ok(Printed { bytes, pages: count })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(sites: usize) -> QuoteDocument {
        QuoteDocument {
            organisation: "Demo Fibre".to_owned(),
            accent: "#0B6E69".to_owned(),
            number: "QTE-20251121-0A00".to_owned(),
            version: 1,
            customer: "Kopano Retail".to_owned(),
            blocks: (0..sites)
                .map(|n| SiteBlock {
                    site: format!("Site {n} {}", "with a long name ".repeat(n % 7)),
                    place: "Johannesburg, 2001".to_owned(),
                    lines: vec![
                        Line {
                            item: "50Mbps Fiber".to_owned(),
                            kind: "monthly".to_owned(),
                            qty: "1".to_owned(),
                            list: "999.00".to_owned(),
                            discount: "32.00 %".to_owned(),
                            unit: "679.32".to_owned(),
                            net: "679.32".to_owned(),
                            contains: String::new()
                        };
                        2
                    ],
                })
                .collect(),
            monthly: vec![Total { label: "Monthly before tax".to_owned(), amount: "35,905.01".to_owned() }],
            with_tax: false,
            hero: "₹35,905.01".to_owned(),
            terms: vec!["A paragraph of terms. ".repeat(30); 4],
            ..QuoteDocument::default()
        }
    }

    #[test]
    fn the_same_quote_is_drawn_the_same_way() {
        let fonts = Fonts::load().expect("the font is bundled");
        let document = sample(3);
        assert!(pages::compose(&document, &fonts, None) == pages::compose(&document, &fonts, None));
    }

    #[test]
    fn five_hundred_sites_fill_many_pages_and_stay_small() {
        let printed = render_quote(&sample(500)).expect("the font is bundled");
        assert!(printed.pages > 10);
        assert!(printed.bytes.starts_with(b"%PDF-"));
        assert!(printed.bytes.len() < 600_000, "{} bytes", printed.bytes.len());
    }

    #[test]
    fn a_proposal_names_its_chapters_where_they_begin() {
        let document = ProposalDocument {
            quote: sample(30),
            requirements: vec!["Every branch needs a line that stays up. ".repeat(12); 3],
            plan: vec![PlanStep { label: "Kick-off".to_owned(), when: "Week 1".to_owned(), from_week: 1, to_week: 1 }],
            clauses: vec![("Support".to_owned(), "Four hours. ".repeat(80)); 20],
            ..ProposalDocument::default()
        };
        let fonts = Fonts::load().expect("the font is bundled");
        let (pages, bookmarks) = proposal::compose(&document, &fonts, None);
        let titles: Vec<&str> = bookmarks.iter().map(|bookmark| bookmark.title.as_str()).collect();
        assert_eq!(titles, ["1  What you need", "2  Price", "3  Implementation", "4  Terms", "5  Acceptance"]);
        assert!(bookmarks.windows(2).all(|pair| pair[0].page <= pair[1].page));
        assert!(bookmarks.iter().all(|bookmark| (2..pages.len()).contains(&bookmark.page)));
        assert!(render_proposal(&ProposalDocument::default()).is_ok());
    }

    #[test]
    fn an_empty_quote_and_absurd_texts_are_printed_too() {
        let mut document = sample(1);
        document.blocks[0].site = "x".repeat(10_000);
        document.title = "\u{0}\u{7}控制 नमस्ते".to_owned();
        assert!(render_quote(&document).is_ok());
        assert!(render_quote(&QuoteDocument::default()).is_ok());
    }
}
