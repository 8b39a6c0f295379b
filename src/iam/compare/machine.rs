//! Patterns side by side as one automaton: from which places in them which letters lead where.

use rustc_hash::FxHashSet;

use super::bits::Bits;
use super::language::{COLON, Language, Letter};
use super::letters::by_letter;

/// The patterns one behind the other, each with its end.
pub(super) struct Machine {
    cells: Vec<Cell>,
    starts: Vec<u32>,
    patterns: usize,
    /// Where the cells of the shape begin, if there is one.
    shape: Option<u32>,
    /// A letter that no pattern names: it stands for all such letters.
    pub(super) other: u32,
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
    /// `texts`: further texts, in units of UTF-16, whose letters the foreign one must differ from.
    pub(super) fn new(patterns: &[Language], shape: Option<&Language>, texts: &[Vec<u16>]) -> Machine {
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
        machine.other = foreign(&machine.cells, texts);
        machine
    }

    fn cell(&self, at: u32) -> Option<Cell> {
        self.cells.get(usize::try_from(at).ok()?).copied()
    }

    pub(super) fn start(&self) -> Vec<u32> {
        let mut places = Vec::new();
        self.starts.iter().for_each(|&start| self.enter(start, &mut places));
        settle(&mut places);
        places
    }

    pub(super) fn run(&self, text: &str) -> Vec<u32> {
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
    pub(super) fn steps(&self, places: &[u32], reach: &mut impl FnMut(u32, &[u32])) {
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

    pub(super) fn may_still_fit(&self, places: &[u32]) -> bool {
        self.shape.is_none_or(|shape| places.last().is_some_and(|&last| last >= shape))
    }

    /// Whether a text that leads here has the shape.
    pub(super) fn fits(&self, places: &[u32]) -> bool {
        let ends = |at: &u32| matches!(self.cell(*at), Some(Cell::End(number)) if number == self.patterns);
        self.shape.is_none() || places.iter().rev().any(ends)
    }

    /// The patterns whose end is here; `None`: the text has not the shape.
    pub(super) fn members(&self, places: &[u32]) -> Option<Bits> {
        if !self.fits(places) {
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

/// A letter that no pattern and none of the texts names, a plain one if there is any.
fn foreign(cells: &[Cell], texts: &[Vec<u16>]) -> u32 {
    let mut named: FxHashSet<u32> = texts.iter().flatten().map(|unit| u32::from(*unit)).collect();
    for cell in cells {
        match cell {
            Cell::Letter(Letter::This(this)) => drop(named.insert(*this)),
            Cell::Letter(Letter::Either(a, b)) => named.extend([*a, *b]),
            _ => {}
        }
    }
    let plain = "xzqkwvjyhgbfmpudlcontieras0123456789-_".chars().map(u32::from);
    plain.chain(0xA1..0xD7FF).find(|letter| !named.contains(letter)).unwrap_or(0xFFFD)
}
