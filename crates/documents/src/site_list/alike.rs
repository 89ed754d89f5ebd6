//! Which rows and sites are the same one: by code, by name and address, by distance. Two sites with different codes are two,
//! whatever their names; two of one name at different places are two.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use satchel_core::places::plain;
use satchel_core::sites::SiteDetails;

use super::check::{Existing, Outcome, merged};

/// Sites nearer than this with names alike are worth a look, metres.
const NEAR_M: f64 = 60.0;
/// Two of one name farther apart than this are two, metres.
const APART_M: f64 = 300.0;

/// Most neighbours compared: in one building there may be hundreds.
const MAX_AROUND: usize = 40;

/// Most rows of one name compared.
const MAX_CHAIN: usize = 1_000;

/// A point on earth, degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    latitude: f64,
    longitude: f64,
}

impl Place {
    /// The point of a site, when it has one.
    pub(super) fn of(details: &SiteDetails) -> Option<Self> {
        let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
        Some(Self { latitude: number(&details.latitude)?, longitude: number(&details.longitude)? })
    }

    /// Metres to another point; exact enough below some kilometres.
    fn metres(&self, other: &Self) -> f64 {
        let (dy, dx) = (self.latitude - other.latitude, self.longitude - other.longitude);
        let dx = dx * self.latitude.to_radians().cos();
        (dy * dy + dx * dx).sqrt() * 111_320.0
    }

    /// The square of about a hundred metres it lies in.
    #[allow(clippy::cast_possible_truncation)]
    fn square(&self) -> (i64, i64) {
        ((self.latitude * 1_000.0).floor() as i64, (self.longitude * 1_000.0).floor() as i64)
    }

    fn squares_around(&self) -> impl Iterator<Item = (i64, i64)> {
        let (y, x) = self.square();
        (-1..=1).flat_map(move |dy| (-1..=1).map(move |dx| (y + dy, x + dx)))
    }
}

/// What speaks against two of one name being the same site.
#[derive(Debug, Clone, Copy, Default)]
struct Signals {
    /// Both have a code, and not the same.
    other_code: bool,
    /// Their points are more than [`APART_M`] apart.
    apart: bool,
    /// Both have a province, a postal code or a phone, and not the same.
    told_apart: bool,
}

impl Signals {
    /// One signal is enough: a site too many is seen, a site too few is not.
    fn same(self) -> bool {
        !(self.other_code || self.apart || self.told_apart)
    }
}

/// What tells two sites of one name apart.
fn tells(details: &SiteDetails) -> [String; 3] {
    [plain(&details.province), plain(&details.postal_code), plain(&details.contact_phone)]
}

fn told_apart<T: PartialEq>(a: &[T; 3], b: &[T; 3], empty: fn(&T) -> bool) -> bool {
    a.iter().zip(b).any(|(a, b)| !empty(a) && !empty(b) && a != b)
}

/// A code whatever its case and spaces; its signs count: A+ is not A-.
fn code_key(code: &str) -> String {
    code.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// An earlier row that is like this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Like {
    /// It is the same site.
    Same(u32),
    /// Names alike and next door.
    Near(u32),
}

/// What is kept of a row: a list may have a hundred thousand.
#[derive(Debug, Clone)]
struct Noted {
    row: u32,
    has_code: bool,
    /// Province, postal code and phone as hashes, 0 where there is none.
    tells: [u64; 3],
    name: Box<str>,
    place: Option<Place>,
    /// The row before it with the same name and address, and the one before it in the same square.
    same_name: Option<u32>,
    same_square: Option<u32>,
}

/// Rows seen so far; texts are known by 128 bits of their hash.
pub(super) struct Seen {
    hashers: [RandomState; 2],
    rows: Vec<Noted>,
    by_code: HashMap<u128, u32>,
    by_name: HashMap<u128, u32>,
    by_square: HashMap<(i64, i64), u32>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            hashers: [RandomState::new(), RandomState::new()],
            rows: Vec::new(),
            by_code: HashMap::new(),
            by_name: HashMap::new(),
            by_square: HashMap::new(),
        }
    }
}

impl Seen {
    /// The earlier row like this one; notes this one when it is a site of its own.
    pub(super) fn like(&mut self, details: &SiteDetails, place: Option<&Place>, row: u32, named: bool) -> Option<Like> {
        let (code, name) = (code_key(&details.code), plain(&details.name));
        let by_code = (!code.is_empty()).then(|| self.hash(&code));
        if let Some(first) = by_code.and_then(|hash| self.by_code.get(&hash)) {
            return Some(Like::Same(*first));
        }
        let by_name =
            self.hash(&format!("{}|{}|{}", code_key(&details.name), plain(&details.address), plain(&details.city)));
        let tells = tells(details).map(|text| if text.is_empty() { 0 } else { self.hashers[0].hash_one(text) | 1 });
        let same_name = self.by_name.get(&by_name).copied();
        let same = self.chain(same_name, |noted| noted.same_name).find(|noted| {
            let other_code = by_code.is_some() && noted.has_code;
            let apart = place.zip(noted.place.as_ref()).is_some_and(|(a, b)| a.metres(b) > APART_M);
            let signals =
                Signals { other_code, apart, told_apart: told_apart(&tells, &noted.tells, |tell| *tell == 0) };
            // Names that were made from codes and places are alike by nature.
            named && signals.same()
        });
        if let Some(noted) = same {
            return Some(Like::Same(noted.row));
        }
        let near = place.filter(|_| named).and_then(|place| {
            let around = place.squares_around().filter_map(|square| self.by_square.get(&square).copied());
            let mut noted = around.flat_map(|last| self.chain(Some(last), |noted| noted.same_square)).take(MAX_AROUND);
            noted.find(|n| n.place.is_some_and(|p| p.metres(place) < NEAR_M) && names_alike(&n.name, &name))
        });
        let near = near.map(|noted| Like::Near(noted.row));
        let at = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        if let Some(hash) = by_code {
            self.by_code.insert(hash, row);
        }
        self.by_name.insert(by_name, at);
        let same_square = place.and_then(|place| self.by_square.insert(place.square(), at));
        let name = if named { name.into_boxed_str() } else { Box::default() };
        self.rows.push(Noted {
            row,
            has_code: by_code.is_some(),
            tells,
            name,
            place: place.copied(),
            same_name,
            same_square,
        });
        near
    }

