//! What the window shows of mail.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

satchel_core::words! {
    /// Where a mail is, as a laptop knows it.
    pub enum MailShown as "MailState" {
        /// Waits for the server, for the file's bytes, or for the next try.
        Queued = "queued",
        /// The mail server has taken it.
        Sent = "sent",
        /// Refused for good.
        Failed = "failed",
        /// A demo workspace: there is no server.
        Laptop = "laptop",
    }
}

/// A quote whose mail is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MailsOf {
    /// Quote version.
    pub quote_id: String,
}

/// What a person typed of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MailText {
    /// To whom.
    pub to: String,
    /// Subject, one line.
    pub subject: String,
    /// Text.
    pub body: String,
    /// With a link to the quote, to read and answer it online; not for a draft.
    #[serde(default)]
    pub with_link: bool,
}

/// What goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum MailFile {
    /// A file of the quote, by id.
    Attachment(String),
    /// The quote as it prints now.
    Quote,
    /// The proposal as it prints now.
    Proposal,
    /// The order summary as it prints now.
    Order,
}

/// A mail to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendMail {
    /// Quote version.
    pub quote_id: String,
    /// What goes with it.
    pub file: MailFile,
    /// What was typed.
    pub mail: MailText,
}

/// Somebody a mail may go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MailAddress {
    /// Name.
    pub name: String,
    /// Role: `billing`, `technical`, `site`, `executive`.
    pub role: String,
    /// Address.
    pub email: String,
}

/// A mail on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MailRow {
    /// Id.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// File that goes with it.
    pub file: String,
    /// Where it is.
    #[ts(as = "MailShown")]
    pub state: String,
    /// Why it waits or failed: a code.
    #[ts(type = "RefusalCode | null")]
    pub problem: Option<String>,
    /// Who asked for it.
    pub by: String,
    /// When it was asked for, in words.
    pub asked_text: String,
    /// When it was sent, in words.
    pub sent_text: Option<String>,
}

/// Mail of a quote, the latest first, and whom else it could go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MailList {
    /// Mail.
    pub mails: Vec<MailRow>,
    /// The account's contacts with an address, the primary one first.
    pub addresses: Vec<MailAddress>,
}
