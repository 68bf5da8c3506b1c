streamwright_macros::topology! {
    topology demo

    record Request { ip: ip, at: timestamp, path: string, status: int }
    spout requests: Request { read stdin as json  time at, late by 10s }
    bolt counts {
        from requests
        where status < 500
        /// Nothing stands behind this.
    }
    sink out { from counts  write stdout as json }
}

fn main() {
    let _ = demo::main();
}
