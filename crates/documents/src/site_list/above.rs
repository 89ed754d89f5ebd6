//! The site above each site, as a list says it: by the customer's code, else by the name. Invariant: what would put a site
//! under itself, or is not known for sure, is said and not taken.

use std::collections::HashMap;

use satchel_core::places::plain;
use satchel_core::sites::SiteDetails;

use super::alike::code_key;
use super::check::{Existing, Outcome};

/// The site that a row stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteAbove {
    /// A site the account has, by its index.
    Existing(usize),
    /// A site that this list adds, by its row in the file.
    Row(u32),
}

/// Why a row's site above is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// No site has this code or name.
    Unknown,
    /// Several sites have this name.
    Ambiguous,
    /// It would stand under itself, directly or around.
    Ring,
}

impl NotTaken {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Unknown => "parent.unknown",
            Self::Ambiguous => "parent.ambiguous",
            Self::Ring => "parent.ring",
        }
    }
}

/// All sites there would be, with what stands above each.
pub(super) struct Above {
    existing: usize,
    /// Row in the file of each site that is not there yet.
    rows: Vec<u32>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// Site above each, by the same numbers.
    above: Vec<Option<usize>>,
    /// What rows say, with the site they are.
    said: Vec<(u32, usize, String)>,
    ring: Vec<bool>,
}

impl Above {
    pub(super) fn new(existing: &[Existing]) -> Self {
        let ids: HashMap<&str, usize> = existing.iter().enumerate().map(|(at, site)| (site.id.as_str(), at)).collect();
        let parent = |site: &Existing| site.parent.as_deref().and_then(|id| ids.get(id)).copied();
        let mut found = Self {
            existing: existing.len(),
            rows: Vec::new(),
            by_code: HashMap::new(),
            by_name: HashMap::new(),
            above: existing.iter().map(parent).collect(),
            said: Vec::new(),
            ring: Vec::new(),
        };
        for (at, site) in existing.iter().enumerate() {
            found.name(at, &site.details);
        }
        found
    }

    fn name(&mut self, at: usize, details: &SiteDetails) {
        if !details.code.is_empty() {
            self.by_code.entry(code_key(&details.code)).or_insert(at);
        }
        let named = self.by_name.entry(plain(&details.name)).or_default();
        if !named.contains(&at) {
            named.push(at);
        }
    }

    /// Notes a row that would be imported, and what it says stands above it.
    pub(super) fn add(&mut self, row: u32, details: &SiteDetails, outcome: Outcome, says: &str) {
        let at = match outcome {
            Outcome::Changed(at) | Outcome::Unchanged(at) => at,
            Outcome::New => {
                self.rows.push(row);
                self.above.push(None);
                self.above.len() - 1
            }
            Outcome::Skipped | Outcome::Error => return,
        };
        self.name(at, details);
        if !says.is_empty() {
            self.said.push((row, at, says.to_owned()));
        }
    }

    fn find(&self, says: &str) -> Result<usize, NotTaken> {
        if let Some(at) = self.by_code.get(&code_key(says)) {
            return Ok(*at);
        }
        match self.by_name.get(&plain(says)).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some([_, ..]) => Err(NotTaken::Ambiguous),
            _ => Err(NotTaken::Unknown),
        }
    }

    /// Puts everything where it is said to be, and finds what would go round in a ring.
    pub(super) fn settle(&mut self) {
        for (_, at, says) in std::mem::take(&mut self.said) {
            if let Ok(above) = self.find(&says) {
                self.above[at] = Some(above);
            }
        }
        // 0 not looked at, 1 on the way, 2 done.
        let mut looked = vec![0_u8; self.above.len()];
        self.ring = vec![false; self.above.len()];
        for start in 0..self.above.len() {
            let mut way = Vec::new();
            let mut at = Some(start);
            while let Some(here) = at.filter(|here| looked[*here] == 0) {
                looked[here] = 1;
                way.push(here);
                at = self.above[here];
            }
            if let Some(closed) = at.filter(|here| looked[*here] == 1) {
                let from = way.iter().position(|here| *here == closed).unwrap_or(0);
                for here in &way[from..] {
                    self.ring[*here] = true;
                }
            }
            for here in way {
                looked[here] = 2;
            }
        }
    }

    /// The site above a row, and whether that is news to the site it is; `None` when the row says what already is, or nothing.
    pub(super) fn of(
        &self,
        existing: &[Existing],
        (row, outcome): (u32, Outcome),
        says: &str,
    ) -> Result<Option<SiteAbove>, NotTaken> {
        let itself = match outcome {
            Outcome::Skipped | Outcome::Error => return Ok(None),
            _ if says.is_empty() => return Ok(None),
            Outcome::Changed(at) | Outcome::Unchanged(at) => Some(at),
            Outcome::New => self.rows.binary_search(&row).ok().map(|at| self.existing + at),
        };
        let above = self.find(says)?;
        if itself.and_then(|at| self.ring.get(at)).copied().unwrap_or(false) {
            return Err(NotTaken::Ring);
        }
        let site = if above < self.existing {
            SiteAbove::Existing(above)
        } else {
            SiteAbove::Row(self.rows.get(above - self.existing).copied().unwrap_or(0))
        };
        let same = match (outcome, site) {
            (Outcome::Changed(at) | Outcome::Unchanged(at), SiteAbove::Existing(above)) => {
                existing[at].parent.as_deref() == Some(existing[above].id.as_str())
            }
            _ => false,
        };
        Ok((!same).then_some(site))
    }
}
