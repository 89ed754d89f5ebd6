//! A quote's way through life: create, send, accept, close, revise, convert. Invariant: a version that left `Draft` keeps
//! its content and pricing for ever; only one version of a number is live (RULES APR 3-5).

use serde_json::{Value, json};

use super::approve::{ApprovalState, approval_state};
use super::edit::{EditError, checked_title, refresh};
use super::moves::{Move, MoveRefused, Siblings, check};
use super::price::{Priced, needed_approval};
use super::quote::{Acceptance, Approval, Closed, Content, MAX_TITLE, Online, Quote, Sent, State};
use super::{QuoteContext, QuoteNumber, QuoteStatus};
use crate::approvals::Level;
use crate::catalogue::BookStatus;
use crate::ids::{AccountId, OrderId, PriceBookId, QuoteId};
use crate::orders::OrderForm;
use crate::people::Actor;
use crate::pricing::LineStatus;
use crate::time::{Timestamp, Zone, local_date};

/// Why a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LifeError {
    /// An edit rule.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The move does not start from this state.
    #[error(transparent)]
    Move(#[from] MoveRefused),
    /// The pricing is not the one the person saw.
    #[error("the price changed since")]
    PriceChanged,
    /// The discount is not approved.
    #[error("the discount is not approved")]
    NeedsApproval {
        /// Level needed.
        needed: Level,
    },
    /// Nothing on the quote.
    #[error("no selected line")]
    Empty,
    /// The pinned price book version was withdrawn.
    #[error("the price book version was withdrawn")]
    BookWithdrawn,
    /// A name is missing.
    #[error("who accepted?")]
    NameMissing,
    /// Nothing drawn, or not a drawing.
    #[error("not a signature")]
    BadSignature,
    /// A reason is missing.
    #[error("a reason is needed")]
    ReasonMissing,
    /// A typed text is too long.
    #[error("a text is longer than {MAX_TITLE} characters")]
    TooLong,
    /// The role may not do it.
    #[error("this role may not do this")]
    NotAllowed,
    /// The order form is not complete.
    #[error("the order form is not complete: {field}")]
    OrderIncomplete {
        /// Field.
        field: &'static str,
        /// What is wrong with it.
        code: &'static str,
    },
    /// More sites than an order of this segment has.
    #[error("an order of this segment has at most {limit} sites")]
    TooManySites {
        /// Limit of the organisation.
        limit: u32,
    },
}

impl LifeError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Edit(error) => error.code(),
            Self::Move(refused) => refused.code(),
            Self::PriceChanged => "quote.price_changed",
            Self::NeedsApproval { .. } => "quote.needs_approval",
            Self::Empty => "quote.empty",
            Self::BookWithdrawn => "quote.book_withdrawn",
            Self::NameMissing => "quote.name_missing",
            Self::BadSignature => "quote.bad_signature",
            Self::ReasonMissing => "quote.reason_missing",
            Self::TooLong => "quote.text_too_long",
            Self::NotAllowed => "quote.not_allowed",
            Self::OrderIncomplete { .. } => "quote.order_incomplete",
            Self::TooManySites { .. } => "quote.too_many_sites",
        }
    }

    /// What words about it name, as a JSON object.
    pub fn detail(&self) -> Value {
        match self {
            Self::NeedsApproval { needed } => json!({ "level": needed }),
            Self::OrderIncomplete { field, code } => json!({ "field": field, "problem": code }),
            Self::TooManySites { limit } => json!({ "limit": limit }),
            _ => json!({}),
        }
    }
}

/// What a new quote starts from.
#[derive(Debug, Clone)]
pub struct NewQuote {
    /// Version id.
    pub id: QuoteId,
    /// Its final number.
    pub number: QuoteNumber,
    /// Customer.
    pub account_id: AccountId,
    /// Title.
    pub title: String,
    /// Pinned price book version: the context's.
    pub price_book_id: PriceBookId,
}

/// A new draft on the context's price book.
pub fn create(new: NewQuote, context: &QuoteContext, by: &Actor, at: Timestamp) -> Result<Quote, LifeError> {
    if !by.role.may_quote() {
        return Err(LifeError::NotAllowed);
    }
    let day = local_date(at, context.zone);
    if context.book.status == BookStatus::Withdrawn && !context.book_locked(day) {
        return Err(LifeError::BookWithdrawn);
    }
    let mut content = Content {
        term_months: context.settings.term_choices.first().copied().unwrap_or(12),
        payment_terms: context.account_terms,
        policy: context.settings.policy,
        volume_table: context.volume_table(day),
        term_table: context.settings.term_table.clone(),
        existing_active_sites: 0,
        tax_date: day,
        lines: Vec::new(),
        roi: None,
        proposal: None,
        order: None,
        order_per_site: false,
    };
    refresh(&mut content, context, day);
    Ok(Quote {
        id: new.id,
        family_id: new.id,
        number: new.number,
        version: 1,
        account_id: new.account_id,
        title: checked_title(&new.title)?,
        currency: context.book.currency,
        price_book_id: new.price_book_id,
        owner_id: by.id,
        content,
        state: State::Draft,
        approval: Approval::default(),
        created_at: at,
        updated_at: at,
    })
}

