//! Puts the sources of `streamwright`, and of the two crates that it is built on, into the command, so that an installed `topo` can build
//! programs outside this checkout: their files, manifests that need no workspace, and the exact versions of all that
//! they depend on.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// Folders of the crates that a generated program is linked against.
const CRATES: [&str; 3] = ["values", "connectors", "runtime"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let workspace: Table = read(&root.join("Cargo.toml"))?.parse()?;
    let mut files = Vec::new();
    for name in CRATES {
        let folder = root.join(name);
        println!("cargo::rerun-if-changed={}", folder.display());
        let manifest = stand_alone(&read(&folder.join("Cargo.toml"))?.parse()?, &workspace)?;
        let path = out.join(format!("{name}.toml"));
        fs::write(&path, manifest.to_string())?;
        files.push((format!("{name}/Cargo.toml"), path));
        collect(&folder.join("src"), &format!("{name}/src"), &mut files)?;
    }
    fs::write(out.join("embedded.rs"), table(&files, &lock(&read(&root.join("Cargo.lock"))?.parse()?)?)?)?;
    Ok(())
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", path.display());
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// A folder's files by name, so that the embedded table is the same on every machine.
fn collect(folder: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &inner, files)?;
        } else if inner.ends_with(".rs") {
            files.push((inner, entry.path()));
        }
    }
    Ok(())
}

/// A manifest with what it inherits written out; tests and lints stay behind.
fn stand_alone(manifest: &Table, workspace: &Table) -> Result<Table, Box<dyn Error>> {
    let shared = workspace.get("workspace").and_then(Value::as_table).ok_or("no [workspace]")?;
    let section =
        |name: &str| shared.get(name).and_then(Value::as_table).ok_or(format!("no [workspace.{name}]"));
    let mut own = Table::new();
    for (name, inherited) in [("package", section("package")?), ("dependencies", section("dependencies")?)] {
        let Some(written) = manifest.get(name).and_then(Value::as_table) else { continue };
        let resolved = written.iter().map(|(key, value)| Ok((key.clone(), resolve(key, value, inherited)?)));
        own.insert(name.to_owned(), Value::Table(resolved.collect::<Result<_, Box<dyn Error>>>()?));
    }
    if let Some(features) = manifest.get("features") {
        own.insert("features".to_owned(), features.clone());
    }
    // Each crate is built as a dependency of a program, and belongs to no workspace that may lie above the cache.
    own.insert("workspace".to_owned(), Value::Table(Table::new()));
    Ok(own)
}

/// One entry of a manifest; `x.workspace = true` becomes what the workspace says of `x`, with the entry's own features.
fn resolve(key: &str, value: &Value, inherited: &Table) -> Result<Value, Box<dyn Error>> {
    let Some(entry) = value.as_table().filter(|entry| entry.contains_key("workspace")) else {
        return Ok(value.clone());
    };
    let shared = inherited.get(key).ok_or_else(|| format!("`{key}` is not in the workspace's manifest"))?;
    let mut resolved = match shared {
        Value::Table(table) => table.clone(),
        Value::String(version) if entry.len() > 1 => {
            Table::from_iter([("version".to_owned(), Value::String(version.clone()))])
        }
        plain => return Ok(plain.clone()),
    };
    for (name, value) in entry.iter().filter(|(name, _)| *name != "workspace") {
        match (resolved.get_mut(name), value) {
            (Some(Value::Array(have)), Value::Array(more)) => have.extend(more.iter().cloned()),
            _ => drop(resolved.insert(name.clone(), value.clone())),
        }
    }
    if let Some(Value::String(path)) = resolved.get_mut("path") {
        *path = format!("../{path}");
    }
    Ok(Value::Table(resolved))
}

/// The packages of the lock file that come from a registry, as the entries that they are. Cargo drops from a lock file
/// what a program does not need, so it may as well be given too much.
fn lock(lock: &Table) -> Result<Vec<Table>, Box<dyn Error>> {
    let packages = lock.get("package").and_then(Value::as_array).ok_or("no packages in Cargo.lock")?;
    Ok(packages
        .iter()
        .filter_map(Value::as_table)
        .filter(|one| one.contains_key("source"))
        .cloned()
        .collect())
}

/// The Rust file that the command includes.
fn table(files: &[(String, PathBuf)], packages: &[Table]) -> Result<String, Box<dyn Error>> {
    let mut text = String::from("pub(crate) static FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in files {
        writeln!(
            text,
            "    ({name:?}, include_bytes!({:?})),",
            path.to_str().ok_or("a path that is not UTF-8")?
        )?;
    }
    let mut lock = String::from("version = 4\n");
    for package in packages {
        write!(lock, "\n[[package]]\n{package}")?;
    }
    write!(text, "];\n\npub(crate) static LOCK: &str = {lock:?};\n")?;
    Ok(text)
}
