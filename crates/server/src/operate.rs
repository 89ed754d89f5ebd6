//! What operators see and do: devices with their last sync and what they left unsent, parked mutations, grants, revoking a
//! device, and telling everybody that the database was restored from a backup.

use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use satchel_core::people::Role;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

/// An operation.
#[derive(Debug, Subcommand)]
pub enum Operation {
    /// Devices: who, last seen, last sequence, app version, revoked, mutations parked and salvaged.
    Devices,
    /// Mutations set aside because the server could not judge them.
    Parked,
    /// Entries saved from revoked devices.
    Salvaged,
    /// Revokes a device: at its next contact its outbox is saved here, then its cache is wiped.
    RevokeDevice {
        /// Device id, as `devices` prints it.
        id: Uuid,
    },
    /// Lets a person see an account, or everything.
    Grant {
        /// Their e-mail.
        email: String,
        /// Account code; without it everything of the organisation.
        #[arg(long)]
        account: Option<String>,
    },
    /// Takes a grant back.
    Revoke {
        /// Their e-mail.
        email: String,
        /// Account code; without it the grant of everything.
        #[arg(long)]
        account: Option<String>,
    },
    /// Opens the public form for requests at `/r/NAME`, or changes who gets what comes in.
    Requests {
        /// E-mail of the person who gets them; they must be one who quotes.
        email: String,
        /// Name in the address: lower-case letters, digits, hyphens.
        #[arg(long)]
        name: String,
    },
    /// Takes the public form away.
    NoRequests {
        /// Its name.
        name: String,
    },
    /// After restoring the database from a backup and before starting the server: a new epoch, so that every laptop offers
    /// again what the backup does not have.
    Restored,
}

/// Runs an operation as the owner and prints JSON lines.
pub async fn operate(owner: &PgPool, what: Operation) -> Result<()> {
    match what {
        Operation::Devices => print(owner, DEVICES).await,
        Operation::Parked => print(owner, PARKED).await,
        Operation::Salvaged => print(owner, SALVAGED).await,
        Operation::RevokeDevice { id } => {
            let orgs = organisations(owner).await?;
            let mut changed = 0;
            for org in orgs {
                let mut tx = begin(owner, org).await?;
                let done = sqlx::query("UPDATE sync_client SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1")
                    .bind(id)
                    .execute(&mut *tx)
                    .await?;
                changed += done.rows_affected();
                tx.commit().await?;
            }
            ensure!(changed == 1, "no such device: {id}");
            println!("{}", json!({ "revoked": id }));
            Ok(())
        }
        Operation::Grant { email, account } => grant(owner, &email, account.as_deref(), true).await,
        Operation::Revoke { email, account } => grant(owner, &email, account.as_deref(), false).await,
        Operation::Requests { email, name } => requests(owner, &email, &name).await,
        Operation::NoRequests { name } => {
            let org: Option<Uuid> = sqlx::query_scalar("SELECT org_id FROM find_request_form($1)")
                .bind(&name)
                .fetch_optional(owner)
                .await?;
            let mut tx = begin(owner, org.with_context(|| format!("there is no form called {name}"))?).await?;
            sqlx::query("DELETE FROM request_forms WHERE name = $1").bind(&name).execute(&mut *tx).await?;
            tx.commit().await?;
            println!("{}", json!({ "closed": name }));
            Ok(())
        }
        Operation::Restored => {
            let epoch = Uuid::now_v7();
            sqlx::query("UPDATE server_state SET epoch = $1").bind(epoch).execute(owner).await?;
            println!("{}", json!({ "epoch": epoch }));
            Ok(())
        }
    }
}

const DEVICES: &str = "SELECT json_build_object('id', c.id, 'person', u.email, 'slot', c.device_slot, 'last_seq', c.last_seq, \
    'last_seen', c.last_seen, 'silent_s', extract(epoch FROM now() - c.last_seen)::bigint, 'app_version', c.app_version, \
    'revoked_at', c.revoked_at, \
    'parked', (SELECT count(*) FROM sync_mutation m WHERE m.client_id = c.id AND m.status = 'parked'), \
    'slowest_mutation_s', (SELECT max(extract(epoch FROM m.received_at - m.device_time::timestamptz))::bigint \
        FROM sync_mutation m WHERE m.client_id = c.id AND m.received_at > now() - interval '1 day' AND m.device_time <> ''), \
    'salvaged', (SELECT count(*) FROM salvaged s WHERE s.client_id = c.id)) \
    FROM sync_client c LEFT JOIN users u ON u.org_id = c.org_id AND u.id = c.registered_by ORDER BY c.last_seen DESC";
