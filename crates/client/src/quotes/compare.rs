//! Two quotes side by side: facts, totals and every line that differs.

use std::collections::BTreeMap;

use satchel_core::money::Money;
use satchel_core::pricing::{ChargeType, LineStatus, Manual};

use super::proposal_view::{CompareQuotes, ComparedFigure, ComparedLine, ComparisonView, LineChange};
use super::queries::{Loaded, load, parse_id, places, row};
use super::view::QuoteRow;
use crate::api::CommandError;
use crate::api::view::{Filter, ListRequest};
use crate::engine::{Engine, Open};

/// Most other quotes of the account to choose from.
const CANDIDATES: u32 = 50;

/// Compares two quotes of one account.
pub async fn compare(engine: &Engine, args: CompareQuotes) -> Result<ComparisonView, CommandError> {
    let open = engine.workspace().await?;
    let left = load(&open, parse_id(&args.left_id)?).await?;
    let right = load(&open, parse_id(&args.right_id)?).await?;
    if left.quote.account_id != right.quote.account_id {
        return Err(CommandError::new("quote.other_account", "quotes of different accounts"));
    }
    let names: BTreeMap<String, String> = places(&open, &left.quote.account_id.to_string())
        .await?
        .into_iter()
        .map(|(id, place)| (id, place.site))
        .collect();
    let (lines, same_lines) = lines(&open, &left, &right, &names);
    Ok(ComparisonView {
        left: row(&open, left.quote.id).await?,
        right: row(&open, right.quote.id).await?,
        figures: figures(&open, &left, &right),
        lines,
        same_lines,
        candidates: candidates(engine, &left.quote.account_id.to_string()).await?,
    })
}

async fn candidates(engine: &Engine, account_id: &str) -> Result<Vec<QuoteRow>, CommandError> {
    let filters = vec![Filter { field: "account_id".to_owned(), value: account_id.to_owned() }];
    let request = ListRequest { limit: CANDIDATES, filters, ..ListRequest::default() };
    Ok(super::queries::list(engine, request).await?.rows)
}

fn signed(open: &Open, amount: Money) -> String {
    let sign = if amount.minor() > 0 { "+" } else { "" };
    format!("{sign}{}", open.plain(amount))
}

fn figures(open: &Open, left: &Loaded, right: &Loaded) -> Vec<ComparedFigure> {
    let fact = |label: &str, left: String, right: String| ComparedFigure {
        label: label.to_owned(),
        changed: left != right,
        left_text: left,
        right_text: right,
        difference_text: String::new(),
    };
    let comparable = left.quote.currency == right.quote.currency;
    let amount = |label: &str, left: Money, right: Money| ComparedFigure {
        label: label.to_owned(),
        changed: left != right,
        left_text: open.plain(left),
        right_text: open.plain(right),
        difference_text: if comparable {
            signed(open, Money::new(right.minor().saturating_sub(left.minor()), right.currency()))
        } else {
            String::new()
        },
    };
    let (l, r) = (&left.priced.priced, &right.priced.priced);
    let (lq, rq) = (&left.quote.content, &right.quote.content);
    let book = |loaded: &Loaded| format!("{} v{}", loaded.context.book.name, loaded.context.book.version);
    let pct = |value: &Option<satchel_core::money::Exact>| {
        value.as_ref().map_or_else(|| "–".to_owned(), |pct| format!("{} %", pct.to_fixed(2)))
    };
    vec![
        fact("Price book", book(left), book(right)),
        fact("Term, months", lq.term_months.to_string(), rq.term_months.to_string()),
        fact("Payment", lq.payment_terms.as_str().replace('_', " "), rq.payment_terms.as_str().replace('_', " ")),
        fact("Sites that count", l.n.to_string(), r.n.to_string()),
        fact("Volume discount", format!("{} %", l.volume_pct), format!("{} %", r.volume_pct)),
        fact("Term discount", format!("{} %", l.term_pct), format!("{} %", r.term_pct)),
        amount("Monthly at list price", l.monthly_list, r.monthly_list),
        amount("Monthly before tax", l.monthly_net, r.monthly_net),
        amount("Once", l.one_off_net, r.one_off_net),
        amount("Contract value", l.tcv, r.tcv),
        fact("Effective discount", pct(&l.effective_pct), pct(&r.effective_pct)),
    ]
}

