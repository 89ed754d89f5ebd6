//! Orders, made by the server exactly once from an accepted quote: one, or one for each site.

mod agreement;
mod form;
mod number;
mod split;

pub use agreement::agreement_rows;
pub use form::{
    BILLING_METHODS, COMPANY_TYPES, FormContact, FormProblem, MAX_FIELD, MAX_REMARK, OrderForm, contract_end, is_gstin,
    is_za_registration, is_za_vat,
};
pub use number::{BadSequence, OrderNumber};
pub use split::{OrderPart, order_parts};

crate::words! {
    /// Where an order stands.
    pub enum OrderStatus as "OrderStatus" {
        /// Made from an accepted quote.
        Received = "received",
        /// Being installed.
        InProgress = "in_progress",
        /// In service.
        Active = "active",
        /// Called off.
        Cancelled = "cancelled",
    }
}
