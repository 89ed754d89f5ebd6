//! Bytes of files: offered by digest, sent and fetched in chunks, in the same envelope as everything else.

use serde::{Deserialize, Serialize};

/// `POST /files/v1/offer`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// SHA-256 of the file, lower-case hex; a row of `attachments` names it.
    pub sha256: String,
    /// Size, bytes.
    pub size: u64,
}

/// Answer to [`Offer`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Chunks the server has.
    pub have: Vec<u32>,
    /// The server has the whole file.
    pub complete: bool,
}

/// `POST /files/v1/chunk`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// File.
    pub sha256: String,
    /// Which chunk, from 0; all but the last have [`crate::attachments::CHUNK_BYTES`].
    pub n: u32,
    /// Its bytes.
    pub bytes_base64: String,
}

/// Answer to [`Chunk`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// With this chunk the file is whole, and its digest is right.
    pub complete: bool,
}

/// `POST /files/v1/fetch`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// File.
    pub sha256: String,
    /// Which chunk, from 0.
    pub n: u32,
}

/// Answer to [`Fetch`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// Its bytes.
    pub bytes_base64: String,
}
