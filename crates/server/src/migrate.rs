//! Bringing a database to the present schema, as its owner.

use anyhow::Result;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/server");

const ROLE: &str = "DO $$ BEGIN CREATE ROLE satchel_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; \
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";

/// Runs what is missing and makes the server's state once.
pub async fn migrate(owner: &PgPool) -> Result<()> {
    // The role is the cluster's, not the database's: two databases that are made at once must not both make it.
    sqlx::query(ROLE).execute(owner).await?;
    MIGRATIONS.run(owner).await?;
    let mut key = [0_u8; 64];
    getrandom::fill(&mut key).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    sqlx::query("INSERT INTO server_state (epoch, signing_key) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(Uuid::now_v7())
        .bind(&key[..])
        .execute(owner)
        .await?;
    Ok(())
}
