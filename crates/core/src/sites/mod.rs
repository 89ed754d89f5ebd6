//! Sites of an account. Invariant: descriptive fields are bounded text as typed; codes keep their leading zeros.

pub mod rules;
pub mod written;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::accounts::FieldEdit;
use crate::ids::{AccountId, SiteId};
use crate::time::Timestamp;

/// Longest text of a descriptive field, in characters.
pub const MAX_TEXT: usize = 200;
/// Longest note, in characters.
pub const MAX_NOTES: usize = 10_000;
/// Most sites that one import mutation carries; a longer list goes in several.
pub const MAX_SITES_PER_IMPORT: usize = 500;

/// What a person may type about a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteDetails {
    /// Site name; required.
    pub name: String,
    /// Customer's site code; empty when none.
    pub code: String,
    /// `headquarters`, `branch`, `warehouse`, `remote_office`.
    pub site_type: String,
    /// Street address.
    pub address: String,
    /// City or town.
    pub city: String,
    /// Province or state by its usual English name.
    pub province: String,
    /// Postal code, leading zeros kept.
    pub postal_code: String,
    /// ISO country.
    pub country: String,
    /// Decimal degrees as typed; empty when unknown.
    pub latitude: String,
    /// Decimal degrees as typed; empty when unknown.
    pub longitude: String,
    /// Site manager.
    pub contact_name: String,
    /// E.164, empty when none.
    pub contact_phone: String,
    /// E-mail, empty when none.
    pub contact_email: String,
    /// Package wanted or in service, by name.
    pub package: String,
    /// Notes.
    pub notes: String,
}

/// Why a site's details are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// No name.
    #[error("a site needs a name")]
    NameMissing,
    /// A field is longer than it may be.
    #[error("{field} is longer than {max} characters")]
    TooLong {
        /// Field.
        field: &'static str,
        /// Limit in characters.
        max: usize,
    },
    /// Unknown site type.
    #[error("unknown site type")]
    BadType,
    /// Latitude or longitude is not a number in range.
    #[error("{field} is not a coordinate")]
    BadCoordinate {
        /// Field.
        field: &'static str,
    },
}

impl SiteError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NameMissing => "site.name_missing",
            Self::TooLong { .. } => "site.too_long",
            Self::BadType => "site.bad_type",
            Self::BadCoordinate { .. } => "site.bad_coordinate",
        }
    }
}

impl SiteDetails {
    /// Checks lengths, the name, the type and the coordinates.
    pub fn check(&self) -> Result<(), SiteError> {
        if self.name.trim().is_empty() {
            return Err(SiteError::NameMissing);
        }
        for (field, text) in [
            ("name", &self.name),
            ("code", &self.code),
            ("address", &self.address),
            ("city", &self.city),
            ("province", &self.province),
            ("postal_code", &self.postal_code),
            ("country", &self.country),
            ("contact_name", &self.contact_name),
            ("contact_phone", &self.contact_phone),
            ("contact_email", &self.contact_email),
            ("package", &self.package),
        ] {
            if text.chars().count() > MAX_TEXT {
                return Err(SiteError::TooLong { field, max: MAX_TEXT });
            }
        }
        if self.notes.chars().count() > MAX_NOTES {
            return Err(SiteError::TooLong { field: "notes", max: MAX_NOTES });
        }
        if !matches!(self.site_type.as_str(), "" | "headquarters" | "branch" | "warehouse" | "remote_office") {
            return Err(SiteError::BadType);
        }
        check_coordinate("latitude", &self.latitude, 90)?;
        check_coordinate("longitude", &self.longitude, 180)
    }
}

fn check_coordinate(field: &'static str, text: &str, limit: i64) -> Result<(), SiteError> {
    if text.is_empty() {
        return Ok(());
    }
    let bad = || SiteError::BadCoordinate { field };
    let value: rust_decimal::Decimal = text.parse().map_err(|_| bad())?;
    if value.abs() > rust_decimal::Decimal::from(limit) { Err(bad()) } else { Ok(()) }
}

/// One site of an import: a new one, or new details of a known one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedSite {
    /// Site id, made on the laptop.
    pub id: SiteId,
    /// Whether the laptop meant to add it.
    pub new: bool,
    /// The details.
    pub details: SiteDetails,
}

