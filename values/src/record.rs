//! Records: what they are declared to be, and values of one.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::form::Form;
use crate::{Type, Value};

/// A declared record, as a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordType {
    /// Its name.
    pub name: String,
    /// In declaration order.
    pub fields: Vec<RecordField>,
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordField {
    /// Its name in the language.
    pub name: String,
    /// Its name on the wire.
    pub wire_name: String,
    /// Its type.
    pub ty: Type,
    /// How its text is read; of a list, how its elements' text is.
    pub form: Form,
    /// The text that stands for no value (`absent "-"`).
    pub absent: Option<String>,
}

/// A value of a record type. Values compare field by field.
#[derive(Clone, Debug)]
pub struct Record {
    /// What it is.
    pub ty: Arc<RecordType>,
    /// One a field.
    pub values: Vec<Value>,
}

impl PartialEq for Record {
    fn eq(&self, other: &Record) -> bool {
        self.values == other.values
    }
}

impl PartialOrd for Record {
    fn partial_cmp(&self, other: &Record) -> Option<Ordering> {
        self.values.partial_cmp(&other.values)
    }
}
