//! A list of sites that comes with a request: read in a process of its own, checked by the rules of an import.

use std::sync::LazyLock;
use std::time::Duration;

use satchel_core::ids::SiteId;
use satchel_core::places;
use satchel_core::portal::MAX_REQUESTED_SITES;
use satchel_core::sites::ImportedSite;
use satchel_documents::site_list::{Outcome, ReadOptions, Settings, Severity, check, guess, read_with, words};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::request_page::BadRow;

/// How long a list waits for its turn to be read.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most wrong rows that are shown.
const SHOWN: usize = 200;

/// Lists read at once.
static READING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// Rows that are not taken: how many are wrong, how many stand twice, and the first of the wrong ones.
#[derive(Default)]
pub(super) struct Bad {
    pub len: u32,
    pub twice: u32,
    pub shown: Vec<BadRow>,
}

/// Reads and checks a list by the same rules as an import. `Err`: why it is no list.
pub(super) async fn looked_at(
    bytes: &[u8],
    country: &str,
    packages: Vec<String>,
) -> Result<(Vec<ImportedSite>, Bad), String> {
    // Nobody waits behind a queue of slow ones.
    let turn = tokio::time::timeout(PATIENCE, READING.acquire()).await;
    let turn = turn.map_err(|_| "other lists are being read just now: try again in a minute".to_owned())?;
    let turn = turn.map_err(|e| e.to_string())?;
    let (bytes, country) = (bytes.to_vec(), places::country(country));
    let looked = tokio::task::spawn_blocking(move || {
        let own = std::env::current_exe().ok();
        let table = read_with(&bytes, ReadOptions { reader: own.as_deref(), ..ReadOptions::default() })
            .map_err(|error| error.to_string())?;
        if table.rows.len() > MAX_REQUESTED_SITES as usize {
            return Err(format!("it has more than {MAX_REQUESTED_SITES} rows"));
        }
        let mapping = guess(&table, country);
        let checked = check(&table, &mapping, &Settings { country, packages, ..Settings::default() });
        let mut bad = Bad::default();
        let mut sites = Vec::new();
        for row in checked.rows {
            match row.outcome {
                Outcome::New => {
                    let id = SiteId(Uuid::now_v7());
                    sites.push(ImportedSite { id, new: true, details: row.details });
                }
                Outcome::Error => {
                    bad.len += 1;
                    let errors = row.findings.into_iter().filter(|finding| finding.severity == Severity::Error);
                    let room = SHOWN.saturating_sub(bad.shown.len());
                    bad.shown.extend(errors.take(room).map(|finding| BadRow {
                        row: finding.row,
                        text: words(&finding),
                        column: finding.column,
                        value: finding.value,
                        repair: finding.repair.unwrap_or_default(),
                    }));
                }
                Outcome::Changed(_) | Outcome::Unchanged(_) | Outcome::Skipped => bad.twice += 1,
            }
        }
        if sites.is_empty() && bad.len > 0 && bad.shown.is_empty() {
            return Err("none of its columns is recognised as the sites' names; call one of them Site name".to_owned());
        }
        Ok((sites, bad))
    })
    .await
    .map_err(|e| e.to_string());
    drop(turn);
    looked?
}
