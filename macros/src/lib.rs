//! `topology!`: Streamwright's language inside a Rust program.

use proc_macro::TokenStream;

/// Compiles a topology, written as in a `.topo` file, into a module of its name.
///
/// ```ignore
/// streamwright_macros::topology! {
///     topology request_counter
///
///     /// Where the requests come from.
///     param input: string
///
///     record Request { ip: ip, at: timestamp, status: int }
///     spout requests: Request { read file input as json  time at, late by 10s }
///     bolt per_client {
///         from requests
///         group by ip
///         window tumbling 1m
///         select ip, window_start, hits = count()
///     }
///     sink counts { from per_client  write stdout as json }
/// }
///
/// fn main() -> Result<(), streamwright::Error> {
///     let summary = request_counter::run(["--input", "access.jsonl"])?;
///     println!("{} requests", summary.read);
///     Ok(())
/// }
/// ```
///
/// The module has `main() -> ExitCode`, which reads the program's own arguments and is all that a `.topo` file becomes,
/// and `run(arguments) -> Result<Summary, Error>` for a program that goes on afterwards. The crate needs `streamwright` in
/// its dependencies. A mistake is a compile error at the word that it is about; there are as many errors as mistakes.
#[proc_macro]
pub fn topology(tokens: TokenStream) -> TokenStream {
    streamwright_codegen::expand::expand(tokens.into()).into()
}
