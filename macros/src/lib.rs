//! `topology!`: Streamwright's language inside a Rust program.

use std::path::{Path, PathBuf};

use proc_macro::TokenStream;
use streamwright_codegen::expand::{File, expand};

/// Compiles a topology, written as in a `.topo` file, into a module of its name.
///
/// ```
/// streamwright_macros::topology! {
///     //! Counts requests per client.
///     topology request_counter
///
///     /// Where the requests come from.
///     param input: string
///     /// Where the counts go.
///     param output: string = "counts.jsonl"
///
///     record Request { ip: ip, at: timestamp, status: int }
///     spout requests: Request { read file input as json  time at, late by 10s }
///     bolt per_client {
///         from requests
///         group by ip
///         window tumbling 1m
///         select ip, window_start, hits = count()
///     }
///     sink counts { from per_client  write file output as json }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let input = folder.path().join("access.jsonl");
/// # let output = folder.path().join("counts.jsonl");
/// # std::fs::write(&input, "{\"ip\":\"::1\",\"at\":\"2026-03-02T08:00:00Z\",\"status\":200}\nno request\n")?;
/// # let input = input.to_str().ok_or("not UTF-8")?;
/// # let output = output.to_str().ok_or("not UTF-8")?;
/// let summary = request_counter::run(["--input", input, "--output", output, "--workers", "2"])?;
/// assert_eq!(summary.read, summary.acked + summary.dead_lettered);
/// # assert_eq!((summary.read, summary.dead_lettered, summary.rows_written), (2, 1, 1));
/// # Ok(())
/// # }
/// ```
///
/// # The module
/// - `run(arguments) -> Result<Summary, Error>` runs the topology to the end of its input, and comes back. The arguments
///   are those of a built program, without its name: params (`--input access.jsonl`), and `--workers N` and the others that
///   `--help` lists. A param that is not given is taken from the environment (`REQUEST_COUNTER_INPUT`), then from its
///   default. `run` prints nothing but what sinks write to standard output, and the first dead letters where no sink reads
///   them; it leaves signals alone, and may be called again, or from several threads.
/// - `main() -> ExitCode` is all that a `.topo` file becomes: it takes the arguments of the process, ends the input at
///   SIGINT or SIGTERM, shows how it goes on, and prints the counters.
///
/// `Summary` and `Error` are those of the crate `streamwright`, which must be among the dependencies. A program with the
/// flags, the `--help` and the exit codes of a built one, and its own use of the counters, is
///
/// ```no_run
/// # streamwright_macros::topology! {
/// #     topology request_counter
/// #     record Line { text: string }
/// #     spout lines: Line { read stdin as json }
/// #     sink out { from lines  write stdout as json }
/// # }
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     match request_counter::run(std::env::args_os().skip(1)) {
///         Ok(summary) if summary.dead_lettered == 0 => ExitCode::SUCCESS,
///         Ok(summary) => {
///             eprintln!("{summary}");
///             ExitCode::FAILURE
///         }
///         // A mistake on the command line, an input that cannot be read; or a call for help, which is none.
///         Err(error) => error.report(),
///     }
/// }
/// ```
///
/// # Other files
/// `import "common.topo"` is relative to the file that the macro stands in; `read file` and `write file` are relative to the
/// folder that the program runs in.
///
/// # Mistakes
/// Each is a compile error at the very words that it is about, with its code and what to write instead; there are as many
/// errors as mistakes. Warnings are shown by `topo check` alone: Rust has no door for them.
///
/// ```compile_fail
/// streamwright_macros::topology! {
///     topology request_counter
///     record Request { status: int }
///     spout requests: Request { read stdin as json }
///     bolt failed { from requests  where statu >= 500 } // there is no column or param `statu` here
///     sink out { from failed  write stdout as json }
/// }
/// ```
#[proc_macro]
pub fn topology(tokens: TokenStream) -> TokenStream {
    // An editor's server may not know the file: then the package's folder has to do.
    let folder = proc_macro::Span::call_site().local_file().and_then(|file| Some(file.parent()?.to_owned()));
    let folder =
        folder.or_else(|| std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)).unwrap_or_default();
    let mut read = |importer: Option<&str>, name: &str| {
        let base = importer.and_then(|path| Path::new(path).parent()).unwrap_or(&folder);
        read(&base.join(name)).map_err(|error| format!("cannot read {name}: {error}"))
    };
    expand(tokens.into(), &mut read).into()
}

fn read(path: &Path) -> std::io::Result<File> {
    let whole = path.canonicalize()?;
    let text = std::fs::read_to_string(&whole)?;
    Ok(File { path: whole.to_string_lossy().into_owned(), text })
}

/// The README's program compiles as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[allow(dead_code, reason = "it only carries the page")]
struct Readme;
