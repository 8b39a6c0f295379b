//! Checks of address conditions: private addresses in `aws:SourceIp`, bits behind the mask; and what counts as broad.

use std::net::IpAddr;

use super::finding::Findings;
use super::view::{Clause, Entry, View};
use crate::iam::{Family, Operator};

/// A network as a condition writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    bits: u8,
}

/// Reads an address, or `address/bits`.
pub(super) fn network(text: &str) -> Option<Network> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some(Network { address, bits })
}

/// Whether so many addresses are meant that AWS calls it public: wider than /8 or, of IPv6, than /32.
/// What is no network holds nobody out.
pub(super) fn is_broad(text: &str) -> bool {
    network(text).is_none_or(|network| network.bits < if network.address.is_ipv4() { 8 } else { 32 })
}

pub(super) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for clause in view.clauses() {
        let Some(operator) = Operator::parse(clause.operator).filter(|one| one.family() == Family::Ip) else {
            continue;
        };
        for value in &clause.values {
            masked(value, findings);
        }
        if clause.key.eq_ignore_ascii_case("aws:SourceIp") {
            private(&clause, operator.is_negated(), findings);
        }
    }
}

fn masked(value: &Entry<'_>, findings: &mut Findings<'_>) {
    let Some(network) = network(value.text) else { return };
    let first = Network { address: first(network), ..network };
    if first != network {
        let sentence = format!("the bits of `{}` behind the mask do not count", value.text);
        let fix = format!("write `{}/{}`", first.address, first.bits);
        findings.add("IMPROVE_IP_RANGE", &value.place, sentence, fix);
    }
}

/// The first address of a network.
fn first(network: Network) -> IpAddr {
    match network.address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(network.bits)).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(network.bits)).unwrap_or(0);
            IpAddr::V6((address.to_bits() & mask).into())
        }
    }
}

/// `aws:SourceIp` is the public address of the caller.
fn private(clause: &Clause<'_>, negated: bool, findings: &mut Findings<'_>) {
    let is_private = |value: &Entry<'_>| match network(value.text).map(|network| network.address) {
        Some(IpAddr::V4(address)) => address.is_private() || address.is_loopback() || address.is_link_local(),
        Some(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        None => false,
    };
    let all = clause.values.iter().all(is_private);
    let id = match (all, negated) {
        (true, false) => "PRIVATE_IP_ADDRESS",
        (true, true) => "PRIVATE_NOT_IP_ADDRESS",
        (false, false) => "PRIVATE_IP_ADDRESS_SUBSET",
        (false, true) => "PRIVATE_NOT_IP_ADDRESS_SUBSET",
    };
    for value in clause.values.iter().filter(|value| is_private(value)) {
        let sentence = format!("`{}` is private, and `aws:SourceIp` is the public address of the caller", value.text);
        findings.add(id, &value.place, sentence, "use `aws:VpcSourceIp` or public addresses");
    }
}

#[cfg(test)]
mod tests {
    use super::{first, is_broad, network};

    #[test]
    fn networks() {
        let begins = |text: &str| network(text).map(|network| first(network).to_string());
        assert_eq!(begins("203.0.113.9/24").as_deref(), Some("203.0.113.0"));
        assert_eq!(begins("2001:db8::1/32").as_deref(), Some("2001:db8::"));
        assert_eq!(begins("203.0.113.9/0").as_deref(), Some("0.0.0.0"));
        assert!(network("203.0.113.0/33").is_none() && network("203.0.113").is_none());
        assert!(is_broad("0.0.0.0/7") && is_broad("2001:db8::/31") && is_broad("x"));
        assert!(!is_broad("203.0.113.0/24") && !is_broad("2001:db8::/32") && !is_broad("203.0.113.7"));
    }
}
