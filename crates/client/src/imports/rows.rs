//! What an opened list shows: its counts at once, its rows in windows. A list of any length costs the window what it shows.

use std::collections::BTreeMap;

use satchel_documents::site_list::{Checked, FIELDS, Field, Finding, Outcome, ParsedRow, Severity, notices};

use super::OpenImport;
use super::commands::opened;
use super::view::{
    CellFinding, FindingCount, FindingSeverity, ListNotice, MappedField, PreviewRow, RowOutcome, SiteListPreview,
    SiteListRows, SourceColumn,
};
use crate::api::CommandError;
use crate::api::view::Window;
use crate::engine::Engine;

/// Most rows of one window.
const MAX_LIMIT: usize = 1_000;

/// A window of an opened list's rows, in file order.
pub async fn list(engine: &Engine, args: SiteListRows) -> Result<Window<PreviewRow>, CommandError> {
    let import = opened(engine, &args.import_id).await?;
    let shown = |parsed: &&ParsedRow| {
        args.show.is_empty()
            || args.keep.contains(&parsed.row)
            || outcome_word(&parsed.outcome).as_str() == args.show
            || parsed.findings.iter().any(|found| found.code == args.show || found.severity.word() == args.show)
    };
    let (offset, limit) = (args.list.offset as usize, (args.list.limit as usize).clamp(1, MAX_LIMIT));
    let all = import.checked.rows.iter().filter(shown);
    let total = u32::try_from(all.clone().count()).unwrap_or(u32::MAX);
    Ok(Window { rows: all.skip(offset).take(limit).map(row).collect(), offset: args.list.offset, total })
}

/// All findings of an opened list, for a program that wants them at once.
pub async fn findings(engine: &Engine, import_id: &str) -> Result<Vec<Finding>, CommandError> {
    let import = opened(engine, import_id).await?;
    Ok(import.checked.rows.iter().flat_map(|row| row.findings.iter().cloned()).collect())
}

/// An opened list without its rows.
pub(super) fn preview(id: &str, import: &OpenImport) -> SiteListPreview {
    let s = import.checked.summary;
    let table = &import.table;
    SiteListPreview {
        import_id: id.to_owned(),
        file_name: import.file_name.clone(),
        encoding: table.encoding.clone(),
        delimiter: table.delimiter.clone(),
        header_rows: table.header_rows.clone(),
        sheet: table.sheet.clone(),
        sheets: table.sheets.clone(),
        columns: table.header.iter().enumerate().map(|(index, header)| column(import, index, header)).collect(),
        mapping: import
            .mapping
            .fields
            .iter()
            .map(|mapped| MappedField {
                field: mapped.field.word().to_owned(),
                column: mapped.column.and_then(|column| u32::try_from(column).ok()),
                confidence: mapped.confidence,
                reason: mapped.reason.clone(),
                also: mapped.also.iter().filter_map(|column| u32::try_from(*column).ok()).collect(),
            })
            .collect(),
        rows: s.rows,
        new: s.new,
        changed: s.changed,
        unchanged: s.unchanged,
        skipped: s.skipped,
        errors: s.errors,
        warnings: s.warnings,
        unnamed: unnamed(&import.checked),
        revision: import.revision,
        findings_by_code: by_code(&import.checked),
        notices: said(import),
        country: import.settings.country.map_or_else(String::new, |country| country.code.to_owned()),
        leave_out_hidden: import.settings.leave_out_hidden,
        ms: import.ms,
    }
}

/// What is to be said about the list as a whole.
fn said(import: &OpenImport) -> Vec<ListNotice> {
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    for finding in import.checked.rows.iter().flat_map(|row| &row.findings) {
        *found.entry(finding.code.clone()).or_default() += 1;
    }
    let all = notices(&import.table, &import.mapping, &import.checked.summary, &found).into_iter();
    let mut all: Vec<ListNotice> =
        all.map(|notice| ListNotice { code: notice.code, asks: notice.asks, params: notice.params }).collect();
    if let Some((name, count)) = &import.other_customer {
        let params = [("account", name.clone()), ("count", count.to_string())];
        let params = params.map(|(key, value)| (key.to_owned(), value)).into();
        all.insert(0, ListNotice { code: "list.other_customer".to_owned(), asks: true, params });
    }
    all
}

fn column(import: &OpenImport, index: usize, header: &str) -> SourceColumn {
    let samples = import.table.rows.iter().map(|(_, row)| row[index].as_str()).filter(|cell| !cell.is_empty()).take(3);
    SourceColumn {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        header: header.to_owned(),
        samples: samples.map(str::to_owned).collect(),
    }
}

fn by_code(checked: &Checked) -> Vec<FindingCount> {
    let mut counts: BTreeMap<(&str, Severity), (u32, u32)> = BTreeMap::new();
    for finding in checked.rows.iter().flat_map(|row| &row.findings) {
        let entry = counts.entry((finding.code.as_str(), finding.severity)).or_default();
        entry.0 += 1;
        entry.1 += u32::from(finding.repair.is_some() && finding.severity != Severity::Cleaned);
    }
    let mut list: Vec<FindingCount> = counts
        .into_iter()
        .map(|((code, severity), (count, repairable))| FindingCount {
            code: code.to_owned(),
            severity: severity.word().to_owned(),
            count,
            repairable,
        })
        .collect();
    let rank = |severity: &str| FindingSeverity::WORDS.iter().position(|word| *word == severity);
    list.sort_by_key(|count| (rank(&count.severity), std::cmp::Reverse(count.count)));
    list
}

/// Rows that would go on a quote and name no package.
fn unnamed(checked: &Checked) -> u32 {
    let taken = |row: &&ParsedRow| !matches!(row.outcome, Outcome::Skipped | Outcome::Error);
    let count = checked.rows.iter().filter(taken).filter(|row| row.details.package.is_empty()).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn outcome_word(outcome: &Outcome) -> RowOutcome {
    match outcome {
        Outcome::New => RowOutcome::New,
        Outcome::Changed(_) => RowOutcome::Changed,
        Outcome::Unchanged(_) => RowOutcome::Unchanged,
        Outcome::Skipped => RowOutcome::Skipped,
        Outcome::Error => RowOutcome::Error,
    }
}

fn row(row: &ParsedRow) -> PreviewRow {
    let d = &row.details;
    let value = |field: Field| match field {
        Field::Name => &d.name,
        Field::Code => &d.code,
        Field::Address => &d.address,
        Field::City => &d.city,
        Field::Province => &d.province,
        Field::PostalCode => &d.postal_code,
        Field::Country => &d.country,
        Field::Latitude => &d.latitude,
        Field::Longitude => &d.longitude,
        Field::ContactName => &d.contact_name,
        Field::ContactPhone => &d.contact_phone,
        Field::ContactEmail => &d.contact_email,
        Field::Package => &d.package,
        Field::SiteType => &d.site_type,
        Field::Notes => &d.notes,
        Field::Parent => &row.parent,
    };
    PreviewRow {
        row: row.row,
        outcome: outcome_word(&row.outcome).to_owned(),
        values: FIELDS.iter().map(|(field, word)| ((*word).to_owned(), value(*field).clone())).collect(),
        findings: row
            .findings
            .iter()
            .map(|finding| CellFinding {
                field: finding.field.word().to_owned(),
                column: finding.column.clone(),
                code: finding.code.clone(),
                severity: finding.severity.word().to_owned(),
                value: finding.value.clone(),
                repair: finding.repair.clone(),
                params: finding.params.clone(),
            })
            .collect(),
    }
}
