//! Looking at a site list without a workspace: what an import would find, as JSON.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use satchel_documents::site_list::{
    Field, Finding, Mapping, Outcome, RawTable, ReadOptions, Settings, Severity, check_each, guess, likely_country,
    read_with, words,
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// Prints `{rows, new, changed, unchanged, skipped, errors, encoding, delimiter, header_rows, mapping, ms}`.
/// Exit code 0, 3 when rows cannot be imported or columns were guessed, 1 when the file cannot be read (then `{error: {code, message}}`).
pub fn run(file: &Path, country: Option<&str>, mapping: Option<&str>, sheet: Option<&str>) -> Result<u8> {
    let started = Instant::now();
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let own = std::env::current_exe().ok();
    let table = match read_with(&bytes, ReadOptions { sheet, reader: own.as_deref() }) {
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
    // Of a hundred thousand rows only what there is to say is kept.
    let (mut said, mut not_importable) = (Vec::new(), Vec::new());
    let s = check_each(&table, &found, &Settings { country, ..Settings::default() }, |row| {
        if row.outcome == Outcome::Error {
            not_importable.push(row.row);
        }
        said.extend(row.findings.into_iter().filter(|finding| finding.severity != Severity::Cleaned));
    });
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
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
    let report = Report {
        rows: s.rows,
        new: s.new,
        changed: s.changed,
        unchanged: s.unchanged,
        skipped: s.skipped,
        failed: s.errors,
        failed_rows: not_importable,
        errors: Findings(&said),
        encoding: &table.encoding,
        delimiter: &table.delimiter,
        header_rows: &table.header_rows,
        sheet: &table.sheet,
        sheets: &table.sheets,
        mapping: fields,
        country: country.map(|country| country.code),
        question: question(&found),
        ms,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, &report)?;
    writeln!(out)?;
    out.flush()?;
    if let Some(question) = &report.question {
        eprintln!("{question}");
    }
    Ok(if s.errors > 0 || report.question.is_some() { 3 } else { 0 })
}

/// What a person should say about the columns: no names are recognised, or a column was taken by its contents alone.
fn question(found: &Mapping) -> Option<String> {
    if found.column(Field::Name).is_none() {
        return Some(
            "No column is recognised as the sites' names; say which it is with --mapping name=COLUMN.".to_owned(),
        );
    }
    let by_contents = found.fields.iter().filter(|mapped| mapped.column.is_some() && mapped.reason == "contents");
    let guessed: Vec<&str> = by_contents.map(|mapped| mapped.field.word()).collect();
    (!guessed.is_empty()).then(|| {
        format!("Taken by contents and not by name: {}. Say with --mapping what is right.", guessed.join(", "))
    })
}

/// What is printed. Findings are written one by one: a list of a hundred thousand rows may have as many.
#[derive(Serialize)]
struct Report<'a> {
    rows: u32,
    new: u32,
    changed: u32,
    unchanged: u32,
    skipped: u32,
    failed: u32,
    failed_rows: Vec<u32>,
    errors: Findings<'a>,
    encoding: &'a str,
    delimiter: &'a str,
    header_rows: &'a [u32],
    sheet: &'a str,
    sheets: &'a [String],
    mapping: Vec<Value>,
    country: Option<&'static str>,
    /// What should be asked before this is imported.
    question: Option<String>,
    ms: u64,
}

struct Findings<'a>(&'a [Finding]);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(Printed::from))
    }
}

#[derive(Serialize)]
struct Printed<'a> {
    row: u32,
    column: &'a str,
    code: &'a str,
    severity: &'static str,
    message: String,
    repair: Option<&'a str>,
}

impl<'a> From<&'a Finding> for Printed<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            row: finding.row,
            column: &finding.column,
            code: &finding.code,
            severity: finding.severity.word(),
            message: words(finding),
            repair: finding.repair.as_deref(),
        }
    }
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
