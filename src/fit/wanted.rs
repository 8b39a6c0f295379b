//! The wanted ones of a service's names, and the beginnings that only they have.

use std::ops::Range;

use super::meaning::Meaning;
use super::vocabulary::Vocabulary;

/// Wanted names, by their number and by their place in the vocabulary.
pub(super) struct Wanted<'v> {
    vocabulary: &'v Vocabulary,
    places: Meaning,
    /// The place of each.
    place: Vec<Option<usize>>,
    /// The number of each name of the vocabulary.
    number: Vec<Option<usize>>,
    /// Of each name of the vocabulary that is wanted, where the shortest beginning ends that no other name has.
    shortest: Vec<Option<usize>>,
}

impl<'v> Wanted<'v> {
    pub(super) fn of(vocabulary: &'v Vocabulary, names: &[&str]) -> Wanted<'v> {
        let length = vocabulary.folded.len();
        let find = |name: &&str| vocabulary.folded.binary_search(&name.to_ascii_lowercase()).ok();
        let place: Vec<Option<usize>> = names.iter().map(find).collect();
        let (mut places, mut number) = (Meaning::none(length), vec![None; length]);
        for (at, place) in place.iter().enumerate().filter_map(|(at, place)| Some((at, (*place)?))) {
            places.add(place);
            if let Some(slot) = number.get_mut(place) {
                *slot = Some(at);
            }
        }
        let shortest = shortest(vocabulary, &places);
        Wanted { vocabulary, places, place, number, shortest }
    }

    /// Whether all names of the service are wanted.
    pub(super) fn is_all(&self) -> bool {
        self.number.iter().all(Option::is_some)
    }

    /// Whether a meaning is of wanted names alone.
    pub(super) fn has_all(&self, meaning: &Meaning) -> bool {
        meaning.within(&self.places)
    }

    /// The numbers of names at these places, sorted.
    pub(super) fn numbers(&self, places: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut numbers: Vec<usize> = places.filter_map(|place| *self.number.get(place)?).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Of each name the shortest beginning that only wanted names have and that is allowed, where it is that of
    /// several, with their places. Some come twice, in different case.
    pub(super) fn beginnings(&self, allowed: &dyn Fn(&str) -> bool) -> Vec<(Range<usize>, String)> {
        let mut found: Vec<(Range<usize>, String)> = Vec::new();
        let mut end_before = None;
        for place in self.places.iter() {
            let (Some(name), Some(Some(from))) = (self.vocabulary.names.get(place), self.shortest.get(place)) else {
                continue;
            };
            let text = |end: usize| name.get(..end).map(|prefix| format!("{prefix}*"));
            // What is the beginning of the one before is ours too, if we have it: whatever is shorter is no other's.
            let known = found.last().filter(|(range, _)| range.contains(&place)).and(end_before);
            let end = known.filter(|end| *end < name.len());
            let end = end.or_else(|| (*from..name.len()).find(|end| text(*end).is_some_and(|text| allowed(&text))));
            let Some((end, text)) = end.and_then(|end| Some((end, text(end)?))) else {
                continue;
            };
            if found.last().is_some_and(|(_, last)| *last == text) {
                continue;
            }
            let start = self.vocabulary.folded.get(place).and_then(|name| name.get(..end)).unwrap_or_default();
            let range = self.vocabulary.beginning_with(start);
            if range.len() > 1 {
                end_before = Some(end);
                found.push((range, text));
            }
        }
        found
    }

    /// Whether the names with these numbers are all that have the shortest beginning of the first of them that no
    /// other name has.
    pub(super) fn is_beginning(&self, numbers: &[usize]) -> bool {
        let place = |number: &usize| self.place.get(*number).copied().flatten();
        let range = numbers.first().and_then(place).and_then(|first| {
            let end = (*self.shortest.get(first)?)?;
            Some(self.vocabulary.beginning_with(self.vocabulary.folded.get(first)?.get(..end)?))
        });
        range.is_some_and(|range| {
            range.len() == numbers.len() && numbers.iter().filter_map(place).all(|place| range.contains(&place))
        })
    }
}

/// Of each wanted name, where the shortest beginning ends that no other has: behind what it has in common with the
/// nearest of these, in order. `None`: the whole name is one's beginning, or it is not wanted.
fn shortest(vocabulary: &Vocabulary, wanted: &Meaning) -> Vec<Option<usize>> {
    let mut common: Vec<Option<usize>> = vec![None; vocabulary.folded.len()];
    let mut look = |places: &mut dyn Iterator<Item = usize>| {
        let mut other: Option<&String> = None;
        for place in places {
            let name = vocabulary.folded.get(place);
            if !wanted.has(place) {
                other = name;
            } else if let (Some(name), Some(other), Some(slot)) = (name, other, common.get_mut(place)) {
                *slot = (*slot).max(Some(in_common(name, other)));
            }
        }
    };
    look(&mut (0..vocabulary.folded.len()));
    look(&mut (0..vocabulary.folded.len()).rev());
    let end = |(place, common): (usize, Option<usize>)| {
        let end = common.map_or(vocabulary.service.len() + 1, |common| common + 1);
        Some(end).filter(|end| wanted.has(place) && vocabulary.folded.get(place).is_some_and(|name| *end < name.len()))
    };
    common.into_iter().enumerate().map(end).collect()
}

/// How many letters both begin with.
fn in_common(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}
