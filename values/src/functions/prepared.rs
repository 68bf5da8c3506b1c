//! Arguments that are constants, and made into something once: regular expressions, time zones.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::{Function, Pass};
use crate::{Fault, FaultCode, Value};

#[cfg(feature = "regex")]
use super::Regex;
#[cfg(feature = "zones")]
use super::Zone;

/// What is made of the text of a constant argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preparation {
    /// A compiled regular expression.
    Regex,
    /// A time zone, by its name.
    Zone,
}

/// What was made of one.
#[derive(Clone, Debug)]
pub enum Prepared {
    /// A compiled regular expression.
    #[cfg(feature = "regex")]
    Regex(Regex),
    /// A time zone.
    #[cfg(feature = "zones")]
    Zone(Zone),
}

impl Preparation {
    /// Makes it of its text.
    ///
    /// # Errors
    /// What is wrong with the text; or that this build has no such thing.
    pub fn make(self, text: &str) -> Result<Prepared, String> {
        match self {
            #[cfg(feature = "regex")]
            Preparation::Regex => Regex::new(text).map(Prepared::Regex),
            #[cfg(feature = "zones")]
            Preparation::Zone => Zone::new(text).map(Prepared::Zone),
            #[cfg(not(all(feature = "regex", feature = "zones")))]
            _ => Err(format!("{self:?} {text} is not in this build")),
        }
    }
}

/// An argument of a dynamic call.
#[derive(Clone, Copy, Debug)]
pub enum Given<'v> {
    /// A value.
    Value(&'v Value),
    /// A constant, prepared.
    Prepared(&'v Prepared),
}

impl<'v> From<&'v Value> for Given<'v> {
    fn from(value: &'v Value) -> Given<'v> {
        Given::Value(value)
    }
}

impl<'v> From<&Given<'v>> for Given<'v> {
    fn from(given: &Given<'v>) -> Given<'v> {
        *given
    }
}

/// Prepared constants, each made when it is first asked for.
#[derive(Debug, Default)]
pub struct Store(RefCell<HashMap<(Preparation, String), Rc<Prepared>>>);

impl Store {
    /// The constant of this text. The checker has made it once before.
    ///
    /// # Errors
    /// `malformed` where the text is wrong.
    pub fn get(&self, preparation: Preparation, text: &str) -> Result<Rc<Prepared>, Fault> {
        let key = (preparation, text.to_owned());
        if let Some(made) = self.0.borrow().get(&key) {
            return Ok(Rc::clone(made));
        }
        let made = preparation.make(text).map_err(|error| Fault::new(FaultCode::Malformed, error))?;
        let made = Rc::new(made);
        self.0.borrow_mut().insert(key, Rc::clone(&made));
        Ok(made)
    }

    /// Calls a function over dynamic values.
    ///
    /// # Errors
    /// As the function.
    pub fn call(&self, function: &Function, arguments: &[Value]) -> Result<Value, Fault> {
        let prepare = |(value, parameter): (&Value, &super::Parameter)| match (value, parameter.pass) {
            (Value::String(text), Pass::Prepared(preparation)) => self.get(preparation, text).map(Some),
            _ => Ok(None),
        };
        let prepared: Vec<Option<Rc<Prepared>>> =
            arguments.iter().zip(function.parameters).map(prepare).collect::<Result<_, _>>()?;
        let given: Vec<Given<'_>> = arguments
            .iter()
            .zip(&prepared)
            .map(|(value, prepared)| prepared.as_deref().map_or(Given::Value(value), Given::Prepared))
            .collect();
        (function.call)(&given)
    }
}
