//! When a task that is repeated is due again.

use chrono::{Days, Months, NaiveDate};
use sha2::{Digest, Sha256};

use crate::ids::TaskId;

/// Most steps of a series looked at: eight hundred years of days.
const MAX_STEPS: u32 = 300_000;

crate::words! {
    /// How often a task is repeated, the most frequent first after "never".
    pub enum Repeat as "TaskRepeat" {
        /// It is done once.
        Never = "never",
        /// Every day.
        Daily = "daily",
        /// Every seven days.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Every three months.
        Quarterly = "quarterly",
        /// Every year.
        Yearly = "yearly",
    }
}

impl Repeat {
    /// The first day of a series after `after`. Counted from the first day of the series, so that the 31st of January is
    /// followed by the 28th of February and that by the 31st of March. `None` where it is not repeated or the calendar ends.
    pub fn next(self, first: NaiveDate, after: NaiveDate) -> Option<NaiveDate> {
        let step = |n: u32| match self {
            Self::Never => None,
            Self::Daily => first.checked_add_days(Days::new(u64::from(n))),
            Self::Weekly => first.checked_add_days(Days::new(u64::from(n) * 7)),
            Self::Monthly => first.checked_add_months(Months::new(n)),
            Self::Quarterly => first.checked_add_months(Months::new(n * 3)),
            Self::Yearly => first.checked_add_months(Months::new(n * 12)),
        };
        let begun = match self {
            Self::Daily | Self::Weekly => {
                let days = (after - first).num_days() / if self == Self::Daily { 1 } else { 7 };
                u32::try_from(days.max(0)).ok()?
            }
            _ => 0,
        };
        (begun..MAX_STEPS).map_while(step).find(|day| *day > after)
    }
}

/// The id of the task that follows one. Every program makes the same of it, so that two laptops make one task.
pub fn next_id(task: TaskId) -> TaskId {
    let digest = Sha256::digest([b"the next of a task".as_slice(), task.0.as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    TaskId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_series_goes_on_from_its_first_day_and_skips_what_is_past() {
        for (repeat, first, after, next) in [
            (Repeat::Daily, "2026-11-01", "2026-11-28", Some("2026-11-29")),
            (Repeat::Weekly, "2026-11-02", "2026-11-02", Some("2026-11-09")),
            (Repeat::Weekly, "2026-11-02", "2026-11-28", Some("2026-11-30")),
            (Repeat::Monthly, "2026-01-31", "2026-01-31", Some("2026-02-28")),
            (Repeat::Monthly, "2026-01-31", "2026-02-28", Some("2026-03-31")),
            (Repeat::Quarterly, "2025-11-30", "2025-11-30", Some("2026-02-28")),
            (Repeat::Yearly, "2024-02-29", "2027-02-28", Some("2028-02-29")),
            (Repeat::Monthly, "2026-06-15", "2026-01-01", Some("2026-06-15")),
            (Repeat::Never, "2026-01-01", "2026-01-01", None),
        ] {
            assert_eq!(repeat.next(day(first), day(after)), next.map(day), "{repeat:?} {first} {after}");
        }
        assert_eq!(Repeat::Yearly.next(NaiveDate::MAX, NaiveDate::MAX), None, "the calendar ends");
    }

    #[test]
    fn the_next_of_a_task_is_the_same_everywhere_and_no_other_tasks() {
        let (one, other) = (TaskId(uuid::Uuid::from_u128(1)), TaskId(uuid::Uuid::from_u128(2)));
        assert_eq!(next_id(one), next_id(one));
        assert!(next_id(one) != next_id(other) && next_id(one) != one && next_id(next_id(one)) != one);
    }
}
