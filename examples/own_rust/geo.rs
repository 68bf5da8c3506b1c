//! What the topology `places` calls.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::records::Client;

/// The first byte of a network, and who has it.
const NETWORKS: [(u8, &str); 3] = [(46, "Russia"), (83, "Switzerland"), (200, "Brazil")];

pub fn country(addr: IpAddr) -> Option<String> {
    let IpAddr::V4(addr) = addr else { return None };
    let known = NETWORKS.iter().find(|(first, _)| *first == addr.octets()[0]);
    known.map(|(_, country)| (*country).to_owned())
}

pub fn entropy(path: &str) -> f64 {
    let mut counts = BTreeMap::new();
    path.chars().for_each(|letter| *counts.entry(letter).or_insert(0.0) += 1.0);
    let all: f64 = counts.values().sum();
    counts.values().map(|count| -(count / all) * f64::log2(count / all)).fold(0.0, |sum, part| sum + part)
}

pub fn major(client: &Client) -> Result<Option<i64>, String> {
    let Some(version) = &client.version else { return Ok(None) };
    let first = version.split('.').next().unwrap_or_default();
    first.parse().map(Some).map_err(|_| format!("{} has no version {version:?}", client.name))
}

pub fn weight(tags: &[Cow<str>], bytes: Option<i64>) -> i64 {
    let per_tag: i64 = tags.iter().map(|tag| tag.len() as i64).sum();
    // A request that is heavier than this was never served.
    assert!(bytes != Some(-1), "a size of -1");
    per_tag + bytes.unwrap_or(0) / 1_000
}
