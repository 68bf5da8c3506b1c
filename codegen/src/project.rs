//! A program's Cargo project.

use std::collections::BTreeMap;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, context};
use streamwright_dsl::topology::RustDep;

const MANIFEST: &str = include_str!("../templates/Cargo.toml.j2");

/// What a project is made of.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// The name of the package and of its binary.
    pub name: &'a str,
    /// The text of `src/main.rs`.
    pub main: &'a str,
    /// The path of the runtime's crate.
    pub runtime: &'a str,
    /// The features of the runtime that the program needs.
    pub features: &'a [&'a str],
    /// The crates that its own Rust uses.
    pub dependencies: &'a [RustDep],
    /// Into how many parts the compiler may cut it, to work on them side by side. What is cut is optimised a little less.
    pub codegen_units: usize,
}

/// The project's files by their relative paths. The lock file is the business of whoever builds it.
#[must_use]
pub fn project(package: &Package<'_>) -> BTreeMap<String, Vec<u8>> {
    let files = [("Cargo.toml", manifest(package)), ("src/main.rs", package.main.to_owned())];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect()
}

fn manifest(package: &Package<'_>) -> String {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::None);
    templates.add_filter("toml", toml_string);
    let features: Vec<String> = package.features.iter().map(|feature| (*feature).to_owned()).collect();
    let dependencies: Vec<(String, String)> =
        package.dependencies.iter().map(|one| (one.name.clone(), one.version.clone())).collect();
    let values = context! {
        name => package.name,
        runtime => package.runtime,
        features => features,
        dependencies => dependencies,
        codegen_units => package.codegen_units,
    };
    let manifest = templates.render_str(MANIFEST, values);
    // The last line end is taken for the template's own.
    manifest.unwrap_or_else(|error| unreachable!("the template is part of this crate: {error}")) + "\n"
}

/// A basic string of TOML.
fn toml_string(text: &str) -> Value {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    Value::from_safe_string(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_paths_stay_one_string() {
        let package = Package {
            name: "p",
            main: "fn main() {}",
            runtime: "C:\\a \"b\"\n{{ x }}",
            features: &[],
            dependencies: &[],
            codegen_units: 1,
        };
        let files = project(&package);
        let manifest = String::from_utf8_lossy(&files["Cargo.toml"]);
        assert!(manifest.contains(r#"path = "C:\\a \"b\"\u000A{{ x }}", default-features"#), "{manifest}");
        assert!(manifest.contains("default = []\n"), "{manifest}");
    }

    #[test]
    fn regular_expressions_are_on_where_the_program_has_some() {
        let dependencies = [RustDep { name: "serde".into(), version: "1".into() }];
        let package = Package {
            name: "p",
            main: "",
            runtime: "r",
            features: &["regex", "zones"],
            dependencies: &dependencies,
            codegen_units: 8,
        };
        let manifest = manifest(&package);
        assert!(manifest.contains("default = [\"regex\", \"zones\"]\n"), "{manifest}");
        assert!(manifest.contains("\nserde = \"1\"\n"), "{manifest}");
        assert!(manifest.contains("[profile.release]\ncodegen-units = 8\nopt-level = 2\n"), "{manifest}");
    }
}
