//! The body of `topology!` as an ordinary function: tokens to text, then the passes that a file goes through.

mod text;

pub use text::Text;
