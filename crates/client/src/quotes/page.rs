//! The builder's page: totals, tiers, nudges, approval and what may be done now.

use satchel_core::apply::{QuoteCase, Refusal, Verb};
use satchel_core::people::Actor;
use satchel_core::pricing::{QuoteNudge, VolumeTable, quote_nudges};
use satchel_core::quotes::{Remark, State, TaxRate, granted, margin_pct, may_approve, pricing_input};
use satchel_core::wire::entities::tax_rate_of;
use satchel_documents::quote_document::{Taxes, TotalLine, contract_totals, monthly_totals};

use super::queries::{Loaded, approval_word, row, status_of};
use super::view::{
    AcceptanceView, ApprovalReason, ApprovalView, ClosedView, NudgeKind, NudgeView, QuoteTotalsView, QuoteVersionView,
    QuoteView, TaxGroupView, TierSource, TierStep, TierView, TotalRow,
};
use crate::api::CommandError;
use crate::api::view::Allowed;
use crate::engine::Open;
use crate::store::load_rows;
use crate::sync::params;
use crate::words;
use crate::workspace::organisation::person_name;

/// Everything the page shows but its lines.
pub(super) async fn view(open: &Open, loaded: &Loaded) -> Result<QuoteView, CommandError> {
    let quote = &loaded.quote;
    let mut row = row(open, quote.id).await?;
    let actor = open.actor().await;
    let (approval_state, _) = approval_word(loaded);
    approval_state.clone_into(&mut row.approval);
    let tax = taxes(open, loaded).await?;
    let acceptance = match &quote.state {
        State::Accepted { acceptance, .. } | State::Converted { acceptance, .. } => Some(AcceptanceView {
            name: acceptance.name.clone(),
            title: acceptance.title.clone(),
            at_text: words::moment(acceptance.at, open.now(), open.zone),
            po_number: acceptance.po_number.clone(),
            link_to: acceptance.online.as_ref().map(|online| online.link_to.clone()),
        }),
        _ => None,
    };
    let viewed: Option<String> = sqlx::query_scalar("SELECT max(last_viewed_at) FROM quote_links WHERE quote_id = ?1")
        .bind(quote.id.to_string())
        .fetch_one(open.store.read())
        .await?;
    let sites: std::collections::BTreeSet<_> = quote.content.lines.iter().map(|line| line.site_id).collect();
    Ok(QuoteView {
        price_book: format!("{} v{}", loaded.context.book.name, loaded.context.book.version),
        price_book_id: quote.price_book_id.to_string(),
        term_months: quote.content.term_months,
        term_choices: loaded.context.settings.term_choices.clone(),
        payment_terms: quote.content.payment_terms.as_str().to_owned(),
        account_payment_terms: loaded.context.account_terms.as_str().to_owned(),
        policy: serde_json::to_value(quote.content.policy)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default(),
        line_count: u32::try_from(quote.content.lines.len()).unwrap_or(u32::MAX),
        site_count: u32::try_from(sites.len()).unwrap_or(u32::MAX),
        consumer: loaded.context.consumer,
        order_per_site: quote.content.order_per_site,
        orders: if let State::Converted { orders, .. } = &quote.state { *orders } else { 0 },
        totals: totals(open, loaded, &tax, actor.role.may_see_margin()),
        tier: tier(loaded),
        nudges: nudges(open, loaded)?,
        approval: approval(open, loaded, &actor).await?,
        allowed: allowed(open, loaded, &actor),
        pricing_hash: loaded.priced.hash.clone(),
        acceptance,
        closed: closed(open, loaded).await?,
        viewed_text: viewed.map(|at| open.moment(&at)),
        versions: versions(open, &quote.family_id.to_string()).await?,
        sync_state: sync_state(open, &quote.id.to_string()).await?,
        saved_text: words::moment(quote.updated_at, open.now(), open.zone),
        as_of: open.cache_as_of().await,
        row,
    })
}

/// Why the version is closed, when it is.
async fn closed(open: &Open, loaded: &Loaded) -> Result<Option<ClosedView>, CommandError> {
    let (State::Rejected(closed) | State::Lost(closed)) = &loaded.quote.state else { return Ok(None) };
    Ok(Some(ClosedView {
        by: match &closed.online {
            Some(online) => online.name.clone(),
            None => person_name(open, closed.by).await?,
        },
        at_text: words::moment(closed.at, open.now(), open.zone),
        reason: closed.reason.clone(),
        link_to: closed.online.as_ref().map(|online| online.link_to.clone()),
    }))
}

