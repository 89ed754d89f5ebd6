//! Mail to customers: asked for on a laptop, with or without a network, and sent by the server with the file it names.
//! Invariant: one ask is one mail, by its id; an address, a subject and a text cannot carry header lines.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, AttachmentId, MailId, QuoteId};
use crate::sites::written::valid_email;
use crate::time::Timestamp;

/// Longest address, characters (RFC 5321, 4.5.3.1.3).
pub const MAX_ADDRESS: usize = 254;
/// Longest subject, characters.
pub const MAX_SUBJECT: usize = 200;
/// Longest text, characters.
pub const MAX_BODY: usize = 5_000;

/// Arguments of `mail.send`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail {
    /// Id, made on the laptop; also the mail's Message-ID.
    pub id: MailId,
    /// Account.
    pub account_id: AccountId,
    /// Quote version that it is about.
    pub quote_id: QuoteId,
    /// File of the quote that goes with it.
    pub attachment_id: AttachmentId,
    /// To whom.
    pub to: String,
    /// Subject, one line.
    pub subject: String,
    /// Text.
    pub body: String,
    /// With a link to the quote, to read and answer it online.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_link: bool,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

crate::words! {
    /// Where a mail is on its way.
    pub enum MailState as "SentMailState" {
        /// Waits: for the server, for the file's bytes, or for the next try.
        Queued = "queued",
        /// The mail server has taken it.
        Sent = "sent",
        /// Refused for good.
        Failed = "failed",
    }
}

/// Why a mail is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Not an address.
    #[error("not an e-mail address")]
    BadAddress,
    /// No subject, too long, or more than a line.
    #[error("a subject is one line of at most {MAX_SUBJECT} characters")]
    BadSubject,
    /// Too long.
    #[error("a text has at most {MAX_BODY} characters")]
    TooLong,
}

impl MailError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadAddress => "mail.bad_address",
            Self::BadSubject => "mail.bad_subject",
            Self::TooLong => "mail.too_long",
        }
    }
}

/// Whether a text looks like an e-mail address: a mailbox, one `@`, a domain of at least two labels.
pub fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() <= MAX_ADDRESS && valid_email(text)
}

impl SendMail {
    /// What both sides ask of a mail before it is written.
    pub fn check(&self) -> Result<(), MailError> {
        if !is_address(&self.to) {
            return Err(MailError::BadAddress);
        }
        let subject = self.subject.trim();
        if subject.is_empty() || subject.chars().count() > MAX_SUBJECT || subject.contains(char::is_control) {
            return Err(MailError::BadSubject);
        }
        if self.body.chars().count() > MAX_BODY {
            return Err(MailError::TooLong);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_mailbox() {
        for good in ["thandi@kopano.co.za", " a.b+c@x.y ", "मेल@डाक.भारत"] {
            assert!(is_address(good), "{good}");
        }
        for bad in
            ["", "a", "@x.y", "a@x", "a@x..y", "a@b@c.d", "a@x.y,b@x.y", "a b@x.y", "a@x.y\r\nBcc: b@x.y", "A <a@x.y>"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
