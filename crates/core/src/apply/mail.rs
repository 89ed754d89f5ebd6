//! Asking for a mail, and what became of it.

use serde_json::json;

use super::Refusal;
use crate::mail::{MailState, SendMail};
use crate::people::Actor;
use crate::time::{Timestamp, format_instant_ms};
use crate::wire::rows::Row;

/// What asking for a mail reads.
#[derive(Debug, Clone)]
pub struct MailWorld {
    /// The file, when it exists.
    pub attachment: Option<Row>,
    /// The id is taken.
    pub taken: bool,
}

/// The row to write: a file of that very quote goes to one address.
pub fn send_mail(send: &SendMail, world: &MailWorld, by: &Actor) -> Result<Row, Refusal> {
    send.check().map_err(|error| Refusal::rule(error.code()))?;
    if !by.role.may_quote() {
        return Err(Refusal::rule("mail.may_not"));
    }
    if world.taken {
        return Err(Refusal::rule("mail.exists"));
    }
    let file = world.attachment.as_ref().ok_or_else(|| Refusal::rule("attachment.unknown"))?;
    let of_the_quote = file.text("subject_kind") == Ok("quote")
        && file.text("subject_id") == Ok(send.quote_id.to_string().as_str())
        && file.text("account_id") == Ok(send.account_id.to_string().as_str());
    if !of_the_quote {
        return Err(Refusal::rule("attachment.unknown"));
    }
    Ok(Row::new("mails", send.id.0, send.account_id.0)
        .with("account_id", send.account_id.to_string())
        .with("quote_id", send.quote_id.to_string())
        .with("attachment_id", send.attachment_id.to_string())
        .with("to_address", send.to.trim())
        .with("subject", send.subject.trim())
        .with("body", send.body.clone())
        .with("state", MailState::Queued.as_str())
        .with("problem", json!(null))
        .with("asked_by", by.id.to_string())
        .with("asked_at", format_instant_ms(send.at))
        .with("sent_at", json!(null))
        .with("with_link", send.with_link))
}

/// The row after a try: sent, waiting with a reason, or refused for good. A mail that was sent stays sent.
pub fn mail_tried(row: &Row, state: MailState, problem: Option<&str>, at: Timestamp) -> Option<Row> {
    if row.text("state") != Ok(MailState::Queued.as_str()) {
        return None;
    }
    let mut next = row.clone();
    next.set("state", state.as_str());
    next.set("problem", json!(problem));
    if state == MailState::Sent {
        next.set("sent_at", format_instant_ms(at));
    }
    (next.get("state") != row.get("state") || next.get("problem") != row.get("problem")).then_some(next)
}
