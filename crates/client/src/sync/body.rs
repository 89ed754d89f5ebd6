//! The answer to a pull, line by line: from memory, or while it still comes. Invariant: whoever reads to the end has read what
//! the server sent; a body that is cut or changed ends in an error, and nothing of it is kept.

use std::io::Write;
use std::time::Duration;

use satchel_core::canonical_json::sha256_hex;
use satchel_core::wire::{MAGIC, MAX_PLAIN_BYTES, TRAILING_HASH};
use sha2::{Digest, Sha256};

use super::transport::TransportError;

/// Compressed bytes that are unpacked at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Compressed bytes of an answer that is taken in while it comes.
const MOST_COMING: usize = 2 * 1024 * 1024 * 1024;
/// A server that says nothing for so long in the middle of an answer is gone.
const SILENCE: Duration = Duration::from_secs(30);

/// An answer.
pub(super) enum Body {
    /// All of it, checked, without its magic.
    Whole(Vec<u8>),
    /// As it comes.
    Coming(Box<Coming>),
}

/// An answer on its way. Its last bytes are the hash of those before.
pub(super) struct Coming {
    response: reqwest::Response,
    hash: Sha256,
    /// Came, but may be the hash.
    held: Vec<u8>,
    seen: usize,
}

fn cut() -> TransportError {
    TransportError::NotSatchel("the answer is cut or changed".to_owned())
}

impl Coming {
    pub(super) fn new(response: reqwest::Response) -> Self {
        Self { response, hash: Sha256::new(), held: Vec::new(), seen: 0 }
    }

    /// The next bytes of the body, magic included; `None` at its end, when its hash was right.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        let unreachable = |e: &dyn std::fmt::Display| TransportError::Unreachable(e.to_string());
        loop {
            let chunk = tokio::time::timeout(SILENCE, self.response.chunk()).await.map_err(|e| unreachable(&e))?;
            let Some(chunk) = chunk.map_err(|e| unreachable(&e))? else { break };
            self.seen += chunk.len();
            if self.seen > MOST_COMING {
                return Err(TransportError::NotSatchel("the answer is too large".to_owned()));
            }
            self.held.extend_from_slice(&chunk);
            if self.held.len() >= TRAILING_HASH + PIECE_BYTES {
                let rest = self.held.split_off(self.held.len() - TRAILING_HASH);
                let piece = std::mem::replace(&mut self.held, rest);
                self.hash.update(&piece);
                return Ok(Some(piece));
            }
        }
        if self.held.len() > TRAILING_HASH {
            let rest = self.held.split_off(self.held.len() - TRAILING_HASH);
            let piece = std::mem::replace(&mut self.held, rest);
            self.hash.update(&piece);
            return Ok(Some(piece));
        }
        let right = hex::encode(self.hash.clone().finalize());
        if self.held == right.as_bytes() { Ok(None) } else { Err(cut()) }
    }

    /// The rest as a whole: its hash right, its magic taken off.
    pub(super) async fn whole(mut self) -> Result<Vec<u8>, TransportError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next().await? {
            bytes.extend_from_slice(&piece);
        }
        without_magic(bytes)
    }
}

/// The bytes of a whole body after its hash was compared, without their magic.
pub(super) fn checked(bytes: Vec<u8>, hash: &str) -> Result<Vec<u8>, TransportError> {
    if sha256_hex(&bytes) != hash {
        return Err(cut());
    }
    without_magic(bytes)
}

fn without_magic(mut bytes: Vec<u8>) -> Result<Vec<u8>, TransportError> {
    if !bytes.starts_with(MAGIC) {
        return Err(TransportError::NotSatchel("no magic".to_owned()));
    }
    Ok(bytes.split_off(MAGIC.len()))
}

/// The lines of an answer. Only a piece of it is in memory, beside the line that is read.
pub(super) struct Lines {
    body: Body,
    /// Bytes of [`Body::Whole`] that were unpacked.
    at: usize,
    magic_seen: bool,
    decoder: zstd::stream::write::Decoder<'static, Vec<u8>>,
    /// Bytes of the decoder's buffer that were given out.
    given: usize,
    plain: usize,
    ended: bool,
}

