//! Asking for, giving and refusing the approval of a quote's discount. Invariant: a word counts for the pricing and terms
//! it was given for; any change voids it (RULES APR 2).

use serde_json::{Value, json};

use super::QuoteContext;
use super::life::plain_status;
use super::moves::{Move, Siblings, check};
use super::price::{Priced, needed_approval};
use super::quote::{MAX_TITLE, Quote, Remark};
use crate::approvals::{Approver, Level, RequiredApproval};
use crate::ids::UserId;
use crate::people::{Actor, Role};
use crate::time::{Timestamp, local_date};

crate::words! {
    /// Where the approval stands for the present pricing.
    pub enum ApprovalState as "ApprovalState" {
        /// No approval asked by the rules.
        NotNeeded = "not_needed",
        /// Needed, nobody asked yet.
        Needed = "needed",
        /// Asked.
        Requested = "requested",
        /// Every approver asked has said yes.
        Given = "given",
        /// Refused.
        Rejected = "rejected",
    }
}

/// Why a word on the discount is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApproveError {
    /// Only drafts are approved.
    #[error("only a draft's discount can be approved")]
    NotDraft,
    /// No approval is needed.
    #[error("this pricing needs no approval")]
    NotNeeded,
    /// The role is not one of those asked.
    #[error("this role may not approve it")]
    AboveLimit {
        /// Level needed.
        needed: Level,
    },
    /// Asked for, or given, already.
    #[error("approval of this pricing was asked for already")]
    Asked,
    /// The role does not quote.
    #[error("this role does not ask for approval")]
    NotAllowed,
    /// The pricing is not the one the person saw.
    #[error("the price changed since")]
    PriceChanged,
    /// The right is delegated, and the discount is this person's own.
    #[error("a delegate does not decide about a discount of their own")]
    OwnDiscount,
    /// Already given by this role.
    #[error("already approved")]
    AlreadyGiven,
    /// A refusal needs a reason.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The note is too long.
    #[error("the note is longer than {MAX_TITLE} characters")]
    NoteTooLong,
}

impl ApproveError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotDraft => "quote.not_draft",
            Self::NotNeeded => "quote.approval_not_needed",
            Self::AboveLimit { .. } => "quote.above_limit",
            Self::Asked => "quote.approval_asked",
            Self::NotAllowed => "quote.not_allowed",
            Self::PriceChanged => "quote.price_changed",
            Self::OwnDiscount => "quote.own_discount",
            Self::AlreadyGiven => "quote.already_approved",
            Self::ReasonMissing => "quote.reason_missing",
            Self::NoteTooLong => "quote.note_too_long",
        }
    }

    /// What words about it name, as a JSON object.
    pub fn detail(&self) -> Value {
        match self {
            Self::AboveLimit { needed } => json!({ "level": needed }),
            _ => json!({}),
        }
    }
}

/// The approver roles a person counts as.
fn approver_of(role: Role) -> Option<Approver> {
    match role {
        Role::SalesManager => Some(Approver::Manager),
        Role::Director => Some(Approver::Director),
        Role::Finance => Some(Approver::Finance),
        Role::Seller | Role::AccountManager | Role::Technician | Role::Admin => None,
    }
}

/// Approvers asked by `needed` for whom `role` may speak: a director also speaks for the manager.
fn speaks_for(role: Role, needed: &RequiredApproval) -> Option<Approver> {
    let own = approver_of(role)?;
    if needed.approvers.contains(&own) {
        return Some(own);
    }
    let stands_in = own == Approver::Director && needed.approvers == [Approver::Manager];
    stands_in.then_some(Approver::Manager)
}

/// Where the approval stands for `priced`.
pub fn approval_state(quote: &Quote, priced: &Priced, needed: &RequiredApproval) -> ApprovalState {
    if needed.level == Level::None {
        return ApprovalState::NotNeeded;
    }
    let bound = |remark: &&Remark| remark.binding == priced.binding;
    if quote.approval.rejected.as_ref().filter(bound).is_some() {
        return ApprovalState::Rejected;
    }
    let given: Vec<Approver> = granted(quote, priced, needed);
    if needed.approvers.iter().all(|approver| given.contains(approver)) {
        return ApprovalState::Given;
    }
    if quote.approval.requested.as_ref().filter(bound).is_some() {
        return ApprovalState::Requested;
    }
    ApprovalState::Needed
}

/// Approvers who have said yes to exactly this pricing.
pub fn granted(quote: &Quote, priced: &Priced, needed: &RequiredApproval) -> Vec<Approver> {
    quote
        .approval
        .grants
        .iter()
        .filter(|remark| remark.binding == priced.binding)
        .filter_map(|remark| speaks_for(remark.role, needed))
        .collect()
}

/// A right to answer: the role it comes from, and whose it is when it was delegated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// Role asked.
    pub role: Role,
    /// In whose place; absent for one's own.
    pub on_behalf_of: Option<UserId>,
}

