//! All topologies as modules of generated crates, some in each, built at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use streamwright_codegen::{plan, rust};
use streamwright_dsl::source::Sources;
use streamwright_tests::corpus::{self, Case};

/// The driver: a line names a topology and its arguments, the answer is a line with the counters or the error. With
/// arguments of its own it runs one topology with them, and the answer is the last line on standard error.
const MAIN: &str = r#"
use std::io::{BufRead, Write};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.is_empty() {
        return eprintln!("{}", answer(words));
    }
    for line in std::io::stdin().lock().lines() {
        println!("{}", answer(line.unwrap().split('\t').map(str::to_owned).collect()));
        std::io::stdout().flush().unwrap();
    }
}

fn answer(mut words: Vec<String>) -> String {
    let case: usize = words.remove(0).parse().unwrap();
    let result = match case {
        CASES
        _ => unreachable!(),
    };
    match result {
        Ok(summary) => summary.json(),
        Err(error) => format!("error: {}", error.to_string().replace('\n', " ")),
    }
}
"#;

/// How many topologies make a crate: what rustc takes of memory grows with them, and crates are built side by side.
const TOGETHER: usize = 25;

/// The built crates.
pub(crate) struct Built {
    folder: PathBuf,
}

impl Built {
    /// The program that has topology number `index`, which it calls by this number too.
    pub(crate) fn binary(&self, index: usize) -> PathBuf {
        self.folder.join("target/debug").join(package(index / TOGETHER))
    }
}

fn package(crate_number: usize) -> String {
    format!("corpus_{crate_number}")
}

/// Emits and builds the crates. Each topology's text stands in a file beside its module.
pub(crate) fn build(cases: &[Case]) -> Built {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let numbers = 0..cases.len().div_ceil(TOGETHER);
    fs::create_dir_all(&folder).unwrap();
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let members: Vec<String> = numbers.map(package).collect();
    write(&folder.join("Cargo.toml"), &workspace_manifest(&members));
    for ((number, cases), name) in cases.chunks(TOGETHER).enumerate().zip(&members) {
        emit(&folder.join(name), name, number * TOGETHER, cases, workspace);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--offline", "--quiet"])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("RUSTFLAGS", "-D warnings")
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "generated code:\n{}", String::from_utf8_lossy(&output.stderr));
    Built { folder }
}

/// Writes a crate with topologies whose numbers begin at `first`.
fn emit(folder: &Path, name: &str, first: usize, cases: &[Case], workspace: &Path) {
    fs::create_dir_all(folder.join("src")).unwrap();
    write(&folder.join("Cargo.toml"), &manifest(name, workspace));
    let mut main = String::new();
    let mut arms = String::new();
    for (index, case) in (first..).zip(cases) {
        write(&folder.join(format!("src/t{index:03}.rs")), &module(case));
        write(&folder.join(format!("src/t{index:03}.topo")), &written(case));
        main.push_str(&format!("mod t{index:03};\n"));
        arms.push_str(&format!("{index} => t{index:03}::run(words),\n"));
    }
    main.push_str(&MAIN.replace("CASES", &arms));
    write(&folder.join("src/main.rs"), &main);
}

fn written(case: &Case) -> String {
    format!("{}\n// records.topo\n{}", case.text, case.library.as_deref().unwrap_or_default())
}

fn workspace_manifest(members: &[String]) -> String {
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[profile.dev]\nopt-level = 0\ndebug = false\n\
         incremental = false\n\n[profile.dev.package.\"*\"]\nopt-level = 1\n"
    )
}

fn manifest(name: &str, workspace: &Path) -> String {
    let runtime = workspace.join("runtime");
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         streamwright = {{ path = {runtime:?}, features = [\"regex\"] }}\n"
    )
}

fn module(case: &Case) -> String {
    let mut sources = Sources::default();
    let topology = corpus::check_case(&mut sources, case).expect("checked before");
    let text = rust::text(rust::items(&plan::plan(&topology), &sources));
    // The driver calls `run` only.
    format!("#![allow(dead_code)]\n{text}")
}

/// Only if it changed: cargo would rebuild for nothing.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).unwrap();
    }
}
