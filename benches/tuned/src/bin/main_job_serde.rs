//! `main_job.topo` by hand with serde_json, tuned: texts are borrowed, and times have a parser of their own.

use tuned::requests::{Named, PerClient};
use tuned::time::Minute;
use tuned::{Done, blocks, paths};

fn main() -> Done {
    let [input, output] = paths()?;
    let mut job = PerClient::create(&output)?;
    let mut minute = Minute::default();
    let mut malformed = 0u64;
    blocks::for_each(&input, |lines| {
        let line = blocks::first_line(lines);
        match Named::read(line, &mut minute) {
            Some(request) => job.add(request)?,
            None => malformed += u64::from(!line.trim_ascii().is_empty()),
        }
        Ok(line.len() + 1)
    })?;
    Ok(job.end(malformed)?)
}
