//! What a step may ask of a store. SQLite, Postgres and memory answer it; the questions that a store answers faster in its own
//! words have a plain way here, which memory uses and which says what the answer is.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::apply::{Placed, Refusal};
use crate::ids::{AccountId, QuoteId, UserId};
use crate::people::Role;
use crate::wire::rows::{Row, RowError};

/// A site as quotes look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteService {
    /// Site.
    pub id: Uuid,
    /// State code (India; empty elsewhere).
    pub state_code: String,
    /// Word of its service, `active`.
    pub service_status: String,
}

impl SiteService {
    fn of(row: &Row) -> Result<Self, RowError> {
        let text = |column: &str| row.text(column).map(str::to_owned);
        Ok(Self { id: row.id(), state_code: text("state_code")?, service_status: text("service_status")? })
    }
}

/// Reads the rows of one organisation.
pub trait Reader: Send + Sized {
    /// A refusal, a damaged row, or the store's own failure.
    type Error: From<Refusal> + From<RowError> + Send;

    /// The row with this id.
    fn one(&mut self, table: &'static str, id: Uuid) -> impl Future<Output = Result<Option<Row>, Self::Error>> + Send;

    /// The rows with these ids; an unknown id is left out. In one statement.
    fn many(&mut self, table: &'static str, ids: &[Uuid])
    -> impl Future<Output = Result<Vec<Row>, Self::Error>> + Send;

    /// The rows whose text or id `column` has this value, in order of id.
    fn by(
        &mut self,
        table: &'static str,
        column: &'static str,
        value: &str,
    ) -> impl Future<Output = Result<Vec<Row>, Self::Error>> + Send;

    /// All rows of a table, in order of id: for the small ones.
    fn all(&mut self, table: &'static str) -> impl Future<Output = Result<Vec<Row>, Self::Error>> + Send;

    /// Whether a row has this id.
    fn has(&mut self, table: &'static str, id: Uuid) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        async move { Ok(self.one(table, id).await?.is_some()) }
    }

    /// How many rows have this value.
    fn count(
        &mut self,
        table: &'static str,
        column: &'static str,
        value: &str,
    ) -> impl Future<Output = Result<usize, Self::Error>> + Send {
        async move { Ok(self.by(table, column, value).await?.len()) }
    }

    /// The other versions of a quote's number.
    fn other_versions(
        &mut self,
        family: QuoteId,
        version: QuoteId,
    ) -> impl Future<Output = Result<Vec<Row>, Self::Error>> + Send {
        async move {
            let family = self.by("quotes", "family_id", &family.to_string()).await?;
            Ok(family.into_iter().filter(|row| row.id() != version.0).collect())
        }
    }

    /// Whether another device changed a quote after the version that was `seen`. What a change stands on is its own, also
    /// under an earlier name of its device. A laptop has nobody else's changes to ask.
    fn others_changed(
        &mut self,
        _quote: QuoteId,
        _seen: u64,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        async { Ok(false) }
    }

    /// Every site of an account as quotes look at it.
    fn site_services(
        &mut self,
        account: AccountId,
    ) -> impl Future<Output = Result<Vec<SiteService>, Self::Error>> + Send {
        async move {
            let rows = self.by("sites", "account_id", &account.to_string()).await?;
            Ok(rows.iter().map(SiteService::of).collect::<Result<_, _>>()?)
        }
    }

    /// Every site of an account and whatever stands above them, also such as belong to another account by now.
    fn site_tree(
        &mut self,
        account: AccountId,
    ) -> impl Future<Output = Result<BTreeMap<Uuid, Placed>, Self::Error>> + Send {
        async move {
            let mut tree = BTreeMap::new();
            let mut rows = self.by("sites", "account_id", &account.to_string()).await?;
            while !rows.is_empty() {
                tree.extend(rows.iter().map(|row| (row.id(), Placed::of(row))));
                let above: BTreeSet<Uuid> = rows.iter().filter_map(|row| Placed::of(row).above).collect();
                let above: Vec<Uuid> = above.into_iter().filter(|id| !tree.contains_key(id)).collect();
                rows = self.many("sites", &above).await?;
            }
            Ok(tree)
        }
    }

    /// Which of an account's sites something was built on: a line of a quote, an incident, a job, a ticket, a task, a month's figures,
    /// a site below that is not among them.
    fn used_sites(
        &mut self,
        account: AccountId,
        ids: &[Uuid],
    ) -> impl Future<Output = Result<BTreeSet<Uuid>, Self::Error>> + Send {
        async move {
            let asked: BTreeSet<Uuid> = ids.iter().copied().collect();
            let mut used = BTreeSet::new();
            for row in self.by("quotes", "account_id", &account.to_string()).await? {
                used.extend(crate::wire::entities::quote_of(&row)?.content.lines.iter().map(|line| line.site_id.0));
            }
            for row in self.by("incidents", "account_id", &account.to_string()).await? {
                used.extend(row.parse::<Vec<Uuid>>("site_ids")?);
            }
            for table in ["jobs", "tickets", "tasks", "sla_site_months"] {
                let rows = self.by(table, "account_id", &account.to_string()).await?;
                used.extend(rows.iter().filter_map(|row| row.uuid("site_id").ok()));
            }
            let below = self.by("sites", "account_id", &account.to_string()).await?;
            let below = below.iter().filter(|row| !asked.contains(&row.id()));
            used.extend(below.filter_map(|row| Placed::of(row).above));
            Ok(used.intersection(&asked).copied().collect())
        }
    }

    /// Decimals of the unit price by item code over all price books of a currency, the most where they differ.
    fn unit_decimals(
        &mut self,
        currency: &str,
    ) -> impl Future<Output = Result<BTreeMap<String, u32>, Self::Error>> + Send {
        async move {
            let mut decimals = BTreeMap::new();
            for book in self.by("price_books", "currency", currency).await? {
                for item in self.by("price_items", "price_book_id", &book.id().to_string()).await? {
                    let most = decimals.entry(item.text("code")?.to_owned()).or_insert(0);
                    *most = item.parse::<u32>("unit_dp")?.max(*most);
                }
            }
            Ok(decimals)
        }
    }

    /// Whether somebody else sees a scope, as far as this side knows: a laptop does not know what others see, the server says so.
    fn sees(&mut self, _person: UserId, _scope: Uuid) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        async { Ok(true) }
    }

    /// Active people with their roles.
    fn people(&mut self) -> impl Future<Output = Result<BTreeMap<UserId, Role>, Self::Error>> + Send {
        async move {
            let mut people = BTreeMap::new();
            for row in self.all("users").await? {
                if let (true, Some(role)) = (row.flag("active")?, Role::parse(row.text("role")?)) {
                    people.insert(UserId(row.id()), role);
                }
            }
            Ok(people)
        }
    }

    /// The organisation's own row.
    fn organisation(&mut self) -> impl Future<Output = Result<Row, Self::Error>> + Send {
        async move {
            let found = self.all("organisations").await?.into_iter().next();
            Ok(found.ok_or_else(|| Refusal::rule("organisation.unknown"))?)
        }
    }
}
