//! End-to-end tests: the real binary on real files, and compiled against interpreted.

pub mod corpus;
