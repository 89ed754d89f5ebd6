//! Connections. Invariant: one that says nothing ends, and neither one network nor all of them together hold more than their
//! number, so that whoever means to be served finds a place.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum_server::accept::Accept;
use axum_server::tls_rustls::RustlsAcceptor;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::limits::network;

/// A connection must have said this much within [`FIRST_WORDS`]: no request is shorter, and it settles which HTTP is spoken.
const FIRST_BYTES: usize = 24;
/// How long that may take.
const FIRST_WORDS: Duration = Duration::from_secs(10);
/// Neither side said anything for so long; a line of pokes gives a sign of life every 25 seconds.
const SILENCE: Duration = Duration::from_secs(120);

/// How many connections there may be.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    /// Together.
    pub all: usize,
    /// Of one network.
    pub network: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    networks: HashMap<IpAddr, usize>,
}

/// Lets connections in while there are places, then does TLS.
#[derive(Clone)]
pub struct Door {
    tls: RustlsAcceptor,
    room: Room,
}

/// The places and who has them.
#[derive(Clone)]
struct Room {
    places: Places,
    taken: Arc<Mutex<Taken>>,
}

impl Door {
    /// A door in front of TLS.
    pub fn new(tls: RustlsAcceptor, places: Places) -> Self {
        Self { tls, room: Room { places, taken: Arc::default() } }
    }
}

impl Room {
    fn take(&self, address: IpAddr) -> Option<Place> {
        let network = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all = taken.all;
        let of_network = taken.networks.entry(network).or_default();
        if all >= self.places.all || *of_network >= self.places.network {
            if *of_network == 0 {
                taken.networks.remove(&network);
            }
            return None;
        }
        *of_network += 1;
        taken.all += 1;
        Some(Place { network, taken: self.taken.clone() })
    }
}

/// A place that a connection holds.
struct Place {
    network: IpAddr,
    taken: Arc<Mutex<Taken>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(count) = taken.networks.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                taken.networks.remove(&self.network);
            }
        }
    }
}

type Accepted<I, S> = Pin<Box<dyn Future<Output = io::Result<(I, S)>> + Send>>;

impl<S: Send + 'static> Accept<TcpStream, S> for Door {
    type Stream = Held<<RustlsAcceptor as Accept<TcpStream, S>>::Stream>;
    type Service = S;
    type Future = Accepted<Self::Stream, S>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = stream.peer_addr().map(|peer| self.room.take(peer.ip()));
        let tls = self.tls.clone();
        Box::pin(async move {
            let place = place?.ok_or_else(|| io::Error::other("no place for this connection"))?;
            let (stream, service) = tls.accept(stream, service).await?;
            Ok((Held::new(stream, place), service))
        })
    }
}

/// A connection in its place.
pub struct Held<I> {
    stream: I,
    /// When it ends unless something is said.
    end: Pin<Box<Sleep>>,
    /// Bytes that came, counted until it is known that it speaks.
    first: usize,
    _place: Place,
}

impl<I> Held<I> {
    fn new(stream: I, place: Place) -> Self {
        Self { stream, end: Box::pin(sleep_until(Instant::now() + FIRST_WORDS)), first: 0, _place: place }
    }

    fn said(&mut self, bytes: usize) {
        self.first = self.first.saturating_add(bytes);
        if self.first >= FIRST_BYTES && bytes > 0 {
            self.end.as_mut().reset(Instant::now() + SILENCE);
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Held<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Poll::Ready(done) = Pin::new(&mut self.stream).poll_read(cx, buffer) {
            let came = buffer.filled().len() - before;
            self.said(came);
            return Poll::Ready(done);
        }
        ready!(self.end.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "a connection that says nothing")))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Held<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        if self.first >= FIRST_BYTES {
            self.said(written);
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_gets_its_places_and_leaves_the_others_to_others() {
        let room = Room { places: Places { all: 3, network: 2 }, taken: Arc::default() };
        let ip = |text: &str| -> IpAddr { text.parse().expect("an address") };
        let first = room.take(ip("2001:db8::1")).expect("a place");
        let _second = room.take(ip("2001:db8::2")).expect("a place");
        assert!(room.take(ip("2001:db8::3")).is_none(), "a third of one network");
        let _other = room.take(ip("192.0.2.1")).expect("a place for another network");
        assert!(room.take(ip("192.0.2.2")).is_none(), "more than there are");
        drop(first);
        assert!(room.take(ip("192.0.2.2")).is_some(), "a place that was left");
        assert_eq!(room.taken.lock().expect("the list").networks.len(), 2, "who has none is forgotten");
    }
}
