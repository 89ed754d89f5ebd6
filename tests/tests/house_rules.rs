//! House rules that the compiler does not know: files stay small, rooms keep to themselves, schemas equal the shared list.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use satchel_core::codes;
use satchel_core::wire::mutation::IntentName;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, endings: &[&str], out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", "dist", ".git", "tests"].contains(&name.as_str()) {
            files(&path, endings, out);
        } else if endings.iter().any(|ending| name.ends_with(ending))
            && !name.contains("generated")
            && !name.contains("test")
        {
            out.push(path);
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let mut out = Vec::new();
    for folder in ["crates", "src-tauri", "ui/src"] {
        files(&root().join(folder), &[".rs", ".ts", ".tsx"], &mut out);
    }
    assert!(out.len() > 80, "the sources are where this test looks");
    out
}

#[test]
fn no_file_is_longer_than_six_hundred_lines() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|path| (std::fs::read_to_string(&path).expect("readable").lines().count(), path))
        .filter(|(lines, _)| *lines > 600)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_rust_module_opens_with_its_purpose() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        .filter(|path| !std::fs::read_to_string(path).expect("readable").starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn only_the_transport_knows_tauri_and_only_the_api_knows_the_transport() {
    for path in sources() {
        let text = std::fs::read_to_string(&path).expect("readable");
        let in_api = path.components().any(|part| part.as_os_str() == "api");
        if path.extension().is_some_and(|ext| ext == "ts" || ext == "tsx") && !in_api {
            assert!(!text.contains("@tauri-apps"), "{}", path.display());
            assert!(!text.contains("/transport"), "{}", path.display());
        }
    }
}

/// The window's own sources with their paths below `ui/src`.
fn window() -> Vec<(String, String)> {
    let folder = root().join("ui/src");
    let mut paths = Vec::new();
    files(&folder, &[".ts", ".tsx"], &mut paths);
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("readable");
        (path.strip_prefix(&folder).expect("below").to_string_lossy().replace('\\', "/"), text)
    };
    paths.into_iter().map(read).collect()
}

/// Code without its comments: what follows `//` or stands behind ` * `.
fn code(text: &str) -> String {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .filter(|line| !line.trim_start().starts_with(['*', '/']))
        .flat_map(|line| [line, "\n"])
        .collect()
}

#[test]
fn a_path_is_put_together_in_one_place() {
    // What of a place is only read, or taken as it is kept.
    let known = ["app/App.tsx", "app/Shell.tsx", "api/early.ts", "paths.ts", "route.ts"];
    for (file, text) in window() {
        let text = code(&text);
        let by_hand = ["\"#/", "`#/", "href=\"#", "href={`", " as Path", "as unknown as Path"];
        let found: Vec<_> = by_hand.iter().filter(|part| text.contains(**part)).collect();
        assert!(found.is_empty() || file == "paths.ts", "ui/src/{file}: {found:?}; ask `to` of ui/src/paths.ts for it");
        let parts = ["location.hash", "placeOf("];
        let found: Vec<_> = parts.iter().filter(|part| text.contains(**part)).collect();
        assert!(found.is_empty() || known.contains(&file.as_str()), "ui/src/{file}: {found:?}; use ui/src/route.ts");
    }
}

/// The folders that are a domain of the window.
fn domains() -> Vec<String> {
    let found: Vec<_> =
        window().into_iter().filter_map(|(file, _)| Some(file.strip_suffix("/domain.tsx")?.to_owned())).collect();
    assert!(found.len() > 8, "domains are where this test looks: {found:?}");
    found
}

#[test]
fn every_domain_of_the_window_is_in_its_list() {
    let list = std::fs::read_to_string(root().join("ui/src/domains.ts")).expect("readable");
    for domain in domains() {
        assert!(list.contains(&format!("\"./{domain}/domain\"")), "ui/src/domains.ts lacks {domain}");
    }
}

#[test]
fn shared_pieces_and_the_window_around_the_pages_know_no_domain() {
    let domains = domains();
    for (file, text) in window().into_iter().filter(|(file, _)| file.starts_with("components/")) {
        let text = code(&text).to_lowercase();
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        let said =
            words.find(|word| domains.iter().any(|domain| *word == domain || Some(*word) == domain.strip_suffix('s')));
        assert!(said.is_none(), "ui/src/{file} says {said:?}: it belongs into that domain's folder");
    }
    let shared = ["components/", "app/"];
    for (file, text) in window().into_iter().filter(|(file, _)| shared.iter().any(|room| file.starts_with(room))) {
        for domain in domains.iter().filter(|domain| !["sync"].contains(&domain.as_str())) {
            assert!(
                !text.contains(&format!("from \"../{domain}")),
                "ui/src/{file} knows {domain}: let the domain say it"
            );
        }
    }
}

#[test]
fn client_and_server_never_meet() {
    for (folder, other) in [("client", "satchel-server"), ("server", "satchel-client"), ("core", "satchel-client")] {
        let manifest = std::fs::read_to_string(root().join(format!("crates/{folder}/Cargo.toml"))).expect("readable");
        assert!(!manifest.contains(other), "{folder} knows {other}");
    }
}

