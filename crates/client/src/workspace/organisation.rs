//! What the cache says now of the organisation and its people.

use satchel_core::ids::UserId;
use satchel_core::organisations::OrgSettings;
use sqlx::SqliteExecutor;

use crate::api::CommandError;
use crate::engine::Open;

/// The organisation's settings as they stand.
///
/// # Errors
/// `workspace.bad_settings` when they cannot be read.
pub async fn settings(conn: impl SqliteExecutor<'_>) -> Result<OrgSettings, CommandError> {
    let text: String = sqlx::query_scalar("SELECT settings FROM organisations LIMIT 1").fetch_one(conn).await?;
    serde_json::from_str(&text).map_err(|e| CommandError::new("workspace.bad_settings", e.to_string()))
}

/// Name of a person; empty for one who is not in the cache.
pub async fn person_name(open: &Open, id: UserId) -> Result<String, CommandError> {
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM users WHERE id = ?1")
        .bind(id.to_string())
        .fetch_optional(open.store.read())
        .await?;
    Ok(name.unwrap_or_default())
}
