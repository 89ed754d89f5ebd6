//! Looking at a site list without a workspace: what an import would find, as JSON.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use satchel_documents::site_list::{
    Field, Mapping, Outcome, RawTable, Settings, Severity, check, guess, likely_country, read, words,
};
use serde_json::{Value, json};

/// Prints `{rows, new, changed, unchanged, skipped, errors, encoding, delimiter, header_rows, mapping, ms}`.
/// Exit code 0, 3 when rows cannot be imported, 1 when the file cannot be read (then `{error: {code, message}}`).
pub fn run(file: &Path, country: Option<&str>, mapping: Option<&str>) -> Result<u8> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let started = Instant::now();
    let table = match read(&bytes) {
        Ok(table) => table,
        Err(error) => {
            super::print(&json!({ "error": { "code": error.code(), "message": error.to_string() } }))?;
            eprintln!("{}: {error}. Nothing was read; save it as CSV or XLSX and try again.", file.display());
            return Ok(1);
        }
    };
    let country = match country {
        Some(code) => Some(satchel_core::places::country(code).with_context(|| format!("unknown country {code}"))?),
        None => likely_country(&table),
    };
    let mut found = guess(&table, country);
    choose(&mut found, &table, mapping)?;
    let checked = check(&table, &found, &Settings { country, ..Settings::default() });
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let errors: Vec<Value> = checked
        .rows
        .iter()
        .flat_map(|row| &row.findings)
        .filter(|finding| finding.severity != Severity::Cleaned)
        .map(|finding| {
            json!({
                "row": finding.row, "column": finding.column, "code": finding.code,
                "severity": finding.severity.word(), "message": words(finding), "repair": finding.repair,
            })
        })
        .collect();
    let fields: Vec<Value> = found
        .fields
        .iter()
        .map(|mapped| {
            let header = mapped.column.and_then(|column| table.header.get(column));
            json!({
                "field": mapped.field.word(), "column": mapped.column, "header": header,
                "confidence": mapped.confidence, "reason": mapped.reason,
            })
        })
        .collect();
    let s = checked.summary;
    let not_importable: Vec<u32> =
        checked.rows.iter().filter(|row| row.outcome == Outcome::Error).map(|row| row.row).collect();
    super::print(&json!({
        "rows": s.rows, "new": s.new, "changed": s.changed, "unchanged": s.unchanged, "skipped": s.skipped,
        "failed": s.errors, "failed_rows": not_importable, "errors": errors, "encoding": table.encoding,
        "delimiter": table.delimiter, "header_rows": [table.header_row], "mapping": fields,
        "country": country.map(|country| country.code), "ms": ms,
    }))?;
    Ok(if s.errors > 0 { 3 } else { 0 })
}

/// `field=column,field=column`, columns counted from 0.
fn choose(found: &mut Mapping, table: &RawTable, mapping: Option<&str>) -> Result<()> {
    for pair in mapping.unwrap_or_default().split(',').filter(|pair| !pair.trim().is_empty()) {
        let (field, column) = pair.split_once('=').context("mapping is field=column")?;
        let field = Field::parse(field.trim()).with_context(|| format!("unknown field {field}"))?;
        let column: usize = column.trim().parse().context("a column is a number from 0")?;
        anyhow::ensure!(column < table.header.len(), "the file has no column {column}");
        found.choose(field, Some(column), "chosen");
    }
    Ok(())
}
