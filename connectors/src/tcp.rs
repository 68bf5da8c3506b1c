//! `tcp`

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::time::Duration;

use crate::{Connector, Operand, Way};

/// Its entry.
pub static CONNECTOR: Connector = Connector {
    name: "tcp",
    docs: "A connection to a program that listens. A source reads until that one closes it.",
    example: "read tcp \"localhost:9000\" as json",
    operand: Some(Operand { what: "a host and its port", is_path: false, check }),
    format: true,
    single: None,
    read: Some(connection),
    write: Some(|address| Some(connection(address))),
};

/// How long each address of a host may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

fn connection(address: &str) -> Way {
    let connected = check(address).map_err(io::Error::other).and_then(|()| connect(address));
    Way::Open { name: address.to_owned(), descriptor: connected.map(OwnedFd::from) }
}

/// Whether it is `HOST:PORT`; an IPv6 address in front of a port stands in brackets.
fn check(address: &str) -> Result<(), String> {
    let parts = address.rsplit_once(':').filter(|(host, port)| {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_host = !host.is_empty() && (bare.is_some() || !host.contains(':'));
        is_host && port.parse::<u16>().is_ok_and(|port| port != 0)
    });
    parts.map(|_| ()).ok_or_else(|| "this is no host and port".to_owned())
}

/// Connects to the first address of a host that answers; else says why the last one did not.
fn connect(address: &str) -> io::Result<TcpStream> {
    let mut result = Err(io::Error::other("the host has no address"));
    for address in address.to_socket_addrs()? {
        result = TcpStream::connect_timeout(&address, PATIENCE);
        if result.is_ok() {
            break;
        }
    }
    let stream = result?;
    // Rows are handed over many at a time already, and the last ones should not wait for more.
    stream.set_nodelay(true)?;
    Ok(stream)
}
