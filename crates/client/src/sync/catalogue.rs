//! Intents about prices, price books, clauses, delegations and documents, judged against the cache.

use std::collections::BTreeMap;

use satchel_core::apply::{
    BookWorld, ClauseWorld, DelegationWorld, PricesWorld, decide_price, delegate_approval, edit_branding,
    edit_map_tiles, end_delegation, end_price, propose_price, publish_book, publish_clause, withdraw_book,
    withdraw_clause,
};
use satchel_core::approvals::Delegation;
use satchel_core::ids::{AccountId, ClauseId, DelegationId, OrgId, PriceBookId, UserId};
use satchel_core::money::Currency;
use satchel_core::people::{Actor, Role};
use satchel_core::wire::entities::delegation_of;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::local::spec;
use crate::api::CommandError;
use crate::store::{load_row, load_rows, load_rows_by_ids};

/// The rows of an intent about prices, price books, clauses, delegations or documents; `None` when it is about something else.
pub(super) async fn catalogue_rows(
    conn: &mut SqliteConnection,
    intent: &Intent,
    actor: &Actor,
) -> Result<Option<Vec<Row>>, CommandError> {
    Ok(Some(match intent {
        Intent::PricePropose(args) => {
            vec![propose_price(args, &prices_world(conn, args.account_id, Some(args.id.0)).await?, actor)?]
        }
        Intent::PriceDecide(args) => {
            vec![decide_price(args, &prices_world(conn, args.account_id, None).await?, actor)?]
        }
        Intent::PriceEnd(args) => vec![end_price(args, &prices_world(conn, args.account_id, None).await?, actor)?],
        Intent::ClausePublish(args) => {
            publish_clause(args, &clause_world(conn, args.previous_id, Some(args.id)).await?, actor)?
        }
        Intent::ClauseWithdraw(args) => withdraw_clause(args, &clause_world(conn, Some(args.id), None).await?, actor)?,
        Intent::BookPublish(args) => {
            let ids = args.items.iter().map(|item| item.id.to_string()).collect::<Vec<_>>();
            let world = book_world(conn, BookQuestion::Publish(args.id, &ids, args.currency)).await?;
            publish_book(args, &world, actor)?
        }
        Intent::BookWithdraw(args) => {
            vec![withdraw_book(args, &book_world(conn, BookQuestion::Withdraw(args.id)).await?, actor)?]
        }
        Intent::ApprovalDelegate(args) => {
            vec![delegate_approval(args, &delegation_world(conn, args.id).await?, actor)?]
        }
        Intent::ApprovalEndDelegation(args) => {
            vec![end_delegation(args, &delegation_world(conn, args.id).await?, actor)?]
        }
        Intent::MapTilesEdit(args) => {
            let id = organisation(conn).await?;
            vec![edit_map_tiles(args, load_row(conn, spec("organisations")?, id.0).await?.as_ref(), actor)?]
        }
        Intent::BrandingEdit(args) => {
            let id = organisation(conn).await?;
            vec![edit_branding(args, load_row(conn, spec("organisations")?, id.0).await?.as_ref(), actor)?]
        }
        _ => return Ok(None),
    }))
}

async fn organisation(conn: &mut SqliteConnection) -> Result<OrgId, CommandError> {
    let id: String = sqlx::query_scalar("SELECT id FROM organisations LIMIT 1").fetch_one(conn).await?;
    OrgId::parse(&id).map_err(|e| CommandError::new("store.damaged", e.to_string()))
}

/// Active people with their roles.
async fn people(conn: &mut SqliteConnection) -> Result<BTreeMap<UserId, Role>, CommandError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, role FROM users WHERE active = 1").fetch_all(conn).await?;
    Ok(rows.iter().filter_map(|(id, role)| Some((UserId::parse(id).ok()?, Role::parse(role)?))).collect())
}

async fn delegation_world(conn: &mut SqliteConnection, id: DelegationId) -> Result<DelegationWorld, CommandError> {
    Ok(DelegationWorld {
        org_id: organisation(conn).await?,
        row: load_row(conn, spec("approval_delegations")?, id.0).await?,
        people: people(conn).await?,
    })
}

