//! Header texts against the names that fields go by, in all languages of `words/headers.txt`.

use std::sync::LazyLock;

use super::fields::{FIELDS, Field};
use super::values::{bare, lines};

/// Words that say nothing about which field a column is.
static QUALIFIERS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("words/qualifiers.txt")).collect());
/// Words that make a column another one: a date of the store is not the store.
static OTHERS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("words/others.txt")).collect());

/// The words of a header: `StoreCity (old)` is store, city.
fn words_of(header: &str) -> Vec<String> {
    let without_remark = header.split(['(', '[']).next().filter(|text| !text.trim().is_empty()).unwrap_or(header);
    let mut spaced = String::with_capacity(without_remark.len() + 8);
    let mut before = ' ';
    for c in without_remark.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(c);
        before = c;
    }
    bare(&spaced).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect()
}

/// A word without the qualifiers that are glued to it: `strcity` is city.
fn unglued(word: &str) -> &str {
    let mut rest = word;
    for _ in 0..2 {
        let cut =
            QUALIFIERS.iter().filter(|q| q.len() >= 3).find_map(|q| rest.strip_prefix(q).filter(|r| r.len() >= 3));
        match cut {
            Some(cut) => rest = cut,
            None => break,
        }
    }
    rest
}

/// A header text taken apart once, to be held against every name.
pub(super) struct HeaderText {
    full: String,
    glued: String,
    words: Vec<String>,
    stripped: String,
    unglued: Option<String>,
}

impl HeaderText {
    /// Takes it apart.
    pub(super) fn of(header: &str) -> Self {
        let (full, words) = (bare(header), words_of(header));
        let glued = compact(&full);
        let telling: Vec<&str> = words.iter().map(String::as_str).filter(|word| !QUALIFIERS.contains(word)).collect();
        let unglued = (words.len() == 1).then(|| unglued(&glued).to_owned());
        Self { stripped: telling.concat(), full, glued, words, unglued }
    }

    /// How surely it is this name, 0..100; 80 and more when it says nothing else. Names in front are surer.
    fn likeness(&self, name: &Name, rank: u32) -> u32 {
        let words = &self.words;
        let parts = &name.parts;
        // Of two names at the same place the longer one is meant.
        let longer = u32::try_from(parts.len()).unwrap_or(1);
        if self.full == name.text || self.glued == name.glued {
            98 - rank.min(13)
        } else if self.stripped == name.glued || self.unglued.as_ref() == Some(&name.glued) {
            84 - rank.min(4)
        } else if name.glued.len() >= 3 && words.ends_with(parts) {
            72 - rank.min(10) + longer
        } else if name.glued.len() >= 4
            && words.starts_with(parts)
            && !words[parts.len()..].iter().any(|word| OTHERS.contains(&word.as_str()))
        {
            62 - rank.min(10) + longer
        } else {
            0
        }
    }

    /// How surely it is a field of [`FIELDS`], 0..100.
    pub(super) fn likeness_of(&self, field: usize) -> u32 {
        let names = NAMES[field].iter().zip(0..);
        names.map(|(name, rank)| self.likeness(name, rank)).max().unwrap_or(0)
    }
}

struct Name {
    text: String,
    glued: String,
    parts: Vec<String>,
}

/// The names of each field, taken apart once.
static NAMES: LazyLock<Vec<Vec<Name>>> = LazyLock::new(|| {
    let name = |text: String| Name { glued: compact(&text), parts: text.split(' ').map(str::to_owned).collect(), text };
    let own = |(_, word): &(Field, &str)| -> Vec<Name> {
        let lines = lines(include_str!("words/headers.txt")).filter_map(|line| line.split_once('|'));
        let names = lines.filter(|(field, _)| field == word).flat_map(|(_, names)| names.split(','));
        names.map(|text| name(bare(text))).collect()
    };
    FIELDS.iter().map(own).collect()
});

/// Whether a cell is the name of a field and nothing else.
pub(super) fn known_header(cell: &str) -> bool {
    let text = HeaderText::of(cell);
    (0..FIELDS.len()).any(|field| text.likeness_of(field) >= 80)
}

/// Whether a column holds provinces, towns or countries by its name.
pub(super) fn names_a_place(header: &str) -> bool {
    let text = HeaderText::of(header);
    let places = [Field::Province, Field::City, Field::Country];
    FIELDS.iter().enumerate().any(|(at, (field, ..))| places.contains(field) && text.likeness_of(at) >= 60)
}
