//! Properties and refusals of the price waterfall and the quote built from it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::money::Money;

fn dec(text: &str) -> Exact {
    Exact::parse(text).expect("test decimal")
}

fn line(id: usize, site: usize, list_price: &str) -> PricingLine {
    PricingLine {
        id: format!("L{id}"),
        site: format!("S{site}"),
        status: LineStatus::Selected,
        charge_type: ChargeType::Recurring,
        unit_dp: 2,
        list_price: dec(list_price),
        contract: None,
        qty: dec("1"),
        volume_eligible: false,
        term_eligible: false,
        manual: Manual::None,
    }
}

fn quote(lines: Vec<PricingLine>) -> PricingInput {
    PricingInput {
        currency: Currency::Zar,
        policy: StackingPolicy::Compound,
        term_months: 12,
        term_table: vec![TermRow { min_months: 13, pct: dec("15") }],
        volume_table: VolumeTable::Standard,
        existing_active_sites: 0,
        lines,
    }
}

fn sites(count: usize, list_price: &str) -> PricingInput {
    quote((0..count).map(|n| line(n, n, list_price)).collect())
}

#[test]
fn what_cannot_be_priced_is_refused_with_its_code() {
    let changed = |change: &dyn Fn(&mut PricingLine)| {
        let mut input = sites(2, "10.00");
        change(&mut input.lines[0]);
        price_quote(&input).map_err(|error| error.code())
    };
    let manual = |manual: Manual| changed(&move |line| line.manual = manual.clone());
    for (outcome, code) in [
        (changed(&|line| line.list_price = dec("-0.01")), "negative_price"),
        (changed(&|line| line.contract = Some(ContractPrice { price: dec("-1"), stacks: true })), "negative_price"),
        (manual(Manual::Target(dec("-5.00"))), "negative_price"),
        (manual(Manual::Amount(dec("-5.00"))), "negative_price"),
        (changed(&|line| line.qty = dec("-1")), "negative_qty"),
        (changed(&|line| line.list_price = dec("33.345")), "price_precision"),
        (manual(Manual::Target(dec("0.005"))), "price_precision"),
        (manual(Manual::Pct(dec("100.01"))), "manual_out_of_range"),
        (manual(Manual::Pct(dec("-0.01"))), "manual_out_of_range"),
        (changed(&|line| line.unit_dp = 7), "bad_precision"),
        (changed(&|line| line.id = "L1".to_owned()), "duplicate_line"),
        (changed(&|line| line.qty = dec("92233720368547758.08")), "number_out_of_range"),
    ] {
        assert_eq!(outcome.map(|priced| priced.tcv), Err(code));
    }
    assert!(changed(&|line| line.list_price = dec("33.340")).is_ok(), "a trailing zero is no extra precision");
}

