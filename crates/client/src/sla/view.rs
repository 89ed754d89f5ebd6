//! SLA status as the server computed it from incidents (RULES SLA), with its as-of time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::{AsOf, ListRequest};

/// An account's month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountSla {
    /// Account id.
    pub account_id: String,
    /// Account name.
    pub account: String,
    /// `2025-10`.
    pub month: String,
    /// `October 2025`.
    pub month_text: String,
    /// The month is over: figures are final. Otherwise provisional.
    pub closed: bool,
    /// Roll-up uptime, truncated to 3 decimals; `None` = not measured.
    pub uptime_text: Option<String>,
    /// Sites meeting / measured, in percent with 1 decimal; `None` = none measured.
    pub compliance_text: Option<String>,
    /// Sites measured.
    pub sites_measured: u32,
    /// Sites meeting their guarantee.
    pub sites_meeting: u32,
    /// Sites under an agreement.
    pub sites_total: u32,
    /// Sum of proposed credits, formatted.
    pub credit_text: String,
    /// As of when.
    pub as_of: AsOf,
}

/// A site's month. Filters: `month`, `breach` (`yes`/`no`), `measured` (`yes`/`no`). Sort: `site`, `uptime`, `downtime`, `credit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteSlaRow {
    /// Site id.
    pub site_id: String,
    /// Site name.
    pub site: String,
    /// Account id.
    pub account_id: String,
    /// Account name.
    pub account: String,
    /// City.
    pub city: String,
    /// `2025-10`.
    pub month: String,
    /// Guarantee, e.g. `99.900`.
    pub guarantee_text: String,
    /// Truncated to 3 decimals; `None` = not measured.
    pub uptime_text: Option<String>,
    /// Downtime in words, `1 h 30 min`.
    pub downtime_text: String,
    /// Downtime that counts, seconds.
    pub downtime_s: u32,
    /// Announced maintenance, in words.
    pub maintenance_text: String,
    /// In breach.
    pub breach: bool,
    /// Proposed credit, formatted; empty when none.
    pub credit_text: String,
    /// `cap`, `fee` when the credit was limited.
    pub limited_by: Option<String>,
    /// Month over.
    pub closed: bool,
    /// As of when.
    pub as_of: AsOf,
}

/// Which months.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListSla {
    /// Only this account's.
    pub account_id: Option<String>,
    /// `2025-10`; the last closed month when absent.
    pub month: Option<String>,
    /// Window, filters, order.
    pub list: ListRequest,
}

/// Where a site's figure comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteSlaView {
    /// The figures.
    pub row: SiteSlaRow,
    /// Agreed service time, in words.
    pub agreed_text: String,
    /// Agreed service time, seconds.
    pub agreed_s: u32,
    /// `(agreed − downtime) / agreed`, in figures.
    pub formula_text: String,
    /// The incidents behind it.
    pub incidents: Vec<IncidentRow>,
    /// Terms of the agreement in words: guarantee, credit per hour, cap, window.
    pub terms: Vec<String>,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IncidentRow {
    /// Incident id.
    pub id: String,
    /// e.g. `INC-20251014-0007`.
    pub number: String,
    /// Sites affected.
    pub sites: u32,
    /// Account name (or `several`).
    pub account: String,
    /// How bad it is.
    #[ts(as = "satchel_core::sla::Severity")]
    pub severity: String,
    /// `provider`, `customer`, `force_majeure`, `customer_power`.
    #[ts(as = "satchel_core::sla::Cause")]
    pub cause: String,
    /// In words.
    pub started_text: String,
    /// In words; `None` = open.
    pub ended_text: Option<String>,
    /// In words.
    pub duration_text: String,
    /// Summary.
    pub summary: String,
}

/// One site's month.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GetSiteSla {
    /// Site id.
    pub site_id: String,
    /// `2025-10`.
    pub month: String,
}
