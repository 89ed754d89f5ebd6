//! What may stand in a field of a site: one rule for a list's cell, the form and the step. A bad value that is there already
//! may stay until its field is edited.

use super::written::{phone, province, valid_email};
use crate::places::Country;

/// Code of what is wrong with a field's value; `None` where nothing is. Nothing is said of sites in a country whose facts are
/// not known here.
pub fn problem(field: &str, value: &str, country: Option<&Country>) -> Option<&'static str> {
    if value.is_empty() {
        return None;
    }
    match field {
        "contact_email" if !valid_email(value) => Some("site.bad_email"),
        "contact_phone" if country.is_some() && phone(value, country).is_none() => Some("site.bad_phone"),
        "postal_code" => {
            let bare: String = value.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
            country.is_some_and(|country| !country.postal_code_possible(&bare)).then_some("site.bad_postal_code")
        }
        "province" if country.is_some_and(|country| province(value, country).is_none()) => Some("site.bad_province"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::country;

    #[test]
    fn what_a_list_names_a_form_refuses() {
        for (field, value, code, expected) in [
            ("contact_phone", "call me", "ZA", Some("site.bad_phone")),
            ("contact_phone", "011 555 0101", "ZA", None),
            ("contact_phone", "+44 20 7946 0123", "ZA", None),
            ("postal_code", "38O001", "IN", Some("site.bad_postal_code")),
            ("postal_code", "041100", "IN", Some("site.bad_postal_code")),
            ("postal_code", "380001", "IN", None),
            ("postal_code", "380 001", "IN", None),
            ("postal_code", "0699", "ZA", None),
            ("contact_email", "a@b", "ZA", Some("site.bad_email")),
            ("contact_email", "a@b.example", "ZA", None),
            ("province", "Goteng", "ZA", Some("site.bad_province")),
            ("province", "KZN", "ZA", None),
            ("notes", "call me", "ZA", None),
            ("postal_code", "", "ZA", None),
        ] {
            assert_eq!(problem(field, value, country(code)), expected, "{field} {value}");
        }
        assert_eq!(problem("postal_code", "EC1A 1BB", country("GB")), None, "nothing is known of a site abroad");
    }
}
