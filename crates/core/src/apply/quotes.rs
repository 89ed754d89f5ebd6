//! Everything that happens to quotes, as one step per intent.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Refusal;
use crate::ids::QuoteId;
use crate::people::Actor;
use crate::pricing::PricingError;
use crate::quotes::life::plain_status;
use crate::quotes::{
    Acceptance, ApproveError, LifeError, NewQuote, PaymentTerms, Priced, Quote, QuoteContext, QuoteNumber, Siblings,
    State, Word, approve, edit, life, price, reject_approval, request_approval,
};
use crate::wire::mutation::{AcceptQuote, CreateQuote, EditQuote, Intent, QuoteStep, ReviseQuote};

/// The payment terms of an account as a quote compares its own with them; terms that are not known are named, never taken for
/// others.
pub fn account_terms(text: &str) -> Result<PaymentTerms, Refusal> {
    PaymentTerms::parse(text).ok_or_else(|| Refusal::with("account.bad_payment_terms", json!({ "terms": text })))
}

/// What a quote step reads.
#[derive(Debug, Clone)]
pub struct QuoteWorld {
    /// The version named by the intent; absent for `quote.create`.
    pub quote: Option<Quote>,
    /// All other versions of its number.
    pub siblings: Vec<Quote>,
    /// Another quote already has the number (`quote.create`), or the id of the next version is taken.
    pub taken: bool,
    /// Organisation, price book and account.
    pub context: QuoteContext,
}

/// The version an intent is about.
pub fn quote_id_of(intent: &Intent) -> Option<QuoteId> {
    match intent {
        Intent::QuoteCreate(args) => Some(args.quote_id),
        Intent::QuoteEdit(args) => Some(args.quote_id),
        Intent::QuoteAccept(args) => Some(args.quote_id),
        Intent::QuoteRevise(args) => Some(args.quote_id),
        Intent::QuoteDiscard(args) => Some(args.quote_id),
        Intent::QuoteRequestApproval(step)
        | Intent::QuoteApproveDiscount(step)
        | Intent::QuoteRejectDiscount(step)
        | Intent::QuoteSend(step)
        | Intent::QuoteReject(step)
        | Intent::QuoteLose(step) => Some(step.quote_id),
        Intent::AccountEdit(_)
        | Intent::SiteImport(_)
        | Intent::SiteEdit(_)
        | Intent::SiteRemove(_)
        | Intent::AttachmentAdd(_)
        | Intent::MailSend(_)
        | Intent::QuoteMessage(_)
        | Intent::LinkEnd(_)
        | Intent::JobRecord(_)
        | Intent::TicketRaise(_)
        | Intent::TicketUpdate(_)
        | Intent::TaskCreate(_)
        | Intent::TaskUpdate(_)
        | Intent::PricePropose(_)
        | Intent::PriceDecide(_)
        | Intent::PriceEnd(_)
        | Intent::ClausePublish(_)
        | Intent::ClauseWithdraw(_)
        | Intent::BookPublish(_)
        | Intent::BookWithdraw(_)
        | Intent::ApprovalDelegate(_)
        | Intent::ApprovalEndDelegation(_)
        | Intent::MapTilesEdit(_)
        | Intent::BrandingEdit(_) => None,
    }
}

/// The versions to write.
pub fn apply_quote(intent: &Intent, world: &QuoteWorld, by: &Actor) -> Result<Vec<Quote>, Refusal> {
    match intent {
        Intent::QuoteCreate(args) => create(args, world, by),
        Intent::QuoteEdit(args) => edit_draft(args, world, by),
        Intent::QuoteAccept(args) => accept(args, world, by),
        Intent::QuoteRevise(args) => revise(args, world, by),
        Intent::QuoteSend(step) => send(step, world, by),
        Intent::QuoteRequestApproval(step) => decide(step, world, by, request_approval),
        Intent::QuoteApproveDiscount(step) => decide(step, world, by, approve),
        Intent::QuoteRejectDiscount(step) => decide(step, world, by, reject_approval),
        Intent::QuoteReject(step) => {
            let zone = world.context.zone;
            one(life::reject(quote(world)?.clone(), zone, by, &step.note, step.at).map_err(|e| refuse_life(&e))?)
        }
        Intent::QuoteLose(step) => {
            let zone = world.context.zone;
            one(life::lose(quote(world)?.clone(), zone, by, &step.note, step.at).map_err(|e| refuse_life(&e))?)
        }
        // Those that `quote_id_of` knows no quote for.
        _ => Err(Refusal::rule("mutation.not_a_quote")),
    }
}

fn one(quote: Quote) -> Result<Vec<Quote>, Refusal> {
    Ok(vec![quote])
}

pub(super) fn quote(world: &QuoteWorld) -> Result<&Quote, Refusal> {
    world.quote.as_ref().ok_or_else(|| Refusal::rule("quote.unknown"))
}

pub(super) fn priced(quote: &Quote) -> Result<Priced, Refusal> {
    Ok(price(quote)?)
}

impl From<PricingError> for Refusal {
    fn from(error: PricingError) -> Self {
        Self::with("quote.not_priceable", json!({ "reason": error.code() }))
    }
}

