//! Which rows and sites are the same one. What each signal says of two stands in one table, [`RULES`]: same, other, or a
//! question for a person. Two with different codes are two, whatever their names; so are two of one name at different places.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use satchel_core::sites::SiteDetails;

use super::check::{Existing, Outcome, merged};
use super::values::folded;

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

/// What can tell whether two are the same site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// The customer's code.
    Code,
    /// The name; one that was made from code or place says nothing.
    Name,
    /// The street address.
    Road,
    /// City or town.
    Town,
    /// Province or state.
    Province,
    /// Postal code.
    PostalCode,
    /// Phone.
    Phone,
    /// The point on earth: alike within [`APART_M`].
    Point,
    /// Alike where one of the two is a site that is there already: what is known of it may have changed since.
    Earlier,
}

/// What one signal says of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Says {
    /// One of them does not have it.
    #[default]
    Nothing,
    /// Both have it, and the same.
    Alike,
    /// Both have it, and not the same.
    Differs,
}

/// What two are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// One site.
    Same,
    /// One site or two: a person says which.
    Ask,
    /// Two sites.
    Other,
}

/// Signals with what all of them must say, and what that makes of the two; the first that fits decides. A site too many is
/// seen, a site too few is not: one signal is enough for two sites, a name and a road are not enough for one.
const RULES: &[(&[(Signal, Says)], Verdict)] = {
    use Says::{Alike, Differs, Nothing};
    use Signal::{Code, Earlier, Name, Phone, Point, PostalCode, Province, Road, Town};
    use Verdict::{Ask, Other, Same};
    &[
        (&[(Code, Differs)], Other),
        (&[(Code, Alike)], Same),
        (&[(Name, Nothing)], Other),
        (&[(Name, Differs)], Other),
        (&[(Point, Differs)], Other),
        // A site that is there may have a new phone or postal code; at the same road it is the same.
        (&[(Earlier, Alike), (Road, Alike), (Town, Alike)], Same),
        (&[(Province, Differs)], Other),
        (&[(PostalCode, Differs)], Other),
        (&[(Town, Differs)], Other),
        (&[(Earlier, Alike), (Phone, Differs)], Ask),
        (&[(Earlier, Alike), (Road, Differs)], Ask),
        (&[(Phone, Differs)], Other),
        (&[(Road, Differs)], Other),
        (&[(Road, Alike), (Town, Alike)], Same),
        (&[(Road, Alike), (Province, Alike)], Same),
        (&[(PostalCode, Alike)], Same),
        (&[(Phone, Alike)], Same),
        (&[(Point, Alike)], Same),
    ]
};

/// Number of signals.
const SIGNALS: usize = Signal::Earlier as usize + 1;

/// What every signal says of two.
#[derive(Debug, Clone, Copy, Default)]
struct Signals([Says; SIGNALS]);

impl Signals {
    fn set(&mut self, signal: Signal, says: Says) {
        self.0[signal as usize] = says;
    }

    fn verdict(self) -> Verdict {
        let fits = |(wanted, _): &&(&[(Signal, Says)], Verdict)| {
            wanted.iter().all(|(signal, says)| self.0[*signal as usize] == *says)
        };
        RULES.iter().find(fits).map_or(Verdict::Ask, |(_, verdict)| *verdict)
    }
}

/// What two texts say, as hashes or as they are; empty says nothing.
fn says<T: PartialEq>(a: &T, b: &T, empty: impl Fn(&T) -> bool) -> Says {
    match (empty(a) || empty(b), a == b) {
        (true, _) => Says::Nothing,
        (false, true) => Says::Alike,
        (false, false) => Says::Differs,
    }
}

/// What two points say.
fn says_point(a: Option<&Place>, b: Option<&Place>) -> Says {
    match a.zip(b).map(|(a, b)| a.metres(b) > APART_M) {
        None => Says::Nothing,
        Some(false) => Says::Alike,
        Some(true) => Says::Differs,
    }
}

/// The texts of a site that are compared as they are, each with its signal.
const TOLD: [Signal; 5] = [Signal::Road, Signal::Town, Signal::Province, Signal::PostalCode, Signal::Phone];

