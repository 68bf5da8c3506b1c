//! State that can be written down and read back: what a checkpoint holds of own Rust, and what an error takes back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use streamwright_values::{Duration, List, Timestamp};

/// Something that is kept from row to row. What is read back goes on as what was written would have gone on.
///
/// Numbers, texts, options, lists, ordered maps and sets, tuples and the records of a topology have it;
/// [`state!`](crate::state) gives it to a type that consists of such. (A `HashMap` has not: its order differs from run to
/// run.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `State`",
    note = "write `streamwright::state!(NAME {{ field, … }});` with all fields of the type, each of which is a `State`"
)]
pub trait State: Sized {
    /// Writes it, behind what is there.
    fn encode(&self, out: &mut Vec<u8>);

    /// Reads what [`State::encode`] wrote, from the front of `input`, and takes it away there.
    ///
    /// # Errors
    /// The bytes are none of this type's.
    fn decode(input: &mut &[u8]) -> Result<Self, BadState>;
}

/// Bytes that are no state of the type that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadState;

impl fmt::Display for BadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these bytes are not the state of this type")
    }
}

impl std::error::Error for BadState {}

/// Makes a type a [`State`] by its parts.
///
/// ```
/// struct Mean { mean: f64, seen: i64 }
/// struct Last(Option<String>);
/// struct Nothing;
/// enum Phase { Idle, Busy { since: i64 }, Done(i64, bool) }
///
/// streamwright::state!(Mean { mean, seen });
/// streamwright::state!(Last(text));
/// streamwright::state!(Nothing);
/// streamwright::state!(enum Phase { Idle, Busy { since }, Done(at, well) });
/// ```
#[macro_export]
macro_rules! state {
    (enum $name:ident { $($variant:ident $({ $($field:ident),* $(,)? })? $(( $($part:ident),* $(,)? ))?),+ $(,)? }) => {
        impl $crate::State for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                let mut number = 0_u32;
                $(
                    if let $name::$variant $({ $($field),* })? $(( $($part),* ))? = self {
                        $crate::State::encode(&number, out);
                        $($($crate::State::encode($field, out);)*)?
                        $($($crate::State::encode($part, out);)*)?
                        return;
                    }
                    number += 1;
                )+
                let _ = number;
            }

            fn decode(input: &mut &[u8]) -> Result<Self, $crate::BadState> {
                let mut number: u32 = $crate::State::decode(input)?;
                $(
                    if number == 0 {
                        $($(let $field = $crate::State::decode(input)?;)*)?
                        $($(let $part = $crate::State::decode(input)?;)*)?
                        return Ok($name::$variant $({ $($field),* })? $(( $($part),* ))?);
                    }
                    number = number.wrapping_sub(1);
                )+
                let _ = number;
                Err($crate::BadState)
            }
        }
    };
    ($name:ident $({ $($field:ident),* $(,)? })? $(( $($part:ident),* $(,)? ))?) => {
        impl $crate::State for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                let $name $({ $($field),* })? $(( $($part),* ))? = self;
                $($($crate::State::encode($field, out);)*)?
                $($($crate::State::encode($part, out);)*)?
                let _ = out;
            }

            fn decode(input: &mut &[u8]) -> Result<Self, $crate::BadState> {
                $($(let $field = $crate::State::decode(input)?;)*)?
                $($(let $part = $crate::State::decode(input)?;)*)?
                let _ = input;
                Ok($name $({ $($field),* })? $(( $($part),* ))?)
            }
        }
    };
}

fn split<'a>(input: &mut &'a [u8], count: usize) -> Result<&'a [u8], BadState> {
    let (bytes, rest) = input.split_at_checked(count).ok_or(BadState)?;
    *input = rest;
    Ok(bytes)
}

fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    bytes.len().encode(out);
    out.extend_from_slice(bytes);
}

fn decode_bytes<'a>(input: &mut &'a [u8]) -> Result<&'a [u8], BadState> {
    let count = usize::decode(input)?;
    split(input, count)
}

fn encode_all<'t, T: State + 't>(elements: impl ExactSizeIterator<Item = &'t T>, out: &mut Vec<u8>) {
    elements.len().encode(out);
    elements.for_each(|element| element.encode(out));
}

fn decode_all<T: State, C: FromIterator<T>>(input: &mut &[u8]) -> Result<C, BadState> {
    let count = usize::decode(input)?;
    // An element takes a byte at least, unless there is nothing to it: so a wrong count costs no memory.
    if count > input.len() && size_of::<T>() > 0 {
        return Err(BadState);
    }
    (0..count).map(|_| T::decode(input)).collect()
}

macro_rules! numbers {
    ($($ty:ty)*) => {
        $(impl State for $ty {
            #[inline]
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn decode(input: &mut &[u8]) -> Result<$ty, BadState> {
                let bytes = split(input, size_of::<$ty>())?;
                Ok(<$ty>::from_le_bytes(bytes.try_into().map_err(|_| BadState)?))
            }
        })*
    };
}

numbers!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64);

/// State that is written as another type.
macro_rules! written_as {
    ($($ty:ty, $as:ty, $to:expr, $from:expr;)*) => {
        $(impl State for $ty {
            #[inline]
            fn encode(&self, out: &mut Vec<u8>) {
                let to: fn(&$ty) -> $as = $to;
                to(self).encode(out);
            }

            #[inline]
            fn decode(input: &mut &[u8]) -> Result<$ty, BadState> {
                let from: fn($as) -> Option<$ty> = $from;
                from(<$as>::decode(input)?).ok_or(BadState)
            }
        })*
    };
}

