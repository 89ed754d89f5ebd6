//! What a finding says, in words: for the command line and for the file that goes back to the customer. The window has its
//! own words for the same codes.

use super::Finding;

/// One sentence that says what stands where, and what is expected.
pub fn words(finding: &Finding) -> String {
    format!("Row {}, {}: {}.", finding.row, finding.field.word().replace('_', " "), said(finding))
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
        "row.duplicate" => format!("'{value}' is the same site as row {}", param("row")),
        "row.near" => format!("'{value}' is next door to row {}, with a name alike", param("row")),
        "site.near" => format!("'{value}' is next door to the site '{}', with a name alike", param("site")),
        "row.not_a_site" => format!("'{value}' belongs to the sheet and is no site"),
        "site_type.unknown" => format!("'{value}' is no type of site"),
        "package.unknown" => format!("'{value}' is no package of the price book"),
        other => format!("{other}: '{value}'"),
    }
}
