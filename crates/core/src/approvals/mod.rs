//! Which approval a discount needs (RULES APR 1, D8, D15, D54). Invariant: the highest level wins, every trigger that fires
//! is listed, also one of level none, and percentages are compared unrounded.

mod delegation;

use serde::{Deserialize, Serialize};

pub use delegation::{DelegateApproval, Delegation, EndDelegation, MAX_DAYS, MAX_NOTE};

use crate::money::{Exact, Money};
use crate::pricing::exceeds;
use crate::quotes::PaymentTerms;

/// Approval level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ts_rs::TS)]
pub enum Level {
    /// No approval.
    #[serde(rename = "none")]
    None,
    /// Sales manager.
    #[serde(rename = "manager")]
    Manager,
    /// Director.
    #[serde(rename = "director")]
    Director,
    /// Director and finance, both.
    #[serde(rename = "director+finance")]
    DirectorAndFinance,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// Sales manager.
    Manager,
    /// Director.
    Director,
    /// Finance.
    Finance,
}

impl Approver {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Director => "director",
            Self::Finance => "finance",
        }
    }
}

impl Level {
    /// The approvers named by this level; only they are asked.
    pub fn approvers(self) -> Vec<Approver> {
        match self {
            Self::None => vec![],
            Self::Manager => vec![Approver::Manager],
            Self::Director => vec![Approver::Director],
            Self::DirectorAndFinance => vec![Approver::Director, Approver::Finance],
        }
    }

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Manager => "manager",
            Self::Director => "director",
            Self::DirectorAndFinance => "director+finance",
        }
    }
}

/// A discount band: strictly over this percentage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// Percentage.
    pub over: Exact,
    /// Level from there on.
    pub level: Level,
}

/// Levels of the other triggers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerLevels {
    /// Margin below the floor.
    pub margin_below_floor: Level,
    /// Payment terms longer than the account's.
    pub longer_payment_terms: Level,
    /// A clause that is not the standard one.
    pub nonstandard_clause: Level,
    /// Agreed price above list.
    pub contract_above_list: Level,
    /// Contract value strictly above the limit.
    pub tcv_above_limit: Level,
    /// A price clamped to zero.
    pub clamped_to_zero: Level,
}

/// An organisation's approval policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalPolicy {
    /// Discount bands.
    pub bands: Vec<Band>,
    /// Other triggers.
    pub triggers: TriggerLevels,
}

impl Default for ApprovalPolicy {
    /// The proposed default of APR 1 and D15.
    fn default() -> Self {
        let band = |over: i64, level| Band { over: Exact::from(over), level };
        Self {
            bands: vec![band(5, Level::Manager), band(15, Level::Director), band(25, Level::DirectorAndFinance)],
            triggers: TriggerLevels {
                margin_below_floor: Level::DirectorAndFinance,
                longer_payment_terms: Level::DirectorAndFinance,
                nonstandard_clause: Level::Director,
                contract_above_list: Level::Manager,
                tcv_above_limit: Level::Director,
                clamped_to_zero: Level::DirectorAndFinance,
            },
        }
    }
}

/// What the decision looks at.
#[derive(Debug, Clone)]
pub struct ApprovalInput {
    /// Highest discretionary percentage of lines and quote, as an exact ratio.
    pub discretionary: (Exact, Exact),
    /// Margin in percent, when known.
    pub margin_pct: Option<Exact>,
    /// Floor in percent, when set.
    pub margin_floor_pct: Option<Exact>,
    /// Of a line that counts it is not known what it costs: with a floor set, that is below it (D56).
    pub cost_unknown: bool,
    /// Asked payment terms.
    pub payment_terms: PaymentTerms,
    /// The account's.
    pub account_payment_terms: PaymentTerms,
    /// A clause was changed.
    pub nonstandard_clause: bool,
    /// A line is above list by agreement.
    pub contract_above_list: bool,
    /// A line was clamped.
    pub clamped_to_zero: bool,
    /// Contract value.
    pub tcv: Money,
    /// Its limit, when set.
    pub tcv_limit: Option<Money>,
}

/// A reason with the level it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// `discount`, `margin_below_floor`, `longer_payment_terms`, `nonstandard_clause`, `contract_above_list`,
    /// `tcv_above_limit`, `clamped_to_zero`.
    pub trigger: &'static str,
    /// Level; none where the organisation asks nobody about it.
    pub level: Level,
}

/// The approval needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredApproval {
    /// Highest level.
    pub level: Level,
    /// Who is asked.
    pub approvers: Vec<Approver>,
    /// Every trigger that fires, in rule order; one of level none too (D54).
    pub reasons: Vec<Reason>,
}

/// The larger of two exact percentages.
pub fn larger(a: (Exact, Exact), b: (Exact, Exact)) -> (Exact, Exact) {
    if exceeds(&b, &a) { b } else { a }
}

