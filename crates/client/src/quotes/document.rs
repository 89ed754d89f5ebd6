//! A quote as a document: the screen's own texts, arranged for paper.

use std::collections::HashMap;

use base64::Engine as _;
use satchel_core::money::Money;
use satchel_core::orders::contract_end;
use satchel_core::pricing::{ChargeType, LineStatus};
use satchel_core::quotes::{Acceptance, QuoteStatus, State};
use satchel_documents::quote_pdf::{
    Compared, Evidence, Feature, Line, PlanStep, ProposalDocument, QuoteDocument, SiteBlock, Total,
};

use super::page::Taxes;
use super::queries::{Loaded, approval_word, line_rows, places, status_now};
use super::view::{QuoteView, TotalRow};
use crate::api::CommandError;
use crate::engine::Open;
use crate::words;

/// Gathers what is printed. Cost, margin, approvals' remarks and internal notes are never part of it.
pub(super) async fn document(open: &Open, loaded: &Loaded) -> Result<QuoteDocument, CommandError> {
    let quote = &loaded.quote;
    let page = super::page::view(open, loaded).await?;
    let taxes = Taxes::load(open, loaded).await?;
    let branding = &loaded.context.settings.branding;
    let (customer, customer_lines) = customer(open, &quote.account_id.to_string()).await?;
    let tax_of = |estimate: &Option<satchel_core::quotes::TaxEstimate>| -> Vec<(String, String, String)> {
        estimate
            .iter()
            .flat_map(|e| &e.groups)
            .map(|group| (group.label.clone(), open.plain(group.net), open.plain(group.tax)))
            .collect()
    };
    let totals = |rows: &[TotalRow]| -> Vec<Total> {
        rows.iter().map(|row| Total { label: label(&row.kind, &row.params), amount: row.amount_text.clone() }).collect()
    };
    let (roi, roi_inputs) = roi(open, loaded);
    let evidence = match &quote.state {
        State::Accepted { acceptance, .. } | State::Converted { acceptance, .. } => evidence(open, loaded, acceptance),
        _ => None,
    };
    Ok(QuoteDocument {
        heading: String::new(),
        details: Vec::new(),
        evidence,
        roi,
        roi_inputs,
        organisation: branding.legal_name.clone(),
        organisation_lines: organisation_lines(branding),
        accent: branding.accent.clone(),
        logo: logo(branding),
        number: quote.number.to_string(),
        version: quote.version,
        watermark: watermark(open, loaded),
        title: quote.title.clone(),
        customer,
        customer_lines,
        facts: facts(open, loaded, page.row.valid_until_text.clone()),
        blocks: blocks(open, loaded, &taxes).await?,
        monthly: totals(&page.totals.monthly_rows),
        contract: totals(&page.totals.contract_rows),
        monthly_tax: tax_of(&taxes.monthly),
        once_tax: tax_of(&taxes.one_off),
        discount_note: discount_note(loaded, &page),
        with_tax: loaded.context.consumer,
        hero: page.totals.monthly_text,
        hero_with_tax: page.totals.monthly_incl_tax_text,
        terms: terms(loaded),
    })
}

/// The customer's name, and what stands below it.
async fn customer(open: &Open, account: &str) -> Result<(String, Vec<String>), CommandError> {
    let (company, registration, tax_number, city, province): (String, String, String, String, String) =
        sqlx::query_as("SELECT name, registration_number, tax_number, city, province FROM accounts WHERE id = ?1")
            .bind(account)
            .fetch_one(open.store.read())
            .await?;
    let lines = [
        (!registration.is_empty()).then(|| format!("Registration {registration}")),
        (!tax_number.is_empty()).then(|| format!("Tax number {tax_number}")),
        Some(format!("{city}, {province}")),
    ];
    Ok((company, lines.into_iter().flatten().collect()))
}

/// Every line's amount with its share of the tax, by line id: what a consumer reads. The shares sum to the tax.
fn with_tax(open: &Open, loaded: &Loaded, taxes: &Taxes) -> HashMap<String, String> {
    let nets: HashMap<&str, Money> =
        loaded.priced.priced.lines.iter().map(|line| (line.id.as_str(), line.price.line_net)).collect();
    let shares = [&taxes.monthly, &taxes.one_off].into_iter().flatten().flat_map(|estimate| &estimate.line_tax);
    shares
        .filter_map(|(id, tax)| {
            let id = id.to_string();
            let amount = nets.get(id.as_str())?.add(*tax).ok()?;
            Some((id, open.plain(amount)))
        })
        .collect()
}

