//! Setting the quote: head, table with a repeated head, totals kept together, terms, signature, page x of y.

use printpdf::{Mm, PdfPage};

use super::canvas::{Canvas, FAINT, HAIRLINE, INK, INK_2, Ink, Style};
use super::fonts::{Fonts, Weight};
use super::logo::Logo;
use super::{Line, QuoteDocument, SiteBlock, Total};

pub(super) const LEFT: f32 = 18.0;
pub(super) const RIGHT: f32 = 192.0;
pub(super) const TOP: f32 = 20.0;
pub(super) const BOTTOM: f32 = 276.0;
/// Right edges of the numeric columns: quantity, list, discount, unit, net.
const COLUMNS: [f32; 5] = [106.0, 126.0, 145.0, 167.0, RIGHT];
const KIND_AT: f32 = 84.0;

pub(super) const META: Style = Style { size: 7.5, weight: Weight::Regular, ink: INK_2 };
pub(super) const BODY: Style = Style { size: 8.5, weight: Weight::Regular, ink: INK };
pub(super) const STRONG: Style = Style { size: 8.5, weight: Weight::SemiBold, ink: INK };

/// Where a section begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bookmark {
    /// As printed.
    pub title: String,
    /// Page, from 0.
    pub page: usize,
}

/// A pen on the pages of a document.
pub(super) struct Setter<'a> {
    document: &'a QuoteDocument,
    pub(super) fonts: &'a Fonts,
    pub(super) logo: Option<&'a Logo>,
    pub(super) accent: Ink,
    pages: Vec<Canvas>,
    pub(super) page: Canvas,
    pub(super) y: f32,
    in_table: bool,
    bookmarks: Vec<Bookmark>,
}

/// All pages, and where each section begins.
pub(super) fn compose(document: &QuoteDocument, fonts: &Fonts, logo: Option<&Logo>) -> (Vec<PdfPage>, Vec<Bookmark>) {
    let mut setter = Setter::new(document, fonts, logo);
    setter.bookmark("Quote");
    setter.head();
    setter.rows("Order", &document.details);
    setter.table();
    setter.totals();
    setter.rows("Return on investment", &document.roi);
    setter.rows("What the return is computed from", &document.roi_inputs);
    setter.terms();
    setter.signature();
    setter.evidence();
    let (mut canvases, bookmarks) = setter.finish();
    footers(document, fonts, &mut canvases, 0);
    let pages = canvases.into_iter().map(|canvas| PdfPage::new(Mm(210.0), Mm(297.0), canvas.ops)).collect();
    (pages, bookmarks)
}

/// The foot of every page but the first `without`.
pub(super) fn footers(document: &QuoteDocument, fonts: &Fonts, canvases: &mut [Canvas], without: usize) {
    let total = canvases.len();
    for (index, canvas) in canvases.iter_mut().enumerate().skip(without) {
        footer(document, fonts, canvas, index + 1, total);
    }
}

fn footer(document: &QuoteDocument, fonts: &Fonts, canvas: &mut Canvas, page: usize, total: usize) {
    canvas.rule(LEFT, RIGHT, 283.0, 0.4, HAIRLINE);
    let left = format!("{} v{}   {}", document.number, document.version, document.organisation);
    canvas.text(fonts, LEFT, 288.0, &left, META);
    canvas.right(fonts, RIGHT, 288.0, &format!("Page {page} of {total}"), META);
}

impl<'a> Setter<'a> {
    pub(super) fn new(document: &'a QuoteDocument, fonts: &'a Fonts, logo: Option<&'a Logo>) -> Self {
        let accent = Ink::parse(&document.accent);
        let (pages, page, bookmarks) = (Vec::new(), Canvas::default(), Vec::new());
        let mut setter = Self { document, fonts, logo, accent, pages, page, y: TOP, in_table: false, bookmarks };
        setter.watermark();
        setter
    }

    /// All pages as drawn, and where each section begins.
    pub(super) fn finish(mut self) -> (Vec<Canvas>, Vec<Bookmark>) {
        self.pages.push(self.page);
        (self.pages, self.bookmarks)
    }
}

