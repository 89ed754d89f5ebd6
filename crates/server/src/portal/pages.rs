//! The pages, as text that cannot hold markup of others: the templates escape whatever they are given.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use maud::{DOCTYPE, Markup, html};
use satchel_core::apply::Refusal;
use satchel_core::organisations::Branding;
use satchel_core::quotes::QuoteStatus;
use satchel_core::wire::rows::Row;
use satchel_documents::quote_document::{logo, organisation_lines};
use satchel_documents::quote_pdf::{QuoteDocument, Total};

/// Who shows a page.
#[derive(Debug, Clone, Default)]
pub struct Brand {
    /// Legal name.
    pub name: String,
    /// Address, registration, phone.
    pub lines: Vec<String>,
    /// Logo, PNG; empty: none.
    pub logo: Vec<u8>,
    /// `#0B6E69`
    pub accent: String,
}

impl Brand {
    /// An organisation, as its documents show it.
    pub fn of_settings(branding: &Branding) -> Self {
        Self {
            name: branding.legal_name.clone(),
            lines: organisation_lines(branding),
            logo: logo(branding),
            accent: branding.accent.clone(),
        }
    }

    /// The seller of a document.
    pub fn of(document: &QuoteDocument) -> Self {
        Self {
            name: document.organisation.clone(),
            lines: document.organisation_lines.clone(),
            logo: document.logo.clone(),
            accent: document.accent.clone(),
        }
    }
}

/// A whole page.
pub fn layout(brand: &Brand, title: &str, content: &Markup) -> Markup {
    let logo = base64::engine::general_purpose::STANDARD.encode(&brand.logo);
    let accent = brand.accent.trim_start_matches('#');
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/portal/portal.css";
                @if accent.len() == 6 && accent.bytes().all(|b| b.is_ascii_hexdigit()) {
                    link rel="stylesheet" href=(format!("/portal/accent/{accent}.css"));
                }
                script src="/portal/portal.js" defer {}
            }
            body {
                a.skip href="#main" { "To the content" }
                header {
                    @if !brand.logo.is_empty() { img alt="" src=(format!("data:image/png;base64,{logo}")); }
                    p { (brand.name) }
                }
                main #main { (content) }
                footer { @for line in &brand.lines { p { (line) } } }
            }
        }
    }
}

/// A page as an answer.
pub fn answer(status: StatusCode, page: Markup) -> Response {
    (status, Html(page.into_string())).into_response()
}

/// A page that says one thing.
pub fn plain(status: StatusCode, brand: &Brand, title: &str, texts: &[&str]) -> Response {
    let content = html! { section { h1 { (title) } @for text in texts { p { (text) } } } };
    answer(status, layout(brand, title, &content))
}

/// A message of the thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub author: String,
    /// The provider's.
    pub ours: bool,
    /// When, in words.
    pub at: String,
    /// Text.
    pub body: String,
}

/// What was typed into a form that was not taken, and why.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Which form: `accept`, `refuse`, `ask`.
    pub form: &'static str,
    /// Why.
    pub problem: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Purchase order number.
    pub po_number: String,
    /// Reason or message.
    pub text: String,
}

/// What the page of a quote shows.
pub struct QuotePage<'a> {
    /// `/q/SECRET`
    pub base: String,
    /// What is printed.
    pub document: &'a QuoteDocument,
    /// State now.
    pub status: QuoteStatus,
    /// What became of it, in a sentence; empty while it is open.
    pub outcome: String,
    /// Last day, in words.
    pub valid_until: String,
    /// Pricing hash.
    pub pricing_hash: String,
    /// Name of the zone times are in.
    pub zone: String,
    /// Now, in words.
    pub as_of: String,
    /// Whose quote it is.
    pub owner: String,
    /// The thread, oldest first.
    pub thread: Vec<Said>,
    /// Id of the next message: the same form sent twice is one message.
    pub message_id: String,
    /// What was not taken.
    pub typed: Typed,
}

/// The page of a quote.
pub fn quote(page: &QuotePage<'_>) -> Markup {
    let document = page.document;
    let heading = format!("Quote {} v{}", document.number, document.version);
    let open = page.status == QuoteStatus::Sent;
    let content = html! {
        div data-seen=(format!("{}/seen", page.base)) {}
        (banner(page))
        // Its form is no longer there: what was not taken is said where it is seen.
        @if !open && page.typed.form != "ask" && !page.typed.problem.is_empty() {
            p.error role="alert" { (page.typed.problem) }
        }
        section aria-labelledby="what" {
            h1 #what { (heading) }
            p { (document.title) }
            p.quiet { "For " (document.customer) }
            dl { @for (label, text) in &document.facts { dt { (label) } dd { (text) } } }
            p {}
            div.actions { a.button.plain href=(format!("{}/quote.pdf", page.base)) { "Download as PDF" } }
        }
        (price(document))
        (sites(document))
        @if !document.roi.is_empty() {
            details { summary { "What it brings" } div { (rows("Return on investment", &document.roi)) } }
        }
        @if !document.terms.is_empty() {
            details { summary { "Terms" } div { @for term in &document.terms { p { (term) } } } }
        }
        (thread(page))
        @if open { (accept(page)) (refuse(page)) }
        p { small {
            "Prices by the rules of " (document.organisation) ", as of " (page.as_of) " (" (page.zone) "). Pricing "
            (page.pricing_hash.get(..16).unwrap_or_default()) "."
        } }
    };
    layout(&Brand::of(document), &heading, &content)
}

