//! Which statements actions that no policy names in full may meet together, without an example of each.
//!
//! The patterns run side by side as one automaton, as in `classes`. But here it only counts which statements take an
//! action in, not by which of their patterns: a statement that surely takes in whatever follows needs no more looking
//! at, and a state that can lead to nothing but what was found is left.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::super::glob;
use super::bits::Bits;
use super::language::{Language, Letter};
use super::lines::Line;
use super::machine::Machine;

/// As many states as `classes` looks at.
const MAX_STATES: usize = 20_000;
/// The statements that may or may not take an action in, of which all combinations are looked up.
const MAX_OPEN: u32 = 6;

/// Statements with wildcards, one bit each.
type Set = u64;

/// All combinations of statements that some action meets which no policy names in full, and maybe some that only
/// actions meet which are named. `None`: there are too many statements or states.
pub(super) fn outline(lines: &[Line<'_>]) -> Option<Vec<Bits>> {
    let wild: Vec<usize> = (0..lines.len()).filter(|at| lines.get(*at).is_some_and(has_wildcard)).collect();
    if wild.len() > 64 {
        return None;
    }
    let found = Outline::of(&wild.iter().filter_map(|at| lines.get(*at)).collect::<Vec<_>>()).walk()?;
    let bits = |set: &Set| {
        Bits::of(lines.len(), |at| {
            let is_taken_in = wild.binary_search(&at).is_ok_and(|number| set >> number & 1 == 1);
            lines.get(at).is_some_and(|line| is_taken_in != line.statement.actions.negated)
        })
    };
    Some(found.iter().map(bits).collect())
}

fn has_wildcard(line: &Line<'_>) -> bool {
    line.statement.actions.patterns.iter().any(|pattern| !pattern.folded().is_literal())
}

/// The patterns of all statements as one automaton.
struct Outline {
    machine: Machine,
    /// What each place of it is; those of the shape are left out.
    places: Vec<Place>,
    statements: u32,
}

/// A place of a pattern.
#[derive(Clone, Copy)]
struct Place {
    /// The statement whose pattern it is.
    statement: u32,
    /// The end of the pattern.
    is_end: bool,
    /// Nothing but the end stands behind a star here.
    is_sure: bool,
}

/// What is known at some places.
struct Standing {
    /// Statements that take in what was read so far.
    now: Set,
    /// Those that take in whatever follows.
    sure: Set,
    /// Those that may take in what follows.
    open: Set,
}

impl Outline {
    fn of(lines: &[&Line<'_>]) -> Outline {
        // First a star for each statement, which stands for whatever is sure to take in all that follows.
        let mut languages: Vec<(u32, Language)> = (0..).zip(lines).map(|(at, _)| (at, star())).collect();
        for (number, line) in (0..).zip(lines) {
            let patterns = line.statement.actions.patterns.iter().map(|pattern| pattern.folded());
            let wild = patterns.filter(|pattern| !pattern.is_literal());
            languages.extend(wild.map(|pattern| (number, Language::text(&glob::symbols(pattern.as_str())))));
        }
        let mut places = Vec::new();
        for (statement, language) in &languages {
            let last = language.0.len().wrapping_sub(1);
            for (at, letter) in language.0.iter().enumerate() {
                let is_sure = at == last && *letter == Letter::Run;
                places.push(Place { statement: *statement, is_end: false, is_sure });
            }
            places.push(Place { statement: *statement, is_end: true, is_sure: false });
        }
        let languages: Vec<Language> = languages.into_iter().map(|(_, language)| language).collect();
        let machine = Machine::new(&languages, Some(&Language::any_action()), &[]);
        Outline { machine, places, statements: u32::try_from(lines.len()).unwrap_or(u32::MAX) }
    }

    fn walk(&self) -> Option<FxHashSet<Set>> {
        let mut found: FxHashSet<Set> = FxHashSet::default();
        // The stars that stand for others are not where anything begins.
        let mut start = self.machine.start();
        start.retain(|place| *place >= self.statements * 2);
        let mut states: Vec<Rc<[u32]>> = vec![self.settled(&start).into()];
        let mut known: FxHashSet<Rc<[u32]>> = FxHashSet::default();
        let mut next = 0;
        while let Some(state) = states.get(next).cloned() {
            let standing = self.standing(&state);
            if self.machine.fits(&state) {
                found.insert(standing.now);
            }
            if !standing.leads_only_to(&found) {
                self.machine.steps(&state, &mut |_, reached| {
                    if self.machine.may_still_fit(reached) {
                        let reached = self.settled(reached);
                        if !known.contains(reached.as_slice()) {
                            let reached: Rc<[u32]> = reached.into();
                            known.insert(reached.clone());
                            states.push(reached);
                        }
                    }
                });
            }
            if states.len() > MAX_STATES {
                return None;
            }
            next += 1;
        }
        Some(found)
    }

    fn place(&self, at: u32) -> Option<&Place> {
        self.places.get(usize::try_from(at).ok()?)
    }

    fn standing(&self, places: &[u32]) -> Standing {
        let mut standing = Standing { now: 0, sure: 0, open: 0 };
        for place in places.iter().filter_map(|at| self.place(*at)) {
            let bit = 1 << place.statement;
            standing.now |= if place.is_end { bit } else { 0 };
            standing.sure |= if place.is_sure { bit } else { 0 };
            standing.open |= if place.is_end { 0 } else { bit };
        }
        standing.open &= !standing.sure;
        standing
    }

    /// The places, of statements that surely take in what follows only the star that stands for them.
    fn settled(&self, places: &[u32]) -> Vec<u32> {
        let sure = self.standing(places).sure;
        let is_sure = |statement: u32| sure >> statement & 1 == 1;
        let stars = (0..self.statements).filter(|statement| is_sure(*statement)).flat_map(|at| [at * 2, at * 2 + 1]);
        let others = places.iter().copied().filter(|at| self.place(*at).is_none_or(|place| !is_sure(place.statement)));
        stars.chain(others).collect()
    }
}

impl Standing {
    /// Whether whatever follows, and at least one letter does, leads to what was found.
    fn leads_only_to(&self, found: &FxHashSet<Set>) -> bool {
        if self.open.count_ones() > MAX_OPEN {
            return false;
        }
        // Every part of the open ones, from all of them down to none.
        let mut part = self.open;
        loop {
            if !found.contains(&(self.sure | part)) {
                return false;
            }
            if part == 0 {
                return true;
            }
            part = (part - 1) & self.open;
        }
    }
}

fn star() -> Language {
    Language(vec![Letter::Run])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::super::super::parse;
    use super::super::actions::{Finder, groups};
    use super::super::lines::lines;
    use super::super::{Access, Universe};
    use super::*;

    /// Against the groups that examples of all classes show.
    #[test]
    fn as_examples_show() {
        let mut state = 0x0F17_7A11_u64;
        let mut below = move |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 11).unwrap() % limit
        };
        let patterns = [
            "*", "s:*", "s:a*", "s:ab*", "s:*b", "s:*b*", "s:a*b", "s:?b", "s*", "*:a", "*:a*", "t:*", "t:a?*", "s:b",
            "s:ab", "t:a", "s:*a*b*", "?:*", "s", "st:*",
        ];
        let (mut several, mut named_only) = (0, 0);
        for case in 0..2_000 {
            let mut statement = || {
                let actions: Vec<&str> =
                    (0..=below(4)).filter_map(|_| patterns.get(below(patterns.len())).copied()).collect();
                let element = ["Action", "NotAction"].into_iter().nth(usize::from(below(4) == 0)).unwrap();
                serde_json::json!({"Effect": "Allow", element: actions, "Resource": "*"})
            };
            let mut policy = || {
                let statements = [statement(), statement()];
                parse(&serde_json::json!({"Version": "2012-10-17", "Statement": statements}).to_string()).unwrap()
            };
            let (old, new) = (policy(), policy());
            let lines = lines(&Access::of(&old), &Access::of(&new));
            let finder = Finder::new(&lines);
            let groups = groups(&lines, &finder, &Universe::default()).unwrap();
            let exist: BTreeSet<Vec<usize>> = groups.iter().map(|group| group.lines.iter().collect()).collect();
            let outline: BTreeSet<Vec<usize>> =
                outline(&lines).unwrap().iter().map(|bits| bits.iter().collect()).collect();
            let named: BTreeSet<Vec<usize>> =
                finder.of_named(&lines).iter().map(|bits| bits.iter().collect()).collect();
            assert!(
                outline.union(&named).cloned().collect::<BTreeSet<_>>().is_superset(&exist),
                "{case}: {old:?} {new:?}"
            );
            // Whatever else is there only actions meet that are named.
            let wild = |policy: &crate::iam::Policy| {
                let mut policy = policy.clone();
                for statement in &mut policy.statements {
                    statement.actions.patterns.retain(|pattern| !pattern.folded().is_literal());
                }
                policy
            };
            let (old, new) = (wild(&old), wild(&new));
            let lines = super::super::lines::lines(&Access::of(&old), &Access::of(&new));
            let groups = super::super::actions::groups(&lines, &Finder::new(&lines), &Universe::default()).unwrap();
            let exist_by_wildcards: BTreeSet<Vec<usize>> =
                groups.iter().map(|group| group.lines.iter().collect()).collect();
            assert_eq!(outline, exist_by_wildcards, "{case}: {old:?} {new:?}");
            several += usize::from(outline.len() > 3);
            named_only += usize::from(outline != exist);
        }
        assert!(several > 500 && named_only > 100, "{several} {named_only}");
    }
}
