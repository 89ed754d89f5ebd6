//! Which rows an intent refers to, and how one outside a person's scopes is made absent. Invariant: the answer about a row
//! that a person does not see is the answer about an id that nobody has, whatever the intent, role and rule.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use crate::sites::StateField;
use crate::wire::mutation::Intent;

/// The rows an intent builds on, as (table, id). Ids it makes itself are not among them; neither are rows of the
/// organisation's own scope, which everybody sees, nor a job: what is recorded on one is kept whoever has it by now.
pub fn references(intent: &Intent) -> Vec<(&'static str, Uuid)> {
    let account = |id: crate::ids::AccountId| ("accounts", id.0);
    let quote = |id: crate::ids::QuoteId| ("quotes", id.0);
    let site = |id: crate::ids::SiteId| ("sites", id.0);
    match intent {
        Intent::AccountEdit(edit) => edit.account_id.into_iter().map(account).collect(),
        Intent::SiteImport(import) => {
            let known = import.sites.iter().filter(|one| !one.new).map(|one| site(one.id));
            known.chain([account(import.account_id)]).collect()
        }
        Intent::SiteEdit(edit) => {
            let fields = edit.sites.iter().flat_map(|one| &one.fields);
            let parents = fields.filter(|(name, _)| name.as_str() == StateField::Parent.column());
            let parents = parents.flat_map(|(_, field)| [&field.base, &field.mine]);
            let parents = parents.filter_map(|text| Some(("sites", Uuid::parse_str(text).ok()?)));
            edit.sites.iter().map(|one| site(one.id)).chain(parents).chain([account(edit.account_id)]).collect()
        }
        Intent::SiteRemove(remove) => {
            remove.site_ids.iter().copied().map(site).chain([account(remove.account_id)]).collect()
        }
        Intent::AttachmentAdd(add) => vec![account(add.account_id)],
        Intent::MailSend(send) => {
            vec![account(send.account_id), quote(send.quote_id), ("attachments", send.attachment_id.0)]
        }
        Intent::QuoteMessage(message) => vec![account(message.account_id), quote(message.quote_id)],
        Intent::LinkEnd(end) => vec![("quote_links", end.link_id.0)],
        Intent::TicketRaise(raise) => raise.site_id.map(site).into_iter().chain([account(raise.account_id)]).collect(),
        Intent::TicketUpdate(update) => vec![account(update.account_id), ("tickets", update.ticket_id.0)],
        Intent::TaskCreate(task) => {
            let parts = [
                task.account_id.map(account),
                task.site_id.map(site),
                task.quote_id.map(quote),
                task.ticket_id.map(|id| ("tickets", id.0)),
            ];
            parts.into_iter().flatten().collect()
        }
        Intent::TaskUpdate(update) => vec![("tasks", update.task_id.0)],
        Intent::PricePropose(ask) => vec![account(ask.account_id)],
        Intent::PriceDecide(answer) => vec![account(answer.account_id), ("agreed_prices", answer.id.0)],
        Intent::PriceEnd(end) => vec![account(end.account_id), ("agreed_prices", end.id.0)],
        Intent::QuoteCreate(create) => vec![account(create.account_id)],
        Intent::QuoteEdit(edit) => vec![quote(edit.quote_id)],
        Intent::QuoteAccept(accept) => vec![quote(accept.quote_id)],
        Intent::QuoteRevise(revise) => vec![quote(revise.quote_id)],
        Intent::QuoteDiscard(discard) => vec![quote(discard.quote_id)],
        Intent::QuoteRequestApproval(step)
        | Intent::QuoteApproveDiscount(step)
        | Intent::QuoteRejectDiscount(step)
        | Intent::QuoteSend(step)
        | Intent::QuoteReject(step)
        | Intent::QuoteLose(step) => vec![quote(step.quote_id)],
        Intent::JobRecord(_)
        | Intent::ApprovalDelegate(_)
        | Intent::ApprovalEndDelegation(_)
        | Intent::ClausePublish(_)
        | Intent::ClauseWithdraw(_)
        | Intent::BookPublish(_)
        | Intent::BookWithdraw(_)
        | Intent::BrandingEdit(_)
        | Intent::MapTilesEdit(_) => Vec::new(),
    }
}

/// A JSON value with ids replaced: with ids that nobody has for hidden ones before a rule is asked, and back in its answer.
pub fn with_ids_replaced(value: &Value, ids: &BTreeMap<Uuid, Uuid>) -> Value {
    match value {
        Value::String(text) => {
            let other = Uuid::parse_str(text).ok().and_then(|id| ids.get(&id));
            Value::String(other.map_or_else(|| text.clone(), Uuid::to_string))
        }
        Value::Array(items) => items.iter().map(|item| with_ids_replaced(item, ids)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), with_ids_replaced(value, ids))).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[test]
    fn a_site_moved_under_another_refers_to_both_and_to_the_account() {
        let intent = json!({ "name": "site.edit", "args": { "account_id": id(1), "reason": "", "at": null, "sites": [
            { "id": id(2), "fields": { "parent_id": { "base": "", "mine": id(3).to_string() }, "city": { "base": "", "mine": "x" } } },
        ] } });
        let intent: Intent = serde_json::from_value(intent).expect("an intent");
        let expected = vec![("sites", id(2)), ("sites", id(3)), ("accounts", id(1))];
        assert_eq!(references(&intent), expected);
    }

    #[test]
    fn what_an_import_brings_new_is_not_referred_to() {
        let details = crate::sites::SiteDetails::default();
        let intent = json!({ "name": "site.import", "args": { "account_id": id(1), "file_name": "a.csv", "sites": [
            { "id": id(2), "new": true, "details": details }, { "id": id(3), "new": false, "details": details },
        ] } });
        let intent: Intent = serde_json::from_value(intent).expect("an intent");
        assert_eq!(references(&intent), vec![("sites", id(3)), ("accounts", id(1))]);
    }

    #[test]
    fn ids_are_replaced_wherever_they_stand_and_back_again() {
        let value = json!({ "a": id(1), "list": [id(1).to_string(), "text", 3, { "b": id(2) }] });
        let there = with_ids_replaced(&value, &BTreeMap::from([(id(1), id(9))]));
        assert_eq!(there, json!({ "a": id(9), "list": [id(9).to_string(), "text", 3, { "b": id(2) }] }));
        assert_eq!(with_ids_replaced(&there, &BTreeMap::from([(id(9), id(1))])), value);
    }
}
