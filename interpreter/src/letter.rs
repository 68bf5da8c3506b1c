//! Dead letters: what failed, and why.

use streamwright_values::format::letter_input;
use streamwright_values::format::write::write_json_object;
use streamwright_values::{Fault, Value};

/// A tuple or row that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// The tuple's spout; absent for a row that a window made.
    pub spout: Option<String>,
    /// The tuple's line or index, from 1; absent for a row that a window made.
    pub position: Option<u64>,
    /// The bolt or sink in which it failed; absent where that is the spout.
    pub bolt: Option<String>,
    /// What went wrong.
    pub fault: Fault,
    /// The line, or the columns that the failing expression mentions as a JSON object; cut after 1,024 bytes.
    pub input: Option<String>,
}

impl Letter {
    /// The row of the stream `dead_letters`.
    #[must_use]
    pub fn row(&self) -> Vec<Value> {
        let text = |text: &Option<String>| text.clone().map_or(Value::None, Value::String);
        vec![
            text(&self.spout),
            self.position.map_or(Value::None, |position| Value::Int(position as i64)),
            text(&self.bolt),
            Value::String(self.fault.code.as_str().to_owned()),
            Value::String(self.fault.message.to_string()),
            text(&self.input),
        ]
    }
}

/// Columns as a letter shows them.
pub(crate) fn shown(columns: &[(String, Value)]) -> String {
    let values: Vec<Value> = columns.iter().map(|(_, value)| value.clone()).collect();
    let mut json = Vec::new();
    write_json_object(columns.iter().map(|(name, _)| name.as_str()), &values, &mut json);
    letter_input(&json)
}
