//! The proposal of a quote: typed, looked at, kept with the draft.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use satchel_core::clauses::ClauseStatus;
use satchel_core::ids::{ClauseId, SiteId};
use satchel_core::money::{Exact, Money, parse_typed_money};
use satchel_core::organisations::SlaTemplate;
use satchel_core::pricing::{ChargeType, LineStatus};
use satchel_core::quotes::{
    CompetitorPrice, CustomFeature, Edit, Milestone, MilestoneKind, Proposal, ProposalClause, milestones,
};

use satchel_documents::quote_document::Place;

use super::commands::edit_with;
use super::proposal_view::{
    ClauseInputs, ClauseState, ClauseText, ComparisonRow, CompetitorInputs, FeatureInputs, PlanStep, ProposalInputs,
    ProposalView, QuoteProposalArgs,
};
use super::queries::{Loaded, load, parse_id, places};
use super::shown::PresentedTotal;
use crate::api::CommandError;
use crate::clauses::view::ClauseView;
use crate::engine::{Engine, Open};
use crate::words;

/// Sites a week that a new proposal plans with.
const USUAL_PACE: u32 = 10;

/// The proposal as typed or as kept, with what follows from it. Nothing is written.
pub async fn get(engine: &Engine, args: QuoteProposalArgs) -> Result<ProposalView, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let library = crate::clauses::commands::latest(&open).await?;
    let proposal = match (&args.inputs, loaded.quote.content.proposal.as_deref()) {
        (Some(inputs), _) => parse(inputs, &loaded)?,
        (None, Some(kept)) => kept.clone(),
        (None, None) => beginning(&library),
    };
    view(&open, &loaded, &proposal, library).await
}

/// Keeps the proposal with the draft.
pub async fn save(engine: &Engine, args: QuoteProposalArgs) -> Result<ProposalView, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let proposal = args.inputs.as_ref().map(|inputs| parse(inputs, &loaded)).transpose()?.map(Box::new);
    if proposal != loaded.quote.content.proposal {
        edit_with(engine, &open, loaded, vec![Edit::SetProposal { proposal }]).await?;
    }
    get(engine, QuoteProposalArgs { quote_id: args.quote_id, inputs: None }).await
}

fn beginning(library: &[ClauseView]) -> Proposal {
    let standard = library.iter().filter(|clause| clause.by_default && clause.status == ClauseStatus::Current);
    Proposal {
        sites_per_week: USUAL_PACE,
        clauses: standard
            .map(|clause| ProposalClause {
                clause_id: ClauseId::parse(&clause.id).ok(),
                title: clause.title.clone(),
                body: clause.body.clone(),
            })
            .collect(),
        ..Proposal::default()
    }
}

fn bad(field: &str) -> CommandError {
    CommandError::new("quote.bad_proposal", field).with("field", field).at(field)
}

fn day(text: &str, field: &str) -> Result<Option<NaiveDate>, CommandError> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| bad(field)),
    }
}

fn parse(inputs: &ProposalInputs, loaded: &Loaded) -> Result<Proposal, CommandError> {
    let currency = loaded.quote.currency;
    let feature = |f: &FeatureInputs| {
        Ok(CustomFeature { name: f.name.clone(), detail: f.detail.clone(), delivery: day(&f.delivery, "features")? })
    };
    let competitor = |c: &CompetitorInputs| {
        Ok(CompetitorPrice {
            site_id: SiteId::parse(&c.site_id).map_err(|_| bad("competitors"))?,
            provider: c.provider.trim().to_owned(),
            monthly: parse_typed_money(&c.monthly, currency).map(Exact::from_money).map_err(|_| bad("competitors"))?,
        })
    };
    let clause = |c: &ClauseInputs| {
        let clause_id = c.clause_id.as_deref().map(ClauseId::parse).transpose().map_err(|_| bad("clauses"))?;
        Ok(ProposalClause { clause_id, title: c.title.clone(), body: c.body.clone() })
    };
    Ok(Proposal {
        requirements: inputs.requirements.clone(),
        solution: inputs.solution.clone(),
        start: day(&inputs.start, "start")?,
        sites_per_week: inputs.sites_per_week.trim().parse().map_err(|_| bad("sites_per_week"))?,
        features: inputs.features.iter().map(feature).collect::<Result<_, CommandError>>()?,
        competitors: inputs.competitors.iter().map(competitor).collect::<Result<_, CommandError>>()?,
        show_competitors: inputs.show_competitors,
        clauses: inputs.clauses.iter().map(clause).collect::<Result<_, CommandError>>()?,
        sla: chosen_sla(&inputs.sla, loaded)?,
    })
}

