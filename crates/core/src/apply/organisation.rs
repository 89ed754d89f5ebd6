//! How an organisation looks on paper.

use serde_json::json;

use super::Refusal;
use crate::organisations::{EditBranding, OrgSettings};
use crate::people::Actor;
use crate::wire::rows::Row;

/// The organisation's row with another branding. What somebody else changed meanwhile is a conflict.
pub fn edit_branding(args: &EditBranding, organisation: Option<&Row>, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_publish() {
        return Err(Refusal::rule("branding.not_allowed"));
    }
    let mut row = organisation.cloned().ok_or_else(|| Refusal::rule("organisation.unknown"))?;
    let malformed = |error: String| Refusal::with("organisation.malformed", json!({ "reason": error }));
    let mut settings: OrgSettings = row.parse("settings").map_err(|e| malformed(e.to_string()))?;
    if settings.branding != args.base && settings.branding != args.mine {
        return Err(Refusal::conflict("branding.changed_elsewhere", json!({})));
    }
    args.mine.check().map_err(|field| Refusal::with("branding.bad_field", json!({ "field": field })))?;
    settings.branding = args.mine.clone();
    row.set("settings", serde_json::to_value(&settings).map_err(|e| malformed(e.to_string()))?);
    Ok(row)
}