/// The state at an instant: a sent version past its last day is expired.
pub fn status_at(quote: &Quote, zone: Zone, now: Timestamp) -> QuoteStatus {
    super::status::status_at(plain_status(quote), quote.sent().map(|sent| sent.valid_until), zone, now)
}

/// Whether this person may make a move of the version at an instant, as far as state and role decide it.
pub fn may_move(
    quote: &Quote,
    step: Move,
    siblings: Siblings,
    zone: Zone,
    (by, at): (&Actor, Timestamp),
) -> Result<(), LifeError> {
    if !by.role.may_quote() {
        return Err(LifeError::NotAllowed);
    }
    Ok(check(step, status_at(quote, zone, at), siblings)?)
}

/// Sends a draft: from now on it is immutable and open for the organisation's days (APR 4).
pub fn send(
    quote: Quote,
    priced: &Priced,
    context: &QuoteContext,
    siblings: Siblings,
    (by, at): (&Actor, Timestamp),
    seen_hash: &str,
) -> Result<Quote, LifeError> {
    may_send(&quote, priced, context, siblings, (by, at))?;
    if seen_hash != priced.hash {
        return Err(LifeError::PriceChanged);
    }
    let valid_until = super::validity::valid_until(at, context.zone, context.settings.validity_days);
    let sent = Sent { at, by: by.id, valid_until, pricing_hash: priced.hash.clone() };
    Ok(Quote { state: State::Sent(sent), updated_at: at, ..quote })
}

/// Whether the draft could be sent now, and if not, why.
pub fn may_send(
    quote: &Quote,
    priced: &Priced,
    context: &QuoteContext,
    siblings: Siblings,
    (by, at): (&Actor, Timestamp),
) -> Result<(), LifeError> {
    may_move(quote, Move::Send, siblings, context.zone, (by, at))?;
    if !quote.content.lines.iter().any(|line| line.status == LineStatus::Selected) {
        return Err(LifeError::Empty);
    }
    if context.book.status == BookStatus::Withdrawn && !context.book_locked(local_date(at, context.zone)) {
        return Err(LifeError::BookWithdrawn);
    }
    if let Some(form) = &quote.content.order {
        check_order(form, priced, context)?;
    }
    let needed = needed_approval(quote, priced, context);
    match approval_state(quote, priced, &needed) {
        ApprovalState::NotNeeded | ApprovalState::Given => Ok(()),
        ApprovalState::Needed | ApprovalState::Requested | ApprovalState::Rejected => {
            Err(LifeError::NeedsApproval { needed: needed.level })
        }
    }
}

/// Whether a filled-in order form can become an order: complete, and not more sites than the customer's segment has.
fn check_order(form: &OrderForm, priced: &Priced, context: &QuoteContext) -> Result<(), LifeError> {
    if let Some(problem) = form.problems(&context.account_country, context.consumer).into_iter().next() {
        return Err(LifeError::OrderIncomplete { field: problem.field, code: problem.code });
    }
    let limit = context.settings.sme_site_limit.filter(|_| context.account_segment == "sme");
    match limit {
        Some(limit) if priced.priced.n > limit => Err(LifeError::TooManySites { limit }),
        _ => Ok(()),
    }
}

/// Supersedes an older version because a later one was sent.
pub fn supersede(quote: Quote, at: Timestamp) -> Quote {
    match quote.state {
        State::Sent(sent) => Quote { state: State::Superseded(sent), updated_at: at, ..quote },
        _ => quote,
    }
}

/// Records the customer's acceptance within validity; the price stays bound even if the price book changed (APR 5).
pub fn accept(
    quote: Quote,
    priced: &Priced,
    zone: Zone,
    by: &Actor,
    acceptance: Acceptance,
    seen_hash: &str,
) -> Result<Quote, LifeError> {
    if !by.role.may_quote() {
        return Err(LifeError::NotAllowed);
    }
    accept_online(quote, priced, zone, acceptance, seen_hash)
}

