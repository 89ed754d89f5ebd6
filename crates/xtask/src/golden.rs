//! Golden cases through the very functions the product uses.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use satchel_core::golden::check_file;

/// Areas that later work brings: their cases count as failed until then.
const LATER: &[&str] = &["PRO", "USG", "DUE", "INV", "DUN", "TKT", "HLT", "SAS", "KPI"];
const SHOWN: usize = 3;

/// Prints `AREA: n passed, m failed` per file; true when nothing failed.
pub fn golden(path: &Path) -> Result<bool> {
    let mut clean = true;
    for file in files(path)? {
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let report = match check_file(&text) {
            Ok(report) => report,
            Err(error) => {
                println!("{}: not a case file: {error}", file.display());
                clean = false;
                continue;
            }
        };
        let later = if LATER.contains(&report.area.as_str()) { " (a later area, not built yet)" } else { "" };
        println!("{}: {} passed, {} failed{later}", report.area, report.passed, report.failures.len());
        for failure in report.failures.iter().take(if later.is_empty() { SHOWN } else { 0 }) {
            println!("  {} ({})", failure.id, failure.kind);
            println!("    expected {}", failure.expected);
            match &failure.got {
                Some(got) => println!("    got      {got}"),
                None => println!("    got      nothing: unknown area or kind"),
            }
        }
        clean &= report.failures.is_empty();
    }
    Ok(clean)
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|ext| ext == "json"));
    files.sort();
    anyhow::ensure!(!files.is_empty(), "no case files in {}", path.display());
    Ok(files)
}
