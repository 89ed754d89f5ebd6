//! The encrypted store: one SQLCipher file per organisation. Invariant: everything is written through [`Store::begin`],
//! one writer at a time; a write is durable when [`WriteTx::commit`] returns; the key never touches the disk.

mod rows;
mod write;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::ConnectOptions;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::broadcast;
use zeroize::Zeroizing;

pub use rows::{load_all, load_row, load_rows, load_rows_by_ids};
pub(crate) use rows::{load_rows_where, version_of};
pub use write::WriteTx;

use crate::EngineEvent;
use crate::api::CommandError;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/client");

/// The day of this program's newest migration: it was not built before.
pub fn built_after() -> Option<satchel_core::time::Timestamp> {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max()?;
    let moment = chrono::NaiveDateTime::parse_from_str(&newest.to_string(), "%Y%m%d%H%M%S").ok()?;
    Some(moment.and_utc())
}

/// A raw 256-bit database key.
#[derive(Clone)]
pub struct DatabaseKey(pub(crate) Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// A fresh random key.
    pub fn generate() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        getrandom::fill(&mut bytes[..]).map_err(|e| StoreError::Other(e.to_string()))?;
        Ok(Self(bytes))
    }

    /// A key from 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Lower-case hex, for the keychain.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&self.0[..]))
    }

    /// Reads the keychain's form.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(hex::decode(text.trim()).ok()?);
        <[u8; 32]>::try_from(&bytes[..]).ok().map(Self::from_bytes)
    }
}

/// Why the store cannot be opened or used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key does not fit the file. The file is untouched.
    #[error("the key does not open the database")]
    WrongKey,
    /// The file is damaged. It is untouched.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Another process holds it.
    #[error("another Satchel has this workspace open")]
    InUse,
    /// No space, or no permission to write.
    #[error("the disk is full or read-only")]
    DiskFull,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).map(|c| c.into_owned()).unwrap_or_default();
        // Extended result codes carry the primary one in the low byte.
        let primary = code.parse::<i64>().unwrap_or(0) & 0xff;
        match primary {
            26 => Self::WrongKey,
            11 => Self::Damaged(error.to_string()),
            13 | 8 | 10 => Self::DiskFull,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::WrongKey => "store.wrong_key",
            StoreError::Damaged(_) => "store.damaged",
            StoreError::InUse => "store.in_use",
            StoreError::DiskFull => "store.disk_full",
            StoreError::Other(_) => "store.failed",
        };
        Self::new(code, error.to_string())
    }
}

impl From<sqlx::Error> for CommandError {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// A moment in the store's life: how often a write began or ended to be made durable. Odd while one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(u64);

impl Moment {
    /// The moment after one more write.
    pub fn next(self) -> Self {
        Self(self.0 + 2)
    }

    /// As a number for the window, which compares it and no more.
    pub fn changes(self) -> u32 {
        u32::try_from(self.0 & u64::from(u32::MAX)).unwrap_or_default()
    }
}

/// An open store.
#[derive(Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    events: broadcast::Sender<EngineEvent>,
    commits: Arc<AtomicU64>,
    lock: Arc<std::fs::File>,
    path: PathBuf,
    /// The key, while the store [is new](Store::begin_new).
    new: Option<DatabaseKey>,
}

/// The file of a store, and of one that is still made.
const FILE: &str = "cache.db";
const NEW_FILE: &str = "cache.new.db";

impl Store {
    /// Opens (or makes) the database in `folder`. A file that is there is never overwritten.
    pub async fn open(
        folder: &Path,
        key: &DatabaseKey,
        events: broadcast::Sender<EngineEvent>,
    ) -> Result<Self, StoreError> {
        let lock = lock(folder)?;
        // What a first load left that did not come to its end.
        remove_new(folder)?;
        connect(folder.join(FILE), key, events, Arc::new(lock), None).await
    }

    /// Like [`Store::open`]; where there is no database yet, one that is new until it is [settled](Store::settled): a file
    /// beside, written without a journal and thrown away by whatever ends the process. Nothing that a person typed may go
    /// into it.
    pub async fn begin_new(
        folder: &Path,
        key: &DatabaseKey,
        events: broadcast::Sender<EngineEvent>,
    ) -> Result<Self, StoreError> {
        let lock = lock(folder)?;
        remove_new(folder)?;
        // Asked under the lock: a file that another process just made is never replaced.
        let (name, new) = if folder.join(FILE).exists() { (FILE, None) } else { (NEW_FILE, Some(key.clone())) };
        connect(folder.join(name), key, events, Arc::new(lock), new).await
    }

    /// A new store made durable, whole, in one step; another one as it is.
    pub async fn settled(self) -> Result<Self, StoreError> {
        let Some(key) = &self.new else { return Ok(self) };
        self.close().await;
        let full = |_| StoreError::DiskFull;
        std::fs::File::options().write(true).open(&self.path).and_then(|file| file.sync_all()).map_err(full)?;
        let path = self.path.with_file_name(FILE);
        std::fs::rename(&self.path, &path).map_err(full)?;
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(full)?;
        }
        connect(path, key, self.events.clone(), self.lock.clone(), None).await
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Connections that only read.
    pub fn read(&self) -> &SqlitePool {
        &self.readers
    }