fn banner(page: &QuotePage<'_>) -> Markup {
    let (class, title, text) = match page.status {
        QuoteStatus::Sent => {
            ("", "Open".to_owned(), format!("You can accept this quote until the end of {}.", page.valid_until))
        }
        QuoteStatus::Accepted | QuoteStatus::Converted => ("good", "Accepted".to_owned(), page.outcome.clone()),
        QuoteStatus::Rejected => ("bad", "Declined".to_owned(), page.outcome.clone()),
        QuoteStatus::Expired => (
            "warn",
            "Expired".to_owned(),
            format!(
                "It could be accepted until the end of {}. Ask {} for a new one below.",
                page.valid_until, page.owner
            ),
        ),
        QuoteStatus::Superseded => (
            "warn",
            "Replaced by a newer version".to_owned(),
            format!("The newer version has a link of its own. Ask {} if it did not reach you.", page.owner),
        ),
        QuoteStatus::Draft | QuoteStatus::Lost => {
            ("warn", "Withdrawn".to_owned(), format!("Ask {} what stands now.", page.owner))
        }
    };
    html! {
        div.banner.(class) role="status" data-testid="status" {
            p { strong { (title) } }
            p { (text) }
            @if page.status == QuoteStatus::Sent {
                p.actions { a.button href="#accept" { "Accept…" } a.button.plain href="#ask" { "Ask…" } }
            }
        }
    }
}

fn rows(caption: &str, totals: &[Total]) -> Markup {
    html! {
        div.wide role="region" tabindex="0" aria-label=(caption) {
            table {
                caption { (caption) }
                tbody { @for row in totals { tr { td { (row.label) } td.number { (row.amount) } } } }
            }
        }
    }
}

