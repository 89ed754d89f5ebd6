//! How far a laptop is: one version for all scopes it sees, names only where one differs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::ScopeId;

/// How far a laptop is, scope by scope. A pull brings every scope to one version, so that one number says it for all of
/// them; the set they form travels as a digest, because a person may see thousands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursors {
    /// The version of every scope that is not named; 0: the laptop has no others, what comes is new to it.
    pub at: u64,
    /// [`scopes_digest`] of the scopes that stand at `at`. When it is not the digest of what the person sees, the server
    /// answers `sync.scopes_changed`, and the laptop names them all.
    pub scopes: u64,
    /// Scope to version where it is another one; 0 = from the beginning: what comes replaces what is there. The server
    /// answers which of these scopes the person no longer sees.
    pub named: BTreeMap<ScopeId, u64>,
}

impl Cursors {
    /// The version up to which the laptop has a scope that the person sees; 0 = nothing of it.
    pub fn of(&self, scope: ScopeId) -> u64 {
        self.named.get(&scope).copied().unwrap_or(self.at)
    }

    /// Every version other than "from the beginning".
    pub fn versions(&self) -> impl Iterator<Item = u64> + '_ {
        self.named.values().copied().chain([self.at]).filter(|version| *version > 0)
    }

    /// Whether the unnamed scopes are exactly these, of what the person sees; names that are not seen do not matter.
    pub fn covers(&self, visible: impl IntoIterator<Item = ScopeId>) -> bool {
        self.at == 0
            || scopes_digest(visible.into_iter().filter(|scope| !self.named.contains_key(scope))) == self.scopes
    }
}

/// Digest of a set of scopes, independent of their order: the sum of their mixed ids modulo 2^63.
pub fn scopes_digest(scopes: impl IntoIterator<Item = ScopeId>) -> u64 {
    let mixed = scopes.into_iter().map(|scope| {
        let (high, low) = scope.0.as_u64_pair();
        let mut x = high.rotate_left(32) ^ low;
        for factor in [0xbf58_476d_1ce4_e5b9_u64, 0x94d0_49bb_1331_11eb] {
            x = (x ^ (x >> 30)).wrapping_mul(factor);
        }
        x ^ (x >> 31)
    });
    mixed.fold(0, u64::wrapping_add) & i64::MAX.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn scope(n: u128) -> ScopeId {
        ScopeId(Uuid::from_u128(n))
    }

    #[test]
    fn a_set_has_one_digest_in_any_order_and_another_with_one_scope_more() {
        let digest = scopes_digest([1, 2, 3].map(scope));
        assert_eq!(digest, scopes_digest([3, 1, 2].map(scope)));
        assert_ne!(digest, scopes_digest([1, 2, 3, 4].map(scope)));
        assert_ne!(digest, scopes_digest([1, 2, 4].map(scope)));
    }

    #[test]
    fn a_grant_or_a_revoke_shows_unless_the_scope_is_named() {
        let mut cursors = Cursors { at: 7, scopes: scopes_digest([1, 2].map(scope)), named: BTreeMap::new() };
        assert!(cursors.covers([2, 1].map(scope)));
        assert!(!cursors.covers([1, 2, 3].map(scope)));
        assert!(!cursors.covers([1].map(scope)));
        cursors.named.insert(scope(3), 0);
        assert!(cursors.covers([1, 2, 3].map(scope)));
        assert_eq!((cursors.of(scope(1)), cursors.of(scope(3))), (7, 0));
    }

    #[test]
    fn a_laptop_with_nothing_is_covered_by_anything() {
        assert!(Cursors::default().covers([1, 2].map(scope)));
        assert_eq!(Cursors::default().versions().count(), 0);
    }
}