/// Takes the customer's own acceptance: as one that was recorded, and nobody's role is asked for.
pub fn accept_online(
    quote: Quote,
    priced: &Priced,
    zone: Zone,
    acceptance: Acceptance,
    seen_hash: &str,
) -> Result<Quote, LifeError> {
    check(Move::Accept, status_at(&quote, zone, acceptance.at), Siblings::default())?;
    // The table lets only a sent version through.
    let State::Sent(sent) = quote.state.clone() else { return Err(MoveRefused::NotSent.into()) };
    if sent.pricing_hash != priced.hash || seen_hash != priced.hash {
        return Err(LifeError::PriceChanged);
    }
    let name = acceptance.name.trim().to_owned();
    let title = acceptance.title.trim().to_owned();
    let po_number = acceptance.po_number.map(|po| po.trim().to_owned()).filter(|po| !po.is_empty());
    if name.is_empty() {
        return Err(LifeError::NameMissing);
    }
    if [&name, &title].into_iter().chain(po_number.as_ref()).any(|text| text.chars().count() > MAX_TITLE) {
        return Err(LifeError::TooLong);
    }
    if acceptance.signature.as_ref().is_some_and(|signature| !signature.is_sound()) {
        return Err(LifeError::BadSignature);
    }
    let at = acceptance.at;
    let acceptance = Acceptance { name, title, po_number, ..acceptance };
    Ok(Quote { state: State::Accepted { sent, acceptance }, updated_at: at, ..quote })
}

/// Records the customer's refusal of a version that is with them.
pub fn reject(quote: Quote, zone: Zone, by: &Actor, reason: &str, at: Timestamp) -> Result<Quote, LifeError> {
    let closed = closing(by, reason, at)?;
    close(quote, Move::Reject, zone, closed)
}

/// Takes the customer's own refusal; it stands in the name of the quote's owner.
pub fn reject_online(
    quote: Quote,
    zone: Zone,
    reason: &str,
    online: Online,
    at: Timestamp,
) -> Result<Quote, LifeError> {
    let closed = Closed { at, by: quote.owner_id, reason: checked_reason(reason)?, sent: None, online: Some(online) };
    close(quote, Move::Reject, zone, closed)
}

/// Gives a version up that is with the customer. A draft that never was is discarded instead.
pub fn lose(quote: Quote, zone: Zone, by: &Actor, reason: &str, at: Timestamp) -> Result<Quote, LifeError> {
    let closed = closing(by, reason, at)?;
    close(quote, Move::Lose, zone, closed)
}

fn close(quote: Quote, step: Move, zone: Zone, closed: Closed) -> Result<Quote, LifeError> {
    let at = closed.at;
    check(step, status_at(&quote, zone, at), Siblings::default())?;
    let closed = Closed { sent: quote.sent().cloned(), ..closed };
    let state = if step == Move::Lose { State::Lost(closed) } else { State::Rejected(closed) };
    Ok(Quote { state, updated_at: at, ..quote })
}

fn closing(by: &Actor, reason: &str, at: Timestamp) -> Result<Closed, LifeError> {
    if !by.role.may_quote() {
        return Err(LifeError::NotAllowed);
    }
    Ok(Closed { at, by: by.id, reason: checked_reason(reason)?, sent: None, online: None })
}

fn checked_reason(reason: &str) -> Result<String, LifeError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(LifeError::ReasonMissing);
    }
    if reason.chars().count() > MAX_TITLE {
        return Err(LifeError::TooLong);
    }
    Ok(reason.to_owned())
}

/// The stored state without regard to the date.
pub fn plain_status(quote: &Quote) -> QuoteStatus {
    match &quote.state {
        State::Draft => QuoteStatus::Draft,
        State::Sent(_) => QuoteStatus::Sent,
        State::Accepted { .. } => QuoteStatus::Accepted,
        State::Converted { .. } => QuoteStatus::Converted,
        State::Rejected(_) => QuoteStatus::Rejected,
        State::Lost(_) => QuoteStatus::Lost,
        State::Superseded(_) => QuoteStatus::Superseded,
    }
}

/// The next version, a draft with the same lines, on the same pinned price book. Only from a sent (or expired) version and
/// only when the number is open and has no draft yet.
pub fn revise(
    quote: &Quote,
    next_id: QuoteId,
    siblings: Siblings,
    zone: Zone,
    (by, at): (&Actor, Timestamp),
) -> Result<Quote, LifeError> {
    may_move(quote, Move::Revise, siblings, zone, (by, at))?;
    Ok(Quote {
        id: next_id,
        version: quote.version + 1,
        owner_id: by.id,
        state: State::Draft,
        approval: Approval::default(),
        created_at: at,
        updated_at: at,
        ..quote.clone()
    })
}

/// Marks an accepted version as converted to its orders, the first of them named; only the server does this.
pub fn convert(
    quote: Quote,
    (order_id, order_number): (OrderId, String),
    orders: u32,
    at: Timestamp,
) -> Result<Quote, LifeError> {
    match quote.state {
        State::Accepted { sent, acceptance } => {
            let state = State::Converted { sent, acceptance, order_id, order_number, orders };
            Ok(Quote { state, updated_at: at, ..quote })
        }
        // Only the server converts, and only what was just accepted.
        _ => Err(MoveRefused::NotLive.into()),
    }
}
