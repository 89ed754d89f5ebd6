//! One change for many sites: shown before, made as edits of sites in one intent an account (at most 500 sites each), taken
//! back where nothing was changed since.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::accounts::FieldEdit;
use satchel_core::ids::{AccountId, SiteId};
use satchel_core::people::Role;
use satchel_core::sites::{EditSites, EditedSite, MAX_SITES_PER_IMPORT, StateField, TAKEN_BACK};
use satchel_core::time::format_instant_ms;
use satchel_core::wire::mutation::Intent;
use serde::{Deserialize, Serialize};

use super::bulk_view::{
    Person, SiteAction, SiteBulk, SiteBulkOutcome, SiteBulkPreview, SiteRunId, SiteRunUndone, SiteSelection, SiteStep,
    SitesLeft,
};
use super::queries::LIST;
use crate::api::list::{Conditions, all_keys};
use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::sync::{Subject, SubjectKind, mutate};

/// Sites shown before a change.
const SAMPLE: usize = 8;
/// Names given as examples of what stays.
const EXAMPLES: usize = 3;

/// A site as far as a change for many reads it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Selected {
    pub id: String,
    pub account_id: String,
    pub account: String,
    pub name: String,
    service_status: String,
    billing: String,
    parent_id: Option<String>,
    owner_id: Option<String>,
    pub monthly: Option<i64>,
    pub currency: String,
}

/// A site's edit as it is kept, to be taken back.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Step {
    account_id: AccountId,
    site: EditedSite,
}

/// The selected sites, in the list's order.
pub(super) async fn selected(open: &Open, selection: &SiteSelection) -> Result<Vec<Selected>, CommandError> {
    let ids = match &selection.list {
        Some(list) => {
            let mut fixed = Conditions::default();
            if let Some(account) = &selection.account_id {
                fixed.and("s.account_id = ?", account);
            }
            all_keys(open, &LIST, list, fixed).await?
        }
        None => selection.ids.clone(),
    };
    let found: String = sqlx::query_scalar(
        "SELECT json_group_array(json_object('id', s.id, 'account_id', s.account_id, 'account', a.name, 'name', s.name, \
         'service_status', s.service_status, 'billing', s.billing, 'parent_id', s.parent_id, 'owner_id', s.owner_id, \
         'monthly', s.monthly, 'currency', s.currency)) \
         FROM json_each(?1) wanted JOIN sites s ON s.id = wanted.value JOIN accounts a ON a.id = s.account_id",
    )
    .bind(serde_json::to_string(&ids).unwrap_or_default())
    .fetch_one(open.store.read())
    .await?;
    serde_json::from_str(&found).map_err(|e| CommandError::new("store.damaged", e.to_string()))
}

/// What a change comes to, site by site.
#[derive(Default)]
struct Plan {
    sites: Vec<Selected>,
    steps: Vec<(usize, FieldEdit)>,
    left: BTreeMap<&'static str, Vec<usize>>,
}

async fn plan(open: &Open, args: &SiteBulk) -> Result<(StateField, Plan), CommandError> {
    let mut plan = Plan { sites: selected(open, &args.selection).await?, ..Plan::default() };
    let target = match &args.action {
        SiteAction::Move { parent_id: Some(id) } => Some(above(open, id).await?),
        _ => None,
    };
    let (field, to) = wanted(&args.action);
    for (index, site) in plan.sites.iter().enumerate() {
        let from = site.state(field);
        let stays = match &target {
            _ if from == to => Some("site.same"),
            _ if field == StateField::Service && !matches!(from, "active" | "suspended") => Some("site.not_in_service"),
            Some((account, _)) if *account != site.account_id => Some("site.parent_unknown"),
            Some((_, chain)) if chain.contains(&site.id) => Some("site.cycle"),
            _ => None,
        };
        match stays {
            Some(code) => plan.left.entry(code).or_default().push(index),
            None => plan.steps.push((index, FieldEdit { base: from.to_owned(), mine: to.clone() })),
        }
    }
    Ok((field, plan))
}

fn wanted(action: &SiteAction) -> (StateField, String) {
    match action {
        SiteAction::Suspend => (StateField::Service, "suspended".to_owned()),
        SiteAction::Resume => (StateField::Service, "active".to_owned()),
        SiteAction::Billing { method } => (StateField::Billing, method.clone()),
        SiteAction::Assign { user_id } => (StateField::Owner, user_id.clone().unwrap_or_default()),
        SiteAction::Move { parent_id } => (StateField::Parent, parent_id.clone().unwrap_or_default()),
    }
}

/// A site's account, and the site itself with all that stand above it.
async fn above(open: &Open, id: &str) -> Result<(String, BTreeSet<String>), CommandError> {
    let chain: Vec<(String, String)> = sqlx::query_as(
        "WITH RECURSIVE chain (id, account_id, parent_id) AS ( \
           SELECT id, account_id, parent_id FROM sites WHERE id = ?1 \
           UNION SELECT s.id, s.account_id, s.parent_id FROM sites s JOIN chain ON s.id = chain.parent_id) \
         SELECT account_id, id FROM chain",
    )
    .bind(id)
    .fetch_all(open.store.read())
    .await?;
    let account = chain.first().map(|(account, _)| account.clone());
    let account = account.ok_or_else(|| CommandError::new("site.parent_unknown", id))?;
    Ok((account, chain.into_iter().map(|(_, id)| id).collect()))
}

