//! `stdout`

use std::io;
use std::os::fd::AsFd;

use crate::{Connector, Way};

/// Its entry.
pub static CONNECTOR: Connector = Connector {
    name: "stdout",
    docs: "Standard output.",
    example: "write stdout as json",
    operand: None,
    format: true,
    single: Some(NAME),
    read: None,
    write: Some(|_| {
        let descriptor = io::stdout().as_fd().try_clone_to_owned();
        Some(Way::Open { name: NAME.to_owned(), descriptor })
    }),
};

const NAME: &str = "standard output";