/// Tax estimates of the quote, from the rates in the cache.
pub(super) async fn taxes(open: &Open, loaded: &Loaded) -> Result<Taxes, CommandError> {
    let (country, state): (String, String) = sqlx::query_as("SELECT country, state_code FROM accounts WHERE id = ?1")
        .bind(loaded.quote.account_id.to_string())
        .fetch_one(open.store.read())
        .await?;
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows(&mut conn, crate::sync_spec("tax_rates")?, "country", &country).await?;
    let rates: Vec<TaxRate> = rows.iter().map(tax_rate_of).collect::<Result<_, _>>()?;
    Ok(Taxes::estimate(&loaded.quote, &loaded.priced, &loaded.context, &rates, state))
}

fn total_rows(lines: Vec<TotalLine>) -> Vec<TotalRow> {
    let row = |line: TotalLine| TotalRow { kind: line.kind, params: line.params, amount_text: line.amount };
    lines.into_iter().map(row).collect()
}

fn totals(open: &Open, loaded: &Loaded, tax: &Taxes, with_margin: bool) -> QuoteTotalsView {
    let totals = &loaded.priced.priced;
    let with_tax = tax.monthly.as_ref().map_or(totals.monthly_net, |tax| tax.total);
    QuoteTotalsView {
        monthly_text: open.with_symbol(totals.monthly_net),
        monthly_incl_tax_text: open.with_symbol(with_tax),
        monthly_rows: total_rows(monthly_totals(&loaded.quote, &loaded.priced, &loaded.context, tax)),
        contract_rows: total_rows(contract_totals(&loaded.quote, &loaded.priced, &loaded.context, tax)),
        tax_groups: tax
            .monthly
            .iter()
            .flat_map(|tax| &tax.groups)
            .map(|group| TaxGroupView {
                label: group.label.clone(),
                net_text: open.plain(group.net),
                tax_text: open.plain(group.tax),
            })
            .collect(),
        effective_pct: totals.effective_pct.as_ref().map(|pct| pct.to_fixed(4)),
        margin_pct: margin_pct(&loaded.quote, totals).filter(|_| with_margin).map(|pct| pct.to_fixed(1)),
        discount_text: open.plain(totals.total_discount),
        list_text: open.plain(totals.monthly_list),
    }
}

fn tier(loaded: &Loaded) -> TierView {
    let table = &loaded.quote.content.volume_table;
    let n = loaded.priced.priced.n;
    let tiers = table.tiers();
    let active = tiers.iter().rposition(|tier| tier.min <= n).unwrap_or(0);
    TierView {
        n,
        pct: loaded.priced.priced.volume_pct.to_string(),
        tiers: tiers
            .iter()
            .enumerate()
            .map(|(index, tier)| TierStep { min: tier.min, pct: tier.pct.to_string(), active: index == active })
            .collect(),
        source: if matches!(table, VolumeTable::Standard) { TierSource::Standard } else { TierSource::Account },
    }
}

fn nudges(open: &Open, loaded: &Loaded) -> Result<Vec<NudgeView>, CommandError> {
    let totals = &loaded.priced.priced;
    let found = quote_nudges(&pricing_input(&loaded.quote), totals)
        .map_err(|error| CommandError::new("quote.not_priceable", error.code()))?;
    Ok(found
        .into_iter()
        .map(|nudge| {
            let (kind, figures, assumed, sites_then) = match nudge {
                QuoteNudge::Add { nudge, assumed_line } => {
                    let name = loaded.quote.content.lines.iter().find(|line| line.id.to_string() == assumed_line);
                    let sites = nudge.sites;
                    (NudgeKind::Add, nudge, name.map(|line| line.name.clone()), sites)
                }
                QuoteNudge::Keep { keep, below } => {
                    let sites = below.sites;
                    debug_assert!(sites < keep);
                    (NudgeKind::Keep, below, None, sites)
                }
            };
            NudgeView {
                kind,
                sites_now: totals.n,
                pct_now: totals.volume_pct.to_string(),
                monthly_now_text: open.with_symbol(totals.monthly_net),
                sites_then,
                pct_then: figures.pct.to_string(),
                monthly_then_text: open.with_symbol(figures.monthly_total),
                difference_text: open.with_symbol(figures.saving),
                assumed,
            }
        })
        .collect())
}

