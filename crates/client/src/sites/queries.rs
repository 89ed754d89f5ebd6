//! Reading sites.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, FromRow};

use super::view::{ListSites, SiteRow, SitesOnMap};
use crate::api::CommandError;
use crate::api::list::{Conditions, Field, ListSpec, all_keys, most_frequent, window};
use crate::api::view::{AsOf, Facet, ListRequest, Window};
use crate::engine::{Engine, Open};
use crate::lists::Asked;

pub(super) const LIST: ListSpec = ListSpec {
    key: "s.id",
    select: "SELECT s.id, s.account_id, a.name AS account, s.name, s.code, s.site_type, s.address, s.city, s.province, \
        s.postal_code, s.latitude, s.longitude, s.contact_name, s.contact_phone, s.contact_email, s.package, s.monthly, \
        s.currency, s.installation_status, s.service_status, s.billing, s.parent_id, s.owner_id, \
        (SELECT name FROM sites p WHERE p.id = s.parent_id) AS parent, (SELECT name FROM users u WHERE u.id = s.owner_id) AS owner, m.uptime_display, coalesce(m.breach, 0) AS breach, \
        (SELECT count(*) FROM incidents i, json_each(i.site_ids) e WHERE i.account_id = s.account_id AND i.ended_at IS NULL AND e.value = s.id) AS open_incidents, \
        (SELECT count(*) FROM tickets t WHERE t.site_id = s.id AND t.status NOT IN ('resolved', 'closed')) AS open_tickets, \
        (SELECT count(*) FROM before_images b WHERE b.table_name = 'sites' AND b.row_id = s.id) AS waiting",
    from: "FROM sites s JOIN accounts a ON a.id = s.account_id \
        LEFT JOIN sla_site_months m ON m.site_id = s.id AND m.month = (SELECT max(month) FROM sla_site_months WHERE closed = 1)",
    find: Some("FROM sites s"),
    fields: &[
        Field::text("name", "s.name"),
        Field::text("code", "s.code"),
        Field::text("account", "a.name").joined().grouped(),
        Field::text("address", "s.address"),
        Field::text("city", "s.city").grouped(),
        Field::word("province", "s.province"),
        Field::text("postal_code", "s.postal_code"),
        Field::word("site_type", "s.site_type"),
        Field::word("package", "s.package"),
        Field::word("service_status", "s.service_status"),
        Field::word("installation_status", "s.installation_status"),
        Field::word("billing", "s.billing"),
        Field::text("owner", "(SELECT name FROM users u WHERE u.id = s.owner_id)").grouped(),
        Field::text("contact", "s.contact_name"),
        Field::text("phone", "s.contact_phone"),
        Field::text("email", "s.contact_email"),
        Field::word("currency", "s.currency"),
        Field::money("monthly", "s.monthly"),
        Field::number("uptime", "CAST(m.uptime_display AS REAL)").joined(),
    ],
    currency: Some("s.currency"),
    filters: &[
        ("province", "s.province = ?"),
        ("service_status", "s.service_status = ?"),
        ("installation_status", "s.installation_status = ?"),
        ("package", "s.package = ?"),
        ("site_type", "s.site_type = ?"),
        ("billing", "s.billing = ?"),
        ("owner_id", "s.owner_id = ?"),
        ("parent_id", "s.parent_id = ?"),
        (
            "sla",
            "coalesce((SELECT CASE WHEN m.uptime_display IS NULL THEN 'not_measured' WHEN m.breach = 1 THEN 'breach' ELSE 'met' END \
             FROM sla_site_months m WHERE m.site_id = s.id AND m.month = (SELECT max(month) FROM sla_site_months WHERE closed = 1)), \
             'not_measured') = ?",
        ),
    ],
    sorts: &[
        ("name", "s.name COLLATE NOCASE"),
        ("city", "s.city COLLATE NOCASE"),
        ("province", "s.province"),
        (
            "uptime",
            "(SELECT CAST(m.uptime_display AS REAL) FROM sla_site_months m WHERE m.site_id = s.id AND m.month = \
             (SELECT max(month) FROM sla_site_months WHERE closed = 1))",
        ),
        ("code", "s.code"),
        ("account", "(SELECT name FROM accounts WHERE id = s.account_id) COLLATE NOCASE"),
    ],
    default_order: "s.name COLLATE NOCASE, s.id",
    search: "(s.name || ' ' || s.code || ' ' || s.city || ' ' || s.address)",
};

#[derive(FromRow)]
struct Listed {
    id: String,
    account_id: String,
    account: String,
    name: String,
    code: String,
    site_type: String,
    address: String,
    city: String,
    province: String,
    postal_code: String,
    latitude: String,
    longitude: String,
    contact_name: String,
    contact_phone: String,
    contact_email: String,
    package: String,
    monthly: Option<i64>,
    currency: String,
    installation_status: String,
    service_status: String,
    billing: String,
    parent_id: Option<String>,
    parent: Option<String>,
    owner_id: Option<String>,
    owner: Option<String>,
    uptime_display: Option<String>,
    breach: bool,
    open_incidents: i64,
    open_tickets: u32,
    waiting: bool,
}

