streamwright_macros::topology! {
    topology demo

    record Request { ip: ip, at: timestamp, path: string, status: int }
    spout requests: Request { read stdin as json }
    bolt counts { from requests  window tumbling 1m  select hits = count() }
    sink out { from counts  write stdout as json }
}

fn main() {
    let _ = demo::main();
}
