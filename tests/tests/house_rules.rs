//! House rules that the compiler does not know: files stay small, rooms keep to themselves, schemas equal the shared list.

use std::path::{Path, PathBuf};

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

/// What stands between quotes after `mark`, everywhere in a text; only white space may come between.
fn quoted_after<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    let after = text.split(mark).skip(1);
    after.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

/// A code is `room.what`, in lower case: `quote.unknown`.
fn is_code(text: &str) -> bool {
    let part = |part: &str| part.len() > 1 && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    text.split_once('.').is_some_and(|(room, what)| part(room) && part(what))
}

#[test]
fn every_code_and_every_intent_has_words() {
    let words = std::fs::read_to_string(root().join("ui/src/texts/codes.ts")).expect("the words are where they were");
    let marks = ["Refusal::rule(", "Refusal::with(", "Refusal::conflict(", "CommandError::new(", "=>"];
    let mut needed: Vec<String> = Vec::new();
    for path in sources().into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "rs")) {
        // The model of the server, the golden runner and the tasks speak to nobody.
        if ["sim", "golden", "xtask"].iter().any(|room| path.components().any(|part| part.as_os_str() == *room)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("readable");
        let codes = marks.iter().flat_map(|mark| quoted_after(&text, mark)).filter(|code| is_code(code));
        needed.extend(codes.map(str::to_owned));
    }
    let intents = std::fs::read_to_string(root().join("crates/core/src/wire/mutation.rs")).expect("readable");
    let names = quoted_after(&intents, "serde(rename =");
    assert!(needed.len() > 200 && names.len() > 30, "codes and intents are written as this test reads them");
    needed.extend(names.into_iter().map(str::to_owned));
    needed.retain(|code| !words.contains(&format!("\"{code}\":")));
    needed.sort();
    needed.dedup();
    assert!(needed.is_empty(), "no words in ui/src/texts/codes.ts for {needed:?}");
}
