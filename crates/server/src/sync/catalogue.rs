//! Intents about prices, price books, clauses, delegations and documents, judged against the server's own rows.

use std::collections::BTreeMap;

use satchel_core::apply::{
    BookWorld, ClauseWorld, DelegationWorld, PricesWorld, Refusal, decide_price, delegate_approval, edit_branding,
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
use sqlx::PgConnection;
use uuid::Uuid;

use super::apply::Failure;
use crate::rows::{load, load_by, load_many};

/// The rows of an intent about prices, price books, clauses, delegations or documents; `None` when it is about something else.
pub(super) async fn catalogue_rows(
    conn: &mut PgConnection,
    org: OrgId,
    intent: &Intent,
    actor: &Actor,
) -> Result<Option<Vec<Row>>, Failure> {
    Ok(Some(match intent {
        Intent::PricePropose(args) => {
            vec![propose_price(args, &prices_world(conn, args.account_id, Some(args.id.0)).await?, actor)?]
        }
        Intent::PriceDecide(args) => {
            vec![decide_price(args, &prices_world(conn, args.account_id, None).await?, actor)?]
        }
        Intent::PriceEnd(args) => vec![end_price(args, &prices_world(conn, args.account_id, None).await?, actor)?],
        Intent::ClausePublish(args) => {
            publish_clause(args, &clause_world(conn, org, args.previous_id, Some(args.id)).await?, actor)?
        }
        Intent::ClauseWithdraw(args) => {
            withdraw_clause(args, &clause_world(conn, org, Some(args.id), None).await?, actor)?
        }
        Intent::BookPublish(args) => {
            let ids = args.items.iter().map(|item| item.id.0).collect::<Vec<_>>();
            let world = book_world(conn, org, BookQuestion::Publish(args.id, &ids, args.currency)).await?;
            publish_book(args, &world, actor)?
        }
        Intent::BookWithdraw(args) => {
            vec![withdraw_book(args, &book_world(conn, org, BookQuestion::Withdraw(args.id)).await?, actor)?]
        }
        Intent::ApprovalDelegate(args) => {
            vec![delegate_approval(args, &delegation_world(conn, org, args.id).await?, actor)?]
        }
        Intent::ApprovalEndDelegation(args) => {
            vec![end_delegation(args, &delegation_world(conn, org, args.id).await?, actor)?]
        }
        Intent::MapTilesEdit(args) => {
            vec![edit_map_tiles(args, load(conn, "organisations", org.0).await?.as_ref(), actor)?]
        }
        Intent::BrandingEdit(args) => {
            vec![edit_branding(args, load(conn, "organisations", org.0).await?.as_ref(), actor)?]
        }
        _ => return Ok(None),
    }))
}

/// Active people with their roles.
async fn people(conn: &mut PgConnection) -> Result<BTreeMap<UserId, Role>, Failure> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as("SELECT id, role FROM users WHERE active").fetch_all(conn).await?;
    Ok(rows.iter().filter_map(|(id, role)| Some((UserId(*id), Role::parse(role)?))).collect())
}

async fn delegation_world(
    conn: &mut PgConnection,
    org_id: OrgId,
    id: DelegationId,
) -> Result<DelegationWorld, Failure> {
    let row = load(conn, "approval_delegations", id.0).await?;
    Ok(DelegationWorld { org_id, row, people: people(conn).await? })
}

/// Every delegation of somebody who still has something to delegate.
pub(super) async fn delegations(conn: &mut PgConnection, org: OrgId) -> Result<Vec<Delegation>, Failure> {
    let rows = load_by(conn, "approval_delegations", "scope_id", org.0).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people = people(conn).await?;
    let with_role = |row: &Row| {
        let role = people.get(&UserId(row.uuid("from_user").ok()?))?;
        Some(delegation_of(row, *role))
    };
    Ok(rows.iter().filter_map(with_role).collect::<Result<_, _>>()?)
}

/// Everything agreed with an account, and what may be agreed; `new_id` is that of a proposal.
async fn prices_world(
    conn: &mut PgConnection,
    account_id: AccountId,
    new_id: Option<Uuid>,
) -> Result<PricesWorld, Failure> {
    let Some(account) = load(conn, "accounts", account_id.0).await? else {
        return Err(Refusal::rule("account.unknown").into());
    };
    let currency = account.text("currency")?.to_owned();
    let taken = match new_id {
        Some(id) => load(conn, "agreed_prices", id).await?.is_some(),
        None => false,
    };
    let decimals: Vec<(String, i64)> = sqlx::query_as(
        "SELECT i.code, max(i.unit_dp) FROM price_items i JOIN price_books b ON b.org_id = i.org_id AND b.id = i.price_book_id \
         WHERE b.currency = $1 GROUP BY i.code",
    )
    .bind(&currency)
    .fetch_all(&mut *conn)
    .await?;
    let books: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM price_books WHERE currency = $1")
        .bind(&currency)
        .fetch_all(&mut *conn)
        .await?;
    Ok(PricesWorld {
        account: true,
        taken,
        rows: load_by(conn, "agreed_prices", "account_id", account_id.0).await?,
        decimals: decimals
            .into_iter()
            .map(|(code, unit_dp)| (code, u32::try_from(unit_dp).unwrap_or(2)))
            .collect::<BTreeMap<_, _>>(),
        books: books.into_iter().map(PriceBookId).collect(),
    })
}

/// A clause with its versions; `new_id` is that of a version to be published.
async fn clause_world(
    conn: &mut PgConnection,
    org_id: OrgId,
    named: Option<ClauseId>,
    new_id: Option<ClauseId>,
) -> Result<ClauseWorld, Failure> {
    let taken = match new_id {
        Some(id) => load(conn, "clauses", id.0).await?.is_some(),
        None => false,
    };
    let clause = match named {
        Some(id) => load(conn, "clauses", id.0).await?,
        None => None,
    };
    let family = match &clause {
        Some(row) => load_by(conn, "clauses", "family_id", row.uuid("family_id")?).await?,
        None => Vec::new(),
    };
    Ok(ClauseWorld { org_id, taken, clause, family })
}

/// What a step about price books is about.
enum BookQuestion<'a> {
    /// A new version with these items in a currency.
    Publish(PriceBookId, &'a [Uuid], Currency),
    /// A version to withdraw.
    Withdraw(PriceBookId),
}

/// The versions of a currency with the organisation's tax codes.
async fn book_world(conn: &mut PgConnection, org_id: OrgId, question: BookQuestion<'_>) -> Result<BookWorld, Failure> {
    let (currency, taken) = match question {
        BookQuestion::Publish(id, items, currency) => {
            let taken: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM price_books WHERE id = $1) OR EXISTS (SELECT 1 FROM price_items WHERE id = ANY($2))",
            )
            .bind(id.0)
            .bind(items)
            .fetch_one(&mut *conn)
            .await?;
            (currency.code().to_owned(), taken)
        }
        BookQuestion::Withdraw(id) => {
            let book = load(conn, "price_books", id.0).await?.ok_or_else(|| Refusal::rule("book.unknown"))?;
            (book.text("currency")?.to_owned(), false)
        }
    };
    let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM price_books WHERE currency = $1")
        .bind(&currency)
        .fetch_all(&mut *conn)
        .await?;
    let tax_codes: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT tax_code FROM tax_rates").fetch_all(&mut *conn).await?;
    Ok(BookWorld {
        org_id,
        taken,
        versions: load_many(conn, "price_books", &ids).await?,
        tax_codes: tax_codes.into_iter().collect(),
    })
}
