//! Secrets: the OS keychain, or a key derived from a passphrase. Invariant: "no entry" never leads to a new key while a
//! database file exists, because a locked keychain answers "no entry" too.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use argon2::Argon2;
use zeroize::Zeroizing;

use crate::store::{DatabaseKey, StoreError};

const SERVICE: &str = "Satchel";

/// Where secrets live.
#[derive(Clone)]
pub enum Secrets {
    /// The operating system's keychain.
    Keychain,
    /// A store of the program's own choosing, e.g. in memory for tests and one-shot commands.
    Other(Arc<dyn SecretStore>),
    /// None: a passphrase protects the database, and what is secret stands inside it.
    None,
}

/// Why a secret cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// No entry, or a locked keychain: they cannot be told apart.
    #[error("the keychain has no such entry or is locked")]
    NoEntry,
    /// There is no keychain on this machine.
    #[error("there is no keychain: {0}")]
    NoKeychain(String),
}

/// Somewhere secrets are kept.
pub trait SecretStore: Send + Sync {
    /// Reads a secret.
    fn get(&self, name: &str) -> Result<String, SecretError>;
    /// Writes a secret; durable when it returns.
    fn set(&self, name: &str, value: &str) -> Result<(), SecretError>;
    /// Removes a secret; one that is not there is removed.
    fn remove(&self, name: &str) -> Result<(), SecretError>;
}

#[derive(Default)]
struct InMemory(Mutex<HashMap<String, String>>);

impl SecretStore for InMemory {
    fn get(&self, name: &str) -> Result<String, SecretError> {
        let map = self.0.lock().map_err(|_| SecretError::NoEntry)?;
        map.get(name).cloned().ok_or(SecretError::NoEntry)
    }

    fn set(&self, name: &str, value: &str) -> Result<(), SecretError> {
        self.0.lock().map_err(|_| SecretError::NoEntry)?.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        self.0.lock().map_err(|_| SecretError::NoEntry)?.remove(name);
        Ok(())
    }
}

impl Secrets {
    /// Secrets that live as long as the process.
    pub fn memory() -> Self {
        Self::Other(Arc::new(InMemory::default()))
    }

    /// Reads a secret. Blocking calls of the keychain run on a thread that may block.
    pub async fn get(&self, name: &str) -> Result<Zeroizing<String>, SecretError> {
        match self {
            Self::None => Err(SecretError::NoKeychain("a passphrase is used".to_owned())),
            Self::Other(store) => store.get(name).map(Zeroizing::new),
            Self::Keychain => {
                let name = name.to_owned();
                blocking(move || entry(&name)?.get_password().map(Zeroizing::new).map_err(translate)).await
            }
        }
    }

    /// Writes a secret.
    pub async fn set(&self, name: &str, value: &str) -> Result<(), SecretError> {
        match self {
            Self::None => Err(SecretError::NoKeychain("a passphrase is used".to_owned())),
            Self::Other(store) => store.set(name, value),
            Self::Keychain => {
                let (name, value) = (name.to_owned(), Zeroizing::new(value.to_owned()));
                blocking(move || entry(&name)?.set_password(&value).map_err(translate)).await
            }
        }
    }

    /// Removes a secret; one that is not there is removed.
    pub async fn remove(&self, name: &str) -> Result<(), SecretError> {
        match self {
            Self::None => Ok(()),
            Self::Other(store) => store.remove(name),
            Self::Keychain => {
                let name = name.to_owned();
                blocking(move || match entry(&name)?.delete_credential().map_err(translate) {
                    Ok(()) | Err(SecretError::NoEntry) => Ok(()),
                    Err(error) => Err(error),
                })
                .await
            }
        }
    }
}

fn entry(name: &str) -> Result<keyring::Entry, SecretError> {
    keyring::Entry::new(SERVICE, name).map_err(translate)
}

fn translate(error: keyring::Error) -> SecretError {
    match error {
        keyring::Error::NoEntry => SecretError::NoEntry,
        other => SecretError::NoKeychain(other.to_string()),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| SecretError::NoKeychain(e.to_string()))?
}

/// How a workspace's key can be had.
pub enum KeyFound {
    /// Here it is.
    Key(DatabaseKey),
    /// A database exists but the keychain gives no key.
    Locked,
    /// A passphrase must be typed (`first`: chosen).
    Passphrase {
        /// No database yet.
        first: bool,
    },
}

/// Finds the key of the workspace in `folder`, making one only where no database file exists.
pub async fn find_key(secrets: &Secrets, folder: &Path, name: &str) -> Result<KeyFound, StoreError> {
    let database_exists = folder.join("cache.db").exists();
    if folder.join("salt").exists() {
        return Ok(KeyFound::Passphrase { first: !database_exists });
    }
    match secrets.get(name).await {
        Ok(text) => Ok(DatabaseKey::from_hex(&text).map_or(KeyFound::Locked, KeyFound::Key)),
        Err(_) if database_exists => Ok(KeyFound::Locked),
        Err(SecretError::NoKeychain(_)) => Ok(KeyFound::Passphrase { first: true }),
        Err(SecretError::NoEntry) => {
            let key = DatabaseKey::generate()?;
            match secrets.set(name, &key.to_hex()).await {
                Ok(()) => Ok(KeyFound::Key(key)),
                Err(_) => Ok(KeyFound::Passphrase { first: true }),
            }
        }
    }
}

/// Derives the key from a passphrase (argon2id; the salt stands beside the database).
pub fn derive_key(folder: &Path, passphrase: &str) -> Result<DatabaseKey, StoreError> {
    let path = folder.join("salt");
    let salt = match std::fs::read(&path) {
        Ok(salt) => salt,
        // Only where there is none: another salt in its place would lock the database for good.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut salt = vec![0_u8; 16];
            getrandom::fill(&mut salt).map_err(|e| StoreError::Other(e.to_string()))?;
            std::fs::create_dir_all(folder).map_err(|_| StoreError::DiskFull)?;
            std::fs::write(&path, &salt).map_err(|_| StoreError::DiskFull)?;
            salt
        }
        Err(error) => return Err(StoreError::Other(format!("reading the salt: {error}"))),
    };
    let mut key = Zeroizing::new([0_u8; 32]);
    Argon2::default()
        .hash_password_into(passphrase.as_bytes(), &salt, &mut key[..])
        .map_err(|e| StoreError::Other(e.to_string()))?;
    Ok(DatabaseKey(key))
}
