//! Text to records: our own reading of quotes, so that one that is never closed costs its own cell and not the rest of the
//! list. Invariant: every character stands in exactly one record; a record's number is its place in the file.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::grid::{MAX_CELLS, MAX_COLUMNS, Records};
use super::headers::known_header;
use super::read::ReadError;

/// Records and characters looked at to find the delimiter.
const HEAD_RECORDS: usize = 40;
const HEAD_BYTES: usize = 64 * 1024;
/// Longest cell over several lines, bytes.
const LONGEST: usize = 256 * 1024;
/// What may stand between two cells, the commonest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records of a text with what was said about them.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// Records with their number, from 1; blank lines count and are left out.
    pub(super) records: Records,
    /// Records in which a quote is opened and never closed.
    pub(super) open: Vec<u32>,
}

/// Cuts a text into records by the delimiter wanted, else by the one that fits it best; the delimiter comes with them.
pub(super) fn cut(text: &str, wanted: Option<u8>) -> Result<(Cut, u8), ReadError> {
    let visible = tidy(text);
    let text = visible.as_deref().unwrap_or(text);
    if let Some(delimiter) = wanted {
        return Ok((records(text, delimiter, width(text, delimiter), usize::MAX)?, delimiter));
    }
    if let Some((delimiter, rest)) = declared(text) {
        let mut cut = records(rest, delimiter, width(rest, delimiter), usize::MAX)?;
        // The line that names the delimiter is a line of the file.
        cut.records.iter_mut().for_each(|(number, _)| *number += 1);
        cut.open.iter_mut().for_each(|number| *number += 1);
        return Ok((cut, delimiter));
    }
    let delimiter = sniff(text)?;
    if delimiter.is_none()
        && let Some(inner) = unwrapped(text)
        && let Some(delimiter) = sniff(&inner)?
    {
        return Ok((records(&inner, delimiter, width(&inner, delimiter), usize::MAX)?, delimiter));
    }
    let delimiter = delimiter.unwrap_or(b',');
    Ok((records(text, delimiter, width(text, delimiter), usize::MAX)?, delimiter))
}

/// A text without the marks that nobody sees and that make two equal texts differ, its letters composed; `None` where it is
/// so already. Joiners stay: the scripts of India need them.
pub(super) fn tidy(text: &str) -> Option<String> {
    let unseen = |c: char| {
        matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{ad}')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.is_ascii() {
        return None;
    }
    let bare = text.contains(unseen).then(|| text.replace(unseen, ""));
    let seen = bare.as_deref().unwrap_or(text);
    if is_nfc_quick(seen.chars()) == IsNormalized::Yes { bare } else { Some(seen.nfc().collect()) }
}

/// `sep=;` in the first line, as spreadsheets write it.
fn declared(text: &str) -> Option<(u8, &str)> {
    let end = text.find(['\n', '\r'])?;
    let line = text[..end].trim_matches('"');
    let sign = line.get(..4).filter(|begin| begin.eq_ignore_ascii_case("sep=")).map(|_| &line[4..])?;
    let delimiter = DELIMITERS.into_iter().find(|d| sign.as_bytes() == [*d])?;
    let rest = &text[end..];
    Some((delimiter, rest.strip_prefix("\r\n").unwrap_or(&rest[1..])))
}

