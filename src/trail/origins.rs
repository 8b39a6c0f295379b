//! From where calls came: source addresses and VPC endpoints, within a limit. What must be forgotten is forgotten by
//! a fixed ladder (addresses, their networks, nothing), so that the order of arrival does not show.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use xxhash_rust::xxh3::xxh3_64;

/// More distinct addresses, networks or endpoints than this at one use, and the next rung is taken: a list that is
/// longer names no place, and would not fit into a policy either.
pub const MAX_ORIGINS: usize = 16;

/// Bits of a network that stands for its addresses: what providers hand out as a whole.
const NETWORK_BITS: (u8, u8) = (24, 64);

/// From where one call came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A public address, which `aws:SourceIp` was.
    Address(IpAddr),
    /// The id of a VPC endpoint, which `aws:SourceVpce` was; `aws:SourceIp` was absent.
    Endpoint(String),
}

/// From where the calls of a use came. The union of two is the same in any order, for it only climbs the ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// The first addresses of networks stand for all in them.
    wide: bool,
    addresses: BTreeSet<IpAddr>,
    endpoints: BTreeSet<String>,
    /// Too many to keep, or one that was not told.
    forgotten: bool,
}

impl Origins {
    /// Origins of which nothing is known.
    pub fn unknown() -> Origins {
        Origins { forgotten: true, ..Origins::default() }
    }

    /// Origins as they were written down before; `None`: an address that is none.
    pub fn restore(told: bool, wide: bool, addresses: &[String], endpoints: Vec<String>) -> Option<Origins> {
        let addresses = addresses.iter().map(|one| one.parse().ok()).collect::<Option<_>>()?;
        let mut origins = Origins { wide, addresses, endpoints: endpoints.into_iter().collect(), forgotten: !told };
        origins.climb();
        Some(origins)
    }

    /// Whether all of them are known, at least by their networks.
    pub fn are_told(&self) -> bool {
        !self.forgotten
    }

    /// Whether the addresses are the first ones of their networks.
    pub fn are_wide(&self) -> bool {
        self.wide
    }

    /// The addresses, or the first ones of their networks, sorted.
    pub fn addresses(&self) -> impl ExactSizeIterator<Item = &IpAddr> {
        self.addresses.iter()
    }

    /// The ids of VPC endpoints, sorted.
    pub fn endpoints(&self) -> impl ExactSizeIterator<Item = &String> {
        self.endpoints.iter()
    }

    /// The addresses as `aws:SourceIp` is compared with: `192.0.2.7/32`, `192.0.2.0/24`, `2001:db8::/64`.
    pub fn ranges(&self) -> impl Iterator<Item = String> {
        self.addresses.iter().map(|address| match (self.wide, address) {
            (false, IpAddr::V4(_)) => format!("{address}/32"),
            (false, IpAddr::V6(_)) => format!("{address}/128"),
            (true, IpAddr::V4(_)) => format!("{address}/{}", NETWORK_BITS.0),
            (true, IpAddr::V6(_)) => format!("{address}/{}", NETWORK_BITS.1),
        })
    }

    /// Origins that stand for all: each address and endpoint, and of a network its first and its last address.
    /// Empty where they are not all known.
    pub fn samples(&self) -> Vec<Origin> {
        let last = |address: &IpAddr| self.wide.then(|| Origin::Address(bound(*address, true)));
        let addresses =
            self.addresses.iter().flat_map(|address| [Some(Origin::Address(*address)), last(address)]).flatten();
        addresses.chain(self.endpoints.iter().cloned().map(Origin::Endpoint)).collect()
    }

    /// Takes in one; `None`: the record does not tell.
    pub(crate) fn add(&mut self, origin: Option<Origin>) {
        match origin {
            None => self.forgotten = true,
            Some(Origin::Address(address)) => {
                self.addresses.insert(if self.wide { bound(address, false) } else { address });
            }
            Some(Origin::Endpoint(id)) => drop(self.endpoints.insert(id)),
        }
        self.climb();
    }

    /// The union.
    pub fn merge(&mut self, other: &Origins) {
        self.forgotten |= other.forgotten;
        self.wide |= other.wide;
        self.addresses.extend(&other.addresses);
        self.endpoints.extend(other.endpoints.iter().cloned());
        if self.wide {
            self.widen();
        }
        self.climb();
    }

    fn widen(&mut self) {
        self.wide = true;
        self.addresses = self.addresses.iter().map(|address| bound(*address, false)).collect();
    }

    fn climb(&mut self) {
        if self.addresses.len() > MAX_ORIGINS && !self.wide {
            self.widen();
        }
        self.forgotten |= self.addresses.len() > MAX_ORIGINS || self.endpoints.len() > MAX_ORIGINS;
        if self.forgotten {
            *self = Origins::unknown();
        }
    }
}

/// The first or last address of the network that an address is in.
fn bound(address: IpAddr, last: bool) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let rest = u32::MAX.checked_shr(NETWORK_BITS.0.into()).unwrap_or_default();
            let first = u32::from(address) & !rest;
            IpAddr::V4(Ipv4Addr::from(if last { first | rest } else { first }))
        }
        IpAddr::V6(address) => {
            let rest = u128::MAX.checked_shr(NETWORK_BITS.1.into()).unwrap_or_default();
            let first = u128::from(address) & !rest;
            IpAddr::V6(Ipv6Addr::from(if last { first | rest } else { first }))
        }
    }
}

