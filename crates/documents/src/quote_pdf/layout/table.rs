//! The table of charges by site. Invariant: the head stands above every page's rows, a site's name stands beside its
//! first line on each page, and the sum is never alone on a page.

use super::flow::{Flow, LEFT, RIGHT, baseline};
use super::text::{Ink, Measure, Style};
use crate::quote_pdf::document::{ChargeSection, Labels, QuoteLine, SiteLines};

const CELL: Style = Style::regular(7.75);
const SITE: Style = Style::semibold(7.75);
const QUIET: Style = Style::regular(7.25).ink(Ink::Quiet);
const HEAD: Style = Style::semibold(7.0).ink(Ink::Quiet);
const SUM: Style = Style::semibold(8.5);
const GAP: f32 = 10.0;
const PAD: f32 = 3.5;
const FIGURES: usize = 5;

/// Column edges, measured once per table.
struct Columns {
    site_width: f32,
    item_left: f32,
    item_width: f32,
    /// Right edges of quantity, list, discount, net unit, net total.
    rights: [f32; FIGURES],
}

/// A site with its text broken into lines.
struct SiteBlock<'a> {
    name: Vec<String>,
    city: Vec<String>,
    lines: Vec<(Vec<String>, &'a QuoteLine)>,
}

/// Sets a section's table from the cursor down; the caller has made room for heading, head and one row.
pub(in crate::quote_pdf) fn set_charges(flow: &mut Flow, section: &ChargeSection, labels: &Labels) {
    let columns = columns(flow.measure, section, labels);
    set_head(flow, &columns, labels);
    let sum_height = SUM.leading() + 2.0 * PAD + 4.0;
    let last = section.sites.len().saturating_sub(1);
    for (at, site) in section.sites.iter().enumerate() {
        let block = block(flow.measure, &columns, site);
        let below = if at == last { sum_height } else { 0.0 };
        let fits = flow.room() >= block.height() + below;
        if !fits && block.height() + below <= Flow::page_room() * 0.4 {
            turn_page(flow, &columns, labels);
        }
        set_block(flow, &columns, &block, labels, below);
    }
    set_sum(flow, section);
}

/// Height of the head and the first row: what a heading must keep with it.
pub(in crate::quote_pdf) fn opening_height(measure: Measure, section: &ChargeSection, labels: &Labels) -> f32 {
    let columns = columns(measure, section, labels);
    let first = section.sites.first().map_or(0.0, |site| {
        let block = block(measure, &columns, site);
        block.height().min(120.0)
    });
    head_height() + first + SUM.leading() + 2.0 * PAD + 4.0
}

fn figures_of(line: &QuoteLine) -> [&str; FIGURES] {
    [&line.quantity, &line.list, &line.discount, &line.net_unit, &line.net_total]
}

fn columns(measure: Measure, section: &ChargeSection, labels: &Labels) -> Columns {
    let mut widths = [0.0_f32; FIGURES];
    for (width, head) in widths.iter_mut().zip(&labels.columns[2..]) {
        *width = measure.width(head, HEAD);
    }
    for line in section.sites.iter().flat_map(|site| &site.lines) {
        for (width, figure) in widths.iter_mut().zip(figures_of(line)) {
            *width = width.max(measure.figures_width(figure, CELL));
        }
    }
    let mut rights = [RIGHT; FIGURES];
    for at in (0..FIGURES - 1).rev() {
        rights[at] = rights[at + 1] - widths[at + 1] - GAP;
    }
    let words = (rights[0] - widths[0] - GAP - LEFT).max(120.0);
    let site_width = words * 0.56 - GAP;
    Columns { site_width, item_left: LEFT + words * 0.56, item_width: words * 0.44, rights }
}

fn block<'a>(measure: Measure, columns: &Columns, site: &'a SiteLines) -> SiteBlock<'a> {
    SiteBlock {
        name: measure.wrap(&site.site, SITE, columns.site_width),
        city: measure.wrap(&site.city, QUIET, columns.site_width),
        lines: site.lines.iter().map(|line| (measure.wrap(&line.item, CELL, columns.item_width), line)).collect(),
    }
}