pub(super) fn refuse_life(error: &LifeError) -> Refusal {
    Refusal::with(error.code(), error.detail())
}

pub(super) fn refuse_approval(error: &ApproveError) -> Refusal {
    Refusal::with(error.code(), error.detail())
}

/// The versions of the number that are not this one, as far as a move depends on them.
pub fn siblings(world: &QuoteWorld) -> Siblings {
    world.siblings.iter().map(plain_status).collect()
}

fn create(args: &CreateQuote, world: &QuoteWorld, by: &Actor) -> Result<Vec<Quote>, Refusal> {
    let number = QuoteNumber::parse(&args.number).map_err(|error| Refusal::rule(error.refusal()))?;
    if world.quote.is_some() || world.taken {
        return Err(Refusal::rule("quote.number_taken"));
    }
    let new = NewQuote {
        id: args.quote_id,
        number,
        account_id: args.account_id,
        title: args.title.clone(),
        price_book_id: args.price_book_id,
    };
    one(life::create(new, &world.context, by, args.at).map_err(|e| refuse_life(&e))?)
}

fn edit_draft(args: &EditQuote, world: &QuoteWorld, by: &Actor) -> Result<Vec<Quote>, Refusal> {
    let edited = edit(quote(world)?.clone(), &args.edits, &world.context, by, args.at)
        .map_err(|error| Refusal::rule(error.code()))?;
    let now = priced(&edited)?;
    if !args.pricing_hash.is_empty() && args.pricing_hash != now.hash {
        return Err(Refusal::conflict("quote.price_changed", json!({})));
    }
    one(edited)
}

fn decide(
    step: &QuoteStep,
    world: &QuoteWorld,
    by: &Actor,
    verb: fn(Quote, &Priced, &QuoteContext, &Word<'_>) -> Result<Quote, ApproveError>,
) -> Result<Vec<Quote>, Refusal> {
    let quote = quote(world)?;
    let word = Word { by, at: step.at, note: &step.note, seen_hash: &step.pricing_hash };
    one(verb(quote.clone(), &priced(quote)?, &world.context, &word).map_err(|e| refuse_approval(&e))?)
}

fn send(step: &QuoteStep, world: &QuoteWorld, by: &Actor) -> Result<Vec<Quote>, Refusal> {
    let quote = quote(world)?;
    let (others, seen) = (siblings(world), &step.pricing_hash);
    let sent = life::send(quote.clone(), &priced(quote)?, &world.context, others, (by, step.at), seen)
        .map_err(|e| refuse_life(&e))?;
    let older = world.siblings.iter().filter(|older| matches!(older.state, State::Sent(_)));
    Ok([sent].into_iter().chain(older.map(|older| life::supersede(older.clone(), step.at))).collect())
}

fn accept(args: &AcceptQuote, world: &QuoteWorld, by: &Actor) -> Result<Vec<Quote>, Refusal> {
    let quote = quote(world)?;
    let now = priced(quote)?;
    // Who recorded it is who says so, and what a customer did online only the server saw.
    let acceptance = Acceptance { recorded_by: by.id, online: None, ..args.acceptance.clone() };
    match life::accept(quote.clone(), &now, world.context.zone, by, acceptance, &args.pricing_hash) {
        Ok(accepted) => one(accepted),
        Err(LifeError::PriceChanged) => {
            let differences = line_differences(quote, &now, &args.line_nets);
            Err(Refusal::conflict("quote.price_changed", json!({ "differences": differences })))
        }
        Err(error) => Err(refuse_life(&error)),
    }
}

/// Lines whose unit price is not the one the customer accepted.
fn line_differences(quote: &Quote, now: &Priced, accepted: &BTreeMap<uuid::Uuid, String>) -> Vec<Value> {
    now.priced
        .lines
        .iter()
        .zip(quote.content.lines.iter().filter(|line| line.status != crate::pricing::LineStatus::Cancelled))
        .filter_map(|(priced, line)| {
            let mine = accepted.get(&line.id.0).cloned();
            let theirs = priced.price.net_unit.to_fixed(line.unit_dp);
            (mine.as_deref() != Some(theirs.as_str()))
                .then(|| json!({ "label": line.name, "mine": mine, "theirs": theirs }))
        })
        .collect()
}

fn revise(args: &ReviseQuote, world: &QuoteWorld, by: &Actor) -> Result<Vec<Quote>, Refusal> {
    let mut others = siblings(world);
    others.draft |= world.taken;
    let next = life::revise(quote(world)?, args.next_id, others, world.context.zone, (by, args.at));
    one(next.map_err(|e| refuse_life(&e))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payment_terms_that_are_not_known_are_named_and_never_taken_for_others() {
        assert_eq!(account_terms("net_60"), Ok(PaymentTerms::Net60));
        let refused = account_terms("net_45").expect_err("not among those that can be agreed");
        assert_eq!(
            (refused.code.as_str(), &refused.detail),
            ("account.bad_payment_terms", &json!({ "terms": "net_45" }))
        );
    }
}
