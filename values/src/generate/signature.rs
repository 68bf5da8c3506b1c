//! What each distribution is called, makes and takes: one table, which the checker reads.

use super::{Kind, Type};

/// A distribution as it is written.
#[derive(Debug)]
pub struct Signature {
    /// Which it is.
    pub kind: Kind,
    /// Its name.
    pub name: &'static str,
    /// How it is called: `uniform(low, high)`.
    pub usage: &'static str,
    /// The types of the fields that it makes.
    makes: &'static [Type],
    /// What it takes; the last of `choose` may be repeated.
    parameters: &'static [Parameter],
    /// How many arguments there have to be.
    least: usize,
    /// And how many there may be.
    most: usize,
}

/// What an argument is.
#[derive(Debug)]
enum Parameter {
    /// A value of the field.
    Value,
    /// What lies between two values of the field.
    Step,
    /// Of one type, whatever the field is.
    Of(Type),
}

/// All distributions, in the order of the documentation. `sometimes` is none: it goes round any of them.
pub static DISTRIBUTIONS: [Signature; 5] = [
    Signature {
        kind: Kind::Choose,
        name: "choose",
        usage: "choose(a, b, …)",
        makes: &Type::ALL,
        parameters: &[Parameter::Value],
        least: 1,
        most: usize::MAX,
    },
    Signature {
        kind: Kind::Uniform,
        name: "uniform",
        usage: "uniform(low, high)",
        makes: &[Type::Int, Type::Float, Type::Timestamp, Type::Duration],
        parameters: &[Parameter::Value, Parameter::Value],
        least: 2,
        most: 2,
    },
    Signature {
        kind: Kind::Zipf,
        name: "zipf",
        usage: "zipf(values, exponent)",
        makes: &[Type::Int, Type::Ip, Type::String],
        parameters: &[Parameter::Of(Type::Int), Parameter::Of(Type::Float)],
        least: 1,
        most: 2,
    },
    Signature {
        kind: Kind::Sequence,
        name: "sequence",
        usage: "sequence(start, step)",
        makes: &[Type::Int, Type::Timestamp, Type::Duration],
        parameters: &[Parameter::Value, Parameter::Step],
        least: 0,
        most: 2,
    },
    Signature {
        kind: Kind::Clock,
        name: "clock",
        usage: "clock(start, step, disorder)",
        makes: &[Type::Timestamp],
        parameters: &[
            Parameter::Of(Type::Timestamp),
            Parameter::Of(Type::Duration),
            Parameter::Of(Type::Duration),
        ],
        least: 3,
        most: 3,
    },
];

impl Signature {
    /// The types of so many arguments, for a field of this type, so that a literal there can be read as it is meant
    /// (`clock("2018-09-06T08:00:00Z", 1ms, 5s)`).
    ///
    /// # Errors
    /// One sentence, where it does not make such a field, or does not take so many.
    pub fn parameters(&self, field: &Type, count: usize) -> Result<Vec<Type>, String> {
        let value = field.required();
        let usage = self.usage;
        if !self.makes.contains(value) {
            let makes: Vec<String> = self.makes.iter().map(|ty| format!("`{ty}`")).collect();
            return Err(format!("`{usage}` makes {}, not `{value}`", makes.join(", ")));
        }
        if count < self.least {
            return Err(format!("`{usage}` needs {} of its arguments, not {count}", self.least));
        }
        if count > self.most {
            return Err(format!("`{usage}` takes no more than {} arguments, not {count}", self.most));
        }
        let last = self.parameters.len() - 1;
        let types = (0..count).map(|index| match &self.parameters[index.min(last)] {
            Parameter::Step if *value == Type::Timestamp => Type::Duration,
            Parameter::Value | Parameter::Step => value.clone(),
            Parameter::Of(ty) => ty.clone(),
        });
        Ok(types.collect())
    }
}