    fn hash(&self, text: &str) -> u128 {
        let [a, b] = self.hashers.each_ref().map(|hasher| u128::from(hasher.hash_one(text)));
        (a << 64) | b
    }

    /// The rows of a chain, the latest first; a chain of thousands is not walked to its end.
    fn chain(&self, last: Option<u32>, before: fn(&Noted) -> Option<u32>) -> impl Iterator<Item = &Noted> {
        let of = |at: u32| self.rows.get(at as usize);
        std::iter::successors(last.and_then(of), move |noted| before(noted).and_then(of)).take(MAX_CHAIN)
    }
}

/// Names that differ by a letter or a word's end: `Main Street` and `Main Str`.
fn names_alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !short.is_empty() && (long.starts_with(short) || strsim::normalized_levenshtein(a, b) > 0.85)
}

/// The sites an account has, by everything they can be found by.
pub(super) struct ExistingIndex<'a> {
    existing: &'a [Existing],
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_square: HashMap<(i64, i64), Vec<usize>>,
}

impl<'a> ExistingIndex<'a> {
    pub(super) fn new(existing: &'a [Existing]) -> Self {
        let mut index = Self { existing, by_code: HashMap::new(), by_name: HashMap::new(), by_square: HashMap::new() };
        for (at, site) in existing.iter().enumerate() {
            if !site.details.code.is_empty() {
                index.by_code.entry(code_key(&site.details.code)).or_insert(at);
            }
            index.by_name.entry(Self::name_key(&site.details)).or_default().push(at);
            if let Some(place) = Place::of(&site.details) {
                index.by_square.entry(place.square()).or_default().push(at);
            }
        }
        index
    }

    fn name_key(details: &SiteDetails) -> String {
        format!("{}|{}", plain(&details.name), plain(&details.city))
    }

    /// What a row does to the sites that are there.
    pub(super) fn outcome(&self, details: &SiteDetails) -> Outcome {
        let by_code = (!details.code.is_empty()).then(|| self.by_code.get(&code_key(&details.code)).copied()).flatten();
        let Some(index) = by_code.or_else(|| self.by_name(details)) else { return Outcome::New };
        if merged(&self.existing[index].details, details) == self.existing[index].details {
            Outcome::Unchanged(index)
        } else {
            Outcome::Changed(index)
        }
    }

    /// Name of the site that a row would change, where the row has another name and another town: worth a question.
    pub(super) fn other(&self, outcome: Outcome, details: &SiteDetails) -> Option<&'a str> {
        let Outcome::Changed(at) = outcome else { return None };
        let there = &self.existing.get(at)?.details;
        let differs = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && plain(a) != plain(b);
        (differs(&there.name, &details.name) && differs(&there.city, &details.city)).then_some(there.name.as_str())
    }

    fn by_name(&self, details: &SiteDetails) -> Option<usize> {
        let place = Place::of(details);
        let address = plain(&details.address);
        let named = self.by_name.get(&Self::name_key(details))?;
        let there = |at: usize| &self.existing[at].details;
        let at_address = |at: usize| !address.is_empty() && plain(&there(at).address) == address;
        let same = |at: &&usize| {
            let other_code = !details.code.is_empty() && !there(**at).code.is_empty();
            let apart = place.zip(Place::of(there(**at))).is_some_and(|(a, b)| a.metres(&b) > APART_M);
            let told_apart = told_apart(&tells(details), &tells(there(**at)), String::is_empty);
            // The same address outweighs what changed in between: a new phone is no new site.
            Signals { other_code, apart, told_apart: told_apart && !at_address(**at) }.same()
        };
        // Of several with one name the one at the same address is meant.
        named.iter().filter(same).find(|at| at_address(**at)).or_else(|| named.iter().find(same)).copied()
    }

    /// Name of a site next door whose name is like this one's.
    pub(super) fn near(&self, details: &SiteDetails, place: Option<&Place>) -> Option<&'a str> {
        let place = place?;
        let name = plain(&details.name);
        place
            .squares_around()
            .filter_map(|square| self.by_square.get(&square))
            .flatten()
            .take(MAX_AROUND)
            .map(|at| &self.existing[*at].details)
            .find(|site| {
                Place::of(site).is_some_and(|p| p.metres(place) < NEAR_M) && names_alike(&plain(&site.name), &name)
            })
            .map(|site| site.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_signal_makes_another_site() {
        for (signals, same) in [
            (Signals::default(), true),
            (Signals { other_code: true, ..Signals::default() }, false),
            (Signals { apart: true, ..Signals::default() }, false),
            (Signals { told_apart: true, ..Signals::default() }, false),
        ] {
            assert_eq!(signals.same(), same, "{signals:?}");
        }
        assert_ne!(code_key("A+"), code_key("A-"));
        assert_eq!(code_key(" ab  1"), code_key("AB 1"));
    }
}