fn price(document: &QuoteDocument) -> Markup {
    let (hero, of_what) = if document.with_tax {
        (&document.hero_with_tax, "a month, with tax")
    } else {
        (&document.hero, "a month, before tax")
    };
    html! {
        section aria-labelledby="price" {
            h2 #price { "Price" }
            p.hero data-testid="hero" { (hero) }
            p.quiet { (of_what) }
            @if let Some(note) = &document.discount_note { p { (note) } }
            (rows("A month", &document.monthly))
            (rows("Once, and over the contract", &document.contract))
            @if !(document.monthly_tax.is_empty() && document.once_tax.is_empty()) {
                div.wide role="region" tabindex="0" aria-label="Tax" {
                    table {
                        caption { "Tax, estimate" }
                        thead { tr { th scope="col" { "Tax" } th.number scope="col" { "On" } th.number scope="col" { "Tax" } } }
                        tbody {
                            @for (label, net, tax) in &document.monthly_tax {
                                tr { td { (label) ", monthly" } td.number { (net) } td.number { (tax) } }
                            }
                            @for (label, net, tax) in &document.once_tax {
                                tr { td { (label) ", once" } td.number { (net) } td.number { (tax) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn sites(document: &QuoteDocument) -> Markup {
    let count = document.blocks.len();
    let net = if document.with_tax { "With tax" } else { "Net" };
    html! {
        details open[count <= 20] {
            summary { (count) @if count == 1 { " site" } @else { " sites" } ", line by line" }
            div {
                div.wide role="region" tabindex="0" aria-label="Lines by site" {
                    table {
                        thead { tr {
                            th scope="col" { "Item" } th scope="col" { "Charge" } th.number.minor scope="col" { "Quantity" }
                            th.number.minor scope="col" { "List" } th.number.minor scope="col" { "Discount" } th.number scope="col" { (net) }
                        } }
                        @for block in &document.blocks {
                            tbody {
                                tr { th colspan="6" scope="rowgroup" {
                                    (block.site) @if !block.place.is_empty() { small { " " (block.place) } }
                                } }
                                @for line in &block.lines {
                                    tr {
                                        td { (line.item) @if !line.contains.is_empty() { br; small { (line.contains) } } }
                                        td { (line.kind) }
                                        td.number.minor { (line.qty) }
                                        td.number.minor { (line.list) }
                                        td.number.minor { (line.discount) }
                                        td.number { (line.net) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn thread(page: &QuotePage<'_>) -> Markup {
    let typed = page.typed.form == "ask";
    html! {
        section aria-labelledby="questions" {
            h2 #questions { "Questions and changes" }
            @if page.thread.is_empty() {
                p.quiet { "Nothing was asked yet. What you write reaches " (page.owner) "." }
            } @else {
                ol.thread { @for said in &page.thread {
                    li.ours[said.ours] {
                        p { (said.body) }
                        small { (said.author) ", " (said.at) }
                    }
                } }
            }
            details #ask open[typed] {
                summary { "Ask something or ask for a change" }
                form method="post" action=(format!("{}/ask", page.base)) {
                    (problem(page, "ask"))
                    input type="hidden" name="message_id" value=(page.message_id);
                    (name(page, typed))
                    label { "Your message"
                        textarea name="text" required maxlength="4000" { @if typed { (page.typed.text) } }
                    }
                    button type="submit" { "Send" }
                }
            }
        }
    }
}

fn problem(page: &QuotePage<'_>, form: &str) -> Markup {
    html! { @if page.typed.form == form { p.error role="alert" { (page.typed.problem) } } }
}

fn name(page: &QuotePage<'_>, typed: bool) -> Markup {
    let value = if typed { page.typed.name.as_str() } else { "" };
    html! { label { "Your name" input name="name" required maxlength="200" autocomplete="name" value=(value); } }
}

fn accept(page: &QuotePage<'_>) -> Markup {
    let typed = page.typed.form == "accept";
    let document = page.document;
    let kept = |text: &str| if typed { text.to_owned() } else { String::new() };
    let value = document.contract.iter().find(|total| total.label.starts_with("Contract value"));
    html! {
        details #accept open[typed] {
            summary { "Accept this quote" }
            form method="post" action=(format!("{}/accept", page.base)) {
                (problem(page, "accept"))
                p {
                    "You accept quote " (document.number) " v" (document.version) ": " strong { (document.hero) }
                    " a month before tax"
                    @if let Some(total) = value { ", " (total.label.to_lowercase()) " " strong { (total.amount) } }
                    ", by the terms above. The order is made at once."
                }
                input type="hidden" name="pricing_hash" value=(page.pricing_hash);
                (name(page, typed))
                label { "Your title" small { "Director, procurement …" }
                    input name="title" maxlength="200" autocomplete="organization-title" value=(kept(&page.typed.title));
                }
                label { "Purchase order number" small { "If you use one" }
                    input name="po_number" maxlength="200" value=(kept(&page.typed.po_number));
                }
                label.check {
                    input type="checkbox" name="agree" value="yes" required;
                    span { "I may decide this for " (document.customer) " and accept the quote and its terms." }
                }
                p.quiet { "Your name, the time and the internet address you come from are kept with the acceptance." }
                button type="submit" { "Accept" }
            }
        }
    }
}

fn refuse(page: &QuotePage<'_>) -> Markup {
    let typed = page.typed.form == "refuse";
    html! {
        details #refuse open[typed] {
            summary { "Decline it" }
            form method="post" action=(format!("{}/refuse", page.base)) {
                (problem(page, "refuse"))
                p.quiet { "To change something, ask for it above instead: a declined quote cannot be taken up again." }
                (name(page, typed))
                label { "Why" small { "So that the next one fits better" }
                    textarea name="text" required maxlength="200" { @if typed { (page.typed.text) } }
                }
                button.plain type="submit" { "Decline" }
            }
        }
    }
}

/// A refusal as the customer reads it.
pub fn words(refusal: &Refusal) -> &'static str {
    match refusal.code.as_str() {
        "quote.expired" => "The quote has expired meanwhile. Ask for a new one; nothing was ordered.",
        "quote.price_changed" => "The price on this page is not the one that was sent. Reload it; nothing was ordered.",
        "quote.superseded" => "A newer version replaced this one. Nothing was ordered.",
        "quote.closed" | "quote.not_sent" | "quote.not_live" => "The quote is no longer open. Nothing was ordered.",
        "quote.already_accepted" => "The quote was accepted already. Nothing was ordered twice.",
        "quote.name_missing" => "Please type your name.",
        "quote.text_too_long" => "A text is longer than 200 characters. Please shorten it; nothing was sent.",
        "quote.reason_missing" => "Please say why.",
        "message.empty" => "Please write something.",
        "message.too_long" => "The message is longer than 4,000 characters. Please shorten it; nothing was sent.",
        "message.too_many" => "This thread is full. Please call or mail instead; nothing was sent.",
        "link.not_agreed" => "Please tick that you may decide this.",
        _ => "That was not possible. Nothing was changed; please call or mail instead.",
    }
}

/// Who wrote a message: the customer's name as typed, or somebody of the provider.
pub fn said(row: &Row, people: &std::collections::HashMap<String, String>, when: impl Fn(&str) -> String) -> Said {
    let text = |column: &str| row.text_or_null(column).unwrap_or_default();
    let ours = row.text_or_null("user_id");
    Said {
        author: ours.map_or_else(|| text("author").to_owned(), |id| people.get(id).cloned().unwrap_or_default()),
        ours: ours.is_some(),
        at: when(text("written_at")),
        body: text("body").to_owned(),
    }
}
