//! Printing, and accepting with the customer's signature on the laptop.

use std::collections::BTreeMap;

use satchel_core::apply::apply_quote;
use satchel_core::attachments::{AddAttachment, media_type};
use satchel_core::ids::AttachmentId;
use satchel_core::people::Actor;
use satchel_core::quotes::{Acceptance, Signature};
use satchel_core::steps::quote_world;
use satchel_core::wire::mutation::{AcceptQuote as AcceptArgs, Intent};
use satchel_documents::quote_document::lines_priced;
use satchel_documents::quote_pdf::{PrintError, Printed, render_proposal, render_quote};

use super::queries::{Loaded, load, parse_id, priced};
use super::view::{AcceptQuote, DocumentFile, QuoteId, QuoteView};
use crate::api::CommandError;
use crate::attachments::commands::keep;
use crate::engine::{Engine, Open};
use crate::mail::commands::{check, wish};
use crate::saved::save_over;
use crate::sync::{Cache, Subject, SubjectKind, mutate, mutate_all};

fn file_name(loaded: &Loaded, what: &str) -> String {
    format!("{}-v{}{what}.pdf", loaded.quote.number, loaded.quote.version)
}

async fn print(open: &Open, loaded: &Loaded) -> Result<Printed, CommandError> {
    let document = super::document::document(open, loaded).await?;
    printing(move || render_quote(&document)).await
}

async fn printing(
    print: impl FnOnce() -> Result<Printed, PrintError> + Send + 'static,
) -> Result<Printed, CommandError> {
    tokio::task::spawn_blocking(print)
        .await
        .map_err(|e| CommandError::new("document.failed", e.to_string()))?
        .map_err(|e| CommandError::new("document.failed", e.to_string()))
}

/// What can be printed of a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    /// The quote.
    Quote,
    /// The proposal.
    Proposal,
    /// The order summary.
    Order,
}

impl Document {
    /// What its file is called after the quote's number.
    fn suffix(self) -> &'static str {
        match self {
            Self::Quote => "",
            Self::Proposal => " proposal",
            Self::Order => " order",
        }
    }
}

async fn print_document(open: &Open, loaded: &Loaded, what: Document) -> Result<Printed, CommandError> {
    match what {
        Document::Quote => print(open, loaded).await,
        Document::Proposal => {
            let document = super::document::proposal_document(open, loaded).await?;
            printing(move || render_proposal(&document)).await
        }
        Document::Order => {
            let document = super::document::order_document(open, loaded).await?;
            printing(move || render_quote(&document)).await
        }
    }
}

/// Prints a document and hangs it on the quote.
pub(crate) async fn attach_printed(
    engine: &Engine,
    open: &Open,
    loaded: &Loaded,
    what: Document,
) -> Result<AttachmentId, CommandError> {
    let printed = print_document(open, loaded, what).await?;
    let (add, about) = attachment(open, loaded, &file_name(loaded, what.suffix()), &printed.bytes).await?;
    let id = add.id;
    mutate(engine, open, Intent::AttachmentAdd(add), about).await?;
    Ok(id)
}

/// Keeps a printed file's bytes and says how it hangs on the quote; the bytes go out after the data.
async fn attachment(
    open: &Open,
    loaded: &Loaded,
    name: &str,
    bytes: &[u8],
) -> Result<(AddAttachment, Subject), CommandError> {
    use sha2::{Digest, Sha256};
    let sha256 = hex::encode(Sha256::digest(bytes));
    let kind = media_type(name, bytes).map_err(|e| CommandError::new(e.code(), e.to_string()))?;
    let quote = &loaded.quote;
    let add = AddAttachment {
        id: AttachmentId(uuid::Uuid::now_v7()),
        account_id: quote.account_id,
        subject_kind: "quote".to_owned(),
        subject_id: quote.id.0,
        name: name.to_owned(),
        media_type: kind.to_owned(),
        size: bytes.len() as u64,
        sha256: sha256.clone(),
        at: open.now(),
    };
    keep(open, &sha256, bytes).await?;
    Ok((add, Subject { text: format!("{}: {name}", quote.number), kind: SubjectKind::QuoteFile, id: quote.id.0 }))
}

/// Net unit prices by line as they are accepted, so that a refusal can name each difference.
fn line_nets(loaded: &Loaded) -> BTreeMap<uuid::Uuid, String> {
    lines_priced(&loaded.quote, &loaded.priced)
        .filter_map(|(line, price)| Some((line.id.0, price?.net_unit.to_fixed(line.unit_dp))))
        .collect()
}