/// The beginning of a text, cut at a character.
fn head(text: &str) -> &str {
    let mut end = text.len().min(HEAD_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The commonest number of cells among the first records.
fn width(text: &str, delimiter: u8) -> usize {
    let Ok(cut) = records(head(text), delimiter, usize::MAX, HEAD_RECORDS) else { return usize::MAX };
    commonest(&cut.records).0
}

/// The commonest number of cells, and how many records have it.
fn commonest(records: &Records) -> (usize, usize) {
    let mut counts = std::collections::BTreeMap::new();
    for (_, row) in records {
        *counts.entry(row.len()).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|(cells, count)| (*count, *cells)).unwrap_or((0, 0))
}

/// The delimiter by which the first records hold a header of ours, else by which they are cut most evenly; none when there is
/// only one column by each.
fn sniff(text: &str) -> Result<Option<u8>, ReadError> {
    let mut best = (0, None);
    for delimiter in DELIMITERS {
        let cut = records(head(text), delimiter, usize::MAX, HEAD_RECORDS)?;
        let named = |row: &[String]| row.iter().filter(|cell| cell.len() < 80 && known_header(cell)).count();
        let wide = cut.records.iter().filter(|(_, row)| row.len() > 1);
        let hits = wide.map(|(_, row)| named(row)).max().unwrap_or(0);
        let (cells, even) = commonest(&cut.records);
        let share = if cells < 2 { 0 } else { even * 1_000 / cut.records.len().max(1) + cells.min(99) };
        let widest = cut.records.iter().map(|(_, row)| row.len()).max().unwrap_or(0);
        let score = if hits >= 2 { hits * 10_000 } else { 0 } + share + usize::from(widest > 1);
        if score > best.0 {
            best = (score, Some(delimiter));
        }
    }
    Ok(best.1)
}

/// Lines that are each one quoted cell: `"name,city"`. What they hold is the list.
fn unwrapped(text: &str) -> Option<String> {
    let cut = records(text, b',', usize::MAX, usize::MAX).ok()?;
    let single = cut.records.iter().all(|(_, row)| row.len() == 1);
    let mut lines = String::with_capacity(text.len());
    let mut last = 0;
    for (number, row) in cut.records {
        for _ in last + 1..number {
            lines.push('\n');
        }
        last = number;
        lines.push_str(row.first()?);
        lines.push('\n');
    }
    (single && text.starts_with('"')).then_some(lines)
}

/// Where a cell ends, and where the next begins.
enum Ended {
    Cell(usize),
    Record(usize),
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    delimiter: u8,
    /// Cells of a usual record: a line inside quotes with as many is a record that was swallowed.
    width: usize,
    last_quote: usize,
}

/// Cuts into at most `most` records.
fn records(text: &str, delimiter: u8, width: usize, most: usize) -> Result<Cut, ReadError> {
    let bytes = text.as_bytes();
    let last_quote = text.rfind('"').unwrap_or(0);
    let reader = Reader { text, bytes, delimiter, width, last_quote };
    let mut cut = Cut::default();
    let (mut at, mut number, mut cells) = (0, 1_u32, 0_usize);
    let mut row: Vec<String> = Vec::new();
    while at < bytes.len() && cut.records.len() < most {
        let (cell, ended, open) = reader.cell(at, row.len());
        if open && cut.open.last() != Some(&number) {
            cut.open.push(number);
        }
        if row.len() < MAX_COLUMNS {
            row.push(cell);
            cells += 1;
        }
        if cells > MAX_CELLS {
            return Err(ReadError::TooManyCells);
        }
        match ended {
            Ended::Cell(next) => {
                at = next;
                if at == bytes.len() && row.len() < MAX_COLUMNS {
                    row.push(String::new());
                }
            }
            Ended::Record(next) => {
                let room = row.len();
                keep(&mut cut, number, std::mem::replace(&mut row, Vec::with_capacity(room)));
                number = number.saturating_add(1);
                at = next;
            }
        }
    }
    keep(&mut cut, number, row);
    Ok(cut)
}

/// Blank lines are counted and not kept.
fn keep(cut: &mut Cut, number: u32, row: Vec<String>) {
    if row.len() > 1 || row.first().is_some_and(|cell| !cell.is_empty()) {
        cut.records.push((number, row));
    }
}

impl Reader<'_> {
    /// The cell that begins here, and whether its quote is never closed.
    fn cell(&self, start: usize, column: usize) -> (String, Ended, bool) {
        let blank = |at: &usize| self.bytes[*at] == b' ' && self.delimiter != b' ';
        let first = start + (start..self.bytes.len()).take_while(blank).count();
        let quoted = self.bytes.get(first) == Some(&b'"');
        if quoted && let Some((text, end)) = self.quoted(first + 1, column) {
            return (text.trim().to_owned(), self.after(end), false);
        }
        let stop = |b: &u8| *b == self.delimiter || *b == b'\n' || *b == b'\r';
        let end = self.bytes[start..].iter().position(stop).map_or(self.bytes.len(), |length| start + length);
        let text = self.text[start..end].trim();
        // `"The Vault" annexe` has its two quotes: nothing is open there.
        let open = quoted && text.bytes().filter(|b| *b == b'"').count() == 1;
        (if open { text[1..].trim() } else { text }.to_owned(), self.after(end), open)
    }

    /// What comes behind a cell that ends here.
    fn after(&self, end: usize) -> Ended {
        match self.bytes.get(end) {
            None => Ended::Record(end),
            Some(b) if *b == self.delimiter => Ended::Cell(end + 1),
            Some(b'\r') if self.bytes[end..].starts_with(b"\r\r\n") => Ended::Record(end + 3),
            Some(b'\r') if self.bytes.get(end + 1) == Some(&b'\n') => Ended::Record(end + 2),
            Some(_) => Ended::Record(end + 1),
        }
    }

    /// Where a cell ends if a quote that stands before this position closes it.
    fn closes(&self, behind: usize) -> Option<usize> {
        let spaces = self.bytes[behind..].iter().take_while(|b| **b == b' ').count();
        let end = behind + spaces;
        match self.bytes.get(end) {
            None | Some(b'\n' | b'\r') => Some(end),
            Some(b) => (*b == self.delimiter).then_some(end),
        }
    }

    /// The text of a quoted cell and where it ends: over several lines only when its quotes are in order.
    fn quoted(&self, start: usize, column: usize) -> Option<(String, usize)> {
        let mut text = String::new();
        let (mut at, mut from, mut lines) = (start, start, false);
        while at <= self.last_quote && at - start <= LONGEST {
            let next = at + self.bytes[at..].iter().position(|b| *b == b'"')?;
            lines = lines || self.bytes[at..next].iter().any(|b| matches!(b, b'\n' | b'\r'));
            let twice = self.bytes.get(next + 1) == Some(&b'"');
            let escaped = next > start && self.bytes[next - 1] == b'\\';
            if escaped && self.closes(next + 1).is_none() {
                text.push_str(&self.text[from..next - 1]);
                text.push('"');
                (at, from) = (next + 1, next + 1);
            } else if twice {
                text.push_str(&self.text[from..=next]);
                (at, from) = (next + 2, next + 2);
            } else if let Some(end) = self.closes(next + 1) {
                text.push_str(&self.text[from..next]);
                let whole = !lines || !self.swallowed(&self.bytes[start..next], column);
                return whole.then_some((text, end));
            } else if lines {
                return None;
            } else {
                // `"Shop 32" wide"`: a quote inside the cell, part of its text.
                at = next + 1;
            }
        }
        None
    }

    /// Whether quotes hold records and not a text of several lines: the first line is the rest of the record they are opened in,
    /// every whole line after it is a record, and the last is the beginning of the one they are closed in.
    fn swallowed(&self, inside: &[u8], column: usize) -> bool {
        let wanted = self.width.saturating_sub(1);
        if self.width == usize::MAX || wanted < 2 || column > wanted {
            return false;
        }
        let delimiters = |line: &[u8]| line.iter().filter(|b| **b == self.delimiter).count();
        let lines: Vec<&[u8]> = inside.split(|b| matches!(b, b'\n' | b'\r')).filter(|line| !line.is_empty()).collect();
        let [first, whole @ .., last] = lines.as_slice() else { return false };
        delimiters(first) == wanted - column
            && whole.iter().all(|line| delimiters(line) == wanted)
            && delimiters(last) == column
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
