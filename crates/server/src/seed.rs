//! The demo organisation on a server: once; a second run leaves what is there.

use anyhow::Result;
use satchel_core::demo::{DemoSpec, PEOPLE, person_id, rows};
use satchel_core::wire::tables::TABLES;
use sqlx::PgPool;

use crate::rows::put;
use crate::session::hash_password;
use crate::tenant::tenant_tx;

/// Seeds the demo organisation; everybody in it signs in with `password`. Returns whether there was anything to do.
/// Runs as the owner: making an organisation is nothing the application's role may do.
pub async fn seed_demo(owner: &PgPool, spec: &DemoSpec, password: &str) -> Result<bool> {
    let known: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tenants WHERE id = $1").bind(spec.org_id.0).fetch_one(owner).await?;
    if known > 0 {
        return Ok(false);
    }
    let all = rows(spec);
    let mut setup = crate::tenant::org_tx(owner, spec.org_id).await?;
    sqlx::query("INSERT INTO tenants (id, name) VALUES ($1, 'Satchel Demo Fibre')")
        .bind(spec.org_id.0)
        .execute(&mut *setup)
        .await?;
    sqlx::query("INSERT INTO sync_tenant (org_id) VALUES ($1)").bind(spec.org_id.0).execute(&mut *setup).await?;
    let hash = hash_password(password).map_err(anyhow::Error::msg)?;
    for (index, person) in PEOPLE.iter().enumerate() {
        sqlx::query("INSERT INTO credentials (org_id, user_id, email, password_hash) VALUES ($1, $2, $3, $4)")
            .bind(spec.org_id.0)
            .bind(person_id(spec, index).0)
            .bind(person.email)
            .bind(&hash)
            .execute(&mut *setup)
            .await?;
    }
    setup.commit().await?;
    let mut tenant = tenant_tx(owner, spec.org_id).await?;
    for table in TABLES {
        let of_table: Vec<_> = all.iter().filter(|row| row.table().name == table.name).cloned().collect();
        put(&mut tenant.tx, spec.org_id, &of_table).await?;
    }
    tenant.tx.commit().await?;
    Ok(true)
}
