//! `min` and `max`

use std::cmp::Ordering;

#[cfg(feature = "definition")]
use super::Row;
use super::{Aggregate, Algebra, Argument, Held, Merge, Shape};
#[cfg(feature = "definition")]
use crate::Value;
use crate::wire::{self, Reader};

/// The smallest value.
pub static MIN: Aggregate = Aggregate {
    name: "min",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| ordered(arguments, "extremes::Min"),
    docs: "The smallest value.",
    example: "min(status)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(extreme(rows, Ordering::Less)),
};

/// The largest value.
pub static MAX: Aggregate = Aggregate {
    name: "max",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| ordered(arguments, "extremes::Max"),
    docs: "The largest value.",
    example: "max(at)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(extreme(rows, Ordering::Greater)),
};

fn ordered(arguments: &[Argument<'_>], accumulator: &'static str) -> Result<Shape, &'static str> {
    match arguments {
        [only] if only.ty.is_ordered() => Ok(Shape::holding(only.ty.clone(), accumulator)),
        _ => Err("one value that has an order"),
    }
}

/// The smallest value or the largest. -0.0 is smaller than 0.0 here, so that the order of rows does not show.
#[cfg(feature = "definition")]
fn extreme(rows: &[Row<'_>], wanted: Ordering) -> Value {
    let mut values = rows.iter().filter_map(|row| row.values.first());
    let Some(mut best) = values.next() else { return Value::None };
    for value in values {
        if super::plain::order(value, best) == wanted {
            best = value;
        }
    }
    best.clone()
}

macro_rules! extremes {
    ($($(#[$docs:meta])* $name:ident keeps $wanted:path;)*) => {
        $(
            $(#[$docs])*
            #[derive(Clone, Debug)]
            pub struct $name<T>(Option<T>);

            impl<T> Default for $name<T> {
                fn default() -> Self {
                    $name(None)
                }
            }

            impl<T: Held> $name<T> {
                /// A value.
                #[inline]
                pub fn add(&mut self, value: T::View<'_>) {
                    match &mut self.0 {
                        None => self.0 = Some(T::hold(value)),
                        Some(kept) if T::order(value, kept.view()) == $wanted => kept.replace(value),
                        Some(_) => {}
                    }
                }

                /// The value; absent where there was none.
                pub fn finish(&self) -> Option<T::View<'_>> {
                    self.0.as_ref().map(T::view)
                }

                /// Appends it for `decode`.
                pub fn encode(&self, out: &mut Vec<u8>) {
                    wire::put_bool(out, self.0.is_some());
                    if let Some(kept) = &self.0 {
                        T::put(kept.view(), out);
                    }
                }

                /// What `encode` wrote.
                pub fn decode(reader: &mut Reader<'_>) -> Self {
                    $name(reader.bool().then(|| T::get(reader)))
                }
            }

            impl<T: Held> Merge for $name<T> {
                const GROWS: bool = false;

                #[inline]
                fn merge(&mut self, later: &Self) {
                    if let Some(value) = &later.0 {
                        self.add(value.view());
                    }
                }
            }
        )*
    };
}

extremes! {
    /// `min`
    Min keeps Ordering::Less;
    /// `max`
    Max keeps Ordering::Greater;
}