/// The service level agreement on offer with this name, or the one the proposal carries already.
fn chosen_sla(name: &str, loaded: &Loaded) -> Result<Option<SlaTemplate>, CommandError> {
    if name.is_empty() {
        return Ok(None);
    }
    let kept = loaded.quote.content.proposal.iter().filter_map(|proposal| proposal.sla.as_ref());
    let found = kept.chain(offers(loaded)).find(|sla| sla.name == name);
    found.cloned().map(Some).ok_or_else(|| bad("sla"))
}

fn offers(loaded: &Loaded) -> impl Iterator<Item = &SlaTemplate> {
    loaded.context.settings.sla_templates.iter().filter(|sla| sla.currency == loaded.quote.currency)
}

fn inputs_of(proposal: &Proposal) -> ProposalInputs {
    let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    ProposalInputs {
        requirements: proposal.requirements.clone(),
        solution: proposal.solution.clone(),
        start: text(proposal.start),
        sites_per_week: proposal.sites_per_week.to_string(),
        features: proposal
            .features
            .iter()
            .map(|f| FeatureInputs { name: f.name.clone(), detail: f.detail.clone(), delivery: text(f.delivery) })
            .collect(),
        competitors: proposal
            .competitors
            .iter()
            .map(|c| CompetitorInputs {
                site_id: c.site_id.to_string(),
                provider: c.provider.clone(),
                monthly: c.monthly.to_string(),
            })
            .collect(),
        show_competitors: proposal.show_competitors,
        clauses: proposal
            .clauses
            .iter()
            .map(|c| ClauseInputs {
                clause_id: c.clause_id.map(|id| id.to_string()),
                title: c.title.clone(),
                body: c.body.clone(),
            })
            .collect(),
        sla: proposal.sla.as_ref().map(|sla| sla.name.clone()).unwrap_or_default(),
    }
}

async fn view(
    open: &Open,
    loaded: &Loaded,
    proposal: &Proposal,
    library: Vec<ClauseView>,
) -> Result<ProposalView, CommandError> {
    let places = places(open, &loaded.quote.account_id.to_string()).await?;
    let versions: BTreeMap<String, u32> = sqlx::query_as::<_, (String, u32)>("SELECT id, version FROM clauses")
        .fetch_all(open.store.read())
        .await?
        .into_iter()
        .collect();
    let state = |clause: &ProposalClause| {
        let id = clause.clause_id.map(|id| id.to_string()).unwrap_or_default();
        let words = clause.clause_id.and_then(|id| loaded.context.clauses.get(&id));
        let current = |c: &&ClauseView| c.id == id && c.status == ClauseStatus::Current;
        ClauseState {
            standard: clause.is_standard(&loaded.context.clauses),
            library: words.map(|(title, body)| ClauseText {
                title: title.clone(),
                body: body.clone(),
                version: versions.get(&id).copied().unwrap_or(1),
            }),
            outdated: words.is_some() && !library.iter().any(|c| current(&c)),
        }
    };
    let mut sites: Vec<(String, String)> = Vec::new();
    for line in &loaded.quote.content.lines {
        let id = line.site_id.to_string();
        if line.status != LineStatus::Cancelled && !sites.iter().any(|(known, _)| *known == id) {
            sites.push((id.clone(), places.get(&id).map(|place| place.site.clone()).unwrap_or_default()));
        }
    }
    let (comparison, comparison_sums) = comparison(open, loaded, proposal, &places);
    let sla_text = match &proposal.sla {
        Some(sla) => crate::sla::queries::in_words(&sla.terms, sla.currency.code()),
        None => {
            let (account, currency) = (loaded.quote.account_id.to_string(), loaded.quote.currency.code());
            crate::sla::queries::terms(open, &account, currency).await?
        }
    };
    Ok(ProposalView {
        sla_offers: offers(loaded).map(|sla| sla.name.clone()).collect(),
        sla_text,
        inputs: inputs_of(proposal),
        kept: loaded.quote.content.proposal.is_some(),
        states: proposal.clauses.iter().map(state).collect(),
        plan: plan(&milestones(&loaded.quote.content, proposal)),
        comparison,
        comparison_sums,
        sites,
        library: library.into_iter().filter(|clause| clause.status == ClauseStatus::Current).collect(),
    })
}

