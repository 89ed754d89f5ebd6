//! Asking for, giving and refusing the approval of a quote's discount. Invariant: a word counts for the pricing and terms
//! it was given for; any change voids it (RULES APR 2).

use super::QuoteContext;
use super::price::{Priced, needed_approval};
use super::quote::{MAX_TITLE, Quote, Remark, State};
use crate::approvals::{Approver, Level, RequiredApproval};
use crate::people::{Actor, Role};
use crate::time::Timestamp;

/// Where the approval stands for the present pricing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalState {
    /// No approval asked by the rules.
    NotNeeded,
    /// Needed, nobody asked yet.
    Needed,
    /// Asked.
    Requested,
    /// Every approver asked has said yes.
    Given,
    /// Refused.
    Rejected,
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
    /// The pricing is not the one the person saw.
    #[error("the price changed since")]
    PriceChanged,
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
            Self::PriceChanged => "quote.price_changed",
            Self::AlreadyGiven => "quote.already_approved",
            Self::ReasonMissing => "quote.reason_missing",
            Self::NoteTooLong => "quote.note_too_long",
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

/// Whether this person could approve now, and if not, why.
pub fn may_approve(
    quote: &Quote,
    priced: &Priced,
    context: &QuoteContext,
    by: &Actor,
) -> Result<RequiredApproval, ApproveError> {
    let State::Draft = quote.state else { return Err(ApproveError::NotDraft) };
    let needed = needed_approval(quote, priced, context);
    if needed.level == Level::None {
        return Err(ApproveError::NotNeeded);
    }
    let approver = speaks_for(by.role, &needed).ok_or(ApproveError::AboveLimit { needed: needed.level })?;
    if granted(quote, priced, &needed).contains(&approver) {
        return Err(ApproveError::AlreadyGiven);
    }
    Ok(needed)
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
    fn remark(&self, priced: &Priced) -> Result<Remark, ApproveError> {
        if self.seen_hash != priced.hash {
            return Err(ApproveError::PriceChanged);
        }
        if self.note.chars().count() > MAX_TITLE {
            return Err(ApproveError::NoteTooLong);
        }
        Ok(Remark {
            by: self.by.id,
            role: self.by.role,
            at: self.at,
            note: self.note.trim().to_owned(),
            binding: priced.binding.clone(),
        })
    }
}

/// Asks for the approval this pricing needs.
pub fn request_approval(
    quote: Quote,
    priced: &Priced,
    context: &QuoteContext,
    word: &Word<'_>,
) -> Result<Quote, ApproveError> {
    let State::Draft = quote.state else { return Err(ApproveError::NotDraft) };
    if needed_approval(&quote, priced, context).level == Level::None {
        return Err(ApproveError::NotNeeded);
    }
    let mut approval = quote.approval.clone();
    approval.requested = Some(word.remark(priced)?);
    approval.rejected = None;
    Ok(Quote { approval, updated_at: word.at, ..quote })
}

/// Approves the discount of exactly this pricing.
pub fn approve(quote: Quote, priced: &Priced, context: &QuoteContext, word: &Word<'_>) -> Result<Quote, ApproveError> {
    may_approve(&quote, priced, context, word.by)?;
    let mut approval = quote.approval.clone();
    approval.grants.retain(|remark| remark.binding == priced.binding);
    approval.grants.push(word.remark(priced)?);
    approval.rejected = None;
    Ok(Quote { approval, updated_at: word.at, ..quote })
}

/// Refuses the discount of exactly this pricing, with a reason.
pub fn reject_approval(
    quote: Quote,
    priced: &Priced,
    context: &QuoteContext,
    word: &Word<'_>,
) -> Result<Quote, ApproveError> {
    match may_approve(&quote, priced, context, word.by) {
        Ok(_) | Err(ApproveError::AlreadyGiven) => {}
        Err(error) => return Err(error),
    }
    if word.note.trim().is_empty() {
        return Err(ApproveError::ReasonMissing);
    }
    let mut approval = quote.approval.clone();
    approval.rejected = Some(word.remark(priced)?);
    approval.grants.clear();
    Ok(Quote { approval, updated_at: word.at, ..quote })
}