/// The list as it is asked for.
pub(crate) fn asked(args: ListSites) -> Asked {
    let mut fixed = Conditions::default();
    if let Some(account) = &args.account_id {
        fixed.and("s.account_id = ?", account);
    }
    Asked { spec: &LIST, request: args.list, fixed }
}

/// Sites of one account or all.
pub async fn list(engine: &Engine, args: ListSites) -> Result<Window<SiteRow>, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked(args);
    let rows: Window<Listed> = window(&open, spec, &request, fixed).await?;
    let as_of = open.cache_as_of().await;
    Ok(rows.map(|row| row.view(&open, &as_of)))
}

/// The sites of a list that have coordinates.
pub async fn map(engine: &Engine, args: ListSites) -> Result<SitesOnMap, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked(args);
    let keys = all_keys(&open, spec, &request, fixed).await?;
    // One string for all of them: row by row costs more than the reading.
    let found: String = sqlx::query_scalar(
        "SELECT json_group_array(json_array(id, name, service_status, latitude, longitude)) FROM sites \
         WHERE latitude <> '' AND longitude <> '' AND id IN (SELECT value FROM json_each(?1))",
    )
    .bind(serde_json::to_string(&keys).unwrap_or_default())
    .fetch_one(open.store.read())
    .await?;
    let sites: Vec<(String, String, String, String, String)> =
        serde_json::from_str(&found).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    let without_place = u32::try_from(keys.len().saturating_sub(sites.len())).unwrap_or(u32::MAX);
    Ok(SitesOnMap { sites, without_place })
}

/// One site as in the list.
pub(super) async fn row(open: &Open, id: &str) -> Result<SiteRow, CommandError> {
    let mut fixed = Conditions::default();
    fixed.and("s.id = ?", id);
    let request = ListRequest { limit: 1, ..ListRequest::default() };
    let rows: Window<Listed> = window(open, &LIST, &request, fixed).await?;
    let row = rows.rows.into_iter().next().ok_or_else(|| CommandError::new("site.unknown", id))?;
    Ok(row.view(open, &open.cache_as_of().await))
}

impl Listed {
    fn view(self, open: &Open, as_of: &AsOf) -> SiteRow {
        let row = self;
        SiteRow {
            monthly_text: row.monthly.map_or_else(String::new, |minor| open.money(minor, &row.currency)),
            id: row.id,
            account_id: row.account_id,
            account: row.account,
            name: row.name,
            code: row.code,
            site_type: row.site_type,
            address: row.address,
            city: row.city,
            province: row.province,
            postal_code: row.postal_code,
            latitude: row.latitude,
            longitude: row.longitude,
            contact_name: row.contact_name,
            contact_phone: row.contact_phone,
            contact_email: row.contact_email,
            package: row.package,
            installation_status: row.installation_status,
            service_status: row.service_status,
            billing: row.billing,
            parent_id: row.parent_id,
            parent: row.parent.unwrap_or_default(),
            owner_id: row.owner_id,
            owner: row.owner.unwrap_or_default(),
            uptime_text: row.uptime_display,
            breach: row.breach,
            open_incidents: u32::try_from(row.open_incidents).unwrap_or(0),
            open_tickets: row.open_tickets,
            waiting: row.waiting,
            as_of: as_of.clone(),
        }
    }
}

/// Values of the filterable fields.
pub async fn facets(engine: &Engine, args: ListSites) -> Result<Vec<Facet>, CommandError> {
    let open = engine.workspace().await?;
    // One pass over an index that has all of them.
    let condition = if args.account_id.is_some() { "account_id = ?1" } else { "?1 IS NULL" };
    let groups: Vec<(String, String, String, String, String, String, i64)> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT province, package, service_status, installation_status, site_type, billing, count(*) FROM sites \
         WHERE {condition} GROUP BY 1, 2, 3, 4, 5, 6"
    )))
    .bind(args.account_id.as_deref())
    .fetch_all(open.store.read())
    .await?;
    let mut counts: [BTreeMap<&str, i64>; 6] = Default::default();
    for (province, package, service, installation, kind, billing, count) in &groups {
        for (of, value) in counts.iter_mut().zip([province, package, service, installation, kind, billing]) {
            *of.entry(value.as_str()).or_default() += count;
        }
    }
    Ok(["province", "package", "service_status", "installation_status", "site_type", "billing"]
        .into_iter()
        .zip(counts)
        .flat_map(|(field, values)| most_frequent(field, values))
        .collect())
}