/// The lines by site, in the quote's order; cancelled ones are not printed.
async fn blocks(open: &Open, loaded: &Loaded, taxes: &Taxes) -> Result<Vec<SiteBlock>, CommandError> {
    let quote = &loaded.quote;
    let gross = if loaded.context.consumer { with_tax(open, loaded, taxes) } else { HashMap::new() };
    let items = &loaded.context.book.items;
    let contains: HashMap<String, String> = items
        .values()
        .filter(|item| !item.includes.is_empty())
        .map(|item| (item.id.to_string(), format!("Includes {}", item.includes.join(", "))))
        .collect();
    let places = places(open, &quote.account_id.to_string()).await?;
    let mut blocks: Vec<SiteBlock> = Vec::new();
    let mut by_site = HashMap::new();
    for row in line_rows(open, quote, &loaded.priced, &places) {
        if row.status == LineStatus::Cancelled {
            continue;
        }
        let index = *by_site.entry(row.site_id.clone()).or_insert_with(|| {
            blocks.push(SiteBlock {
                site: row.site.clone(),
                place: place(&row.city, &row.postal_code),
                lines: Vec::new(),
            });
            blocks.len() - 1
        });
        let kind = match row.charge_type {
            ChargeType::Recurring => "monthly",
            ChargeType::OneOff => "once",
            ChargeType::Usage => "estimate",
        };
        let optional = row.status == LineStatus::Optional;
        blocks[index].lines.push(Line {
            item: match (optional, loaded.context.consumer) {
                (true, true) => format!("{} (optional, before tax)", row.item),
                (true, false) => format!("{} (optional)", row.item),
                (false, _) => row.item,
            },
            contains: contains.get(&row.item_id).cloned().unwrap_or_default(),
            kind: kind.to_owned(),
            qty: row.qty,
            list: row.list_text,
            discount: row.effective_pct.map_or_else(String::new, |pct| format!("{} %", shorten(&pct))),
            unit: row.net_unit_text,
            net: gross.get(&row.id).cloned().unwrap_or(row.line_net_text),
        });
    }
    Ok(blocks)
}

/// What is printed across a page that binds nobody yet.
fn watermark(open: &Open, loaded: &Loaded) -> Option<String> {
    let (approval, _) = approval_word(loaded);
    match (status_now(open, &loaded.quote), approval) {
        (QuoteStatus::Draft, "needed" | "requested" | "rejected") => Some("Subject to approval".to_owned()),
        (QuoteStatus::Draft, _) => Some("Draft".to_owned()),
        _ => None,
    }
}

fn facts(open: &Open, loaded: &Loaded, valid_until: Option<String>) -> Vec<(String, String)> {
    let quote = &loaded.quote;
    let until = valid_until.unwrap_or_else(|| format!("{} days from sending", loaded.context.settings.validity_days));
    [
        ("Date", words::date(satchel_core::time::local_date(quote.created_at, open.zone))),
        ("Valid until", until),
        ("Term", format!("{} months", quote.content.term_months)),
        ("Payment", payment(quote.content.payment_terms.as_str())),
        ("Currency", quote.currency.code().to_owned()),
    ]
    .map(|(label, text)| (label.to_owned(), text))
    .to_vec()
}

/// What the customer saves, where there is something to save.
fn discount_note(loaded: &Loaded, page: &QuoteView) -> Option<String> {
    if loaded.priced.priced.total_discount.minor() <= 0 {
        return None;
    }
    let pct = shorten(page.totals.effective_pct.as_deref()?);
    let (n, saved) = (page.tier.n, &page.totals.discount_text);
    Some(format!("{n} sites. You save {saved} over the term, {pct} % of the list price."))
}

