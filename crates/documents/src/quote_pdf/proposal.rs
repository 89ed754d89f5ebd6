//! Setting the proposal: cover, contents, what is needed and offered, price, return, plan, service levels, terms, signature.

use printpdf::{Mm, PdfPage};

use super::canvas::{HAIRLINE, INK, INK_2, Ink, Style};
use super::fonts::{Fonts, Weight};
use super::logo::Logo;
use super::pages::{BODY, BOTTOM, Bookmark, LEFT, META, RIGHT, STRONG, Setter, TOP, footers};
use super::{ProposalDocument, Total};

const READING: Style = Style { size: 9.5, weight: Weight::Regular, ink: INK };
const HEADING: Style = Style { size: 16.0, weight: Weight::SemiBold, ink: INK };
/// Line of reading text, mm.
const LEADING: f32 = 4.9;
/// Left and right edge of the plan's bars.
const BARS: (f32, f32) = (118.0, RIGHT);

/// All pages, and where each section begins.
pub(super) fn compose(
    document: &ProposalDocument,
    fonts: &Fonts,
    logo: Option<&Logo>,
) -> (Vec<PdfPage>, Vec<Bookmark>) {
    let mut setter = Setter::new(&document.quote, fonts, logo);
    setter.cover(document);
    // The contents are set when the pages are known.
    setter.new_page();
    setter.begin_section();
    let mut chapter = Chapters { n: 0 };
    if !document.requirements.is_empty() {
        chapter.open(&mut setter, "What you need");
        setter.paragraphs(&document.requirements);
    }
    if !document.solution.is_empty() {
        chapter.open(&mut setter, "What we offer");
        setter.paragraphs(&document.solution);
    }
    chapter.open(&mut setter, "Price");
    setter.price();
    if !document.comparison.is_empty() {
        chapter.open(&mut setter, "Beside your present providers");
        setter.comparison(document);
    }
    if !document.quote.roi.is_empty() {
        chapter.open(&mut setter, "Return on investment");
        setter.listed(&document.quote.roi);
    }
    if !document.plan.is_empty() {
        chapter.open(&mut setter, "Implementation");
        setter.plan(document);
    }
    if !document.features.is_empty() {
        chapter.open(&mut setter, "Made for you");
        setter.features(document);
    }
    if !document.service_levels.is_empty() {
        chapter.open(&mut setter, "Service levels");
        setter.paragraphs(&document.service_levels);
    }
    if !document.clauses.is_empty() {
        chapter.open(&mut setter, "Terms");
        setter.clauses(document);
    }
    chapter.open(&mut setter, "Acceptance");
    setter.signature();
    if !document.quote.roi_inputs.is_empty() {
        chapter.appendix(&mut setter, "Appendix: what the return is computed from");
        setter.listed(&document.quote.roi_inputs);
    }
    setter.evidence();
    let (mut canvases, bookmarks) = setter.finish();
    contents(&mut canvases[1], fonts, &bookmarks, &document.quote.accent);
    footers(&document.quote, fonts, &mut canvases, 1);
    let pages = canvases.into_iter().map(|canvas| PdfPage::new(Mm(210.0), Mm(297.0), canvas.ops)).collect();
    (pages, bookmarks)
}

fn contents(canvas: &mut super::canvas::Canvas, fonts: &Fonts, bookmarks: &[Bookmark], accent: &str) {
    canvas.text(fonts, LEFT, TOP + 8.0, "Contents", Style { ink: Ink::parse(accent), ..HEADING });
    let mut y = TOP + 22.0;
    for bookmark in bookmarks {
        canvas.text(fonts, LEFT, y, &bookmark.title, READING);
        canvas.right(fonts, RIGHT, y, &(bookmark.page + 1).to_string(), READING);
        canvas.rule(LEFT, RIGHT, y + 2.2, 0.3, HAIRLINE);
        y += 8.0;
    }
}

struct Chapters {
    n: u32,
}

