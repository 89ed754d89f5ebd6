//! Sites as lists.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::{AsOf, ListRequest};

/// One row. Filters: `province`, `service_status`, `installation_status`, `package`, `sla`. Sort: `name`, `city`,
/// `province`, `monthly`, `uptime`, `code`, `account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteRow {
    /// Site id.
    pub id: String,
    /// Account id.
    pub account_id: String,
    /// Account name.
    pub account: String,
    /// Site name.
    pub name: String,
    /// Customer's site code.
    pub code: String,
    /// `headquarters`, `branch`, `warehouse`, `remote_office`.
    pub site_type: String,
    /// Street address.
    pub address: String,
    /// City.
    pub city: String,
    /// Province or state.
    pub province: String,
    /// Postal code, leading zeros kept.
    pub postal_code: String,
    /// Latitude as typed, decimal degrees; empty when unknown.
    pub latitude: String,
    /// Longitude.
    pub longitude: String,
    /// Site manager's name.
    pub contact_name: String,
    /// E.164.
    pub contact_phone: String,
    /// E-mail.
    pub contact_email: String,
    /// Package in service, or wanted by the imported list.
    pub package: String,
    /// Monthly charge, formatted, empty when no service.
    pub monthly_text: String,
    /// `pending`, `scheduled`, `completed`, `failed`.
    pub installation_status: String,
    /// `none`, `active`, `suspended`, `cancelled`.
    pub service_status: String,
    /// Uptime of the last closed month, truncated, or `None` = not measured.
    pub uptime_text: Option<String>,
    /// In breach in the last closed month.
    pub breach: bool,
    /// Open incidents.
    pub open_incidents: u32,
    /// Changed here and not confirmed by the server.
    pub waiting: bool,
    /// As of when.
    pub as_of: AsOf,
}

/// Which sites.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListSites {
    /// Only this account's.
    pub account_id: Option<String>,
    /// Window, filters, order.
    pub list: ListRequest,
}
