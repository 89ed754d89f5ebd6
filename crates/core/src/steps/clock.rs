//! When a person did something. A device's clock is evidence, not truth: what it claims is believed inside what the server knows
//! itself, and moved to its edge where it is not.

use chrono::Duration;

use crate::apply::Refusal;
use crate::jobs::Receipt;
use crate::time::Timestamp;
use crate::wire::mutation::Intent;

/// How far ahead of the server a laptop's corrected clock may be.
const TOLERANCE_MINUTES: i64 = 5;
/// What a claim may differ from what was measured: the way there, and what a corrected clock is not corrected for.
pub const SLACK: Duration = Duration::seconds(10);

/// Refuses what claims to come from the future of `now`.
pub fn check_clock(intent: &Intent, now: Timestamp) -> Result<(), Refusal> {
    match claimed_at(intent) {
        Some(at) if at > now + Duration::minutes(TOLERANCE_MINUTES) => Err(Refusal::rule("clock.in_the_future")),
        _ => Ok(()),
    }
}

/// A device's clocks when an intent was made, as it says.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// Which boot the monotonic clock belongs to.
    pub boot_id: &'a str,
    /// Monotonic clock, milliseconds.
    pub mono_ms: u64,
}

/// When something that is claimed to have been done at some time can have been done: not before `earliest` (what the server
/// knows the device had not done yet), not after it was received, and where the device's monotonic clock says how long ago that
/// was, then.
pub fn believable(claimed: Timestamp, made: Made<'_>, receipt: &Receipt, earliest: Timestamp) -> Timestamp {
    let latest = receipt.received_at;
    let inside = |at: Timestamp| at.max(earliest).min(latest);
    let sent = receipt.sent.as_ref().filter(|sent| sent.boot_id == made.boot_id && sent.mono_ms >= made.mono_ms);
    let ago = sent.and_then(|sent| i64::try_from(sent.mono_ms - made.mono_ms).ok());
    let measured = ago.and_then(Duration::try_milliseconds).and_then(|ago| latest.checked_sub_signed(ago)).map(inside);
    let claimed = inside(claimed);
    match measured {
        Some(measured) if (measured - claimed).abs() > SLACK => measured,
        _ => claimed,
    }
}

/// The place in which an intent says when it was made, as `&` or `&mut`; none where it does not say, or where the server works
/// it out (jobs).
macro_rules! said_at {
    ($intent:expr, $option:ident, $($as_reference:tt)+) => {
        match $intent {
            Intent::QuoteCreate(args) => Some($($as_reference)+ args.at),
            Intent::QuoteEdit(args) => Some($($as_reference)+ args.at),
            Intent::QuoteAccept(args) => Some($($as_reference)+ args.acceptance.at),
            Intent::PricePropose(args) => Some($($as_reference)+ args.at),
            Intent::PriceDecide(args) => Some($($as_reference)+ args.at),
            Intent::PriceEnd(args) => Some($($as_reference)+ args.at),
            Intent::ApprovalDelegate(args) => Some($($as_reference)+ args.at),
            Intent::ApprovalEndDelegation(args) => Some($($as_reference)+ args.at),
            Intent::ClausePublish(args) => Some($($as_reference)+ args.at),
            Intent::ClauseWithdraw(args) => Some($($as_reference)+ args.at),
            Intent::BookPublish(args) => Some($($as_reference)+ args.at),
            Intent::BookWithdraw(args) => Some($($as_reference)+ args.at),
            Intent::BrandingEdit(args) => Some($($as_reference)+ args.at),
            Intent::MapTilesEdit(args) => Some($($as_reference)+ args.at),
            Intent::QuoteRevise(args) => Some($($as_reference)+ args.at),
            Intent::QuoteDiscard(args) => Some($($as_reference)+ args.at),
            Intent::AttachmentAdd(args) => Some($($as_reference)+ args.at),
            Intent::MailSend(args) => Some($($as_reference)+ args.at),
            Intent::QuoteMessage(args) => Some($($as_reference)+ args.at),
            Intent::LinkEnd(args) => Some($($as_reference)+ args.at),
            Intent::TicketRaise(args) => Some($($as_reference)+ args.at),
            Intent::TicketUpdate(args) => Some($($as_reference)+ args.at),
            Intent::TaskCreate(args) => Some($($as_reference)+ args.at),
            Intent::TaskUpdate(args) => Some($($as_reference)+ args.at),
            Intent::QuoteRequestApproval(step)
            | Intent::QuoteApproveDiscount(step)
            | Intent::QuoteRejectDiscount(step)
            | Intent::QuoteSend(step)
            | Intent::QuoteReject(step)
            | Intent::QuoteLose(step) => Some($($as_reference)+ step.at),
            Intent::SiteImport(import) => import.at.$option(),
            Intent::SiteEdit(edit) => edit.at.$option(),
            Intent::AccountEdit(edit) => edit.at.$option(),
            Intent::SiteRemove(_) | Intent::JobRecord(_) => None,
        }
    };
}

/// When an intent says it was made.
pub fn claimed_at(intent: &Intent) -> Option<Timestamp> {
    said_at!(intent, as_ref, &).copied()
}

/// The same intent, made at another time. One that says no time stays as it is.
pub fn made_at(mut intent: Intent, at: Timestamp) -> Intent {
    if let Some(said) = said_at!(&mut intent, as_mut, &mut) {
        *said = at;
    }
    intent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DeviceClock;

    fn at(text: &str) -> Timestamp {
        format!("2026-03-{text}Z").parse().expect("instant")
    }

    fn believed(claimed: &str, mono_ms: u64, sent: Option<(&str, u64)>) -> Timestamp {
        let received_at = at("30T12:00:00");
        let sent =
            sent.map(|(boot, mono_ms)| DeviceClock { device_time: received_at, boot_id: boot.to_owned(), mono_ms });
        let made = Made { boot_id: "boot", mono_ms };
        believable(at(claimed), made, &Receipt { received_at, sent }, at("10T12:00:00"))
    }

    #[test]
    fn a_claim_is_believed_between_the_last_contact_and_the_receipt() {
        assert_eq!(believed("20T08:00:00", 0, None), at("20T08:00:00"));
        assert_eq!(believed("10T12:00:00", 0, None), at("10T12:00:00"), "twenty honest days offline");
        assert_eq!(believed("09T08:00:00", 0, None), at("10T12:00:00"));
        assert_eq!(believed("30T12:04:00", 0, None), at("30T12:00:00"));
    }

    #[test]
    fn what_the_monotonic_clock_measured_counts_against_a_claim() {
        let hour = 3_600_000;
        assert_eq!(believed("20T08:00:00", 0, Some(("boot", hour))), at("30T11:00:00"));
        assert_eq!(believed("30T11:00:05", 0, Some(("boot", hour))), at("30T11:00:05"), "as good as measured");
        assert_eq!(believed("30T10:59:00", 0, Some(("boot", hour))), at("30T11:00:00"), "a minute is not");
        assert_eq!(believed("20T08:00:00", 0, Some(("another", hour))), at("20T08:00:00"));
        assert_eq!(believed("20T08:00:00", 0, Some(("boot", 1_000 * hour))), at("10T12:00:00"), "nor is a measure");
        assert_eq!(believed("20T08:00:00", 0, Some(("boot", u64::MAX))), at("20T08:00:00"));
    }
}
