//! Lists as customers send them, read by the command line as a whole process: every file is read or refused in words, in
//! bounded time, and every row is accounted for.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// No file may take longer, on a slow and busy machine.
const LONGEST: Duration = Duration::from_secs(30);

fn look(file: &Path) -> (i32, Value) {
    let started = Instant::now();
    let output = Command::new(satchel_tests::program("satchelctl").expect("built"))
        .args(["import", "sites", "--dry-run", "--json"])
        .arg(file)
        .stderr(Stdio::null())
        .output()
        .expect("satchelctl runs");
    assert!(started.elapsed() < LONGEST, "{} took {:?}", file.display(), started.elapsed());
    let code = output.status.code().unwrap_or_else(|| panic!("{} ended the program", file.display()));
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    (code, report)
}

fn accounted(file: &Path, report: &Value) {
    let count = |name: &str| report[name].as_u64().unwrap_or_else(|| panic!("{}: no {name}", file.display()));
    let parts = ["new", "changed", "unchanged", "skipped", "failed"].map(count);
    assert_eq!(count("rows"), parts.iter().sum::<u64>(), "{}", file.display());
}

#[test]
fn every_shared_file_is_read_or_refused_and_every_row_accounted_for() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    let Ok(folders) = std::fs::read_dir(&root) else {
        eprintln!("skipped: the shared lists are not here");
        return;
    };
    let folders = folders.flatten().map(|entry| entry.path());
    let wanted = |path: &PathBuf| {
        path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with("parse_") || n.starts_with("sites_"))
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders.filter(wanted) {
        for inner in [folder.clone(), folder.join("csvs")] {
            files.extend(std::fs::read_dir(inner).into_iter().flatten().flatten().map(|entry| entry.path()));
        }
    }
    files.retain(|path| path.is_file() && path.extension().is_none_or(|e| e != "md" && e != "json"));
    assert!(files.len() > 100, "{} files", files.len());
    for file in &files {
        let (code, report) = look(file);
        match code {
            0 | 3 => accounted(file, &report),
            1 => {
                let message = report.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
                assert!(message.len() > 10, "{}: refused without a word", file.display());
            }
            other => panic!("{}: exit code {other}", file.display()),
        }
    }
    eprintln!("{} files", files.len());
}

#[test]
fn our_own_messy_list_is_accounted_for_row_by_row() {
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/kopano_branches.csv"));
    let (code, report) = look(&file);
    assert!(code == 0 || code == 3);
    accounted(&file, &report);
    assert_eq!(report["rows"], 53);
}

/// A workbook that is cut off, changed at places or full of noise is refused or read; the program goes on.
#[test]
fn damaged_workbooks_never_end_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let sites: Vec<satchel_core::sites::SiteDetails> = (0..200)
        .map(|n| satchel_core::sites::SiteDetails { name: format!("Branch {n}"), ..Default::default() })
        .collect();
    let whole = satchel_documents::site_list::export(sites.iter(), satchel_documents::site_list::Format::Xlsx)
        .expect("a workbook");
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).unwrap_or(0)
    };
    for n in 0..40 {
        let mut bytes = whole.clone();
        if n % 4 == 0 {
            bytes.truncate(next() % whole.len());
        } else {
            for _ in 0..=(n * 3) {
                let at = next() % bytes.len();
                bytes[at] = u8::try_from(next() % 256).unwrap_or(0);
            }
        }
        let file = folder.path().join(format!("{n}.xlsx"));
        std::fs::write(&file, bytes).expect("written");
        let (code, report) = look(&file);
        if code != 1 {
            accounted(&file, &report);
        }
    }
}
