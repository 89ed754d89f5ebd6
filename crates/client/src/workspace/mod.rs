//! Workspaces on the laptop: one encrypted database per organisation, opened with care.

pub mod branding;
pub mod commands;
mod demo;
mod open;
pub mod organisation;
pub mod session;
pub mod view;

pub use open::WorkspaceFile;