/// What a site says by each of [`TOLD`].
fn told(details: &SiteDetails) -> [String; 5] {
    let d = details;
    [&d.address, &d.city, &d.province, &d.postal_code, &d.contact_phone].map(|text| folded(text))
}

/// A code whatever its case and spaces; its signs count: A+ is not A-.
pub(super) fn code_key(code: &str) -> String {
    code.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// An earlier row that is like this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Like {
    /// It is the same site.
    Same(u32),
    /// It may be the same site.
    Maybe(u32),
    /// Names alike and next door.
    Near(u32),
}

/// What is kept of a row: a list may have a hundred thousand.
#[derive(Debug, Clone)]
struct Noted {
    row: u32,
    has_code: bool,
    /// What it says by each of [`TOLD`] as hashes, 0 where there is nothing.
    told: [u64; 5],
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
        let (code, name) = (code_key(&details.code), folded(&details.name));
        let by_code = (!code.is_empty()).then(|| self.hash(&code));
        if let Some(first) = by_code.and_then(|hash| self.by_code.get(&hash)) {
            return Some(Like::Same(*first));
        }
        let texts = told(details);
        // Rows of one name at one road in one town: of others nothing would say that they are one.
        let by_name = self.hash(&format!("{}|{}|{}", code_key(&details.name), texts[0], texts[1]));
        let told = texts.map(|text| if text.is_empty() { 0 } else { self.hashers[0].hash_one(text) | 1 });
        let same_name = self.by_name.get(&by_name).copied().filter(|_| named);
        let verdict = |noted: &Noted| {
            let mut signals = Signals::default();
            signals.set(Signal::Name, Says::Alike);
            let differs = if by_code.is_some() && noted.has_code { Says::Differs } else { Says::Nothing };
            signals.set(Signal::Code, differs);
            signals.set(Signal::Point, says_point(place, noted.place.as_ref()));
            for (at, signal) in TOLD.into_iter().enumerate() {
                signals.set(signal, says(&told[at], &noted.told[at], |hash| *hash == 0));
            }
            signals.verdict()
        };
        let mut maybe = None;
        for noted in self.chain(same_name, |noted| noted.same_name) {
            match verdict(noted) {
                Verdict::Same => return Some(Like::Same(noted.row)),
                Verdict::Ask => maybe = maybe.or(Some(Like::Maybe(noted.row))),
                Verdict::Other => {}
            }
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
            told,
            name,
            place: place.copied(),
            same_name,
            same_square,
        });
        maybe.or(near)
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
        format!("{}|{}", folded(&details.name), folded(&details.city))
    }

    /// The site a row is, and whether that is to be asked. Of several that it may be, one that no row before it is.
    pub(super) fn find(&self, details: &SiteDetails, taken: &HashSet<usize>) -> Option<(usize, Verdict)> {
        let code = code_key(&details.code);
        if let Some(at) = self.by_code.get(&code).filter(|_| !code.is_empty()) {
            return Some((*at, Verdict::Same));
        }
        let named = self.by_name.get(&Self::name_key(details))?;
        let place = Place::of(details);
        let texts = told(details);
        let verdict = |at: usize| {
            let there = &self.existing[at].details;
            let mut signals = Signals::default();
            signals.set(Signal::Earlier, Says::Alike);
            signals.set(Signal::Name, Says::Alike);
            signals.set(Signal::Code, says(&code, &code_key(&there.code), String::is_empty));
            signals.set(Signal::Point, says_point(place.as_ref(), Place::of(there).as_ref()));
            for ((own, its), signal) in texts.iter().zip(told(there)).zip(TOLD) {
                signals.set(signal, says(own, &its, String::is_empty));
            }
            signals.verdict()
        };
        let verdicts = named.iter().map(|at| (*at, verdict(*at))).filter(|(_, verdict)| *verdict != Verdict::Other);
        let rank = |(at, verdict): &(usize, Verdict)| (*verdict == Verdict::Ask, taken.contains(at));
        verdicts.min_by_key(rank)
    }

    /// What a row does to the site it is.
    pub(super) fn outcome(&self, at: usize, details: &SiteDetails) -> Outcome {
        let there = &self.existing[at].details;
        if merged(there, details) == *there { Outcome::Unchanged(at) } else { Outcome::Changed(at) }
    }

    /// Name of the site that a row would change, where the row has another name and another town: worth a question.
    pub(super) fn other(&self, outcome: Outcome, details: &SiteDetails) -> Option<&'a str> {
        let Outcome::Changed(at) = outcome else { return None };
        let there = &self.existing.get(at)?.details;
        let differs = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && folded(a) != folded(b);
        (differs(&there.name, &details.name) && differs(&there.city, &details.city)).then_some(there.name.as_str())
    }

    /// Name of a site next door whose name is like this one's.
    pub(super) fn near(&self, details: &SiteDetails, place: Option<&Place>) -> Option<&'a str> {
        let place = place?;
        let name = folded(&details.name);
        place
            .squares_around()
            .filter_map(|square| self.by_square.get(&square))
            .flatten()
            .take(MAX_AROUND)
            .map(|at| &self.existing[*at].details)
            .find(|site| {
                Place::of(site).is_some_and(|p| p.metres(place) < NEAR_M) && names_alike(&folded(&site.name), &name)
            })
            .map(|site| site.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(signals: &[(Signal, Says)]) -> Verdict {
        let mut all = Signals::default();
        all.set(Signal::Name, Says::Alike);
        signals.iter().for_each(|(signal, says)| all.set(*signal, *says));
        all.verdict()
    }

    #[test]
    fn one_signal_makes_another_site() {
        use Signal::{Code, Name, Phone, Point, PostalCode, Province, Road, Town};
        for signal in [Code, Name, Phone, Point, PostalCode, Province, Road, Town] {
            let mut signals: Vec<_> = [Road, Town, Province, PostalCode].map(|signal| (signal, Says::Alike)).to_vec();
            assert_eq!(verdict(&signals), Verdict::Same);
            signals.push((signal, Says::Differs));
            assert_eq!(verdict(&signals), Verdict::Other, "{signal:?}");
        }
    }

    #[test]
    fn a_name_and_a_road_are_not_enough_for_one_site() {
        use Signal::{Code, Name, Phone, Point, PostalCode, Province, Road, Town};
        for (signals, expected) in [
            (&[][..], Verdict::Ask),
            (&[Road], Verdict::Ask),
            (&[Town], Verdict::Ask),
            (&[Town, Province], Verdict::Ask),
            (&[Road, Town], Verdict::Same),
            (&[Road, Province], Verdict::Same),
            (&[PostalCode], Verdict::Same),
            (&[Phone], Verdict::Same),
            (&[Point], Verdict::Same),
            (&[Code], Verdict::Same),
        ] {
            let alike: Vec<_> = signals.iter().map(|signal| (*signal, Says::Alike)).collect();
            assert_eq!(verdict(&alike), expected, "{signals:?}");
        }
        // A name that was made says nothing, whatever else is alike.
        assert_eq!(verdict(&[(Name, Says::Nothing), (Road, Says::Alike), (Town, Says::Alike)]), Verdict::Other);
    }

    #[test]
    fn a_site_that_is_there_may_have_changed_since() {
        use Signal::{Earlier, Phone, Point, PostalCode, Road, Town};
        let road = [(Earlier, Says::Alike), (Road, Says::Alike), (Town, Says::Alike)];
        for (differs, expected) in [(Phone, Verdict::Same), (PostalCode, Verdict::Same), (Point, Verdict::Other)] {
            assert_eq!(verdict(&[&road[..], &[(differs, Says::Differs)]].concat()), expected, "{differs:?}");
        }
        for differs in [Phone, Road] {
            assert_eq!(verdict(&[(Earlier, Says::Alike), (Town, Says::Alike), (differs, Says::Differs)]), Verdict::Ask);
        }
    }

    #[test]
    fn signs_in_codes_count_and_their_case_does_not() {
        assert_ne!(code_key("A+"), code_key("A-"));
        assert_ne!(code_key("1/2"), code_key("1-2"));
        assert_eq!(code_key(" ab  1"), code_key("AB 1"));
    }
}
