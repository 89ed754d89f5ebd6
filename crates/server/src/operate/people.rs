//! People's access: passwords, sessions, grants, and who gets what comes in.

use anyhow::{Context, Result, ensure};
use satchel_core::ids::OrgId;
use satchel_core::people::Role;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{as_application, begin};
use crate::passwords::hash_password;
use crate::session::end_all;
use crate::tenant::{org_tx, tenant_tx};

/// Shortest password, characters.
const SHORTEST: usize = 12;

/// Whose e-mail it is; of the named organisation, where one is named.
async fn person(owner: &PgPool, org: Option<Uuid>, email: &str) -> Result<(Uuid, Uuid)> {
    let found: Option<(Uuid, Uuid)> =
        sqlx::query_as("SELECT org_id, user_id FROM find_credential($1)").bind(email).fetch_optional(owner).await?;
    let found = found.filter(|(of, _)| org.is_none_or(|org| org == *of));
    found.with_context(|| format!("nobody has the e-mail {email}"))
}

/// Another password, and no session of before.
pub(super) async fn set_password(owner: &PgPool, org: Option<Uuid>, email: &str) -> Result<()> {
    let (org, user) = person(owner, org, email).await?;
    let mut password = Zeroizing::new(String::new());
    std::io::stdin().read_line(&mut password).context("reading the password from standard input")?;
    let password = password.trim_end_matches(['\r', '\n']);
    ensure!(password.chars().count() >= SHORTEST, "a password has at least {SHORTEST} characters");
    let hash = hash_password(password).map_err(anyhow::Error::msg)?;
    let mut tx = begin(owner, org).await?;
    let done = sqlx::query("UPDATE credentials SET password_hash = $3 WHERE org_id = $1 AND user_id = $2")
        .bind(org)
        .bind(user)
        .bind(hash)
        .execute(&mut *tx)
        .await?;
    ensure!(done.rows_affected() == 1, "nobody has the e-mail {email}");
    let ended = end_all(&mut tx, org, user).await?;
    tx.commit().await?;
    println!("{}", json!({ "person": email, "password": "set", "sessions_ended": ended > 0 }));
    Ok(())
}

/// Ends all sessions.
pub(super) async fn sign_out(owner: &PgPool, org: Option<Uuid>, email: &str) -> Result<()> {
    let (org, user) = person(owner, org, email).await?;
    let mut tx = begin(owner, org).await?;
    let ended = end_all(&mut tx, org, user).await?;
    tx.commit().await?;
    println!("{}", json!({ "person": email, "sessions_ended": ended > 0 }));
    Ok(())
}

/// Takes access away or gives it back. Laptops of others learn of it.
pub(super) async fn switch(owner: &PgPool, org: Option<Uuid>, email: &str, on: bool) -> Result<()> {
    let (org, user) = person(owner, org, email).await?;
    let mut tenant = tenant_tx(owner, OrgId(org)).await?;
    as_application(&mut tenant.tx).await?;
    let done = sqlx::query("UPDATE users SET active = $3 WHERE org_id = $1 AND id = $2 AND active <> $3")
        .bind(org)
        .bind(user)
        .bind(on)
        .execute(&mut *tenant.tx)
        .await?;
    ensure!(done.rows_affected() == 1, "{email} is {} already", if on { "on" } else { "off" });
    end_all(&mut tenant.tx, org, user).await?;
    tenant.tx.commit().await?;
    println!("{}", json!({ "person": email, "active": on }));
    Ok(())
}

/// Gives or takes a grant.
pub(super) async fn grant(
    owner: &PgPool,
    org: Option<Uuid>,
    email: &str,
    account: Option<&str>,
    give: bool,
) -> Result<()> {
    let (org, user) = person(owner, org, email).await?;
    let mut tx = begin(owner, org).await?;
    let scope: Uuid = match account {
        Some(code) => sqlx::query_scalar("SELECT id FROM accounts WHERE org_id = $1 AND code = $2")
            .bind(org)
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
    let done = sqlx::query(sql).bind(org).bind(user).bind(scope).execute(&mut *tx).await?.rows_affected();
    sqlx::query("SELECT pg_notify($1, $2)").bind(crate::sync::CHANNEL).bind(org.to_string()).execute(&mut *tx).await?;
    tx.commit().await?;
    println!("{}", json!({ "person": email, "scope": scope, "changed": done }));
    ensure!(done > 0, "{email} {} this grant: nothing was changed", if give { "has" } else { "does not have" });
    Ok(())
}

/// Opens the public form, or changes who gets what comes in.
pub(super) async fn requests(owner: &PgPool, org: Option<Uuid>, email: &str, name: &str) -> Result<()> {
    let (org, user) = person(owner, org, email).await?;
    // The form's table is the operator's: the application reads it.
    let mut tx = org_tx(owner, OrgId(org)).await?;
    let role: String = sqlx::query_scalar("SELECT role FROM users WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(user)
        .fetch_one(&mut *tx)
        .await?;
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
