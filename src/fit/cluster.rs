//! Owners with alike needs → few clusters. Agglomerative and deterministic.
//!
//! Owners of equal needs are one cluster from the start, and those who need nothing are one of their own for good. Then
//! the two clusters are joined whose union costs least: the weight of the actions that each would hold for the other's
//! sake, times its holders; among equals, the two that come first. It goes on while there are more clusters than the
//! bound, or while all joins together cost at most one in `SPENT` of what splitting gains. Where that gain is not
//! notable, all who need anything are one cluster.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::sharing::{Kept, Scale, notable};

/// One in so many of the gain may be given up for fewer policies.
const SPENT: u64 = 20;

/// Different needs that are compared pair by pair; of more, the later ones join the first that costs least.
const COMPARED: usize = 512;

/// One owner's needs.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    /// What its holders need.
    pub(super) kept: Kept,
    /// How many they are.
    pub(super) holders: u64,
}

/// Some of the atoms, by their places.
#[derive(Clone, Debug)]
struct Group {
    kept: Kept,
    holders: u64,
    members: Vec<usize>,
}

impl Group {
    /// What it costs to give both what either needs.
    fn cost(&self, other: &Group, scale: &Scale) -> u64 {
        let (mine, theirs) = (scale.beyond(&other.kept, &self.kept).1, scale.beyond(&self.kept, &other.kept).1);
        self.holders * mine + other.holders * theirs
    }

    fn join(&mut self, other: Group) {
        self.kept = self.kept.with(&other.kept);
        self.holders += other.holders;
        self.members.extend(other.members);
    }
}

/// The places of the atoms, cluster by cluster. `left`: the weight of what one policy for all would leave to them;
/// `bound`: policies that there may be at most, one at least.
pub(super) fn cluster(atoms: &[Atom], scale: &Scale, left: u64, bound: usize) -> Vec<Vec<usize>> {
    let mut idle = Vec::new();
    let mut equal: BTreeMap<&Kept, Group> = BTreeMap::new();
    for (place, atom) in atoms.iter().enumerate() {
        if atom.kept.is_empty() {
            idle.push(place);
            continue;
        }
        let new = || Group { kept: atom.kept.clone(), holders: 0, members: Vec::new() };
        let group = equal.entry(&atom.kept).or_insert_with(new);
        group.holders += atom.holders;
        group.members.push(place);
    }
    let mut groups: Vec<Group> = equal.into_values().collect();
    // Members stand in order, so the first of each tells which group comes first.
    groups.sort_unstable_by(|one, other| one.members.cmp(&other.members));
    let gain = gain(&groups, atoms, scale);
    let all_in_one = !notable(left, gain.1) || bound <= 1;
    let groups = match (all_in_one, groups.len()) {
        (true, 1..) => vec![groups.into_iter().flat_map(|group| group.members).collect()],
        _ => join(preliminary(groups, scale), scale, gain.0 / SPENT, bound),
    };
    let mut clusters: Vec<Vec<usize>> = groups.into_iter().chain(Some(idle).filter(|idle| !idle.is_empty())).collect();
    clusters.iter_mut().for_each(|members| members.sort_unstable());
    clusters.sort_unstable();
    clusters
}

/// The weight of what one policy for all would give too much: to those who need anything, and to everybody.
fn gain(groups: &[Group], atoms: &[Atom], scale: &Scale) -> (u64, u64) {
    let Some(all) = groups.iter().map(|group| group.kept.clone()).reduce(|all, one| all.with(&one)) else {
        return (0, 0);
    };
    let too_much = |kept: &Kept, holders: u64| holders * scale.beyond(&all, kept).1;
    let busy = groups.iter().map(|group| too_much(&group.kept, group.holders)).sum();
    (busy, atoms.iter().map(|atom| too_much(&atom.kept, atom.holders)).sum())
}

/// So few that all pairs can be compared.
fn preliminary(mut groups: Vec<Group>, scale: &Scale) -> Vec<Group> {
    let later = groups.split_off(COMPARED.min(groups.len()));
    for group in later {
        let nearest = groups.iter_mut().min_by_key(|known| known.cost(&group, scale));
        if let Some(nearest) = nearest {
            nearest.join(group);
        }
    }
    groups
}

