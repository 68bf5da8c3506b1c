//! `arg_min` and `arg_max`

use std::cmp::Ordering;

#[cfg(feature = "definition")]
use super::Row;
use super::{Aggregate, Algebra, Argument, Held, Merge, Shape};
#[cfg(feature = "definition")]
use crate::Value;
use crate::wire::{self, Reader};

/// The value of the row where another is smallest.
pub static ARG_MIN: Aggregate = Aggregate {
    name: "arg_min",
    algebra: Algebra::Ordered,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| value_by(arguments, "arg_extremes::ArgMin"),
    docs: "The first value in the row where the second is smallest; of equals the first in input order.",
    example: "arg_min(path, status)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(extreme(rows, Ordering::Less)),
};

/// The value of the row where another is largest.
pub static ARG_MAX: Aggregate = Aggregate {
    name: "arg_max",
    algebra: Algebra::Ordered,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| value_by(arguments, "arg_extremes::ArgMax"),
    docs: "The first value in the row where the second is largest; of equals the first in input order.",
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
    let mut best: Option<[&Value; 2]> = None;
    for row in rows {
        let [value, by] = row.values else { continue };
        if best.is_none_or(|[_, known]| super::plain::order(by, known) == wanted) {
            best = Some([value, by]);
        }
    }
    best.map_or(Value::None, |[value, _]| value.clone())
}

macro_rules! arg_extremes {
    ($($(#[$docs:meta])* $name:ident keeps $wanted:path;)*) => {
        $(
            $(#[$docs])*
            #[derive(Clone, Debug)]
            pub struct $name<T, B>(Option<(T, B)>);

            impl<T, B> Default for $name<T, B> {
                fn default() -> Self {
                    $name(None)
                }
            }

            impl<T: Held, B: Held> $name<T, B> {
                /// A value, and what its row is compared by.
                #[inline]
                pub fn add(&mut self, value: T::View<'_>, by: B::View<'_>) {
                    match &mut self.0 {
                        None => self.0 = Some((T::hold(value), B::hold(by))),
                        Some((kept, known)) if B::order(by, known.view()) == $wanted => {
                            kept.replace(value);
                            known.replace(by);
                        }
                        Some(_) => {}
                    }
                }

                /// The value; absent where there was none.
                pub fn finish(&self) -> Option<T::View<'_>> {
                    self.0.as_ref().map(|(kept, _)| kept.view())
                }

                /// Appends it for `decode`.
                pub fn encode(&self, out: &mut Vec<u8>) {
                    wire::put_bool(out, self.0.is_some());
                    if let Some((kept, by)) = &self.0 {
                        T::put(kept.view(), out);
                        B::put(by.view(), out);
                    }
                }

                /// What `encode` wrote.
                pub fn decode(reader: &mut Reader<'_>) -> Self {
                    $name(reader.bool().then(|| (T::get(reader), B::get(reader))))
                }
            }

            impl<T: Held, B: Held> Merge for $name<T, B> {
                fn merge(&mut self, later: &Self) {
                    if let Some((value, by)) = &later.0 {
                        self.add(value.view(), by.view());
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
