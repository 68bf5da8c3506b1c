//! Driving cargo: its output is ours to show, and only where it failed.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::cache::Project;
use super::{Profile, Program};
use crate::fault::Fault;
use crate::output;

const MISSING: &str =
    "there is no cargo on the PATH: install Rust from https://rustup.rs, or use `topo run --interpret`";

/// Whether this machine can compile.
pub(crate) fn available() -> bool {
    let found = Command::new(cargo()).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

/// What the compiler calls itself: part of the cache's name, because what it compiled is of no use to another.
pub(super) fn compiler() -> Result<String, Fault> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    match Command::new(rustc).arg("-vV").stderr(Stdio::null()).output() {
        Ok(said) if said.status.success() => Ok(String::from_utf8_lossy(&said.stdout).into_owned()),
        _ => Err(Fault::new(MISSING)),
    }
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

/// Builds a project, and says where its binary is.
pub(super) fn build(project: &Project, target: &Path, program: &Program<'_>) -> Result<PathBuf, Fault> {
    let mut command = Command::new(cargo());
    command
        .args(["build", "--quiet", "--message-format=json-render-diagnostics"])
        .current_dir(&project.folder)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("CARGO_BUILD_TARGET")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if program.profile == Profile::Release {
        command.arg("--release");
    }
    let mut child = command.spawn().map_err(|_| Fault::new(MISSING))?;
    let complaints = child.stderr.take().map(|stderr| std::thread::spawn(move || text(stderr)));
    let binary = follow(&mut child, project, program);
    let succeeded = child.wait().is_ok_and(|status| status.success());
    let complaints = complaints.and_then(|thread| thread.join().ok()).unwrap_or_default();
    match binary {
        Some(binary) if succeeded => Ok(binary),
        _ => Err(failure(program, &complaints)),
    }
}

/// Reads cargo's messages up to the end, showing what is compiled; the binary is in the last.
fn follow(child: &mut Child, project: &Project, program: &Program<'_>) -> Option<PathBuf> {
    let mut progress = Progress::new(program);
    let mut binary = None;
    for line in BufReader::new(child.stdout.take()?).lines() {
        let Ok(message) =
            line.map_err(drop).and_then(|line| serde_json::from_str::<Value>(&line).map_err(drop))
        else {
            continue;
        };
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        if message["target"]["name"] == project.package.as_str() {
            binary = message["executable"].as_str().map(PathBuf::from);
        } else if message["fresh"] == false {
            progress.compiled(message["target"]["name"].as_str().unwrap_or_default());
        }
    }
    binary
}

fn text(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    // What could not be read is missing from a message that is about a failure already.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn failure(program: &Program<'_>, complaints: &str) -> Fault {
    let complaints = complaints.trim_end();
    if complaints.contains("error[E") || complaints.contains("error: could not compile") {
        if program.own {
            return Fault::new(format!("own Rust of `{}` does not compile\n{complaints}", program.origin));
        }
        return Fault::new(format!(
            "rustc does not accept the program that was generated for `{}`\n{complaints}\n\n\
             `{}` is not at fault: a topology that passes `topo check` must compile, so this is a bug of Streamwright's.\n\
             Please report it with the topology and the text above; `topo run --interpret` works meanwhile.",
            program.name, program.origin
        ));
    }
    Fault::new(format!("cargo could not build `{}`\n{complaints}", program.name))
}

/// A line that says what goes on, on a terminal only.
struct Progress {
    name: String,
    /// What of the runtime is compiled once.
    variant: String,
    compiled: usize,
    shown: bool,
}

impl Progress {
    fn new(program: &Program<'_>) -> Progress {
        let profile = if program.profile == Profile::Release { "release" } else { "debug" };
        let features: String = program.features.iter().map(|feature| format!(", with {feature}")).collect();
        let progress = Progress {
            name: program.name.to_owned(),
            variant: format!("{profile}{features}"),
            compiled: 0,
            shown: std::io::stderr().is_terminal(),
        };
        progress.show("");
        progress
    }

    fn compiled(&mut self, krate: &str) {
        if self.compiled == 0 && !self.shown {
            output::say(&format!("compiling the runtime ({}), once for this machine\n", self.variant));
        }
        self.compiled += 1;
        self.show(&format!(": {krate} ({}, once for this machine)", self.compiled));
    }

    fn show(&self, what: &str) {
        if self.shown {
            output::say(&format!("\r\x1b[Kcompiling {}{what}", self.name));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            output::say("\r\x1b[K");
        }
    }
}