impl SiteBlock<'_> {
    fn site_height(&self) -> f32 {
        self.name.len() as f32 * SITE.leading() + self.city.len() as f32 * QUIET.leading()
    }

    fn height(&self) -> f32 {
        let lines: f32 = self.lines.iter().map(|(item, _)| line_height(item)).sum();
        self.site_height().max(lines) + 2.0 * PAD
    }
}

fn line_height(item: &[String]) -> f32 {
    item.len().max(1) as f32 * CELL.leading()
}

fn head_height() -> f32 {
    HEAD.leading() + 2.0 * PAD
}

fn set_head(flow: &mut Flow, columns: &Columns, labels: &Labels) {
    let y = baseline(flow.y, HEAD);
    flow.text(LEFT, y, &labels.columns[0], HEAD);
    flow.text(columns.item_left, y, &labels.columns[1], HEAD);
    for (right, head) in columns.rights.iter().zip(&labels.columns[2..]) {
        flow.text_right(*right, y, head, HEAD);
    }
    flow.y += HEAD.leading() + PAD;
    flow.rule((LEFT, RIGHT), flow.y, 0.8, Ink::Accent);
    flow.y += PAD;
}

fn turn_page(flow: &mut Flow, columns: &Columns, labels: &Labels) {
    flow.new_page();
    set_head(flow, columns, labels);
}

/// Sets a site's rows; a site too tall for the page goes on overleaf under its name.
fn set_block(flow: &mut Flow, columns: &Columns, block: &SiteBlock<'_>, labels: &Labels, below: f32) {
    let mut site_bottom = set_site(flow, block, None);
    let mut top = flow.y + PAD;
    for (at, (item, line)) in block.lines.iter().enumerate() {
        let reserve = if at + 1 == block.lines.len() { below } else { 0.0 };
        if top + line_height(item) + PAD + reserve > flow.y + flow.room() && at > 0 {
            turn_page(flow, columns, labels);
            site_bottom = set_site(flow, block, Some(&labels.continued));
            top = flow.y + PAD;
        }
        set_line(flow, columns, top, item, line);
        top += line_height(item);
    }
    flow.y = top.max(site_bottom) + PAD;
    flow.rule((LEFT, RIGHT), flow.y - 0.2, 0.4, Ink::Hairline);
}

fn set_site(flow: &mut Flow, block: &SiteBlock<'_>, continued: Option<&String>) -> f32 {
    let top = flow.y + PAD;
    match continued {
        None => {
            let below = flow.lines(LEFT, top, &block.name, SITE);
            flow.lines(LEFT, below, &block.city, QUIET)
        }
        Some(word) => {
            let first = block.name.first().cloned().unwrap_or_default();
            let below = flow.lines(LEFT, top, &[first], SITE);
            flow.lines(LEFT, below, std::slice::from_ref(word), QUIET)
        }
    }
}

fn set_line(flow: &mut Flow, columns: &Columns, top: f32, item: &[String], line: &QuoteLine) {
    flow.lines(columns.item_left, top, item, CELL);
    let y = baseline(top, CELL);
    for (at, (right, figure)) in columns.rights.iter().zip(figures_of(line)).enumerate() {
        let style = if at == FIGURES - 1 { SITE } else { CELL };
        flow.figures(*right, y, figure, style);
    }
}

fn set_sum(flow: &mut Flow, section: &ChargeSection) {
    flow.y += PAD;
    let y = baseline(flow.y, SUM);
    flow.figures(RIGHT, y, &section.subtotal, SUM);
    let amount = flow.measure.figures_width(&section.subtotal, SUM);
    flow.text_right(RIGHT - amount - 14.0, y, &section.subtotal_label, SUM);
    flow.y += SUM.leading() + PAD + 4.0;
}
