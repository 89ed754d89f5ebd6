//! Checking the cells about people and packages: e-mail, phone, package. What is more than one is kept in the notes.

use satchel_core::places::plain;

use super::cells::RowCheck;
use super::check::Severity;
use super::fields::Field;
use super::values;

impl RowCheck<'_> {
    /// The first address; the others go to the notes.
    pub(super) fn email(&mut self, text: String) -> String {
        self.note_others(Field::ContactEmail, |text| values::emails(text).into_iter().next());
        if text.is_empty() || values::valid_email(&text) {
            return text;
        }
        match values::emails(&text).as_slice() {
            [first, others @ ..] => {
                self.find(Field::ContactEmail, "email.first", Severity::Warning, &text, Some(first.clone()), &[]);
                self.beside.extend(others.iter().cloned());
                first.clone()
            }
            [] => {
                let guess = text.replace(" at ", "@").replace("@@", "@");
                let repair = (guess != text && values::valid_email(&guess)).then_some(guess);
                self.or_repair(Field::ContactEmail, "email.invalid", Severity::Error, text, repair, &[])
            }
        }
    }

    /// The first number; the others go to the notes.
    pub(super) fn phone(&mut self, text: String) -> String {
        let place = self.place;
        self.note_others(Field::ContactPhone, |text| values::phone(text, place));
        if text.is_empty() {
            return text;
        }
        let Some(number) = values::phone(&text, place) else {
            // Of a number abroad without a prefix nothing is known.
            if let Some(country) = place {
                let params = [("digits", country.national_digits.to_string())];
                self.find(Field::ContactPhone, "phone.invalid", Severity::Warning, &text, None, &params);
            }
            return text;
        };
        let others = values::other_phones(&text, place);
        self.beside.extend(others.into_iter().filter(|other| *other != number));
        if number != text {
            self.find(Field::ContactPhone, "phone.format", Severity::Cleaned, &text, Some(number.clone()), &[]);
        }
        number
    }

    /// Notes what stands in the field's further columns, with their headers, where it is not taken already.
    pub(super) fn note_others(&mut self, field: Field, read: impl Fn(&str) -> Option<String>) {
        let taken = self.raw(field).into_owned();
        let (table, mapping, cells) = (self.table, self.mapping, self.cells);
        for column in mapping.also(field) {
            let cell = cells.get(*column).map_or("", |cell| cell.trim());
            if !cell.is_empty() && cell != taken && !values::nothing(cell) && !values::sheet_error(cell) {
                let value = read(cell).unwrap_or_else(|| cell.to_owned());
                self.beside.push(format!("{}: {value}", table.header[*column]));
            }
        }
    }

    pub(super) fn package(&mut self, text: String) -> String {
        if text.is_empty() || self.settings.packages.is_empty() {
            return text;
        }
        let wanted = compact(&text);
        if let Some(known) = self.settings.packages.iter().find(|name| compact(name) == wanted) {
            return known.clone();
        }
        let close = values::package(&text, &self.settings.packages).cloned();
        self.or_repair(Field::Package, "package.unknown", Severity::Error, text, close, &[])
    }
}

fn compact(text: &str) -> String {
    plain(text).replace(' ', "")
}