#[test]
fn a_deal_target_refuses_what_has_no_unit_price() {
    let deal = |id: &str, qty: &str, net: i64| DealLine {
        id: id.to_owned(),
        unit_dp: 2,
        qty: dec(qty),
        line_net: Money::new(net, Currency::Zar),
    };
    let code = |target: i64, lines: &[DealLine]| {
        allocate_deal_target(Money::new(target, Currency::Zar), lines).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(code(100, &[]), Err("no_weights"));
    assert_eq!(code(100, &[deal("a", "1", 0)]), Err("zero_weights"));
    assert_eq!(code(100, &[deal("a", "1", -5), deal("b", "1", 9)]), Err("negative_weight"));
    assert_eq!(code(100, &[deal("a", "0", 5)]), Err("bad_qty"));
    assert_eq!(code(-100, &[deal("a", "1", 5)]), Err("bad_target"));
    assert_eq!(code(100, &[deal("a", "1", 5), deal("a", "1", 5)]), Err("duplicate_line"));
    assert_eq!(code(100, &[deal("a", "1", 5)]), Ok(()));
}

#[test]
fn a_threshold_is_compared_on_the_unrounded_percentage() {
    let mut input = sites(1, "100000.00");
    input.lines[0].manual = Manual::Amount(dec("5000.01"));
    let priced = price_quote(&input).expect("valid");
    assert_eq!(priced.worst_line_discretionary_pct, dec("5"));
    assert!(quote::exceeds(&priced.deciding_discretionary, &(dec("5"), dec("1"))));
}

#[test]
fn nineteen_mixed_sites_are_told_that_twenty_cost_less() {
    let mut input = sites(19, "1000.00");
    input.lines[3].list_price = dec("900.00");
    let priced = price_quote(&input).expect("valid");
    let nudges = quote_nudges(&input, &priced).expect("valid");
    let expected = Nudge {
        sites: 20,
        pct: dec("15"),
        monthly_total: Money::new(1_691_500, Currency::Zar),
        saving: Money::new(9_500, Currency::Zar),
    };
    assert_eq!(priced.monthly_net, Money::new(1_701_000, Currency::Zar));
    assert_eq!(nudges, [QuoteNudge::Add { nudge: expected, assumed_line: "L0".to_owned() }]);
}

#[test]
fn twenty_sites_are_told_to_keep_the_tier_that_the_last_site_brings() {
    let input = sites(20, "1000.00");
    let priced = price_quote(&input).expect("valid");
    let below = Nudge {
        sites: 19,
        pct: dec("10"),
        monthly_total: Money::new(1_710_000, Currency::Zar),
        saving: Money::new(10_000, Currency::Zar),
    };
    assert_eq!(quote_nudges(&input, &priced), Ok(vec![QuoteNudge::Keep { keep: 20, below }]));
}

#[test]
fn a_nudge_counts_the_snapshot_and_never_drops_sites_that_are_not_on_the_quote() {
    let mut input = sites(2, "1000.00");
    input.existing_active_sites = 18;
    let priced = price_quote(&input).expect("valid");
    assert_eq!((priced.n, quote_nudges(&input, &priced)), (20, Ok(vec![])));
    input.existing_active_sites = 48;
    input.volume_table = serde_json::from_value(json!({
        "source": "account", "rows": [{"min": 50, "max": null, "pct": "60"}],
    }))
    .expect("a table");
    let priced = price_quote(&input).expect("valid");
    assert_eq!(priced.monthly_net, Money::new(80_000, Currency::Zar));
    let nudges = quote_nudges(&input, &priced).expect("valid");
    assert!(matches!(&nudges[..], [QuoteNudge::Keep { keep: 50, below }] if below.monthly_total.minor() == 100_000));
}

#[test]
fn tiers_of_overlapping_rows_read_as_one_staircase() {
    let table: VolumeTable = serde_json::from_value(json!({"source": "account", "rows": [
        {"min": 1, "max": 9, "pct": "8"}, {"min": 5, "max": 49, "pct": "6"}, {"min": 50, "max": null, "pct": "18.0"},
    ]}))
    .expect("a table");
    let tiers: Vec<Value> = table.tiers().iter().map(|tier| json!([tier.min, tier.pct])).collect();
    assert_eq!(Value::from(tiers), json!([[0, "0"], [1, "8"], [10, "6"], [50, "18"]]));
}

prop_compose! {
    fn any_line()(
        list in 0u32..1_000_000, dp in 2u32..=6, qty in 0u32..1_000_000, qty_dp in 0u32..4,
        contract in prop::option::of((0u32..1_000_000, any::<bool>())), kind in 0usize..4, value in 0u32..=1_000_000,
        charge in 0usize..3, eligible in any::<(bool, bool)>(),
    ) -> PricingLine {
        let price = |mantissa: u32| Exact::new(mantissa.into(), dp);
        PricingLine {
            charge_type: [ChargeType::Recurring, ChargeType::OneOff, ChargeType::Usage][charge],
            unit_dp: dp,
            list_price: price(list),
            contract: contract.map(|(agreed, stacks)| ContractPrice { price: price(agreed), stacks }),
            qty: Exact::new(qty.into(), qty_dp),
            volume_eligible: eligible.0,
            term_eligible: eligible.1,
            manual: match kind {
                0 => Manual::None,
                1 => Manual::Pct(Exact::new(value.into(), 4)),
                2 => Manual::Amount(price(value)),
                _ => Manual::Target(price(value)),
            },
            ..line(0, 0, "0")
        }
    }
}

prop_compose! {
    fn any_quote()(
        lines in prop::collection::vec((any_line(), 0usize..8, 0usize..4), 0..12), policy in 0usize..3,
        term_months in 1u32..61, existing_active_sites in 0u32..60,
    ) -> PricingInput {
        let status = [LineStatus::Selected, LineStatus::Selected, LineStatus::Optional, LineStatus::Cancelled];
        let place = |(id, (line, site, state)): (usize, (PricingLine, usize, usize))| PricingLine {
            id: format!("L{id}"), site: format!("S{site}"), status: status[state], ..line
        };
        PricingInput {
            policy: [StackingPolicy::Compound, StackingPolicy::Additive, StackingPolicy::BestOf][policy],
            term_months,
            existing_active_sites,
            lines: lines.into_iter().enumerate().map(place).collect(),
            ..quote(vec![])
        }
    }
}

proptest! {
    #[test]
    fn the_explanation_sums_exactly_to_the_discount(input in any_quote()) {
        let priced = price_quote(&input).expect("generated inputs are valid");
        for line in &priced.lines {
            let effects: i64 = line.price.steps.iter().map(|step| step.line_effect.minor()).sum();
            prop_assert_eq!(effects, -line.price.discount.minor());
            prop_assert!(line.price.line_net.minor() >= 0);
        }
    }

    #[test]
    fn totals_are_the_sums_of_the_selected_lines(input in any_quote()) {
        let priced = price_quote(&input).expect("generated inputs are valid");
        let total = |wanted: ChargeType| -> i64 {
            let selected = priced.lines.iter().filter(|line| line.status == LineStatus::Selected);
            let kind = |id: &str| input.lines.iter().find(|line| line.id == id).map(|line| line.charge_type);
            selected.filter(|line| kind(&line.id) == Some(wanted)).map(|line| line.price.line_net.minor()).sum()
        };
        prop_assert_eq!(priced.monthly_net.minor(), total(ChargeType::Recurring));
        prop_assert_eq!(priced.one_off_net.minor(), total(ChargeType::OneOff));
        prop_assert_eq!(priced.usage_estimate_net.minor(), total(ChargeType::Usage));
        let tcv = priced.monthly_net.minor() * i64::from(input.term_months) + priced.one_off_net.minor();
        prop_assert_eq!(priced.tcv.minor(), tcv);
    }

    #[test]
    fn the_quote_as_a_whole_never_gives_away_more_than_its_worst_line(input in any_quote()) {
        let priced = price_quote(&input).expect("generated inputs are valid");
        if priced.quote_discretionary_pct != Exact::zero() {
            prop_assert!(priced.quote_discretionary_pct <= priced.worst_line_discretionary_pct);
        }
    }

    #[test]
    fn an_added_site_nudge_is_what_the_larger_quote_would_cost(count in 1usize..60, cents in 100u32..500_000, other in 0usize..60) {
        let mut input = sites(count, "1.00");
        for line in &mut input.lines {
            line.list_price = Exact::new(cents.into(), 2);
        }
        if let Some(line) = input.lines.get_mut(other) {
            line.list_price = dec("7.77");
        }
        let priced = price_quote(&input).expect("valid");
        for nudge in quote_nudges(&input, &priced).expect("valid") {
            let QuoteNudge::Add { nudge, assumed_line } = nudge else { continue };
            let model = input.lines.iter().find(|line| line.id == assumed_line).expect("a line of the quote").clone();
            let mut larger = input.clone();
            larger.lines.extend((count..nudge.sites as usize).map(|n| PricingLine {
                id: format!("N{n}"), site: format!("N{n}"), ..model.clone()
            }));
            let then = price_quote(&larger).expect("valid");
            prop_assert_eq!(then.monthly_net, nudge.monthly_total);
            prop_assert_eq!(then.monthly_net.minor() + nudge.saving.minor(), priced.monthly_net.minor());
            prop_assert!(nudge.saving.minor() > 0);
        }
    }
}
