//! A mistake in another file is told at its import.

streamwright_macros::topology! {
    topology counter
    import "../faulty.topo"
    spout requests: Request { read stdin as json }
    sink all { from requests  write stdout as json }
}

fn main() {}