impl Chapters {
    /// A numbered chapter; it begins where at least its heading and some of its text fit.
    fn open(&mut self, setter: &mut Setter<'_>, title: &str) {
        self.n += 1;
        setter.heading(&format!("{}  {title}", self.n));
    }

    fn appendix(&mut self, setter: &mut Setter<'_>, title: &str) {
        setter.heading(title);
    }
}

impl Setter<'_> {
    fn begin_section(&mut self) {
        self.new_page();
    }

    fn heading(&mut self, title: &str) {
        if self.y > TOP {
            self.y += 6.0;
            self.need(60.0);
        }
        self.y += 6.0;
        self.bookmark(title);
        let style = Style { ink: self.accent, ..HEADING };
        self.put(LEFT, title, style);
        self.y += 9.0;
    }

    fn cover(&mut self, document: &ProposalDocument) {
        let quote = &document.quote;
        self.page.rule(LEFT, RIGHT, 14.0, 2.4, self.accent);
        self.y = 24.0;
        if let Some(logo) = self.logo {
            self.y += logo.draw(&mut self.page, LEFT, 20.0, (80.0, 26.0)) + 4.0;
        }
        self.put(LEFT, &quote.organisation, Style { size: 13.0, weight: Weight::SemiBold, ink: INK });
        self.y = 96.0;
        self.put(LEFT, "Proposal", Style { size: 11.0, weight: Weight::SemiBold, ink: self.accent });
        self.y += 13.0;
        for line in self.fonts.wrap(&quote.title, RIGHT - LEFT, 28.0, Weight::SemiBold).iter().take(4) {
            self.put(LEFT, line, Style { size: 28.0, weight: Weight::SemiBold, ink: INK });
            self.y += 12.0;
        }
        self.y += 4.0;
        self.put(LEFT, "for", META);
        self.y += 7.0;
        for line in self.fonts.wrap(&quote.customer, RIGHT - LEFT, 16.0, Weight::SemiBold).iter().take(3) {
            self.put(LEFT, line, Style { size: 16.0, weight: Weight::SemiBold, ink: INK });
            self.y += 7.5;
        }
        for line in &quote.customer_lines {
            self.put(LEFT, line, BODY);
            self.y += 4.8;
        }
        self.y = 212.0;
        self.page.rule(LEFT, RIGHT, self.y - 6.0, 0.5, HAIRLINE);
        let number = ("Number".to_owned(), format!("{} v{}", quote.number, quote.version));
        for (label, value) in std::iter::once(&number).chain(&quote.facts) {
            self.put(LEFT, label, META);
            self.put(60.0, value, BODY);
            self.y += 5.4;
        }
        self.y = 256.0;
        for line in &quote.organisation_lines {
            self.put(LEFT, line, META);
            self.y += 4.2;
        }
    }

    /// Reading text, paragraph by paragraph; never a single line alone at the foot of a page.
    pub(super) fn paragraphs(&mut self, paragraphs: &[String]) {
        for paragraph in paragraphs {
            let lines = self.fonts.wrap(paragraph, RIGHT - LEFT, READING.size, READING.weight);
            self.need(LEADING * lines.len().min(2) as f32);
            for line in lines {
                self.need(LEADING);
                self.put(LEFT, &line, READING);
                self.y += LEADING;
            }
            self.y += 2.6;
        }
    }

    fn listed(&mut self, rows: &[Total]) {
        for row in rows {
            let lines = self.fonts.wrap(&row.amount, RIGHT - 100.0, BODY.size, BODY.weight);
            self.need(5.4 * lines.len() as f32);
            self.put(LEFT, &row.label, BODY);
            for line in &lines {
                self.put_right(RIGHT, line, STRONG);
                self.y += 5.4;
            }
            self.page.rule(LEFT, RIGHT, self.y - 3.6, 0.3, HAIRLINE);
            self.y += 1.0;
        }
        self.y += 4.0;
    }

    fn comparison(&mut self, document: &ProposalDocument) {
        let columns = [130.0, 160.0, RIGHT];
        self.put(LEFT, "Site", META);
        self.put(74.0, "Present provider", META);
        for (right, label) in columns.into_iter().zip(["Present", "This proposal", "Less"]) {
            self.put_right(right, label, META);
        }
        self.y += 2.0;
        self.page.rule(LEFT, RIGHT, self.y, 0.8, INK);
        self.y += 5.0;
        for row in &document.comparison {
            self.need(5.0);
            self.cell(LEFT, 54.0, &row.site);
            self.cell(74.0, 38.0, &row.provider);
            for (right, text) in columns.into_iter().zip([&row.theirs, &row.ours, &row.difference]) {
                self.put_right(right, text, BODY);
            }
            self.y += 5.0;
        }
        self.need(5.2 * document.comparison_sums.len() as f32 + 6.0);
        self.page.rule(100.0, RIGHT, self.y - 1.6, 0.8, INK);
        self.y += 3.4;
        for row in &document.comparison_sums {
            self.put(100.0, &row.label, BODY);
            self.put_right(RIGHT, &row.amount, STRONG);
            self.y += 5.2;
        }
        self.y += 3.0;
        self.put(LEFT, "Per month, before tax, as you told us.", META);
        self.y += 6.0;
    }

    /// The first line of what fits.
    fn cell(&mut self, x: f32, width: f32, text: &str) {
        let lines = self.fonts.wrap(text, width, BODY.size, BODY.weight);
        let first = lines.first().cloned().unwrap_or_default();
        let text = if lines.len() > 1 { format!("{first} …") } else { first };
        self.put(x, &text, BODY);
    }

    fn plan(&mut self, document: &ProposalDocument) {
        let last = document.plan.iter().map(|step| step.to_week).max().unwrap_or(1).max(1);
        let week = (BARS.1 - BARS.0) / last as f32;
        for step in &document.plan {
            self.need(6.4);
            self.put(LEFT, &step.label, BODY);
            self.put(72.0, &step.when, META);
            let from = BARS.0 + week * (step.from_week.max(1) - 1) as f32;
            let to = BARS.0 + week * step.to_week.max(1) as f32;
            self.page.rule(BARS.0, BARS.1, self.y - 1.2, 0.3, HAIRLINE);
            self.page.rule(from, to, self.y - 1.2, 6.0, self.accent);
            self.y += 6.4;
        }
        self.y += 2.0;
        if let Some(note) = &document.plan_note {
            self.need(5.0);
            self.put(LEFT, note, META);
            self.y += 6.0;
        }
    }

    fn features(&mut self, document: &ProposalDocument) {
        for feature in &document.features {
            let lines = self.fonts.wrap(&feature.detail, RIGHT - LEFT, BODY.size, BODY.weight);
            self.need(5.4 + 4.4 * lines.len().min(3) as f32);
            self.put(LEFT, &feature.name, STRONG);
            self.put_right(RIGHT, &feature.delivery, META);
            self.y += 4.8;
            for line in lines.iter().filter(|line| !line.is_empty()) {
                self.need(4.4);
                self.put(LEFT, line, BODY);
                self.y += 4.4;
            }
            self.y += 3.0;
        }
    }

    fn clauses(&mut self, document: &ProposalDocument) {
        let small = Style { size: 8.5, weight: Weight::Regular, ink: INK };
        for (index, (title, body)) in document.clauses.iter().enumerate() {
            let lines: Vec<String> = body
                .lines()
                .flat_map(|paragraph| self.fonts.wrap(paragraph, RIGHT - LEFT - 8.0, small.size, small.weight))
                .collect();
            // A title is never left alone at the foot of a page.
            self.need(5.0 + 4.3 * lines.len().min(3) as f32);
            self.put(LEFT, &format!("{}", index + 1), Style { ink: INK_2, ..STRONG });
            self.put(LEFT + 8.0, title, STRONG);
            self.y += 4.8;
            for line in lines {
                if self.y + 4.3 > BOTTOM {
                    self.new_page();
                }
                self.put(LEFT + 8.0, &line, small);
                self.y += 4.3;
            }
            self.y += 3.2;
        }
    }
}
