//! What proves an acceptance: drawn on a laptop in the signer's presence, or given through a link that was mailed.

use satchel_core::quotes::Acceptance;

use super::QuoteFacts;
use crate::quote_pdf::{Evidence, Total};

/// The page that proves the acceptance; `None` for one that somebody only noted down.
pub(super) fn of(facts: &QuoteFacts<'_>, acceptance: &Acceptance) -> Option<Evidence> {
    let fact = |label: &str, amount: String| Total { label: label.to_owned(), amount };
    let at = acceptance.at.with_timezone(&facts.context.zone).format("%-d %b %Y %H:%M:%S %Z").to_string();
    let utc = satchel_core::time::format_instant(acceptance.at);
    let title = if acceptance.title.is_empty() { "not given".to_owned() } else { acceptance.title.clone() };
    let quote = format!("{} v{}", facts.quote.number, facts.quote.version);
    let (verb, clock, mut rest, strokes) = match (&acceptance.online, &acceptance.signature) {
        (Some(online), _) => {
            let rest = vec![
                fact("Means", "The link to the quote, as mailed; name typed, button pressed".to_owned()),
                fact("Link mailed to", online.link_to.clone()),
                fact("Internet address", online.address.clone()),
            ];
            ("Accepted by", "by the server's clock", rest, Vec::new())
        }
        (None, Some(signature)) => {
            let rest = vec![
                fact("Document signed, SHA-256", signature.document_sha256.clone()),
                fact("Means", "Drawn on the seller's laptop in the signer's presence".to_owned()),
            ];
            let clock = "by the laptop's clock corrected to the server's as last heard";
            ("Signed by", clock, rest, signature.strokes.clone())
        }
        (None, None) => return None,
    };
    let mut shown = vec![
        fact(verb, acceptance.name.clone()),
        fact("Title", title),
        fact("Time", format!("{at} ({utc}), {clock}")),
        fact("Quote", quote),
        fact("Pricing", facts.priced.hash.clone()),
    ];
    shown.append(&mut rest);
    Some(Evidence { facts: shown, name: acceptance.name.clone(), title: acceptance.title.clone(), at, strokes })
}
