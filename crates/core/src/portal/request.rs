//! A request for a quote from somebody outside: what they may say, and what is asked of it.

use serde::{Deserialize, Serialize};

use crate::mail::is_address;
use crate::places;
use crate::sites::rules::problem as site_problem;

/// Longest single line, characters.
pub const MAX_LINE: usize = 200;
/// Longest text, characters.
pub const MAX_TEXT: usize = 4_000;
/// Most sites of a request.
pub const MAX_REQUESTED_SITES: u32 = 5_000;

/// What was typed into the form; empty where nothing was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuoteRequest {
    /// Company.
    pub company: String,
    /// Who asks.
    pub contact: String,
    /// Their e-mail address.
    pub email: String,
    /// Their phone number.
    pub phone: String,
    /// `email` or `phone`.
    pub preferred: String,
    /// ISO 3166-1 code.
    pub country: String,
    /// How many sites, as typed.
    pub site_count: String,
    /// Bandwidth wanted, in their words.
    pub bandwidth: String,
    /// What else is wanted, in their words.
    pub features: String,
    /// Budget, in their words.
    pub budget: String,
    /// Anything else.
    pub message: String,
}

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestProblem {
    /// Field of the form.
    pub field: &'static str,
    /// Stable code: `missing`, `too_long`, `bad_address`, `bad_count`, `bad_choice`.
    pub code: &'static str,
}

impl QuoteRequest {
    /// How many sites they say; nothing typed is nothing said.
    pub fn sites(&self) -> Option<u32> {
        self.site_count.trim().parse().ok().filter(|n| (1..=MAX_REQUESTED_SITES).contains(n))
    }

    /// The first thing that is wrong with it, among the countries that are served.
    pub fn problem(&self, countries: &[&str]) -> Option<RequestProblem> {
        let problem = |field, code| Some(RequestProblem { field, code });
        for (field, text) in [("company", &self.company), ("contact", &self.contact), ("email", &self.email)] {
            if text.trim().is_empty() {
                return problem(field, "missing");
            }
        }
        let lines = [
            ("company", &self.company),
            ("contact", &self.contact),
            ("phone", &self.phone),
            ("bandwidth", &self.bandwidth),
            ("budget", &self.budget),
        ];
        for (field, text) in lines {
            if text.chars().count() > MAX_LINE || text.contains(char::is_control) {
                return problem(field, "too_long");
            }
        }
        for (field, text) in [("features", &self.features), ("message", &self.message)] {
            if text.chars().count() > MAX_TEXT || text.contains('\0') {
                return problem(field, "too_long");
            }
        }
        if !is_address(&self.email) {
            return problem("email", "bad_address");
        }
        if site_problem("contact_phone", self.phone.trim(), places::country(&self.country)).is_some() {
            return problem("phone", "bad_phone");
        }
        if !self.site_count.trim().is_empty() && self.sites().is_none() {
            return problem("site_count", "bad_count");
        }
        if self.preferred == "phone" && self.phone.trim().is_empty() {
            return problem("phone", "missing");
        }
        if !matches!(self.preferred.as_str(), "email" | "phone") {
            return problem("preferred", "bad_choice");
        }
        if !countries.contains(&self.country.as_str()) {
            return problem("country", "bad_choice");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> QuoteRequest {
        QuoteRequest {
            company: "Kopano Retail".to_owned(),
            contact: "Thandi".to_owned(),
            email: "thandi@kopano.example".to_owned(),
            preferred: "email".to_owned(),
            country: "ZA".to_owned(),
            site_count: "12".to_owned(),
            ..QuoteRequest::default()
        }
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        assert_eq!(good().problem(&["ZA"]), None);
        let bad = |change: fn(&mut QuoteRequest)| {
            let mut request = good();
            change(&mut request);
            request.problem(&["ZA"]).map(|problem| (problem.field, problem.code))
        };
        assert_eq!(bad(|r| r.company = "  ".to_owned()), Some(("company", "missing")));
        assert_eq!(bad(|r| r.email = "thandi".to_owned()), Some(("email", "bad_address")));
        assert_eq!(bad(|r| r.phone = "call me".to_owned()), Some(("phone", "bad_phone")));
        assert_eq!(bad(|r| r.phone = "+44 20 7946 0123".to_owned()), None);
        assert_eq!(bad(|r| r.site_count = "0".to_owned()), Some(("site_count", "bad_count")));
        assert_eq!(bad(|r| r.site_count = "many".to_owned()), Some(("site_count", "bad_count")));
        assert_eq!(bad(|r| r.preferred = "phone".to_owned()), Some(("phone", "missing")));
        assert_eq!(bad(|r| r.country = "XX".to_owned()), Some(("country", "bad_choice")));
        assert_eq!(bad(|r| r.budget = "a\nb".to_owned()), Some(("budget", "too_long")));
        assert_eq!(bad(|r| r.message = "x".repeat(MAX_TEXT + 1)), Some(("message", "too_long")));
    }
}
