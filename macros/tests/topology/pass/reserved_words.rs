//! Names that are Rust's own words, and a macro inside a function.

fn main() {
    streamwright_macros::topology! {
        topology r#match
        record Line { r#type: string, r#fn: int }
        spout r#loop: Line { read stdin as json }
        bolt r#impl { from r#loop  where r#fn > 1 }
        sink out { from r#impl  write stdout as json }
    }
    let _ = r#match::main;
}
