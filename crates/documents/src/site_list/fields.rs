//! The fields a site list may have. Invariant: [`FIELDS`] stands in the order of [`Field`].

use serde::{Deserialize, Serialize};

/// A target field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Site name.
    Name,
    /// Customer's site code.
    Code,
    /// Street address.
    Address,
    /// City or town.
    City,
    /// Province or state.
    Province,
    /// Postal code.
    PostalCode,
    /// Country.
    Country,
    /// Latitude.
    Latitude,
    /// Longitude.
    Longitude,
    /// Site manager.
    ContactName,
    /// Phone.
    ContactPhone,
    /// E-mail.
    ContactEmail,
    /// Package.
    Package,
    /// Site type.
    SiteType,
    /// Notes.
    Notes,
    /// The site above it in the customer's tree, by its code or its name.
    Parent,
}

/// All fields with their stable word.
pub const FIELDS: &[(Field, &str)] = &[
    (Field::Name, "name"),
    (Field::Code, "code"),
    (Field::Address, "address"),
    (Field::City, "city"),
    (Field::Province, "province"),
    (Field::PostalCode, "postal_code"),
    (Field::Country, "country"),
    (Field::Latitude, "latitude"),
    (Field::Longitude, "longitude"),
    (Field::ContactName, "contact_name"),
    (Field::ContactPhone, "contact_phone"),
    (Field::ContactEmail, "contact_email"),
    (Field::Package, "package"),
    (Field::SiteType, "site_type"),
    (Field::Notes, "notes"),
    (Field::Parent, "parent"),
];

impl Field {
    /// The stable word.
    pub fn word(self) -> &'static str {
        FIELDS.iter().find(|(field, _)| *field == self).map_or("name", |(_, word)| word)
    }

    /// The field of a stable word.
    pub fn parse(word: &str) -> Option<Self> {
        FIELDS.iter().find(|(_, known)| *known == word).map(|(field, _)| *field)
    }
}
