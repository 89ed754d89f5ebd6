//! Reading a spreadsheet in a process of its own: what a broken or hostile file costs, it costs there. The process is this
//! very program, started with [`ARGUMENT`]; it may use a fixed amount of memory and time and touches nothing.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::grid::Grid;
use super::read::{MAX_BYTES, ReadError};
use super::spreadsheet::read_workbook;

/// First argument of the reading process; a sheet's name may follow.
pub const ARGUMENT: &str = "read-spreadsheet";
/// Longest a file may take.
const MAX_TIME: Duration = Duration::from_secs(9);
/// Most memory the reading process may take beyond what it starts with, bytes.
#[cfg(target_os = "linux")]
const MAX_MEMORY: u64 = 640 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
enum Answer {
    Grid(Grid),
    NotATable(String),
    TooManyCells,
    Empty,
    Protected,
}

/// The reading process: call it first in `main` and leave with what it returns.
pub fn serve() -> Option<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(ARGUMENT) {
        return None;
    }
    limit_memory();
    // What goes wrong here is told by the way the process ends; nobody reads a backtrace.
    std::panic::set_hook(Box::new(|_| {}));
    let mut bytes = Vec::new();
    if std::io::stdin().take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).is_err() {
        return Some(ExitCode::FAILURE);
    }
    let answer = match in_process(bytes, arguments.next().as_deref()) {
        Ok(grid) => Answer::Grid(grid),
        Err(ReadError::TooManyCells) => Answer::TooManyCells,
        Err(ReadError::Empty) => Answer::Empty,
        Err(ReadError::Protected) => Answer::Protected,
        Err(ReadError::NotATable(reason)) => Answer::NotATable(reason),
        Err(error) => Answer::NotATable(error.to_string()),
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let written = serde_json::to_writer(&mut out, &answer).is_ok() && out.flush().is_ok();
    Some(if written { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(target_os = "linux")]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let pages: u64 = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').next().and_then(|pages| pages.parse().ok()))
        .unwrap_or(0);
    let limit = pages * rustix::param::page_size() as u64 + MAX_MEMORY;
    // A system that refuses the limit still has the time limit and the process boundary.
    let _ = setrlimit(Resource::As, Rlimit { current: Some(limit), maximum: Some(limit) });
}

#[cfg(not(target_os = "linux"))]
fn limit_memory() {}

/// Reads here and now; a panic of the library is an error.
pub(super) fn in_process(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Grid, ReadError> {
    let sheet = sheet.map(str::to_owned);
    let result = std::panic::catch_unwind(move || read_workbook(bytes, sheet.as_deref()));
    result.unwrap_or_else(|_| Err(ReadError::NotATable("a damaged spreadsheet".to_owned())))
}

/// Reads in a process of `program`.
pub(super) fn in_child(program: &Path, bytes: &[u8], sheet: Option<&str>) -> Result<Grid, ReadError> {
    let failed = |error: std::io::Error| ReadError::NotATable(format!("the reader could not be started: {error}"));
    let mut child = Command::new(program)
        .arg(ARGUMENT)
        .args(sheet)
        // It reads what strangers send: nothing that stands in the environment is its business.
        .env_clear()
        .envs(std::env::vars_os().filter(|(name, _)| name == "SystemRoot"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (answer, ended) = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A child that ends early closes the pipe: its end says why.
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(bytes);
            }
        });
        let reading = scope.spawn(move || {
            stdout.and_then(|out| serde_json::from_reader::<_, Answer>(std::io::BufReader::new(out)).ok())
        });
        let until = Instant::now() + MAX_TIME;
        let ended = loop {
            match child.try_wait() {
                Ok(Some(_)) => break true,
                _ if reading.is_finished() => break true,
                Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(2)),
                _ => break false,
            }
        };
        if !ended {
            let _ = child.kill();
        }
        (reading.join().ok().flatten(), ended)
    });
    let _ = child.wait();
    match answer {
        Some(Answer::Grid(grid)) => Ok(grid),
        Some(Answer::NotATable(reason)) => Err(ReadError::NotATable(reason)),
        Some(Answer::TooManyCells) => Err(ReadError::TooManyCells),
        Some(Answer::Empty) => Err(ReadError::Empty),
        Some(Answer::Protected) => Err(ReadError::Protected),
        None if ended => Err(ReadError::TooExpensive),
        None => Err(ReadError::TooSlow),
    }
}
