//! The demo organisation on a server: once; a second run leaves what is there.

use anyhow::Result;
use satchel_core::demo::{DemoSpec, PEOPLE, person_id, rows};
use satchel_core::wire::tables::TABLES;
use sqlx::PgPool;

use crate::passwords::hash_password;
use crate::rows::put;
use crate::tenant::org_tx;

/// Seeds the demo organisation; everybody in it signs in with `password`. Returns whether there was anything to do.
/// Runs as the owner: making an organisation is nothing the application's role may do.
pub async fn seed_demo(owner: &PgPool, spec: &DemoSpec, password: &str) -> Result<bool> {
    seed_organisation(owner, spec, password, "").await
}

/// As [`seed_demo`], with `before` in front of everybody's sign-in name: several organisations on one server.
pub async fn seed_organisation(owner: &PgPool, spec: &DemoSpec, password: &str, before: &str) -> Result<bool> {
    // One transaction: a seeding that breaks off leaves nothing behind, and two at once do it once.
    let mut setup = org_tx(owner, spec.org_id).await?;
    sqlx::query("LOCK TABLE tenants IN EXCLUSIVE MODE").execute(&mut *setup).await?;
    let known: i64 = sqlx::query_scalar("SELECT count(*) FROM tenants WHERE id = $1")
        .bind(spec.org_id.0)
        .fetch_one(&mut *setup)
        .await?;
    if known > 0 {
        return Ok(false);
    }
    let all = rows(spec);
    let hash = hash_password(password).map_err(anyhow::Error::msg)?;
    sqlx::query("INSERT INTO tenants (id, name) VALUES ($1, 'Satchel Demo Fibre')")
        .bind(spec.org_id.0)
        .execute(&mut *setup)
        .await?;
    sqlx::query("INSERT INTO sync_tenant (org_id, version) VALUES ($1, 1)")
        .bind(spec.org_id.0)
        .execute(&mut *setup)
        .await?;
    for (index, person) in PEOPLE.iter().enumerate() {
        sqlx::query("INSERT INTO credentials (org_id, user_id, email, password_hash) VALUES ($1, $2, $3, $4)")
            .bind(spec.org_id.0)
            .bind(person_id(spec, index).0)
            .bind(format!("{before}{}", person.email))
            .bind(&hash)
            .execute(&mut *setup)
            .await?;
    }
    sqlx::query("SELECT set_config('satchel.version', '1', true)").execute(&mut *setup).await?;
    for table in TABLES {
        let of_table: Vec<_> = all.iter().filter(|row| row.table().name == table.name).cloned().collect();
        put(&mut setup, spec.org_id, &of_table).await?;
    }
    sqlx::query(
        "INSERT INTO scope_grants (org_id, user_id, scope_id) \
         SELECT org_id, id, org_id FROM users WHERE org_id = $1 AND role <> 'technician'",
    )
    .bind(spec.org_id.0)
    .execute(&mut *setup)
    .await?;
    if before.is_empty() {
        // The demo's public form stands at /r/demo; what comes in goes to the field seller.
        sqlx::query("INSERT INTO request_forms (org_id, name, owner_id) SELECT $1, 'demo', $2 ON CONFLICT DO NOTHING")
            .bind(spec.org_id.0)
            .bind(person_id(spec, 0).0)
            .execute(&mut *setup)
            .await?;
    }
    setup.commit().await?;
    Ok(true)
}
