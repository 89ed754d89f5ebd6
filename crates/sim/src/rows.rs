//! Rows in memory, and applying an intent to them with the product's own rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use satchel_core::apply::{
    AccountWorld, AttachmentWorld, Author, EditWorld, JobWorld, MailWorld, MessageWorld, Placed, QuoteWorld,
    RaiseWorld, Refusal, RemovalWorld, SitesWorld, TicketWorld, account_terms, add_attachment, apply_quote,
    edit_account, edit_sites, end_link, import_sites, quote_id_of, raise_ticket, record_job_event, remove_sites,
    send_mail, update_ticket, write_message,
};
use satchel_core::ids::{AccountId, PriceBookId, ScopeId, SiteId};
use satchel_core::jobs::Receipt;
use satchel_core::people::Actor;
use satchel_core::quotes::{Quote, QuoteContext};
use satchel_core::sites::{EditSites, RemoveSites};
use satchel_core::time::parse_zone;
use satchel_core::wire::ScopeCheck;
use satchel_core::wire::entities::{agreed_price_of, clause_texts, price_book_of, quote_of, quote_row};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::{Row, RowError};
use satchel_core::wire::tables::TABLES;
use uuid::Uuid;

/// Table and id.
pub type Key = (&'static str, Uuid);

/// What an intent does to the rows.
#[derive(Debug, Default)]
pub struct Effect {
    /// Rows as they become.
    pub rows: Vec<Row>,
    /// Rows that go.
    pub removed: Vec<Key>,
}

impl From<Vec<Row>> for Effect {
    fn from(rows: Vec<Row>) -> Self {
        Self { rows, removed: Vec::new() }
    }
}

/// All rows of one side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows(pub BTreeMap<Key, Arc<Row>>);

pub(crate) fn malformed(error: RowError) -> Refusal {
    Refusal::rule(format!("row.malformed.{}", error.table))
}

impl Rows {
    /// A row.
    pub fn get(&self, table: &'static str, id: Uuid) -> Option<&Row> {
        self.0.get(&(table, id)).map(AsRef::as_ref)
    }

    /// Puts a row.
    pub fn put(&mut self, row: Row) {
        self.0.insert((row.table().name, row.id()), Arc::new(row));
    }

    /// All rows of a table.
    pub fn table(&self, table: &'static str) -> impl Iterator<Item = &Row> {
        self.0.range((table, Uuid::nil())..=(table, Uuid::max())).map(|(_, row)| row.as_ref())
    }

    pub(crate) fn by(&self, table: &'static str, column: &'static str, value: &str) -> Vec<Row> {
        self.table(table).filter(|row| row.text_or_null(column) == Some(value)).cloned().collect()
    }

    /// Removes all rows of a scope.
    pub fn drop_scope(&mut self, scope: ScopeId) {
        self.0.retain(|_, row| row.scope_id() != scope.0);
    }

    /// Count and digest of a scope.
    pub fn check(&self, scope: ScopeId) -> ScopeCheck {
        let mut check = ScopeCheck::default();
        for row in self.0.values().filter(|row| row.scope_id() == scope.0) {
            check.add(row.id(), row.version());
        }
        check
    }

    /// What an intent changes, by the product's rules; `receipt` on the server.
    pub fn apply(&self, intent: &Intent, by: &Actor, receipt: Option<&Receipt>) -> Result<Effect, Refusal> {
        if let Some(rows) = self.apply_catalogue(intent, by)? {
            return Ok(rows.into());
        }
        if let Some(rows) = self.apply_ticket(intent, by)? {
            return Ok(rows.into());
        }
        let rows = match intent {
            Intent::AccountEdit(edit) => {
                let id = edit.account_id.unwrap_or(AccountId(Uuid::nil()));
                let world = AccountWorld { account: self.get("accounts", id.0).cloned() };
                vec![edit_account(edit, &world, by)?]
            }
            Intent::SiteImport(import) => {
                let account = self.get("accounts", import.account_id.0);
                let account_currency = account.map(|row| row.parse("currency")).transpose().map_err(malformed)?;
                let sites = self.sites_of(import.sites.iter().map(|site| site.id));
                import_sites(import, &SitesWorld { account_currency, sites }, by)?
            }
            Intent::SiteEdit(edit) => edit_sites(edit, &self.edit_world(edit), by)?,
            Intent::SiteRemove(remove) => {
                let gone = remove_sites(remove, &self.removal_world(remove), by)?;
                let removed = gone.into_iter().map(|id| ("sites", id)).collect();
                return Ok(Effect { rows: Vec::new(), removed });
            }
            Intent::AttachmentAdd(add) => {
                let account = self.get("accounts", add.account_id.0).is_some();
                let taken = self.get("attachments", add.id.0).is_some();
                vec![add_attachment(add, AttachmentWorld { account, taken }, by)?]
            }
            Intent::MailSend(send) => {
                let attachment = self.get("attachments", send.attachment_id.0).cloned();
                let taken = self.get("mails", send.id.0).is_some();
                vec![send_mail(send, &MailWorld { attachment, taken }, by)?]
            }
            Intent::QuoteMessage(message) => {
                let in_thread = |row: &&Row| row.text("quote_id") == Ok(message.quote_id.to_string().as_str());
                let world = MessageWorld {
                    quote: self.get("quotes", message.quote_id.0).cloned(),
                    taken: self.get("quote_messages", message.id.0).is_some(),
                    count: self.table("quote_messages").filter(in_thread).count(),
                };
                vec![write_message(message, &world, Author::Person(by))?]
            }
            Intent::LinkEnd(end) => vec![end_link(end, self.get("quote_links", end.link_id.0), by)?],
            Intent::JobRecord(event) => {
                let job = self.get("jobs", event.job_id.0).cloned();
                let taken = self.get("job_events", event.id.0).is_some();
                record_job_event(event, JobWorld { job, taken }, receipt, by)?
            }
            quote_intent => {
                let quotes = apply_quote(quote_intent, &self.world(quote_intent)?, by)?;
                let row = |quote: &Quote| quote_row(quote).map_err(|e| Refusal::rule(e.code()));
                quotes.iter().map(row).collect::<Result<_, _>>()?
            }
        };
        Ok(rows.into())
    }

    fn sites_of(&self, ids: impl Iterator<Item = SiteId>) -> BTreeMap<Uuid, Row> {
        ids.filter_map(|id| self.get("sites", id.0).map(|row| (id.0, row.clone()))).collect()
    }

    fn edit_world(&self, edit: &EditSites) -> EditWorld {
        let placed = |row: &Row| Placed { account_id: row.scope_id(), above: site_above(row) };
        EditWorld {
            sites: self.sites_of(edit.sites.iter().map(|site| site.id)),
            tree: self.table("sites").map(|row| (row.id(), placed(row))).collect(),
            people: self.table("users").map(Row::id).collect(),
        }
    }

    /// An intent about tickets; `None` when it is about something else. The model gives no numbers.
    fn apply_ticket(&self, intent: &Intent, by: &Actor) -> Result<Option<Vec<Row>>, Refusal> {
        Ok(Some(match intent {
            Intent::TicketRaise(raise) => {
                let world = RaiseWorld {
                    account: self.get("accounts", raise.account_id.0).is_some(),
                    site_of: raise.site_id.and_then(|id| self.get("sites", id.0)).map(Row::scope_id),
                    taken: self.get("tickets", raise.ticket_id.0).is_some(),
                };
                vec![raise_ticket(raise, &world, by)?]
            }
            Intent::TicketUpdate(update) => {
                let of_it = |row: &&Row| row.text("ticket_id") == Ok(update.ticket_id.to_string().as_str());
                let world = TicketWorld {
                    ticket: self.get("tickets", update.ticket_id.0).cloned(),
                    taken: self.get("ticket_events", update.event_id.0).is_some(),
                    events: self.table("ticket_events").filter(of_it).count(),
                    people: self.table("users").map(Row::id).collect(),
                };
                update_ticket(update, &world, by)?
            }
            _ => return Ok(None),
        }))
    }

    fn removal_world(&self, remove: &RemoveSites) -> RemovalWorld {
        let named: BTreeSet<Uuid> = remove.site_ids.iter().map(|id| id.0).collect();
        let quoted = self.table("quotes").filter_map(|row| quote_of(row).ok()).flat_map(|quote| quote.content.lines);
        let above = self.table("sites").filter(|row| !named.contains(&row.id())).filter_map(site_above);
        let reported = self.table("tickets").filter_map(|row| row.uuid("site_id").ok());
        let used =
            quoted.map(|line| line.site_id.0).chain(above).chain(reported).filter(|id| named.contains(id)).collect();
        RemovalWorld { sites: self.sites_of(remove.site_ids.iter().copied()), used }
    }

    /// The world of a quote intent.
    pub fn world(&self, intent: &Intent) -> Result<QuoteWorld, Refusal> {
        if let Intent::QuoteCreate(args) = intent {
            let taken =
                self.get("quotes", args.quote_id.0).is_some() || !self.by("quotes", "number", &args.number).is_empty();
            let context = self.context(args.account_id, args.price_book_id)?;
            return Ok(QuoteWorld { quote: None, siblings: Vec::new(), taken, context });
        }
        let id = quote_id_of(intent).ok_or_else(|| Refusal::rule("mutation.not_a_quote"))?;
        let row = self.get("quotes", id.0).ok_or_else(|| Refusal::rule("quote.unknown"))?;
        let quote = quote_of(row).map_err(malformed)?;
        let family = self.by("quotes", "family_id", &quote.family_id.to_string());
        let siblings: Vec<Quote> =
            family.iter().filter(|row| row.id() != id.0).map(quote_of).collect::<Result<_, _>>().map_err(malformed)?;
        let context = self.context(quote.account_id, quote.price_book_id)?;
        Ok(QuoteWorld { quote: Some(quote), siblings, taken: false, context })
    }

    fn context(&self, account: AccountId, book: PriceBookId) -> Result<QuoteContext, Refusal> {
        let organisation = self.table("organisations").next().ok_or_else(|| Refusal::rule("organisation.unknown"))?;
        let zone = organisation.text("zone").ok().and_then(parse_zone);
        let account_row = self.get("accounts", account.0).ok_or_else(|| Refusal::rule("account.unknown"))?;
        let book_row = self.get("price_books", book.0).ok_or_else(|| Refusal::rule("quote.unknown_price_book"))?;
        let items = self.by("price_items", "price_book_id", &book.to_string());
        let agreed = self.by("agreed_prices", "account_id", &account.to_string());
        let sites = self.by("sites", "account_id", &account.to_string());
        let state = |row: &Row| (SiteId(row.id()), row.text("state_code").unwrap_or_default().to_owned());
        let active: BTreeSet<SiteId> =
            sites.iter().filter(|row| row.text("service_status") == Ok("active")).map(|row| SiteId(row.id())).collect();
        let terms = account_row.text("payment_terms").map_err(malformed)?;
        Ok(QuoteContext {
            settings: organisation.parse("settings").map_err(malformed)?,
            zone: zone.ok_or_else(|| Refusal::rule("organisation.bad_zone"))?,
            book: price_book_of(book_row, &items).map_err(malformed)?,
            agreed: agreed.iter().map(agreed_price_of).collect::<Result<_, _>>().map_err(malformed)?,
            account_country: account_row.text("country").map_err(malformed)?.to_owned(),
            account_segment: account_row.text("segment").map_err(malformed)?.to_owned(),
            consumer: account_row.text("customer_type") == Ok("consumer"),
            delegations: self.delegations()?,
            clauses: clause_texts(&self.table("clauses").cloned().collect::<Vec<_>>()).map_err(malformed)?,
            account_terms: account_terms(terms)?,
            site_states: sites.iter().map(state).collect(),
            active_sites: active,
        })
    }
}

/// The site a site stands under.
pub(crate) fn site_above(row: &Row) -> Option<Uuid> {
    row.text_or_null("parent_id").and_then(|text| Uuid::parse_str(text).ok())
}

/// The name of a synced table as it lives in the program.
pub fn table_name(name: &str) -> Option<&'static str> {
    TABLES.iter().find(|spec| spec.name == name).map(|spec| spec.name)
}
