//! Files for people: written into the workspace's folder and shown in the window.

use base64::Engine as _;

use crate::api::CommandError;
use crate::api::view::SavedFile;
use crate::engine::Open;

/// Saves a file under its proposed name.
pub(crate) async fn save(open: &Open, file_name: String, bytes: &[u8]) -> Result<SavedFile, CommandError> {
    let folder = open.folder.join("documents");
    let path = folder.join(&file_name);
    let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
    tokio::fs::create_dir_all(&folder).await.map_err(failed)?;
    tokio::fs::write(&path, bytes).await.map_err(failed)?;
    Ok(SavedFile {
        file_name,
        path: path.display().to_string(),
        bytes_base64: base64::engine::general_purpose::STANDARD.encode(bytes),
    })
}

/// A text as part of a file's name: letters, digits and dashes.
pub(crate) fn part_of_name(text: &str) -> String {
    let dashed: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = dashed.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-").chars().take(60).collect()
}
