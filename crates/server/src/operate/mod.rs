//! What operators see and do: devices with their last sync and what they left unsent, parked mutations, grants, people's access,
//! revoking a device, and telling everybody that the database was restored from a backup.
//!
//! Invariant: an operation is about one organisation, which it names in every statement, and works as the application's own role:
//! what row-level security keeps apart for the application it keeps apart for operators too.

mod devices;
mod people;

use anyhow::{Context, Result, bail, ensure};
use clap::Subcommand;
use satchel_core::ids::OrgId;
use serde_json::{Value, json};
use sqlx::{PgPool, Postgres, Transaction};
use uuid::Uuid;

/// An operation.
#[derive(Debug, Subcommand)]
pub enum Operation {
    /// Organisations on this server.
    Organisations,
    /// Devices: who, last seen, last sequence, app version, revoked, mutations parked and salvaged.
    Devices,
    /// Mutations set aside because the server could not judge them.
    Parked,
    /// Entries saved from revoked devices.
    Salvaged,
    /// Revokes a device: its sessions end at once; at its next contact its outbox is saved here, then its cache is wiped.
    RevokeDevice {
        /// Device id, as `devices` prints it.
        id: Uuid,
    },
    /// Forgets a device that nobody has any more, its revocation too: its slot of quote numbers is free again.
    ForgetDevice {
        /// Device id, as `devices` prints it.
        id: Uuid,
    },
    /// Gives a person another password, read from standard input; all their sessions end at once.
    SetPassword {
        /// Their e-mail.
        email: String,
    },
    /// Ends all sessions of a person.
    SignOut {
        /// Their e-mail.
        email: String,
    },
    /// Takes a person's access away at once.
    SwitchOff {
        /// Their e-mail.
        email: String,
    },
    /// Gives it back; they sign in again.
    SwitchOn {
        /// Their e-mail.
        email: String,
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

/// Runs an operation as the owner and prints JSON lines. `org`: which organisation; where there is but one, it is meant.
pub async fn operate(owner: &PgPool, org: Option<Uuid>, what: Operation) -> Result<()> {
    match what {
        Operation::Organisations => organisations(owner).await,
        Operation::Devices => devices::list(owner, the_one(owner, org).await?).await,
        Operation::Parked => print(owner, the_one(owner, org).await?, PARKED).await,
        Operation::Salvaged => print(owner, the_one(owner, org).await?, SALVAGED).await,
        Operation::RevokeDevice { id } => devices::revoke(owner, the_one(owner, org).await?, id).await,
        Operation::ForgetDevice { id } => devices::forget(owner, the_one(owner, org).await?, id).await,
        Operation::SetPassword { email } => people::set_password(owner, org, &email).await,
        Operation::SignOut { email } => people::sign_out(owner, org, &email).await,
        Operation::SwitchOff { email } => people::switch(owner, org, &email, false).await,
        Operation::SwitchOn { email } => people::switch(owner, org, &email, true).await,
        Operation::Grant { email, account } => people::grant(owner, org, &email, account.as_deref(), true).await,
        Operation::Revoke { email, account } => people::grant(owner, org, &email, account.as_deref(), false).await,
        Operation::Requests { email, name } => people::requests(owner, org, &email, &name).await,
        Operation::NoRequests { name } => no_requests(owner, org, &name).await,
        Operation::Restored => {
            let epoch = Uuid::now_v7();
            sqlx::query("UPDATE server_state SET epoch = $1").bind(epoch).execute(owner).await?;
            println!("{}", json!({ "epoch": epoch }));
            Ok(())
        }
    }
}

const PARKED: &str = "SELECT json_build_object('device', client_id, 'seq', seq, 'mutation', mutation_id, 'name', name, \
    'outcome', outcome, 'received_at', received_at) FROM sync_mutation WHERE org_id = $1 AND status = 'parked' \
    ORDER BY received_at";
const SALVAGED: &str = "SELECT json_build_object('device', client_id, 'mutation', mutation_id, 'saved_at', saved_at, \
    'entry', entry) FROM salvaged WHERE org_id = $1 ORDER BY saved_at";

async fn known(owner: &PgPool) -> Result<Vec<(Uuid, String)>> {
    Ok(sqlx::query_as("SELECT id, name FROM tenants ORDER BY id").fetch_all(owner).await?)
}

async fn organisations(owner: &PgPool) -> Result<()> {
    for (id, name) in known(owner).await? {
        println!("{}", json!({ "id": id, "name": name }));
    }
    Ok(())
}

/// The organisation that is meant.
async fn the_one(owner: &PgPool, org: Option<Uuid>) -> Result<Uuid> {
    let known = known(owner).await?;
    match (org, known.as_slice()) {
        (Some(org), _) if known.iter().any(|(id, _)| *id == org) => Ok(org),
        (Some(org), _) => bail!("there is no organisation {org}"),
        (None, [(only, _)]) => Ok(*only),
        (None, []) => bail!("there is no organisation"),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|(id, name)| format!("{id} {name}")).collect();
            bail!("say which organisation with --org: {}", names.join(", "))
        }
    }
}

/// A transaction of one organisation, as the application's role.
async fn begin(owner: &PgPool, org: Uuid) -> Result<Transaction<'static, Postgres>> {
    let mut tx = crate::tenant::org_tx(owner, OrgId(org)).await?;
    as_application(&mut tx).await?;
    Ok(tx)
}

async fn as_application(tx: &mut Transaction<'static, Postgres>) -> Result<()> {
    let role = sqlx::query("SET LOCAL ROLE satchel_app").execute(&mut **tx).await;
    role.context("the owner may not act as satchel_app: GRANT satchel_app TO it")?;
    Ok(())
}

async fn print(owner: &PgPool, org: Uuid, sql: &'static str) -> Result<()> {
    let mut tx = begin(owner, org).await?;
    let rows: Vec<Value> = sqlx::query_scalar(sql).bind(org).fetch_all(&mut *tx).await?;
    rows.iter().for_each(|row| println!("{row}"));
    Ok(())
}

async fn no_requests(owner: &PgPool, org: Option<Uuid>, name: &str) -> Result<()> {
    let found: Option<Uuid> =
        sqlx::query_scalar("SELECT org_id FROM find_request_form($1)").bind(name).fetch_optional(owner).await?;
    let found = found.filter(|found| org.is_none_or(|org| org == *found));
    let org = found.with_context(|| format!("there is no form called {name}"))?;
    // The form's table is the operator's: the application reads it.
    let mut tx = crate::tenant::org_tx(owner, OrgId(org)).await?;
    let gone = sqlx::query("DELETE FROM request_forms WHERE org_id = $1 AND name = $2")
        .bind(org)
        .bind(name)
        .execute(&mut *tx)
        .await?;
    ensure!(gone.rows_affected() == 1, "there is no form called {name}");
    tx.commit().await?;
    println!("{}", json!({ "closed": name }));
    Ok(())
}
