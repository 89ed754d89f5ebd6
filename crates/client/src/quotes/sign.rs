//! Printing, and accepting with the customer's signature on the laptop.

use std::collections::BTreeMap;

use satchel_core::attachments::{AddAttachment, media_type};
use satchel_core::ids::AttachmentId;
use satchel_core::quotes::{Acceptance, Signature};
use satchel_core::wire::mutation::{AcceptQuote as AcceptArgs, Intent};
use satchel_documents::quote_pdf::{PrintError, Printed, render_proposal, render_quote};

use super::queries::{Loaded, load, parse_id};
use super::view::{AcceptQuote, DocumentFile, QuoteId, QuoteView};
use crate::api::CommandError;
use crate::attachments::commands::keep;
use crate::engine::{Engine, Open};
use crate::mail::commands::{ask, check};
use crate::saved::save_over;
use crate::sync::{Subject, mutate};

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
    Ok(attach(engine, open, loaded, &file_name(loaded, what.suffix()), printed.bytes).await?.0)
}

/// Hangs a printed file on the quote; its bytes go out after the data. Returns its id and digest.
async fn attach(
    engine: &Engine,
    open: &Open,
    loaded: &Loaded,
    name: &str,
    bytes: Vec<u8>,
) -> Result<(AttachmentId, String), CommandError> {
    use sha2::{Digest, Sha256};
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let kind = media_type(name, &bytes).map_err(|e| CommandError::new(e.code(), e.to_string()))?;
    let quote = &loaded.quote;
    let id = AttachmentId(uuid::Uuid::now_v7());
    let intent = AddAttachment {
        id,
        account_id: quote.account_id,
        subject_kind: "quote".to_owned(),
        subject_id: quote.id.0,
        name: name.to_owned(),
        media_type: kind.to_owned(),
        size: bytes.len() as u64,
        sha256: sha256.clone(),
        at: open.now(),
    };
    keep(open, &sha256, &bytes).await?;
    let about = Subject { text: format!("{}: {name}", quote.number), kind: "quote_file", id: quote.id.0 };
    mutate(engine, open, Intent::AttachmentAdd(intent), about).await?;
    Ok((id, sha256))
}

/// Records the customer's acceptance.
pub async fn accept(engine: &Engine, args: AcceptQuote) -> Result<QuoteView, CommandError> {
    let open = engine.workspace().await?;
    let id = parse_id(&args.quote_id)?;
    if let Some(copy) = &args.copy {
        check(copy)?;
    }
    let loaded = load(&open, id).await?;
    let recorded_by = open.actor().await.id;
    let units = loaded.quote.content.lines.iter().map(|line| (line.id.to_string(), line.unit_dp));
    let units: BTreeMap<String, u32> = units.collect();
    let line_nets = loaded
        .priced
        .priced
        .lines
        .iter()
        .filter_map(|line| {
            let dp = units.get(&line.id).copied().unwrap_or(2);
            Some((uuid::Uuid::parse_str(&line.id).ok()?, line.price.net_unit.to_fixed(dp)))
        })
        .collect();
    let number = loaded.quote.number.to_string();
    let signature = match args.strokes {
        Some(strokes) => {
            let drawn = Signature { strokes: strokes.clone(), document_sha256: "0".repeat(64) };
            if !drawn.is_sound() {
                return Err(CommandError::new("quote.bad_signature", "nothing drawn").at("strokes"));
            }
            // What is signed is kept first: the acceptance names it by its digest.
            let shown = file_name(&loaded, " shown to the customer");
            let printed = print(&open, &loaded).await?.bytes;
            let (_, document_sha256) = attach(engine, &open, &loaded, &shown, printed).await?;
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
        recorded_by,
        signature,
        online: None,
    };
    let intent = Intent::QuoteAccept(AcceptArgs {
        quote_id: id,
        pricing_hash: loaded.priced.hash.clone(),
        acceptance,
        line_nets,
    });
    mutate(engine, &open, intent, Subject { text: number, kind: "quote", id: id.0 }).await?;
    let loaded = load(&open, id).await?;
    if signed || args.copy.is_some() {
        // The signed copy with its evidence page; it can be printed again from the acceptance at any time.
        let bytes = print(&open, &loaded).await?.bytes;
        let name = file_name(&loaded, if signed { " signed" } else { " accepted" });
        let (attachment, _) = attach(engine, &open, &loaded, &name, bytes).await?;
        if let Some(copy) = args.copy {
            ask(engine, &open, &loaded.quote, attachment, copy).await?;
        }
    }
    super::page::view(&open, &loaded).await
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
