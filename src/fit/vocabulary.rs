//! The names of one service, and what wildcards of whole words of them mean: worked out once, for whatever is wanted
//! of them later.

use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};

use super::meaning::Meaning;

/// The names of one service.
pub(super) struct Vocabulary {
    /// Its prefix.
    pub(super) service: String,
    /// The names with the service, in lower case, sorted.
    pub(super) folded: Vec<String>,
    /// The same in the catalog's case.
    pub(super) names: Vec<String>,
    /// What the wildcards mean that mean several names, each with the texts that mean it, the shortest first.
    pub(super) wildcards: Vec<(Meaning, Vec<String>)>,
}

impl Vocabulary {
    pub(super) fn of<'n>(service: &str, names: impl Iterator<Item = &'n str>) -> Vocabulary {
        let mut pairs: Vec<(String, String)> = names.map(|name| (name.to_ascii_lowercase(), name.to_owned())).collect();
        pairs.sort_unstable();
        let (folded, names): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
        let start = service.len() + 1;
        let index = Index::of(&folded, start);
        // What a run of words with stars around it means, all wildcards with that run mean at most.
        let mut known: FxHashMap<&str, bool> = FxHashMap::default();
        let mut texts: FxHashSet<String> = FxHashSet::default();
        for (name, folded) in names.iter().zip(&folded) {
            let (name, folded) = (name.get(start..).unwrap_or_default(), folded.get(start..).unwrap_or_default());
            texts.extend(of_words(service, name, &mut |from, to| {
                let run = folded.get(from..to).unwrap_or_default();
                *known.entry(run).or_insert_with(|| index.is_in_several(run))
            }));
        }
        let mut by_case: FxHashMap<String, Vec<String>> = FxHashMap::default();
        texts.into_iter().for_each(|text| by_case.entry(text.to_ascii_lowercase()).or_default().push(text));
        let mut wildcards: FxHashMap<Meaning, Vec<String>> = FxHashMap::default();
        for (text, texts) in by_case {
            let meaning = index.meaning(&Pieces::of(&text));
            if meaning.has_several() {
                wildcards.entry(meaning).or_default().extend(texts);
            }
        }
        for texts in wildcards.values_mut() {
            texts.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        }
        Vocabulary { service: service.to_owned(), folded, names, wildcards: wildcards.into_iter().collect() }
    }

    /// The names that begin so, in lower case, as a range of their places.
    pub(super) fn beginning_with(&self, start: &str) -> std::ops::Range<usize> {
        beginning_with(&self.folded, start)
    }
}

fn beginning_with(sorted: &[String], start: &str) -> std::ops::Range<usize> {
    let from = sorted.partition_point(|name| name.as_str() < start);
    let rest = sorted.get(from..).unwrap_or_default();
    from..from + rest.partition_point(|name| name.starts_with(start))
}

/// The names, to be searched at once.
struct Index<'n> {
    sorted: &'n [String],
    /// The same without the service, each with a line feed behind it.
    text: String,
    /// Where each ends in the text.
    ends: Vec<usize>,
    /// Where a name begins behind its service.
    start: usize,
}

impl<'n> Index<'n> {
    fn of(sorted: &'n [String], start: usize) -> Index<'n> {
        let (mut text, mut ends) = (String::new(), Vec::with_capacity(sorted.len()));
        for name in sorted {
            text.push_str(name.get(start..).unwrap_or_default());
            text.push('\n');
            ends.push(text.len());
        }
        Index { sorted, text, ends, start }
    }

    /// The names that a wildcard means.
    fn meaning(&self, pieces: &Pieces<'_>) -> Meaning {
        let mut meaning = Meaning::none(self.sorted.len());
        match pieces.middle.as_slice() {
            [] if pieces.start.len() == self.start && !pieces.end.is_empty() => {
                self.search(&Finder::new(&format!("{}\n", pieces.end)), &mut meaning);
            }
            [piece] if pieces.start.len() == self.start && pieces.end.is_empty() => self.search(piece, &mut meaning),
            _ => {
                let range = beginning_with(self.sorted, pieces.start);
                let names = range.clone().zip(self.sorted.get(range).unwrap_or_default());
                names.filter(|(_, name)| pieces.match_name(name)).for_each(|(place, _)| meaning.add(place));
            }
        }
        meaning
    }

    /// Whether several names hold a text.
    fn is_in_several(&self, wanted: &str) -> bool {
        let finder = Finder::new(wanted);
        let mut found = finder.find_iter(self.text.as_bytes());
        let first = found.next().map(|first| self.ends.partition_point(|end| *end <= first));
        let end = first.and_then(|place| self.ends.get(place));
        end.is_some_and(|end| finder.find(self.text.as_bytes().get(*end..).unwrap_or_default()).is_some())
    }

    /// The names in which something is found.
    fn search(&self, wanted: &Finder<'_>, meaning: &mut Meaning) {
        let mut place = 0;
        for found in wanted.find_iter(self.text.as_bytes()) {
            while self.ends.get(place).is_some_and(|end| *end <= found) {
                place += 1;
            }
            meaning.add(place);
        }
    }
}

/// A wildcard of stars alone, taken apart once, for it is held against every name of its service.
pub(super) struct Pieces<'p> {
    start: &'p str,
    /// What stands between stars.
    middle: Vec<Finder<'p>>,
    end: &'p str,
}

