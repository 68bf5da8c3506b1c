//! The command at its edges: exit codes, definitions that nobody should write, builds side by side.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{DIVIDE, Done, Folder, summary};

#[test]
fn exit_codes_of_check() {
    let folder = Folder::new();
    folder.write("good.topo", DIVIDE);
    folder.write("bad.topo", DIVIDE.replace("a / b", "a / c"));
    let good = folder.topo(["check", "good.topo"]).expect(0);
    assert_eq!((good.out.as_str(), good.err.as_str()), ("", "no findings\n"));
    let bad = folder.topo(["check", "good.topo", "bad.topo"]).expect(1);
    assert!(bad.err.contains(" --> bad.topo:20:45\n"), "{}", bad.err);
    assert!(bad.err.contains("T0101") && bad.err.contains("quotient = a / c"), "{}", bad.err);
    let json = folder.topo(["check", "--format", "json", "bad.topo"]).expect(1);
    let found: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    folder.topo(["run", "bad.topo"]).expect(1);
    folder.topo(["build", "bad.topo"]).expect(1);
    assert!(!folder.path().join("divide").exists());
}

#[test]
fn exit_codes_of_wrong_use() {
    let folder = Folder::new();
    folder.write("good.topo", DIVIDE);
    folder.topo(["frobnicate"]).expect(2);
    folder.topo(["check"]).expect(2);
    folder.topo(["check", "--colour", "good.topo"]).expect(2);
    let missing = folder.topo(["check", "nowhere.topo"]).expect(2);
    assert_eq!(missing.err, "error: cannot read `nowhere.topo`: No such file or directory\n");
    let directory = folder.topo(["check", "."]).expect(2);
    assert_eq!(directory.err, "error: cannot read `.`: it is a folder\n");
    let output = folder.topo(["build", "good.topo", "-o", "."]).expect(2);
    assert_eq!(output.err.lines().last(), Some("error: cannot write `.`: it is a folder"));
    folder.topo(["explain", "T9999"]).expect(2);
    assert!(folder.topo(["explain", "functions"]).expect(0).out.contains("### `split_part`\n"));
    let lower = folder.topo(["explain", "lower"]).expect(0);
    assert!(lower.out.starts_with("### `lower`\n") && lower.out.contains("lower(\"GET\")"), "{}", lower.out);
    let unknown = folder.topo(["explain", "lowr"]).expect(2);
    assert!(unknown.err.contains("did you mean `lower`?"), "{}", unknown.err);
    folder.topo(["explain", "t0301"]).expect(0);
    folder.topo(["--help"]).expect(0);
}

#[test]
fn imports_are_relative_to_the_importing_file() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("lib")).expect("a folder");
    folder.write("lib/common.topo", "record Line { n: int }\n");
    folder.write(
        "lib/lines.topo",
        "import \"common.topo\"\nparam least: int = 2\nspout lines: Line { read file \"lines.jsonl\" as json  where n >= least }\n",
    );
    folder.write(
        "main.topo",
        "topology main\nimport \"lib/lines.topo\" as l\nsink out { from l::lines  write stdout as json }\n",
    );
    folder.write("lines.jsonl", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
    let run = folder.topo(["run", "--interpret", "main.topo", "--", "--l-least", "3"]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), "{\"n\":3}\n"), "{}", run.err);
    folder.write("lib/common.topo", "record Line { n: int, }\nrecord Line { n int }\n");
    let check = folder.topo(["check", "main.topo"]);
    assert_eq!(check.code, Some(1));
    assert!(check.err.contains("lib/common.topo:2:17"), "{}", check.err);
}

#[test]
fn a_file_that_cannot_be_read_is_a_finding_among_others() {
    let folder = Folder::new();
    folder.write("bad.topo", DIVIDE.replace("a / b", "a / c"));
    let done = folder.topo(["check", "--format", "json", "missing.topo", "bad.topo"]).expect(2);
    let found: serde_json::Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!((&found[0]["code"], &found[0]["file"]), (&"T0101".into(), &"bad.topo".into()), "{found}");
    assert_eq!((&found[1]["code"], &found[1]["file"]), (&"io".into(), &"missing.topo".into()), "{found}");
    let told = folder.topo(["check", "missing.topo", "bad.topo"]).expect(2);
    assert!(told.err.contains("T0101") && told.err.contains("cannot read `missing.topo`"), "{}", told.err);
}

#[test]
fn new_makes_only_what_checks() {
    let folder = Folder::new();
    for word in ["from", "try"] {
        let refused = folder.topo(["new", word]).expect(2);
        assert!(refused.err.contains("reserved word"), "{}", refused.err);
        assert!(!folder.path().join(word).exists());
    }
    folder.topo(["new", "my-app"]).expect(0);
    folder.topo(["check", "my-app/my_app.topo"]).expect(0);
}

