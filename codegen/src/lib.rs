//! From a checked topology to a plan, and from the plan to Rust.

pub mod expand;
pub mod own;
pub mod plan;
pub mod project;
pub mod rust;
