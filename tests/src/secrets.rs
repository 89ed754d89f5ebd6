//! Secrets in a file: what a keychain is to a test laptop that is killed and started again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use satchel_client::keys::{SecretError, SecretStore};

/// A file with names and secrets, replaced as a whole at each write.
pub struct FileSecrets(Mutex<PathBuf>);

impl FileSecrets {
    /// In this file.
    pub fn new(path: PathBuf) -> Self {
        Self(Mutex::new(path))
    }

    fn read(path: &PathBuf) -> BTreeMap<String, String> {
        std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }
}

impl SecretStore for FileSecrets {
    fn get(&self, name: &str) -> Result<String, SecretError> {
        let path = self.0.lock().map_err(|_| SecretError::NoEntry)?;
        Self::read(&path).remove(name).ok_or(SecretError::NoEntry)
    }

    fn set(&self, name: &str, value: &str) -> Result<(), SecretError> {
        let path = self.0.lock().map_err(|_| SecretError::NoEntry)?;
        let mut all = Self::read(&path);
        all.insert(name.to_owned(), value.to_owned());
        Self::write(&path, &all)
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        let path = self.0.lock().map_err(|_| SecretError::NoEntry)?;
        let mut all = Self::read(&path);
        all.remove(name);
        Self::write(&path, &all)
    }
}

impl FileSecrets {
    fn write(path: &std::path::Path, all: &BTreeMap<String, String>) -> Result<(), SecretError> {
        let failed = |e: &dyn std::fmt::Display| SecretError::NoKeychain(e.to_string());
        let bytes = serde_json::to_vec(all).map_err(|e| failed(&e))?;
        let beside = path.with_extension("new");
        std::fs::write(&beside, bytes).map_err(|e| failed(&e))?;
        std::fs::rename(&beside, path).map_err(|e| failed(&e))
    }
}