fn may(role: Role, field: StateField) -> bool {
    match field {
        StateField::Service | StateField::Billing => role.may_change_service(),
        StateField::Parent | StateField::Owner => role.may_edit_accounts(),
    }
}

impl Plan {
    fn left(&self) -> Vec<SitesLeft> {
        let names = |indexes: &[usize]| indexes.iter().take(EXAMPLES).map(|i| self.sites[*i].name.clone()).collect();
        self.left
            .iter()
            .map(|(code, indexes)| SitesLeft {
                reason_code: (*code).to_owned(),
                sites: count(indexes.len()),
                examples: names(indexes),
            })
            .collect()
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Sums by currency, formatted.
pub(super) fn sums(open: &Open, sites: &[&Selected]) -> Vec<String> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for site in sites {
        let sum = sums.entry(site.currency.as_str()).or_default();
        *sum = sum.saturating_add(site.monthly.unwrap_or(0));
    }
    sums.into_iter().map(|(currency, minor)| open.money(minor, currency)).collect()
}

/// Who may look after sites.
pub async fn people(engine: &Engine, _: Nothing) -> Result<Vec<Person>, CommandError> {
    let open = engine.workspace().await?;
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, name, role FROM users WHERE active = 1 ORDER BY name COLLATE NOCASE")
            .fetch_all(open.store.read())
            .await?;
    Ok(rows.into_iter().map(|(id, name, role)| Person { id, name, role }).collect())
}

/// What a change would do; nothing is written.
pub async fn preview(engine: &Engine, args: SiteBulk) -> Result<SiteBulkPreview, CommandError> {
    let open = engine.workspace().await?;
    let (field, plan) = plan(&open, &args).await?;
    let changing: Vec<&Selected> = plan.steps.iter().map(|(index, _)| &plan.sites[*index]).collect();
    let accounts: BTreeSet<&str> = changing.iter().map(|site| site.account_id.as_str()).collect();
    let active: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sites WHERE service_status = 'active' AND account_id IN (SELECT value FROM json_each(?1))",
    )
    .bind(serde_json::to_string(&accounts).unwrap_or_default())
    .fetch_one(open.store.read())
    .await?;
    let before = u32::try_from(active).unwrap_or(0);
    let steps = count(plan.steps.len());
    let after = match &args.action {
        SiteAction::Suspend => before.saturating_sub(steps),
        SiteAction::Resume => before.saturating_add(steps),
        _ => before,
    };
    let shown_steps = &plan.steps[..plan.steps.len().min(SAMPLE)];
    let values: Vec<&str> = shown_steps.iter().flat_map(|(_, edit)| [edit.base.as_str(), &edit.mine]).collect();
    let names = names(&open, &values).await?;
    let shown = |value: &String| names.get(value).unwrap_or(value).clone();
    let sample = shown_steps.iter().map(|(index, edit)| SiteStep {
        id: plan.sites[*index].id.clone(),
        site: plan.sites[*index].name.clone(),
        from: shown(&edit.base),
        to: shown(&edit.mine),
    });
    Ok(SiteBulkPreview {
        selected: count(plan.sites.len()),
        changes: steps,
        accounts: count(accounts.len()),
        monthly_texts: sums(&open, &changing),
        counting: [before, after],
        left: plan.left(),
        sample: sample.collect(),
        allowed: may(open.actor().await.role, field),
    })
}

/// Names of the people and sites among some values; what is neither stays as it is.
pub(super) async fn names(open: &Open, values: &[&str]) -> Result<BTreeMap<String, String>, CommandError> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, name FROM users WHERE id IN (SELECT value FROM json_each(?1)) \
         UNION ALL SELECT id, name FROM sites WHERE id IN (SELECT value FROM json_each(?1))",
    )
    .bind(serde_json::to_string(values).unwrap_or_default())
    .fetch_all(open.store.read())
    .await?;
    Ok(found.into_iter().collect())
}

/// Makes a change: one intent for every account and 500 sites, each whole or not at all.
pub async fn apply(engine: &Engine, args: SiteBulk) -> Result<SiteBulkOutcome, CommandError> {
    let open = engine.workspace().await?;
    let (field, plan) = plan(&open, &args).await?;
    if !may(open.actor().await.role, field) {
        let code = match field {
            StateField::Service | StateField::Billing => "site.service_not_allowed",
            StateField::Parent | StateField::Owner => "site.not_allowed",
        };
        return Err(CommandError::new(code, "this role may not do that"));
    }
    let mut by_account: BTreeMap<&str, (AccountId, &str, Vec<EditedSite>)> = BTreeMap::new();
    for (index, edit) in &plan.steps {
        let site = &plan.sites[*index];
        let account = AccountId::parse(&site.account_id)?;
        let edited = EditedSite {
            id: SiteId::parse(&site.id)?,
            fields: BTreeMap::from([(field.column().to_owned(), edit.clone())]),
        };
        by_account.entry(&site.account_id).or_insert_with(|| (account, &site.account, Vec::new())).2.push(edited);
    }
    let steps: Vec<Step> = by_account
        .values()
        .flat_map(|(account_id, _, sites)| {
            sites.iter().map(|site| Step { account_id: *account_id, site: site.clone() })
        })
        .collect();
    let run_id = note(&open, &args.action, &steps).await?;
    for (account_id, name, sites) in by_account.into_values() {
        send(engine, &open, (account_id, name), &sites, &args.reason).await?;
    }
    Ok(SiteBulkOutcome { run_id, changed: count(plan.steps.len()), left: plan.left() })
}