/// Records the customer's acceptance: what was signed, the acceptance, the signed copy and the wish to mail it are one step.
pub async fn accept(engine: &Engine, args: AcceptQuote) -> Result<QuoteView, CommandError> {
    let open = engine.workspace().await?;
    let id = parse_id(&args.quote_id)?;
    if let Some(copy) = &args.copy {
        check(copy)?;
    }
    let loaded = load(&open, id).await?;
    let actor = open.actor().await;
    let mut steps = Vec::new();
    let signature = match args.strokes {
        Some(strokes) => {
            let drawn = Signature { strokes: strokes.clone(), document_sha256: "0".repeat(64) };
            if !drawn.is_sound() {
                return Err(CommandError::new("quote.bad_signature", "nothing drawn").at("strokes"));
            }
            // What is signed is kept: the acceptance names it by its digest.
            let shown = print(&open, &loaded).await?.bytes;
            let (add, about) =
                attachment(&open, &loaded, &file_name(&loaded, " shown to the customer"), &shown).await?;
            let document_sha256 = add.sha256.clone();
            steps.push((Intent::AttachmentAdd(add), about));
            Some(Signature { strokes, document_sha256 })
        }
        None => None,
    };
    let signed = signature.is_some();
    let acceptance = Acceptance {
        name: args.name,
        title: args.title,
        po_number: args.po_number,
        at: open.now(),
        recorded_by: actor.id,
        signature,
        online: None,
    };
    let pricing_hash = loaded.priced.hash.clone();
    let intent =
        Intent::QuoteAccept(AcceptArgs { quote_id: id, pricing_hash, acceptance, line_nets: line_nets(&loaded) });
    // What the copy prints: the quote as this very step leaves it.
    let accepted = accepted(&open, &intent, &actor, &loaded).await?;
    steps.push((intent, Subject { text: loaded.quote.number.to_string(), kind: SubjectKind::Quote, id: id.0 }));
    if signed || args.copy.is_some() {
        // The copy with its evidence page; it can be printed again from the acceptance at any time.
        let bytes = print(&open, &accepted).await?.bytes;
        let name = file_name(&accepted, if signed { " signed" } else { " accepted" });
        let (add, about) = attachment(&open, &accepted, &name, &bytes).await?;
        let file = add.id;
        steps.push((Intent::AttachmentAdd(add), about));
        if let Some(copy) = args.copy {
            steps.push(wish(&open, &accepted.quote, file, copy));
        }
    }
    mutate_all(engine, &open, steps).await?;
    super::page::view(&open, &*load(&open, id).await?).await
}

/// The quote as an intent would leave it; nothing is written.
async fn accepted(open: &Open, intent: &Intent, by: &Actor, loaded: &Loaded) -> Result<Loaded, CommandError> {
    let mut conn = open.store.read().acquire().await?;
    let world = quote_world(&mut Cache(&mut conn), loaded.quote.id).await?;
    let quote = apply_quote(intent, &world, by)?.into_iter().next();
    let quote = quote.ok_or_else(|| CommandError::new("quote.unknown", loaded.quote.id.to_string()))?;
    let priced = priced(&quote)?;
    Ok(Loaded { moment: loaded.moment, quote, priced, context: world.context, siblings: loaded.siblings })
}

/// Prints the proposal; its figures are the quote's own.
pub async fn proposal_pdf(engine: &Engine, args: QuoteId) -> Result<DocumentFile, CommandError> {
    file(engine, &args, Document::Proposal).await
}

/// Prints the order summary; its figures are the quote's own.
pub async fn order_pdf(engine: &Engine, args: QuoteId) -> Result<DocumentFile, CommandError> {
    file(engine, &args, Document::Order).await
}

/// Prints the quote; totals are the screen's own texts.
pub async fn pdf(engine: &Engine, args: QuoteId) -> Result<DocumentFile, CommandError> {
    file(engine, &args, Document::Quote).await
}

async fn file(engine: &Engine, args: &QuoteId, what: Document) -> Result<DocumentFile, CommandError> {
    let open = engine.workspace().await?;
    let started = std::time::Instant::now();
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let printed = print_document(&open, &loaded, what).await?;
    let ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
    let file = save_over(&open, file_name(&loaded, what.suffix()), &printed.bytes).await?;
    Ok(DocumentFile {
        file_name: file.file_name,
        path: file.path,
        pages: printed.pages,
        ms,
        bytes_base64: file.bytes_base64,
    })
}
