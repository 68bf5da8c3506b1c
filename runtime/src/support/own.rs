//! Calls of own Rust: what it gives becomes a column, its errors and panics become faults.

use std::any::Any;
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Display;
use std::net::IpAddr;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use streamwright_values::{Duration, Fault, FaultCode, List, Timestamp};

/// What own Rust may give where a column of type `C` is wanted.
pub trait Own<C> {
    /// As a column. Called where a panic is caught: the words of an error are own Rust, too.
    ///
    /// # Errors
    /// `rust-error` for an `Err`, `not-finite` for a float that is none of the language's.
    fn own(self) -> Result<C, Fault>;
}

thread_local! {
    /// Whether own Rust is running, whose panics are told by letters.
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    /// Where the last one panicked.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Keeps panics of own Rust from standard error, where a faulty rule would write a line for each tuple.
static QUIET: Once = Once::new();

fn quiet() {
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !RUNNING.get() {
            return others(info);
        }
        let place = info.location().map(|place| {
            let file = place.file().rsplit(['/', '\\']).next().unwrap_or_default();
            format!("{file}:{}: ", place.line())
        });
        PLACE.set(place);
    }));
}

/// Calls own Rust. A panic costs no more than the tuple: its place and message become a fault. (What the call has changed
/// outside of the program's own state stays changed.)
///
/// # Errors
/// As [`Own::own`], and `rust-panic`.
#[inline]
pub fn own<C, T: Own<C>>(call: impl FnOnce() -> T) -> Result<C, Fault> {
    guarded(|| call().own())?
}

/// Calls own Rust that gives nothing but an error.
///
/// # Errors
/// `rust-error`, `rust-panic`.
pub(crate) fn caught<E: Display>(call: impl FnOnce() -> Result<(), E>) -> Result<(), Fault> {
    guarded(|| call().map_err(failed))?
}

/// What an error says. Only for use while own Rust is guarded: its words are own Rust too.
#[cold]
fn failed(error: impl Display) -> Fault {
    Fault::new(FaultCode::RustError, error.to_string())
}

fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, Fault> {
    QUIET.call_once(quiet);
    RUNNING.set(true);
    let called = catch_unwind(AssertUnwindSafe(call));
    RUNNING.set(false);
    called.map_err(|panic| panicked(&*panic))
}

#[cold]
fn panicked(panic: &(dyn Any + Send)) -> Fault {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let place = PLACE.take().unwrap_or_default();
    Fault::new(FaultCode::RustPanic, place + text.unwrap_or("it panicked"))
}

/// What may hold floats that are none of the language's.
pub trait Finite {
    /// Whether all of them are finite.
    fn is_finite(&self) -> bool;
}

/// Whether all floats of what own Rust gave are finite.
///
/// # Errors
/// `not-finite`.
#[inline]
pub fn finite<T: Finite>(given: &T) -> Result<(), Fault> {
    if given.is_finite() {
        return Ok(());
    }
    Err(Fault::new(FaultCode::NotFinite, "own Rust gave a float that is not finite"))
}

macro_rules! always_finite {
    ($($ty:ty)*) => {
        $(impl Finite for $ty {
            #[inline]
            fn is_finite(&self) -> bool {
                true
            }
        })*
    };
}

always_finite!(bool i64 Timestamp Duration IpAddr Cow<'_, str> Cow<'_, [u8]>);

impl Finite for f64 {
    #[inline]
    fn is_finite(&self) -> bool {
        f64::is_finite(*self)
    }
}

impl<T: Finite> Finite for Option<T> {
    #[inline]
    fn is_finite(&self) -> bool {
        self.as_ref().is_none_or(T::is_finite)
    }
}

impl<T: Finite> Finite for List<'_, T> {
    fn is_finite(&self) -> bool {
        self.iter().all(T::is_finite)
    }
}

macro_rules! as_it_is {
    ($($ty:ty)*) => {
        $(impl Own<$ty> for $ty {
            #[inline]
            fn own(self) -> Result<$ty, Fault> {
                Ok(self)
            }
        })*
    };
}

as_it_is!(bool i64 Timestamp Duration IpAddr);

impl Own<f64> for f64 {
    #[inline]
    fn own(self) -> Result<f64, Fault> {
        if self.is_finite() {
            return Ok(self);
        }
        Err(Fault::new(FaultCode::NotFinite, format!("own Rust gave {self}")))
    }
}

impl<'a> Own<Cow<'a, str>> for String {
    #[inline]
    fn own(self) -> Result<Cow<'a, str>, Fault> {
        Ok(self.into())
    }
}

impl<'a> Own<Cow<'a, [u8]>> for Vec<u8> {
    #[inline]
    fn own(self) -> Result<Cow<'a, [u8]>, Fault> {
        Ok(self.into())
    }
}

impl<'a, C, T: Own<C>> Own<List<'a, C>> for Vec<T> {
    fn own(self) -> Result<List<'a, C>, Fault> {
        self.into_iter().map(T::own).collect()
    }
}

impl<C, T: Own<C>> Own<Option<C>> for Option<T> {
    #[inline]
    fn own(self) -> Result<Option<C>, Fault> {
        self.map(T::own).transpose()
    }
}

impl<C, T: Own<C>, E: Display> Own<C> for Result<T, E> {
    #[inline]
    fn own(self) -> Result<C, Fault> {
        match self {
            Ok(given) => given.own(),
            Err(error) => Err(failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<C>(called: Result<C, Fault>) -> String {
        called.err().map(|fault| fault.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_own_rust_gives_becomes_a_column() {
        let names: Result<List<'_, Option<Cow<'_, str>>>, Fault> = own(|| vec![Some("a".to_owned()), None]);
        assert_eq!(names, Ok(List::Owned(vec![Some("a".into()), None])));
        assert_eq!(own::<Option<f64>, _>(|| Ok::<_, String>(Some(0.5))), Ok(Some(0.5)));
    }

    struct Mute;

    impl Display for Mute {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("no words")
        }
    }

    #[test]
    fn an_error_that_panics_as_it_is_told_is_a_panic() {
        let told = words(own::<i64, _>(|| Err::<i64, _>(Mute)));
        assert!(told.starts_with("rust-panic: own.rs:") && told.ends_with(": no words"), "{told}");
        assert!(words(caught(|| Err(Mute))).ends_with(": no words"));
    }

    #[test]
    fn errors_and_panics_are_faults() {
        assert_eq!(words(own::<i64, _>(|| Err::<i64, _>("no such place"))), "rust-error: no such place");
        assert_eq!(words(own::<Option<f64>, _>(|| Some(f64::NAN))), "not-finite: own Rust gave NaN");
        let first = line!() + 1;
        let told = words(own::<i64, i64>(|| panic!("at {}", 1)));
        let untold = words(own::<i64, i64>(|| std::panic::panic_any(1)));
        assert_eq!(told, format!("rust-panic: own.rs:{first}: at 1"));
        assert_eq!(untold, format!("rust-panic: own.rs:{}: it panicked", first + 1));
    }
}
