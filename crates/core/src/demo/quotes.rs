//! Quotes in every state, made with the same steps a person takes, and the orders of the accepted ones.

use std::collections::{BTreeMap, BTreeSet};

use super::{DemoAccount, DemoSpec, person_id};
use crate::ids::{LineId, OrderId, QuoteId, SiteId};
use crate::money::Exact;
use crate::orders::{OrderNumber, order_parts};
use crate::people::{Actor, Role};
use crate::pricing::Manual;
use crate::quotes::life::{accept, convert, create, lose, send};
use crate::quotes::{
    Acceptance, Edit, NewLine, NewQuote, PaymentTerms, Quote, QuoteContext, QuoteNumber, Siblings, edit, price,
};
use crate::wire::entities::{agreed_price_of, clause_texts, order_row, price_book_of, quote_row};
use crate::wire::rows::Row;
use chrono::Duration;

/// Device slot that no device is ever granted: the demo's own.
const DEMO_SLOT: i64 = 1023;
const QUOTES: usize = 48;

pub(super) fn generate(spec: &DemoSpec, catalogue: &[Row], accounts: &[DemoAccount]) -> Vec<Row> {
    let mut rows = Vec::new();
    let with_sites: Vec<&DemoAccount> = accounts.iter().filter(|account| account.sites.len() >= 5).collect();
    let mut orders_per_day: BTreeMap<chrono::NaiveDate, i64> = BTreeMap::new();
    for n in 0..QUOTES.min(with_sites.len() * 2) {
        let account = with_sites[(n * 7) % with_sites.len()];
        let Some(quote) = make(spec, n, account, catalogue) else { continue };
        let Ok(row) = quote_row(&quote) else { continue };
        if let crate::quotes::State::Accepted { acceptance, .. } = &quote.state {
            let at = acceptance.at + Duration::minutes(2);
            let sequence = orders_per_day.entry(crate::time::local_date(at, spec.zone())).or_insert(0);
            *sequence += 1;
            let Ok(number) = OrderNumber::assign(at, spec.zone(), *sequence) else { continue };
            let order_id = OrderId(spec.id("order", n as u64));
            let Ok(converted) = convert(quote.clone(), (order_id, number.to_string()), 1, at) else { continue };
            let (Ok(row), Ok(priced)) = (quote_row(&converted), price(&converted)) else { continue };
            let Ok(parts) = order_parts(&converted, &priced) else { continue };
            let order = |part| order_row(&converted, part, (order_id, &number.to_string()), at);
            rows.extend(parts.iter().take(1).map(order));
            rows.push(row);
        } else {
            rows.push(row);
        }
    }
    rows
}

fn context(spec: &DemoSpec, account: &DemoAccount, catalogue: &[Row]) -> Option<QuoteContext> {
    let currency = account.row.text("currency").ok()?;
    let book = catalogue.iter().find(|row| {
        row.table().name == "price_books"
            && row.text("currency").is_ok_and(|c| c == currency)
            && row.text("status").is_ok_and(|s| s == "published")
    })?;
    let items: Vec<Row> = catalogue
        .iter()
        .filter(|row| row.table().name == "price_items" && row.uuid("price_book_id").is_ok_and(|id| id == book.id()))
        .cloned()
        .collect();
    let clauses: Vec<Row> = catalogue.iter().filter(|row| row.table().name == "clauses").cloned().collect();
    Some(QuoteContext {
        settings: super::facts::settings(),
        zone: spec.zone(),
        book: price_book_of(book, &items).ok()?,
        agreed: account.agreed.iter().map(agreed_price_of).collect::<Result<_, _>>().ok()?,
        account_country: account.row.text("country").ok()?.to_owned(),
        account_segment: account.row.text("segment").ok()?.to_owned(),
        consumer: false,
        delegations: Vec::new(),
        clauses: clause_texts(&clauses).ok()?,
        account_terms: PaymentTerms::parse(account.row.text("payment_terms").ok()?)?,
        site_states: account
            .sites
            .iter()
            .map(|site| (SiteId(site.id()), site.text("state_code").unwrap_or_default().to_owned()))
            .collect(),
        active_sites: BTreeSet::new(),
    })
}

fn make(spec: &DemoSpec, n: usize, account: &DemoAccount, catalogue: &[Row]) -> Option<Quote> {
    let context = context(spec, account, catalogue)?;
    let by = Actor { id: person_id(spec, 0), role: Role::Seller };
    let made = spec.now - Duration::hours(6 + 20 * n as i64);
    let number = QuoteNumber::assign(DEMO_SLOT, n as i64, made, spec.zone()).ok()?;
    let title = ["Branch rollout", "Speed upgrade", "Backup links", "New region", "Contract renewal"][n % 5];
    let new = NewQuote {
        id: QuoteId(spec.id("quote", n as u64)),
        number,
        account_id: account.id,
        title: title.to_owned(),
        price_book_id: context.book.id,
    };
    let quote = create(new, &context, &by, made).ok()?;
    let quote = edit(quote, &edits(spec, n, account, &context), &context, &by, made).ok()?;
    let sent_at = made + Duration::hours(1);
    let priced = price(&quote).ok()?;
    let sent = || send(quote.clone(), &priced, &context, Siblings::default(), (&by, sent_at), &priced.hash);
    match n % 6 {
        0 | 1 => Some(quote),
        2 | 3 => Some(sent().unwrap_or(quote)),
        4 => {
            let Ok(sent) = sent() else { return Some(quote) };
            let acceptance = Acceptance {
                name: "Accounts payable".to_owned(),
                title: "For the customer".to_owned(),
                po_number: Some(format!("PO-{:05}", 40_000 + n)),
                at: sent_at + Duration::hours(3),
                recorded_by: by.id,
                signature: None,
                online: None,
            };
            accept(sent, &priced, spec.zone(), &by, acceptance, &priced.hash).ok()
        }
        _ => {
            let Ok(sent) = sent() else { return Some(quote) };
            lose(sent, spec.zone(), &by, "Budget moved to next year", sent_at + Duration::hours(2)).ok()
        }
    }
}

fn edits(spec: &DemoSpec, n: usize, account: &DemoAccount, context: &QuoteContext) -> Vec<Edit> {
    let item = |code: &str| context.book.items.values().find(|item| item.code == code);
    let package = ["FIB-050", "FIB-100", "FIB-020", "FIB-200"][n % 4];
    let count = account.sites.len().min(5 + (n * 11) % 56);
    let mut lines = Vec::new();
    let mut recurring = Vec::new();
    for (place, site) in account.sites.iter().take(count).enumerate() {
        let Some(main) = item(package) else { continue };
        let items = [Some(main.id), main.installation_item_id];
        for (kind, item_id) in items.into_iter().flatten().enumerate() {
            let id = LineId(spec.id("line", (n * 10_000 + place * 2 + kind) as u64));
            if kind == 0 {
                recurring.push(id);
            }
            lines.push(NewLine { id, site_id: SiteId(site.id()), item_id, qty: Exact::from(1) });
        }
    }
    let mut edits = vec![Edit::AddLines { lines }, Edit::SetTerm { term_months: [36, 12, 24][n % 3] }];
    match n % 6 {
        1 => edits.push(Edit::SetManual { line_ids: recurring, manual: Manual::Pct(Exact::from(8)) }),
        3 => edits.push(Edit::SetManual { line_ids: recurring, manual: Manual::Pct(Exact::from(3)) }),
        _ => {}
    }
    edits
}
