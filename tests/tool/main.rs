//! The tool as scripts use it: stories in `stories`, each against a gateway of its own, and what a story cannot tell.

#[path = "../support/mod.rs"]
mod support;

mod api;
mod callback;
mod doctor;
mod files;
mod settings;
mod stage;
mod stories;
