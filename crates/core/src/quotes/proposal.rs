//! The proposal around a quote: what the customer needs, what is offered, when it is built, what stands in the terms
//! (feature 1-44). Invariant: money never depends on it; a clause that is not the library's own text is non-standard and
//! needs an approval (RULES APR 1).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::quote::{Content, MAX_LINES};
use crate::clauses::{MAX_CLAUSE_BODY, MAX_CLAUSE_TITLE};
use crate::ids::{ClauseId, SiteId};
use crate::money::Exact;
use crate::organisations::SlaTemplate;
use crate::pricing::{ChargeType, LineStatus};

/// Longest section, in characters.
pub const MAX_SECTION: usize = 20_000;
/// Most clauses of a proposal, and most custom features.
pub const MAX_CLAUSES: usize = 60;
/// Most sites installed in a week.
pub const MAX_SITES_PER_WEEK: u32 = 500;

/// What stands in a proposal besides the quote.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proposal {
    /// What the customer needs, in paragraphs.
    pub requirements: String,
    /// What is offered, in paragraphs.
    pub solution: String,
    /// First day of the implementation; without it the plan names weeks.
    pub start: Option<NaiveDate>,
    /// Sites installed in a week, 1 to [`MAX_SITES_PER_WEEK`].
    pub sites_per_week: u32,
    /// What is made for this customer.
    pub features: Vec<CustomFeature>,
    /// What other providers charge, per site.
    pub competitors: Vec<CompetitorPrice>,
    /// Whether the comparison is printed; otherwise it is for the seller alone.
    pub show_competitors: bool,
    /// Terms, in the order printed.
    pub clauses: Vec<ProposalClause>,
    /// The service level agreement that the account gets with the order; none: the account's own stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla: Option<SlaTemplate>,
}

/// Something made for this customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomFeature {
    /// Name.
    pub name: String,
    /// What it is.
    pub detail: String,
    /// Delivered on.
    pub delivery: Option<NaiveDate>,
}

/// What another provider charges at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompetitorPrice {
    /// Site of the quote.
    pub site_id: SiteId,
    /// Who.
    pub provider: String,
    /// Before tax, per month, in the quote's currency.
    pub monthly: Exact,
}

/// A clause as it stands in this proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalClause {
    /// The library's version it came from; none for a clause of this proposal's own.
    pub clause_id: Option<ClauseId>,
    /// Title as printed.
    pub title: String,
    /// Text as printed.
    pub body: String,
}

/// The library as far as a quote needs it: version id to title and text.
pub type ClauseTexts = BTreeMap<ClauseId, (String, String)>;

impl ProposalClause {
    /// Word for word the library's.
    pub fn is_standard(&self, library: &ClauseTexts) -> bool {
        let text = self.clause_id.and_then(|id| library.get(&id));
        text.is_some_and(|(title, body)| *title == self.title && *body == self.body)
    }
}

impl Proposal {
    /// A clause was changed or is not from the library, or the service level agreement is not one on offer.
    pub fn has_nonstandard_clause(&self, library: &ClauseTexts, offered: &[SlaTemplate]) -> bool {
        self.clauses.iter().any(|clause| !clause.is_standard(library))
            || self.sla.as_ref().is_some_and(|sla| !offered.contains(sla))
    }

    /// The name of the first field that makes no sense; `sites` are those of the account.
    pub fn check(&self, sites: impl Fn(SiteId) -> bool) -> Result<(), &'static str> {
        let long = |text: &str, most: usize| text.chars().count() > most;
        if self.sla.as_ref().is_some_and(|sla| long(&sla.name, 200)) {
            return Err("sla");
        }
        if long(&self.requirements, MAX_SECTION) {
            return Err("requirements");
        }
        if long(&self.solution, MAX_SECTION) {
            return Err("solution");
        }
        if !(1..=MAX_SITES_PER_WEEK).contains(&self.sites_per_week) {
            return Err("sites_per_week");
        }
        let bad_feature = |f: &CustomFeature| f.name.trim().is_empty() || long(&f.name, 200) || long(&f.detail, 2_000);
        if self.features.len() > MAX_CLAUSES || self.features.iter().any(bad_feature) {
            return Err("features");
        }
        let bad_clause = |c: &ProposalClause| {
            c.title.trim().is_empty() || long(&c.title, MAX_CLAUSE_TITLE) || long(&c.body, MAX_CLAUSE_BODY)
        };
        if self.clauses.len() > MAX_CLAUSES || self.clauses.iter().any(bad_clause) {
            return Err("clauses");
        }
        let most = Exact::from(1_000_000_000_000_i64);
        let mut seen = BTreeSet::new();
        let bad_price = |price: &CompetitorPrice| {
            price.provider.trim().is_empty()
                || long(&price.provider, 200)
                || price.monthly.is_negative()
                || price.monthly.decimals() > 2
                || price.monthly > most
                || !sites(price.site_id)
        };
        let twice = self.competitors.iter().any(|price| !seen.insert(price.site_id));
        if self.competitors.len() > MAX_LINES || twice || self.competitors.iter().any(bad_price) {
            return Err("competitors");
        }
        Ok(())
    }
}

