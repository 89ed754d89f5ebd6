//! What one may ask of this server before it is known who asks: how large, how often, how many at once, how long.
//!
//! Invariants: nothing that a stranger sends is kept longer than its request, weighs more than its route allows, or is a key of
//! anything by its own length; what costs memory or a core waits for its turn, and too many waiting are sent away.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use satchel_core::ids::UserId;
use satchel_core::wire::{MAX_BODY_BYTES, MAX_PUSH_PLAIN_BYTES};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::envelope::ApiError;

/// How large a body may be, bytes.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// As it comes.
    pub packed: usize,
    /// After unpacking.
    pub plain: usize,
}

/// Signing in and registering: a few short texts.
pub const SHORT: Size = Size { packed: 16 * 1024, plain: 16 * 1024 };
/// A chunk of a file.
pub const FILES: Size = Size { packed: 400 * 1024, plain: 400 * 1024 };
/// A pull names the scopes whose cursors differ.
pub const PULL: Size = Size { packed: 2 * 1024 * 1024, plain: 4 * 1024 * 1024 };
/// A push.
pub const PUSH: Size = Size { packed: MAX_BODY_BYTES, plain: MAX_PUSH_PLAIN_BYTES };

/// No piece of a body for so long, and the request ends.
pub const BODY_SILENCE: Duration = Duration::from_secs(15);
/// No request takes longer until its answer begins.
pub const REQUEST: Duration = Duration::from_secs(120);

/// Plain bytes up to which a body is anybody's; larger ones are worked on one at a time.
const LARGE_BYTES: usize = 1024 * 1024;
/// Bodies that are read, unpacked and worked on at once.
const BODIES_AT_ONCE: usize = 64;
/// Lines of pokes that a person may hold open: one a laptop.
const LINES_A_PERSON: usize = 20;
/// Passwords that may wait for their turn.
const PASSWORDS_WAITING: usize = 64;

/// How often something may be done. Kept in this process: N servers allow N times as much.
pub struct Limits {
    /// Signing in, by the digest of the e-mail address; from a device it was signed in on before, of both.
    sign_in: DefaultKeyedRateLimiter<[u8; 16]>,
    /// The same over an hour: who guesses on waits longer.
    sign_in_hour: DefaultKeyedRateLimiter<[u8; 16]>,
    /// Signing in, by network.
    sign_in_from: DefaultKeyedRateLimiter<IpAddr>,
    /// Pages and forms, by network.
    pages: DefaultKeyedRateLimiter<IpAddr>,
    /// Requests for a quote, by network.
    requests: DefaultKeyedRateLimiter<IpAddr>,
    /// Lists handed in, by network.
    lists: DefaultKeyedRateLimiter<IpAddr>,
}

fn quota(often: u32, of: fn(NonZeroU32) -> Quota) -> Quota {
    of(NonZeroU32::new(often).unwrap_or(NonZeroU32::MIN))
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in: RateLimiter::keyed(quota(10, Quota::per_minute)),
            sign_in_hour: RateLimiter::keyed(quota(60, Quota::per_hour)),
            sign_in_from: RateLimiter::keyed(quota(60, Quota::per_minute)),
            pages: RateLimiter::keyed(quota(120, Quota::per_minute)),
            requests: RateLimiter::keyed(quota(5, Quota::per_hour)),
            lists: RateLimiter::keyed(quota(20, Quota::per_hour)),
        }
    }
}

impl Limits {
    /// Whether somebody may try once more to sign in. `known`: the device, where they were signed in on it before: what strangers
    /// try elsewhere does not lock it out.
    pub fn sign_in(&self, email: &str, known: Option<&[u8]>) -> bool {
        let mut hash = Sha256::new();
        hash.update(email.trim().to_lowercase().as_bytes());
        if let Some(device) = known {
            hash.update([0_u8]);
            hash.update(device);
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hash.finalize()[..16]);
        self.sign_in_hour.check_key(&key).is_ok() && self.sign_in.check_key(&key).is_ok()
    }

    /// The same for a network. What comes from this machine comes from a proxy that does not say for whom.
    pub fn sign_in_from(&self, address: IpAddr) -> bool {
        let network = network(address);
        network.is_loopback() || self.sign_in_from.check_key(&network).is_ok()
    }

    /// Whether a network may have one more page.
    pub fn page(&self, address: IpAddr) -> bool {
        self.pages.check_key(&network(address)).is_ok()
    }