#[test]
fn both_schemas_have_exactly_the_shared_columns() {
    for side in ["client", "server"] {
        let mut migrations = Vec::new();
        files(&root().join("migrations").join(side), &[".sql"], &mut migrations);
        let read = |path: &PathBuf| std::fs::read_to_string(path).expect("readable");
        let sql = migrations.iter().map(read).collect::<Vec<_>>().join("\n");
        for table in satchel_core::wire::tables::TABLES {
            let start =
                sql.find(&format!("CREATE TABLE {} (", table.name)).unwrap_or_else(|| panic!("{side}: {}", table.name));
            let body = &sql[start..start + sql[start..].find(");").or(sql[start..].find(") STRICT")).unwrap_or(0)];
            let added: String = sql
                .split("ALTER TABLE ")
                .filter_map(|more| more.strip_prefix(table.name))
                .filter_map(|more| more.split_once(';'))
                .map(|(more, _)| more)
                .collect();
            for column in table.columns {
                if added.contains(&format!("ADD COLUMN {} ", column.name)) {
                    continue;
                }
                assert!(body.contains(&format!("\n    {} ", column.name)), "{side}: {}.{}", table.name, column.name);
            }
        }
    }
}

/// Words like `quote.empty` that stand between quotes, each with what stands before it on the way there; tests and comments left out.
fn dotted(text: &str) -> Vec<(String, String)> {
    let text: String = text
        .split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let part = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let mut out = Vec::new();
    for (at, _) in text.match_indices('"') {
        let Some((word, _)) = text[at + 1..].split_once('"') else { continue };
        if word.split_once('.').is_some_and(|(domain, what)| part(domain) && part(what)) {
            let before: Vec<char> = text[..at].chars().rev().filter(|c| !c.is_whitespace()).take(90).collect();
            out.push((word.to_owned(), before.into_iter().rev().collect()));
        }
    }
    out
}

/// Whether a dotted word that stands behind this is a code whatever its domain.
fn is_code(before: &str) -> bool {
    let opened = ["Refusal::rule(", "Refusal::with(", "Refusal::conflict(", "CommandError::new(", "code:", "=>"];
    let answered = before.rsplit_once("ApiError::new(").is_some_and(|(_, more)| more.matches(',').count() == 1);
    opened.iter().any(|opener| before.ends_with(opener)) || (answered && before.ends_with(','))
}

/// Dotted words that no person reads as a code.
const NO_CODES: &[&str] = &[
    // Said to the customer by the server's own pages (crates/server/src/portal).
    "link.not_agreed",
    "message.unknown_form",
    // Why a site changed, worded where its history is shown (ui/src/sites/words.ts).
    "site.import_taken_back",
    "site.imported",
    "site.taken_back",
    // A step of a running sync.
    "sync.push",
    // Files.
    "server.key",
    "server.pem",
];

/// Codes of programs before this one, which a laptop's journal may still hold, and those that only the window says.
const KEPT: &[&str] = &["command.failed", "quote.already_sent"];

#[test]
fn every_code_is_in_the_list_that_the_dictionaries_are_made_from() {
    let listed: BTreeSet<&str> = codes::REFUSALS.into_iter().chain(codes::FINDINGS).collect();
    let mut sources = Vec::new();
    for folder in ["crates/core", "crates/client", "crates/server", "crates/documents", "src-tauri"] {
        files(&root().join(folder).join("src"), &[".rs"], &mut sources);
    }
    sources.retain(|path| !path.ends_with("core/src/codes.rs"));
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("readable");
    let found: Vec<_> = sources.iter().flat_map(|path| dotted(&read(path))).collect();
    let domain = |word: &str| word.split('.').next().unwrap_or_default().to_owned();
    let codes: BTreeSet<&str> =
        found.iter().filter(|(_, before)| is_code(before)).map(|(word, _)| word.as_str()).collect();
    assert!(codes.len() > 150, "codes are where this test looks: {}", codes.len());
    // What is handed on through a helper or a constant is known by its domain.
    let domains: BTreeSet<_> = codes.iter().copied().map(domain).collect();
    let without: BTreeSet<_> = found
        .iter()
        .map(|(word, _)| word.as_str())
        .filter(|word| domains.contains(&domain(word)) && IntentName::parse(word).is_none())
        .filter(|word| !listed.contains(word) && !NO_CODES.contains(word))
        .collect();
    assert!(without.is_empty(), "crates/core/src/codes.rs: {without:?}");
    // A code that is put together at run time is in no list.
    let composed: Vec<_> = sources
        .iter()
        .filter(|path| read(path).contains("rule(format!(") || read(path).contains("Error::new(format!("))
        .collect();
    assert!(composed.is_empty(), "a code is one word: {composed:?}");
    let there = |word: &str| found.iter().any(|(known, _)| known == word);
    let stale: Vec<_> = NO_CODES.iter().filter(|word| !there(word)).collect();
    assert!(stale.is_empty(), "no longer there: {stale:?}");
    let unused: Vec<_> = listed.iter().filter(|word| !there(word) && !KEPT.contains(word)).collect();
    assert!(unused.is_empty(), "crates/core/src/codes.rs has what nobody says: {unused:?}");
}
