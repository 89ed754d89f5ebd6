//! Files at an account or a quote: purchase orders, photos, signed papers. Invariant: a file is what its bytes say, by
//! digest and by kind; the row travels with the data, the bytes after it.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, AttachmentId};
use crate::time::Timestamp;

/// Largest file, bytes.
pub const MAX_BYTES: u64 = 25 * 1024 * 1024;
/// Bytes of one chunk on the wire and on the laptop.
pub const CHUNK_BYTES: usize = 256 * 1024;
/// Longest name, characters.
const MAX_NAME: usize = 200;

/// Media types taken, with the first bytes that such a file has (empty: text).
const KINDS: &[(&str, &[&[u8]])] = &[
    ("application/pdf", &[b"%PDF-"]),
    ("image/png", &[b"\x89PNG\r\n\x1a\n"]),
    ("image/jpeg", &[b"\xff\xd8\xff"]),
    ("image/webp", &[b"RIFF"]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &[b"PK\x03\x04"]),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &[b"PK\x03\x04"]),
    ("text/plain", &[]),
    ("text/csv", &[]),
];

/// Arguments of `attachment.add`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddAttachment {
    /// Id, made on the laptop.
    pub id: AttachmentId,
    /// Account it belongs to.
    pub account_id: AccountId,
    /// `account` or `quote`.
    pub subject_kind: String,
    /// What it hangs on.
    pub subject_id: uuid::Uuid,
    /// Name as the person knows it.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Size, bytes.
    pub size: u64,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Larger than [`MAX_BYTES`].
    #[error("the file is larger than 25 MB")]
    TooLarge,
    /// Not of a kind that is taken, or not what it says it is.
    #[error("only PDF, PNG, JPEG, WebP, XLSX, DOCX, CSV and text are taken")]
    BadKind,
    /// No name, or one that is too long or has a path in it.
    #[error("a file name has 1 to {MAX_NAME} characters and no path")]
    BadName,
    /// Not a SHA-256.
    #[error("not a digest")]
    BadDigest,
    /// Hangs on nothing that has files.
    #[error("files hang on accounts and quotes")]
    BadSubject,
}

impl AttachmentError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "attachment.empty",
            Self::TooLarge => "attachment.too_large",
            Self::BadKind => "attachment.bad_kind",
            Self::BadName => "attachment.bad_name",
            Self::BadDigest => "attachment.bad_digest",
            Self::BadSubject => "attachment.bad_subject",
        }
    }
}

/// The media type of some bytes under a name, when they are of a kind that is taken.
pub fn media_type(name: &str, bytes: &[u8]) -> Result<&'static str, AttachmentError> {
    if bytes.is_empty() {
        return Err(AttachmentError::Empty);
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(AttachmentError::TooLarge);
    }
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let wanted = match ending.as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "xlsx" => KINDS[4].0,
        "docx" => KINDS[5].0,
        "txt" => "text/plain",
        "csv" => "text/csv",
        _ => return Err(AttachmentError::BadKind),
    };
    let (_, starts) = KINDS.iter().find(|(kind, _)| *kind == wanted).ok_or(AttachmentError::BadKind)?;
    let fits =
        if starts.is_empty() { !bytes.contains(&0) } else { starts.iter().any(|start| bytes.starts_with(start)) };
    if fits { Ok(wanted) } else { Err(AttachmentError::BadKind) }
}

impl AddAttachment {
    /// What both sides ask of an attachment before it is written.
    pub fn check(&self) -> Result<(), AttachmentError> {
        if self.size == 0 {
            return Err(AttachmentError::Empty);
        }
        if self.size > MAX_BYTES {
            return Err(AttachmentError::TooLarge);
        }
        if !KINDS.iter().any(|(kind, _)| *kind == self.media_type) {
            return Err(AttachmentError::BadKind);
        }
        let name = self.name.trim();
        if name.is_empty()
            || name.chars().count() > MAX_NAME
            || name.contains(['/', '\\'])
            || name.chars().any(char::is_control)
            || name == ".."
            || name == "."
        {
            return Err(AttachmentError::BadName);
        }
        if self.sha256.len() != 64 || !self.sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(AttachmentError::BadDigest);
        }
        if !matches!(self.subject_kind.as_str(), "account" | "quote" | "site") {
            return Err(AttachmentError::BadSubject);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(media_type("po.pdf", b"%PDF-1.7"), Ok("application/pdf"));
        assert_eq!(media_type("po.pdf", b"MZ\x90"), Err(AttachmentError::BadKind));
        assert_eq!(media_type("run.exe", b"MZ\x90"), Err(AttachmentError::BadKind));
        assert_eq!(media_type("list.csv", b"a,b\n"), Ok("text/csv"));
        assert_eq!(media_type("list.csv", b"a\0b"), Err(AttachmentError::BadKind));
        assert_eq!(media_type("po.pdf", b""), Err(AttachmentError::Empty));
    }
}
