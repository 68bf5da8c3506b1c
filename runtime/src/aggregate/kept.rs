//! Accumulators that keep one of the values: the least, the greatest, the first, the last.

use std::cmp::Ordering;

use super::{Held, Merge};
use crate::wire::{self, Reader};

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
