//! From a plan to a binary: the cache, the generated project in it, and cargo.
//!
//! Everything lives below one folder, `$STREAMWRIGHT_CACHE` or the user's cache folder:
//!
//! ```text
//! HASH/                 of the embedded sources and of the Rust compiler
//!   crates/             `values` and `runtime`, written once
//!   target/             one for all programs, so the runtime is compiled once
//!   programs/NAME-HASH/ a generated project, by the path of its .topo file
//! ```

mod cache;
mod cargo;
mod files;

use std::path::{Path, PathBuf};

use streamwright_dsl::topology::RustDep;

use crate::fault::Fault;

pub(crate) use cargo::available;
pub(crate) use files::replace;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// What is to be built.
pub(crate) struct Program<'a> {
    /// The topology's name.
    pub(crate) name: &'a str,
    /// The .topo file, as the user named it.
    pub(crate) origin: &'a str,
    /// The text of the generated program.
    pub(crate) main: &'a str,
    /// The features of the runtime that it needs; only these are linked.
    pub(crate) features: &'a [&'a str],
    /// Into how many parts the compiler may cut it.
    pub(crate) codegen_units: usize,
    /// Whether own Rust is a part of it, whose mistakes are the user's.
    pub(crate) own: bool,
    /// The crates that own Rust uses.
    pub(crate) dependencies: &'a [RustDep],
    /// How hard rustc works.
    pub(crate) profile: Profile,
}

/// How hard rustc works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For production.
    Release,
    /// Quicker to build, far slower to run.
    Debug,
}

/// Builds a program, and hands its binary to `then` while no other build of the same topology can replace it.
///
/// # Errors
/// There is no cargo, the cache cannot be written, or the build fails: the generated code of a topology that passed
/// `topo check` must compile, so that is a bug of ours, and the message says so.
pub(crate) fn build<T>(
    program: &Program<'_>,
    then: impl FnOnce(&Path) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let cache = cache::Cache::open(&cargo::compiler()?)?;
    let project = cache.project(program)?;
    let binary: PathBuf = cargo::build(&project, &cache.target(), program)?;
    then(&binary)
}
