//! The automaton of patterns against going through all short texts, and beside texts against these as patterns.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use super::bits::Bits;
use super::classes::{classes, classes_beside};
use super::language::{Language, Letter};

const ALPHABET: [char; 4] = ['a', 'b', ':', 'z'];
/// The longest shortest example of three patterns of at most four letters is not longer.
const LONGEST: u32 = 7;

/// Numbers in a fixed order that looks random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pattern(&mut self) -> Language {
        let length = self.below(5);
        let letter = |numbers: &mut Numbers| match numbers.below(8) {
            0 => Letter::Run,
            1 => Letter::RunInPart,
            2 => Letter::One,
            3 => Letter::OneInPart,
            4 => Letter::Either(u32::from('a'), u32::from('b')),
            5 => Letter::This(u32::from('a')),
            6 => Letter::This(u32::from('b')),
            _ => Letter::This(u32::from(':')),
        };
        Language((0..length).map(|_| letter(self)).collect())
    }
}

/// The definition, letter by letter.
fn takes_in(pattern: &[Letter], text: &[char]) -> bool {
    let Some((letter, rest)) = pattern.split_first() else {
        return text.is_empty();
    };
    let reads = |one: char| match letter {
        Letter::Run | Letter::One => true,
        Letter::RunInPart | Letter::OneInPart => one != ':',
        Letter::This(this) => u32::from(one) == *this,
        Letter::Either(a, b) => [*a, *b].contains(&u32::from(one)),
    };
    let follows = |text: &[char]| match letter {
        Letter::Run | Letter::RunInPart => takes_in(pattern, text),
        _ => takes_in(rest, text),
    };
    let ends_here = matches!(letter, Letter::Run | Letter::RunInPart) && takes_in(rest, text);
    ends_here || text.split_first().is_some_and(|(one, tail)| reads(*one) && follows(tail))
}

fn members(patterns: &[Language], text: &str) -> Bits {
    let letters: Vec<char> = text.chars().collect();
    Bits::of(patterns.len(), |at| patterns.get(at).is_some_and(|pattern| takes_in(&pattern.0, &letters)))
}

fn short_texts() -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut last = texts.clone();
    for _ in 0..LONGEST {
        last = last.iter().flat_map(|text| ALPHABET.map(|letter| format!("{text}{letter}"))).collect();
        texts.extend(last.iter().cloned());
    }
    texts
}

/// As many cases as a usual run has room for; more by `TRAILFIT_CLASS_CASES`.
#[test]
fn classes_are_those_of_all_texts() {
    let cases = std::env::var("TRAILFIT_CLASS_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let (texts, mut numbers) = (short_texts(), Numbers(7));
    for case in 0..cases {
        let patterns: Vec<Language> = (0..3).map(|_| numbers.pattern()).collect();
        let shape = (case % 3 == 0).then(|| numbers.pattern());
        let fits = |text: &str| {
            let letters: Vec<char> = text.chars().collect();
            shape.as_ref().is_none_or(|shape| takes_in(&shape.0, &letters))
        };
        let found = classes(&patterns, shape.as_ref(), &[]).unwrap();
        for class in &found {
            assert!(fits(&class.example), "{case}: {} {shape:?}", class.example);
            assert_eq!(members(&patterns, &class.example), class.members, "{case}: {} {patterns:?}", class.example);
        }
        let exist: BTreeSet<Vec<usize>> =
            texts.iter().filter(|text| fits(text)).map(|text| members(&patterns, text).iter().collect()).collect();
        let sorted: BTreeSet<Vec<usize>> = found.iter().map(|class| class.members.iter().collect()).collect();
        assert_eq!(sorted, exist, "{case}: {patterns:?} {shape:?}");
        assert_eq!(sorted.len(), found.len(), "{case}: each class once");
    }
}

/// Texts beside patterns against the same texts as further patterns: the same classes with the same examples, but for
/// those of one text alone, in the same order.
#[test]
fn beside_texts_is_as_with_them_as_patterns() {
    let (mut numbers, mut later) = (Numbers(11), 0);
    for case in 0..3_000 {
        let patterns: Vec<Language> = (0..=numbers.below(4)).map(|_| numbers.pattern()).collect();
        let shape = [None, Some(Language::any_action()), Some(numbers.pattern())][case % 3].clone();
        let plain = classes(&patterns, shape.as_ref(), &[]).unwrap();
        // The shortest examples, these with more behind them, and any.
        let mut texts: BTreeSet<String> = plain.iter().map(|class| class.example.clone()).collect();
        texts.retain(|_| numbers.below(3) > 0);
        for _ in 0..numbers.below(20) {
            let start = plain.get(numbers.below(plain.len().max(1))).map_or("", |class| &class.example);
            let end: String = (0..numbers.below(4)).map(|_| ALPHABET[numbers.below(4)]).collect();
            texts.insert(format!("{start}{end}"));
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let named = texts.iter().map(|text| Language(text.chars().map(|c| Letter::This(u32::from(c))).collect()));
        let all: Vec<Language> = patterns.iter().cloned().chain(named).collect();
        let slow = classes(&all, shape.as_ref(), &[]).unwrap();
        let beside = classes_beside(&patterns, shape.as_ref(), &texts).unwrap();
        let fast: Vec<(&str, Vec<usize>)> =
            beside.classes.iter().map(|class| (class.example.as_str(), class.members.iter().collect())).collect();
        let is_left = |example: &str| !texts.contains(&example);
        let expected: Vec<(&str, Vec<usize>)> = slow
            .iter()
            .filter(|class| is_left(&class.example))
            .map(|class| (class.example.as_str(), class.members.iter().collect()))
            .collect();
        assert_eq!(fast, expected, "{case}: {patterns:?} {shape:?} {texts:?}");
        assert!(slow.is_sorted_by_key(|class| beside.order(&class.example)), "{case}");
        later += usize::from(fast.iter().any(|(example, _)| plain.iter().all(|class| class.example != *example)));
    }
    assert!(later > 1_000, "{later}");
}
