//! Sites as lists.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::{AsOf, ListFormat, ListRequest};
use crate::tickets::view::LastTicket;

/// One row. Filters: `province`, `service_status`, `installation_status`, `package`, `sla`,
/// `site_type`, `billing`, `owner_id`, `parent_id`. Sort: `name`, `city`,
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
    /// The installation there.
    #[ts(as = "satchel_core::sites::Installation")]
    pub installation_status: String,
    /// The service there.
    #[ts(as = "satchel_core::sites::Service")]
    pub service_status: String,
    /// Where its invoices go.
    #[ts(as = "satchel_core::sites::Billing")]
    pub billing: String,
    /// The site above it.
    pub parent_id: Option<String>,
    /// Its name; empty at the top.
    pub parent: String,
    /// Who looks after it; `None` = the account's manager.
    pub owner_id: Option<String>,
    /// Their name.
    pub owner: String,
    /// Uptime of the last closed month, truncated, or `None` = not measured.
    pub uptime_text: Option<String>,
    /// In breach in the last closed month.
    pub breach: bool,
    /// Open incidents.
    pub open_incidents: u32,
    /// Tickets that are not resolved.
    pub open_tickets: u32,
    /// Changed here and not confirmed by the server.
    pub waiting: bool,
    /// As of when.
    pub as_of: AsOf,
}

/// A list of sites as a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportSites {
    /// Only this account's.
    pub account_id: Option<String>,
    /// Filters, text and order; the window does not count.
    pub list: ListRequest,
    /// Kind of file.
    pub format: ListFormat,
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

/// One site whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteView {
    /// As in the list.
    pub row: SiteRow,
    /// What describes it.
    pub fields: Vec<SiteField>,
    /// Quotes with lines at it, the latest first.
    pub quotes: Vec<SiteQuote>,
    /// Its latest ticket.
    pub last_ticket: Option<LastTicket>,
    /// Whether the signed-in person may edit it.
    pub may_edit: bool,
}

/// A descriptive field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteField {
    /// Name.
    #[ts(type = "SiteFieldName")]
    pub field: String,
    /// Value.
    pub value: String,
    /// Longest length, characters.
    pub max: u32,
}

/// A quote at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteQuote {
    /// Version id.
    pub id: String,
    /// Number and version.
    pub label: String,
    /// Status.
    #[ts(as = "satchel_core::quotes::QuoteStatus")]
    pub status: String,
}

/// Edits of a site.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EditSite {
    /// Site.
    pub site_id: String,
    /// Field to value; a field not named stays.
    #[ts(type = "Record<string, string>")]
    pub fields: std::collections::BTreeMap<String, String>,
}

/// Sites for a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SitesOnMap {
    /// Id, name, service status, latitude and longitude in decimal degrees as typed.
    #[ts(as = "Vec<(String, String, satchel_core::sites::Service, String, String)>")]
    pub sites: Vec<(String, String, String, String, String)>,
    /// Sites of the list without coordinates.
    pub without_place: u32,
}
