//! satchel-fuzz: changed lists, over and over, for a fixed time. The first failing input is kept in the corpus and printed.
//!
//! Text lists are read in this process: sniffing, mapping, checking, writing back. What was taken in must come back unchanged from
//! its own export. Workbooks are read as the product reads them, by a process of their own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use satchel_core::places::country;
use satchel_core::sites::SiteDetails;
use satchel_documents::site_list::{
    Existing, Format, Outcome, ReadOptions, Settings, check, error_file, export, guess, likely_country, read_with,
};

/// No input of the corpus' size may take longer.
const LONGEST: Duration = Duration::from_secs(10);
/// Largest input made, bytes.
const LARGEST: usize = 64 * 1024;

/// A small reproducible generator; a seed makes the same inputs again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 20).unwrap_or(0) % limit.max(1)
    }
}

/// Pieces that lists stumble over.
const PIECES: &[&[u8]] = &[
    b"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r\n",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\x00",
    b"'",
    b"=1+1",
    b"'=",
    b"Total",
    b"Site name",
    b"Province",
    b"Gauteng",
    b"gp ",
    b"-26.1",
    b"28,04",
    b"0031",
    b"+27 31 123 4567",
    b"a@b.c",
    b"\xC3",
    b"\xE9",
    b"EXAMPLE-1",
    b"9999999999999999999999",
    b"1e309",
    b"NaN",
    b"\xE2\x80\xA8",
    b"   ",
    b"#REF!",
    b"Postal code",
    b"Latitude",
];

fn changed(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(12) {
        let at = random.below(bytes.len() + 1);
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            2 => {
                let to = (at + random.below(40)).min(bytes.len());
                bytes.drain(at..to);
            }
            3 => {
                let other = &corpus[random.below(corpus.len())];
                let from = random.below(other.len() + 1);
                let to = (from + random.below(400)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            4 => {
                let to = (at + random.below(200)).min(bytes.len());
                let again = bytes[at..to].to_vec();
                bytes.splice(at..at, again);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(random.below(256)).unwrap_or(0);
                }
            }
        }
    }
    bytes.truncate(LARGEST);
    bytes
}

/// Reads, checks and writes a list back; says what does not hold.
fn hold(bytes: &[u8], reader: Option<&Path>) -> Result<(), String> {
    let options = ReadOptions { reader, ..ReadOptions::default() };
    let Ok(table) = read_with(bytes, options) else { return Ok(()) };
    let place = likely_country(&table).or_else(|| country("ZA"));
    let mapping = guess(&table, place);
    let settings = Settings { country: place, ..Settings::default() };
    let checked = check(&table, &mapping, &settings);
    let s = checked.summary;
    if s.rows != s.new + s.changed + s.unchanged + s.skipped + s.errors {
        return Err(format!("rows are not accounted for: {s:?}"));
    }
    if usize::try_from(s.rows) != Ok(table.rows.len()) {
        return Err(format!("{} rows of {}", s.rows, table.rows.len()));
    }
    error_file(bytes, options, &table, &checked).map_err(|e| format!("the customer's file: {e}"))?;
    let sites: Vec<SiteDetails> =
        checked.rows.iter().filter(|row| row.outcome == Outcome::New).map(|row| row.details.clone()).collect();
    if sites.is_empty() {
        return Ok(());
    }
    let again = export(sites.iter(), Format::Csv).map_err(|e| e.to_string())?;
    let table = read_with(&again, ReadOptions::default()).map_err(|e| format!("an export is not read: {e}"))?;
    if table.rows.len() != sites.len() {
        return Err(format!("an export of {} sites has {} rows", sites.len(), table.rows.len()));
    }
    let existing = sites
        .iter()
        .enumerate()
        .map(|(n, site)| Existing { id: n.to_string(), details: site.clone(), parent: None })
        .collect();
    let back = check(&table, &guess(&table, place), &Settings { country: place, existing, ..Settings::default() });
    match back.rows.iter().find(|row| matches!(row.outcome, Outcome::New | Outcome::Error)) {
        Some(row) => {
            Err(format!("an export does not import back: {:?} {:?} {:?}", row.outcome, row.details, row.findings))
        }
        None => Ok(()),
    }
}

fn main() -> ExitCode {
    // The reading process is this program once more.
    if let Some(ended) = satchel_documents::site_list::isolated::serve() {
        return ended;
    }
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "tests/corpus/lists".to_owned()));
    let seconds: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(20);
    let seed: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut corpus: Vec<Vec<u8>> = Vec::new();
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    names.sort();
    corpus.extend(names.iter().filter_map(|path| std::fs::read(path).ok()));
    let site = |n: usize| SiteDetails { name: format!("Branch {n}"), ..SiteDetails::default() };
    if let Ok(workbook) = export((0..20).map(site).collect::<Vec<_>>().iter(), Format::Xlsx) {
        corpus.push(workbook);
    }
    let Ok(own) = std::env::current_exe() else { return ExitCode::FAILURE };
    std::panic::set_hook(Box::new(|_| {}));
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let (started, mut inputs, mut workbooks) = (Instant::now(), 0_u64, 0_u64);
    // Everything kept is tried as it is first: what failed once stays mended.
    let mut kept = corpus.clone().into_iter();
    while started.elapsed() < Duration::from_secs(seconds) {
        let bytes = kept.next().unwrap_or_else(|| changed(&corpus, &mut random));
        let workbook = bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF]);
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| hold(&bytes, Some(&own))));
        let problem = match outcome {
            Err(_) => Some("a panic".to_owned()),
            Ok(Err(problem)) => Some(problem),
            Ok(Ok(())) if began.elapsed() > LONGEST => Some(format!("{:?}", began.elapsed())),
            Ok(Ok(())) => None,
        };
        inputs += 1;
        workbooks += u64::from(workbook);
        if let Some(problem) = problem {
            let file = folder.join(format!("found-{seed}-{inputs}.bin"));
            let _ = std::fs::write(&file, &bytes);
            println!("after {inputs} inputs (seed {seed}): {problem}\nkept as {}", file.display());
            return ExitCode::FAILURE;
        }
    }
    println!("{inputs} lists, {workbooks} of them workbooks, in {seconds} s: nothing found");
    ExitCode::SUCCESS
}
