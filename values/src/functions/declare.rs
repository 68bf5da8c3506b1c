//! How a Rust function becomes a line of the table.

#[cfg(any(feature = "regex", feature = "zones"))]
use super::prepared::{Preparation, Prepared};
use super::{Cow, Duration, Fault, FaultCode, Given, IpAddr, List, Pass, Timestamp, Type, Value};

/// Takes functions as they are written, each under `#[language("NAME", r#"EXAMPLE"#)]`, and makes the file's
/// `FUNCTIONS` of them. Overloads share a name in the language and differ in the Rust name. `#[decided_by(x => E)]` says
/// that where `E` fails, so does the function, whatever its other arguments are.
macro_rules! functions {
    ($module:ident: $($(#[doc = $doc:literal])+ #[language($name:literal, $example:literal)]
        $(#[decided_by($($deciding:ident),+ => $probe:expr)])* pub fn $rust:ident $(<$life:lifetime>)? ($($parameter:ident: $ty:ty),*) -> $result:ty $body:block)+) => {
        /// The functions of this file, in the order written.
        #[allow(clippy::extra_unused_lifetimes, reason = "not every parameter's type mentions the function's lifetime")]
        pub static FUNCTIONS: &[$crate::functions::Function] = &[$(function!(
            $name, $example, concat!(stringify!($module), "::", stringify!($rust)), concat!($($doc, "\n"),+),
            [$([$($deciding),+ => $probe])*] $rust $(<$life>)? ($($parameter: $ty),*) -> $result
        )),+];

        $($(#[doc = $doc])+
        #[inline]
        pub fn $rust $(<$life>)? ($($parameter: $ty),*) -> $result $body)+
    };
}

/// One line of the table. The types may mention the function's lifetime, so they stand in functions that declare it.
macro_rules! function {
    ($name:literal, $example:literal, $path:expr, $docs:expr,
        $probes:tt $rust:ident ($($signature:tt)*) -> $result:ty) => {
        function!($name, $example, $path, $docs, $probes $rust<'a>($($signature)*) -> $result)
    };
    ($name:literal, $example:literal, $path:expr, $docs:expr,
        [$([$($deciding:ident),+ => $probe:expr])*]
        $rust:ident<$life:lifetime>($($parameter:ident: $ty:ty),*) -> $result:ty) => {
        $crate::functions::Function {
            name: $name,
            rust: $path,
            parameters: &[$($crate::functions::Parameter {
                name: stringify!($parameter),
                ty: {
                    fn ty<$life>() -> $crate::Type {
                        <$ty as $crate::functions::declare::Argument>::ty()
                    }
                    ty
                },
                pass: {
                    const fn pass<$life>() -> $crate::functions::Pass {
                        <$ty as $crate::functions::declare::Argument>::PASS
                    }
                    pass()
                },
            }),*],
            result: {
                fn ty<$life>() -> $crate::Type {
                    <$result as $crate::functions::declare::Outcome>::ty()
                }
                ty
            },
            fallible: {
                const fn fallible<$life>() -> bool {
                    <$result as $crate::functions::declare::Outcome>::FALLIBLE
                }
                fallible()
            },
            decided_by: &[$($crate::functions::Probe {
                parameters: &[$(stringify!($deciding)),+],
                call: |arguments| {
                    let mut arguments = arguments.iter();
                    $(let $deciding = $crate::functions::declare::take(arguments.next())?;)+
                    $probe.map(|_| ())
                },
            }),*],
            docs: $docs.trim_ascii(),
            example: $example,
            call: {
                fn call<$life>(arguments: &[$crate::functions::Given<$life>]) -> Result<$crate::Value, $crate::Fault> {
                    let mut arguments = arguments.iter();
                    $(let $parameter: $ty = $crate::functions::declare::take(arguments.next())?;)*
                    $crate::functions::declare::Outcome::into_value($rust($($parameter),*))
                }
                call
            },
        }
    };
}

/// A Rust type that a built-in function takes.
pub(super) trait Argument<'v>: Sized {
    /// How it is passed.
    const PASS: Pass = Pass::Value;

    /// Its type in the language.
    fn ty() -> Type;

    /// The value as this type; none for a value of another type.
    fn take(value: &'v Value) -> Option<Self>;

    /// The argument as this type.
    fn of(given: Given<'v>) -> Option<Self> {
        match given {
            Given::Value(value) => Self::take(value),
            Given::Prepared(_) => None,
        }
    }
}

/// The next argument of a call. The checker lets nobody write a call for which this is a fault.
pub(super) fn take<'v, T: Argument<'v>>(given: Option<impl Into<Given<'v>>>) -> Result<T, Fault> {
    given.and_then(|given| T::of(given.into())).ok_or_else(|| {
        Fault::new(FaultCode::WrongType, format!("a built-in function takes {} here", T::ty()))
    })
}

macro_rules! argument {
    ($($rust:ty, $ty:ident, $pass:ident, |$value:ident| $take:expr;)*) => {
        $(impl<'v> Argument<'v> for $rust {
            const PASS: Pass = Pass::$pass;

            fn ty() -> Type {
                Type::$ty
            }

            fn take(value: &'v Value) -> Option<Self> {
                match value {
                    Value::$ty($value) => Some($take),
                    _ => None,
                }
            }
        })*
    };
}

argument! {
    bool, Bool, Value, |value| *value;
    i64, Int, Value, |value| *value;
    f64, Float, Value, |value| *value;
    Timestamp, Timestamp, Value, |value| *value;
    Duration, Duration, Value, |value| *value;
    IpAddr, Ip, Value, |value| *value;
    Cow<'v, str>, String, Value, |value| Cow::Borrowed(value);
    &'v str, String, Reference, |value| value;
    &'v [u8], Bytes, Reference, |value| value;
}

impl<'v> Argument<'v> for List<'v, Cow<'v, str>> {
    fn ty() -> Type {
        Type::List(Box::new(Type::String))
    }

    fn take(value: &'v Value) -> Option<Self> {
        let Value::List(elements) = value else { return None };
        elements.iter().map(Cow::take).collect::<Option<Vec<_>>>().map(List::Owned)
    }
}

impl<'v> Argument<'v> for &'v [Value] {
    const PASS: Pass = Pass::Reference;

    fn ty() -> Type {
        Type::List(Box::new(Type::Element))
    }

    fn take(value: &'v Value) -> Option<Self> {
        if let Value::List(elements) = value { Some(elements) } else { None }
    }
}

impl<'v> Argument<'v> for &'v Value {
    const PASS: Pass = Pass::Whole;

    fn ty() -> Type {
        Type::Element
    }

    fn take(value: &'v Value) -> Option<Self> {
        Some(value)
    }
}

/// Arguments that are made once, of a constant text.
#[cfg(any(feature = "regex", feature = "zones"))]
macro_rules! prepared {
    ($($feature:literal: $kind:ident;)*) => {
        $(#[cfg(feature = $feature)]
        impl<'v> Argument<'v> for &'v super::$kind {
            const PASS: Pass = Pass::Prepared(Preparation::$kind);

            fn ty() -> Type {
                Type::String
            }

            fn take(_: &'v Value) -> Option<Self> {
                None
            }

            fn of(given: Given<'v>) -> Option<Self> {
                match given {
                    Given::Prepared(Prepared::$kind(made)) => Some(made),
                    _ => None,
                }
            }
        })*
    };
}

#[cfg(any(feature = "regex", feature = "zones"))]
prepared! {
    "regex": Regex;
    "zones": Zone;
}

/// What a built-in function returns.
pub(super) trait Outcome {
    /// Whether it is a `Result`.
    const FALLIBLE: bool = false;

    /// Its type in the language.
    fn ty() -> Type;

    /// As a value.
    fn into_value(self) -> Result<Value, Fault>;
}

macro_rules! outcome {
    ($($rust:ty = $ty:ident;)*) => {
        $(impl Outcome for $rust {
            fn ty() -> Type {
                Type::$ty
            }

            fn into_value(self) -> Result<Value, Fault> {
                Ok(self.into())
            }
        })*
    };
}

outcome! {
    bool = Bool;
    i64 = Int;
    f64 = Float;
    Timestamp = Timestamp;
    Duration = Duration;
    IpAddr = Ip;
    Cow<'_, str> = String;
    String = String;
    Vec<u8> = Bytes;
}

impl<T: Outcome + Clone> Outcome for List<'_, T> {
    fn ty() -> Type {
        Type::List(Box::new(T::ty()))
    }

    fn into_value(self) -> Result<Value, Fault> {
        let values = self.into_vec().into_iter().map(T::into_value);
        Ok(Value::List(values.collect::<Result<_, _>>()?))
    }
}

impl Outcome for Value {
    fn ty() -> Type {
        Type::Element
    }

    fn into_value(self) -> Result<Value, Fault> {
        Ok(self)
    }
}

impl<T: Outcome> Outcome for Option<T> {
    fn ty() -> Type {
        T::ty().optional()
    }

    fn into_value(self) -> Result<Value, Fault> {
        self.map_or(Ok(Value::None), T::into_value)
    }
}

impl<T: Outcome> Outcome for Result<T, Fault> {
    const FALLIBLE: bool = true;

    fn ty() -> Type {
        T::ty()
    }

    fn into_value(self) -> Result<Value, Fault> {
        self.and_then(T::into_value)
    }
}
