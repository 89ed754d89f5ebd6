//! Rows in memory, and applying an intent to them with the product's own rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use satchel_core::apply::{
    AccountWorld, AttachmentWorld, EditWorld, JobWorld, Placed, PricesWorld, QuoteWorld, Refusal, SitesWorld,
    add_attachment, apply_quote, decide_price, edit_account, edit_sites, end_price, import_sites, propose_price,
    quote_id_of, record_job_event,
};
use satchel_core::ids::{AccountId, PriceBookId, ScopeId, SiteId};
use satchel_core::jobs::Receipt;
use satchel_core::people::Actor;
use satchel_core::quotes::{PaymentTerms, Quote, QuoteContext};
use satchel_core::time::parse_zone;
use satchel_core::wire::ScopeCheck;
use satchel_core::wire::entities::{agreed_price_of, clause_texts, price_book_of, quote_of, quote_row};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::{Row, RowError};
use satchel_core::wire::tables::TABLES;
use uuid::Uuid;

/// Table and id.
pub type Key = (&'static str, Uuid);

/// All rows of one side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows(pub BTreeMap<Key, Arc<Row>>);

fn malformed(error: RowError) -> Refusal {
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

    /// What is agreed with an account, and what may be.
    fn prices(&self, account: AccountId, new_id: Option<Uuid>) -> Result<PricesWorld, Refusal> {
        let row = self.get("accounts", account.0).ok_or_else(|| Refusal::rule("account.unknown"))?;
        let books = self.by("price_books", "currency", row.text("currency").map_err(malformed)?);
        let mut decimals = BTreeMap::new();
        for item in books.iter().flat_map(|book| self.by("price_items", "price_book_id", &book.id().to_string())) {
            let most = decimals.entry(item.text("code").map_err(malformed)?.to_owned()).or_insert(0);
            *most = u32::try_from(item.int("unit_dp").map_err(malformed)?).unwrap_or(0).max(*most);
        }
        Ok(PricesWorld {
            account: true,
            taken: new_id.is_some_and(|id| self.get("agreed_prices", id).is_some()),
            rows: self.by("agreed_prices", "account_id", &account.to_string()),
            decimals,
            books: books.iter().map(|book| PriceBookId(book.id())).collect(),
        })
    }

    fn by(&self, table: &'static str, column: &'static str, value: &str) -> Vec<Row> {
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
    pub fn apply(&self, intent: &Intent, by: &Actor, receipt: Option<&Receipt>) -> Result<Vec<Row>, Refusal> {
        match intent {
            Intent::AccountEdit(edit) => {
                let id = edit.account_id.unwrap_or(AccountId(Uuid::nil()));
                let world = AccountWorld { account: self.get("accounts", id.0).cloned() };
                Ok(vec![edit_account(edit, &world, by)?])
            }
            Intent::SiteImport(import) => {
                let account = self.get("accounts", import.account_id.0);
                let account_currency = account.map(|row| row.parse("currency")).transpose().map_err(malformed)?;
                let known = |id: SiteId| self.get("sites", id.0).map(|row| (id.0, row.clone()));
                let sites = import.sites.iter().filter_map(|site| known(site.id)).collect();
                import_sites(import, &SitesWorld { account_currency, sites }, by)
            }
            Intent::SiteEdit(edit) => {
                let known = |id: SiteId| self.get("sites", id.0).map(|row| (id.0, row.clone()));
                let above = |row: &Row| row.text_or_null("parent_id").and_then(|text| Uuid::parse_str(text).ok());
                let placed = |row: &Row| Placed { account_id: row.scope_id(), above: above(row) };
                let world = EditWorld {
                    sites: edit.sites.iter().filter_map(|site| known(site.id)).collect(),
                    tree: self.table("sites").map(|row| (row.id(), placed(row))).collect(),
                    people: self.table("users").map(Row::id).collect(),
                };
                edit_sites(edit, &world, by)
            }
            Intent::PricePropose(ask) => {
                Ok(vec![propose_price(ask, &self.prices(ask.account_id, Some(ask.id.0))?, by)?])
            }
            Intent::PriceDecide(answer) => Ok(vec![decide_price(answer, &self.prices(answer.account_id, None)?, by)?]),
            Intent::PriceEnd(end) => Ok(vec![end_price(end, &self.prices(end.account_id, None)?, by)?]),
            // Books and clauses are tried on the real server; the simulator's people publish nothing.
            Intent::BrandingEdit(_) => Err(Refusal::rule("branding.not_allowed")),
            Intent::BookPublish(_) | Intent::BookWithdraw(_) => Err(Refusal::rule("book.not_allowed")),
            Intent::ClausePublish(_) | Intent::ClauseWithdraw(_) => Err(Refusal::rule("clause.not_allowed")),
            // Rows that go by an intent are tried on the real server; the simulator's people remove nothing.
            Intent::SiteRemove(_) => Err(Refusal::rule("site.in_use")),
            Intent::AttachmentAdd(add) => {
                let account = self.get("accounts", add.account_id.0).is_some();
                let taken = self.get("attachments", add.id.0).is_some();
                Ok(vec![add_attachment(add, AttachmentWorld { account, taken }, by)?])
            }
            Intent::JobRecord(event) => {
                let job = self.get("jobs", event.job_id.0).cloned();
                let taken = self.get("job_events", event.id.0).is_some();
                record_job_event(event, JobWorld { job, taken }, receipt, by)
            }
            quote_intent => {
                let quotes = apply_quote(quote_intent, &self.world(quote_intent)?, by)?;
                quotes.iter().map(|quote| quote_row(quote).map_err(|e| Refusal::rule(e.code()))).collect()
            }
        }
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
            clauses: clause_texts(&self.table("clauses").cloned().collect::<Vec<_>>()).map_err(malformed)?,
            account_terms: PaymentTerms::parse(terms).unwrap_or(PaymentTerms::Net30),
            site_states: sites.iter().map(state).collect(),
            active_sites: active,
        })
    }
}

/// The name of a synced table as it lives in the program.
pub fn table_name(name: &str) -> Option<&'static str> {
    TABLES.iter().find(|spec| spec.name == name).map(|spec| spec.name)
}
