//! Where a topology's bytes come from and go to: what may stand behind `read` and `write`, and how it is opened.
//!
//! Each connector is a file, with its entry for [`CONNECTORS`]. The checker, code generation, `topo graph` and the
//! interpreter go by what the entry says; compiled and interpreted runs open it by the functions in it. What is read and
//! written then is the runtime's: to it, all of them are descriptors.

pub mod discard;
pub mod file;
pub mod stdin;
pub mod stdout;
pub mod tcp;

use std::io;
use std::os::fd::OwnedFd;

/// What may stand behind `read` and `write`, in the order of the documentation.
pub static CONNECTORS: &[&Connector] =
    &[&file::CONNECTOR, &stdin::CONNECTOR, &tcp::CONNECTOR, &stdout::CONNECTOR, &discard::CONNECTOR];

/// Where bytes come from, or where they go. It is the `CONNECTOR` of the module of this crate that has its name.
#[derive(Debug)]
pub struct Connector {
    /// The word behind `read` or `write`.
    pub name: &'static str,
    /// What it does.
    pub docs: &'static str,
    /// A clause in the language.
    pub example: &'static str,
    /// What stands behind the word, if something does: a `string` of constants and params.
    pub operand: Option<Operand>,
    /// Whether `as FORMAT` follows. Without, rows are counted, and no bytes are made of them.
    pub format: bool,
    /// What messages call it, if there is one of it in a process: one spout at most reads it, and one sink writes it.
    pub single: Option<&'static str>,
    /// How a spout opens it, by its operand (empty where there is none), if one can.
    pub read: Option<fn(&str) -> Way>,
    /// How a sink opens it, likewise; it may give nothing where no bytes are made.
    pub write: Option<fn(&str) -> Option<Way>>,
}

/// What stands behind a connector's word.
#[derive(Debug)]
pub struct Operand {
    /// What it is: "the path".
    pub what: &'static str,
    /// Whether it is the path of a file: no two sinks may write it, and none what is read.
    pub is_path: bool,
    /// Whether a text may be one; else a sentence. What is known before the program starts is asked then.
    pub check: fn(&str) -> Result<(), String>,
}

/// A way to bytes.
#[derive(Debug)]
pub enum Way {
    /// Whatever a path leads to: a file, a named pipe, a device. A file that is written is emptied first.
    Path(String),
    /// What is open already.
    Open {
        /// What messages call it.
        name: String,
        /// What is read or written until its end; or why it cannot be.
        descriptor: io::Result<OwnedFd>,
    },
}
