//! When to sync again: at once when something changed here, with growing jittered pauses while the server is out of reach,
//! and rarely otherwise (the poke tells of news).

use std::time::Duration;

use super::Finish;

const IDLE: Duration = Duration::from_secs(60);
const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(60);

/// The pauses of one laptop.
#[derive(Debug, Clone)]
pub struct Pace {
    next: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Pace {
    /// How long to wait after a sync ended so. `random` spreads a thousand laptops that return at once: between half and
    /// the whole of the pause.
    pub fn after(&mut self, finish: &Finish, random: u8) -> Duration {
        match finish {
            Finish::Complete => {
                *self = Self::default();
                IDLE
            }
            Finish::Busy { retry_after_s: Some(seconds) } => {
                jitter(Duration::from_secs(*seconds).max(FIRST) * 2, random)
            }
            _ => {
                let pause = self.next;
                self.next = (self.next * 2).min(LONGEST);
                jitter(pause, random)
            }
        }
    }
}

fn jitter(pause: Duration, random: u8) -> Duration {
    pause / 2 + pause * u32::from(random) / 510
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_fall_back_after_a_sync() {
        let mut pace = Pace::default();
        let offline = Finish::Offline { code: String::new() };
        let pauses: Vec<u64> = (0..7).map(|_| pace.after(&offline, 255).as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pace.after(&Finish::Complete, 0), IDLE);
        assert_eq!(pace.after(&offline, 0), Duration::from_secs(1));
    }

    #[test]
    fn a_busy_server_is_left_alone_at_least_as_long_as_it_asks() {
        let busy = Finish::Busy { retry_after_s: Some(10) };
        assert!(Pace::default().after(&busy, 0) >= Duration::from_secs(10));
    }
}
