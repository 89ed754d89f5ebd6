//! Files for people: written into the workspace's folder and shown in the window.

use base64::Engine as _;

use crate::api::CommandError;
use crate::api::view::SavedFile;
use crate::engine::Open;

/// Saves a file under its proposed name, or beside it: what stands there with other content may have been worked on since.
pub(crate) async fn save(open: &Open, file_name: String, bytes: &[u8]) -> Result<SavedFile, CommandError> {
    let folder = open.folder.join("documents");
    let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
    tokio::fs::create_dir_all(&folder).await.map_err(failed)?;
    let mut free = file_name.clone();
    for n in 2..1_000 {
        match tokio::fs::read(folder.join(&free)).await {
            Ok(there) if there != bytes => free = numbered(&file_name, n),
            Ok(_) | Err(_) => break,
        }
    }
    write(&folder, free, bytes).await
}

/// Saves a file that is made again from the same source at any time: it takes the place of the one before.
pub(crate) async fn save_over(open: &Open, file_name: String, bytes: &[u8]) -> Result<SavedFile, CommandError> {
    let folder = open.folder.join("documents");
    let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
    tokio::fs::create_dir_all(&folder).await.map_err(failed)?;
    write(&folder, file_name, bytes).await
}

/// `list (2).csv`
fn numbered(file_name: &str, n: usize) -> String {
    match file_name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem} ({n}).{ending}"),
        None => format!("{file_name} ({n})"),
    }
}

async fn write(folder: &std::path::Path, file_name: String, bytes: &[u8]) -> Result<SavedFile, CommandError> {
    let path = folder.join(&file_name);
    let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
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
