//! The command line and the environment of a program.

use std::ffi::OsString;
use std::net::IpAddr;

use clap::builder::{PossibleValuesParser, StyledStr};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use streamwright_values::format::lines::RECORD_MAX;
use streamwright_values::{Duration, Timestamp, Type, Value, text};

use crate::layout::{Interface, ParamInterface};
use crate::source::{Cuts, Limits};

/// The flags that every program has. A param of one of these names (with `_` for `-`) would hide it.
pub const RESERVED: &[&str] = &[
    "help",
    "version",
    "workers",
    "summary",
    "no-progress",
    "clock",
    "record-max",
    "root-size",
    "root-cuts",
    "root-bytes",
    "slots",
];

/// What a program was started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many worker threads.
    pub workers: usize,
    /// The values of the params, in the order of the interface.
    pub params: Params,
    /// The clock's reading, if it is fixed.
    pub clock: Option<Timestamp>,
    /// How the end of a run is told.
    pub summary: SummaryForm,
    /// Whether a terminal shows how the run goes on.
    pub progress: bool,
    /// How input is cut.
    pub(crate) limits: Limits,
    /// How many roots may be in flight.
    pub(crate) slots: usize,
}

/// How the end of a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryForm {
    /// A line a counter.
    Text,
    /// One JSON object.
    Json,
    /// Not at all.
    None,
}

impl Options {
    /// The longest record, in bytes; a longer one is a dead letter.
    #[must_use]
    pub fn record_max(&self) -> usize {
        self.limits.record_max
    }
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
    /// As they are, in the order of the interface. An absent one of an optional type is `Value::None`.
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
    let mut command = command(interface);
    let matches = command.try_get_matches_from_mut(arguments)?;
    let mut params = Vec::new();
    for param in interface.params {
        let value = value(interface, param, &matches)
            .map_err(|(kind, why)| clap::Error::raw(kind, why).format(&mut command))?;
        params.push(value);
    }
    let clock =
        matches.get_one::<String>("clock").map(|given| text::parse_timestamp(given)).transpose().map_err(
            |fault| {
                let why = format!("invalid value for --clock: {}", fault.message);
                clap::Error::raw(ErrorKind::ValueValidation, why).format(&mut command)
            },
        )?;
    let number = |name: &str| matches.get_one::<u64>(name).copied();
    let workers = number("workers").map_or_else(cores, |workers| workers as usize);
    let cuts = match (number("root-size"), number("root-cuts")) {
        (Some(tuples), _) => Cuts::Tuples(tuples as usize),
        (None, Some(seed)) => Cuts::Random(seed),
        (None, None) => Cuts::Bytes(number("root-bytes").map_or(ROOT_BYTES, |bytes| bytes as usize)),
    };
    let record_max = number("record-max").map_or(RECORD_MAX, |bytes| bytes as usize);
    Ok(Options {
        workers,
        params: Params(params),
        clock,
        summary: match matches.get_one::<String>("summary").map(String::as_str) {
            Some("json") => SummaryForm::Json,
            Some("none") => SummaryForm::None,
            _ => SummaryForm::Text,
        },
        progress: !matches.get_flag("no-progress"),
        limits: Limits { record_max, cuts, clock: clock.map(|at| at.0) },
        slots: number("slots").map_or(8 * workers.max(2), |slots| slots as usize),
    })
}

/// About so many bytes of input make a root.
const ROOT_BYTES: usize = 256 << 10;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

const EXIT_CODES: &str = "\
Exit codes: 0 at the end of the input, also where tuples became dead letters; 2 for a mistake here, and for an input or
output that cannot be used or fails. The first SIGINT or SIGTERM ends the input, and so gives 0; the second gives 130.";

