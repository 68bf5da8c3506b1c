//! `collect`

use std::sync::OnceLock;

#[cfg(feature = "definition")]
use super::Row;
use super::{Aggregate, Algebra, Argument, Held, Merge, Shape};
use crate::wire::{self, Reader};
#[cfg(feature = "definition")]
use crate::{Fault, Value};
use crate::{FaultCode, Type};

/// How many values a list may get: what the keys of one record cannot make larger than this.
pub const MOST: usize = 65_536;

/// The values as a list.
pub static COLLECT: Aggregate = Aggregate {
    name: "collect",
    algebra: Algebra::Ordered,
    takes_time: true,
    may_be_absent: false,
    shape: |arguments| shape(arguments),
    docs: "The values as a list, by event time, and among equal times in the order of the input. Of more than 65,536 values the row is a dead letter instead.",
    example: "collect(path)",
    #[cfg(feature = "definition")]
    fold: |_, rows| list(rows),
};

fn shape(arguments: &[Argument<'_>]) -> Result<Shape, &'static str> {
    let [only] = arguments else { return Err("one value") };
    let list = Type::List(Box::new(only.ty.clone()));
    let shape = if only.ty.is_nested() {
        Shape::of(list, "collect::CollectNested")
    } else {
        Shape::holding(list, "collect::Collect")
    };
    Ok(shape.fallible())
}

#[cfg(feature = "definition")]
fn list(rows: &[Row<'_>]) -> Result<Value, Fault> {
    if rows.len() > MOST {
        return Err(too_many(rows.len() as u64));
    }
    let mut rows: Vec<&Row<'_>> = rows.iter().collect();
    rows.sort_by_key(|row| row.at);
    Ok(Value::List(rows.iter().filter_map(|row| row.values.first()).cloned().collect()))
}

#[cold]
fn too_many(count: u64) -> crate::Fault {
    let message = format!("collect of {count} values: {MOST} is the most");
    crate::Fault::new(FaultCode::OutOfRange, message)
}

/// What is in a list, with the event times; forgotten as soon as there are too many.
#[derive(Clone, Debug)]
pub struct Collect<T> {
    values: Vec<(i64, T)>,
    count: u64,
    /// The list as it crosses an exchange, once somebody has asked for it.
    written: OnceLock<Vec<u8>>,
}

impl<T> Default for Collect<T> {
    fn default() -> Self {
        Collect { values: Vec::new(), count: 0, written: OnceLock::new() }
    }
}

impl<T: Held> Collect<T> {
    /// A value, and its row's event time.
    pub fn add(&mut self, at: i64, value: T::View<'_>) {
        self.count += 1;
        self.written.take();
        if self.count > MOST as u64 {
            self.values = Vec::new();
        } else {
            self.values.push((at, T::hold(value)));
        }
    }

    /// The list as bytes.
    ///
    /// # Errors
    /// `out-of-range` where it would have more than [`MOST`] values.
    pub fn finish(&self) -> Result<&[u8], crate::Fault> {
        self.listed(|value, out| T::put(value, out))
    }

    fn listed(&self, put: impl Fn(T::View<'_>, &mut Vec<u8>)) -> Result<&[u8], crate::Fault> {
        if self.count > MOST as u64 {
            return Err(too_many(self.count));
        }
        Ok(self.written.get_or_init(|| {
            let mut values: Vec<&(i64, T)> = self.values.iter().collect();
            values.sort_by_key(|(at, _)| *at);
            let mut out = Vec::new();
            wire::put_u32(&mut out, values.len() as u32);
            values.iter().for_each(|(_, value)| put(value.view(), &mut out));
            out
        }))
    }

    /// Appends it for `decode`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        wire::put_i64(out, self.count as i64);
        wire::put_u32(out, self.values.len() as u32);
        for (at, value) in &self.values {
            wire::put_i64(out, *at);
            T::put(value.view(), out);
        }
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Self {
        let (count, kept) = (reader.i64() as u64, reader.u32());
        let values = (0..kept).map(|_| (reader.i64(), T::get(reader))).collect();
        Collect { values, count, written: OnceLock::new() }
    }
}

impl<T: Held> Merge for Collect<T> {
    fn merge(&mut self, later: &Self) {
        self.count += later.count;
        self.written.take();
        if self.count > MOST as u64 {
            self.values = Vec::new();
        } else {
            self.values.extend(later.values.iter().map(|(at, value)| (*at, T::hold(value.view()))));
        }
    }
}

/// The same of lists and records, which are kept as the bytes that they cross an exchange as.
#[derive(Clone, Debug, Default)]
pub struct CollectNested(Collect<Vec<u8>>);

impl CollectNested {
    /// A value, and its row's event time.
    pub fn add(&mut self, at: i64, value: &[u8]) {
        self.0.add(at, value);
    }

    /// The list as bytes.
    ///
    /// # Errors
    /// As [`Collect::finish`].
    pub fn finish(&self) -> Result<&[u8], crate::Fault> {
        self.0.listed(|value, out| out.extend_from_slice(value))
    }

    /// Appends it for `decode`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Self {
        CollectNested(Collect::decode(reader))
    }
}

impl Merge for CollectNested {
    fn merge(&mut self, later: &Self) {
        self.0.merge(&later.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{Collect, MOST, Merge};
    use crate::FaultCode;

    #[test]
    fn too_many_values_are_a_fault_and_take_no_room() {
        let mut all = Collect::<i64>::default();
        (0..MOST as i64).for_each(|value| all.add(0, value));
        assert!(all.finish().is_ok());
        let mut one = Collect::default();
        one.add(0, 1);
        all.merge(&one);
        assert_eq!(all.finish().unwrap_err().code, FaultCode::OutOfRange);
        let mut bytes = Vec::new();
        all.encode(&mut bytes);
        assert!(bytes.len() < 100);
        all.merge(&one);
        assert!(all.finish().unwrap_err().message.contains("65538"));
    }
}