/// A step of the implementation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// Which.
    pub kind: MilestoneKind,
    /// First week, from 1.
    pub from_week: u32,
    /// Last week.
    pub to_week: u32,
    /// First and last day, when the start is known.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Sites installed in it, in the quote's order.
    pub sites: Vec<SiteId>,
}

/// What happens in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MilestoneKind {
    /// Kick-off, surveys, permits.
    Preparation,
    /// A week's installations.
    Installation,
    /// Handover and acceptance.
    Acceptance,
}

/// Weeks before the first installation.
const PREPARATION_WEEKS: u32 = 2;

/// The plan: two weeks of preparation, then the selected sites in the quote's order by weeks, then a week of acceptance
/// (feature 1-07: generated from the sites).
pub fn milestones(content: &Content, proposal: &Proposal) -> Vec<Milestone> {
    let mut seen = BTreeSet::new();
    let sites: Vec<SiteId> = content
        .lines
        .iter()
        .filter(|line| line.status == LineStatus::Selected && line.charge_type != ChargeType::Usage)
        .map(|line| line.site_id)
        .filter(|site| seen.insert(*site))
        .collect();
    if sites.is_empty() {
        return Vec::new();
    }
    let step = |kind, from_week: u32, to_week: u32, sites: &[SiteId]| {
        let day = |days: u32| proposal.start.and_then(|start| start.checked_add_days(Days::new(u64::from(days))));
        let days = day((from_week - 1) * 7).zip(day(to_week * 7 - 3));
        Milestone { kind, from_week, to_week, days, sites: sites.to_vec() }
    };
    let mut plan = vec![step(MilestoneKind::Preparation, 1, PREPARATION_WEEKS, &[])];
    let mut week = PREPARATION_WEEKS;
    for wave in sites.chunks(proposal.sites_per_week.max(1) as usize) {
        week += 1;
        plan.push(step(MilestoneKind::Installation, week, week, wave));
    }
    plan.push(step(MilestoneKind::Acceptance, week + 1, week + 1, &[]));
    plan
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn clause(body: &str) -> ProposalClause {
        ProposalClause {
            clause_id: Some(ClauseId(Uuid::from_u128(1))),
            title: "Support".to_owned(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn a_clause_is_standard_only_word_for_word() {
        let library =
            ClauseTexts::from([(ClauseId(Uuid::from_u128(1)), ("Support".to_owned(), "Four hours.".to_owned()))]);
        let proposal = |body: &str| Proposal { clauses: vec![clause(body)], ..Proposal::default() };
        assert!(!proposal("Four hours.").has_nonstandard_clause(&library, &[]));
        assert!(proposal("Two hours.").has_nonstandard_clause(&library, &[]));
        assert!(proposal("Four hours.").has_nonstandard_clause(&ClauseTexts::new(), &[]));
    }

    #[test]
    fn a_competitor_stands_once_at_a_site_of_the_account() {
        let price = |site: u128| CompetitorPrice {
            site_id: SiteId(Uuid::from_u128(site)),
            provider: "Other".to_owned(),
            monthly: Exact::from(900),
        };
        let known = |site: SiteId| site == SiteId(Uuid::from_u128(1));
        let with = |competitors| Proposal { sites_per_week: 5, competitors, ..Proposal::default() };
        assert_eq!(with(vec![price(1)]).check(known), Ok(()));
        assert_eq!(with(vec![price(2)]).check(known), Err("competitors"));
        assert_eq!(with(vec![price(1), price(1)]).check(known), Err("competitors"));
        assert_eq!(Proposal::default().check(known), Err("sites_per_week"));
    }
}
