//! A network that breaks on purpose: connections pass, are refused, stall, or are cut after some bytes in one direction.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;

use satchel_sim::random::Random;

/// A proxy before one server.
pub struct Proxy {
    /// Where laptops connect.
    pub address: SocketAddr,
    healed: Arc<AtomicBool>,
    broken: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

/// What happens to a connection.
#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    Refuse,
    /// Closed after so many bytes to the server.
    CutUp(u64),
    /// Closed after so many bytes to the laptop: the server did it, the laptop never hears.
    CutDown(u64),
    /// Each piece late by so many milliseconds.
    Slow(u64),
}

impl Proxy {
    /// Listens on a free port before `server`; faults come from `seed`.
    pub fn start(server: SocketAddr, seed: u64) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let healed = Arc::new(AtomicBool::new(true));
        let broken = Arc::new(AtomicU64::new(0));
        let random = Arc::new(Mutex::new(Random::new(seed)));
        let down = Arc::new(AtomicU64::new(0));
        let (well, count, bytes) = (healed.clone(), broken.clone(), down.clone());
        std::thread::spawn(move || {
            for laptop in listener.incoming().flatten() {
                let fault = match random.lock() {
                    Ok(mut random) if !well.load(Ordering::Relaxed) => draw(&mut random),
                    _ => Fault::None,
                };
                if !matches!(fault, Fault::None | Fault::Slow(_)) {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                let bytes = bytes.clone();
                std::thread::spawn(move || pass(laptop, server, fault, &bytes));
            }
        });
        Ok(Self { address, healed, broken, down })
    }

    /// Breaks connections from now on, or lets all pass.
    pub fn set_healed(&self, healed: bool) {
        self.healed.store(healed, Ordering::Relaxed);
    }

    /// How many connections were broken.
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }

    /// Bytes that went to laptops, encryption included.
    pub fn bytes_down(&self) -> u64 {
        self.down.load(Ordering::Relaxed)
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }
}

fn draw(random: &mut Random) -> Fault {
    // A TLS handshake is about 2,000 bytes down and 700 up; most cuts should fall behind it.
    match random.wide(10) {
        0 => Fault::Refuse,
        1 | 2 => Fault::CutUp(600 + random.wide(4_000)),
        3..=5 => Fault::CutDown(900 + random.wide(3_000)),
        6 => Fault::Slow(1 + random.wide(20)),
        _ => Fault::None,
    }
}

fn pass(laptop: TcpStream, server: SocketAddr, fault: Fault, bytes: &AtomicU64) {
    if matches!(fault, Fault::Refuse) {
        return;
    }
    let Ok(upstream) = TcpStream::connect(server) else { return };
    let (Ok(laptop_read), Ok(upstream_read)) = (laptop.try_clone(), upstream.try_clone()) else { return };
    let (up, down, delay) = match fault {
        Fault::CutUp(bytes) => (bytes, u64::MAX, 0),
        Fault::CutDown(bytes) => (u64::MAX, bytes, 0),
        Fault::Slow(ms) => (u64::MAX, u64::MAX, ms),
        Fault::None | Fault::Refuse => (u64::MAX, u64::MAX, 0),
    };
    let there = std::thread::spawn(move || copy(laptop_read, upstream, up, delay, &AtomicU64::new(0)));
    copy(upstream_read, laptop, down, delay, bytes);
    // The other direction ends when its sockets are shut down by this one.
    let _ = there.join();
}

fn copy(mut from: TcpStream, mut to: TcpStream, mut budget: u64, delay_ms: u64, bytes: &AtomicU64) {
    let mut buffer = [0_u8; 16 * 1024];
    while let Ok(n) = from.read(&mut buffer) {
        if n == 0 {
            break;
        }
        if delay_ms > 0 {
            std::thread::sleep(Duration::from_millis(delay_ms));
        }
        let part = usize::try_from(budget.min(n as u64)).unwrap_or(n);
        if to.write_all(&buffer[..part]).is_err() {
            break;
        }
        bytes.fetch_add(part as u64, Ordering::Relaxed);
        budget = budget.saturating_sub(part as u64);
        if budget == 0 {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
