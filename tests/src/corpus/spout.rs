//! Random records and spouts.

use std::fmt::Write as _;

use streamwright_values::Type;

use super::builder::{Builder, Stream};
use super::expression::Named;

/// A spout, as whoever makes input for it must know it.
#[derive(Clone, Debug)]
pub struct SpoutShape {
    /// Its name; the param `in_NAME` is its path, if it reads a file.
    pub name: String,
    /// Whether it reads standard input.
    pub stdin: bool,
    /// How its lines are read; none for one that generates.
    pub wire: Option<Wire>,
    /// In the record's order.
    pub fields: Vec<FieldShape>,
}

/// The format of a spout.
#[derive(Clone, Debug)]
pub enum Wire {
    /// JSON lines.
    Json,
    /// CSV.
    Csv {
        /// Whether the first line names the columns.
        header: bool,
        /// Between the fields.
        delimiter: char,
    },
    /// Pairs.
    Logfmt,
    /// The line is the field.
    Text,
    /// The access-log format.
    Combined,
    /// The literals behind each field, and before the first one.
    Pattern(Vec<String>),
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct FieldShape {
    /// Its name.
    pub name: String,
    /// Its name on the wire.
    pub wire_name: String,
    /// Its type.
    pub ty: Type,
    /// The word or pattern behind `as`, if there is one.
    pub form: Option<&'static str>,
    /// The text behind `absent`.
    pub absent: Option<&'static str>,
    /// The fields of a nested record, or of a list's.
    pub inner: Vec<FieldShape>,
}

pub(super) const FORMS: [&str; 6] =
    ["unix_s", "unix_ms", "unix_us", "unix_ns", "\"%d/%b/%Y:%H:%M:%S %z\"", "\"%Y-%m-%d %H:%M:%S\""];

/// Names that are words of the language, too, but not reserved.
const WORDS: [&str; 10] =
    ["count", "key", "end", "first", "hits", "tasks", "size", "topology", "sink", "r#from"];

/// Adds a record and a spout of it.
pub(super) fn add(builder: &mut Builder<'_>) {
    let number = builder.next_number();
    let (name, record) = (format!("spout_{number}"), format!("Record{number}"));
    let (wire, fields) = match builder.random.below(16) {
        0 => (Some(Wire::Text), vec![plain("line", Type::String)]),
        1 | 2 => (Some(Wire::Combined), combined_fields(builder)),
        3 | 4 => pattern(builder),
        5..=7 => {
            let header = builder.random.chance(70);
            let delimiter = *builder.random.choose(&[',', ',', ';']);
            (Some(Wire::Csv { header, delimiter }), random_fields(builder, true))
        }
        8 => (None, random_fields(builder, false)),
        15 => (Some(Wire::Logfmt), random_fields(builder, true)),
        9 => (None, super::nested::parts_of_events(builder)),
        _ => {
            let mut fields = random_fields(builder, true);
            super::nested::add(builder, &mut fields);
            (Some(Wire::Json), fields)
        }
    };
    write_record(builder, &record, &fields);
    let _ = writeln!(builder.text, "spout {name}: {}{record} {{", builder.prefix);
    let taken = builder.spouts.iter().any(|spout| spout.stdin);
    let stdin = wire.is_some() && !taken && builder.random.chance(12);
    let read = match &wire {
        None if fields.iter().any(|field| field.ty.is_nested()) => events(builder),
        None => generator(builder, &fields),
        Some(wire) if stdin => format!("read stdin as {}", format_text(wire, &fields)),
        Some(wire) => {
            let input = format!("in_{name}");
            let read = format!("read file {input} as {}", format_text(wire, &fields));
            builder.paths.push(input);
            read
        }
    };
    let _ = writeln!(builder.text, "    {read}");
    let columns: Vec<Named> = fields.iter().map(|field| (field.name.clone(), field.ty.clone())).collect();
    let mut stream = Stream { reference: name.clone(), columns, timed: false, used: false };
    if builder.random.chance(45) {
        let count = 1 + builder.random.below(2);
        builder.first_clauses(&mut stream.columns, count);
    }
    stream.timed = time_clause(builder, &stream.columns);
    builder.text.push_str("}\n\n");
    builder.streams.push(stream);
    builder.spouts.push(SpoutShape { name, stdin, wire, fields });
}

pub(super) fn plain(name: &str, ty: Type) -> FieldShape {
    let (name, inner) = (name.to_owned(), Vec::new());
    FieldShape { wire_name: name.clone(), name, ty, form: None, absent: None, inner }
}

fn random_fields(builder: &mut Builder<'_>, wire_names: bool) -> Vec<FieldShape> {
    let mut fields = vec![plain("at", Type::Timestamp), plain("id", Type::Int)];
    if builder.random.chance(15) {
        fields[0].ty = Type::Timestamp.optional();
    }
    if builder.random.chance(30) {
        fields[0].form = Some(*builder.random.choose(&FORMS));
    }
    for number in 0..2 + builder.random.below(6) {
        let mut field = plain(&format!("f{number}"), builder.random.choose(&Type::ALL).clone());
        if builder.random.chance(20) {
            field.name = WORDS[(builder.random.below(2) + 2 * number) % WORDS.len()].to_owned();
            field.wire_name = field.name.trim_start_matches("r#").to_owned();
        }
        if builder.random.chance(30) {
            field.ty = field.ty.optional();
            if builder.random.chance(40) {
                field.absent = Some(*builder.random.choose(&["-", "n/a", ""]));
            }
        }
        if *field.ty.required() == Type::Timestamp && builder.random.chance(50) {
            field.form = Some(*builder.random.choose(&FORMS));
        }
        if wire_names && builder.random.chance(15) {
            field.wire_name = format!("{}@wire \u{e9}", field.wire_name);
        }
        if fields.iter().all(|other| other.name != field.name) {
            fields.push(field);
        }
    }
    fields
}

fn combined_fields(builder: &mut Builder<'_>) -> Vec<FieldShape> {
    let all = [
        plain("ip", Type::Ip),
        plain("user", Type::String.optional()),
        plain("at", Type::Timestamp),
        plain("method", Type::String),
        plain("path", Type::String),
        plain("protocol", Type::String.optional()),
        plain("status", Type::Int),
        plain("bytes", Type::Int.optional()),
        plain("referrer", Type::String.optional()),
        plain("agent", Type::String.optional()),
    ];
    let keep =
        |field: &FieldShape, builder: &mut Builder<'_>| field.name == "at" || builder.random.chance(70);
    all.into_iter().filter(|field| keep(field, builder)).collect()
}

fn pattern(builder: &mut Builder<'_>) -> (Option<Wire>, Vec<FieldShape>) {
    let mut fields = random_fields(builder, false);
    fields.retain(|field| !field.name.starts_with("r#"));
    for field in &mut fields {
        field.wire_name.clone_from(&field.name);
    }
    let mut literals = vec![(*builder.random.choose(&["", "> ", "["])).to_owned()];
    for _ in 1..fields.len() {
        literals.push((*builder.random.choose(&[" | ", "\t", "] [", " - "])).to_owned());
    }
    literals.push((*builder.random.choose(&["", " ;", "]"])).to_owned());
    (Some(Wire::Pattern(literals)), fields)
}

pub(super) fn write_record(builder: &mut Builder<'_>, name: &str, fields: &[FieldShape]) {
    let _ = writeln!(builder.records, "record {name} {{");
    for field in fields {
        let _ = write!(builder.records, "    {}: {}", field.name, field.ty);
        if field.wire_name != field.name.trim_start_matches("r#") {
            let _ = write!(builder.records, " from {:?}", field.wire_name);
        }
        if let Some(form) = field.form {
            let _ = write!(builder.records, " as {form}");
        }
        if let Some(absent) = field.absent {
            let _ = write!(builder.records, " absent {absent:?}");
        }
        builder.records.push_str(",\n");
    }
    builder.records.push_str("}\n\n");
}

pub(super) fn format_text(wire: &Wire, fields: &[FieldShape]) -> String {
    match wire {
        Wire::Json => "json".to_owned(),
        Wire::Logfmt => "logfmt".to_owned(),
        Wire::Text => "text".to_owned(),
        Wire::Combined => "combined".to_owned(),
        Wire::Csv { header: true, delimiter: ',' } => "csv".to_owned(),
        Wire::Csv { header, delimiter } => format!("csv {{ header: {header}, delimiter: \"{delimiter}\" }}"),
        Wire::Pattern(literals) => {
            let mut text = literals[0].clone();
            for (field, literal) in fields.iter().zip(&literals[1..]) {
                let _ = write!(text, "{{{}}}{literal}", field.name);
            }
            format!("pattern {text:?}")
        }
    }
}

/// `generate`: the count and the seed are params, so that inputs differ.
fn generator(builder: &mut Builder<'_>, fields: &[FieldShape]) -> String {
    let (count, seed) = (builder.param("count", Type::Int), builder.param("seed", Type::Int));
    let mut spreads = vec!["at: clock(\"2026-01-05T00:00:00Z\", 1s, 5s)".to_owned()];
    for field in &fields[1..] {
        let spread = match field.ty.required() {
            Type::Int => {
                *builder.random.choose(&["zipf(5)", "uniform(-3, 4)", "sequence(10, 2)", "choose(1, 2, 2)"])
            }
            Type::String => *builder.random.choose(&["choose(\"a\", \"/\", \"12\")", "zipf(3, 1.5)"]),
            Type::Float => "uniform(-1.5, 2.5)",
            Type::Ip => "zipf(4)",
            Type::Duration => *builder.random.choose(&["uniform(1s, 3s)", "sequence(1s, 500ms)"]),
            _ => continue,
        };
        let spread = match field.ty.is_optional() {
            true if builder.random.chance(20) => "sometimes(0.7)".to_owned(),
            true if builder.random.chance(80) => format!("sometimes(0.7, {spread})"),
            _ => spread.to_owned(),
        };
        spreads.push(format!("{}: {spread}", field.name));
    }
    if fields[0].ty.is_optional() {
        spreads[0] = "at: sometimes(0.9, clock(\"2026-01-05T00:00:00Z\", 1s, 5s))".to_owned();
    }
    format!("read generate {{ count: {count}, seed: {seed}, fields: {{ {} }} }}", spreads.join(", "))
}

/// `generate "nexmark"`, within a second or within some minutes.
fn events(builder: &mut Builder<'_>) -> String {
    let (count, seed) = (builder.param("count", Type::Int), builder.param("seed", Type::Int));
    let step = *builder.random.choose(&["100us", "1s", "15s"]);
    let shuffled = *builder.random.choose(&[1, 1, 3, 40]);
    format!(
        "read generate \"nexmark\" {{ count: {count}, seed: {seed}, step: {step}, shuffled: {shuffled} }}"
    )
}

/// Most spouts have a time.
fn time_clause(builder: &mut Builder<'_>, columns: &[Named]) -> bool {
    // A `let` may have given a column one of these names, too.
    let has = |name: &str, ty: Type| {
        columns.iter().find(|(column, other)| column == name && *other.required() == ty)
    };
    let at = match has("at", Type::Timestamp) {
        // The clock stands still in the comparison.
        _ if builder.random.chance(4) && columns.iter().all(|(name, _)| name != "arrival") => {
            "arrival".to_owned()
        }
        _ if builder.random.chance(12) => return false,
        Some((_, ty)) if ty.is_optional() && builder.random.chance(50) => {
            "at ?? \"2026-01-05T00:00:07Z\"".to_owned()
        }
        Some((_, ty)) if !ty.is_optional() && builder.random.chance(15) => "at + 250ms".to_owned(),
        Some(_) => "at".to_owned(),
        None if has("line", Type::String).is_some() => "timestamp(line)".to_owned(),
        None => {
            let mut inside = super::nested::paths(columns);
            inside.retain(|(_, ty)| *ty == Type::Timestamp.optional());
            if inside.is_empty() {
                return false;
            }
            inside.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(" ?? ")
        }
    };
    let mut clause = format!("time {at}");
    if builder.random.chance(75) {
        let late_by = match builder.random.below(4) {
            0 => builder.param("slack", Type::Duration),
            _ => (*builder.random.choose(&["0s", "2s", "5s", "20s", "1m"])).to_owned(),
        };
        let _ = write!(clause, ", late by {late_by}");
    }
    if builder.random.chance(20) {
        let _ = write!(clause, ", ahead by {}", builder.random.choose(&["5m", "1h"]));
    }
    let _ = writeln!(builder.text, "    {clause}");
    true
}
