//! All texts, sorted by which of some patterns take them in: one example of each kind that exists.
//!
//! Exact: the patterns run side by side as one deterministic automaton, and every reachable state is
//! visited. What a question about texts can tell apart is then a question about finitely many examples.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::bits::Bits;
use super::language::{COLON, Language, Letter};
use super::letters::by_letter;

/// Real policies need some hundreds of states. Patterns such as `*a*b*` beside `*c*d*` multiply.
const MAX_STATES: usize = 20_000;

/// Too many states: the patterns are too entangled to be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// The texts that the same patterns take in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    /// One of the texts.
    pub(super) example: String,
    /// The numbers of the patterns that take them in.
    pub(super) members: Bits,
}

/// The classes of all texts that `shape` takes in (all texts without one). Of several examples the first
/// of `preferred` is taken, else a shortest.
pub(super) fn classes(
    patterns: &[Language],
    shape: Option<&Language>,
    preferred: &[&str],
) -> Result<Vec<Class>, TooMany> {
    let machine = Machine::new(patterns, shape);
    let mut found = Found { machine: &machine, classes: Vec::new(), known: FxHashSet::default() };
    preferred.iter().for_each(|text| found.note(&machine.run(text), || (*text).to_owned()));
    let start = State { places: machine.start().into(), from: None };
    let mut walk = Walk { states: vec![start], numbers: FxHashSet::default() };
    let mut next = 0;
    while let Some(state) = walk.states.get(next) {
        let places = state.places.clone();
        found.note(&places, || walk.text(next));
        machine.steps(&places, &mut |letter, reached| walk.reach(next, letter, reached, &machine));
        if walk.states.len() > MAX_STATES {
            return Err(TooMany);
        }
        next += 1;
    }
    Ok(found.classes)
}

/// The states met so far; each knows by which letter it was reached.
struct Walk {
    states: Vec<State>,
    numbers: FxHashSet<Rc<[u32]>>,
}

struct State {
    places: Rc<[u32]>,
    from: Option<(usize, u32)>,
}

impl Walk {
    fn reach(&mut self, from: usize, letter: u32, places: &[u32], machine: &Machine) {
        if machine.may_still_fit(places) && !self.numbers.contains(places) {
            let places: Rc<[u32]> = places.into();
            self.numbers.insert(places.clone());
            self.states.push(State { places, from: Some((from, letter)) });
        }
    }

    fn text(&self, mut number: usize) -> String {
        let mut units = Vec::new();
        while let Some((from, letter)) = self.states.get(number).and_then(|state| state.from) {
            units.push(u16::try_from(letter).unwrap_or(0xFFFD));
            number = from;
        }
        units.reverse();
        // Half a character tells no more apart than the foreign letter, which comes first: so no example has one.
        String::from_utf16_lossy(&units)
    }
}

struct Found<'m> {
    machine: &'m Machine,
    classes: Vec<Class>,
    known: FxHashSet<Bits>,
}

impl Found<'_> {
    fn note(&mut self, places: &[u32], example: impl FnOnce() -> String) {
        let Some(members) = self.machine.members(places) else {
            return;
        };
        if !self.known.contains(&members) {
            self.known.insert(members.clone());
            self.classes.push(Class { example: example(), members });
        }
    }
}

/// The patterns one behind the other, each with its end.
struct Machine {
    cells: Vec<Cell>,
    starts: Vec<u32>,
    patterns: usize,
    /// Where the cells of the shape begin, if there is one.
    shape: Option<u32>,
    /// A letter that no pattern names: it stands for all such letters.
    other: u32,
}

/// What leads on from some places.
struct Ways {
    /// Reached by every letter.
    any: Vec<u32>,
    /// Reached by every letter but a colon.
    in_part: Vec<u32>,
    /// Letters that lead to further places, each with the place.
    named: Vec<(u32, u32)>,
}

/// No place: a colon counts as a letter of its own, though it leads nowhere else.
const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Copy)]
enum Cell {
    Letter(Letter),
    End(usize),
}

impl Machine {
    fn new(patterns: &[Language], shape: Option<&Language>) -> Machine {
        let mut machine =
            Machine { cells: Vec::new(), starts: Vec::new(), patterns: patterns.len(), shape: None, other: 0 };
        for (number, language) in patterns.iter().chain(shape).enumerate() {
            let start = place(machine.cells.len());
            machine.starts.push(start);
            if number == patterns.len() {
                machine.shape = Some(start);
            }
            machine.cells.extend(language.0.iter().map(|letter| Cell::Letter(*letter)));
            machine.cells.push(Cell::End(number));
        }
        machine.other = foreign(&machine.cells);
        machine
    }

    fn cell(&self, at: u32) -> Option<Cell> {
        self.cells.get(usize::try_from(at).ok()?).copied()
    }

    fn start(&self) -> Vec<u32> {
        let mut places = Vec::new();
        self.starts.iter().for_each(|&start| self.enter(start, &mut places));
        settle(&mut places);
        places
    }

