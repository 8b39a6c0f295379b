//! IP address operators: an address against a network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the request's text is an address at all; if not, no IP operator matches it, not even `NotIpAddress`.
pub(super) fn readable(value: &str) -> bool {
    value.parse::<IpAddr>().is_ok()
}

/// Whether the network holds the address. Without a prefix length the network is one address.
pub(super) fn contains(network: &str, address: &str) -> bool {
    let (base, length) = match network.split_once('/') {
        Some((base, length)) => (base, Some(length)),
        None => (network, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    match (base.parse::<IpAddr>(), address.to_canonical()) {
        (Ok(IpAddr::V4(base)), IpAddr::V4(address)) => within_v4(base, length, address),
        (Ok(IpAddr::V6(base)), IpAddr::V6(address)) => within_v6(base, length, address),
        _ => false,
    }
}

/// Whether the network holds no address: it is malformed, has host bits in IPv6, or is mapped IPv4.
pub(super) fn is_empty(network: &str) -> bool {
    !contains(network, network.split('/').next().unwrap_or_default())
}

/// Whether some two networks hold all addresses of both kinds.
pub(super) fn takes_all(networks: &[String]) -> bool {
    ["0.0.0.0", "::"].iter().all(|base| {
        let whole = |network: &String| network.ends_with("/0") && contains(network, base);
        networks.iter().any(whole)
    })
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

/// Host bits of an IPv4 network are ignored.
fn within_v4(base: Ipv4Addr, length: Option<&str>, address: Ipv4Addr) -> bool {
    prefix(length, 32).is_some_and(|length| {
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
        u32::from(base) & mask == u32::from(address) & mask
    })
}

/// An IPv6 network with host bits set matches nothing.
fn within_v6(base: Ipv6Addr, length: Option<&str>, address: Ipv6Addr) -> bool {
    prefix(length, 128).is_some_and(|length| {
        let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
        u128::from(base) == u128::from(address) & mask
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let case = |network: &str, address: &str, expected: bool| {
            assert_eq!(contains(network, address), expected, "{address} in {network}");
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
        assert!(!readable("AWS Internal"));
        assert!(!readable("203.0.113.0/24"));
        assert!(readable("2001:db8::1"));
    }
}
