//! Which tables queries read: a commit names the tables it changed, and the window asks again what reads one of them.

use satchel_core::wire::tables::TABLES;

/// What a quote is read and judged with: every query that opens one reads these.
const QUOTED: [&str; 10] = [
    "quotes",
    "sites",
    "accounts",
    "price_books",
    "price_items",
    "agreed_prices",
    "clauses",
    "approval_delegations",
    "users",
    "organisations",
];

/// Tables of this laptop alone that queries read.
const LOCAL: [&str; 5] = ["blobs", "import_runs", "journal", "pending", "skipped_rows"];

/// The tables behind the words of the command list: a table's name, or `QUOTED`.
pub(super) fn tables(words: &[&'static str]) -> Vec<&'static str> {
    let mut named = Vec::new();
    for word in words {
        let more: &[&'static str] = if *word == "QUOTED" { &QUOTED } else { std::slice::from_ref(word) };
        named.extend(more.iter().filter(|table| !named.contains(*table)).copied().collect::<Vec<_>>());
    }
    named
}

/// Every table a query may name.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|table| table.name).chain(LOCAL)
}
