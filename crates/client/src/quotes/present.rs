//! A quote as it is shown to the customer: the printed document's own content, so that nothing else can be on the screen.

use satchel_documents::quote_pdf::{QuoteDocument, Total};

use super::document::document;
use super::queries::{load, parse_id};
use super::shown::{PresentationView, PresentedLine, PresentedSite, PresentedTotal};
use super::view::QuoteId;
use crate::api::CommandError;
use crate::engine::Engine;

/// What the customer may see of a quote.
pub async fn present(engine: &Engine, args: QuoteId) -> Result<PresentationView, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    Ok(view(document(&open, &loaded).await?))
}

fn totals(list: Vec<Total>) -> Vec<PresentedTotal> {
    list.into_iter().map(|total| PresentedTotal { label: total.label, amount_text: total.amount }).collect()
}

fn view(document: QuoteDocument) -> PresentationView {
    let sites = document.blocks.into_iter().map(|block| PresentedSite {
        site: block.site,
        place: block.place,
        lines: block
            .lines
            .into_iter()
            .map(|line| PresentedLine {
                item: line.item,
                kind: line.kind,
                qty: line.qty,
                list_text: line.list,
                discount_text: line.discount,
                net_text: line.net,
                contains: line.contains,
            })
            .collect(),
    });
    PresentationView {
        organisation: document.organisation,
        number: format!("{} v{}", document.number, document.version),
        remark: document.watermark,
        title: document.title,
        customer: document.customer,
        facts: document.facts.into_iter().map(|(label, amount_text)| PresentedTotal { label, amount_text }).collect(),
        with_tax: document.with_tax,
        monthly_text: document.hero,
        monthly_with_tax_text: document.hero_with_tax,
        discount_note: document.discount_note,
        sites: sites.collect(),
        monthly: totals(document.monthly),
        contract: totals(document.contract),
        roi: totals(document.roi),
        terms: document.terms,
    }
}
