//! Lines pasted from a spreadsheet: looked at first, put on the draft whole or not at all.

use std::collections::BTreeMap;

use satchel_core::ids::{ItemId, LineId, SiteId};
use satchel_core::money::{Exact, parse_typed_number};
use satchel_core::pricing::Manual;
use satchel_core::quotes::{Edit, NewLine};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::commands::{edit_with, quantity};
use super::queries::{Loaded, load, parse_id};
use crate::api::CommandError;
use crate::engine::{Engine, Open};

/// Most bytes of a pasted text.
const MAX_BYTES: usize = 1_000_000;
/// Most rows of a pasted text.
const MAX_ROWS: usize = 2_000;
/// What a column may be called; without such names the order is site, package, quantity, discount.
const NAMES: [(Column, &[&str]); 4] = [
    (Column::Site, &["site", "site code", "code", "branch", "location", "name"]),
    (Column::Item, &["package", "item", "product", "service"]),
    (Column::Qty, &["qty", "quantity", "units", "pieces"]),
    (Column::Discount, &["discount", "discount %", "off", "%"]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Site,
    Item,
    Qty,
    Discount,
}

/// Pasted rows of site, package, quantity and discount in percent.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PasteLines {
    /// Draft.
    pub quote_id: String,
    /// As pasted: cells parted by tabs, semicolons or commas. At most a megabyte.
    pub text: String,
    /// Puts the lines on the quote; only when every row is good.
    pub commit: bool,
}

/// A pasted row as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PastedLine {
    /// Row, from 1.
    pub row: u32,
    /// Site, by its name where it is known.
    pub site: String,
    /// Package, by its name where it is known.
    pub item: String,
    /// Quantity.
    pub qty: String,
    /// Discount, percent.
    pub discount: String,
    /// Code of what is wrong.
    #[ts(type = "RefusalCode | null")]
    pub problem: Option<String>,
}

/// What was pasted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PastedLines {
    /// Rows.
    pub rows: Vec<PastedLine>,
    /// Rows with something wrong.
    pub problems: u32,
    /// The lines are on the quote.
    pub added: bool,
}

/// A row that can be put on a quote.
struct Good {
    site_id: SiteId,
    item_id: ItemId,
    qty: Exact,
    discount: Option<Exact>,
}

/// What a row's words may mean.
struct Known {
    sites: BTreeMap<String, Vec<(SiteId, String)>>,
    items: BTreeMap<String, (ItemId, String)>,
}

/// Looks at pasted lines, and puts them on the draft when that is wanted and nothing is wrong.
pub async fn paste(engine: &Engine, args: PasteLines) -> Result<PastedLines, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let cells = cells(&args.text)?;
    let known = known(&open, &loaded).await?;
    let (mut rows, mut lines) = (Vec::with_capacity(cells.len()), Vec::new());
    for (number, cells) in cells {
        let (row, good) = understand(number, cells, &known);
        rows.push(row);
        lines.extend(good);
    }
    let problems = u32::try_from(rows.iter().filter(|row| row.problem.is_some()).count()).unwrap_or(u32::MAX);
    if !args.commit {
        return Ok(PastedLines { rows, problems, added: false });
    }
    if problems > 0 || lines.is_empty() {
        return Err(CommandError::new("paste.not_clean", "some rows are not understood"));
    }
    let mut off: BTreeMap<String, (Exact, Vec<LineId>)> = BTreeMap::new();
    let mut added = Vec::with_capacity(lines.len());
    for good in lines {
        let id = LineId(uuid::Uuid::now_v7());
        added.push(NewLine { id, site_id: good.site_id, item_id: good.item_id, qty: good.qty });
        if let Some(pct) = good.discount {
            off.entry(pct.to_string()).or_insert_with(|| (pct, Vec::new())).1.push(id);
        }
    }
    let mut edits = vec![Edit::AddLines { lines: added }];
    edits.extend(off.into_values().map(|(pct, line_ids)| Edit::SetManual { line_ids, manual: Manual::Pct(pct) }));
    edit_with(engine, &open, loaded, edits).await?;
    Ok(PastedLines { rows, problems, added: true })
}

/// Rows of four cells in the order site, package, quantity, discount, with their numbers; a row of names is none.
fn cells(text: &str) -> Result<Vec<(u32, [String; 4])>, CommandError> {
    if text.len() > MAX_BYTES {
        return Err(CommandError::new("paste.too_long", "more than a megabyte"));
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = [b'\t', b';', b','].into_iter().find(|byte| first.as_bytes().contains(byte)).unwrap_or(b'\t');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut order = [Column::Site, Column::Item, Column::Qty, Column::Discount].to_vec();
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|e| CommandError::new("paste.not_a_table", e.to_string()))?;
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        if rows.is_empty()
            && let Some(named) = header(&cells)
        {
            order = named;
            continue;
        }
        if rows.len() == MAX_ROWS {
            return Err(CommandError::new("paste.too_many", "too many rows").with("max", MAX_ROWS));
        }
        let mut row: [String; 4] = Default::default();
        for (column, cell) in order.iter().zip(&cells) {
            row[*column as usize] = (*cell).to_owned();
        }
        rows.push((u32::try_from(index + 1).unwrap_or(u32::MAX), row));
    }
    Ok(rows)
}

/// The columns a row names, when it names a site and a package.
fn header(cells: &[&str]) -> Option<Vec<Column>> {
    let column = |cell: &&str| {
        let word = cell.to_lowercase();
        NAMES.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(column, _)| *column)
    };
    let columns: Vec<Column> = cells.iter().map(column).collect::<Option<_>>()?;
    (columns.contains(&Column::Site) && columns.contains(&Column::Item)).then_some(columns)
}

