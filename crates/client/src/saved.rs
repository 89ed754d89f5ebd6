//! Files for people: written into the workspace's folder and shown in the window.

use base64::Engine as _;
use tokio::io::AsyncWriteExt;

use crate::api::CommandError;
use crate::api::view::SavedFile;
use crate::engine::Open;

/// Folder of what is written for people.
const FOLDER: &str = "documents";

/// Saves a file under its proposed name, or beside it: what stands there with other content may have been worked on since.
pub(crate) async fn save(open: &Open, file_name: String, bytes: &[u8]) -> Result<SavedFile, CommandError> {
    let folder = open.folder.join(FOLDER);
    let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
    private_folder(&folder).await.map_err(failed)?;
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
    let folder = open.folder.join(FOLDER);
    let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
    private_folder(&folder).await.map_err(failed)?;
    write(&folder, file_name, bytes).await
}

/// Makes a folder that only its owner looks into.
pub(crate) async fn private_folder(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = tokio::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(folder).await?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // One from before.
        tokio::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).await?;
    }
    Ok(())
}

/// Writes a file that only its owner reads.
pub(crate) async fn private_file(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o600)).await?;
    }
    file.write_all(bytes).await?;
    file.flush().await
}

/// Removes what was written for people: it can be written again while one is signed in.
pub(crate) async fn remove_all(folder: &std::path::Path) {
    match tokio::fs::remove_dir_all(folder.join(FOLDER)).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, "saved documents could not be removed");
        }
        _ => {}
    }
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
    private_file(&path, bytes).await.map_err(failed)?;
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
