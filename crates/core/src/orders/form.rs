//! What a business order needs besides its quote (features 0-01 to 0-08): company, contacts, purchase order, start. Kept
//! with the draft, so it survives whatever happens to the laptop; checked as a whole before the quote is sent.

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::mail::is_address;

/// Longest field, in characters.
pub const MAX_FIELD: usize = 200;
/// Longest remark, in characters.
pub const MAX_REMARK: usize = 2_000;

/// The form; every field may still be empty while it is filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderForm {
    /// Legal name.
    pub legal_name: String,
    /// `pty_ltd`, `cc`, `ngo`, `government`, `other`.
    pub company_type: String,
    /// Registration number, e.g. `2011/012345/07`.
    pub registration_number: String,
    /// VAT number or GSTIN; empty when not registered.
    pub tax_number: String,
    /// Industry.
    pub industry: String,
    /// Who pays.
    pub billing: FormContact,
    /// Whom technicians call; empty = the sites' own contacts.
    pub technical: FormContact,
    /// `centralized` or `per_site`.
    pub billing_method: String,
    /// Purchase order number, when the customer gives one.
    pub po_number: String,
    /// Its date.
    pub po_date: Option<NaiveDate>,
    /// First day of the contract.
    pub start: Option<NaiveDate>,
    /// Remarks for the office.
    pub remarks: String,
}

/// A person to talk to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormContact {
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Phone.
    pub phone: String,
}

impl FormContact {
    /// Nothing typed.
    pub fn is_empty(&self) -> bool {
        [&self.name, &self.email, &self.phone].iter().all(|text| text.trim().is_empty())
    }
}

/// A field that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    /// Field, e.g. `tax_number`, `billing.email`.
    pub field: &'static str,
    /// Stable code.
    pub code: &'static str,
}

/// Company types on offer.
pub const COMPANY_TYPES: [&str; 5] = ["pty_ltd", "cc", "ngo", "government", "other"];
/// Billing methods on offer.
pub const BILLING_METHODS: [&str; 2] = ["centralized", "per_site"];

impl OrderForm {
    /// Whether the form may be kept as it is: nothing absurd, however incomplete.
    pub fn fits(&self) -> bool {
        let contact =
            |c: &FormContact| [&c.name, &c.email, &c.phone].map(|text| text.chars().count()).into_iter().max();
        let longest = [
            &self.legal_name,
            &self.company_type,
            &self.registration_number,
            &self.tax_number,
            &self.industry,
            &self.billing_method,
            &self.po_number,
        ]
        .map(|text| text.chars().count())
        .into_iter()
        .chain(contact(&self.billing))
        .chain(contact(&self.technical))
        .max();
        longest.unwrap_or(0) <= MAX_FIELD && self.remarks.chars().count() <= MAX_REMARK
    }

    /// Everything that keeps the form from being an order in this country (`ZA`, `IN`; others are not checked by format).
    /// A consumer is no company: kind, registration and tax number are not asked for, nor how several sites are invoiced.
    pub fn problems(&self, country: &str, consumer: bool) -> Vec<FormProblem> {
        let mut found = Vec::new();
        let mut say = |wrong: bool, field, code| {
            if wrong {
                found.push(FormProblem { field, code });
            }
        };
        say(self.legal_name.trim().is_empty(), "legal_name", "order.missing");
        say(!consumer && !COMPANY_TYPES.contains(&self.company_type.as_str()), "company_type", "order.missing");
        let registered = !consumer && matches!(self.company_type.as_str(), "pty_ltd" | "cc");
        let number = self.registration_number.trim();
        say(registered && number.is_empty(), "registration_number", "order.missing");
        say(
            registered && !number.is_empty() && country == "ZA" && !is_za_registration(number),
            "registration_number",
            "order.bad_registration",
        );
        let tax = self.tax_number.trim();
        say(!tax.is_empty() && country == "ZA" && !is_za_vat(tax), "tax_number", "order.bad_vat");
        say(!tax.is_empty() && country == "IN" && !is_gstin(tax), "tax_number", "order.bad_gstin");
        say(self.billing.name.trim().is_empty(), "billing.name", "order.missing");
        say(!is_address(&self.billing.email), "billing.email", "order.bad_email");
        say(!is_phone(&self.billing.phone), "billing.phone", "order.bad_phone");
        if !self.technical.is_empty() {
            say(self.technical.name.trim().is_empty(), "technical.name", "order.missing");
            let (email, phone) = (self.technical.email.trim(), self.technical.phone.trim());
            say(!email.is_empty() && !is_address(email), "technical.email", "order.bad_email");
            say(!is_phone(phone), "technical.phone", "order.bad_phone");
        }
        say(!consumer && !BILLING_METHODS.contains(&self.billing_method.as_str()), "billing_method", "order.missing");
        say(self.start.is_none(), "start", "order.missing");
        say(self.po_date.is_some() && self.po_number.trim().is_empty(), "po_number", "order.missing");
        found
    }
}

