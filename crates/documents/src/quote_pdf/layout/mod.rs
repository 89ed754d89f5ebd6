//! Setting type on pages: text measuring and wrapping, the flow of pages, tables.
//! Invariant: positions are points from the top left corner; only `output` turns them into PDF's bottom left.

pub(super) mod flow;
pub(super) mod table;
pub(super) mod text;