    /// What the next reading may be kept by: it holds for as long as the store [stands](Store::stands) at this moment.
    pub fn moment(&self) -> Moment {
        Moment(self.commits.load(Ordering::SeqCst))
    }

    /// Nothing was written since that moment, and nothing is just being written.
    pub fn stands(&self, moment: Moment) -> bool {
        moment.0.is_multiple_of(2) && self.moment() == moment
    }

    /// The one write door.
    pub async fn begin(&self) -> Result<WriteTx, StoreError> {
        const BEGIN: &str = "BEGIN IMMEDIATE";
        let tx = match self.writer.begin_with(BEGIN).await {
            // SQLite ends a transaction by itself when the disk is full; the connection still believes it is in one and
            // would never write again. Nothing of it is durable: a fresh connection goes on.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writer.acquire().await?.close().await?;
                self.writer.begin_with(BEGIN).await?
            }
            begun => begun?,
        };
        Ok(WriteTx::new(tx, self.events.clone(), self.commits.clone()))
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// How a file is encrypted: which pages are read and sealed as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Pages of 8 KiB, sealed with HMAC-SHA256: a first load has half as many to seal, a list half as many to open.
    Now,
    /// SQLCipher's own: what files have that were made before.
    First,
}

/// The pools of a database, which is made when it is not there.
async fn connect(
    path: PathBuf,
    key: &DatabaseKey,
    events: broadcast::Sender<EngineEvent>,
    lock: Arc<std::fs::File>,
    new: Option<DatabaseKey>,
) -> Result<Store, StoreError> {
    let existed = path.exists();
    match connect_as(Format::Now, path.clone(), key, events.clone(), lock.clone(), new.clone()).await {
        // Another format looks like another key.
        Err(StoreError::WrongKey) if existed => connect_as(Format::First, path, key, events, lock, new).await,
        other => other,
    }
}

async fn connect_as(
    format: Format,
    path: PathBuf,
    key: &DatabaseKey,
    events: broadcast::Sender<EngineEvent>,
    lock: Arc<std::fs::File>,
    new: Option<DatabaseKey>,
) -> Result<Store, StoreError> {
    let mut options = options(&path, key, format)?;
    if new.is_some() {
        // The journal for rolling back is in memory; nothing has to outlive a crash.
        options = options.journal_mode(SqliteJournalMode::Memory).synchronous(SqliteSynchronous::Off);
        // Sorting for its indexes wants memory too.
        options = options.pragma("cache_size", "-12000");
    }
    let writer = SqlitePoolOptions::new().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    let writer = writer.connect_with(options.clone()).await?;
    match prepare(&writer, options).await {
        Ok(readers) => Ok(Store { writer, readers, events, commits: Arc::default(), lock, path, new }),
        Err(error) => {
            // Nothing goes on in the background with a file that cannot be used.
            writer.close().await;
            Err(error)
        }
    }
}

fn remove_new(folder: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(folder.join(NEW_FILE)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::DiskFull),
        _ => Ok(()),
    }
}

/// Tries the key, brings the tables up to date, opens the connections that only read.
async fn prepare(writer: &SqlitePool, options: SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    sqlx::query("SELECT count(*) FROM sqlite_master").execute(writer).await?;
    let mut migrations = Migrator { migrations: MIGRATIONS.migrations.clone(), ..Migrator::DEFAULT };
    // A newer Satchel may have added tables: an older one still opens the file.
    migrations.set_ignore_missing(true);
    migrations.run(writer).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::Execute(error) => StoreError::from(error),
        other => StoreError::Other(other.to_string()),
    })?;
    let readers = SqlitePoolOptions::new().max_connections(3).idle_timeout(None).max_lifetime(None);
    Ok(readers.connect_with(options.read_only(true)).await?)
}

fn lock(folder: &Path) -> Result<std::fs::File, StoreError> {
    std::fs::create_dir_all(folder).map_err(|_| StoreError::DiskFull)?;
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("lock"))
        .map_err(|_| StoreError::DiskFull)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(std::fs::TryLockError::Error(error)) => Err(StoreError::Other(error.to_string())),
    }
}

fn options(path: &Path, key: &DatabaseKey, format: Format) -> Result<SqliteConnectOptions, StoreError> {
    let url = format!("sqlite://{}", path.display());
    let mut options = SqliteConnectOptions::from_str(&url)
        .map_err(StoreError::from)?
        // A statement may hold the key, and what people typed: none of them is ever told to a log.
        .disable_statement_logging()
        .pragma("key", format!("\"x'{}'\"", key.to_hex().as_str()));
    if format == Format::Now {
        options = options.pragma("cipher_page_size", "8192").pragma("cipher_hmac_algorithm", "HMAC_SHA256");
    }
    Ok(options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(false)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "MEMORY")
        // Sorting for an index has a helper.
        .pragma("threads", "2")
        .busy_timeout(std::time::Duration::from_secs(5)))
}