/// Last day of a contract: start + term − 1 day (feature 0-07).
pub fn contract_end(start: NaiveDate, term_months: u32) -> Option<NaiveDate> {
    start.checked_add_months(Months::new(term_months))?.checked_sub_days(Days::new(1))
}

/// Ten digits, the first a 4 (feature 0-03).
pub fn is_za_vat(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    digits.len() == 10 && digits[0] == b'4' && digits.iter().all(u8::is_ascii_digit)
}

/// `YYYY/NNNNNN/NN` as the companies' register writes it.
pub fn is_za_registration(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [4, 6, 2] && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

/// A GSTIN: state code, PAN, entity, `Z` by default, and the check character over base 36.
pub fn is_gstin(text: &str) -> bool {
    let chars: Vec<u8> = text.trim().bytes().map(|b| b.to_ascii_uppercase()).collect();
    let value = |b: u8| match b {
        b'0'..=b'9' => Some(u32::from(b - b'0')),
        b'A'..=b'Z' => Some(u32::from(b - b'A') + 10),
        _ => None,
    };
    let shape = chars.len() == 15
        && chars[..2].iter().all(u8::is_ascii_digit)
        && chars[2..7].iter().all(u8::is_ascii_alphabetic)
        && chars[7..11].iter().all(u8::is_ascii_digit)
        && chars[11].is_ascii_alphabetic();
    if !shape {
        return false;
    }
    let Some(values) = chars.iter().map(|b| value(*b)).collect::<Option<Vec<_>>>() else { return false };
    let sum: u32 = values[..14]
        .iter()
        .enumerate()
        .map(|(place, value)| value * if place % 2 == 0 { 1 } else { 2 })
        .map(|product| product / 36 + product % 36)
        .sum();
    values[14] == (36 - sum % 36) % 36
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/');
    (7..=15).contains(&digits) && text.trim().chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_numbers_are_held_against_their_country() {
        assert!(is_za_vat("4123456789") && is_za_vat("412 345 6789"));
        assert!(!is_za_vat("5123456789") && !is_za_vat("412345678"));
        // Check characters computed by hand from the published method.
        assert!(is_gstin("27AAPFU0939F1ZV"));
        assert!(!is_gstin("27AAPFU0939F1ZW") && !is_gstin("27AAPFU0939F1Z"));
        assert!(is_za_registration("2011/012345/07") && !is_za_registration("2011-012345-07"));
    }

    #[test]
    fn a_contract_ends_the_day_before_its_anniversary() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("date");
        assert_eq!(contract_end(day("2026-01-01"), 12), Some(day("2026-12-31")));
        assert_eq!(contract_end(day("2025-11-30"), 36), Some(day("2028-11-29")));
        assert_eq!(contract_end(day("2027-01-31"), 1), Some(day("2027-02-27")));
    }

    #[test]
    fn an_empty_form_is_kept_but_is_no_order() {
        let form = OrderForm::default();
        assert!(form.fits());
        let fields: Vec<_> = form.problems("ZA", false).iter().map(|problem| problem.field).collect();
        assert!(fields.contains(&"legal_name") && fields.contains(&"billing.email") && fields.contains(&"start"));
        let private: Vec<_> = form.problems("ZA", true).iter().map(|problem| problem.field).collect();
        assert!(private.contains(&"legal_name") && !private.contains(&"company_type"), "{private:?}");
        assert!(!OrderForm { legal_name: "x".repeat(MAX_FIELD + 1), ..form }.fits());
    }
}
