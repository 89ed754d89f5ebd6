//! What the window shows of files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What files hang on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Subject {
    /// `account` or `quote`.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// A file to add.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddAttachment {
    /// What it hangs on.
    pub subject: Subject,
    /// Name as the person knows it.
    pub name: String,
    /// The file's bytes, base64; at most 25 MB before encoding.
    pub bytes_base64: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttachmentRow {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Size in words, `1.2 MB`.
    pub size_text: String,
    /// Who added it.
    pub by: String,
    /// When, in words.
    pub added_text: String,
    /// `waiting` (its bytes are only on this laptop), `here` (also on the server), `server` (comes when it is opened),
    /// `laptop` (a demo workspace: there is no server).
    pub state: String,
}

/// A file that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenedAttachment {
    /// Name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Where a copy was saved for other programs.
    pub path: String,
}
