//! `stdin`

use std::io;
use std::os::fd::AsFd;

use crate::{Connector, Way};

/// Its entry.
pub static CONNECTOR: Connector = Connector {
    name: "stdin",
    docs: "Standard input, to its end.",
    example: "read stdin as json",
    operand: None,
    format: true,
    single: Some(NAME),
    read: Some(|_| Way::Open { name: NAME.to_owned(), descriptor: io::stdin().as_fd().try_clone_to_owned() }),
    write: None,
};

const NAME: &str = "standard input";
