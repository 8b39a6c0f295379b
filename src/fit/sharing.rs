//! What several holders need of one policy → what right-sizing it for all at once removes, and what a split would.
//!
//! Counted in pairs of an action that goes and a holder who loses it, each weighted by the harm that it can do. The
//! actions alone are weighed here; resources and conditions are drawn later, for each proposal.

use super::judged::Judged;
use super::needs::kept;
use super::options::Options;
use super::score::risk;
use crate::catalog::AccessLevel;

/// Splitting is notable where it takes at least one in so many of the weighted pairs that right-sizing for all leaves.
pub const NOTABLE: u64 = 10;

/// What one way to right-size a shared policy removes and costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// Policies that stand afterwards: those that grant anything, and those that go on to deny.
    pub policies: usize,
    /// Their attachments to users, groups and roles; none where the policy stays inline.
    pub attachments: usize,
    /// Pairs of a removed action and a holder who loses it.
    pub removed: u64,
    /// The same weighted: List 1, Read and Tagging 3, Write 10, Permissions management 30.
    pub weighted: u64,
}

/// Owners that get one policy together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// ARNs of the users, groups and roles, sorted.
    pub owners: Vec<String>,
}

/// A policy that decides the requests of several principals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Users and roles whose requests it decides.
    pub holders: usize,
    /// Users, groups and roles that it is attached to or inline at.
    pub owners: usize,
    /// Pairs of a granted action and a holder, and the same weighted.
    pub granted: (u64, u64),
    /// One policy for all.
    pub together: Way,
    /// One for each cluster of owners with alike needs.
    pub clusters: Way,
    /// One for each holder; what no split does better, for an owner may have several holders.
    pub per_holder: Way,
    /// One for each owner.
    pub per_owner: Way,
    /// The clusters, by their first owner.
    pub members: Vec<Cluster>,
    /// Why it cannot be split; `None`: it can.
    pub whole: Option<String>,
}

impl Shared {
    /// Whether this way takes notably more than right-sizing for all.
    pub fn is_notable(&self, way: &Way) -> bool {
        notable(self.granted.1 - self.together.weighted, way.weighted.saturating_sub(self.together.weighted))
    }
}

/// Whether a gain is worth more policies. `left`: what a policy for all would leave.
pub(super) fn notable(left: u64, gain: u64) -> bool {
    gain > 0 && gain.saturating_mul(NOTABLE) >= left
}

/// Actions of a policy that somebody needs, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kept(Vec<u64>);

impl Kept {
    pub(super) fn of(bits: &[bool]) -> Kept {
        let word = |bits: &[bool]| bits.iter().rev().fold(0, |word, bit| word << 1 | u64::from(*bit));
        Kept(bits.chunks(64).map(word).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// What either needs.
    pub(super) fn with(&self, other: &Kept) -> Kept {
        Kept(self.0.iter().zip(&other.0).map(|(one, other)| one | other).collect())
    }
}

/// The weight of each action of a policy, as the bits of each weight.
pub(super) struct Scale(Vec<(u64, Kept)>);

impl Scale {
    pub(super) fn of(levels: &[AccessLevel]) -> Scale {
        let mut weights: Vec<u64> = levels.iter().map(|level| risk(*level)).collect();
        weights.sort_unstable();
        weights.dedup();
        let mask = |weight: u64| Kept::of(&levels.iter().map(|level| risk(*level) == weight).collect::<Vec<bool>>());
        Scale(weights.into_iter().map(|weight| (weight, mask(weight))).collect())
    }

    /// How many actions `needs` has that `other` has not, and their weight.
    pub(super) fn beyond(&self, needs: &Kept, other: &Kept) -> (u64, u64) {
        let count = |mask: &Kept| {
            let words = needs.0.iter().zip(&other.0).zip(&mask.0);
            words.map(|((one, other), mask)| u64::from((one & !other & mask).count_ones())).sum::<u64>()
        };
        self.0.iter().fold((0, 0), |sum, (weight, mask)| {
            let number = count(mask);
            (sum.0 + number, sum.1 + weight * number)
        })
    }
}

/// The needs of all holders of one policy.
pub(super) struct Demand {
    /// One for each holder, in their order.
    pub(super) holders: Vec<Kept>,
    pub(super) scale: Scale,
    all: Kept,
    none: Kept,
}

impl Demand {
    /// `None`: some holder cannot be judged, so that nobody knows what it needs.
    pub(super) fn of(holders: &[(&Judged<'_>, usize)], options: &Options) -> Option<Demand> {
        if holders.iter().any(|(judged, _)| !judged.stack.unfit.is_empty()) {
            return None;
        }
        let mut levels = None;
        let mut needs = Vec::new();
        for (judged, index) in holders {
            let (of_actions, bits): (Vec<AccessLevel>, Vec<bool>) = kept(judged, *index, options).into_iter().unzip();
            needs.push(Kept::of(&bits));
            let known = levels.get_or_insert_with(|| of_actions.clone());
            // One document under one catalog grants everyone the same.
            debug_assert_eq!(*known, of_actions);
        }
        let levels = levels?;
        let mask = |bit: bool| Kept::of(&vec![bit; levels.len()]);
        Some(Demand { holders: needs, scale: Scale::of(&levels), all: mask(true), none: mask(false) })
    }

    /// What some of the holders need together.
    pub(super) fn union<'d>(&'d self, holders: impl Iterator<Item = &'d Kept>) -> Kept {
        holders.fold(self.none.clone(), |all, one| all.with(one))
    }

    /// Pairs of a granted action and a holder, and their weight.
    pub(super) fn granted(&self) -> (u64, u64) {
        let (number, weight) = self.scale.beyond(&self.all, &self.none);
        let holders = self.holders.len() as u64;
        (number * holders, weight * holders)
    }

    /// Pairs that go when so many holders are left with `kept`, and their weight.
    pub(super) fn removed(&self, kept: &Kept, holders: usize) -> (u64, u64) {
        let (number, weight) = self.scale.beyond(&self.all, kept);
        (number * holders as u64, weight * holders as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, Scale, notable};
    use crate::catalog::AccessLevel;

    #[test]
    fn actions_are_weighted_by_their_level() {
        let levels = [AccessLevel::List, AccessLevel::Write, AccessLevel::PermissionsManagement].repeat(40);
        let scale = Scale::of(&levels);
        let (all, none) = (Kept::of(&[true; 120]), Kept::of(&[false; 120]));
        assert_eq!(scale.beyond(&all, &none), (120, 40 * 41));
        assert_eq!(scale.beyond(&none, &all), (0, 0));
        let last = Kept::of(&(0..120).map(|at| at == 119).collect::<Vec<bool>>());
        assert_eq!(scale.beyond(&last, &none), (1, 30));
        assert_eq!(scale.beyond(&all, &last), (119, 40 * 41 - 30));
        assert!(none.is_empty() && !last.is_empty());
        assert_eq!(none.with(&last), last);
    }

    #[test]
    fn a_tenth_of_what_is_left_is_notable() {
        assert!(notable(100, 10) && !notable(101, 10) && !notable(0, 0));
    }
}
