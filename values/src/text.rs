//! The text forms of the types.
use crate::{Duration, Fault, Timestamp, Type, Value};
use std::net::IpAddr;
/// a
pub fn parse_bool(text: &str) -> Result<bool, Fault> {
    todo!()
}
/// a
pub fn parse_int(text: &str) -> Result<i64, Fault> {
    todo!()
}
/// a
pub fn parse_float(text: &str) -> Result<f64, Fault> {
    todo!()
}
/// a
pub fn parse_timestamp(text: &str) -> Result<Timestamp, Fault> {
    todo!()
}
/// a
pub fn parse_duration(text: &str) -> Result<Duration, Fault> {
    todo!()
}
/// a
pub fn parse_ip(text: &str) -> Result<IpAddr, Fault> {
    todo!()
}
/// a
pub fn parse_bytes(text: &str) -> Result<Vec<u8>, Fault> {
    todo!()
}
/// a
pub fn parse_value(ty: &Type, text: &str) -> Result<Value, Fault> {
    todo!()
}
/// a
pub fn write_bool(out: &mut Vec<u8>, value: bool) {
    todo!()
}
/// a
pub fn write_int(out: &mut Vec<u8>, value: i64) {
    todo!()
}
/// a
pub fn write_float(out: &mut Vec<u8>, value: f64) {
    todo!()
}
/// a
pub fn write_timestamp(out: &mut Vec<u8>, value: Timestamp) {
    todo!()
}
/// a
pub fn write_duration(out: &mut Vec<u8>, value: Duration) {
    todo!()
}
/// a
pub fn write_ip(out: &mut Vec<u8>, value: IpAddr) {
    todo!()
}
/// Base64
pub fn write_bytes(out: &mut Vec<u8>, value: &[u8]) {
    todo!()
}
/// Absent: nothing.
pub fn write_value(out: &mut Vec<u8>, value: &Value) {
    todo!()
}
/// `text` in double quotes, cut after 64 characters with `…`, for messages.
pub fn quoted(text: &str) -> String {
    todo!()
}
impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
impl std::fmt::Display for Duration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
