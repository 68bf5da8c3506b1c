//! Addresses and networks.

use super::{Fault, IpAddr, out_of_range};
use crate::text::quoted;

functions! { network:
    /// Whether an address is in a network, written as its address, a slash and the number of bits that all share.
    #[language("in_network", r#"in_network(ip("10.1.2.3"), "10.0.0.0/8")"#)]
    #[decided_by(network => in_network(LONGEST_ADDRESS, network))]
    pub fn in_network(address: IpAddr, network: &str) -> Result<bool, Fault> {
        let parsed = network.split_once('/').and_then(|(base, bits)| {
            let (base, bits) = (base.parse().ok()?, bits.parse().ok()?);
            Some((masked(base, bits)?, bits))
        });
        let Some((base, bits)) = parsed else {
            return Err(out_of_range(format!("{} is not a network such as 10.0.0.0/8", quoted(network))));
        };
        Ok(address.is_ipv4() == base.is_ipv4() && masked(address, bits) == Some(base))
    }

    /// The address with all bits behind the first `bits` set to zero: the network that it is in.
    #[language("network", r#"network(ip("10.1.2.3"), 16) == ip("10.1.0.0")"#)]
    #[decided_by(bits => network(LONGEST_ADDRESS, bits).map_err(|_| out_of_range(format!("no address has {bits} bits"))))]
    pub fn network(address: IpAddr, bits: i64) -> Result<IpAddr, Fault> {
        let network = u32::try_from(bits).ok().and_then(|bits| masked(address, bits));
        network.ok_or_else(|| out_of_range(format!("{address} has no {bits} bits")))
    }

    /// Whether an address is an IPv4 address.
    #[language("is_ipv4", r#"is_ipv4(ip("10.1.2.3"))"#)]
    pub fn is_ipv4(address: IpAddr) -> bool {
        address.is_ipv4()
    }

    /// Whether an address is an IPv6 address.
    #[language("is_ipv6", r#"is_ipv6(ip("2001:db8::1"))"#)]
    pub fn is_ipv6(address: IpAddr) -> bool {
        address.is_ipv6()
    }

    /// Whether an address is for private networks: those of RFC 1918, and `fc00::/7` of RFC 4193.
    #[language("is_private", r#"is_private(ip("192.168.1.1"))"#)]
    pub fn is_private(address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => address.is_private(),
            IpAddr::V6(address) => address.is_unique_local(),
        }
    }

    /// Whether an address is the machine itself: `127.0.0.0/8` or `::1`.
    #[language("is_loopback", r#"is_loopback(ip("127.0.0.1"))"#)]
    pub fn is_loopback(address: IpAddr) -> bool {
        address.is_loopback()
    }

    /// Whether an address is only valid on its own link: `169.254.0.0/16` or `fe80::/10`.
    #[language("is_link_local", r#"is_link_local(ip("169.254.1.1"))"#)]
    pub fn is_link_local(address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => address.is_link_local(),
            IpAddr::V6(address) => address.is_unicast_link_local(),
        }
    }

    /// An IPv4 address that is written as an IPv6 one, `::ffff:10.1.2.3`, as itself; any other as it is.
    #[language("canonical", r#"canonical(ip("::ffff:10.1.2.3")) == ip("10.1.2.3")"#)]
    pub fn canonical(address: IpAddr) -> IpAddr {
        address.to_canonical()
    }

    /// An IPv4 address as a number; absent for IPv6.
    #[language("ipv4_number", r#"ipv4_number(ip("10.1.2.3")) == 167838211"#)]
    pub fn ipv4_number(address: IpAddr) -> Option<i64> {
        match address {
            IpAddr::V4(address) => Some(i64::from(address.to_bits())),
            IpAddr::V6(_) => None,
        }
    }

    /// The IPv4 address of a number.
    #[language("ipv4_of_number", r#"ipv4_of_number(167838211) == ip("10.1.2.3")"#)]
    pub fn ipv4_of_number(number: i64) -> Result<IpAddr, Fault> {
        let bits = u32::try_from(number).map_err(|_| out_of_range(format!("{number} is not an IPv4 address")))?;
        Ok(IpAddr::V4(bits.into()))
    }

    /// Whether an address is a multicast address.
    #[language("is_multicast", r#"is_multicast(ip("224.0.0.1"))"#)]
    pub fn is_multicast(address: IpAddr) -> bool {
        address.is_multicast()
    }
}

/// One with as many bits as an address may have.
const LONGEST_ADDRESS: IpAddr = IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED);

/// An address with only its first `bits` bits; none where it has fewer.
fn masked(address: IpAddr, bits: u32) -> Option<IpAddr> {
    Some(match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.checked_sub(bits)?).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128_u32.checked_sub(bits)?).unwrap_or(0);
            IpAddr::V6((address.to_bits() & mask).into())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_in_the_networks_whose_bits_it_shares() {
        for (address, network, expected) in [
            ("10.255.0.1", "10.0.0.0/8", true),
            ("11.0.0.1", "10.0.0.0/8", false),
            ("10.1.2.3", "10.9.9.9/8", true),
            ("1.2.3.4", "0.0.0.0/0", true),
            ("1.2.3.4", "1.2.3.4/32", true),
            ("1.2.3.5", "1.2.3.4/32", false),
            ("2001:db8::1", "2001:db8::/32", true),
            ("2001:db9::1", "2001:db8::/32", false),
            ("::1", "0.0.0.0/0", false),
            ("1.2.3.4", "::/0", false),
        ] {
            assert_eq!(in_network(ip(address), network), Ok(expected), "{address} in {network}");
        }
    }

    #[test]
    fn what_is_no_network_is_a_fault() {
        for network in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "x/8", "::/129"] {
            assert!(in_network(ip("10.0.0.1"), network).is_err(), "{network}");
        }
        assert!(super::network(ip("10.0.0.1"), 33).is_err());
        assert!(super::network(ip("10.0.0.1"), -1).is_err());
        assert_eq!(super::network(ip("2001:db8::1"), 0), Ok(ip("::")));
    }
}