impl<'p> Pieces<'p> {
    pub(super) fn of(pattern: &'p str) -> Pieces<'p> {
        let (start, rest) = pattern.split_once('*').unwrap_or((pattern, ""));
        let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
        let middle = middle.split('*').filter(|piece| !piece.is_empty()).map(Finder::new).collect();
        Pieces { start, middle, end }
    }

    pub(super) fn match_name(&self, name: &str) -> bool {
        let inner = name.strip_prefix(self.start).and_then(|rest| rest.strip_suffix(self.end));
        let Some(mut rest) = inner.map(str::as_bytes) else {
            return false;
        };
        self.middle.iter().all(|piece| {
            let found = piece.find(rest).and_then(|at| rest.get(at + piece.needle().len()..));
            found.is_some_and(|after| {
                rest = after;
                true
            })
        })
    }
}

/// Wildcards made of whole words of a name. Those are left out of which one run of words, from and to these letters
/// of the name, is not `worthwhile` with stars around it.
pub(super) fn of_words(service: &str, name: &str, worthwhile: &mut dyn FnMut(usize, usize) -> bool) -> Vec<String> {
    let ends = word_ends(name);
    let text = |from: usize, to: usize| name.get(from..to).unwrap_or_default();
    let starts: Vec<usize> = std::iter::once(0).chain(ends.iter().copied()).filter(|at| *at < name.len()).collect();
    let mut found = Vec::new();
    for from in starts.iter().copied() {
        for to in ends.iter().copied().filter(|to| *to > from) {
            // Nor is any longer run.
            if !worthwhile(from, to) {
                break;
            }
            found.push(format!("{service}:*{}*", text(from, to)));
            let first = ends.iter().copied().take(1).filter(|end| *end <= from);
            found.extend(first.map(|end| format!("{service}:{}*{}*", text(0, end), text(from, to))));
            if from > 0 && to == name.len() {
                found.push(format!("{service}:*{}", text(from, to)));
                let before = ends.iter().copied().filter(|end| *end < from);
                found.extend(before.map(|end| format!("{service}:{}*{}", text(0, end), text(from, to))));
            }
        }
    }
    found
}

/// Where the words of a name in CamelCase end.
fn word_ends(name: &str) -> Vec<usize> {
    let letters: Vec<(usize, char)> = name.char_indices().collect();
    let borders = letters.windows(2).filter_map(|pair| match pair {
        [(_, before), (at, after)] if after.is_ascii_uppercase() && !before.is_ascii_uppercase() => Some(*at),
        _ => None,
    });
    borders.chain([name.len()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_match_as_the_pattern_does() {
        let names = ["s:a", "s:aa", "s:aba", "s:abab", "s:ba", "s:bb", "s:", "s:aab"];
        for pattern in ["s:*", "s:a*", "s:*a", "s:*b*", "s:a*a", "s:ab*ab", "s:a*b*", "s:a*b*b", "s:*aa*", "s:b*b"] {
            let (pieces, whole) = (Pieces::of(pattern), crate::iam::Pattern::new(pattern));
            for name in names {
                assert_eq!(pieces.match_name(name), whole.matches(name), "{pattern} on {name}");
            }
        }
    }

    #[test]
    fn names_are_searched_as_one_by_one() {
        let names = ["s:GetA", "s:GetB", "s:GetBucketTags", "s:ListTags", "s:ListTagsOfTags", "s:Tags", "s:tagger"];
        let vocabulary = Vocabulary::of("s", names.into_iter());
        let mut known = 0;
        for text in names.iter().flat_map(|name| of_words("s", name.get(2..).unwrap_or_default(), &mut |_, _| true)) {
            let whole = crate::iam::Pattern::new(text.to_ascii_lowercase());
            let plain: Vec<usize> =
                (0..).zip(&vocabulary.folded).filter(|(_, name)| whole.matches(name)).map(|(at, _)| at).collect();
            let found = vocabulary.wildcards.iter().find(|(_, texts)| texts.contains(&text));
            let found = found.map(|(meaning, _)| meaning.iter().collect::<Vec<usize>>());
            assert_eq!(found, Some(plain).filter(|plain| plain.len() > 1), "{text}");
            known += usize::from(found.is_some());
        }
        assert!(known > 20, "{known}");
    }
}
