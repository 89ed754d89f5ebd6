//! People of the organisation and what their role lets them do.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// A role. Invariant: rights derive from the role here, on laptop and server alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Field seller: quotes and accounts.
    Seller,
    /// Approves discounts up to the manager's band.
    SalesManager,
    /// Approves up to the director's band.
    Director,
    /// Approves together with the director above it.
    Finance,
    /// Looks after accounts.
    AccountManager,
    /// Visits sites.
    Technician,
    /// Runs the organisation's settings.
    Admin,
}

impl Role {
    /// May make and change quotes.
    pub fn may_quote(self) -> bool {
        matches!(self, Self::Seller | Self::SalesManager | Self::Director | Self::AccountManager | Self::Admin)
    }

    /// May see cost and margin.
    pub fn may_see_margin(self) -> bool {
        matches!(self, Self::SalesManager | Self::Director | Self::Finance | Self::Admin)
    }

    /// May edit accounts and sites.
    pub fn may_edit_accounts(self) -> bool {
        matches!(self, Self::Seller | Self::SalesManager | Self::Director | Self::AccountManager | Self::Admin)
    }

    /// May suspend and resume service, and say how it is invoiced.
    pub fn may_change_service(self) -> bool {
        matches!(self, Self::SalesManager | Self::Director | Self::AccountManager | Self::Finance | Self::Admin)
    }

    /// May say yes or no to prices agreed with an account, and end them.
    pub fn may_agree_prices(self) -> bool {
        matches!(self, Self::SalesManager | Self::Director)
    }

    /// Is asked for approvals of discounts, and may let somebody else answer.
    pub fn may_approve(self) -> bool {
        matches!(self, Self::SalesManager | Self::Director | Self::Finance)
    }

    /// May publish price books and the organisation's standard clauses.
    pub fn may_publish(self) -> bool {
        matches!(self, Self::Director | Self::Admin)
    }

    /// The wire and database word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::SalesManager => "sales_manager",
            Self::Director => "director",
            Self::Finance => "finance",
            Self::AccountManager => "account_manager",
            Self::Technician => "technician",
            Self::Admin => "admin",
        }
    }

    /// Parses the wire word.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Seller,
            Self::SalesManager,
            Self::Director,
            Self::Finance,
            Self::AccountManager,
            Self::Technician,
            Self::Admin,
        ]
        .into_iter()
        .find(|role| role.as_str() == text)
    }
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Person.
    pub id: UserId,
    /// Role at the time.
    pub role: Role,
}
