//! `words.topo` by hand: a table of words that is asked with what is borrowed from the text.

use tuned::out::Out;
use tuned::{Done, Table, blocks, paths};

fn main() -> Done {
    let [input, output] = paths()?;
    let mut words = Table::<String, i64>::default();
    let mut malformed = 0u64;
    blocks::for_each(&input, |lines| {
        let line = blocks::first_line(lines);
        match std::str::from_utf8(line) {
            Ok("") => {}
            Ok(text) => {
                let mut start = 0;
                for end in memchr::memchr_iter(b' ', line).chain([line.len()]) {
                    *words.entry_ref(&text[start..end]).or_default() += 1;
                    start = end + 1;
                }
            }
            Err(_) => malformed += 1,
        }
        Ok(line.len() + 1)
    })?;
    let mut words: Vec<_> = words.into_iter().collect();
    words.sort_unstable();
    let mut out = Out::create(&output)?;
    for (word, times) in words {
        out.text(b"{\"word\":");
        out.string(&word)?;
        out.text(b",\"times\":");
        out.int(times);
        out.end_row()?;
    }
    out.flush()?;
    eprintln!("malformed {malformed}");
    Ok(())
}