    /// Whether a network may ask for one more quote.
    pub fn request(&self, address: IpAddr) -> bool {
        self.requests.check_key(&network(address)).is_ok()
    }

    /// Whether a network may hand in one more list.
    pub fn list(&self, address: IpAddr) -> bool {
        self.lists.check_key(&network(address)).is_ok()
    }

    /// Forgets whom nothing holds back any more.
    pub fn tidy(&self) {
        self.sign_in.retain_recent();
        self.sign_in_hour.retain_recent();
        self.sign_in_from.retain_recent();
        self.pages.retain_recent();
        self.requests.retain_recent();
        self.lists.retain_recent();
    }
}

/// What one may have to oneself: an IPv4 address however it is written, of IPv6 the first 64 bits.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
        other => other,
    }
}

/// Turns for what costs memory or a core.
pub struct Turns {
    bodies: Arc<Semaphore>,
    large: Arc<Semaphore>,
    unpacking: Semaphore,
    passwords: Semaphore,
    waiting: Semaphore,
    lines: Arc<Mutex<HashMap<UserId, usize>>>,
}

/// A line of pokes that somebody holds open.
pub struct Line {
    person: UserId,
    lines: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = lines.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                lines.remove(&self.person);
            }
        }
    }
}

impl Default for Turns {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            bodies: Arc::new(Semaphore::new(BODIES_AT_ONCE)),
            large: Arc::new(Semaphore::new(1)),
            unpacking: Semaphore::new(cores.max(2)),
            passwords: Semaphore::new(cores),
            waiting: Semaphore::new(PASSWORDS_WAITING),
            lines: Arc::default(),
        }
    }
}

impl Turns {
    /// A turn to have a body, kept for as long as it is worked on.
    pub async fn body(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.bodies.clone().acquire_owned().await.map_err(|_| ApiError::busy())
    }

    /// A turn to have a large one.
    pub async fn large(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.large.clone().acquire_owned().await.map_err(|_| ApiError::busy())
    }

    /// One more line of pokes for a person, while they have not many.
    pub fn line(&self, person: UserId) -> Option<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let count = lines.entry(person).or_default();
        if *count >= LINES_A_PERSON {
            return None;
        }
        *count += 1;
        Some(Line { person, lines: self.lines.clone() })
    }

    /// A turn to unpack.
    pub async fn unpacking(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        self.unpacking.acquire().await.map_err(|_| ApiError::busy())
    }

    /// A turn to look at a password. Whoever comes when many wait already is sent away.
    pub async fn password(&self) -> Result<[SemaphorePermit<'_>; 2], ApiError> {
        let waiting = self.waiting.try_acquire().map_err(|_| ApiError::busy())?;
        let turn = self.passwords.acquire().await.map_err(|_| ApiError::busy())?;
        Ok([waiting, turn])
    }
}

/// Up to here a body is unpacked before it asks for the turn of a large one.
pub fn small(size: Size) -> usize {
    size.plain.min(LARGE_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_network_is_one_however_many_addresses_it_has() {
        assert_eq!(network(ip("2001:db8:1:2::1")), network(ip("2001:db8:1:2:ffff::9")));
        assert_ne!(network(ip("2001:db8:1:2::1")), network(ip("2001:db8:1:3::1")));
        assert_eq!(network(ip("::ffff:192.0.2.7")), ip("192.0.2.7"));
        let limits = Limits::default();
        let served = (0..300_u32).filter(|n| limits.page(ip(&format!("2001:db8:1:2::{n:x}")))).count();
        assert!(served <= 125, "{served} pages for one network");
    }

    #[test]
    fn a_person_has_so_many_lines_and_gets_them_back() {
        let (turns, person) = (Turns::default(), UserId(uuid::Uuid::nil()));
        let held: Vec<_> = (0..LINES_A_PERSON).map_while(|_| turns.line(person)).collect();
        assert_eq!(held.len(), LINES_A_PERSON);
        assert!(turns.line(person).is_none());
        assert!(turns.line(UserId(uuid::Uuid::max())).is_some(), "others have their own");
        drop(held);
        assert!(turns.line(person).is_some());
    }

    #[tokio::test]
    async fn more_passwords_than_may_wait_are_sent_away() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for _ in 0..PASSWORDS_WAITING {
            held.push(turns.waiting.try_acquire().expect("a place"));
        }
        assert_eq!(turns.password().await.expect_err("no place").code, "server.busy");
        held.clear();
        assert!(turns.password().await.is_ok());
    }
}
