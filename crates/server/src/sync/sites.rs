//! What intents about sites need to know, read inside their transaction.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::apply::{EditWorld, Placed, edit_reads};
use satchel_core::ids::AccountId;
use satchel_core::sites::EditSites;
use satchel_core::wire::rows::Row;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::rows::load_many;

/// The named sites that are here.
pub(super) async fn sites_of(conn: &mut PgConnection, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Row>, sqlx::Error> {
    Ok(load_many(conn, "sites", ids).await?.into_iter().map(|row| (row.id(), row)).collect())
}

/// Which of an account's sites something was built on: a line of a quote, an incident, a job, a ticket, a month's figures, a site below.
pub(super) async fn used_sites(
    conn: &mut PgConnection,
    account: AccountId,
    ids: &[Uuid],
) -> Result<BTreeSet<Uuid>, sqlx::Error> {
    let found: Vec<Uuid> = sqlx::query_scalar(
        "WITH used (id) AS ( \
           SELECT (l ->> 'site_id')::uuid FROM quotes q, jsonb_array_elements(q.content -> 'lines') l WHERE q.account_id = $1 \
           UNION SELECT e::uuid FROM incidents i, jsonb_array_elements_text(i.site_ids) e WHERE i.account_id = $1 \
           UNION SELECT site_id FROM jobs WHERE account_id = $1 \
           UNION SELECT site_id FROM tickets WHERE account_id = $1 \
           UNION SELECT site_id FROM sla_site_months WHERE account_id = $1 \
           UNION SELECT parent_id FROM sites WHERE account_id = $1 AND id <> ALL($2)) \
         SELECT id FROM used WHERE id = ANY($2)",
    )
    .bind(account.0)
    .bind(ids)
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().collect())
}

/// What edits of sites need to know: the rows, and only where it is asked for the tree and the people.
pub(super) async fn edit_world(conn: &mut PgConnection, edit: &EditSites) -> Result<EditWorld, sqlx::Error> {
    let ids: Vec<Uuid> = edit.sites.iter().map(|site| site.id.0).collect();
    let mut world = EditWorld { sites: sites_of(conn, &ids).await?, ..EditWorld::default() };
    let (tree, people) = edit_reads(edit);
    if tree {
        let tree: Vec<(Uuid, Uuid, Option<Uuid>)> = sqlx::query_as(
            "WITH RECURSIVE up (id, account_id, parent_id) AS ( \
               SELECT id, account_id, parent_id FROM sites WHERE account_id = $1 \
               UNION SELECT s.id, s.account_id, s.parent_id FROM sites s JOIN up ON s.id = up.parent_id) \
             SELECT id, account_id, parent_id FROM up",
        )
        .bind(edit.account_id.0)
        .fetch_all(&mut *conn)
        .await?;
        world.tree = tree.into_iter().map(|(id, account_id, above)| (id, Placed { account_id, above })).collect();
    }
    if people {
        let people: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM users WHERE active").fetch_all(&mut *conn).await?;
        world.people = people.into_iter().collect();
    }
    Ok(world)
}
