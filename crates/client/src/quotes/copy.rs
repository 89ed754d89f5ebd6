//! A quote's lines under a new number, on the price book in force: another scenario, or a renewal. Two intents that exist
//! already: create and edit.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::ids::{ItemId, LineId};
use satchel_core::pricing::{LineStatus, Manual};
use satchel_core::quotes::{Edit, NewLine};

use super::commands::{create, edit_with};
use super::proposal_view::{CopiedQuote, CopyQuote};
use super::queries::{load, parse_id};
use super::view::CreateQuote;
use crate::api::CommandError;
use crate::engine::Engine;

/// Copies a quote. Items go by code to the price book in force; what it does not have is left out and named.
pub async fn copy(engine: &Engine, args: CopyQuote) -> Result<CopiedQuote, CommandError> {
    let open = engine.workspace().await?;
    let source = load(&open, parse_id(&args.quote_id)?).await?;
    let account_id = source.quote.account_id.to_string();
    let made = create(engine, CreateQuote { account_id, title: args.title, price_book_id: None }).await?;
    let target = load(&open, parse_id(&made.row.id)?).await?;
    let items: BTreeMap<&str, ItemId> =
        target.context.book.items.values().map(|item| (item.code.as_str(), item.id)).collect();
    let (mut new_lines, mut missing_items, mut missing_sites) = (Vec::new(), BTreeSet::new(), 0);
    let mut manuals: Vec<(Manual, Vec<LineId>)> = Vec::new();
    let mut optional = Vec::new();
    for line in source.quote.content.lines.iter().filter(|line| line.status != LineStatus::Cancelled) {
        if !target.context.site_states.contains_key(&line.site_id) {
            missing_sites += 1;
            continue;
        }
        let Some(item_id) = items.get(line.code.as_str()) else {
            missing_items.insert(line.name.clone());
            continue;
        };
        let id = LineId(uuid::Uuid::now_v7());
        new_lines.push(NewLine { id, site_id: line.site_id, item_id: *item_id, qty: line.qty.clone() });
        if line.status == LineStatus::Optional {
            optional.push(id);
        }
        if line.manual != Manual::None {
            match manuals.iter_mut().find(|(manual, _)| *manual == line.manual) {
                Some((_, ids)) => ids.push(id),
                None => manuals.push((line.manual.clone(), vec![id])),
            }
        }
    }
    let lines = u32::try_from(new_lines.len()).unwrap_or(u32::MAX);
    let content = &source.quote.content;
    let mut edits = vec![Edit::AddLines { lines: new_lines }];
    if target.context.settings.term_choices.contains(&content.term_months) {
        edits.push(Edit::SetTerm { term_months: content.term_months });
    }
    edits.push(Edit::SetPaymentTerms { payment_terms: content.payment_terms });
    edits.extend(manuals.into_iter().map(|(manual, line_ids)| Edit::SetManual { line_ids, manual }));
    if !optional.is_empty() {
        edits.push(Edit::SetStatus { line_ids: optional, status: LineStatus::Optional });
    }
    if content.roi.is_some() {
        edits.push(Edit::SetRoi { roi: content.roi.clone().map(Box::new) });
    }
    if content.proposal.is_some() {
        edits.push(Edit::SetProposal { proposal: content.proposal.clone() });
    }
    let number = made.row.number.clone();
    edit_with(engine, &open, target, edits).await?;
    Ok(CopiedQuote {
        quote_id: made.row.id,
        number,
        lines,
        missing_items: missing_items.into_iter().collect(),
        missing_sites,
    })
}
