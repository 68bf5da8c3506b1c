streamwright_macros::topology! {
    language 2
    topology demo

    record Request { ip: ip, at: timestamp, path: string, status: int }
    spout requests: Request { read stdin as json  time at, late by 10s }
    bolt counts {
        from requests
        group by ip
        window tumbling 1m
        select ip, hits = count()
    }
    sink out { from counts  write stdout as json }
}

fn main() {
    let _ = demo::main();
}