impl Lines {
    pub(super) fn new(body: Body) -> Result<Self, TransportError> {
        let decoder = zstd::stream::write::Decoder::new(Vec::new()).map_err(|e| unpacked(&e))?;
        let magic_seen = matches!(body, Body::Whole(_));
        Ok(Self { body, at: 0, magic_seen, decoder, given: 0, plain: 0, ended: false })
    }

    /// The next line without its end; `None` when there are no more and the answer was whole.
    pub(super) async fn next(&mut self) -> Result<Option<String>, TransportError> {
        let mut looked = self.given;
        loop {
            let buffer = self.decoder.get_ref();
            if let Some(end) = buffer[looked..].iter().position(|byte| *byte == b'\n').map(|at| looked + at) {
                let line = String::from_utf8(buffer[self.given..end].to_vec()).map_err(|e| unpacked(&e))?;
                self.given = end + 1;
                return Ok(Some(line));
            }
            if self.ended {
                return if self.given == buffer.len() { Ok(None) } else { Err(cut()) };
            }
            self.decoder.get_mut().drain(..self.given);
            self.given = 0;
            looked = self.decoder.get_ref().len();
            self.more().await?;
        }
    }

    /// Unpacks the next piece.
    async fn more(&mut self) -> Result<(), TransportError> {
        let before = self.decoder.get_ref().len();
        match &mut self.body {
            Body::Whole(bytes) => {
                let end = (self.at + PIECE_BYTES).min(bytes.len());
                self.decoder.write_all(&bytes[self.at..end]).map_err(|e| unpacked(&e))?;
                self.at = end;
                self.ended = end == bytes.len();
            }
            Body::Coming(coming) => match coming.next().await? {
                Some(piece) => {
                    let piece = match self.magic_seen {
                        true => piece,
                        false => without_magic(piece)?,
                    };
                    self.magic_seen = true;
                    self.decoder.write_all(&piece).map_err(|e| unpacked(&e))?;
                }
                None => self.ended = true,
            },
        }
        if self.ended {
            self.decoder.flush().map_err(|e| unpacked(&e))?;
        }
        self.plain += self.decoder.get_ref().len() - before;
        // What comes is given out line by line: a line has a bound, not all of them together.
        let too_large = match self.body {
            Body::Whole(_) => self.plain > MAX_PLAIN_BYTES,
            Body::Coming(_) => self.decoder.get_ref().len() > MAX_PLAIN_BYTES,
        };
        if too_large {
            return Err(TransportError::NotSatchel("too large when unpacked".to_owned()));
        }
        Ok(())
    }
}

fn unpacked(error: &dyn std::fmt::Display) -> TransportError {
    TransportError::NotSatchel(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(body: Vec<u8>) -> Result<Vec<String>, TransportError> {
        let mut lines = Lines::new(Body::Whole(body))?;
        let mut found = Vec::new();
        while let Some(line) = lines.next().await? {
            found.push(line);
        }
        Ok(found)
    }

    #[tokio::test]
    async fn lines_longer_than_a_piece_come_whole_and_a_cut_body_is_an_error() {
        let long: String = (0..400_000_u32).map(|n| char::from(b'a' + u8::try_from(n * 7 % 26).unwrap_or(0))).collect();
        let text = format!("one\n{long}\n\nlast\n");
        let packed = zstd::encode_all(text.as_bytes(), 3).expect("packed");
        let found = lines(packed.clone()).await.expect("whole");
        assert_eq!(found, ["one", long.as_str(), "", "last"]);
        for keep in [0, 1, packed.len() / 2, packed.len() - 1] {
            let cut = lines(packed[..keep].to_vec()).await;
            // A frame that ends early gives what it has of whole lines, and then no end of the answer: see `publish`.
            assert!(cut.map_or(true, |found| found != ["one", long.as_str(), "", "last"]), "cut at {keep}");
        }
        let open = zstd::encode_all(&b"one\nno end"[..], 3).expect("packed");
        assert!(lines(open).await.is_err());
    }
}
