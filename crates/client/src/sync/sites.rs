//! What intents about sites need to know, read from the cache inside their write.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::apply::{EditWorld, Placed, edit_reads};
use satchel_core::ids::AccountId;
use satchel_core::sites::EditSites;
use satchel_core::wire::rows::Row;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::local::spec;
use crate::api::CommandError;
use crate::store::load_rows_by_ids;

/// The named sites that are here.
pub(super) async fn sites_of(conn: &mut SqliteConnection, ids: &[String]) -> Result<BTreeMap<Uuid, Row>, CommandError> {
    let rows = load_rows_by_ids(conn, spec("sites")?, ids).await?;
    Ok(rows.into_iter().map(|row| (row.id(), row)).collect())
}

/// What edits of sites need to know: the rows, and only where it is asked for the tree and the people.
pub(super) async fn edit_world(conn: &mut SqliteConnection, edit: &EditSites) -> Result<EditWorld, CommandError> {
    let ids = edit.sites.iter().map(|site| site.id.to_string()).collect::<Vec<_>>();
    let mut world = EditWorld { sites: sites_of(conn, &ids).await?, ..EditWorld::default() };
    let (tree, people) = edit_reads(edit);
    if tree {
        let tree: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "WITH RECURSIVE up (id, account_id, parent_id) AS ( \
               SELECT id, account_id, parent_id FROM sites WHERE account_id = ?1 \
               UNION SELECT s.id, s.account_id, s.parent_id FROM sites s JOIN up ON s.id = up.parent_id) \
             SELECT id, account_id, parent_id FROM up",
        )
        .bind(edit.account_id.to_string())
        .fetch_all(&mut *conn)
        .await?;
        let id = |text: &String| Uuid::parse_str(text).ok();
        let placed = |account: &String, above: &Option<String>| {
            Some(Placed { account_id: id(account)?, above: above.as_ref().and_then(id) })
        };
        world.tree =
            tree.iter().filter_map(|(site, account, above)| Some((id(site)?, placed(account, above)?))).collect();
    }
    if people {
        let people: Vec<String> =
            sqlx::query_scalar("SELECT id FROM users WHERE active = 1").fetch_all(&mut *conn).await?;
        world.people = people.iter().filter_map(|text| Uuid::parse_str(text).ok()).collect();
    }
    Ok(world)
}

/// Which of an account's sites something was built on: a line of a quote, an incident, a job, a ticket, a month's figures, a site below.
pub async fn used_sites(
    conn: &mut SqliteConnection,
    account: AccountId,
    ids: &[String],
) -> Result<BTreeSet<Uuid>, CommandError> {
    let found: Vec<String> = sqlx::query_scalar(
        "WITH used (id) AS ( \
           SELECT l.value ->> 'site_id' FROM quotes q, json_each(q.content, '$.lines') l WHERE q.account_id = ?1 \
           UNION SELECT e.value FROM incidents i, json_each(i.site_ids) e WHERE i.account_id = ?1 \
           UNION SELECT site_id FROM jobs WHERE account_id = ?1 \
           UNION SELECT site_id FROM tickets WHERE account_id = ?1 \
           UNION SELECT site_id FROM sla_site_months WHERE account_id = ?1 \
           UNION SELECT parent_id FROM sites WHERE account_id = ?1 AND id NOT IN (SELECT value FROM json_each(?2))) \
         SELECT id FROM used WHERE id IN (SELECT value FROM json_each(?2))",
    )
    .bind(account.to_string())
    .bind(serde_json::to_string(ids).unwrap_or_default())
    .fetch_all(conn)
    .await?;
    Ok(found.iter().filter_map(|id| Uuid::parse_str(id).ok()).collect())
}
