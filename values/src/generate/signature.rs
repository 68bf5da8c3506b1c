//! What each distribution takes, for the checker.

use super::{Kind, Type};

/// The type that argument `index` of a distribution has in a field of this type, so that a literal there can be read
/// as it is meant (`clock("2018-09-06T08:00:00Z", 1ms, 5s)`); none where there is no such argument.
#[must_use]
pub fn expected(kind: Kind, field: &Type, index: usize) -> Option<Type> {
    let value = field.required();
    let step = if *value == Type::Timestamp { &Type::Duration } else { value };
    let ty = match (kind, index) {
        (Kind::Sometimes, 0) => &Type::Float,
        (Kind::Choose | Kind::Sometimes, _) | (Kind::Uniform, 0 | 1) | (Kind::Sequence, 0) => value,
        (Kind::Zipf, 0) => &Type::Int,
        (Kind::Zipf, 1) => &Type::Float,
        (Kind::Sequence, 1) => step,
        (Kind::Clock, 0) => &Type::Timestamp,
        (Kind::Clock, 1 | 2) => &Type::Duration,
        _ => return None,
    };
    Some(ty.clone())
}

/// Whether a distribution takes arguments of these types for a field of this type. An int may stand for a float.
///
/// # Errors
/// One sentence that says what it takes.
pub fn check(kind: Kind, arguments: &[Type], field: &Type) -> Result<(), String> {
    let value = field.required();
    let (usage, fields, least): (_, &[Type], _) = match kind {
        Kind::Choose => ("choose(a, b, …)", &ALL, 1),
        Kind::Uniform => {
            ("uniform(low, high)", &[Type::Int, Type::Float, Type::Timestamp, Type::Duration], 2)
        }
        Kind::Zipf => ("zipf(values, exponent)", &[Type::Int, Type::Ip, Type::String], 1),
        Kind::Sequence => ("sequence(start, step)", &[Type::Int, Type::Timestamp, Type::Duration], 0),
        Kind::Clock => ("clock(start, step, disorder)", &[Type::Timestamp], 3),
        Kind::Sometimes => ("sometimes(probability, a, b, …)", &ALL, 1),
    };
    if !fields.contains(value) {
        return Err(format!("{usage} does not make {value}"));
    }
    if kind == Kind::Sometimes && !field.is_optional() {
        return Err(format!("{usage} is for optional fields, and this one is {value}"));
    }
    if arguments.len() < least {
        return Err(format!("{usage} takes at least {least} of its arguments, not {}", arguments.len()));
    }
    for (index, given) in arguments.iter().enumerate() {
        let Some(wanted) = expected(kind, field, index) else {
            return Err(format!("{usage} takes no argument behind its {index}"));
        };
        if *given != wanted && !(*given == Type::Int && wanted == Type::Float) {
            return Err(format!("{usage} takes {wanted} as argument {}, not {given}", index + 1));
        }
    }
    Ok(())
}

const ALL: [Type; 8] = [
    Type::Bool,
    Type::Int,
    Type::Float,
    Type::String,
    Type::Bytes,
    Type::Timestamp,
    Type::Duration,
    Type::Ip,
];