/// Decides by policy.
pub fn required_approval(policy: &ApprovalPolicy, input: &ApprovalInput) -> RequiredApproval {
    let discount = policy
        .bands
        .iter()
        .filter(|band| exceeds(&input.discretionary, &(band.over.clone(), Exact::from(1))))
        .map(|band| band.level)
        .max()
        .unwrap_or(Level::None);
    let triggers = &policy.triggers;
    let below_floor = input
        .margin_floor_pct
        .as_ref()
        .is_some_and(|floor| input.cost_unknown || input.margin_pct.as_ref().is_some_and(|margin| margin < floor));
    let above_limit = input.tcv_limit.is_some_and(|limit| input.tcv.minor() > limit.minor());
    let reasons: Vec<Reason> = [
        // The band's level is what makes a discount a reason; any other trigger is one by firing (D54).
        ("discount", discount != Level::None, discount),
        ("margin_below_floor", below_floor, triggers.margin_below_floor),
        ("longer_payment_terms", input.payment_terms > input.account_payment_terms, triggers.longer_payment_terms),
        ("nonstandard_clause", input.nonstandard_clause, triggers.nonstandard_clause),
        ("contract_above_list", input.contract_above_list, triggers.contract_above_list),
        ("tcv_above_limit", above_limit, triggers.tcv_above_limit),
        ("clamped_to_zero", input.clamped_to_zero, triggers.clamped_to_zero),
    ]
    .into_iter()
    .filter(|(_, fires, _)| *fires)
    .map(|(trigger, _, level)| Reason { trigger, level })
    .collect();
    let level = reasons.iter().map(|reason| reason.level).max().unwrap_or(Level::None);
    RequiredApproval { level, approvers: level.approvers(), reasons }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn dec(text: &str) -> Exact {
        Exact::parse(text).expect("test decimal")
    }

    fn plain(pct: &str) -> ApprovalInput {
        ApprovalInput {
            discretionary: (dec(pct), Exact::from(1)),
            margin_pct: None,
            margin_floor_pct: None,
            cost_unknown: false,
            payment_terms: PaymentTerms::Net30,
            account_payment_terms: PaymentTerms::Net30,
            nonstandard_clause: false,
            contract_above_list: false,
            clamped_to_zero: false,
            tcv: Money::new(100, Currency::Zar),
            tcv_limit: None,
        }
    }

    #[test]
    fn the_default_bands_start_strictly_above_their_percentage() {
        for (pct, level) in [
            ("-80", Level::None),
            ("5", Level::None),
            ("5.0000000001", Level::Manager),
            ("15", Level::Manager),
            ("15.01", Level::Director),
            ("25", Level::Director),
            ("25.01", Level::DirectorAndFinance),
        ] {
            assert_eq!(required_approval(&ApprovalPolicy::default(), &plain(pct)).level, level, "{pct} %");
        }
    }

    #[test]
    fn a_repeating_percentage_is_compared_exactly() {
        let input = ApprovalInput { discretionary: (dec("100"), dec("20")), ..plain("0") };
        assert_eq!(required_approval(&ApprovalPolicy::default(), &input).level, Level::None);
        let input = ApprovalInput { discretionary: (dec("100"), dec("19.9999999999999999")), ..plain("0") };
        assert_eq!(required_approval(&ApprovalPolicy::default(), &input).level, Level::Manager);
    }

    #[test]
    fn every_reason_is_listed_in_rule_order_and_the_highest_level_wins() {
        let input = ApprovalInput {
            margin_pct: Some(dec("19.99")),
            margin_floor_pct: Some(dec("20")),
            cost_unknown: false,
            payment_terms: PaymentTerms::Net60,
            nonstandard_clause: true,
            contract_above_list: true,
            clamped_to_zero: true,
            tcv_limit: Some(Money::new(99, Currency::Zar)),
            ..plain("6")
        };
        let needed = required_approval(&ApprovalPolicy::default(), &input);
        let triggers: Vec<&str> = needed.reasons.iter().map(|reason| reason.trigger).collect();
        assert_eq!(
            triggers,
            [
                "discount",
                "margin_below_floor",
                "longer_payment_terms",
                "nonstandard_clause",
                "contract_above_list",
                "tcv_above_limit",
                "clamped_to_zero",
            ]
        );
        assert_eq!(needed.approvers, [Approver::Director, Approver::Finance]);
    }

    #[test]
    fn equality_with_a_limit_and_shorter_terms_need_no_approval() {
        let input = ApprovalInput {
            margin_pct: Some(dec("20.0")),
            margin_floor_pct: Some(dec("20")),
            cost_unknown: false,
            payment_terms: PaymentTerms::Prepaid,
            tcv_limit: Some(Money::new(100, Currency::Zar)),
            ..plain("5")
        };
        let needed = required_approval(&ApprovalPolicy::default(), &input);
        assert_eq!((needed.level, needed.approvers.len(), needed.reasons.len()), (Level::None, 0, 0));
    }

    #[test]
    fn a_trigger_of_level_none_is_listed_and_asks_nobody() {
        let mut policy = ApprovalPolicy::default();
        policy.triggers.contract_above_list = Level::None;
        let input = ApprovalInput { contract_above_list: true, ..plain("0") };
        let needed = required_approval(&policy, &input);
        assert_eq!(needed.reasons, [Reason { trigger: "contract_above_list", level: Level::None }]);
        assert_eq!((needed.level, needed.approvers.len()), (Level::None, 0));
    }

    #[test]
    fn a_discount_in_a_band_of_level_none_is_no_reason() {
        let bands = vec![Band { over: dec("5"), level: Level::None }];
        let policy = ApprovalPolicy { bands, ..ApprovalPolicy::default() };
        assert_eq!(required_approval(&policy, &plain("80")).reasons, []);
    }

    #[test]
    fn levels_are_ordered_from_none_to_director_and_finance() {
        let levels = [Level::None, Level::Manager, Level::Director, Level::DirectorAndFinance];
        assert!(levels.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
