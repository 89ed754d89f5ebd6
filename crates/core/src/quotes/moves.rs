//! The moves of a quote version and the states they start from (RULES APR 3, D17). Invariant: this table is the only place that
//! knows them; the verbs, what a page offers and the golden cases ask it. A number has one draft and one live version at most.

use super::QuoteStatus;

/// A move of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The draft is changed.
    Edit,
    /// The draft goes to the customer.
    Send,
    /// The draft goes as if it had never been; its number is not used again.
    Discard,
    /// The customer accepts.
    Accept,
    /// The customer refuses.
    Reject,
    /// The provider gives it up.
    Lose,
    /// The next draft is made from it.
    Revise,
}

/// What the other versions of a number are, as far as a move depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Siblings {
    /// One was accepted, refused or given up.
    pub closed: bool,
    /// One is a draft.
    pub draft: bool,
}

impl FromIterator<QuoteStatus> for Siblings {
    fn from_iter<I: IntoIterator<Item = QuoteStatus>>(statuses: I) -> Self {
        statuses.into_iter().fold(Self::default(), |all, status| Self {
            closed: all.closed || status.closes(),
            draft: all.draft || status == QuoteStatus::Draft,
        })
    }
}

/// Why a move is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// Not sent yet.
    #[error("not sent yet")]
    NotSent,
    /// A later version is live.
    #[error("a later version is live")]
    Superseded,
    /// The number is closed.
    #[error("the number is closed")]
    Closed,
    /// Accepted before.
    #[error("accepted already")]
    AlreadyAccepted,
    /// Past its last day.
    #[error("past its last day")]
    Expired,
    /// Only a draft is changed, sent or discarded.
    #[error("not a draft")]
    NotDraft,
    /// There is a draft already.
    #[error("there is a draft already")]
    DraftExists,
    /// Only a version that is with the customer is refused or given up.
    #[error("not with the customer")]
    NotLive,
}

impl MoveRefused {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSent => "quote.not_sent",
            Self::Superseded => "quote.superseded",
            Self::Closed => "quote.closed",
            Self::AlreadyAccepted => "quote.already_accepted",
            Self::Expired => "quote.expired",
            Self::NotDraft => "quote.not_draft",
            Self::DraftExists => "quote.draft_exists",
            Self::NotLive => "quote.not_live",
        }
    }
}

/// Whether a version in `status`, as it is at that instant, may make the move.
///
/// # Errors
/// The reason of the rule.
pub fn check(step: Move, status: QuoteStatus, siblings: Siblings) -> Result<(), MoveRefused> {
    let closed = siblings.closed || status.closes();
    match step {
        Move::Edit | Move::Discard if status == QuoteStatus::Draft => Ok(()),
        Move::Edit | Move::Discard => Err(MoveRefused::NotDraft),
        Move::Send if closed => Err(MoveRefused::Closed),
        Move::Send if status == QuoteStatus::Draft => Ok(()),
        Move::Send => Err(MoveRefused::NotDraft),
        Move::Accept => accept(status),
        Move::Reject | Move::Lose if status == QuoteStatus::Sent => Ok(()),
        Move::Reject | Move::Lose => Err(MoveRefused::NotLive),
        Move::Revise if closed => Err(MoveRefused::Closed),
        Move::Revise if siblings.draft || status == QuoteStatus::Draft => Err(MoveRefused::DraftExists),
        Move::Revise if status == QuoteStatus::Superseded => Err(MoveRefused::Superseded),
        Move::Revise => Ok(()),
    }
}

fn accept(status: QuoteStatus) -> Result<(), MoveRefused> {
    match status {
        QuoteStatus::Sent => Ok(()),
        QuoteStatus::Draft => Err(MoveRefused::NotSent),
        QuoteStatus::Superseded => Err(MoveRefused::Superseded),
        QuoteStatus::Lost | QuoteStatus::Rejected => Err(MoveRefused::Closed),
        QuoteStatus::Accepted | QuoteStatus::Converted => Err(MoveRefused::AlreadyAccepted),
        QuoteStatus::Expired => Err(MoveRefused::Expired),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Siblings = Siblings { closed: false, draft: false };

    #[test]
    fn each_move_starts_from_its_own_states_and_no_other() {
        use QuoteStatus::{Draft, Expired, Sent};
        for (step, from) in [
            (Move::Edit, &[Draft][..]),
            (Move::Send, &[Draft]),
            (Move::Discard, &[Draft]),
            (Move::Accept, &[Sent]),
            (Move::Reject, &[Sent]),
            (Move::Lose, &[Sent]),
            (Move::Revise, &[Sent, Expired]),
        ] {
            for status in QuoteStatus::ALL {
                assert_eq!(check(step, status, NONE).is_ok(), from.contains(&status), "{step:?} from {status:?}");
            }
        }
    }

    #[test]
    fn a_closed_number_is_neither_sent_nor_revised_but_its_draft_can_be_discarded() {
        let closed = [QuoteStatus::Superseded, QuoteStatus::Accepted].into_iter().collect();
        assert_eq!(check(Move::Send, QuoteStatus::Draft, closed), Err(MoveRefused::Closed));
        assert_eq!(check(Move::Revise, QuoteStatus::Sent, closed), Err(MoveRefused::Closed));
        assert_eq!(check(Move::Discard, QuoteStatus::Draft, closed), Ok(()));
    }

    #[test]
    fn a_number_has_one_draft_at_most() {
        let drafted = [QuoteStatus::Draft].into_iter().collect();
        assert_eq!(check(Move::Revise, QuoteStatus::Sent, drafted), Err(MoveRefused::DraftExists));
    }
}