/// Every delegation of somebody who still has something to delegate.
pub(super) async fn delegations(conn: &mut SqliteConnection) -> Result<Vec<Delegation>, CommandError> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM approval_delegations").fetch_all(&mut *conn).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let people = people(conn).await?;
    let rows = load_rows_by_ids(conn, spec("approval_delegations")?, &ids).await?;
    let with_role = |row: &Row| {
        let role = people.get(&UserId(row.uuid("from_user").ok()?))?;
        Some(delegation_of(row, *role))
    };
    Ok(rows.iter().filter_map(with_role).collect::<Result<_, _>>()?)
}

/// Everything agreed with an account, and what may be agreed; `new_id` is that of a proposal.
async fn prices_world(
    conn: &mut SqliteConnection,
    account_id: AccountId,
    new_id: Option<Uuid>,
) -> Result<PricesWorld, CommandError> {
    let account = load_row(conn, spec("accounts")?, account_id.0).await?;
    let account = account.ok_or_else(|| CommandError::new("account.unknown", account_id.to_string()))?;
    let currency = account.text("currency")?.to_owned();
    let taken = match new_id {
        Some(id) => load_row(conn, spec("agreed_prices")?, id).await?.is_some(),
        None => false,
    };
    let decimals: Vec<(String, u32)> = sqlx::query_as(
        "SELECT i.code, max(i.unit_dp) FROM price_items i JOIN price_books b ON b.id = i.price_book_id \
         WHERE b.currency = ?1 GROUP BY i.code",
    )
    .bind(&currency)
    .fetch_all(&mut *conn)
    .await?;
    let books: Vec<String> = sqlx::query_scalar("SELECT id FROM price_books WHERE currency = ?1")
        .bind(&currency)
        .fetch_all(&mut *conn)
        .await?;
    Ok(PricesWorld {
        account: true,
        taken,
        rows: load_rows(conn, spec("agreed_prices")?, "account_id", &account_id.to_string()).await?,
        decimals: decimals.into_iter().collect(),
        books: books.iter().filter_map(|id| PriceBookId::parse(id).ok()).collect(),
    })
}

/// A clause with its versions; `new_id` is that of a version to be published.
async fn clause_world(
    conn: &mut SqliteConnection,
    named: Option<ClauseId>,
    new_id: Option<ClauseId>,
) -> Result<ClauseWorld, CommandError> {
    let org_id = organisation(conn).await?;
    let taken = match new_id {
        Some(id) => load_row(conn, spec("clauses")?, id.0).await?.is_some(),
        None => false,
    };
    let clause = match named {
        Some(id) => load_row(conn, spec("clauses")?, id.0).await?,
        None => None,
    };
    let family = match &clause {
        Some(row) => load_rows(conn, spec("clauses")?, "family_id", &row.uuid("family_id")?.to_string()).await?,
        None => Vec::new(),
    };
    Ok(ClauseWorld { org_id, taken, clause, family })
}

/// What a step about price books is about.
enum BookQuestion<'a> {
    /// A new version with these items in a currency.
    Publish(PriceBookId, &'a [String], Currency),
    /// A version to withdraw.
    Withdraw(PriceBookId),
}

/// The versions of a currency with the organisation's tax codes.
async fn book_world(conn: &mut SqliteConnection, question: BookQuestion<'_>) -> Result<BookWorld, CommandError> {
    let org_id = organisation(conn).await?;
    let (currency, taken) = match question {
        BookQuestion::Publish(id, items, currency) => {
            let taken: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM price_books WHERE id = ?1) \
                 OR EXISTS (SELECT 1 FROM price_items WHERE id IN (SELECT value FROM json_each(?2)))",
            )
            .bind(id.to_string())
            .bind(serde_json::to_string(items).unwrap_or_default())
            .fetch_one(&mut *conn)
            .await?;
            (currency.code().to_owned(), taken)
        }
        BookQuestion::Withdraw(id) => {
            let book = load_row(conn, spec("price_books")?, id.0).await?;
            let book = book.ok_or_else(|| CommandError::new("book.unknown", id.to_string()))?;
            (book.text("currency")?.to_owned(), false)
        }
    };
    let tax_codes: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT tax_code FROM tax_rates").fetch_all(&mut *conn).await?;
    Ok(BookWorld {
        org_id,
        taken,
        versions: load_rows(conn, spec("price_books")?, "currency", &currency).await?,
        tax_codes: tax_codes.into_iter().collect(),
    })
}
