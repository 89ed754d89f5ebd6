use super::*;
use proptest::prelude::*;

fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

#[test]
fn decimals_are_compared_by_value_and_written_shortest() {
    for (text, shortest, fixed4) in [
        ("15", "15", "15.0000"),
        ("15.0", "15", "15.0000"),
        ("2.50", "2.5", "2.5000"),
        ("-0.00", "0", "0.0000"),
        ("-0.00004", "-0.00004", "0.0000"),
        ("-0.00005", "-0.00005", "-0.0001"),
        ("100", "100", "100.0000"),
    ] {
        assert_eq!(exact(text).to_shortest(), shortest);
        assert_eq!(exact(text).to_fixed(4), fixed4);
        assert_eq!(exact(text), exact(shortest));
    }
}

#[test]
fn text_that_is_not_a_wire_decimal_is_refused() {
    for text in [
        "", "-", ".", "1.", ".5", "+1", "1e3", " 1", "01", "-00", "1_0", "NaN", "1.2.3", "٣",
    ] {
        assert_eq!(Exact::parse(text), Err(MoneyError::BadFormat), "{text:?}");
    }
}

#[test]
fn ratios_round_half_away_whatever_the_signs() {
    for (num, den, expected) in [
        ("1", "8", "0.13"),
        ("-1", "8", "-0.13"),
        ("1", "-8", "-0.13"),
        ("-1", "-8", "0.13"),
        ("0.29", "1200", "0.00"),
    ] {
        assert_eq!(
            Exact::round_ratio(&exact(num), &exact(den), 2)
                .unwrap()
                .to_fixed(2),
            expected
        );
    }
    assert_eq!(
        Exact::round_ratio(&exact("1"), &exact("0.0"), 2),
        Err(MoneyError::ZeroDenominator)
    );
}

#[test]
fn floor_and_truncation_differ_only_below_zero() {
    assert_eq!(exact("-1.239").floor(2), exact("-1.24"));
    assert_eq!(exact("-1.239").truncate(2), exact("-1.23"));
    assert_eq!(exact("1.239").floor(2), exact("1.23"));
}

#[test]
fn ratios_order_by_their_true_value() {
    let third = Ratio::new(exact("1"), exact("3")).unwrap();
    assert!(third > Ratio::whole(exact("0.3333333333")));
    assert_eq!(third, Ratio::new(exact("-2"), exact("-6")).unwrap());
    assert_eq!(third.exact(6), None);
    assert_eq!(
        Ratio::new(exact("1"), exact("8")).unwrap().exact(4),
        Some(exact("0.125"))
    );
}

/// The same value with its mantissa forced onto the big-integer path.
fn big(value: &Exact) -> Exact {
    Exact {
        mantissa: Mantissa::Big(value.to_big()),
        scale: value.scale,
    }
}

prop_compose! {
    fn any_exact()(mantissa in prop_oneof![any::<i128>(), -1_000_000i128..1_000_000], scale in 0u32..20) -> Exact {
        Exact::new(mantissa, scale)
    }
}

proptest! {
    #[test]
    fn the_fast_path_gives_the_digits_of_the_big_path(a in any_exact(), b in any_exact(), dp in 0u32..9) {
        let (x, y) = (big(&a), big(&b));
        prop_assert_eq!((&a + &b).to_shortest(), (&x + &y).to_shortest());
        prop_assert_eq!((&a - &b).to_shortest(), (&x - &y).to_shortest());
        prop_assert_eq!((&a * &b).to_shortest(), (&x * &y).to_shortest());
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(a.to_fixed(dp), x.to_fixed(dp));
        prop_assert_eq!(a.floor(dp), x.floor(dp));
        prop_assert_eq!(a.truncate(dp), x.truncate(dp));
        if !b.is_zero() {
            prop_assert_eq!(Exact::round_ratio(&a, &b, dp), Exact::round_ratio(&x, &y, dp));
            prop_assert_eq!(Exact::truncate_ratio(&a, &b, dp), Exact::truncate_ratio(&x, &y, dp));
        }
    }

    #[test]
    fn writing_and_reading_gives_the_same_value(a in any_exact()) {
        prop_assert_eq!(exact(&a.to_shortest()), a.clone());
        let json = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Exact>(&json).unwrap(), a);
    }
}
