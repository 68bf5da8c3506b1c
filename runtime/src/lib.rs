//! The lean runtime of programs that Streamwright compiles.
