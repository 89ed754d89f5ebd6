//! Sites on the laptop.

pub mod bulk;
pub mod bulk_view;
pub mod edit;
pub mod export;
pub mod groups;
pub mod history;
pub mod places;
pub mod queries;
pub mod tiles;
pub mod tree;
pub mod upgrade;
pub mod view;
