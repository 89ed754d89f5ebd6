//! What the window shows of files.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

satchel_core::words! {
    /// Where the bytes of a file are.
    pub enum FileState as "FileState" {
        /// Only on this laptop.
        Waiting = "waiting",
        /// Here and on the server.
        Here = "here",
        /// On the server: they come when it is opened.
        Server = "server",
        /// In a demo workspace: there is no server.
        Laptop = "laptop",
    }
}

satchel_core::words! {
    /// What a file may hang on.
    pub enum FileSubject as "FileSubject" {
        /// An account.
        Account = "account",
        /// A site.
        Site = "site",
        /// A quote.
        Quote = "quote",
    }
}

/// What files hang on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Subject {
    /// What it is.
    #[ts(as = "FileSubject")]
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
    /// Where its bytes are.
    pub state: FileState,
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