/// The plan in words.
pub(super) fn plan(steps: &[Milestone]) -> Vec<PlanStep> {
    let weeks = |step: &Milestone| match step.days {
        Some((from, to)) => format!("{} to {}", words::date(from), words::date(to)),
        None if step.from_week == step.to_week => format!("Week {}", step.from_week),
        None => format!("Weeks {} to {}", step.from_week, step.to_week),
    };
    let label = |step: &Milestone| match step.kind {
        MilestoneKind::Preparation => "Kick-off, surveys and permits".to_owned(),
        MilestoneKind::Installation if step.sites.len() == 1 => "Installation of 1 site".to_owned(),
        MilestoneKind::Installation => format!("Installation of {} sites", step.sites.len()),
        MilestoneKind::Acceptance => "Acceptance and handover".to_owned(),
    };
    let view = |step: &Milestone| PlanStep {
        label: label(step),
        when_text: weeks(step),
        from_week: step.from_week,
        to_week: step.to_week,
        sites: u32::try_from(step.sites.len()).unwrap_or(u32::MAX),
    };
    steps.iter().map(view).collect()
}

/// What other providers charge beside what the quote charges a month at the same sites, before tax.
pub(super) fn comparison(
    open: &Open,
    loaded: &Loaded,
    proposal: &Proposal,
    places: &HashMap<String, Place>,
) -> (Vec<ComparisonRow>, Vec<PresentedTotal>) {
    let currency = loaded.quote.currency;
    let lines = loaded.quote.content.lines.iter().filter(|line| line.status != LineStatus::Cancelled);
    let mut ours: BTreeMap<SiteId, i64> = BTreeMap::new();
    for (line, priced) in lines.zip(&loaded.priced.priced.lines) {
        if line.charge_type == ChargeType::Recurring && line.status == LineStatus::Selected {
            *ours.entry(line.site_id).or_default() += priced.price.line_net.minor();
        }
    }
    let (mut sum_theirs, mut sum_ours) = (0_i64, 0_i64);
    let mut rows = Vec::new();
    for price in &proposal.competitors {
        let Ok(theirs) = Money::round(&price.monthly, currency) else { continue };
        let our = ours.get(&price.site_id).copied().unwrap_or(0);
        sum_theirs = sum_theirs.saturating_add(theirs.minor());
        sum_ours = sum_ours.saturating_add(our);
        rows.push(ComparisonRow {
            site: places.get(&price.site_id.to_string()).map(|place| place.site.clone()).unwrap_or_default(),
            provider: price.provider.clone(),
            theirs_text: open.plain(theirs),
            ours_text: open.plain(Money::new(our, currency)),
            difference_text: open.plain(Money::new(theirs.minor().saturating_sub(our), currency)),
        });
    }
    if rows.is_empty() {
        return (rows, Vec::new());
    }
    let sum = |label: &str, minor: i64| PresentedTotal {
        label: label.to_owned(),
        amount_text: open.plain(Money::new(minor, currency)),
    };
    let sums = vec![
        sum("Other providers", sum_theirs),
        sum("This proposal", sum_ours),
        sum("Less per month", sum_theirs.saturating_sub(sum_ours)),
    ];
    (rows, sums)
}