impl Setter<'_> {
    /// A section begins on this page.
    pub(super) fn bookmark(&mut self, title: &str) {
        self.bookmarks.push(Bookmark { title: title.to_owned(), page: self.pages.len() });
    }

    /// The same where the sections have no headings of their own: in a proposal the chapter has said it.
    fn bookmark_unless_named(&mut self, title: &str) {
        let in_chapters = self.bookmarks.first().is_some_and(|first| first.title.starts_with('1'));
        if !in_chapters {
            self.bookmark(title);
        }
    }

    pub(super) fn new_page(&mut self) {
        let finished = std::mem::take(&mut self.page);
        self.pages.push(finished);
        self.y = TOP;
        self.watermark();
        if self.in_table {
            self.table_head();
        }
    }

    /// Starts a new page unless `height` mm still fit.
    pub(super) fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.new_page();
        }
    }

    fn watermark(&mut self) {
        if let Some(text) = &self.document.watermark {
            // As large as fits between the margins.
            let at_54 = self.fonts.width(text, 54.0, Weight::SemiBold);
            let size = 54.0 * (150.0 / at_54.max(1.0)).min(1.0);
            let style = Style { size, weight: Weight::SemiBold, ink: FAINT };
            let width = self.fonts.width(text, style.size, style.weight);
            self.page.text(self.fonts, (210.0 - width) / 2.0, 165.0, text, style);
        }
    }

    pub(super) fn put(&mut self, x: f32, text: &str, style: Style) {
        self.page.text(self.fonts, x, self.y, text, style);
    }

    pub(super) fn put_right(&mut self, right: f32, text: &str, style: Style) {
        self.page.right(self.fonts, right, self.y, text, style);
    }

    fn head(&mut self) {
        let d = self.document;
        self.page.rule(LEFT, RIGHT, 14.0, 1.6, self.accent);
        let name = Style { size: 11.0, weight: Weight::SemiBold, ink: INK };
        self.y = 22.0;
        if let Some(logo) = self.logo {
            self.y += logo.draw(&mut self.page, LEFT, 17.5, (55.0, 15.0)) + 1.5;
        }
        self.put(LEFT, &d.organisation, name);
        for line in &d.organisation_lines {
            self.y += 3.8;
            self.put(LEFT, line, META);
        }
        let under_organisation = self.y;
        self.y = 22.0;
        let heading = if d.heading.is_empty() { "Quote" } else { &d.heading };
        self.put_right(RIGHT, heading, Style { size: 18.0, weight: Weight::SemiBold, ink: self.accent });
        self.y += 6.0;
        self.put_right(RIGHT, &format!("{}  v{}", d.number, d.version), STRONG);
        self.y = under_organisation.max(self.y) + 11.0;
        let top = self.y;
        self.put(LEFT, "For", META);
        for line in self.fonts.wrap(&d.customer, 92.0, 12.0, Weight::SemiBold).iter().take(3) {
            self.y += 5.2;
            self.put(LEFT, line, Style { size: 12.0, weight: Weight::SemiBold, ink: INK });
        }
        for line in &d.customer_lines {
            self.y += 4.2;
            self.put(LEFT, line, META);
        }
        let under_customer = self.y;
        self.y = top;
        for (label, value) in &d.facts {
            self.put(122.0, label, META);
            self.put_right(RIGHT, value, BODY);
            self.y += 4.6;
        }
        self.y = self.y.max(under_customer) + 9.0;
        for line in self.fonts.wrap(&d.title, RIGHT - LEFT, 14.0, Weight::SemiBold).iter().take(3) {
            self.put(LEFT, line, Style { size: 14.0, weight: Weight::SemiBold, ink: INK });
            self.y += 6.4;
        }
        self.y += 2.0;
        self.hero();
    }

    /// The table with its totals, as in a quote.
    pub(super) fn price(&mut self) {
        self.hero();
        self.table();
        self.totals();
    }

    fn hero(&mut self) {
        let d = self.document;
        let net = ("Per month, before tax", &d.hero);
        let gross = ("Per month, with tax", &d.hero_with_tax);
        let (first, second) = if d.with_tax { (gross, net) } else { (net, gross) };
        self.put(LEFT, first.0, META);
        self.put(90.0, second.0, META);
        self.y += 7.0;
        self.put(LEFT, first.1, Style { size: 18.0, weight: Weight::SemiBold, ink: self.accent });
        self.put(90.0, second.1, Style { size: 13.0, weight: Weight::Regular, ink: INK });
        if let Some(note) = &d.discount_note {
            self.y += 6.5;
            self.put(LEFT, note, Style { size: 8.5, weight: Weight::SemiBold, ink: self.accent });
        }
        self.y += 9.0;
    }

    fn table_head(&mut self) {
        self.put(LEFT, "Site and service", META);
        self.put(KIND_AT, "Charge", META);
        let amount = if self.document.with_tax { "With tax" } else { "Net" };
        for (right, label) in COLUMNS.into_iter().zip(["Qty", "List", "Discount", "Unit", amount]) {
            self.put_right(right, label, META);
        }
        self.y += 2.0;
        self.page.rule(LEFT, RIGHT, self.y, 0.8, INK);
        self.y += 4.6;
    }

    fn table(&mut self) {
        if self.document.blocks.is_empty() {
            return;
        }
        self.need(30.0);
        self.bookmark_unless_named("Sites and services");
        self.table_head();
        self.in_table = true;
        for block in &self.document.blocks {
            self.block(block);
        }
        self.in_table = false;
        self.y += 4.0;
    }

    fn block(&mut self, block: &SiteBlock) {
        let names = self.fonts.wrap(&block.site, 120.0, STRONG.size, STRONG.weight);
        // The site's name is never left alone at the foot of a page.
        self.need(4.4 * names.len().min(6) as f32 + 10.0);
        for (index, name) in names.iter().take(6).enumerate() {
            self.put(LEFT, name, STRONG);
            if index == 0 {
                self.put_right(RIGHT, &block.place, META);
            }
            self.y += 4.4;
        }
        for line in &block.lines {
            self.need(4.4);
            self.line(line);
        }
        self.page.rule(LEFT, RIGHT, self.y - 2.6, 0.3, HAIRLINE);
        self.y += 1.6;
    }

    fn line(&mut self, line: &Line) {
        let names = self.fonts.wrap(&line.item, KIND_AT - LEFT - 6.0, BODY.size, BODY.weight);
        let name = names.first().cloned().unwrap_or_default();
        self.put(LEFT + 3.0, &name, BODY);
        self.put(KIND_AT, &line.kind, META);
        let values = [&line.qty, &line.list, &line.discount, &line.unit];
        for (right, value) in COLUMNS.into_iter().zip(values) {
            self.put_right(right, value, Style { ink: INK_2, ..BODY });
        }
        self.put_right(RIGHT, &line.net, BODY);
        for more in names.iter().skip(1).take(2) {
            self.y += 4.0;
            self.put(LEFT + 3.0, more, BODY);
        }
        if !line.contains.is_empty() {
            for part in self.fonts.wrap(&line.contains, RIGHT - LEFT - 6.0, META.size, META.weight).iter().take(4) {
                self.y += 3.8;
                self.put(LEFT + 3.0, part, META);
            }
        }
        self.y += 4.4;
    }

    fn totals(&mut self) {
        let d = self.document;
        let rows = d.monthly.len() + d.contract.len();
        let taxes = d.monthly_tax.len() + d.once_tax.len();
        // A total is never parted from what it sums: the whole block moves.
        self.need(5.2 * rows as f32 + 4.6 * taxes as f32 + 26.0);
        self.bookmark_unless_named("Totals");
        self.page.rule(100.0, RIGHT, self.y, 0.8, INK);
        self.y += 5.4;
        self.total_rows(&d.monthly);
        self.y += 2.0;
        self.page.rule(100.0, RIGHT, self.y - 3.0, 0.3, HAIRLINE);
        self.y += 2.0;
        self.total_rows(&d.contract);
        if taxes > 0 {
            self.y += 3.0;
            self.put(LEFT, "Tax by group (estimate)", STRONG);
            self.put_right(145.0, "Taxable", META);
            self.put_right(RIGHT, "Tax", META);
            self.y += 4.8;
            for (when, groups) in [("Monthly", &d.monthly_tax), ("Once", &d.once_tax)] {
                for (label, base, tax) in groups {
                    self.put(LEFT, &format!("{when}: {label}"), BODY);
                    self.put_right(145.0, base, BODY);
                    self.put_right(RIGHT, tax, BODY);
                    self.y += 4.6;
                }
            }
        }
        self.y += 5.0;
    }

    fn total_rows(&mut self, rows: &[Total]) {
        for row in rows {
            let main = if self.document.with_tax { "with tax" } else { "before tax" };
            let strong = row.label.contains(main);
            let style = if strong { STRONG } else { BODY };
            self.put(100.0, &row.label, style);
            self.put_right(RIGHT, &row.amount, style);
            self.y += 5.2;
        }
    }

    /// Labels with values under a heading, kept together.
    fn rows(&mut self, heading: &str, rows: &[Total]) {
        if rows.is_empty() {
            return;
        }
        self.need(5.2 * rows.len() as f32 + 14.0);
        self.bookmark(heading);
        self.put(LEFT, heading, Style { size: 11.0, weight: Weight::SemiBold, ink: INK });
        self.y += 2.6;
        self.page.rule(LEFT, RIGHT, self.y, 0.5, HAIRLINE);
        self.y += 4.6;
        for row in rows {
            self.put(LEFT, &row.label, BODY);
            // Long values break; the label stands once.
            for line in self.fonts.wrap(&row.amount, RIGHT - LEFT - 60.0, BODY.size, BODY.weight).iter().take(6) {
                self.put_right(RIGHT, line, BODY);
                self.y += 5.2;
            }
        }
        self.y += 5.0;
    }

    fn terms(&mut self) {
        if self.document.terms.is_empty() {
            return;
        }
        self.need(22.0);
        self.bookmark("Terms");
        self.put(LEFT, "Terms", Style { size: 11.0, weight: Weight::SemiBold, ink: INK });
        self.y += 5.6;
        for (index, paragraph) in self.document.terms.iter().enumerate() {
            let lines = self.fonts.wrap(paragraph, RIGHT - LEFT - 7.0, 8.0, Weight::Regular);
            self.need(4.0 * lines.len().min(3) as f32);
            self.put(LEFT, &format!("{}.", index + 1), META);
            for line in lines {
                self.need(4.0);
                self.put(LEFT + 7.0, &line, Style { size: 8.0, weight: Weight::Regular, ink: INK });
                self.y += 4.0;
            }
            self.y += 1.6;
        }
        self.y += 4.0;
    }

    pub(super) fn signature(&mut self) {
        self.need(38.0);
        self.bookmark_unless_named("Acceptance");
        self.put(LEFT, "Accepted for the customer", Style { size: 11.0, weight: Weight::SemiBold, ink: INK });
        let evidence = self.document.evidence.as_ref();
        if let Some(evidence) = evidence {
            self.drawn(&evidence.strokes, 80.0, 62.0);
        }
        self.y += 20.0;
        if let Some(evidence) = evidence {
            let who = if evidence.title.is_empty() {
                evidence.name.clone()
            } else {
                format!("{}, {}", evidence.name, evidence.title)
            };
            let name = self.fonts.wrap(&who, 52.0, BODY.size, BODY.weight).into_iter().next().unwrap_or_default();
            self.page.text(self.fonts, LEFT, self.y - 1.6, &name, BODY);
            self.page.text(self.fonts, 154.0, self.y - 1.6, &evidence.at, META);
        }
        for (from, to, label) in [(LEFT, 72.0, "Name and title"), (80.0, 146.0, "Signature"), (154.0, RIGHT, "Date")] {
            self.page.rule(from, to, self.y, 0.5, INK_2);
            self.page.text(self.fonts, from, self.y + 4.2, label, META);
        }
        self.y += 8.0;
    }

    /// A signature with its field's lower edge 20 mm below, `width` mm wide.
    fn drawn(&mut self, strokes: &[Vec<(u16, u16)>], left: f32, width: f32) {
        let (scale, top) = (width / 1_000.0, self.y + 1.0);
        for stroke in strokes {
            let points = stroke.iter().map(|(x, y)| (left + f32::from(*x) * scale, top + f32::from(*y) * scale));
            self.page.stroke(points, 1.1, INK);
        }
    }

    /// What proves the signature, on a page of its own.
    pub(super) fn evidence(&mut self) {
        let Some(evidence) = &self.document.evidence else { return };
        self.new_page();
        self.bookmark("Evidence of the signature");
        self.put(LEFT, "Evidence of the signature", Style { size: 14.0, weight: Weight::SemiBold, ink: INK });
        self.y += 9.0;
        for row in &evidence.facts {
            self.put(LEFT, &row.label, META);
            for line in self.fonts.wrap(&row.amount, RIGHT - 74.0, BODY.size, BODY.weight) {
                self.put(74.0, &line, BODY);
                self.y += 5.2;
            }
        }
        self.y += 6.0;
        self.drawn(&evidence.strokes, LEFT, 100.0);
    }
}