const PARKED: &str = "SELECT json_build_object('device', client_id, 'seq', seq, 'mutation', mutation_id, 'name', name, \
    'outcome', outcome, 'received_at', received_at) FROM sync_mutation WHERE status = 'parked' ORDER BY received_at";
const SALVAGED: &str = "SELECT json_build_object('device', client_id, 'mutation', mutation_id, 'saved_at', saved_at, \
    'entry', entry) FROM salvaged ORDER BY saved_at";

async fn organisations(owner: &PgPool) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar("SELECT list_tenants()").fetch_all(owner).await?)
}

async fn begin(owner: &PgPool, org: Uuid) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    Ok(crate::tenant::org_tx(owner, satchel_core::ids::OrgId(org)).await?)
}

async fn print(owner: &PgPool, sql: &'static str) -> Result<()> {
    for org in organisations(owner).await? {
        let mut tx = begin(owner, org).await?;
        let rows: Vec<Value> = sqlx::query_scalar(sql).fetch_all(&mut *tx).await?;
        rows.iter().for_each(|row| println!("{row}"));
    }
    Ok(())
}

async fn requests(owner: &PgPool, email: &str, name: &str) -> Result<()> {
    let (org, user) = person(owner, email).await?;
    let mut tx = begin(owner, org).await?;
    let role: String =
        sqlx::query_scalar("SELECT role FROM users WHERE id = $1").bind(user).fetch_one(&mut *tx).await?;
    ensure!(Role::parse(&role).is_some_and(Role::may_quote), "{email} is a {role}, who does not quote");
    let taken: Option<Uuid> =
        sqlx::query_scalar("SELECT org_id FROM find_request_form($1)").bind(name).fetch_optional(&mut *tx).await?;
    ensure!(taken.is_none_or(|other| other == org), "the name {name} is taken");
    sqlx::query(
        "INSERT INTO request_forms (org_id, name, owner_id) VALUES ($1, $2, $3) \
         ON CONFLICT (org_id) DO UPDATE SET name = excluded.name, owner_id = excluded.owner_id",
    )
    .bind(org)
    .bind(name)
    .bind(user)
    .execute(&mut *tx)
    .await
    .context("a name has 2 to 40 lower-case letters, digits or hyphens")?;
    tx.commit().await?;
    println!("{}", json!({ "form": format!("/r/{name}"), "person": email }));
    Ok(())
}

async fn person(owner: &PgPool, email: &str) -> Result<(Uuid, Uuid)> {
    sqlx::query_as("SELECT org_id, user_id FROM find_credential($1)")
        .bind(email)
        .fetch_optional(owner)
        .await?
        .with_context(|| format!("nobody has the e-mail {email}"))
}

async fn grant(owner: &PgPool, email: &str, account: Option<&str>, give: bool) -> Result<()> {
    let (org, user) = person(owner, email).await?;
    let mut tx = begin(owner, org).await?;
    let scope: Uuid = match account {
        Some(code) => sqlx::query_scalar("SELECT id FROM accounts WHERE code = $1")
            .bind(code)
            .fetch_optional(&mut *tx)
            .await?
            .with_context(|| format!("no account has the code {code}"))?,
        None => org,
    };
    let sql = if give {
        "INSERT INTO scope_grants (org_id, user_id, scope_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM scope_grants WHERE org_id = $1 AND user_id = $2 AND scope_id = $3"
    };
    let done = sqlx::query(sql).bind(org).bind(user).bind(scope).execute(&mut *tx).await?;
    sqlx::query("SELECT pg_notify($1, $2)").bind(crate::sync::CHANNEL).bind(org.to_string()).execute(&mut *tx).await?;
    tx.commit().await?;
    println!("{}", json!({ "person": email, "scope": scope, "changed": done.rows_affected() }));
    Ok(())
}