impl Origin {
    /// What `sourceIPAddress` and `vpcEndpointId` tell.
    pub(super) fn told(address: Option<&str>, endpoint: Option<&str>) -> Option<Origin> {
        if let Some(id) = endpoint.filter(|id| !id.is_empty()) {
            return id.starts_with("vpce-").then(|| Origin::Endpoint(id.to_owned()));
        }
        // A private address without an endpoint is not what `aws:SourceIp` was; neither is a service's name.
        let address = address?.parse().ok().filter(is_public)?;
        Some(Origin::Address(address))
    }
}

fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let shared = address.octets().starts_with(&[100]) && (64..128).contains(&address.octets()[1]);
            !(address.is_private() || address.is_loopback() || address.is_link_local() || shared)
        }
        IpAddr::V6(address) => !(address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()),
    }
}

/// The origins that were noted last, so that those of most records need not be looked at. What is noted twice
/// changes nothing.
#[derive(Default)]
pub(super) struct Noted {
    last: [u64; 4],
    next: usize,
    /// None is new any more: all are forgotten.
    pub(super) closed: bool,
}

impl Noted {
    /// Whether an origin, by its JSON texts, was not among the last ones; it is from now on.
    pub(super) fn is_new(&mut self, address: Option<&str>, endpoint: Option<&str>) -> bool {
        if self.closed {
            return false;
        }
        let hash = |text: Option<&str>| text.map_or(1, |text| xxh3_64(text.as_bytes()));
        let hash = hash(address) ^ hash(endpoint).rotate_left(1);
        if self.last.contains(&hash) {
            return false;
        }
        if let Some(place) = self.last.get_mut(self.next) {
            *place = hash;
        }
        self.next = (self.next + 1) % self.last.len();
        true
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::{MAX_ORIGINS, Noted, Origin, Origins};

    fn read(address: &str, endpoint: Option<&str>) -> Option<Origin> {
        Origin::told(Some(address), endpoint)
    }

    fn all<'a>(addresses: impl IntoIterator<Item = &'a String>) -> Origins {
        let mut origins = Origins::default();
        addresses.into_iter().for_each(|address| origins.add(read(address, None)));
        origins
    }

    #[test]
    fn a_record_tells_an_address_or_an_endpoint_or_neither() {
        assert_eq!(read("192.0.2.7", None), Some(Origin::Address("192.0.2.7".parse().unwrap())));
        assert_eq!(read("192.0.2.7", Some("vpce-1")), Some(Origin::Endpoint("vpce-1".to_owned())));
        let private = [Ipv4Addr::new(10, 0, 0, 7), Ipv4Addr::new(100, 64, 1, 1), Ipv4Addr::LOCALHOST];
        let private = private.map(|one| one.to_string());
        let local = [Ipv6Addr::LOCALHOST, Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1)].map(|one| one.to_string());
        let others = ["athena.amazonaws.com", "AWS Internal", ""].map(str::to_owned);
        for untold in private.iter().chain(&local).chain(&others) {
            assert_eq!(read(untold, None), None, "{untold}");
        }
        assert_eq!(Origin::told(None, None), None);
    }

    #[test]
    fn many_addresses_are_known_by_their_networks_and_many_networks_not_at_all() {
        let near: Vec<String> = (0..40).map(|n| format!("192.0.2.{n}")).collect();
        let ranges = |origins: &Origins| origins.ranges().collect::<Vec<_>>();
        assert_eq!(ranges(&all(&near[..1])), ["192.0.2.0/32"]);
        assert_eq!(ranges(&all(&near)), ["192.0.2.0/24"]);
        let sampled = all(&near).samples();
        assert_eq!(sampled.last(), Some(&Origin::Address("192.0.2.255".parse().unwrap())));
        let six: Vec<String> = (0..40).map(|n| format!("2001:db8::{n:x}")).collect();
        assert_eq!(ranges(&all(&six)), ["2001:db8::/64"]);
        let far: Vec<String> = (0..=MAX_ORIGINS).map(|n| format!("2001:db8:{n:x}::1")).collect();
        assert_eq!(all(&far), Origins::unknown());
        assert!(all(&far).samples().is_empty());
    }

    #[test]
    fn order_and_split_do_not_show() {
        let addresses: Vec<String> = (0..60).map(|n| format!("2001:db8:{:x}::{n:x}", n % 9)).collect();
        let mut halves = all(addresses.iter().step_by(2));
        halves.merge(&all(addresses.iter().skip(1).step_by(2)));
        assert_eq!(all(&addresses), halves);
        assert_eq!(all(&addresses), all(addresses.iter().rev()));
        assert!(halves.are_wide() && halves.are_told());
        let texts: Vec<String> = halves.addresses().map(ToString::to_string).collect();
        assert_eq!(Origins::restore(true, true, &texts, Vec::new()), Some(halves.clone()));
        halves.merge(&Origins::unknown());
        assert_eq!(halves, Origins::unknown());
    }

    #[test]
    fn what_was_noted_of_late_is_not_new() {
        let mut noted = Noted::default();
        assert!(noted.is_new(Some("a"), None));
        assert!(!noted.is_new(Some("a"), None));
        assert!(noted.is_new(None, Some("a")) && noted.is_new(None, None) && noted.is_new(Some("b"), None));
        assert!(!noted.is_new(Some("a"), None));
        assert!(noted.is_new(Some("c"), None) && noted.is_new(Some("a"), None));
    }
}
