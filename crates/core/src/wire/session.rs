//! Signing in and staying signed in. Invariant: a refresh token is used once; using it twice revokes its family.

use serde::{Deserialize, Serialize};

use crate::ids::{OrgId, UserId};
use crate::people::Role;

/// `POST /session/v1/sign-in`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// E-mail.
    pub email: String,
    /// Password.
    pub password: String,
    /// Random key of this installation, 32 bytes hex.
    pub device_key: String,
}

/// `POST /session/v1/refresh`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// The refresh token held.
    pub refresh_token: String,
    /// Random key of this installation.
    pub device_key: String,
}

/// `POST /session/v1/sign-out`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOut {
    /// A refresh token of the session that ends.
    pub refresh_token: String,
    /// Random key of this installation.
    pub device_key: String,
}

/// Answer to signing in and to a refresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Short-lived bearer token (JWT).
    pub access_token: String,
    /// Seconds it lives.
    pub expires_in_s: u64,
    /// The next refresh token.
    pub refresh_token: String,
    /// Organisation.
    pub org_id: OrgId,
    /// Its name.
    pub organisation: String,
    /// Person.
    pub user_id: UserId,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Server clock, RFC 3339.
    pub server_time: String,
}
