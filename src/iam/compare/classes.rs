//! All texts, sorted by which of some patterns take them in: one example of each kind that exists.
//!
//! Exact: the patterns run side by side as one deterministic automaton, and every reachable state is
//! visited. What a question about texts can tell apart is then a question about finitely many examples.

use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::bits::Bits;
use super::language::Language;
use super::machine::Machine;

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
    let machine = Machine::new(patterns, shape, &[]);
    let mut found = Found { machine: &machine, classes: Vec::new(), known: FxHashSet::default() };
    preferred.iter().for_each(|text| found.note(&machine.run(text), || (*text).to_owned()));
    walk(&machine, &Names::default(), &mut found)?;
    Ok(found.classes)
}

/// The classes beside some texts: those that are left when these are taken away.
pub(super) struct Beside {
    /// The classes, each with the first example, by `Beside::order`, that is not among the texts.
    pub(super) classes: Vec<Class>,
    /// A letter that neither patterns nor texts name: it comes first.
    other: u32,
}

impl Beside {
    /// The order of examples: by their length, then by their letters.
    pub(super) fn order(&self, text: &str) -> (usize, Vec<u16>) {
        let letters: Vec<u16> =
            text.encode_utf16().map(|unit| if u32::from(unit) == self.other { 0 } else { unit }).collect();
        (letters.len(), letters)
    }
}

/// The classes of the texts of a shape that are not among `texts`.
///
/// The same as if each of these were a pattern too, less the classes that are one of them alone; but what many texts
/// add to the automaton is not walked. A state that was reached by the beginning of none of them has examples for all
/// that it leads to, and comes before whatever leads to the same later.
pub(super) fn classes_beside(
    patterns: &[Language],
    shape: Option<&Language>,
    texts: &[&str],
) -> Result<Beside, TooMany> {
    let names = Names::of(texts);
    let machine = Machine::new(patterns, shape, &names.0);
    let mut found = Found { machine: &machine, classes: Vec::new(), known: FxHashSet::default() };
    walk(&machine, &names, &mut found)?;
    Ok(Beside { classes: found.classes, other: machine.other })
}

/// Notes an example of every class, the first that is not a name: by length, then by letters, the foreign one first.
fn walk(machine: &Machine, names: &Names, found: &mut Found<'_>) -> Result<(), TooMany> {
    let start = State { places: machine.start().into(), from: None, length: 0, names: 0..names.0.len() };
    let mut walk = Walk { states: vec![start], reached: FxHashSet::default() };
    let mut next = 0;
    while let Some(state) = walk.states.get(next) {
        let places = state.places.clone();
        if !names.has(&state.names, state.length) {
            found.note(&places, || walk.text(next));
        }
        machine.steps(&places, &mut |letter, reached| {
            if machine.may_still_fit(reached) {
                walk.reach(next, letter, reached, names);
            }
        });
        if walk.states.len() > MAX_STATES {
            return Err(TooMany);
        }
        next += 1;
    }
    Ok(())
}

/// Texts in units of UTF-16, sorted.
#[derive(Default)]
struct Names(Vec<Vec<u16>>);

impl Names {
    fn of(texts: &[&str]) -> Names {
        let mut names: Vec<Vec<u16>> = texts.iter().map(|text| text.encode_utf16().collect()).collect();
        names.sort_unstable();
        Names(names)
    }

    /// Of the names in a range, which begin with the same units, so many, those that go on with a letter.
    fn going_on(&self, range: &Range<usize>, units: usize, letter: u32) -> Range<usize> {
        let names = self.0.get(range.clone()).unwrap_or_default();
        let next = |name: &Vec<u16>| name.get(units).map(|unit| u32::from(*unit));
        let to = |end: fn(&u32, &u32) -> bool| {
            range.start + names.partition_point(|name| next(name).is_none_or(|next| end(&next, &letter)))
        };
        to(u32::lt)..to(u32::le)
    }

    /// Whether one of the names in a range is no more than the units with which all of them begin.
    fn has(&self, range: &Range<usize>, units: usize) -> bool {
        self.0.get(range.clone()).and_then(<[_]>::first).is_some_and(|name| name.len() == units)
    }
}

/// The states met so far.
struct Walk {
    states: Vec<State>,
    /// The places that were reached by a text with which no name begins.
    reached: FxHashSet<Rc<[u32]>>,
}

/// Reached by a text.
struct State {
    places: Rc<[u32]>,
    /// From where, and by which letter.
    from: Option<(usize, u32)>,
    /// How many letters the text has.
    length: usize,
    /// The names that begin with it.
    names: Range<usize>,
}

impl Walk {
    /// Takes in the state to which a letter leads, unless what it leads to is known.
    fn reach(&mut self, from: usize, letter: u32, places: &[u32], names: &Names) {
        let Some(before) = self.states.get(from).filter(|_| !self.reached.contains(places)) else {
            return;
        };
        let (length, names) = (before.length + 1, names.going_on(&before.names, before.length, letter));
        let places: Rc<[u32]> = places.into();
        if names.is_empty() {
            self.reached.insert(places.clone());
        }
        self.states.push(State { places, from: Some((from, letter)), length, names });
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

/// The class of one text.
pub(super) fn class_of(patterns: &[Language], text: &str) -> Option<Class> {
    let machine = Machine::new(patterns, None, &[]);
    let members = machine.members(&machine.run(text))?;
    Some(Class { example: text.to_owned(), members })
}
