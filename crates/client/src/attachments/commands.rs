//! Adding, listing and opening files.

use base64::Engine as _;
use satchel_core::attachments::{AddAttachment as Args, CHUNK_BYTES, media_type};
use satchel_core::ids::{AccountId, AttachmentId};
use satchel_core::time::parse_instant;
use satchel_core::wire::mutation::Intent;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::transfer;
use super::view::{AddAttachment, AttachmentRow, FileState, OpenedAttachment, Subject};
use crate::api::{ById, CommandError};
use crate::engine::{Engine, Open};
use crate::sync::SubjectKind;
use crate::words;

type Found = (String, String, String, i64, String, String, String, Option<i64>, Option<i64>);

/// Files at an account or a quote, the newest first.
pub async fn list(engine: &Engine, subject: Subject) -> Result<Vec<AttachmentRow>, CommandError> {
    let open = engine.workspace().await?;
    let rows: Vec<Found> = sqlx::query_as(
        "SELECT a.id, a.name, a.media_type, a.size, coalesce(u.name, ''), a.added_at, a.sha256, b.sent, \
         (SELECT count(*) FROM blob_chunks c WHERE c.sha256 = a.sha256) \
         FROM attachments a LEFT JOIN users u ON u.id = a.added_by LEFT JOIN blobs b ON b.sha256 = a.sha256 \
         WHERE a.subject_id = ?1 ORDER BY a.added_at DESC, a.id",
    )
    .bind(&subject.id)
    .fetch_all(open.store.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, media_type, size, by, added, _, sent, chunks)| AttachmentRow {
            id,
            name,
            media_type,
            size_text: size_words(size),
            by,
            added_text: parse_instant(&added).map_or(added, |at| words::moment(at, open.now(), open.zone)),
            state: match (sent, chunks) {
                (Some(_), _) if open.demo => FileState::Laptop,
                (Some(0), _) => FileState::Waiting,
                (Some(_), Some(chunks)) if chunks > 0 => FileState::Here,
                _ => FileState::Server,
            },
        })
        .collect())
}

fn size_words(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// Takes a file: its bytes into the encrypted store, then its row through the one write door. The same bytes are kept once.
pub async fn add(engine: &Engine, args: AddAttachment) -> Result<Vec<AttachmentRow>, CommandError> {
    let open = engine.workspace().await?;
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(&args.bytes_base64)
        .map_err(|e| CommandError::new("command.bad_arguments", e.to_string()))?;
    let kind = media_type(&args.name, &bytes).map_err(|e| CommandError::new(e.code(), e.to_string()).at("file"))?;
    let (account_id, subject_id, title) = subject(&open, &args.subject).await?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let intent = Args {
        id: AttachmentId(Uuid::now_v7()),
        account_id,
        subject_kind: args.subject.kind.clone(),
        subject_id,
        name: args.name.trim().to_owned(),
        media_type: kind.to_owned(),
        size: bytes.len() as u64,
        sha256: sha256.clone(),
        at: open.now(),
    };
    intent.check().map_err(|e| CommandError::new(e.code(), e.to_string()).at("file"))?;
    keep(&open, &sha256, &bytes).await?;
    let subject_kind = match args.subject.kind.as_str() {
        "quote" => SubjectKind::QuoteFile,
        "site" => SubjectKind::Site,
        _ => SubjectKind::Account,
    };
    let about = crate::sync::Subject { text: format!("{title}: {}", intent.name), kind: subject_kind, id: subject_id };
    crate::sync::mutate(engine, &open, Intent::AttachmentAdd(intent), about).await?;
    list(engine, args.subject).await
}

async fn subject(open: &Open, subject: &Subject) -> Result<(AccountId, Uuid, String), CommandError> {
    let sql = match subject.kind.as_str() {
        "account" => "SELECT id, name FROM accounts WHERE id = ?1",
        "site" => "SELECT account_id, name FROM sites WHERE id = ?1",
        "quote" => "SELECT account_id, number FROM quotes WHERE id = ?1",
        _ => return Err(CommandError::new("attachment.bad_subject", &subject.kind)),
    };
    let row: Option<(String, String)> = sqlx::query_as(sql).bind(&subject.id).fetch_optional(open.store.read()).await?;
    let (account, title) = row.ok_or_else(|| CommandError::new("attachment.bad_subject", &subject.id))?;
    let bad = |e: uuid::Error| CommandError::new("attachment.bad_subject", e.to_string());
    Ok((AccountId::parse(&account).map_err(bad)?, Uuid::parse_str(&subject.id).map_err(bad)?, title))
}

pub(crate) async fn keep(open: &Open, sha256: &str, bytes: &[u8]) -> Result<(), CommandError> {
    let mut tx = open.store.begin().await?;
    sqlx::query("INSERT INTO blobs (sha256, size) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        .bind(sha256)
        .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
        .execute(tx.conn())
        .await?;
    for (n, chunk) in bytes.chunks(CHUNK_BYTES).enumerate() {
        sqlx::query("INSERT INTO blob_chunks (sha256, n, bytes) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
            .bind(sha256)
            .bind(i64::try_from(n).unwrap_or(i64::MAX))
            .bind(chunk)
            .execute(tx.conn())
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Opens a file: from this laptop, or from the server when its bytes are not here yet. A copy is saved for other programs.
pub async fn open(engine: &Engine, args: ById) -> Result<OpenedAttachment, CommandError> {
    let open = engine.workspace().await?;
    let row: Option<(String, String, i64, String)> =
        sqlx::query_as("SELECT name, media_type, size, sha256 FROM attachments WHERE id = ?1")
            .bind(&args.id)
            .fetch_optional(open.store.read())
            .await?;
    let (name, media_type, size, sha256) = row.ok_or_else(|| CommandError::new("attachment.unknown", &args.id))?;
    let mut bytes = stored(&open, &sha256).await?;
    if i64::try_from(bytes.len()).ok() != Some(size) {
        bytes = transfer::fetch(engine, &open, &sha256, size).await?;
        keep(&open, &sha256, &bytes).await?;
        let mut tx = open.store.begin().await?;
        sqlx::query("UPDATE blobs SET sent = 1 WHERE sha256 = ?1").bind(&sha256).execute(tx.conn()).await?;
        tx.commit().await?;
    }
    // The digest is part of the name: two files of one name do not overwrite each other.
    let folder = open.folder.join("documents").join(&sha256[..12]);
    let path = folder.join(&name);
    let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
    crate::saved::private_folder(&open.folder.join("documents")).await.map_err(failed)?;
    crate::saved::private_folder(&folder).await.map_err(failed)?;
    crate::saved::private_file(&path, &bytes).await.map_err(failed)?;
    Ok(OpenedAttachment { name, media_type, path: path.display().to_string() })
}

async fn stored(open: &Open, sha256: &str) -> Result<Vec<u8>, CommandError> {
    let chunks: Vec<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM blob_chunks WHERE sha256 = ?1 ORDER BY n")
        .bind(sha256)
        .fetch_all(open.store.read())
        .await?;
    Ok(chunks.concat())
}
