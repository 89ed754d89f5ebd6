//! What a finding says, in words: for the command line and for the file that goes back to the customer. The window has its
//! own words for the same codes.

use super::{Finding, Notice};

/// One sentence that says what stands where, and what is expected.
pub fn words(finding: &Finding) -> String {
    format!("Row {}, {}: {}.", finding.row, finding.field.word().replace('_', " "), said(finding))
}

/// One sentence about the whole list, with what to do.
pub fn notice_words(notice: &Notice) -> String {
    let param = |key: &str| notice.params.get(key).map_or("", String::as_str);
    match notice.code.as_str() {
        "list.one_column" => format!(
            "The list has one column, '{}'; if its cells hold several values, say what stands between them.",
            param("header")
        ),
        "list.one_header" => {
            format!("Only one of {} columns has a header; say which row is the header, or which column is what.", param("count"))
        }
        "list.equal_headers" => {
            format!("{} columns have the same header '{}'; say which of them is what.", param("count"), param("header"))
        }
        "list.names_made" => {
            "No column is recognised as the sites' names: they are made from code, address or place. Say which column it is, or leave it so."
                .to_owned()
        }
        "list.no_names" => {
            format!("No column is recognised as the sites' names; say which it is of {}.", param("columns"))
        }
        "list.numbers_as_names" => {
            format!("The column of names, '{}', holds numbers only; say whether another column is meant.", param("header"))
        }
        "list.by_contents" => {
            format!("Taken by what stands in them and not by their headers: {}. Say what is right.", param("columns"))
        }
        "column.left_out" => {
            format!("The column '{}' was left out: another one is taken for its field. Choose it if it is meant.", param("header"))
        }
        "list.encoding" => format!(
            "The file does not say how its letters are written; it was read as {}. Choose another if names look wrong.",
            param("encoding")
        ),
        "list.hidden" => format!("{} rows are hidden in the sheet and were read; leave them out if they are not meant.", param("count")),
        "list.no_values" => format!(
            "{} cells hold formulas without their values. Open the workbook in Excel, save it and import it again.",
            param("count")
        ),
        "list.same_site" => format!("{} rows may be a site that is there or stands in the list already; look at them.", param("count")),
        "list.nothing_new" => format!("The list says what is known already: all {} sites are there as they stand in it.", param("count")),
        "list.other_customer" => format!(
            "{} sites of the list are sites of {}; check that the list is this customer's.",
            param("count"),
            param("account")
        ),
        "list.twice" => format!("{} of {} rows repeat another row; the file may hold the list twice.", param("count"), param("rows")),
        other => other.to_owned(),
    }
}

/// What is wrong with the value.
pub(super) fn said(finding: &Finding) -> String {
    let param = |key: &str| finding.params.get(key).map_or("", String::as_str);
    let value = &finding.value;
    match finding.code.as_str() {
        "name.missing" => "the site has no name".to_owned(),
        "name.derived" => format!("the list has no names; '{value}' was made from the site's code or place"),
        "text.too_long" => format!("{} characters, at most {} are kept", param("length"), param("max")),
        "text.province_prefix" => format!("'{value}' begins with the list's own province prefix, which was left out"),
        "province.spelling" => format!("'{value}' was read as the usual name of the province"),
        "province.unknown" => format!("'{value}' is no known province or state"),
        "postal_code.missing" => "the postal code is missing".to_owned(),
        "postal_code.leading_zero" => {
            format!("postal code '{value}' has lost a leading zero: {} digits are expected", param("digits"))
        }
        "postal_code.letter" => format!("postal code '{value}' has a letter: {} digits are expected", param("digits")),
        "postal_code.length" => format!("postal code '{value}' does not have {} digits", param("digits")),
        "coordinate.invalid" => format!("'{value}' is no point on earth"),
        "coordinate.swapped" => format!("'{value}' has longitude before latitude; they were exchanged"),
        "coordinate.outside_province" => format!("the point {value} lies outside {}", param("province")),
        "coordinate.outside_country" => format!("the point {value} lies outside {}", param("country")),
        "parent.unknown" => format!("no site has the code or name '{value}'; the site stays where it is in the tree"),
        "parent.ambiguous" => format!("several sites are called '{value}'; the code of one of them says which"),
        "parent.ring" => format!("under '{value}' the site would stand under itself; it stays where it is"),
        "postal_code.zero" => format!("postal code '{value}' begins with 0; none does"),
        "email.invalid" => format!("'{value}' is no e-mail address"),
        "phone.invalid" => format!("'{value}' is no phone number of {} digits", param("digits")),
        "phone.format" => format!("'{value}' was written in international form"),
        "country.unknown" => format!("'{value}' is no country known here; the account's country is taken"),
        "cell.filled_down" => format!("the cell is empty; '{value}' was taken from above"),
        "postal_code.other_province" => format!("postal code {value} does not lie in {}", param("province")),
        "cell.error" => format!("the cell shows the error {value} of a formula; nothing was taken from it"),
        "code.date" => format!("'{value}' is a date; the spreadsheet has probably made it of a code such as 2-Mar"),
        "row.more_cells" => {
            "the row has more cells than the header; put the cell with the extra delimiter in quotes, or type the values".to_owned()
        }
        "row.open_quote" => "a quote is opened here and never closed; it was read as a sign of its own".to_owned(),
        "site.other" => format!("the site with this code is '{}' now, with another name and town", param("site")),
        "email.first" => format!("'{value}' holds several addresses; the first is taken"),
        "cell.no_value" => {
            "the cell holds a formula without its value; open the workbook in Excel, save it and import it again".to_owned()
        }
        "code.rounded" => format!("'{value}' is a number of more digits than a spreadsheet keeps; its end is lost"),
        "row.hidden" => "the row is hidden in the spreadsheet".to_owned(),
        "row.maybe" => format!("'{value}' may be the same site as row {}: nothing tells them apart", param("row")),
        "site.maybe" => format!("'{value}' is taken for the site '{}', whose address or phone is another", param("site")),
        "row.duplicate" => format!("'{value}' is the same site as row {}", param("row")),
        "row.near" => format!("'{value}' is next door to row {}, with a name alike", param("row")),
        "site.near" => format!("'{value}' is next door to the site '{}', with a name alike", param("site")),
        "row.not_a_site" => format!("'{value}' belongs to the sheet and is no site"),
        "site_type.unknown" => format!("'{value}' is no type of site"),
        "package.unknown" => format!("'{value}' is no package of the price book"),
        other => format!("{other}: '{value}'"),
    }
}
