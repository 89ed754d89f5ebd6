//! A quote as a document: the screen's own texts, arranged for paper.

use satchel_core::orders::contract_end;
use satchel_core::quotes::State;
use satchel_documents::quote_document::{Customer, QuoteFacts, compose};
use satchel_documents::quote_pdf::{Compared, Feature, PlanStep, ProposalDocument, QuoteDocument, Total};

use super::queries::{Loaded, places};
use crate::api::CommandError;
use crate::engine::Open;
use crate::words;

/// Gathers what is printed. Cost, margin, approvals' remarks and internal notes are never part of it.
pub(super) async fn document(open: &Open, loaded: &Loaded) -> Result<QuoteDocument, CommandError> {
    let account = loaded.quote.account_id.to_string();
    let taxes = super::page::taxes(open, loaded).await?;
    let customer = customer(open, &account).await?;
    let places = places(open, &account).await?;
    Ok(compose(&QuoteFacts {
        quote: &loaded.quote,
        priced: &loaded.priced,
        context: &loaded.context,
        customer: &customer,
        places: &places,
        taxes: &taxes,
        now: open.now(),
    }))
}

async fn customer(open: &Open, account: &str) -> Result<Customer, CommandError> {
    let (name, registration_number, tax_number, city, province): (String, String, String, String, String) =
        sqlx::query_as("SELECT name, registration_number, tax_number, city, province FROM accounts WHERE id = ?1")
            .bind(account)
            .fetch_one(open.store.read())
            .await?;
    Ok(Customer { name, registration_number, tax_number, city, province })
}

/// Gathers what an order summary prints: the quote's own document with what the order form says.
pub(super) async fn order_document(open: &Open, loaded: &Loaded) -> Result<QuoteDocument, CommandError> {
    let Some(form) = loaded.quote.content.order.as_deref() else {
        return Err(CommandError::new("quote.no_order_form", "the quote carries no order form"));
    };
    let mut document = document(open, loaded).await?;
    let contact = |c: &satchel_core::orders::FormContact| {
        [&c.name, &c.email, &c.phone]
            .into_iter()
            .filter(|text| !text.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(", ")
    };
    let end = form.start.and_then(|start| contract_end(start, loaded.quote.content.term_months));
    let days = form.start.zip(end).map(|(from, to)| format!("{} to {}", words::date(from), words::date(to)));
    let purchase = match form.po_date {
        Some(day) => format!("{} of {}", form.po_number, words::date(day)),
        None => form.po_number.clone(),
    };
    let number = match &loaded.quote.state {
        State::Converted { order_number, .. } => order_number.clone(),
        _ => String::new(),
    };
    let invoices = if form.billing_method == "per_site" { "One per site" } else { "One for all sites" };
    let rows = [
        ("Order", number),
        ("Company", form.legal_name.clone()),
        ("Registration", form.registration_number.clone()),
        ("Tax number", form.tax_number.clone()),
        ("Industry", form.industry.clone()),
        ("Billing contact", contact(&form.billing)),
        ("Technical contact", contact(&form.technical)),
        ("Invoices", invoices.to_owned()),
        ("Purchase order", purchase),
        ("Contract", days.unwrap_or_default()),
        ("Remarks", form.remarks.clone()),
    ];
    document.heading = "Order summary".to_owned();
    document.details = rows
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, amount)| Total { label: label.to_owned(), amount })
        .collect();
    Ok(document)
}

/// Gathers what a proposal prints: the quote's own document and what was written around it.
pub(super) async fn proposal_document(open: &Open, loaded: &Loaded) -> Result<ProposalDocument, CommandError> {
    let quote = document(open, loaded).await?;
    let Some(proposal) = loaded.quote.content.proposal.as_deref() else {
        return Err(CommandError::new("quote.no_proposal", "the quote carries no proposal"));
    };
    let paragraphs = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let account_id = loaded.quote.account_id.to_string();
    let places = places(open, &account_id).await?;
    let (rows, sums) = super::proposal::comparison(open, loaded, proposal, &places);
    let shown = proposal.show_competitors;
    let plan = super::proposal::plan(&satchel_core::quotes::milestones(&loaded.quote.content, proposal));
    Ok(ProposalDocument {
        quote,
        requirements: paragraphs(&proposal.requirements),
        solution: paragraphs(&proposal.solution),
        comparison: rows
            .into_iter()
            .filter(|_| shown)
            .map(|row| Compared {
                site: row.site,
                provider: row.provider,
                theirs: row.theirs_text,
                ours: row.ours_text,
                difference: row.difference_text,
            })
            .collect(),
        comparison_sums: sums
            .into_iter()
            .filter(|_| shown)
            .map(|sum| Total { label: sum.label, amount: sum.amount_text })
            .collect(),
        plan_note: (!plan.is_empty()).then(|| {
            format!(
                "{} sites a week, after the surveys and permits. Dates hold from the day of signature.",
                proposal.sites_per_week
            )
        }),
        plan: plan
            .into_iter()
            .map(|step| PlanStep {
                label: step.label,
                when: step.when_text,
                from_week: step.from_week,
                to_week: step.to_week,
            })
            .collect(),
        features: proposal
            .features
            .iter()
            .map(|feature| Feature {
                name: feature.name.clone(),
                detail: feature.detail.clone(),
                delivery: feature.delivery.map(words::date).unwrap_or_default(),
            })
            .collect(),
        service_levels: match &proposal.sla {
            Some(sla) => crate::sla::queries::in_words(&sla.terms, sla.currency.code()),
            None => crate::sla::queries::terms(open, &account_id, loaded.quote.currency.code()).await?,
        },
        clauses: proposal.clauses.iter().map(|clause| (clause.title.clone(), clause.body.clone())).collect(),
    })
}