/// Joins the two nearest again and again.
fn join(groups: Vec<Group>, scale: &Scale, may_spend: u64, bound: usize) -> Vec<Vec<usize>> {
    let mut alive: BTreeMap<usize, Group> = groups.into_iter().enumerate().collect();
    let mut pairs = BinaryHeap::new();
    for (one, group) in &alive {
        pairs.extend(alive.range(one + 1..).map(|(other, with)| Reverse((group.cost(with, scale), *one, *other))));
    }
    let (mut spent, mut next) = (0, alive.len());
    while let Some(Reverse((cost, one, other))) = pairs.pop() {
        if !alive.contains_key(&one) || !alive.contains_key(&other) {
            continue;
        }
        if alive.len() <= bound && spent + cost > may_spend {
            break;
        }
        let (Some(mut joined), Some(with)) = (alive.remove(&one), alive.remove(&other)) else { continue };
        joined.join(with);
        spent += cost;
        // A number of its own, so that pairs with what it was made of are known to be stale.
        pairs.extend(alive.iter().map(|(known, group)| Reverse((group.cost(&joined, scale), *known, next))));
        alive.insert(next, joined);
        next += 1;
    }
    alive.into_values().map(|group| group.members).collect()
}

#[cfg(test)]
mod tests {
    use super::{Atom, cluster};
    use crate::catalog::AccessLevel;
    use crate::fit::sharing::{Kept, Scale};

    const ACTIONS: usize = 200;

    /// Atoms that need these ranges of actions.
    fn atoms(needs: &[(usize, usize)]) -> Vec<Atom> {
        let atom = |(from, to): &(usize, usize)| {
            let bits: Vec<bool> = (0..ACTIONS).map(|at| (*from..*to).contains(&at)).collect();
            Atom { kept: Kept::of(&bits), holders: 1 }
        };
        needs.iter().map(atom).collect()
    }

    fn clusters(needs: &[(usize, usize)], bound: usize) -> Vec<Vec<usize>> {
        let scale = Scale::of(&[AccessLevel::Read; ACTIONS]);
        let end = needs.iter().map(|(_, to)| *to).max().unwrap() as u64;
        cluster(&atoms(needs), &scale, 3 * end * needs.len() as u64, bound)
    }

    #[test]
    fn alike_needs_meet_and_idle_ones_stand_apart() {
        // Two teams, one action of difference within the first; one who needs nothing.
        let needs = [(0, 100), (100, 200), (0, 99), (100, 200), (0, 0)];
        assert_eq!(clusters(&needs, 5), [vec![0, 2], vec![1, 3], vec![4]]);
        assert_eq!(clusters(&needs, 1), [vec![0, 1, 2, 3], vec![4]]);
    }

    #[test]
    fn nearly_equal_needs_are_not_worth_a_policy() {
        assert_eq!(clusters(&[(0, 100), (0, 99), (1, 100)], 5), [vec![0, 1, 2]]);
    }

    #[test]
    fn there_are_never_more_than_the_bound() {
        let needs: Vec<(usize, usize)> = (0..20).map(|at| (at * 10, at * 10 + 10)).collect();
        for bound in 1..=6 {
            let found = clusters(&needs, bound);
            assert_eq!(found.len(), bound);
            let mut all: Vec<usize> = found.into_iter().flatten().collect();
            all.sort_unstable();
            assert_eq!(all, (0..20).collect::<Vec<usize>>());
        }
        assert_eq!(clusters(&needs, 20).len(), 11, "nine joins of 60 cost less than a twentieth of 11,400");
    }

    #[test]
    fn many_different_needs_are_clustered_too() {
        let needs: Vec<(usize, usize)> =
            (0..ACTIONS).flat_map(|from| (from + 1..=(from + 4).min(ACTIONS)).map(move |to| (from, to))).collect();
        assert!(needs.len() > super::COMPARED);
        assert_eq!(clusters(&needs, 5).iter().map(Vec::len).sum::<usize>(), needs.len());
    }
}
