//! Steps about prices, price books, clauses, delegations and documents.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Changes, Reader, another_room};
use crate::apply::{
    BookWorld, ClauseWorld, DelegationWorld, PricesWorld, Refusal, decide_price, delegate_approval, edit_branding,
    edit_map_tiles, end_delegation, end_price, propose_price, publish_book, publish_clause, withdraw_book,
    withdraw_clause,
};
use crate::ids::{AccountId, ClauseId, DelegationId, OrgId, PriceBookId};
use crate::people::Actor;
use crate::wire::mutation::Intent;

/// Decides a step of this room.
pub(super) async fn decide<R: Reader>(db: &mut R, intent: &Intent, by: &Actor) -> Result<Changes, R::Error> {
    Ok(match intent {
        Intent::PricePropose(ask) => propose_price(ask, &prices(db, ask.account_id, Some(ask.id.0)).await?, by)?.into(),
        Intent::PriceDecide(answer) => decide_price(answer, &prices(db, answer.account_id, None).await?, by)?.into(),
        Intent::PriceEnd(end) => end_price(end, &prices(db, end.account_id, None).await?, by)?.into(),
        Intent::ClausePublish(args) => {
            publish_clause(args, &clauses(db, args.previous_id, Some(args.id)).await?, by)?.into()
        }
        Intent::ClauseWithdraw(args) => withdraw_clause(args, &clauses(db, Some(args.id), None).await?, by)?.into(),
        Intent::BookPublish(args) => {
            let items: Vec<Uuid> = args.items.iter().map(|item| item.id.0).collect();
            let taken = db.has("price_books", args.id.0).await? || !db.many("price_items", &items).await?.is_empty();
            publish_book(args, &books(db, args.currency.code(), taken).await?, by)?.into()
        }
        Intent::BookWithdraw(args) => {
            let book = db.one("price_books", args.id.0).await?.ok_or_else(|| Refusal::rule("book.unknown"))?;
            withdraw_book(args, &books(db, book.text("currency")?, false).await?, by)?.into()
        }
        Intent::ApprovalDelegate(args) => delegate_approval(args, &delegation(db, args.id).await?, by)?.into(),
        Intent::ApprovalEndDelegation(args) => end_delegation(args, &delegation(db, args.id).await?, by)?.into(),
        Intent::MapTilesEdit(args) => edit_map_tiles(args, Some(&db.organisation().await?), by)?.into(),
        Intent::BrandingEdit(args) => edit_branding(args, Some(&db.organisation().await?), by)?.into(),
        _ => return Err(another_room().into()),
    })
}

async fn org_id<R: Reader>(db: &mut R) -> Result<OrgId, R::Error> {
    Ok(OrgId(db.organisation().await?.id()))
}

async fn delegation<R: Reader>(db: &mut R, id: DelegationId) -> Result<DelegationWorld, R::Error> {
    let row = db.one("approval_delegations", id.0).await?;
    Ok(DelegationWorld { org_id: org_id(db).await?, row, people: db.people().await? })
}

/// Everything agreed with an account, and what may be agreed; `new_id` is that of a proposal.
async fn prices<R: Reader>(db: &mut R, account: AccountId, new_id: Option<Uuid>) -> Result<PricesWorld, R::Error> {
    let row = db.one("accounts", account.0).await?.ok_or_else(|| Refusal::rule("account.unknown"))?;
    let currency = row.text("currency")?;
    let taken = match new_id {
        Some(id) => db.has("agreed_prices", id).await?,
        None => false,
    };
    let books = db.by("price_books", "currency", currency).await?;
    Ok(PricesWorld {
        account: true,
        taken,
        rows: db.by("agreed_prices", "account_id", &account.to_string()).await?,
        decimals: db.unit_decimals(currency).await?,
        books: books.iter().map(|book| PriceBookId(book.id())).collect(),
    })
}

/// A clause with its versions; `new_id` is that of a version to be published.
async fn clauses<R: Reader>(
    db: &mut R,
    named: Option<ClauseId>,
    new_id: Option<ClauseId>,
) -> Result<ClauseWorld, R::Error> {
    let taken = match new_id {
        Some(id) => db.has("clauses", id.0).await?,
        None => false,
    };
    let clause = match named {
        Some(id) => db.one("clauses", id.0).await?,
        None => None,
    };
    let family = match &clause {
        Some(row) => db.by("clauses", "family_id", &row.uuid("family_id")?.to_string()).await?,
        None => Vec::new(),
    };
    Ok(ClauseWorld { org_id: org_id(db).await?, taken, clause, family })
}

/// The versions of a currency with the organisation's tax codes.
async fn books<R: Reader>(db: &mut R, currency: &str, taken: bool) -> Result<BookWorld, R::Error> {
    let rates = db.all("tax_rates").await?;
    let tax_codes: BTreeSet<String> =
        rates.iter().map(|row| row.text("tax_code").map(str::to_owned)).collect::<Result<_, _>>()?;
    Ok(BookWorld {
        org_id: org_id(db).await?,
        taken,
        versions: db.by("price_books", "currency", currency).await?,
        tax_codes,
    })
}