async fn send(
    engine: &Engine,
    open: &Open,
    (account_id, name): (AccountId, &str),
    sites: &[EditedSite],
    reason: &str,
) -> Result<(), CommandError> {
    for chunk in sites.chunks(MAX_SITES_PER_IMPORT) {
        let intent = Intent::SiteEdit(EditSites {
            account_id,
            sites: chunk.to_vec(),
            reason: reason.trim().to_owned(),
            at: Some(open.now()),
        });
        mutate(engine, open, intent, Subject { text: name.to_owned(), kind: SubjectKind::Account, id: account_id.0 })
            .await?;
    }
    Ok(())
}

/// Notes what a change is about to do: taking back looks at what is there, also when the program ended in the middle.
async fn note(open: &Open, action: &SiteAction, steps: &[Step]) -> Result<String, CommandError> {
    let id = uuid::Uuid::now_v7().to_string();
    let json = |value: serde_json::Result<String>| value.map_err(|e| CommandError::new("store.damaged", e.to_string()));
    let mut tx = open.store.begin().await?;
    sqlx::query("INSERT INTO site_runs (id, at, action, edits) VALUES (?1, ?2, ?3, ?4)")
        .bind(&id)
        .bind(format_instant_ms(open.now()))
        .bind(json(serde_json::to_string(action))?)
        .bind(json(serde_json::to_string(steps))?)
        .execute(tx.conn())
        .await?;
    tx.touch("site_runs");
    tx.commit().await?;
    Ok(id)
}

/// Takes a change back: sites that still are as it made them are as before.
pub async fn undo(engine: &Engine, args: SiteRunId) -> Result<SiteRunUndone, CommandError> {
    let open = engine.workspace().await?;
    let run: Option<(String, Option<String>)> = sqlx::query_as("SELECT edits, undone_at FROM site_runs WHERE id = ?1")
        .bind(&args.run_id)
        .fetch_optional(open.store.read())
        .await?;
    let (steps, undone) = run.ok_or_else(|| CommandError::new("site.unknown_change", &args.run_id))?;
    if undone.is_some() {
        return Err(CommandError::new("site.change_undone", "this change was taken back already"));
    }
    let steps: Vec<Step> =
        serde_json::from_str(&steps).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    let ids = steps.iter().map(|step| step.site.id.to_string()).collect();
    let now = selected(&open, &SiteSelection { ids, ..SiteSelection::default() }).await?;
    let now: BTreeMap<&str, &Selected> = now.iter().map(|site| (site.id.as_str(), site)).collect();
    let mut outcome = SiteRunUndone::default();
    let mut back: BTreeMap<AccountId, (String, Vec<EditedSite>)> = BTreeMap::new();
    for Step { account_id, site } in steps {
        let Some(there) = now.get(site.id.to_string().as_str()) else { continue };
        let fields: BTreeMap<String, FieldEdit> = site
            .fields
            .iter()
            .filter(|(field, edit)| StateField::parse(field).is_some_and(|field| there.state(field) == edit.mine))
            .map(|(field, edit)| (field.clone(), FieldEdit { base: edit.mine.clone(), mine: edit.base.clone() }))
            .collect();
        if fields.is_empty() {
            outcome.changed_since += 1;
            continue;
        }
        outcome.restored += 1;
        let edited = EditedSite { id: site.id, fields };
        back.entry(account_id).or_insert_with(|| (there.account.clone(), Vec::new())).1.push(edited);
    }
    for (account_id, (name, sites)) in back {
        send(engine, &open, (account_id, &name), &sites, TAKEN_BACK).await?;
    }
    let mut tx = open.store.begin().await?;
    sqlx::query("UPDATE site_runs SET undone_at = ?2 WHERE id = ?1")
        .bind(&args.run_id)
        .bind(format_instant_ms(open.now()))
        .execute(tx.conn())
        .await?;
    tx.touch("site_runs");
    tx.commit().await?;
    Ok(outcome)
}

impl Selected {
    /// Whether a service runs or rests there.
    pub(super) fn in_service(&self) -> bool {
        matches!(self.service_status.as_str(), "active" | "suspended")
    }

    fn state(&self, field: StateField) -> &str {
        match field {
            StateField::Service => &self.service_status,
            StateField::Billing => &self.billing,
            StateField::Parent => self.parent_id.as_deref().unwrap_or_default(),
            StateField::Owner => self.owner_id.as_deref().unwrap_or_default(),
        }
    }
}
