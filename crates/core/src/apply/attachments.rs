//! Adding files. Invariant: the bytes are not looked at here; the row says what they must be.

use super::Refusal;
use crate::attachments::AddAttachment;
use crate::people::Actor;
use crate::time::format_instant_ms;
use crate::wire::rows::Row;

/// What adding a file reads.
#[derive(Debug, Clone, Copy)]
pub struct AttachmentWorld {
    /// The account exists.
    pub account: bool,
    /// The id is taken.
    pub taken: bool,
}

/// The row to write.
pub fn add_attachment(add: &AddAttachment, world: AttachmentWorld, by: &Actor) -> Result<Row, Refusal> {
    add.check().map_err(|error| Refusal::rule(error.code()))?;
    if !world.account {
        return Err(Refusal::rule("account.unknown"));
    }
    if world.taken {
        return Err(Refusal::rule("attachment.exists"));
    }
    Ok(Row::new("attachments", add.id.0, add.account_id.0)
        .with("account_id", add.account_id.to_string())
        .with("subject_kind", add.subject_kind.clone())
        .with("subject_id", add.subject_id.to_string())
        .with("name", add.name.trim())
        .with("media_type", add.media_type.clone())
        .with("size", add.size)
        .with("sha256", add.sha256.clone())
        .with("added_by", by.id.to_string())
        .with("added_at", format_instant_ms(add.at)))
}
