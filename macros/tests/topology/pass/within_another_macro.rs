//! A topology made by another macro, whose tokens stand at two places of the file.

macro_rules! counter {
    ($name:ident, $limit:literal, $condition:expr) => {
        streamwright_macros::topology! {
            topology $name

            record Request { at: timestamp, status: int }
            spout requests: Request { read stdin as json  time at, late by $limit }
            bolt counts { from requests  where $condition }
            sink out { from counts  write stdout as json }
        }
    };
}

counter!(errors, 10s, status >= 500);
counter!(redirects, 1m, status >= 300 && status < 400);

fn main() {
    let _ = [errors::main, redirects::main];
}