/// A person's name; empty when they are not known here.
async fn approval(open: &Open, loaded: &Loaded, actor: &Actor) -> Result<ApprovalView, CommandError> {
    let (state, needed) = approval_word(loaded);
    let (given, system) = &loaded.priced.priced.deciding_discretionary;
    let basis =
        satchel_core::money::Exact::round_ratio(given, system, 4).unwrap_or_else(satchel_core::money::Exact::zero);
    let approval = &loaded.quote.approval;
    let decided: Option<&Remark> = approval.rejected.as_ref().or_else(|| approval.grants.last());
    let decided_text = match decided {
        Some(remark) => {
            let when = words::moment(remark.at, open.now(), open.zone);
            Some(format!("{}, {when}", person_name(open, remark.by).await?))
        }
        None => None,
    };
    let decided_for = match decided.and_then(|remark| remark.on_behalf_of) {
        Some(other) => Some(person_name(open, other).await?),
        None => None,
    };
    let may = may_approve(&loaded.quote, &loaded.priced, &loaded.context, (actor, open.now()));
    let on_behalf_of = match may.ok().and_then(|(_, voice)| voice.on_behalf_of) {
        Some(other) => Some(person_name(open, other).await?),
        None => None,
    };
    Ok(ApprovalView {
        on_behalf_of,
        state: state.to_owned(),
        level: needed.level,
        approvers: needed.approvers.iter().map(|a| a.as_str().to_owned()).collect(),
        basis_pct: basis.to_fixed(4),
        reasons: needed
            .reasons
            .iter()
            .map(|reason| ApprovalReason { trigger: reason.trigger.to_owned(), level: reason.level })
            .collect(),
        decided_text,
        decided_for,
        note: decided.map(|remark| remark.note.clone()).filter(|note| !note.is_empty()),
        given_by_roles: granted(&loaded.quote, &loaded.priced, &needed)
            .iter()
            .map(|approver| approver.as_str().to_owned())
            .collect(),
    })
}

fn verdict(action: &str, refused: Option<Refusal>) -> Allowed {
    let reason_params = refused.as_ref().map(|refusal| params(&refusal.detail)).unwrap_or_default();
    let reason_code = refused.map(|refusal| refusal.code);
    Allowed { action: action.to_owned(), allowed: reason_code.is_none(), reason_code, reason_params }
}

/// Every verb as the rule answers it now; a document of it can always be made.
fn allowed(open: &Open, loaded: &Loaded, actor: &Actor) -> Vec<Allowed> {
    let case = QuoteCase {
        quote: &loaded.quote,
        siblings: loaded.siblings,
        priced: &loaded.priced,
        context: &loaded.context,
        by: actor,
        at: open.now(),
    };
    let verbs = Verb::ALL.into_iter().map(|verb| verdict(verb.as_str(), case.may(verb).err()));
    verbs.chain([verdict("pdf", None)]).collect()
}

async fn versions(open: &Open, family: &str) -> Result<Vec<QuoteVersionView>, CommandError> {
    let rows: Vec<(String, i64, String, i64, String)> = sqlx::query_as(
        "SELECT id, version, status, tcv, currency FROM quotes WHERE family_id = ?1 ORDER BY version DESC",
    )
    .bind(family)
    .fetch_all(open.store.read())
    .await?;
    rows.into_iter()
        .map(|(id, version, status, tcv, currency)| {
            Ok(QuoteVersionView {
                id,
                version: u32::try_from(version).unwrap_or(1),
                status: status_of(status)?,
                tcv_text: open.money(tcv, &currency),
            })
        })
        .collect()
}

async fn sync_state(open: &Open, id: &str) -> Result<String, CommandError> {
    if open.demo {
        return Ok("saved_here".to_owned());
    }
    let (waiting, needs): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM pending WHERE subject_id = ?1), \
         (SELECT count(*) FROM journal WHERE subject_id = ?1 AND needs_person = 1)",
    )
    .bind(id)
    .fetch_one(open.store.read())
    .await?;
    let state = match (needs, waiting) {
        (n, _) if n > 0 => "needs_you",
        (_, w) if w > 0 => "waiting",
        _ => "confirmed",
    };
    Ok(state.to_owned())
}
