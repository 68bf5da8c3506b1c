macro_rules! counter {
    ($name:ident, $condition:expr) => {
        streamwright_macros::topology! {
            topology $name

            record Request { ip: ip, at: timestamp, path: string, status: int }
            spout requests: Request { read stdin as json  time at, late by 10s }
            bolt counts { from requests  where $condition }
            sink out { from counts  write stdout as json }
        }
    };
}

counter!(errors, status >= 500);
counter!(redirects, statu >= 300);

fn main() {
    let _ = [errors::main(), redirects::main()];
}
