//! The synced tables, once for both sides. Invariant: a row on the wire is `[id, scope_id, version, column ...]` in the
//! order below; both databases have exactly these columns (each side has a test that says so).

/// How a column travels and is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text; TEXT / TEXT.
    Text,
    /// UUID as hyphenated text; TEXT / UUID.
    Uuid,
    /// Whole number; INTEGER / BIGINT.
    Int,
    /// true or false; INTEGER 0/1 / BOOLEAN.
    Bool,
    /// Money as a decimal string with two decimals; INTEGER minor units / NUMERIC(20,2).
    Money,
    /// JSON value; TEXT / JSONB.
    Json,
    /// RFC 3339 UTC instant; TEXT / TIMESTAMPTZ.
    Instant,
    /// ISO date; TEXT / DATE.
    Date,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name, the same on both sides.
    pub name: &'static str,
    /// Storage.
    pub kind: Kind,
    /// May be null.
    pub nullable: bool,
    /// Schema it came with.
    pub since: u32,
}

/// A synced table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSpec {
    /// Name, the same on both sides.
    pub name: &'static str,
    /// Columns after id, scope_id and version; what came later stands later.
    pub columns: &'static [Column],
    /// Schema it came with.
    pub since: u32,
}

/// The tables a program of this schema knows.
pub fn tables_in(schema: u32) -> impl Iterator<Item = &'static TableSpec> {
    TABLES.iter().filter(move |table| table.since <= schema)
}

impl TableSpec {
    /// The columns a program of this schema knows.
    pub fn columns_in(&self, schema: u32) -> &'static [Column] {
        let known = self.columns.iter().take_while(|column| column.since <= schema).count();
        &self.columns[..known]
    }

    /// Index of a column in a wire row.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == column).map(|i| i + 3)
    }
}

/// The table called `name`.
pub fn table(name: &str) -> Option<&'static TableSpec> {
    TABLES.iter().find(|t| t.name == name)
}

macro_rules! tables {
    ($($table:ident $(@ $from:literal)? { $($column:ident: $kind:ident $(? $null:literal)? $(@ $since:literal)?,)* })*) => {
        /// All synced tables, in an order in which parents come before children.
        pub const TABLES: &[TableSpec] = &[$(TableSpec {
            name: stringify!($table),
            columns: &[$(Column {
                name: stringify!($column),
                kind: Kind::$kind,
                nullable: false $(|| $null)?,
                since: 1 $(- 1 + $since)?,
            },)*],
            since: 1 $(- 1 + $from)?,
        },)*];
    };
}

