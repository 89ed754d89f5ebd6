//! Looking at a site list without a workspace: what an import would find, as JSON.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use satchel_documents::site_list::{
    Field, Finding, Mapping, Notice, Outcome, RawTable, ReadOptions, Settings, Severity, check_each, guess,
    likely_country, notice_words, notices, read_with, words,
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// What is chosen instead of guessed.
#[derive(Debug, Default, clap::Args)]
pub struct Chosen {
    /// Country of the sites (`ZA`, `IN`) when no account says it; found out from the list otherwise.
    #[arg(long)]
    pub country: Option<String>,
    /// The sheet of a workbook.
    #[arg(long)]
    pub sheet: Option<String>,
    /// `field=column,field=column`, columns counted from 0.
    #[arg(long)]
    pub mapping: Option<String>,
    /// How the letters of a text are written: `utf-8`, `windows-1250`, `shift_jis` and so on.
    #[arg(long)]
    pub encoding: Option<String>,
    /// What stands between two cells of a text; `tab` for a tab.
    #[arg(long)]
    pub delimiter: Option<String>,
    /// Row of the header, from 1; 0 when there is none.
    #[arg(long)]
    pub header_row: Option<u32>,
    /// Leave out the rows that the spreadsheet hides.
    #[arg(long)]
    pub without_hidden: bool,
}

impl Chosen {
    /// The delimiter as the one sign it is.
    pub fn delimiter(&self) -> Result<Option<u8>> {
        let Some(text) = self.delimiter.as_deref() else { return Ok(None) };
        let sign = if text == "tab" { "\t" } else { text };
        match sign.as_bytes() {
            [one] if !one.is_ascii_alphanumeric() && *one != b'"' => Ok(Some(*one)),
            _ => anyhow::bail!("a delimiter is one sign such as , or ; or tab"),
        }
    }
}

/// Prints `{rows, new, changed, unchanged, skipped, failed, errors, notices, encoding, delimiter, header_rows, mapping, ms}`.
/// Exit code 0, 3 when rows cannot be imported or something about the list should be asked, 1 when the file cannot be read (then
/// `{error: {code, message}}`).
pub fn run(file: &Path, chosen: &Chosen) -> Result<u8> {
    let started = Instant::now();
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let own = std::env::current_exe().ok();
    let options = ReadOptions {
        sheet: chosen.sheet.as_deref(),
        reader: own.as_deref(),
        encoding: chosen.encoding.as_deref(),
        delimiter: chosen.delimiter()?,
        header_row: chosen.header_row,
    };
    let table = match read_with(&bytes, options) {
        Ok(table) => table,
        Err(error) => {
            super::print(&json!({ "error": { "code": error.code(), "message": error.to_string() } }))?;
            eprintln!("{}: {error}. Nothing was read.", file.display());
            return Ok(1);
        }
    };
    let country = match chosen.country.as_deref() {
        Some(code) => Some(satchel_core::places::country(code).with_context(|| format!("unknown country {code}"))?),
        None => likely_country(&table),
    };
    let mut found = guess(&table, country);
    choose(&mut found, &table, chosen.mapping.as_deref())?;
    // Of a hundred thousand rows only what there is to say is kept.
    let (mut said, mut not_importable) = (Vec::new(), Vec::new());
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let settings = Settings { country, leave_out_hidden: chosen.without_hidden, ..Settings::default() };
    let s = check_each(&table, &found, &settings, |row| {
        if row.outcome == Outcome::Error {
            not_importable.push(row.row);
        }
        for finding in row.findings.into_iter().filter(|finding| finding.severity != Severity::Cleaned) {
            *counts.entry(finding.code.clone()).or_default() += 1;
            said.push(finding);
        }
    });
    let notices = notices(&table, &found, &s, &counts);
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
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
        mapping: mapping_of(&found, &table),
        country: country.map(|country| country.code),
        question: notices.iter().find(|notice| notice.asks).map(notice_words),
        notices: notices.iter().map(printed).collect(),
        ms,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, &report)?;
    writeln!(out)?;
    out.flush()?;
    for notice in &notices {
        eprintln!("{}", notice_words(notice));
    }
    Ok(if s.errors > 0 || report.question.is_some() { 3 } else { 0 })
}

/// Every field with its column.
fn mapping_of(found: &Mapping, table: &RawTable) -> Vec<Value> {
    let said = found.fields.iter().map(|mapped| {
        let header = mapped.column.and_then(|column| table.header.get(column));
        json!({
            "field": mapped.field.word(), "column": mapped.column, "header": header,
            "confidence": mapped.confidence, "reason": mapped.reason, "also": mapped.also,
        })
    });
    said.collect()
}

/// A notice with its sentence.
pub fn printed(notice: &Notice) -> Value {
    json!({ "code": notice.code, "asks": notice.asks, "message": notice_words(notice) })
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
    /// The first thing that should be asked before this is imported.
    question: Option<String>,
    notices: Vec<Value>,
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