/// What a line is matched by: its site, what kind of charge, and which of several.
type Key = (String, u8, String, usize);

struct Compared {
    item: String,
    net: Money,
    /// Everything a person would call a change.
    words: String,
}

fn by_key(loaded: &Loaded, exact: bool) -> BTreeMap<Key, Compared> {
    let mut seen: BTreeMap<(String, u8, String), usize> = BTreeMap::new();
    let lines = loaded.quote.content.lines.iter().filter(|line| line.status != LineStatus::Cancelled);
    let mut map = BTreeMap::new();
    for (line, priced) in lines.zip(&loaded.priced.priced.lines) {
        let kind = match line.charge_type {
            ChargeType::Recurring => 0,
            ChargeType::OneOff => 1,
            ChargeType::Usage => 2,
        };
        let code = if exact { line.code.clone() } else { String::new() };
        let base = (line.site_id.to_string(), kind, code);
        let nth = seen.entry(base.clone()).or_default();
        let manual = match &line.manual {
            Manual::None => String::new(),
            other => format!("{other:?}"),
        };
        let words =
            format!("{} {} {:?} {manual} {}", line.code, line.qty, line.status, priced.price.line_net.to_plain());
        let optional = if line.status == LineStatus::Optional { " (optional)" } else { "" };
        let item = format!("{}{optional}", line.name);
        map.insert((base.0, base.1, base.2, *nth), Compared { item, net: priced.price.line_net, words });
        *nth += 1;
    }
    map
}

fn lines(open: &Open, left: &Loaded, right: &Loaded, names: &BTreeMap<String, String>) -> (Vec<ComparedLine>, u32) {
    // First the same item at the same site, then what is left of a site's charges in order: a changed package is one change.
    let (mut l, mut r) = (by_key(left, true), by_key(right, true));
    let mut pairs: Vec<(String, u8, Option<Compared>, Option<Compared>)> = Vec::new();
    let both: Vec<Key> = l.keys().filter(|key| r.contains_key(*key)).cloned().collect();
    for key in both {
        pairs.push((key.0.clone(), key.1, l.remove(&key), r.remove(&key)));
    }
    let mut rest: BTreeMap<(String, u8), (Vec<Compared>, Vec<Compared>)> = BTreeMap::new();
    for ((site, kind, ..), line) in l {
        rest.entry((site, kind)).or_default().0.push(line);
    }
    for ((site, kind, ..), line) in r {
        rest.entry((site, kind)).or_default().1.push(line);
    }
    for ((site, kind), (from, to)) in rest {
        let (mut from, mut to) = (from.into_iter(), to.into_iter());
        loop {
            let pair = (from.next(), to.next());
            if pair.0.is_none() && pair.1.is_none() {
                break;
            }
            pairs.push((site.clone(), kind, pair.0, pair.1));
        }
    }
    let name = |site: &str| names.get(site).cloned().unwrap_or_else(|| "a site that is gone".to_owned());
    pairs.sort_by(|a, b| (name(&a.0), &a.0, a.1).cmp(&(name(&b.0), &b.0, b.1)));
    let mut same = 0;
    let mut changes = Vec::new();
    for (site, _, from, to) in pairs {
        let text = |line: &Option<Compared>| line.as_ref().map(|line| open.plain(line.net)).unwrap_or_default();
        let item = |line: &Option<Compared>| line.as_ref().map(|line| line.item.clone()).unwrap_or_default();
        let change = match (&from, &to) {
            (Some(from), Some(to)) if from.words == to.words => {
                same += 1;
                continue;
            }
            (Some(_), Some(_)) => LineChange::Changed,
            (None, _) => LineChange::Added,
            (_, None) => LineChange::Removed,
        };
        let minor = |line: &Option<Compared>| line.as_ref().map_or(0, |line| line.net.minor());
        changes.push(ComparedLine {
            change,
            site: name(&site),
            left_item: item(&from),
            right_item: item(&to),
            left_text: text(&from),
            right_text: text(&to),
            difference_text: if left.quote.currency == right.quote.currency {
                signed(open, Money::new(minor(&to).saturating_sub(minor(&from)), right.quote.currency))
            } else {
                String::new()
            },
        });
    }
    (changes, same)
}