/// What the customer gains, and from which inputs; both empty without a case.
fn roi(open: &Open, loaded: &Loaded) -> (Vec<Total>, Vec<Total>) {
    let Some((case, result)) = super::roi::of(loaded) else { return (Vec::new(), Vec::new()) };
    let shown = |list: Vec<super::shown::PresentedTotal>| -> Vec<Total> {
        list.into_iter().map(|row| Total { label: row.label, amount: row.amount_text }).collect()
    };
    (
        shown(super::roi::figures(open, &result, case.months)),
        shown(super::roi::appendix(open, &case, loaded.quote.currency)),
    )
}

/// The proposal's clauses are the terms; without a proposal, the organisation's own.
fn terms(loaded: &Loaded) -> Vec<String> {
    match &loaded.quote.content.proposal {
        Some(proposal) if !proposal.clauses.is_empty() => proposal
            .clauses
            .iter()
            .map(|clause| format!("{}. {}", clause.title, clause.body.replace('\n', " ")))
            .collect(),
        _ => loaded.context.settings.branding.quote_terms.clone(),
    }
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

/// The customer's signature with what proves it.
fn evidence(open: &Open, loaded: &Loaded, acceptance: &Acceptance) -> Option<Evidence> {
    let signature = acceptance.signature.as_ref()?;
    let fact = |label: &str, amount: String| Total { label: label.to_owned(), amount };
    let at = acceptance.at.with_timezone(&open.zone).format("%-d %b %Y %H:%M:%S %Z").to_string();
    let utc = satchel_core::time::format_instant(acceptance.at);
    Some(Evidence {
        facts: vec![
            fact("Signed by", acceptance.name.clone()),
            fact("Title", if acceptance.title.is_empty() { "not given".to_owned() } else { acceptance.title.clone() }),
            fact("Time", format!("{at} ({utc}), by the laptop's clock corrected to the server's as last heard")),
            fact("Quote", format!("{} v{}", loaded.quote.number, loaded.quote.version)),
            fact("Pricing", loaded.priced.hash.clone()),
            fact("Document signed, SHA-256", signature.document_sha256.clone()),
            fact("Means", "Drawn on the seller's laptop in the signer's presence".to_owned()),
        ],
        name: acceptance.name.clone(),
        title: acceptance.title.clone(),
        at,
        strokes: signature.strokes.clone(),
    })
}

/// The logo's bytes; what is no base64 prints nothing.
fn logo(branding: &satchel_core::organisations::Branding) -> Vec<u8> {
    let text = branding.logo_png_base64.as_deref().unwrap_or_default();
    base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default()
}

fn organisation_lines(branding: &satchel_core::organisations::Branding) -> Vec<String> {
    let mut lines = branding.address.clone();
    lines.push(format!("Registration {}  Tax number {}", branding.registration_number, branding.tax_number));
    lines.push(format!("{}  {}", branding.phone, branding.email));
    lines
}

fn place(city: &str, code: &str) -> String {
    [city, code].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Two decimals are enough on paper; the exact figure is on the screen.
fn shorten(pct: &str) -> &str {
    pct.find('.').map_or(pct, |point| &pct[..(point + 3).min(pct.len())])
}

fn payment(terms: &str) -> String {
    match terms {
        "prepaid" => "Prepaid".to_owned(),
        other => format!("{} days net", other.trim_start_matches("net_")),
    }
}

fn label(kind: &str, params: &std::collections::BTreeMap<String, String>) -> String {
    let get = |key: &str| params.get(key).map(String::as_str).unwrap_or_default();
    match kind {
        "list" => "Monthly at list price".to_owned(),
        "contract" => "Agreed prices".to_owned(),
        "volume" => format!("Volume discount, {} sites, {} %", get("sites"), get("pct")),
        "term" => format!("Term discount, {} months, {} %", get("term_months"), get("pct")),
        "best_of" => "Volume or term discount".to_owned(),
        "manual" => "Further discount and rounding".to_owned(),
        "net" => "Monthly before tax".to_owned(),
        "tax" => "Tax, estimate".to_owned(),
        "net_with_tax" => "Monthly with tax".to_owned(),
        "tcv_with_tax" => "Contract value with tax".to_owned(),
        "one_off" => "Installation and hardware, once".to_owned(),
        "recurring_term" => format!("Monthly over {} months", get("term_months")),
        "tcv" => "Contract value before tax".to_owned(),
        "usage_estimate" => "Usage, monthly estimate, not included".to_owned(),
        other => other.to_owned(),
    }
}
