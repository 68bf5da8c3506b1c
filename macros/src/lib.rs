//! The topology! macro: Streamwright's language inside a Rust program.
