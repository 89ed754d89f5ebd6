//! When a person says they did something. A device's clock is evidence, not truth.

use chrono::Duration;

use crate::apply::Refusal;
use crate::time::Timestamp;
use crate::wire::mutation::Intent;

/// How far ahead of the server a laptop's corrected clock may be.
const TOLERANCE_MINUTES: i64 = 5;

/// Refuses what claims to come from the future of `now`.
pub fn check_clock(intent: &Intent, now: Timestamp) -> Result<(), Refusal> {
    match claimed_at(intent) {
        Some(at) if at > now + Duration::minutes(TOLERANCE_MINUTES) => Err(Refusal::rule("clock.in_the_future")),
        _ => Ok(()),
    }
}

/// When an intent says it was made; `None` where it does not say, or where the server works it out (jobs).
fn claimed_at(intent: &Intent) -> Option<Timestamp> {
    match intent {
        Intent::QuoteCreate(args) => Some(args.at),
        Intent::QuoteEdit(args) => Some(args.at),
        Intent::QuoteAccept(args) => Some(args.acceptance.at),
        Intent::PricePropose(args) => Some(args.at),
        Intent::PriceDecide(args) => Some(args.at),
        Intent::PriceEnd(args) => Some(args.at),
        Intent::ApprovalDelegate(args) => Some(args.at),
        Intent::ApprovalEndDelegation(args) => Some(args.at),
        Intent::ClausePublish(args) => Some(args.at),
        Intent::ClauseWithdraw(args) => Some(args.at),
        Intent::BookPublish(args) => Some(args.at),
        Intent::BookWithdraw(args) => Some(args.at),
        Intent::BrandingEdit(args) => Some(args.at),
        Intent::MapTilesEdit(args) => Some(args.at),
        Intent::QuoteRevise(args) => Some(args.at),
        Intent::QuoteDiscard(args) => Some(args.at),
        Intent::AttachmentAdd(args) => Some(args.at),
        Intent::MailSend(args) => Some(args.at),
        Intent::QuoteMessage(args) => Some(args.at),
        Intent::LinkEnd(args) => Some(args.at),
        Intent::TicketRaise(args) => Some(args.at),
        Intent::TicketUpdate(args) => Some(args.at),
        Intent::TaskCreate(args) => Some(args.at),
        Intent::TaskUpdate(args) => Some(args.at),
        Intent::QuoteRequestApproval(step)
        | Intent::QuoteApproveDiscount(step)
        | Intent::QuoteRejectDiscount(step)
        | Intent::QuoteSend(step)
        | Intent::QuoteReject(step)
        | Intent::QuoteLose(step) => Some(step.at),
        Intent::SiteImport(import) => import.at,
        Intent::SiteEdit(edit) => edit.at,
        Intent::AccountEdit(edit) => edit.at,
        Intent::SiteRemove(_) | Intent::JobRecord(_) => None,
    }
}
