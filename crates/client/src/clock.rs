//! The device's clocks: the wall clock is evidence, the monotonic one is measured. Everything the engine asks the time of
//! asks here.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use chrono::{Duration, Utc};
use satchel_core::time::{DeviceClock, Timestamp};

/// Handle to the device's clocks; clones share it.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    boot_id: String,
    started: Instant,
    wrong_by_ms: AtomicI64,
}

impl Default for Clock {
    fn default() -> Self {
        let boot_id = system_boot().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        Self(Arc::new(Inner { boot_id, started: Instant::now(), wrong_by_ms: AtomicI64::new(0) }))
    }
}

impl Clock {
    /// The wall clock as the device shows it, whole milliseconds: what is stored and sent has nothing finer.
    pub fn wall(&self) -> Timestamp {
        let now = Utc::now() + Duration::milliseconds(self.0.wrong_by_ms.load(Ordering::Relaxed));
        Timestamp::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }

    /// All clocks at this moment.
    pub fn read(&self) -> DeviceClock {
        let mono_ms = system_uptime_ms().unwrap_or_else(|| self.0.started.elapsed().as_millis());
        DeviceClock {
            device_time: self.wall(),
            boot_id: self.0.boot_id.clone(),
            mono_ms: u64::try_from(mono_ms).unwrap_or(u64::MAX),
        }
    }

    /// Rehearsals: a device whose wall clock is wrong by this much.
    pub fn set_wrong(&self, by: Duration) {
        self.0.wrong_by_ms.store(by.num_milliseconds(), Ordering::Relaxed);
    }
}

/// The boot the system's uptime counts from; absent where only this process's own time is known.
#[cfg(target_os = "linux")]
fn system_boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

#[cfg(not(target_os = "linux"))]
fn system_boot() -> Option<String> {
    None
}

/// Milliseconds since that boot, sleep included.
#[cfg(target_os = "linux")]
fn system_uptime_ms() -> Option<u128> {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let nanos = std::time::Duration::new(u64::try_from(now.tv_sec).ok()?, u32::try_from(now.tv_nsec).ok()?);
    Some(nanos.as_millis())
}

#[cfg(not(target_os = "linux"))]
fn system_uptime_ms() -> Option<u128> {
    None
}