fn command(interface: &Interface<'_>) -> Command {
    let number = |name: &'static str, least: u64, most: u64| {
        let parser = value_parser!(u64).range(least..=most);
        Arg::new(name).long(name).value_name("N").value_parser(parser)
    };
    let docs = Some(interface.docs.trim().to_owned()).filter(|docs| !docs.is_empty());
    Command::new(interface.name.to_owned())
        .about(docs.map_or_else(StyledStr::new, StyledStr::from))
        .after_help(EXIT_CODES)
        .version(concat!("(streamwright ", env!("CARGO_PKG_VERSION"), ")"))
        .no_binary_name(true)
        .args(interface.params.iter().map(|param| param_flag(interface, param)))
        .next_help_heading("Options of every topology")
        .arg(number("workers", 1, 256).help("Worker threads; as many as there are cores if not given"))
        .arg(
            Arg::new("summary")
                .long("summary")
                .value_name("FORM")
                .value_parser(PossibleValuesParser::new(["text", "json", "none"]))
                .help("How the counters are printed on standard error at the end [default: text]"),
        )
        .arg(
            Arg::new("no-progress")
                .long("no-progress")
                .action(ArgAction::SetTrue)
                .help("No progress line on a terminal"),
        )
        .arg(
            Arg::new("clock")
                .long("clock")
                .value_name("TIME")
                .help("What the clock says, for a run that can be repeated"),
        )
        .arg(
            Arg::new("record-max")
                .long("record-max")
                .value_name("BYTES")
                .value_parser(record_max)
                .help("The longest line, as in 64KiB; a longer one is a dead letter [default: 16MiB]"),
        )
        .arg(number("root-size", 1, 1 << 30).hide(true))
        .arg(number("root-cuts", 0, u64::MAX).hide(true))
        .arg(number("root-bytes", 1, 1 << 30).hide(true))
        .arg(number("slots", 1, 1 << 16).hide(true))
}

fn param_flag(interface: &Interface<'_>, param: &ParamInterface<'_>) -> Arg {
    let mut help = param.docs.trim().to_owned();
    if !help.is_empty() {
        help.push(' ');
    }
    let default = match param.default {
        Some(default) => format!("default: {default}, "),
        None if param.ty.is_optional() => String::new(),
        None => "required, ".to_owned(),
    };
    help.push_str(&format!("[{default}env: {}]", variable(interface, param)));
    Arg::new(param.name.to_owned())
        .long(flag(param))
        .value_name(param.ty.to_string())
        .allow_hyphen_values(true)
        .help(help)
        .value_parser(value_parser!(String))
}

/// A number of bytes up to 1 GiB.
fn record_max(given: &str) -> Result<u64, String> {
    let bytes = text::parse_size(given).map_err(|fault| fault.message.to_string())?;
    u64::try_from(bytes)
        .ok()
        .filter(|bytes| (1..=1 << 30).contains(bytes))
        .ok_or_else(|| format!("{given} is not from 1 to 1GiB"))
}

fn flag(param: &ParamInterface<'_>) -> String {
    param.name.replace('_', "-")
}

/// The environment variable of a param.
fn variable(interface: &Interface<'_>, param: &ParamInterface<'_>) -> String {
    format!("{}_{}", interface.name, param.name).to_uppercase()
}

/// The value of a param: from its flag, else the environment, else its default.
fn value(
    interface: &Interface<'_>,
    param: &ParamInterface<'_>,
    matches: &ArgMatches,
) -> Result<Value, (ErrorKind, String)> {
    let (flag, variable) = (flag(param), variable(interface, param));
    let (given, from) = if let Some(given) = matches.get_one::<String>(param.name) {
        (given.clone(), format!("--{flag}"))
    } else if let Some(given) = std::env::var_os(&variable) {
        let given = given
            .into_string()
            .map_err(|_| (ErrorKind::InvalidUtf8, format!("the variable {variable} is not UTF-8")))?;
        (given, variable)
    } else if let Some(default) = param.default {
        (default.to_owned(), "the default".to_owned())
    } else if let Type::Optional(_) = param.ty {
        return Ok(Value::None);
    } else {
        let why = format!("param `{}` is missing: give it as --{flag}, or set {variable}", param.name);
        return Err((ErrorKind::MissingRequiredArgument, why));
    };
    text::parse_value(param.ty.required(), &given).map_err(|fault| {
        let why = format!("invalid value for {from}, of type {}: {}", param.ty, fault.message);
        (ErrorKind::ValueValidation, why)
    })
}