async fn known(open: &Open, loaded: &Loaded) -> Result<Known, CommandError> {
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, name, code FROM sites WHERE account_id = ?1 AND service_status <> 'cancelled'")
            .bind(loaded.quote.account_id.to_string())
            .fetch_all(open.store.read())
            .await?;
    let mut sites: BTreeMap<String, Vec<(SiteId, String)>> = BTreeMap::new();
    for (id, name, code) in rows {
        let id = SiteId::parse(&id)?;
        let (by_name, by_code) = (name.to_lowercase(), code.to_lowercase());
        if by_code != by_name && !by_code.is_empty() {
            sites.entry(by_code).or_default().push((id, name.clone()));
        }
        sites.entry(by_name).or_default().push((id, name));
    }
    let items = loaded.context.book.items.values();
    let items =
        items.flat_map(|item| [&item.code, &item.name].map(|word| (word.to_lowercase(), (item.id, item.name.clone()))));
    Ok(Known { sites, items: items.collect() })
}

fn understand(row: u32, [site, item, qty, discount]: [String; 4], known: &Known) -> (PastedLine, Option<Good>) {
    let mut shown = PastedLine { row, site, item, qty, discount, problem: None };
    let good = resolve(&mut shown, known);
    if let Err(code) = &good {
        shown.problem = Some((*code).to_owned());
    }
    (shown, good.ok())
}

fn resolve(row: &mut PastedLine, known: &Known) -> Result<Good, &'static str> {
    let sites = known.sites.get(&row.site.to_lowercase()).ok_or("paste.site_unknown")?;
    let [(site_id, site)] = sites.as_slice() else { return Err("paste.site_ambiguous") };
    row.site.clone_from(site);
    let (item_id, item) = known.items.get(&row.item.to_lowercase()).ok_or("paste.item_unknown")?;
    row.item.clone_from(item);
    if row.qty.is_empty() {
        row.qty = "1".to_owned();
    }
    let qty = quantity(&row.qty).ok().filter(|qty| *qty > Exact::from(0)).ok_or("paste.bad_qty")?;
    // What was understood is what is shown.
    row.qty = qty.to_string();
    let discount = match row.discount.trim_end_matches('%').trim() {
        "" => None,
        text => Some(parse_typed_number(text).map_err(|_| "paste.bad_discount")?),
    };
    if discount.as_ref().is_some_and(|pct| *pct < Exact::from(0) || *pct > Exact::from(100)) {
        return Err("paste.bad_discount");
    }
    Ok(Good { site_id: *site_id, item_id: *item_id, qty, discount: discount.filter(|pct| *pct != Exact::from(0)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_by_what_parts_them_and_named_columns_may_stand_in_any_order() {
        let row = |text: &str| cells(text).expect("a table").into_iter().map(|(_, cells)| cells).collect::<Vec<_>>();
        let wanted = |cells: [&str; 4]| cells.map(str::to_owned);
        assert_eq!(row("A-1\tFIB-100\t2\t5 %"), [wanted(["A-1", "FIB-100", "2", "5 %"])]);
        assert_eq!(
            row("A-1;FIB-100\n\n;;\nA-2;FIB-50;3"),
            [wanted(["A-1", "FIB-100", "", ""]), wanted(["A-2", "FIB-50", "3", ""])]
        );
        assert_eq!(
            row("Package,Site,Qty\nFIB-100,\"Long Street, 2\",1"),
            [wanted(["Long Street, 2", "FIB-100", "1", ""])]
        );
        assert_eq!(cells("A\tB").expect("a table")[0].0, 1);
        assert!(cells(&"x\ty\n".repeat(MAX_ROWS + 1)).is_err_and(|e| e.code == "paste.too_many"));
        assert!(cells(&"x".repeat(MAX_BYTES + 1)).is_err_and(|e| e.code == "paste.too_long"));
    }

    #[test]
    fn what_is_not_understood_is_said_row_by_row() {
        let id = || uuid::Uuid::from_u128(7);
        let known = Known {
            sites: BTreeMap::from([
                ("north".to_owned(), vec![(SiteId(id()), "North".to_owned())]),
                ("twin".to_owned(), vec![(SiteId(id()), "Twin".to_owned()), (SiteId(id()), "Twin".to_owned())]),
            ]),
            items: BTreeMap::from([("fib-100".to_owned(), (ItemId(id()), "100Mbps Fiber".to_owned()))]),
        };
        let check = |cells: [&str; 4], problem: Option<&str>| {
            let (row, good) = understand(3, cells.map(str::to_owned), &known);
            assert_eq!((row.problem.as_deref(), good.is_some()), (problem, problem.is_none()), "{cells:?}");
        };
        check(["NORTH", "fib-100", "", ""], None);
        check(["North", "FIB-100", "2,5", "10%"], None);
        let (shown, good) = understand(3, ["North", "FIB-100", "1,000", "2,5"].map(str::to_owned), &known);
        let good = good.expect("understood");
        assert_eq!((shown.qty.as_str(), good.qty == Exact::from(1_000)), ("1000", true));
        assert_eq!(good.discount, Exact::parse("2.5").ok());
        check(["South", "FIB-100", "1", ""], Some("paste.site_unknown"));
        check(["Twin", "FIB-100", "1", ""], Some("paste.site_ambiguous"));
        check(["North", "FIB-1000", "1", ""], Some("paste.item_unknown"));
        check(["North", "", "1", ""], Some("paste.item_unknown"));
        check(["North", "FIB-100", "-1", ""], Some("paste.bad_qty"));
        check(["North", "FIB-100", "many", ""], Some("paste.bad_qty"));
        check(["North", "FIB-100", "1", "101"], Some("paste.bad_discount"));
        check(["North", "FIB-100", "1", "-1"], Some("paste.bad_discount"));
    }
}
