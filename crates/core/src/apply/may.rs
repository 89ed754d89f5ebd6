//! What may be done with a quote now: the same question for the verb itself, for what a page offers and for the golden cases.

use super::Refusal;
use super::quotes::{refuse_approval, refuse_life};
use crate::people::Actor;
use crate::quotes::life::{may_move, may_send};
use crate::quotes::moves::{Move, Siblings};
use crate::quotes::{Priced, Quote, QuoteContext, may_approve, may_reject, may_request};
use crate::time::Timestamp;

/// Something done with a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Lines, title, terms, proposal, order form.
    Edit,
    /// Asking for the approval the discount needs.
    RequestApproval,
    /// Approving the discount.
    Approve,
    /// Refusing the discount.
    RejectApproval,
    /// Sending.
    Send,
    /// Recording the customer's acceptance.
    Accept,
    /// Recording the customer's refusal.
    Reject,
    /// Giving up what is with the customer.
    Lose,
    /// Discarding a draft that was never sent.
    Discard,
    /// Making the next version.
    Revise,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Edit,
        Self::RequestApproval,
        Self::Approve,
        Self::RejectApproval,
        Self::Send,
        Self::Accept,
        Self::Reject,
        Self::Lose,
        Self::Discard,
        Self::Revise,
    ];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::RequestApproval => "request_approval",
            Self::Approve => "approve",
            Self::RejectApproval => "reject_approval",
            Self::Send => "send",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Lose => "lose",
            Self::Discard => "discard",
            Self::Revise => "revise",
        }
    }
}

/// A quote version, somebody and an instant.
#[derive(Debug, Clone, Copy)]
pub struct QuoteCase<'a> {
    /// The version.
    pub quote: &'a Quote,
    /// The other versions of its number.
    pub siblings: Siblings,
    /// Its price.
    pub priced: &'a Priced,
    /// What it is judged with.
    pub context: &'a QuoteContext,
    /// Who.
    pub by: &'a Actor,
    /// When.
    pub at: Timestamp,
}

impl QuoteCase<'_> {
    /// Whether the verb would be taken now, and if not, why.
    ///
    /// # Errors
    /// The refusal that the verb would answer.
    pub fn may(&self, verb: Verb) -> Result<(), Refusal> {
        let Self { quote, siblings, priced, context, by, at } = *self;
        let step = |step| may_move(quote, step, siblings, context.zone, (by, at)).map_err(|e| refuse_life(&e));
        match verb {
            Verb::Edit => step(Move::Edit),
            Verb::RequestApproval => may_request(quote, priced, context, by).map_err(|e| refuse_approval(&e)),
            Verb::Approve => may_approve(quote, priced, context, (by, at)).map(|_| ()).map_err(|e| refuse_approval(&e)),
            Verb::RejectApproval => {
                may_reject(quote, priced, context, (by, at)).map(|_| ()).map_err(|e| refuse_approval(&e))
            }
            Verb::Send => may_send(quote, priced, context, siblings, (by, at)).map_err(|e| refuse_life(&e)),
            Verb::Accept => step(Move::Accept),
            Verb::Reject => step(Move::Reject),
            Verb::Lose => step(Move::Lose),
            Verb::Discard => step(Move::Discard),
            Verb::Revise => step(Move::Revise),
        }
    }
}
