//! Two topologies in one file, with the same names in them.

streamwright_macros::topology! {
    topology first
    record Line { text: string }
    spout lines: Line { read stdin as json }
    sink out { from lines  write stdout as json }
}

streamwright_macros::topology! {
    topology second
    record Line { text: string }
    spout lines: Line { read stdin as json }
    sink out { from lines  write stdout as json }
}

fn main() {
    let _ = [first::main, second::main];
}
