//! Whether one pattern takes in all strings of another, when the wider one has `?`.
//!
//! Exact up to a limit on the states visited; `glob` has the quick way for patterns without `?`.

use std::collections::HashMap;

use super::symbol::{OTHER, Symbol, is_mark};

/// An exact answer needs many states only for patterns such as `*?a???????…`; those get `false`.
const MAX_STATES: usize = 4_000;

/// Language inclusion by subset construction: walks `narrow` and all places of `wide` at once.
pub(super) struct Inclusion<'a> {
    wide: &'a [Symbol],
    narrow: &'a [Symbol],
    alphabet: Vec<u32>,
    /// Per place in `narrow`, the smallest sets of places in `wide` met so far.
    seen: HashMap<usize, Vec<Places>>,
    states: usize,
}

/// A set of places in the wide pattern, one bit each.
type Places = Vec<u64>;

impl<'a> Inclusion<'a> {
    /// Asks whether every string of `narrow` is one of `wide`.
    pub(super) fn new(wide: &'a [Symbol], narrow: &'a [Symbol]) -> Inclusion<'a> {
        let unit = |symbol: &Symbol| match symbol {
            Symbol::Unit(unit) if !is_mark(*unit) => Some(*unit),
            _ => None,
        };
        let mut alphabet: Vec<u32> = wide.iter().filter_map(unit).collect();
        alphabet.push(OTHER);
        alphabet.sort_unstable();
        alphabet.dedup();
        Inclusion { wide, narrow, alphabet, seen: HashMap::new(), states: 0 }
    }

    /// The answer.
    pub(super) fn holds(mut self) -> bool {
        let mut start = vec![0; self.wide.len() / 64 + 1];
        self.enter(&mut start, 0);
        let mut open = vec![(0, start)];
        while let Some((at, places)) = open.pop() {
            if self.settled(at, &places) {
                continue;
            }
            self.states += 1;
            // Every place of `narrow` can still reach its end, so no place in `wide` means no cover.
            if self.states > MAX_STATES || places.iter().all(|&word| word == 0) {
                return false;
            }
            match self.narrow.get(at) {
                None if !has(&places, self.wide.len()) => return false,
                None => {}
                Some(&Symbol::Unit(unit)) => open.push((at + 1, self.step(&places, unit))),
                Some(&wild) => {
                    let run = wild == Symbol::Run;
                    let to = if run { at } else { at + 1 };
                    open.extend(self.alphabet.iter().map(|&unit| (to, self.step(&places, unit))));
                    if run {
                        open.push((at + 1, places));
                    }
                }
            }
        }
        true
    }

    /// Whether nothing new can come of this state: a smaller set stood here before.
    fn settled(&mut self, at: usize, places: &Places) -> bool {
        let seen = self.seen.entry(at).or_default();
        if seen.iter().any(|smaller| smaller.iter().zip(places).all(|(s, p)| s & !p == 0)) {
            return true;
        }
        seen.push(places.clone());
        false
    }

    fn step(&self, places: &Places, unit: u32) -> Places {
        let mut next = vec![0; places.len()];
        for (place, symbol) in self.wide.iter().enumerate().filter(|&(place, _)| has(places, place)) {
            match symbol {
                Symbol::Run => self.enter(&mut next, place),
                Symbol::One if !is_mark(unit) => self.enter(&mut next, place + 1),
                Symbol::Unit(wanted) if *wanted == unit => self.enter(&mut next, place + 1),
                _ => {}
            }
        }
        next
    }

    /// Adds a place and those that follow without reading a unit.
    fn enter(&self, places: &mut Places, mut place: usize) {
        loop {
            if let Some(word) = places.get_mut(place / 64) {
                *word |= 1 << (place % 64);
            }
            if self.wide.get(place) != Some(&Symbol::Run) {
                return;
            }
            place += 1;
        }
    }
}

fn has(places: &Places, place: usize) -> bool {
    places.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}
