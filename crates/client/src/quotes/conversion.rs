//! What became of quotes: conversion by month, representative and segment (RULES KPI 4), from the quotes on this laptop.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use satchel_core::kpi::{Conversion, Month, SentVersion, conversions, win_rate};
use satchel_core::quotes::State;
use satchel_core::time::local_date;

use super::proposal_view::{ConversionRow, ConversionView};
use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open};

/// Months looked back on, the running one included.
const MONTHS: usize = 12;

struct Version {
    sent: SentVersion,
    owner: String,
    segment: String,
}

struct Quotes {
    versions: Vec<Version>,
    /// Closing days of won and lost numbers.
    won: Vec<NaiveDate>,
    lost: Vec<NaiveDate>,
}

async fn quotes(open: &Open) -> Result<Quotes, CommandError> {
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT q.number, q.state, coalesce(u.name, ''), a.segment FROM quotes q \
         JOIN accounts a ON a.id = q.account_id LEFT JOIN users u ON u.id = q.owner_id WHERE q.status <> 'draft'",
    )
    .fetch_all(open.store.read())
    .await?;
    let mut found = Quotes { versions: Vec::new(), won: Vec::new(), lost: Vec::new() };
    for (number, state, owner, segment) in rows {
        let state: State =
            serde_json::from_str(&state).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
        let (sent, ordered) = match &state {
            State::Draft => continue,
            State::Sent(sent) | State::Superseded(sent) => (sent, false),
            State::Accepted { sent, acceptance } => {
                found.won.push(local_date(acceptance.at, open.zone));
                (sent, false)
            }
            State::Converted { sent, acceptance, .. } => {
                found.won.push(local_date(acceptance.at, open.zone));
                (sent, true)
            }
            State::Rejected(closed) | State::Lost(closed) => {
                found.lost.push(local_date(closed.at, open.zone));
                let Some(sent) = &closed.sent else { continue };
                (sent, false)
            }
        };
        let sent_on = local_date(sent.at, open.zone);
        found.versions.push(Version { sent: SentVersion { number, sent_on, became_order: ordered }, owner, segment });
    }
    Ok(found)
}

fn row(label: String, conversion: &Conversion) -> ConversionRow {
    let pct = conversion.pct().map(|pct| pct.to_fixed(1));
    ConversionRow { label, sent: conversion.sent, orders: conversion.orders, pct }
}

fn sum<'a>(all: impl IntoIterator<Item = &'a Conversion>) -> Conversion {
    all.into_iter().fold(Conversion::default(), |sum, one| Conversion {
        sent: sum.sent + one.sent,
        orders: sum.orders + one.orders,
    })
}

/// Conversion of the last twelve months, seen to date.
pub async fn get(engine: &Engine, _: Nothing) -> Result<ConversionView, CommandError> {
    let open = engine.workspace().await?;
    let quotes = quotes(&open).await?;
    let mut months = vec![Month::of(open.today())];
    while months.len() < MONTHS {
        months.push(months[months.len() - 1].before());
    }
    let since = months[MONTHS - 1];
    let of = |versions: Vec<SentVersion>| -> BTreeMap<Month, Conversion> {
        conversions(&versions).into_iter().filter(|(month, _)| *month >= since).collect()
    };
    let by_month = of(quotes.versions.iter().map(|version| version.sent.clone()).collect());
    let by = |key: fn(&Version) -> &str| -> Vec<ConversionRow> {
        let mut groups: BTreeMap<&str, Vec<SentVersion>> = BTreeMap::new();
        for version in &quotes.versions {
            groups.entry(key(version)).or_default().push(version.sent.clone());
        }
        let rows = groups.into_iter().map(|(name, versions)| row(name.to_owned(), &sum(of(versions).values())));
        rows.filter(|row| row.sent > 0).collect()
    };
    let recent = |days: &[NaiveDate]| {
        u32::try_from(days.iter().filter(|day| Month::of(**day) >= since).count()).unwrap_or(u32::MAX)
    };
    let (won, lost) = (recent(&quotes.won), recent(&quotes.lost));
    Ok(ConversionView {
        owners: by(|version| &version.owner),
        segments: by(|version| &version.segment),
        whole: row("All".to_owned(), &sum(by_month.values())),
        months: months
            .iter()
            .map(|month| row(month.to_string(), by_month.get(month).unwrap_or(&Conversion::default())))
            .collect(),
        win_rate_pct: win_rate(won, lost).map(|pct| pct.to_fixed(1)),
        won_lost: (won, lost),
        as_of: open.cache_as_of().await,
    })
}
