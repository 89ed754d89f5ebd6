//! The page of the request form.

use maud::{Markup, html};
use satchel_core::portal::QuoteRequest;

use super::pages::{Brand, layout};
use super::request::countries;

/// A row of a list with something wrong in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Row in the file, from 1.
    pub row: u32,
    /// Header of the column.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What is wrong with it.
    pub text: String,
    /// What it could be, or empty.
    pub repair: String,
}

/// What is known of the list that was handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListState {
    /// Its name; empty without one.
    pub file_name: String,
    /// Why it is no list; empty when it is one.
    pub unreadable: String,
    /// Rows in all.
    pub rows: u32,
    /// Rows that stand twice, or are a remark: they are not taken and nothing is missing for it.
    pub twice: u32,
    /// Rows with something wrong.
    pub bad_rows: u32,
    /// The first of what is wrong.
    pub bad: Vec<BadRow>,
}

/// What the page shows.
pub struct FormPage<'a> {
    /// `/r/NAME`
    pub base: String,
    /// The provider.
    pub brand: &'a Brand,
    /// What was typed.
    pub typed: QuoteRequest,
    /// The provider's own country, chosen first.
    pub home: &'static str,
    /// What travels with the form.
    pub hidden: [(&'static str, String); 3],
    /// The list.
    pub list: ListState,
    /// What is wrong: the field and a code.
    pub problem: Option<(&'static str, &'static str)>,
}

fn problem_text(code: &str) -> &'static str {
    match code {
        "missing" => "Please fill this in.",
        "too_long" => "This is too long, or holds what cannot be read. Please shorten it.",
        "bad_phone" => "This is not a phone number. Please type it in full, or with + and the country in front.",
        "bad_address" => "This is not an e-mail address. Please look at it again.",
        "bad_count" => "A whole number from 1 to 5,000, please.",
        "bad_choice" => "Please choose one of these.",
        "too_fast" => "That was faster than a person types. Nothing was sent; please send it again.",
        _ => "The form stood open too long. Nothing was sent; what you typed is here, please send it again.",
    }
}

fn country_name(code: &str) -> &str {
    match code {
        "ZA" => "South Africa",
        "IN" => "India",
        other => other,
    }
}

/// The page.
pub fn form(page: &FormPage<'_>) -> Markup {
    let typed = &page.typed;
    let input = |name: &'static str,
                 label: &str,
                 help: &str,
                 value: &str,
                 kind: &str,
                 complete: &str,
                 required: bool| {
        html! {
            label { (label) @if !help.is_empty() { small { (help) } }
                @if let Some((field, code)) = page.problem { @if field == name {
                    small.error role="alert" { (problem_text(code)) }
                } }
                input name=(name) type=(kind) value=(value) maxlength="254" autocomplete=(complete) required[required];
            }
        }
    };
    let area = |name: &'static str, label: &str, help: &str, value: &str| {
        html! {
            label { (label) @if !help.is_empty() { small { (help) } }
                @if let Some((field, code)) = page.problem { @if field == name {
                    small.error role="alert" { (problem_text(code)) }
                } }
                textarea name=(name) maxlength="4000" { (value) }
            }
        }
    };
    let chosen = if typed.country.is_empty() { page.home } else { typed.country.as_str() };
    let by_phone = typed.preferred == "phone";
    let content = html! {
        section {
            h1 { "Ask for a quote" }
            p.quiet { "Tell us what you need. Somebody of " (page.brand.name) " answers you with a quote." }
            @if let Some(("form", code)) = page.problem { p.error role="alert" { (problem_text(code)) } }
            @else if page.problem.is_some() { p.error role="alert" { "Nothing was sent yet: please look at what is marked." } }
            form method="post" action=(page.base) enctype="multipart/form-data" {
                @for (name, value) in &page.hidden { input type="hidden" name=(name) value=(value); }
                div.trap aria-hidden="true" { label { "Leave this empty"
                    input name="website" tabindex="-1" autocomplete="off";
                } }
                (input("company", "Company", "", &typed.company, "text", "organization", true))
                (input("contact", "Your name", "", &typed.contact, "text", "name", true))
                (input("email", "E-mail", "", &typed.email, "email", "email", true))
                (input("phone", "Phone", "With the code of the country", &typed.phone, "tel", "tel", false))
                label { "Answer me by"
                    select name="preferred" {
                        option value="email" selected[!by_phone] { "E-mail" }
                        option value="phone" selected[by_phone] { "Phone" }
                    }
                }
                label { "Country"
                    select name="country" { @for code in countries() {
                        option value=(code) selected[code == chosen] { (country_name(code)) }
                    } }
                }
                (input("site_count", "How many sites", "", &typed.site_count, "text", "off", false))
                (input("bandwidth", "Bandwidth", "For example 100 Mbps for the head office, 50 Mbps for branches",
                    &typed.bandwidth, "text", "off", false))
                (area("features", "What else you need", "Backup lines, fixed addresses, voice, support …", &typed.features))
                (input("budget", "Budget", "If you want to name one", &typed.budget, "text", "off", false))
                (area("message", "Anything else", "", &typed.message))
                (list(page))
                button type="submit" { "Send the request" }
            }
        }
    };
    layout(page.brand, "Ask for a quote", &content)
}

fn list(page: &FormPage<'_>) -> Markup {
    let list = &page.list;
    html! {
        label { "List of your sites"
            small {
                "CSV or XLSX, at most 5 MB, as you have it: names, addresses, packages. "
                @if !list.file_name.is_empty() { "Choose another one to replace " (list.file_name) "." }
            }
            input type="file" name="list" accept=".csv,.tsv,.txt,.xlsx,.xls,.ods";
        }
        p { a href=(format!("{}/template.csv", page.base)) { "A list to fill in" } }
        @if !list.unreadable.is_empty() {
            p.error role="alert" { (list.file_name) " could not be read as a list: " (list.unreadable) ". Nothing was sent." }
            label.check { input type="checkbox" name="no_list" value="yes"; span { "Send the request without a list" } }
        } @else if list.bad_rows > 0 {
            p.error role="alert" data-testid="bad-rows" {
                (list.bad_rows) " of " (list.rows) " rows of " (list.file_name) " cannot be taken as they stand. "
                @if list.twice > 0 { (list.twice) " more stand twice and count once. " } "Nothing was sent yet."
            }
            div.wide role="region" tabindex="0" aria-label="Rows to mend" {
                table.rows {
                    thead { tr {
                        th scope="col" { "Row" } th scope="col" { "Column" } th scope="col" { "What stands there" }
                        th scope="col" { "What is wrong" } th scope="col" { "Did you mean" }
                    } }
                    tbody { @for bad in &list.bad { tr {
                        td { (bad.row) } td { (bad.column) } td { (bad.value) } td { (bad.text) } td { (bad.repair) }
                    } } }
                }
            }
            p {}
            label.check { input type="checkbox" name="leave_out" value="yes"; span {
                "Send it with the other " (list.rows - list.bad_rows - list.twice) " rows and leave these out"
            } }
        } @else if !list.file_name.is_empty() {
            p { (list.file_name) ": " (list.rows - list.twice) " rows are fine and go with the request." }
        }
    }
}