#[test]
fn help_says_what_must_be_given_and_what_the_rest_is() {
    let folder = Folder::new();
    folder.write("t.topo", DIVIDE.replace(r#"output: string = "out.jsonl""#, "output: string"));
    let help = folder.topo(["run", "--interpret", "t.topo", "--", "--help"]).expect(0).out;
    for line in [
        "--input <string>   [default: in.jsonl, env: DIVIDE_INPUT]",
        "--output <string>  [required, env: DIVIDE_OUTPUT]",
        "standard error at the end [default: text]",
        "a longer one is a dead letter [default: 16MiB]",
        "Exit codes: 0 at the end of the input, also where tuples became dead letters;",
    ] {
        assert!(help.contains(line), "{line}\n{help}");
    }
    folder.write("in.jsonl", "x".repeat(2_000));
    let run = |size| {
        let flags = ["--output", "out.jsonl", "--summary", "text", "--record-max", size];
        folder.topo(["run", "--interpret", "t.topo", "--"].iter().chain(&flags))
    };
    let counts = run("1KiB").expect(0).err;
    assert!(counts.contains("\ndead-lettered                    1\n"), "{counts}");
    assert!(folder.read("letters.jsonl").contains("longer than"), "{}", folder.read("letters.jsonl"));
    let refused = run("1KiBs").expect(2).err;
    assert!(refused.contains("is not a size such as 64KiB"), "{refused}");
}

#[test]
fn build_writes_where_it_is_told_and_over_no_data() {
    let folder = Folder::new();
    folder.write("t.topo", DIVIDE);
    let printed = folder.topo(["build", "--emit", "rust", "t.topo"]).expect(0);
    let written = folder.topo(["build", "--emit", "rust", "t.topo", "-o", "t.rs"]).expect(0);
    assert_eq!((written.out.as_str(), folder.read("t.rs")), ("", printed.out));
    let refused = folder.topo(["build", "t.topo", "-o", "t.topo"]).expect(2);
    assert!(
        refused.err.ends_with("cannot write `t.topo`: it is there, and is no program\n"),
        "{}",
        refused.err
    );
    assert_eq!(folder.read("t.topo"), DIVIDE);
}

#[test]
fn definitions_that_are_none() {
    let folder = Folder::new();
    folder.write("empty.topo", "");
    folder.write("binary.topo", b"\x7fELF\x02\x01\x00\xff\xfe");
    folder.write("latin1.topo", b"topology t\n\n// caf\xe9\n");
    folder.write("deep.topo", DIVIDE.replace("a / b", &("(".repeat(10_000) + "a" + &")".repeat(10_000))));
    folder.write("large.topo", format!("{DIVIDE}{}", "// what nobody reads\n".repeat(500_000)));
    folder.write("larger.topo", " ".repeat(17 << 20));
    let empty = folder.topo(["check", "empty.topo"]).expect(1);
    assert!(empty.err.contains("T0307") && empty.err.contains("empty.topo:1:1"), "{}", empty.err);
    let binary = folder.topo(["check", "binary.topo"]).expect(2);
    assert_eq!(binary.err, "error: `binary.topo` is not a topology: byte 7 is NUL, so it is no text file\n");
    let latin1 = folder.topo(["check", "latin1.topo"]).expect(2);
    assert!(latin1.err.contains("line 3 is not UTF-8"), "{}", latin1.err);
    let deep = folder.topo(["check", "deep.topo"]).expect(1);
    assert!(deep.err.contains("T0003"), "{}", deep.err);
    folder.topo(["check", "large.topo"]).expect(0);
    let larger = folder.topo(["check", "larger.topo"]).expect(2);
    assert!(larger.err.contains("larger than 16 MiB"), "{}", larger.err);
}

#[test]
fn findings_beyond_reading_are_counted() {
    let folder = Folder::new();
    let unused: String = (0..300).map(|n| format!("bolt b{n} {{ from pairs }}\n")).collect();
    folder.write("many.topo", format!("{DIVIDE}{unused}"));
    let many = folder.topo(["check", "many.topo"]).expect(0);
    assert!(many.err.ends_with("and 100 more\n\n300 warnings\n"), "{}", many.err);
    folder.topo(["check", "--deny-warnings", "many.topo"]).expect(1);
}

#[test]
fn standard_input_is_a_file() {
    let folder = Folder::new();
    let mut child =
        folder.command(["fmt", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("topo");
    let squeezed = DIVIDE.replace("\n\n", "\n").replace("    ", "");
    child.stdin.take().unwrap().write_all(squeezed.as_bytes()).expect("a pipe");
    let done = Done::from(child.wait_with_output().expect("an end")).expect(0);
    folder.write("again.topo", &done.out);
    folder.topo(["fmt", "--check", "again.topo"]).expect(0);
    folder.topo(["check", "again.topo"]).expect(0);
}

#[test]
fn fmt_checks_and_writes() {
    let folder = Folder::new();
    folder.write("a.topo", DIVIDE);
    folder.write("b.topo", DIVIDE.replace("a + 1", "a+1"));
    let check = folder.topo(["fmt", "--check", "a.topo", "b.topo"]).expect(1);
    assert!(check.out.contains("-    select at, next = a+1,"), "{}", check.out);
    assert!(folder.read("b.topo").contains("a+1"));
    folder.topo(["fmt", "b.topo"]).expect(0);
    assert_eq!(folder.read("b.topo"), DIVIDE);
}

#[test]
fn a_new_topology_is_sound() {
    let folder = Folder::new();
    folder.topo(["new", "my-first"]).expect(0);
    folder.topo(["new", "my-first"]).expect(2);
    folder.topo(["new", "9"]).expect(2);
    let topology = "my-first/my_first.topo";
    folder.topo(["check", "--deny-warnings", topology]).expect(0);
    folder.topo(["fmt", "--check", topology]).expect(0);
    let mut run = folder.command(["run", "--interpret", "my_first.topo", "--", "--summary", "json"]);
    run.current_dir(folder.path().join("my-first"));
    let done = Done::of(run).expect(0);
    assert!(summary(&done.err)["in"].as_u64() > Some(5), "{}", done.err);
    assert!(done.out.starts_with('{'), "{}", done.out);
}

#[test]
fn drawings_and_plans_name_every_node() {
    let folder = Folder::new();
    folder.write("t.topo", DIVIDE);
    for format in ["text", "dot", "mermaid", "svg"] {
        let drawn = folder.topo(["graph", "--format", format, "t.topo"]).expect(0);
        for node in ["pairs", "divided", "out", "letters"] {
            assert!(drawn.out.contains(node), "{format}: {}", drawn.out);
        }
    }
    let plan = folder.topo(["explain", "t.topo"]).expect(0);
    assert!(plan.out.contains("bolt divided\n    rows: at, next, quotient\n"), "{}", plan.out);
    assert_eq!(folder.topo(["build", "--emit", "plan", "t.topo"]).expect(0).out, plan.out);
    let rust = folder.topo(["build", "--emit", "rust", "t.topo"]).expect(0);
    assert!(rust.out.contains("fn main()"), "{}", rust.out);
}

#[test]
fn two_builds_at_once_and_one_from_a_copy() {
    let folder = Folder::new();
    folder.write("t.topo", DIVIDE);
    folder.write("in.jsonl", "");
    let copy = folder.path().join("topo");
    fs::copy(env!("CARGO_BIN_EXE_topo"), &copy).expect("a copy");
    let builds: Vec<_> = ["one", "two", "three"]
        .into_iter()
        .map(|name| {
            let mut command = folder.command(["build", "t.topo", "-o", name]);
            if name == "three" {
                let envs: Vec<_> = command
                    .get_envs()
                    .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
                    .collect();
                command = Command::new(&copy);
                command.args(["build", "t.topo", "-o", name]).current_dir(folder.path()).envs(envs);
            }
            (name, command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("topo"))
        })
        .collect();
    for (name, build) in builds {
        Done::from(build.wait_with_output().expect("an end")).expect(0);
        let mut program = Command::new(folder.path().join(name));
        program.current_dir(folder.path()).args(["--summary", "json"]);
        assert_eq!(summary(&Done::of(program).expect(0).err)["in"], 0);
    }
}

/// The first topology of the README, what it prints, and the mistake that it shows.
#[test]
fn the_readme_is_true() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).expect("it");
    let block = |start: &str| {
        let from = readme.find(start).expect(start) + start.len();
        readme[from..].split("```").next().unwrap_or_default().to_owned()
    };
    let folder = Folder::new();
    let topology = block("```topo\n");
    folder.write("good.topo", &topology);
    folder.topo(["check", "--deny-warnings", "good.topo"]).expect(0);
    folder.topo(["new", "made"]).expect(0);
    folder.write("access.jsonl", folder.read("made/access.jsonl"));
    let ran = folder.topo(["run", "--interpret", "good.topo"]).expect(0);
    assert_eq!(ran.out, block("it prints\n\n```text\n"));
    assert_eq!(folder.read("counts.jsonl"), block("and `counts.jsonl` is\n\n```text\n"));
    folder.write("pipeline.topo", topology.replace("where status", "where statu"));
    let faulty = folder.topo(["check", "pipeline.topo"]).expect(1);
    let shown = block("A mistake looks like this:\n\n```text\n");
    assert!(faulty.err.starts_with(&shown), "{}\n{shown}", faulty.err);
}