written_as! {
    bool, u8, |is| u8::from(*is), |byte| (byte < 2).then_some(byte == 1);
    usize, u64, |number| *number as u64, |number| number.try_into().ok();
    isize, i64, |number| *number as i64, |number| number.try_into().ok();
    char, u32, |letter| u32::from(*letter), char::from_u32;
    Timestamp, i64, |at| at.0, |nanos| Some(Timestamp(nanos));
    Duration, i64, |length| length.0, |nanos| Some(Duration(nanos));
    Ipv4Addr, u32, |addr| addr.to_bits(), |bits| Some(Ipv4Addr::from_bits(bits));
    Ipv6Addr, u128, |addr| addr.to_bits(), |bits| Some(Ipv6Addr::from_bits(bits));
}

crate::state!(
    enum IpAddr {
        V4(addr),
        V6(addr),
    }
);

impl State for String {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self.as_bytes(), out);
    }

    fn decode(input: &mut &[u8]) -> Result<String, BadState> {
        std::str::from_utf8(decode_bytes(input)?).map(str::to_owned).map_err(|_| BadState)
    }
}

impl State for Cow<'static, str> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self.as_bytes(), out);
    }

    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        String::decode(input).map(Cow::Owned)
    }
}

impl State for Cow<'static, [u8]> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self, out);
    }

    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        Ok(Cow::Owned(decode_bytes(input)?.to_owned()))
    }
}

impl<T: State> State for Option<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.is_some().encode(out);
        self.iter().for_each(|value| value.encode(out));
    }

    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        bool::decode(input)?.then(|| T::decode(input)).transpose()
    }
}

impl<T: State> State for Box<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        T::encode(self, out);
    }

    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        T::decode(input).map(Box::new)
    }
}

impl<T: State, const N: usize> State for [T; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|element| element.encode(out));
    }

    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        let elements: Vec<T> = (0..N).map(|_| T::decode(input)).collect::<Result<_, _>>()?;
        elements.try_into().map_err(|_| BadState)
    }
}

macro_rules! collections {
    ($($name:ident<$element:ident $(: $bound:ident)?>)*) => {
        $(impl<$element: State $(+ $bound)?> State for $name<$element> {
            fn encode(&self, out: &mut Vec<u8>) {
                encode_all(self.iter(), out);
            }

            fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
                decode_all(input)
            }
        })*
    };
}

collections!(Vec<T> VecDeque<T> BTreeSet<T: Ord>);

impl<T: State> State for List<'static, T> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_all(self.iter(), out);
    }

    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        decode_all(input).map(List::Owned)
    }
}

impl<K: State + Ord, V: State> State for BTreeMap<K, V> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.len().encode(out);
        for (key, value) in self {
            key.encode(out);
            value.encode(out);
        }
    }

    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        decode_all::<(K, V), _>(input)
    }
}

macro_rules! tuples {
    ($(($($part:ident)*))*) => {
        $(
            #[allow(non_snake_case, clippy::unused_unit, reason = "a part is called as its type")]
            impl<$($part: State),*> State for ($($part,)*) {
                fn encode(&self, out: &mut Vec<u8>) {
                    let ($($part,)*) = self;
                    $($part.encode(out);)*
                    let _ = out;
                }

                fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
                    $(let $part = $part::decode(input)?;)*
                    let _ = input;
                    Ok(($($part,)*))
                }
            }
        )*
    };
}

tuples!(() (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F));

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    enum Phase {
        Idle,
        Busy { since: Timestamp, names: Vec<String> },
        Done(Option<f64>, (bool, char)),
    }

    crate::state!(enum Phase { Idle, Busy { since, names }, Done(mean, flags) });

    #[derive(Clone, Debug, PartialEq)]
    struct Whole {
        phases: VecDeque<Phase>,
        counts: BTreeMap<(String, IpAddr), [i64; 2]>,
        text: Cow<'static, str>,
    }

    crate::state!(Whole { phases, counts, text });

    /// Reads back what was written, and refuses every shorter input.
    fn comes_back<T: State + PartialEq + Debug>(value: &T) {
        let mut bytes = Vec::new();
        value.encode(&mut bytes);
        let written = bytes.len();
        bytes.push(7);
        let mut input = &bytes[..];
        assert_eq!(T::decode(&mut input).as_ref(), Ok(value));
        assert_eq!(input, [7]);
        for short in 0..written {
            assert!(T::decode(&mut &bytes[..short]).is_err(), "{short} of {written} bytes");
        }
    }

    fn phase() -> impl Strategy<Value = Phase> {
        prop_oneof![
            Just(Phase::Idle),
            (any::<i64>(), prop::collection::vec(".{0,3}", 0..3))
                .prop_map(|(since, names)| Phase::Busy { since: Timestamp(since), names }),
            (any::<Option<f64>>(), any::<(bool, char)>()).prop_map(|(mean, flags)| Phase::Done(mean, flags)),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            phases in prop::collection::vec_deque(phase(), 0..4),
            counts in prop::collection::btree_map((".{0,3}", any::<IpAddr>()), any::<[i64; 2]>(), 0..4),
            text in ".{0,9}",
        ) {
            comes_back(&Whole { phases, counts, text: text.into() });
        }

        #[test]
        fn strange_bytes_cost_nothing(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Whole::decode(&mut &bytes[..]);
        }
    }

    #[test]
    fn nothing_is_a_state() {
        comes_back(&vec![(); 3]);
        assert_eq!(Vec::<u8>::decode(&mut &[255; 9][..]), Err(BadState));
    }
}
