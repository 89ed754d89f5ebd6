//! Half-open intervals of whole seconds.

/// `[start, end)` in UNIX seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Interval {
    pub start: i64,
    pub end: i64,
}

impl Interval {
    pub fn seconds(self) -> i64 {
        self.end - self.start
    }
}

/// Merges overlapping or touching intervals.
pub(super) fn union(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.retain(|interval| interval.end > interval.start);
    intervals.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(intervals.len());
    for interval in intervals {
        match merged.last_mut() {
            Some(last) if interval.start <= last.end => last.end = last.end.max(interval.end),
            _ => merged.push(interval),
        }
    }
    merged
}

/// The part of merged intervals inside `bounds`.
pub(super) fn clip(intervals: &[Interval], bounds: Interval) -> Vec<Interval> {
    intervals
        .iter()
        .map(|i| Interval { start: i.start.max(bounds.start), end: i.end.min(bounds.end) })
        .filter(|i| i.end > i.start)
        .collect()
}

/// Merged `from` without merged `holes`.
pub(super) fn subtract(from: &[Interval], holes: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    for interval in from {
        let mut start = interval.start;
        for hole in holes.iter().filter(|hole| hole.end > interval.start && hole.start < interval.end) {
            if hole.start > start {
                left.push(Interval { start, end: hole.start });
            }
            start = start.max(hole.end);
        }
        if start < interval.end {
            left.push(Interval { start, end: interval.end });
        }
    }
    left
}

/// Sum of lengths.
pub(super) fn total_seconds(intervals: &[Interval]) -> i64 {
    intervals.iter().map(|interval| interval.seconds()).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn arbitrary() -> impl Strategy<Value = Vec<Interval>> {
        prop::collection::vec((0i64..300, 0i64..60), 0..12)
            .prop_map(|list| list.into_iter().map(|(start, len)| Interval { start, end: start + len }).collect())
    }

    proptest! {
        #[test]
        fn set_arithmetic_agrees_with_counting_seconds(a in arbitrary(), b in arbitrary()) {
            let inside = |list: &[Interval], s: i64| list.iter().any(|i| i.start <= s && s < i.end);
            let (ua, ub) = (union(a.clone()), union(b.clone()));
            let expected = (0..400).filter(|s| inside(&a, *s) && !inside(&b, *s)).count();
            prop_assert_eq!(total_seconds(&subtract(&ua, &ub)), i64::try_from(expected).expect("small"));
        }
    }
}
