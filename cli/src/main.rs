//! The command `topo`.
fn main() {}
