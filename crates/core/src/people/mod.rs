//! People of the organisation and what their role lets them do.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

crate::words! {
    /// A role. Invariant: rights derive from the role here, on laptop and server alike.
    pub enum Role as "Role" {
        /// Field seller: quotes and accounts.
        Seller = "seller",
        /// Approves discounts up to the manager's band.
        SalesManager = "sales_manager",
        /// Approves up to the director's band.
        Director = "director",
        /// Approves together with the director above it.
        Finance = "finance",
        /// Looks after accounts.
        AccountManager = "account_manager",
        /// Visits sites.
        Technician = "technician",
        /// Runs the organisation's settings.
        Admin = "admin",
    }
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
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Person.
    pub id: UserId,
    /// Role at the time.
    pub role: Role,
}