tables! {
    organisations { name: Text, country: Text, zone: Text, settings: Json, }
    users { name: Text, email: Text, role: Text, active: Bool, }
    approval_delegations @ 2 {
        from_user: Uuid, to_user: Uuid, valid_from: Date, valid_to: Date, note: Text, created_at: Instant, ended_at: Instant ? true,
    }
    tax_rates { country: Text, tax_code: Text, label: Text, rate_pct: Text, valid_from: Date, valid_to: Date ? true, withdrawn: Bool, }
    price_books { name: Text, version: Int, currency: Text, status: Text, valid_from: Date, }
    price_items {
        price_book_id: Uuid, position: Int, code: Text, name: Text, family: Text, charge_type: Text, unit_dp: Int,
        list_price: Text, cost: Text ? true, volume_eligible: Bool, term_eligible: Bool, tax_code: Text, pos_rule: Text,
        installation_item_id: Uuid ? true, includes: Json @ 2,
    }
    accounts {
        name: Text, code: Text, segment: Text, status: Text, registration_number: Text, tax_number: Text, industry: Text,
        payment_terms: Text, currency: Text, city: Text, province: Text, state_code: Text, country: Text, notes: Text, manager_id: Uuid, customer_type: Text @ 2,
    }
    contacts { account_id: Uuid, name: Text, role: Text, email: Text, phone: Text, is_primary: Bool, }
    clauses {
        family_id: Uuid, version: Int, topic: Text, title: Text, body: Text, status: Text, by_default: Bool, published_by: Uuid ? true,
        published_at: Instant,
    }
    agreed_prices {
        account_id: Uuid, terms: Json, valid_from: Date, valid_to: Date ? true, status: Text, reason: Text, proposed_by: Uuid ? true,
        proposed_at: Instant ? true, decided_by: Uuid ? true, decided_at: Instant ? true, decision_note: Text,
    }
    sites {
        account_id: Uuid, name: Text, code: Text, site_type: Text, address: Text, city: Text, province: Text, state_code: Text,
        postal_code: Text, country: Text, latitude: Text, longitude: Text, contact_name: Text, contact_phone: Text,
        contact_email: Text, package: Text, notes: Text, monthly: Money ? true, currency: Text, installation_status: Text,
        service_status: Text, service_from: Date ? true, service_to: Date ? true, monitored: Bool,
        parent_id: Uuid ? true, owner_id: Uuid ? true, billing: Text,
        created_at: Instant ? true @ 2, created_by: Uuid ? true @ 2, created_from: Text ? true @ 2,
    }
    site_changes {
        account_id: Uuid, site_id: Uuid, changed_by: Uuid, changed_at: Instant, reason: Text, differences: Json,
    }
    quotes {
        family_id: Uuid, number: Text, version: Int, account_id: Uuid, title: Text, currency: Text, price_book_id: Uuid,
        owner_id: Uuid, status: Text, state: Json, content: Json, approval: Json, pricing_hash: Text, site_count: Int,
        monthly: Money, one_off: Money, tcv: Money, valid_until: Date ? true, created_at: Instant, updated_at: Instant,
    }
    orders {
        number: Text, quote_id: Uuid, quote_number: Text, account_id: Uuid, status: Text, site_count: Int, currency: Text,
        monthly: Money, one_off: Money, tcv: Money, term_months: Int, accepted_at: Instant, contract_from: Date ? true,
        contract_to: Date ? true, po_number: Text, form: Json ? true, site_id: Uuid ? true @ 2,
    }
    tickets @ 2 {
        account_id: Uuid, site_id: Uuid ? true, number: Text, subject: Text, description: Text, category: Text, priority: Text,
        status: Text, reported_by: Text, raised_by: Uuid ? true, raised_at: Instant, owner_id: Uuid ? true,
        first_reply_at: Instant ? true, resolved_at: Instant ? true, closed_at: Instant ? true,
    }
    ticket_events @ 2 {
        account_id: Uuid, ticket_id: Uuid, made_by: Uuid, made_at: Instant, note: Text, told_customer: Bool, differences: Json,
    }
    tasks @ 3 {
        account_id: Uuid ? true, site_id: Uuid ? true, quote_id: Uuid ? true, ticket_id: Uuid ? true, kind: Text, title: Text,
        notes: Text, due_on: Date, due_time: Text, assigned_to: Uuid, status: Text, outcome: Text, repeats: Text,
        repeats_from: Date, follows: Uuid ? true, created_by: Uuid, created_at: Instant, changed_at: Instant,
        done_by: Uuid ? true, done_at: Instant ? true,
    }
    history @ 3 {
        subject_table: Text, subject_id: Uuid, intent: Text, made_by: Uuid ? true, author: Text, made_at: Instant, note: Text,
        differences: Json, counts: Json,
    }
    attachments {
        account_id: Uuid, subject_kind: Text, subject_id: Uuid, name: Text, media_type: Text, size: Int, sha256: Text,
        added_by: Uuid, added_at: Instant,
    }
    mails @ 2 {
        account_id: Uuid, quote_id: Uuid, attachment_id: Uuid, to_address: Text, subject: Text, body: Text, state: Text,
        problem: Text ? true, asked_by: Uuid, asked_at: Instant, sent_at: Instant ? true, with_link: Bool,
    }
    quote_links @ 2 {
        account_id: Uuid, quote_id: Uuid, to_address: Text, made_at: Instant, expires_at: Instant, ended_at: Instant ? true,
        first_viewed_at: Instant ? true, last_viewed_at: Instant ? true, views: Int,
    }
    quote_requests @ 2 {
        account_id: Uuid, quote_id: Uuid ? true, contact: Text, email: Text, phone: Text, preferred: Text, site_count: Int ? true,
        bandwidth: Text, features: Text, budget: Text, message: Text, file_name: Text, left_out: Int, received_at: Instant,
    }
    quote_messages @ 2 {
        account_id: Uuid, quote_id: Uuid, user_id: Uuid ? true, link_id: Uuid ? true, author: Text, body: Text, written_at: Instant,
    }
    jobs {
        number: Text, technician_id: Uuid, account_id: Uuid, site_id: Uuid, account: Text, site: Text, address: Text,
        contact: Text, title: Text, notes: Text, window_from: Instant, window_to: Instant, status: Text,
        needs_decision: Bool, checked_in_at: Instant ? true, checked_out_at: Instant ? true,
    }
    job_events {
        job_id: Uuid, technician_id: Uuid, kind: Text, happened_at: Instant, device_time: Instant, proof: Text, suspect: Bool,
        received_at: Instant ? true, note: Text,
    }
    sla_agreements { account_id: Uuid, terms: Json, effective_from: Date, effective_to: Date ? true, }
    incidents {
        account_id: Uuid, number: Text, severity: Text, cause: Text, started_at: Instant, ended_at: Instant ? true,
        summary: Text, site_ids: Json,
    }
    sla_site_months {
        account_id: Uuid, site_id: Uuid, month: Text, guarantee_pct: Text, period_s: Int, maintenance_s: Int, agreed_s: Int,
        downtime_s: Int, measured: Bool, uptime_exact: Text ? true, uptime_display: Text ? true, breach: Bool, credit: Money,
        currency: Text, limited_by: Text ? true, closed: Bool, computed_at: Instant,
    }
    sla_account_months {
        account_id: Uuid, month: Text, uptime_display: Text ? true, compliance_pct: Text ? true, sites_measured: Int,
        sites_meeting: Int, sites_total: Int, credit: Money, currency: Text, closed: Bool, computed_at: Instant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::SCHEMA;

    #[test]
    fn what_an_older_program_knows_of_a_row_is_its_beginning() {
        for table in TABLES {
            let sinces: Vec<u32> = table.columns.iter().map(|column| column.since).collect();
            assert!(sinces.is_sorted() && table.since >= 1, "{}: a later column stands later", table.name);
            assert!(sinces.iter().all(|since| (1..=SCHEMA).contains(since)), "{}: from the future", table.name);
            assert_eq!(table.columns_in(SCHEMA).len(), table.columns.len());
        }
        assert!(tables_in(SCHEMA - 1).count() < TABLES.len(), "an older program knows fewer tables");
    }
}
