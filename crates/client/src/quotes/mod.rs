//! Quotes on the laptop.

pub mod commands;
pub mod compare;
pub mod conversion;
pub mod copy;
mod document;
pub mod order_form;
mod page;
pub mod paste;
pub mod present;
pub mod proposal;
pub mod proposal_view;
pub mod queries;
pub mod roi;
pub mod shown;
pub mod sign;
pub mod target;
pub mod view;
