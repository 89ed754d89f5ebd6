//! The flow of pages: a cursor that moves down and opens a new page when something does not fit.
//! Invariant: nothing is placed below `BOTTOM`; what belongs together is asked for with one `ensure`.

use super::text::{Ink, Measure, Style};

/// A4, points.
pub(in crate::quote_pdf) const PAGE_WIDTH: f32 = 595.28;
/// A4, points.
pub(in crate::quote_pdf) const PAGE_HEIGHT: f32 = 841.89;
/// Left edge of the type area.
pub(in crate::quote_pdf) const LEFT: f32 = 51.0;
/// Right edge of the type area.
pub(in crate::quote_pdf) const RIGHT: f32 = PAGE_WIDTH - 51.0;
/// Top of the type area on the first page.
pub(in crate::quote_pdf) const TOP: f32 = 54.0;
/// Top of the type area below the running head.
const TOP_CONTINUED: f32 = 74.0;
/// Bottom of the type area.
pub(in crate::quote_pdf) const BOTTOM: f32 = PAGE_HEIGHT - 66.0;

/// Something on a page.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::quote_pdf) enum Mark {
    /// Baseline at `y`; `figures` sets digits to equal width; `rotated` turns by 45 degrees.
    Text { x: f32, y: f32, text: String, style: Style, figures: bool, rotated: bool },
    /// A filled box: hairlines, tints, rules.
    Box { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// The logo, fitted into the box.
    Logo { x: f32, y: f32, width: f32, height: f32 },
}

/// Pages in the making.
pub(in crate::quote_pdf) struct Flow {
    pub measure: Measure,
    pub pages: Vec<Vec<Mark>>,
    /// Cursor: top of what comes next.
    pub y: f32,
}

impl Flow {
    pub(in crate::quote_pdf) fn new(measure: Measure) -> Self {
        Self { measure, pages: vec![Vec::new()], y: TOP }
    }

    pub(in crate::quote_pdf) fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    pub(in crate::quote_pdf) fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP_CONTINUED;
    }

    /// Height of an empty page after the first.
    pub(in crate::quote_pdf) const fn page_room() -> f32 {
        BOTTOM - TOP_CONTINUED
    }

    /// Opens a new page unless `height` fits; says whether it did.
    pub(in crate::quote_pdf) fn ensure(&mut self, height: f32) -> bool {
        let turn = self.room() < height;
        if turn {
            self.new_page();
        }
        turn
    }

    pub(in crate::quote_pdf) fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Text with its baseline at `y`.
    pub(in crate::quote_pdf) fn text(&mut self, x: f32, y: f32, text: &str, style: Style) {
        if !text.is_empty() {
            self.mark(Mark::Text { x, y, text: text.to_owned(), style, figures: false, rotated: false });
        }
    }

    /// Figures that end at `right`.
    pub(in crate::quote_pdf) fn figures(&mut self, right: f32, y: f32, text: &str, style: Style) {
        if !text.is_empty() {
            let x = right - self.measure.figures_width(text, style);
            self.mark(Mark::Text { x, y, text: text.to_owned(), style, figures: true, rotated: false });
        }
    }

    /// Text that ends at `right`.
    pub(in crate::quote_pdf) fn text_right(&mut self, right: f32, y: f32, text: &str, style: Style) {
        let x = right - self.measure.width(text, style);
        self.text(x, y, text, style);
    }

    /// A horizontal rule from `left` to `right`, `thickness` points, top at `y`.
    pub(in crate::quote_pdf) fn rule(&mut self, (left, right): (f32, f32), y: f32, thickness: f32, ink: Ink) {
        self.mark(Mark::Box { x: left, y, width: right - left, height: thickness, ink });
    }

    /// Lines of text below each other from the cursor position `y`; returns the y below the last.
    pub(in crate::quote_pdf) fn lines(&mut self, x: f32, y: f32, lines: &[String], style: Style) -> f32 {
        let mut below = y;
        for line in lines {
            self.text(x, baseline(below, style), line, style);
            below += style.leading();
        }
        below
    }
}

/// The baseline of a line whose top is at `top`.
pub(in crate::quote_pdf) fn baseline(top: f32, style: Style) -> f32 {
    top + (style.leading() - style.size) / 2.0 + style.size * 0.86
}
