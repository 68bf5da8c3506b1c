//! Keys as bytes that compare (memcmp) as the values do.
use crate::{Duration, Timestamp, Type, Value};
use std::net::IpAddr;
/// a
pub fn append_bool(out: &mut Vec<u8>, value: bool) {
    todo!()
}
/// a
pub fn append_int(out: &mut Vec<u8>, value: i64) {
    todo!()
}
/// a
pub fn append_string(out: &mut Vec<u8>, value: &str) {
    todo!()
}
/// a
pub fn append_bytes(out: &mut Vec<u8>, value: &[u8]) {
    todo!()
}
/// a
pub fn append_timestamp(out: &mut Vec<u8>, value: Timestamp) {
    todo!()
}
/// a
pub fn append_duration(out: &mut Vec<u8>, value: Duration) {
    todo!()
}
/// a
pub fn append_ip(out: &mut Vec<u8>, value: IpAddr) {
    todo!()
}
/// Before the value of an optional, whether it is there; nothing follows an absent one.
pub fn append_present(out: &mut Vec<u8>, present: bool) {
    todo!()
}
/// A value of this type.
pub fn append_value(out: &mut Vec<u8>, ty: &Type, value: &Value) {
    todo!()
}
