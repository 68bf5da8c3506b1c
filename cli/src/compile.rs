//! From a checked topology to a binary.

use std::path::Path;

use streamwright_codegen::plan::{self, Plan};
use streamwright_codegen::rust;

use crate::build::{self, Profile, Program};
use crate::fault::Fault;
use crate::topology::Checked;

/// The program that a topology becomes.
pub(crate) fn rust(checked: &Checked) -> (Plan, String) {
    let plan = plan::plan(&checked.topology);
    let text = rust::program(&plan, &checked.sources);
    (plan, text)
}

/// Builds the program and hands its binary to `then`.
///
/// # Errors
/// See [`build::build`].
pub(crate) fn compile<T>(
    checked: &Checked,
    origin: &str,
    profile: Profile,
    then: impl FnOnce(&Path) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let (plan, main) = rust(checked);
    let name = checked.topology.name.as_str();
    let program = Program {
        name,
        origin,
        main: &main,
        features: &plan.features(),
        codegen_units: plan.codegen_units(),
        own: !checked.topology.rust_mods.is_empty(),
        dependencies: &checked.topology.rust_deps,
        profile,
    };
    build::build(&program, then)
}
