//! Reading accounts.

use sqlx::FromRow;

use super::view::{AccountRow, AccountView, ContactView};
use crate::api::list::{Conditions, Field, ListSpec, facet, window};
use crate::api::view::{Facet, ListRequest, Window};
use crate::api::{ById, CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::lists::Asked;

const LIST: ListSpec = ListSpec {
    key: "a.id",
    select: "SELECT a.id, a.name, a.code, a.city, a.province, a.segment, a.status, a.currency, \
        (SELECT count(*) FROM sites s WHERE s.account_id = a.id AND s.service_status = 'active') AS active, \
        (SELECT coalesce(sum(monthly), 0) FROM sites s WHERE s.account_id = a.id AND s.service_status = 'active') AS monthly, m.uptime_display, \
        coalesce(m.sites_measured - m.sites_meeting, 0) AS breaches, \
        (SELECT count(*) FROM quotes q WHERE q.account_id = a.id AND q.status IN ('draft', 'sent')) AS open_quotes, \
        coalesce(u.name, '') AS manager",
    from: "FROM accounts a \
        LEFT JOIN sla_account_months m ON m.account_id = a.id AND m.month = (SELECT max(month) FROM sla_account_months WHERE closed = 1) \
        LEFT JOIN users u ON u.id = a.manager_id",
    find: Some("FROM accounts a"),
    fields: &[
        Field::text("name", "a.name"),
        Field::text("code", "a.code"),
        Field::text("city", "a.city").grouped(),
        Field::word("province", "a.province"),
        Field::word("segment", "a.segment"),
        Field::word("status", "a.status"),
        Field::text("industry", "a.industry").grouped(),
        Field::word("customer_type", "a.customer_type"),
        Field::text("manager", "u.name").joined().grouped(),
        Field::word("currency", "a.currency"),
        Field::count(
            "sites",
            "(SELECT count(*) FROM sites s WHERE s.account_id = a.id AND s.service_status = 'active')",
        ),
        Field::money(
            "monthly",
            "(SELECT coalesce(sum(monthly), 0) FROM sites s WHERE s.account_id = a.id AND s.service_status = 'active')",
        ),
        Field::count(
            "open_quotes",
            "(SELECT count(*) FROM quotes q WHERE q.account_id = a.id AND q.status IN ('draft', 'sent'))",
        ),
        Field::number("uptime", "CAST(m.uptime_display AS REAL)").joined(),
    ],
    currency: Some("a.currency"),
    filters: &[
        ("status", "a.status = ?"),
        ("segment", "a.segment = ?"),
        ("province", "a.province = ?"),
        (
            "sla",
            "coalesce((SELECT CASE WHEN m.uptime_display IS NULL THEN 'not_measured' WHEN m.sites_meeting < m.sites_measured \
             THEN 'breach' ELSE 'met' END FROM sla_account_months m WHERE m.account_id = a.id AND m.month = \
             (SELECT max(month) FROM sla_account_months WHERE closed = 1)), 'not_measured') = ?",
        ),
    ],
    sorts: &[
        ("name", "a.name COLLATE NOCASE"),
        ("sites", "(SELECT count(*) FROM sites s WHERE s.account_id = a.id AND s.service_status = 'active')"),
        (
            "uptime",
            "(SELECT CAST(m.uptime_display AS REAL) FROM sla_account_months m WHERE m.account_id = a.id AND m.month = \
             (SELECT max(month) FROM sla_account_months WHERE closed = 1))",
        ),
    ],
    default_order: "a.name COLLATE NOCASE, a.id",
    search: "(a.name || ' ' || a.code || ' ' || a.city)",
};

#[derive(FromRow)]
struct ListRow {
    id: String,
    name: String,
    code: String,
    city: String,
    province: String,
    segment: String,
    status: String,
    currency: String,
    active: i64,
    monthly: i64,
    uptime_display: Option<String>,
    breaches: i64,
    open_quotes: i64,
    manager: String,
}

impl ListRow {
    fn view(self, open: &Open) -> AccountRow {
        let count = |n: i64| u32::try_from(n).unwrap_or(0);
        AccountRow {
            monthly_text: open.money(self.monthly, &self.currency),
            id: self.id,
            name: self.name,
            code: self.code,
            city: self.city,
            province: self.province,
            segment: self.segment,
            status: self.status,
            active_sites: count(self.active),
            uptime_text: self.uptime_display,
            breaches: count(self.breaches),
            open_quotes: count(self.open_quotes),
            manager: self.manager,
        }
    }
}

/// The list as it is asked for.
pub(crate) fn asked(request: ListRequest) -> Asked {
    Asked { spec: &LIST, request, fixed: Conditions::default() }
}

/// Accounts.
pub async fn list(engine: &Engine, request: ListRequest) -> Result<Window<AccountRow>, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked(request);
    let rows: Window<ListRow> = window(&open, spec, &request, fixed).await?;
    Ok(rows.map(|row| row.view(&open)))
}

/// Values of the filterable fields.
pub async fn facets(engine: &Engine, _: Nothing) -> Result<Vec<Facet>, CommandError> {
    let open = engine.workspace().await?;
    let mut all = Vec::new();
    for (field, column) in [("status", "status"), ("segment", "segment"), ("province", "province")] {
        all.extend(facet(&open, field, column, "FROM accounts", None).await?);
    }
    Ok(all)
}

/// One account.
pub async fn get(engine: &Engine, args: ById) -> Result<AccountView, CommandError> {
    let open = engine.workspace().await?;
    let mut only = Conditions::default();
    only.and("a.id = ?", &args.id);
    let request = ListRequest { limit: 1, ..ListRequest::default() };
    let rows: Window<ListRow> = window(&open, &LIST, &request, only).await?;
    let row = rows.rows.into_iter().next().ok_or_else(|| CommandError::new("account.unknown", &args.id))?;
    let facts: (String, String, String, String, String, String, String) = sqlx::query_as(
        "SELECT registration_number, tax_number, industry, payment_terms, currency, notes, customer_type \
         FROM accounts WHERE id = ?1",
    )
    .bind(&args.id)
    .fetch_one(open.store.read())
    .await?;
    let contacts: Vec<(String, String, String, String, String, bool)> = sqlx::query_as(
        "SELECT id, name, role, email, phone, is_primary FROM contacts WHERE account_id = ?1 ORDER BY is_primary DESC, name",
    )
    .bind(&args.id)
    .fetch_all(open.store.read())
    .await?;
    Ok(AccountView {
        row: row.view(&open),
        registration_number: facts.0,
        tax_number: facts.1,
        industry: facts.2,
        payment_terms: facts.3,
        currency: facts.4,
        notes: facts.5,
        customer_type: facts.6,
        contacts: contacts
            .into_iter()
            .map(|(id, name, role, email, phone, primary)| ContactView { id, name, role, email, phone, primary })
            .collect(),
        sla: crate::sla::queries::of_account(&open, &args.id).await?,
        agreed_prices: super::prices::of_account(&open, &args.id).await?,
        as_of: open.cache_as_of().await,
    })
}
