//! What the palette finds: each kind of row with its words. Invariant: a document's number in the index says of which kind and
//! which row it is, so the index keeps no copy of either; a kind's tag is never given to another kind.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::view::HitKind;

/// Tags below this stand in the lowest three bits of a document's number.
#[cfg(test)]
const SHORT_TAGS: u32 = 7;

/// A kind of row that is found.
struct Source {
    kind: HitKind,
    /// Stands in the index and in the triggers of its table.
    tag: u32,
    table: &'static str,
    title: &'static str,
    subtitle: &'static str,
    account: &'static str,
}

/// In the order in which hits of one search are shown.
const SOURCES: [Source; HitKind::ALL.len()] = [
    Source {
        kind: HitKind::Account,
        tag: 0,
        table: "accounts",
        title: "r.name",
        subtitle: "r.code || ' ' || r.city",
        account: "r.id",
    },
    Source {
        kind: HitKind::Quote,
        tag: 2,
        table: "quotes",
        title: "r.number || ' ' || r.title",
        subtitle: "r.status",
        account: "r.account_id",
    },
    Source {
        kind: HitKind::Order,
        tag: 3,
        table: "orders",
        title: "r.number",
        subtitle: "r.quote_number",
        account: "r.account_id",
    },
    Source {
        kind: HitKind::Ticket,
        tag: 4,
        table: "tickets",
        title: "r.number || ' ' || r.subject",
        subtitle: "r.status",
        account: "r.account_id",
    },
    Source {
        kind: HitKind::Task,
        tag: 5,
        table: "tasks",
        title: "r.title",
        subtitle: "r.status || ' ' || r.due_on",
        account: "r.account_id",
    },
    Source {
        kind: HitKind::Site,
        tag: 1,
        table: "sites",
        title: "r.name",
        subtitle: "r.code || ' ' || r.city || ' ' || r.address",
        account: "r.account_id",
    },
];

/// The tag in a document's number: the lowest three bits, or after seven of them the eight bits above.
const TAG: &str = "CASE WHEN rowid % 8 < 7 THEN rowid % 8 ELSE 7 + rowid / 8 % 256 END";
/// The row in a document's number.
const ROW: &str = "CASE WHEN rowid % 8 < 7 THEN rowid / 8 ELSE rowid / 2048 END";

/// The number of a row's document as the triggers of its table write it, `row` being `new.rowid` or `old.rowid`.
#[cfg(test)]
fn document(tag: u32, row: &str) -> String {
    match tag {
        0 => format!("{row} * 8"),
        1..SHORT_TAGS => format!("{row} * 8 + {tag}"),
        _ => format!("{row} * 2048 + {}", (tag - SHORT_TAGS) * 8 + SHORT_TAGS),
    }
}

/// What a tag stands for.
pub(super) fn kind(tag: u32) -> Option<HitKind> {
    SOURCES.iter().find(|source| source.tag == tag).map(|source| source.kind)
}

/// The best of each kind first, and of those only what the list shows: `?1` the words, `?2` how many.
pub(super) static SEARCH: LazyLock<String> = LazyLock::new(|| {
    let mut ranks = String::new();
    let mut hits = Vec::with_capacity(SOURCES.len());
    for (rank, Source { tag, table, title, subtitle, account, .. }) in SOURCES.iter().enumerate() {
        let _ = write!(ranks, " WHEN {tag} THEN {rank}");
        hits.push(format!(
            "SELECT hit.place, hit.tag, r.id AS id, {title} AS title, {subtitle} AS subtitle, {account} AS account_id \
             FROM hit JOIN {table} r ON hit.tag = {tag} AND r.rowid = hit.of"
        ));
    }
    format!(
        "WITH hit AS MATERIALIZED (SELECT row_number() OVER () AS place, {ROW} AS of, {TAG} AS tag FROM ( \
           SELECT rowid FROM search_index WHERE search_index MATCH ?1 ORDER BY CASE {TAG}{ranks} END, rank LIMIT ?2)) \
         SELECT tag, id, title, subtitle, account_id FROM ({}) ORDER BY place",
        hits.join(" UNION ALL ")
    )
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

    use super::{HitKind, ROW, SOURCES, TAG, document};

    #[test]
    fn every_kind_is_found_and_has_a_tag_of_its_own() {
        let tags: BTreeSet<_> = SOURCES.iter().map(|source| source.tag).collect();
        assert_eq!(tags.len(), SOURCES.len());
        let kinds: BTreeSet<_> = SOURCES.iter().map(|source| source.kind).collect();
        assert_eq!(kinds, HitKind::ALL.into_iter().collect());
    }

    #[test]
    fn the_triggers_write_the_documents_that_are_read() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/client");
        let files = std::fs::read_dir(folder).expect("migrations").flatten();
        let sql: String = files.map(|file| std::fs::read_to_string(file.path()).expect("readable")).collect();
        for source in &SOURCES {
            for row in ["new.rowid", "old.rowid"] {
                let number = document(source.tag, row);
                let ends = [format!("{number};"), format!("({number},")];
                assert!(ends.iter().any(|end| sql.contains(end)), "{}: {number}", source.table);
            }
        }
    }

    #[tokio::test]
    async fn a_document_says_its_kind_and_its_row_whatever_the_number_of_kinds() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
        for tag in (0..40).chain([254, 255, 262]) {
            for row in [1_i64, 7, 8, 255, 2_048, 4_000_000_000] {
                let sql = format!("SELECT {TAG}, {ROW} FROM (SELECT {} AS rowid)", document(tag, &row.to_string()));
                let found: (u32, i64) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut conn).await.expect("read");
                assert_eq!(found, (tag, row));
            }
        }
    }
}
