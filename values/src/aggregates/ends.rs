//! `first` and `last`

#[cfg(feature = "definition")]
use super::Row;
use super::{Aggregate, Algebra, Argument, Held, Merge, Shape};
use crate::wire::{self, Reader};
#[cfg(feature = "definition")]
use crate::{Timestamp, Value};

/// The value of the earliest row.
pub static FIRST: Aggregate = Aggregate {
    name: "first",
    algebra: Algebra::Ordered,
    takes_time: true,
    may_be_absent: true,
    shape: |arguments| any(arguments, "ends::First"),
    docs: "The value of the row with the smallest event time; of equals the first in input order.",
    example: "first(path)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(end(rows, |at, best| at < best)),
};

/// The value of the latest row.
pub static LAST: Aggregate = Aggregate {
    name: "last",
    algebra: Algebra::Ordered,
    takes_time: true,
    may_be_absent: true,
    shape: |arguments| any(arguments, "ends::Last"),
    docs: "The value of the row with the largest event time; of equals the last in input order.",
    example: "last(path)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(end(rows, |at, best| at >= best)),
};

fn any(arguments: &[Argument<'_>], accumulator: &'static str) -> Result<Shape, &'static str> {
    match arguments {
        [only] => Ok(Shape::holding(only.ty.clone(), accumulator)),
        _ => Err("one value"),
    }
}

/// The value whose event time `wins` over those before it.
#[cfg(feature = "definition")]
fn end(rows: &[Row<'_>], wins: impl Fn(Option<Timestamp>, Option<Timestamp>) -> bool) -> Value {
    let best = rows.iter().copied().reduce(|best, next| if wins(next.at, best.at) { next } else { best });
    best.and_then(|row| row.values.first()).cloned().unwrap_or(Value::None)
}

macro_rules! by_event_time {
    ($($(#[$docs:meta])* $name:ident replaces $replaces:expr;)*) => {
        $(
            $(#[$docs])*
            #[derive(Clone, Debug)]
            pub struct $name<T>(Option<(i64, T)>);

            impl<T> Default for $name<T> {
                fn default() -> Self {
                    $name(None)
                }
            }

            impl<T: Held> $name<T> {
                /// A value, and its row's event time.
                #[inline]
                pub fn add(&mut self, at: i64, value: T::View<'_>) {
                    let replaces: fn(i64, i64) -> bool = $replaces;
                    match &mut self.0 {
                        None => self.0 = Some((at, T::hold(value))),
                        Some((kept_at, kept)) if replaces(at, *kept_at) => {
                            *kept_at = at;
                            kept.replace(value);
                        }
                        Some(_) => {}
                    }
                }

                /// The value; absent where there was none.
                pub fn finish(&self) -> Option<T::View<'_>> {
                    self.0.as_ref().map(|(_, kept)| kept.view())
                }

                /// Appends it for `decode`.
                pub fn encode(&self, out: &mut Vec<u8>) {
                    wire::put_bool(out, self.0.is_some());
                    if let Some((at, kept)) = &self.0 {
                        wire::put_i64(out, *at);
                        T::put(kept.view(), out);
                    }
                }

                /// What `encode` wrote.
                pub fn decode(reader: &mut Reader<'_>) -> Self {
                    $name(reader.bool().then(|| (reader.i64(), T::get(reader))))
                }
            }

            impl<T: Held> Merge for $name<T> {
                const GROWS: bool = false;

                #[inline]
                fn merge(&mut self, later: &Self) {
                    if let Some((at, value)) = &later.0 {
                        self.add(*at, value.view());
                    }
                }
            }
        )*
    };
}

by_event_time! {
    /// `first`: the value with the smallest event time; of equals the earliest in the input.
    First replaces |at, kept| at < kept;
    /// `last`: the value with the largest event time; of equals the latest in the input.
    Last replaces |at, kept| at >= kept;
}
