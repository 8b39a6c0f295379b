//! IP address operators: an address against a network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Network {
    V4 { base: u32, mask: u32 },
    V6 { base: u128, mask: u128 },
}

impl Network {
    /// Reads an operand; without a prefix length the network is one address. `None`: it holds no address.
    pub(in super::super) fn parse(text: &str) -> Option<Network> {
        let (base, length) = match text.split_once('/') {
            Some((base, length)) => (base, Some(length)),
            None => (text, None),
        };
        match base.parse().ok()? {
            // Host bits of an IPv4 network are ignored.
            IpAddr::V4(base) => {
                let mask = u32::MAX.checked_shl(32 - prefix(length, 32)?).unwrap_or(0);
                Some(Network::V4 { base: u32::from(base) & mask, mask })
            }
            // An IPv6 network with host bits set matches nothing, nor does one of mapped IPv4 addresses:
            // those of a request are compared as IPv4.
            IpAddr::V6(base) => {
                let mask = u128::MAX.checked_shl(128 - prefix(length, 128)?).unwrap_or(0);
                let clean = u128::from(base) & mask == u128::from(base) && base.to_ipv4_mapped().is_none();
                clean.then_some(Network::V6 { base: u128::from(base), mask })
            }
        }
    }

    /// Whether the network holds the address.
    pub(super) fn contains(self, address: IpAddr) -> bool {
        match (self, address.to_canonical()) {
            (Network::V4 { base, mask }, IpAddr::V4(address)) => u32::from(address) & mask == base,
            (Network::V6 { base, mask }, IpAddr::V6(address)) => u128::from(address) & mask == base,
            _ => false,
        }
    }

    /// Its first address, and the first after its last one, if there is any.
    pub(in super::super) fn edges(self) -> Vec<IpAddr> {
        let (first, after): (IpAddr, Option<IpAddr>) = match self {
            Network::V4 { base, mask } => {
                (Ipv4Addr::from(base).into(), (base | !mask).checked_add(1).map(|after| Ipv4Addr::from(after).into()))
            }
            Network::V6 { base, mask } => {
                (Ipv6Addr::from(base).into(), (base | !mask).checked_add(1).map(|after| Ipv6Addr::from(after).into()))
            }
        };
        [Some(first), after].into_iter().flatten().collect()
    }

    /// Whether it holds every address of its kind.
    pub(super) fn is_whole(self, kind: Kind) -> bool {
        match self {
            Network::V4 { mask, .. } => kind == Kind::V4 && mask == 0,
            Network::V6 { mask, .. } => kind == Kind::V6 && mask == 0,
        }
    }
}

/// The kinds of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    V4,
    V6,
}

/// The request's text as an address. If it is none, no IP operator matches it, not even `NotIpAddress`.
pub(super) fn address(value: &str) -> Option<IpAddr> {
    value.parse().ok()
}

fn prefix(length: Option<&str>, longest: u32) -> Option<u32> {
    match length {
        None => Some(longest),
        Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().ok().filter(|&length| length <= longest)
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn networks() {
        let case = |network: &str, address: &str, expected: bool| {
            let held = Network::parse(network).is_some_and(|network| network.contains(address.parse().unwrap()));
            assert_eq!(held, expected, "{address} in {network}");
        };
        case("203.0.113.0/24", "203.0.113.7", true);
        case("203.0.113.9/24", "203.0.113.7", true);
        case("203.0.113.7", "203.0.113.7", true);
        case("203.0.113.7", "203.0.113.8", false);
        case("0.0.0.0/0", "203.0.113.8", true);
        case("0.0.0.0/0", "2001:db8::1", false);
        case("::/0", "2001:db8::1", true);
        case("2001:DB8::/32", "2001:db8::1", true);
        case("2001:db8::1/32", "2001:db8::1", false);
        case("2001:db8::1", "2001:0db8:0::1", true);
        case("203.0.113.0/24", "::ffff:203.0.113.7", true);
        case("::ffff:203.0.113.0/120", "203.0.113.7", false);
        case("203.0.113.0/33", "203.0.113.0", false);
        case("203.0.113.0/+8", "203.0.113.0", false);
        case("203.0.113.0/", "203.0.113.0", false);
    }

    #[test]
    fn what_is_no_address() {
        assert_eq!(address("AWS Internal"), None);
        assert_eq!(address("203.0.113.0/24"), None);
        assert!(address("2001:db8::1").is_some());
    }
}
