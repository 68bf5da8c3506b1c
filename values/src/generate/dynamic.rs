//! The same samples for the interpreter, which learns a field's type at run time.

use super::{Duration, Fault, IpAddr, Kind, Prepared, Sampled, Timestamp, Type, Value};

/// A [`Prepared`] of a type known only at run time.
#[derive(Clone, Debug)]
pub struct Dynamic(Typed);

macro_rules! typed {
    ($($ty:ident: $rust:ty),*) => {
        #[derive(Clone, Debug)]
        enum Typed {
            $($ty(Prepared<$rust>)),*
        }

        impl Dynamic {
            /// As [`Prepared::new`]; `ty` is the field's type, and may be optional.
            ///
            /// # Errors
            /// One sentence that says which argument is out of range.
            pub fn new(
                presence: Option<f64>,
                kind: Kind,
                arguments: &[Value],
                ty: &Type,
                name: &str,
            ) -> Result<Dynamic, String> {
                match ty.required() {
                    $(Type::$ty => Ok(Dynamic(Typed::$ty(Prepared::new(presence, kind, arguments, name)?))),)*
                    other => Err(format!("no field is of type {other}")),
                }
            }

            /// As [`Prepared::sample`]; `Value::None` where the value is not present.
            ///
            /// # Errors
            /// `overflow` where a sequence leaves its type.
            pub fn sample(&self, seed: u64, index: u64, field: u32) -> Result<Value, Fault> {
                match &self.0 {
                    $(Typed::$ty(prepared) => sample(prepared, seed, index, field),)*
                }
            }
        }
    };
}

typed! {
    Bool: bool, Int: i64, Float: f64, String: String, Bytes: Vec<u8>,
    Timestamp: Timestamp, Duration: Duration, Ip: IpAddr
}

fn sample<T: Sampled>(prepared: &Prepared<T>, seed: u64, index: u64, field: u32) -> Result<Value, Fault> {
    if prepared.present(seed, index, field) {
        prepared.sample(seed, index, field).map(Into::into)
    } else {
        Ok(Value::None)
    }
}