/// An import, as the laptop meant it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSites {
    /// Account.
    pub account_id: AccountId,
    /// File it came from.
    pub file_name: String,
    /// At most [`MAX_SITES_PER_IMPORT`].
    pub sites: Vec<ImportedSite>,
    /// When, by the laptop's corrected clock; an older program says none, and leaves no history.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// Descriptive fields of a site that a person may edit, with their longest length in characters.
pub const EDITABLE_FIELDS: [(&str, usize); 15] = [
    ("name", MAX_TEXT),
    ("code", MAX_TEXT),
    ("site_type", MAX_TEXT),
    ("address", MAX_TEXT),
    ("city", MAX_TEXT),
    ("province", MAX_TEXT),
    ("postal_code", MAX_TEXT),
    ("country", MAX_TEXT),
    ("latitude", MAX_TEXT),
    ("longitude", MAX_TEXT),
    ("contact_name", MAX_TEXT),
    ("contact_phone", MAX_TEXT),
    ("contact_email", MAX_TEXT),
    ("package", MAX_TEXT),
    ("notes", MAX_NOTES),
];

/// How a site's charges are invoiced (FEATURES 0-43).
pub const BILLING: [&str; Billing::WORDS.len()] = Billing::WORDS;

crate::words! {
    /// Where the invoices of a site go.
    pub enum Billing as "SiteBilling" {
        /// On the account's invoice.
        Centralized = "centralized",
        /// An invoice of its own.
        PerSite = "per_site",
    }
}

crate::words! {
    /// The installation at a site.
    pub enum Installation as "InstallationStatus" {
        /// Nothing is agreed yet.
        Pending = "pending",
        /// A day is agreed.
        Scheduled = "scheduled",
        /// Done.
        Completed = "completed",
        /// Tried without success.
        Failed = "failed",
    }
}

crate::words! {
    /// The service at a site.
    pub enum Service as "ServiceStatus" {
        /// Never had any.
        None = "none",
        /// Runs.
        Active = "active",
        /// Rests.
        Suspended = "suspended",
        /// Ended.
        Cancelled = "cancelled",
    }
}

/// Reason of a change that took another one back: a code, the window has the words.
pub const TAKEN_BACK: &str = "site.taken_back";
/// Reason of a change that took an import back: a code, the window has the words.
pub const IMPORT_TAKEN_BACK: &str = "site.import_taken_back";
/// Reason of a change by an imported list: this code, a colon and the file's name.
pub const IMPORTED: &str = "site.imported";

/// Longest reason of a change, in characters.
pub const MAX_REASON: usize = 500;

/// What a site is in rather than what it is called: changed for many sites at once, each by its own rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateField {
    /// `active` or `suspended`, for sites in service only.
    Service,
    /// One of [`BILLING`].
    Billing,
    /// The site above it, of the same account; empty for none. Never itself, directly or around.
    Parent,
    /// The person who looks after it; empty for the account's own manager.
    Owner,
}

impl StateField {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Service, Self::Billing, Self::Parent, Self::Owner];

    /// The field called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.column() == name)
    }

    /// Its column, also its name in an edit.
    pub fn column(self) -> &'static str {
        match self {
            Self::Service => "service_status",
            Self::Billing => "billing",
            Self::Parent => "parent_id",
            Self::Owner => "owner_id",
        }
    }
}

/// Edits of sites' fields, three-way merged per field; all of them or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditSites {
    /// Account of all of them.
    pub account_id: AccountId,
    /// At most [`MAX_SITES_PER_IMPORT`].
    pub sites: Vec<EditedSite>,
    /// Why, for the sites' history.
    #[serde(default)]
    pub reason: String,
    /// When, by the laptop's corrected clock; an older program says none, and leaves no history.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// One site's edits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditedSite {
    /// Site.
    pub id: SiteId,
    /// Field name (of [`EDITABLE_FIELDS`] or a [`StateField`]) to (base, mine).
    pub fields: BTreeMap<String, FieldEdit>,
}

/// Taking back sites that were added by mistake: only such as nothing was built on. A site that is gone already stays gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveSites {
    /// Account of all of them.
    pub account_id: AccountId,
    /// At most [`MAX_SITES_PER_IMPORT`].
    pub site_ids: Vec<SiteId>,
}
