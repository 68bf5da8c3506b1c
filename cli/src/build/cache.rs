//! The cache folder: the runtime's sources, and a project for each topology.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use streamwright_codegen::project::{Package, project};

use super::files::write_changed;
use super::{FILES, LOCK, Program};
use crate::fault::Fault;

/// The part of the cache that belongs to this `topo` and this Rust compiler.
pub(super) struct Cache {
    root: PathBuf,
}

/// A generated project, locked against other builds of the same topology while this is alive.
pub(super) struct Project {
    pub(super) folder: PathBuf,
    /// The name of its package, and so of its binary in the shared target folder.
    pub(super) package: String,
    _lock: File,
}

impl Cache {
    /// Finds the cache, and writes the runtime's sources unless they are there.
    pub(super) fn open(compiler: &str) -> Result<Cache, Fault> {
        let root = folder()?.join(format!("{:016x}", hash(&(FILES, LOCK, compiler))));
        let cache = Cache { root };
        if !cache.crates().is_dir() {
            cache.extract()?;
        }
        Ok(cache)
    }

    fn crates(&self) -> PathBuf {
        self.root.join("crates")
    }

    pub(super) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Writes the sources beside their place and renames them into it. Whoever comes second finds the place taken by
    /// the same files, and drops its own.
    fn extract(&self) -> Result<(), Fault> {
        let fault = |error: std::io::Error| Fault::io("write", &self.root, &error);
        fs::create_dir_all(&self.root).map_err(fault)?;
        let fresh = tempfile::tempdir_in(&self.root).map_err(fault)?;
        for (name, bytes) in FILES {
            write_changed(&fresh.path().join(name), bytes)?;
        }
        match fs::rename(fresh.path(), self.crates()) {
            Err(_) if self.crates().is_dir() => Ok(()),
            other => other.map_err(fault),
        }
    }

    /// Writes a program's project.
    pub(super) fn project(&self, program: &Program<'_>) -> Result<Project, Fault> {
        let origin = fs::canonicalize(program.origin).unwrap_or_else(|_| PathBuf::from(program.origin));
        let package = format!("{}-{:08x}", program.name, hash(&origin) as u32);
        let folder = self.root.join("programs").join(&package);
        fs::create_dir_all(&folder).map_err(|error| Fault::io("write", &folder, &error))?;
        let lock = lock(&folder)?;
        let runtime = self.crates().join("runtime");
        let runtime = runtime.to_str().ok_or_else(|| Fault::new("the cache's path is not UTF-8"))?;
        let files = project(&Package {
            name: &package,
            main: program.main,
            runtime,
            features: program.features,
            dependencies: program.dependencies,
            codegen_units: program.codegen_units,
        });
        for (name, bytes) in &files {
            write_changed(&folder.join(name), bytes)?;
        }
        // Cargo takes out what the program does not need, so only the first build gives it the exact versions.
        let versions = folder.join("Cargo.lock");
        if !versions.exists() {
            write_changed(&versions, LOCK.as_bytes())?;
        }
        Ok(Project { folder, package, _lock: lock })
    }
}

/// Waits until no other process builds this project.
fn lock(folder: &Path) -> Result<File, Fault> {
    let path = folder.join(".lock");
    let locked = File::create(&path).and_then(|file| file.lock().map(|()| file));
    locked.map_err(|error| Fault::io("lock", &path, &error))
}

/// `$STREAMWRIGHT_CACHE`, else `streamwright` in the user's cache folder.
fn folder() -> Result<PathBuf, Fault> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(own) = variable("STREAMWRIGHT_CACHE") {
        return std::path::absolute(&own).map_err(|error| Fault::io("use", &own, &error));
    }
    let user = variable("XDG_CACHE_HOME")
        .filter(|folder| folder.is_absolute())
        .or_else(|| variable("HOME").map(|home| home.join(".cache")));
    match user {
        Some(folder) => Ok(folder.join("streamwright")),
        None => Err(Fault::new("there is no place for the build cache: set HOME or STREAMWRIGHT_CACHE")),
    }
}

/// Names a folder; a different `topo` may give a different one, and then builds anew.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
