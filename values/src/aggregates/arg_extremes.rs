//! `arg_min` and `arg_max`

use std::cmp::Ordering;

#[cfg(feature = "definition")]
use super::Row;
use super::{Aggregate, Algebra, Argument, Held, Merge, Shape};
use crate::wire::{self, Reader};
#[cfg(feature = "definition")]
use crate::{Timestamp, Value};

/// The value of the row where another is smallest.
pub static ARG_MIN: Aggregate = Aggregate {
    name: "arg_min",
    algebra: Algebra::Ordered,
    takes_time: true,
    may_be_absent: true,
    shape: |arguments| value_by(arguments, "arg_extremes::ArgMin"),
    docs: "The first value in the row where the second is smallest; of equals the earliest by event time, then by input order.",
    example: "arg_min(path, status)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(extreme(rows, Ordering::Less)),
};

/// The value of the row where another is largest.
pub static ARG_MAX: Aggregate = Aggregate {
    name: "arg_max",
    algebra: Algebra::Ordered,
    takes_time: true,
    may_be_absent: true,
    shape: |arguments| value_by(arguments, "arg_extremes::ArgMax"),
    docs: "The first value in the row where the second is largest; of equals the earliest by event time, then by input order.",
    example: "arg_max(path, status)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(extreme(rows, Ordering::Greater)),
};

fn value_by(arguments: &[Argument<'_>], accumulator: &'static str) -> Result<Shape, &'static str> {
    match arguments {
        [value, by] if by.ty.is_ordered() => Ok(Shape::holding(value.ty.clone(), accumulator)),
        _ => Err("a value, and another by which rows are compared"),
    }
}

#[cfg(feature = "definition")]
fn extreme(rows: &[Row<'_>], wanted: Ordering) -> Value {
    let mut best: Option<(&Value, &Value, Option<Timestamp>)> = None;
    for row in rows {
        let [value, by] = row.values else { continue };
        let wins = best.is_none_or(|(_, known, at)| match super::plain::order(by, known) {
            Ordering::Equal => row.at < at,
            order => order == wanted,
        });
        if wins {
            best = Some((value, by, row.at));
        }
    }
    best.map_or(Value::None, |(value, ..)| value.clone())
}

macro_rules! arg_extremes {
    ($($(#[$docs:meta])* $name:ident keeps $wanted:path;)*) => {
        $(
            $(#[$docs])*
            #[derive(Clone, Debug)]
            pub struct $name<T, B>(Option<(i64, T, B)>);

            impl<T, B> Default for $name<T, B> {
                fn default() -> Self {
                    $name(None)
                }
            }

            impl<T: Held, B: Held> $name<T, B> {
                /// A value, what its row is compared by, and its row's event time. Of equals the earliest stays, so that
                /// panes, which are apart in time and not in the input, may be merged.
                #[inline]
                pub fn add(&mut self, at: i64, value: T::View<'_>, by: B::View<'_>) {
                    let Some((kept_at, kept, known)) = &mut self.0 else {
                        self.0 = Some((at, T::hold(value), B::hold(by)));
                        return;
                    };
                    let wins = match B::order(by, known.view()) {
                        Ordering::Equal => at < *kept_at,
                        order => order == $wanted,
                    };
                    if wins {
                        *kept_at = at;
                        kept.replace(value);
                        known.replace(by);
                    }
                }

                /// The value; absent where there was none.
                pub fn finish(&self) -> Option<T::View<'_>> {
                    self.0.as_ref().map(|(_, kept, _)| kept.view())
                }

                /// Appends it for `decode`.
                pub fn encode(&self, out: &mut Vec<u8>) {
                    wire::put_bool(out, self.0.is_some());
                    if let Some((at, kept, by)) = &self.0 {
                        wire::put_i64(out, *at);
                        T::put(kept.view(), out);
                        B::put(by.view(), out);
                    }
                }

                /// What `encode` wrote.
                pub fn decode(reader: &mut Reader<'_>) -> Self {
                    $name(reader.bool().then(|| (reader.i64(), T::get(reader), B::get(reader))))
                }
            }

            impl<T: Held, B: Held> Merge for $name<T, B> {
                const GROWS: bool = false;

                fn merge(&mut self, later: &Self) {
                    if let Some((at, value, by)) = &later.0 {
                        self.add(*at, value.view(), by.view());
                    }
                }
            }
        )*
    };
}

arg_extremes! {
    /// `arg_min`: the earliest of the rows with the least `by`.
    ArgMin keeps Ordering::Less;
    /// `arg_max`: the earliest of the rows with the greatest `by`.
    ArgMax keeps Ordering::Greater;
}