/// Whether this person could approve now, with which right, and if not, why. Their own right comes first; one that was
/// delegated to them counts while it is in force, and never for a discount of their own.
pub fn may_approve(
    quote: &Quote,
    priced: &Priced,
    context: &QuoteContext,
    (by, at): (&Actor, Timestamp),
) -> Result<(RequiredApproval, Voice), ApproveError> {
    check(Move::Edit, plain_status(quote), Siblings::default()).map_err(|_| ApproveError::NotDraft)?;
    let needed = needed_approval(quote, priced, context);
    if needed.level == Level::None {
        return Err(ApproveError::NotNeeded);
    }
    // Two rights of one person are still one person.
    if quote.approval.grants.iter().any(|remark| remark.by == by.id && remark.binding == priced.binding) {
        return Err(ApproveError::AlreadyGiven);
    }
    let asked_by = quote.approval.requested.as_ref().map(|remark| remark.by);
    let own_discount = quote.owner_id == by.id || asked_by == Some(by.id);
    let day = local_date(at, context.zone);
    let delegated = context
        .delegations
        .iter()
        .filter(|delegation| delegation.to_user == by.id && delegation.in_force(at, day))
        .map(|delegation| Voice { role: delegation.role, on_behalf_of: Some(delegation.from_user) });
    let given = granted(quote, priced, &needed);
    let mut error = ApproveError::AboveLimit { needed: needed.level };
    for voice in std::iter::once(Voice { role: by.role, on_behalf_of: None }).chain(delegated) {
        match speaks_for(voice.role, &needed) {
            None => {}
            Some(_) if voice.on_behalf_of.is_some() && own_discount => error = ApproveError::OwnDiscount,
            Some(approver) if given.contains(&approver) => error = ApproveError::AlreadyGiven,
            Some(_) => return Ok((needed, voice)),
        }
    }
    Err(error)
}

/// What a person says about the discount of the pricing they saw.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    /// Who.
    pub by: &'a Actor,
    /// When.
    pub at: Timestamp,
    /// Note or reason.
    pub note: &'a str,
    /// Pricing hash the person saw.
    pub seen_hash: &'a str,
}

impl Word<'_> {
    fn remark(&self, priced: &Priced, voice: Voice) -> Result<Remark, ApproveError> {
        if self.seen_hash != priced.hash {
            return Err(ApproveError::PriceChanged);
        }
        if self.note.chars().count() > MAX_TITLE {
            return Err(ApproveError::NoteTooLong);
        }
        Ok(Remark {
            by: self.by.id,
            role: voice.role,
            on_behalf_of: voice.on_behalf_of,
            at: self.at,
            note: self.note.trim().to_owned(),
            binding: priced.binding.clone(),
        })
    }
}

/// Whether the approval this pricing needs could be asked for, and if not, why: who has asked already waits.
pub fn may_request(quote: &Quote, priced: &Priced, context: &QuoteContext, by: &Actor) -> Result<(), ApproveError> {
    check(Move::Edit, plain_status(quote), Siblings::default()).map_err(|_| ApproveError::NotDraft)?;
    let needed = needed_approval(quote, priced, context);
    match approval_state(quote, priced, &needed) {
        ApprovalState::NotNeeded => Err(ApproveError::NotNeeded),
        _ if !by.role.may_quote() => Err(ApproveError::NotAllowed),
        ApprovalState::Requested | ApprovalState::Given => Err(ApproveError::Asked),
        ApprovalState::Needed | ApprovalState::Rejected => Ok(()),
    }
}

/// Asks for the approval this pricing needs.
pub fn request_approval(
    quote: Quote,
    priced: &Priced,
    context: &QuoteContext,
    word: &Word<'_>,
) -> Result<Quote, ApproveError> {
    may_request(&quote, priced, context, word.by)?;
    let mut approval = quote.approval.clone();
    approval.requested = Some(word.remark(priced, Voice { role: word.by.role, on_behalf_of: None })?);
    approval.rejected = None;
    Ok(Quote { approval, updated_at: word.at, ..quote })
}

/// Approves the discount of exactly this pricing.
pub fn approve(quote: Quote, priced: &Priced, context: &QuoteContext, word: &Word<'_>) -> Result<Quote, ApproveError> {
    let (_, voice) = may_approve(&quote, priced, context, (word.by, word.at))?;
    let mut approval = quote.approval.clone();
    approval.grants.retain(|remark| remark.binding == priced.binding);
    approval.grants.push(word.remark(priced, voice)?);
    approval.rejected = None;
    Ok(Quote { approval, updated_at: word.at, ..quote })
}

/// The right with which a person said yes; their own when they did not.
fn given_by(quote: &Quote, priced: &Priced, by: &Actor) -> Voice {
    let own = Voice { role: by.role, on_behalf_of: None };
    let bound = quote.approval.grants.iter().find(|remark| remark.by == by.id && remark.binding == priced.binding);
    bound.map_or(own, |remark| Voice { role: remark.role, on_behalf_of: remark.on_behalf_of })
}

/// Whether this person could refuse the discount now, and with which right: who has said yes may still say no.
pub fn may_reject(
    quote: &Quote,
    priced: &Priced,
    context: &QuoteContext,
    (by, at): (&Actor, Timestamp),
) -> Result<Voice, ApproveError> {
    match may_approve(quote, priced, context, (by, at)) {
        Ok((_, voice)) => Ok(voice),
        Err(ApproveError::AlreadyGiven) => Ok(given_by(quote, priced, by)),
        Err(error) => Err(error),
    }
}

/// Refuses the discount of exactly this pricing, with a reason.
pub fn reject_approval(
    quote: Quote,
    priced: &Priced,
    context: &QuoteContext,
    word: &Word<'_>,
) -> Result<Quote, ApproveError> {
    let voice = may_reject(&quote, priced, context, (word.by, word.at))?;
    if word.note.trim().is_empty() {
        return Err(ApproveError::ReasonMissing);
    }
    let mut approval = quote.approval.clone();
    approval.rejected = Some(word.remark(priced, voice)?);
    approval.grants.clear();
    Ok(Quote { approval, updated_at: word.at, ..quote })
}