    fn run(&self, text: &str) -> Vec<u32> {
        text.encode_utf16().fold(self.start(), |places, unit| self.step(&places, u32::from(unit)))
    }

    /// Where one letter leads.
    fn step(&self, places: &[u32], letter: u32) -> Vec<u32> {
        let Ways { any, in_part, named } = self.ways(places);
        let mut next = any;
        if letter != COLON {
            next.extend(in_part);
        }
        let led = named.iter().filter(|(this, at)| *this == letter && *at != NOWHERE);
        led.for_each(|(_, at)| self.enter(*at, &mut next));
        settle(&mut next);
        next
    }

    /// Where each letter leads that leads elsewhere than others: first one that no pattern names, which makes the
    /// plainest examples, then those that the patterns name here, in order.
    fn steps(&self, places: &[u32], reach: &mut impl FnMut(u32, &[u32])) {
        let Ways { any, in_part, named } = self.ways(places);
        let named = by_letter(named);
        let mut next = Vec::with_capacity(places.len() + 1);
        next.extend(any.iter().chain(&in_part));
        settle(&mut next);
        reach(self.other, &next);
        for of_letter in named.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((letter, _)) = of_letter.first().copied() else {
                continue;
            };
            next.clear();
            next.extend(&any);
            if letter != COLON {
                next.extend(&in_part);
            }
            of_letter.iter().filter(|(_, at)| *at != NOWHERE).for_each(|(_, at)| self.enter(*at, &mut next));
            settle(&mut next);
            reach(letter, &next);
        }
    }

    /// What leads on from some places, looked at once for all letters.
    fn ways(&self, places: &[u32]) -> Ways {
        let mut ways = Ways { any: Vec::with_capacity(places.len()), in_part: Vec::new(), named: Vec::new() };
        for &at in places {
            let Some(Cell::Letter(cell)) = self.cell(at) else {
                continue;
            };
            match cell {
                Letter::Run => self.enter(at, &mut ways.any),
                Letter::RunInPart => self.enter(at, &mut ways.in_part),
                Letter::One => self.enter(at + 1, &mut ways.any),
                Letter::OneInPart => self.enter(at + 1, &mut ways.in_part),
                Letter::This(this) => ways.named.extend((this != u32::MAX).then_some((this, at + 1))),
                Letter::Either(a, b) => ways.named.extend([(a, at + 1), (b, at + 1)]),
            }
        }
        if !ways.in_part.is_empty() {
            ways.named.push((COLON, NOWHERE));
        }
        ways
    }

    /// A place, and those that follow without reading a letter.
    fn enter(&self, mut at: u32, places: &mut Vec<u32>) {
        loop {
            places.push(at);
            match self.cell(at) {
                Some(Cell::Letter(Letter::Run | Letter::RunInPart)) => at += 1,
                _ => return,
            }
        }
    }

    fn may_still_fit(&self, places: &[u32]) -> bool {
        self.shape.is_none_or(|shape| places.last().is_some_and(|&last| last >= shape))
    }

    /// The patterns whose end is here; `None`: the text has not the shape.
    fn members(&self, places: &[u32]) -> Option<Bits> {
        let ends = |at: &&u32| matches!(self.cell(**at), Some(Cell::End(number)) if number == self.patterns);
        if self.shape.is_some() && places.iter().rev().find(ends).is_none() {
            return None;
        }
        let mut members = Bits::none(self.patterns);
        for &at in places {
            match self.cell(at) {
                Some(Cell::End(number)) if number < self.patterns => members.add(number),
                _ => {}
            }
        }
        Some(members)
    }
}

fn settle(places: &mut Vec<u32>) {
    // They mostly are: cells are entered in their order. If not, they are few runs in order, which are merged.
    if !places.is_sorted_by(|a, b| a < b) {
        places.sort();
        places.dedup();
    }
}

/// No policy is long enough to leave the range.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A letter that no pattern names, a plain one if there is any.
fn foreign(cells: &[Cell]) -> u32 {
    let mut named: FxHashMap<u32, ()> = FxHashMap::default();
    for cell in cells {
        match cell {
            Cell::Letter(Letter::This(this)) => drop(named.insert(*this, ())),
            Cell::Letter(Letter::Either(a, b)) => drop((named.insert(*a, ()), named.insert(*b, ()))),
            _ => {}
        }
    }
    let plain = "xzqkwvjyhgbfmpudlcontieras0123456789-_".chars().map(u32::from);
    plain.chain(0xA1..0xD7FF).find(|letter| !named.contains_key(letter)).unwrap_or(0xFFFD)
}

/// The class of one text.
pub(super) fn class_of(patterns: &[Language], text: &str) -> Option<Class> {
    let machine = Machine::new(patterns, None);
    let members = machine.members(&machine.run(text))?;
    Some(Class { example: text.to_owned(), members })
}
