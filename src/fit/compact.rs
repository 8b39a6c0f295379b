//! Many action names → few wildcards that, against the catalog, mean exactly the same names.
//!
//! Only taken when a policy would not fit otherwise: a wildcard also means actions that AWS adds later.
//!
//! The method: every wildcard that means at least two names and none that is not wanted is a candidate, where it is
//! a beginning of a name at any letter (`s3:GetB*`) or is made of whole words of one (`*Tags`, `Get*Policy`,
//! `*Bucket*`, `Get*Bucket*`). Of these and the names, `set_cover` chooses those with the shortest text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use memchr::memmem::Finder;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::Xxh3;

use super::set_cover::{Choice, cheapest};
use crate::catalog::Catalog;

/// Two quotes and a comma stand around each entry.
const QUOTES_AND_COMMA: usize = 3;

/// Lists that are remembered; then it starts afresh.
const MOST_REMEMBERED: usize = 100_000;

/// The lists of one service that were worked out before. Principals differ in what they used of few services, and
/// keep the same unseen actions of all others.
#[derive(Default)]
pub(super) struct Lists(Mutex<FxHashMap<u128, Vec<String>>>);

impl Lists {
    /// The list of these names within that scope, worked out if it is new.
    fn recall(&self, scope: &str, wanted: &[&str], work_out: impl FnOnce() -> Vec<String>) -> Vec<String> {
        let mut hash = Xxh3::new();
        // Neither a pattern nor a name holds a line feed.
        for text in std::iter::once(&scope).chain(wanted) {
            hash.update(text.as_bytes());
            hash.update(b"\n");
        }
        let key = hash.digest128();
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = known().get(&key) {
            return list.clone();
        }
        // Others may go on meanwhile; two may work out the same.
        let list = work_out();
        let mut lists = known();
        if lists.len() >= MOST_REMEMBERED {
            lists.clear();
        }
        lists.insert(key, list.clone());
        list
    }
}

/// What a list may mean beside the wanted names.
pub(super) struct Within<'a> {
    /// Stands for `allows`: equal for equal answers.
    pub(super) scope: &'a str,
    /// Whether a wildcard is within the statement that stands.
    pub(super) allows: &'a dyn Fn(&str) -> bool,
}

/// Replaces names by wildcards under which every action of the catalog is among them and that `within` allows.
/// Names must be in the catalog's case. Sorted by service.
pub(super) fn compact(names: &BTreeSet<&str>, catalog: &Catalog, within: &Within<'_>, lists: &Lists) -> Vec<String> {
    let mut patterns = Vec::new();
    let mut rest = names.iter().copied().peekable();
    while let Some(first) = rest.peek() {
        let service = first.split(':').next().unwrap_or_default();
        let mut wanted = Vec::new();
        while let Some(name) = rest.next_if(|name| name.split(':').next() == Some(service)) {
            wanted.push(name);
        }
        patterns.extend(lists.recall(within.scope, &wanted, || {
            let all: Vec<&str> = catalog.service(service).iter().map(|action| &*action.name).collect();
            shrink(service, &wanted, &all, within.allows)
        }));
    }
    patterns
}

/// The shortest patterns under which exactly the wanted names of one service are.
fn shrink(service: &str, wanted: &[&str], all: &[&str], allowed: &dyn Fn(&str) -> bool) -> Vec<String> {
    let folded = |names: &[&str]| names.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<String>>();
    let ours = folded(wanted);
    let known: BTreeSet<&String> = ours.iter().collect();
    let others = Others::of(service, folded(all).into_iter().filter(|name| !known.contains(name)).collect());
    let whole = format!("{service}:*");
    if others.sorted.is_empty() && wanted.len() > 1 && allowed(&whole) {
        return vec![whole];
    }
    let mut texts: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    let mut choices: Vec<Choice> =
        (0..).zip(&texts).map(|(at, text)| Choice { covers: vec![at], cost: text.len() + QUOTES_AND_COMMA }).collect();
    // Of wildcards with the same meaning only the shortest counts.
    let mut meanings: BTreeMap<Vec<usize>, String> = BTreeMap::new();
    for text in candidates(service, wanted, &ours, &others, allowed) {
        let folded = text.to_ascii_lowercase();
        let pieces = Pieces::of(&folded);
        if others.match_any(&pieces) || !allowed(&text) {
            continue;
        }
        let covers: Vec<usize> =
            (0..).zip(&ours).filter(|(_, name)| pieces.match_name(name)).map(|(at, _)| at).collect();
        let shorter = |known: &String| (known.len(), known.as_str()) <= (text.len(), text.as_str());
        if covers.len() > 1 && !meanings.get(&covers).is_some_and(shorter) {
            meanings.insert(covers, text);
        }
    }
    let mut known: BTreeSet<usize> = (0..wanted.len()).collect();
    for (covers, text) in meanings {
        let is_beginning = covers.first().and_then(|at| ours.get(*at)).is_some_and(|first| {
            let start = others.shortest(first).and_then(|end| first.get(..end));
            start
                .is_some_and(|start| (0..).zip(&ours).all(|(at, name)| name.starts_with(start) == covers.contains(&at)))
        });
        if is_beginning {
            known.retain(|at| !covers.contains(at));
            known.insert(choices.len());
        }
        choices.push(Choice { covers, cost: text.len() + QUOTES_AND_COMMA });
        texts.push(text);
    }
    let chosen: BTreeSet<usize> = cheapest(&choices, wanted.len(), known.into_iter().collect()).into_iter().collect();
    let mut patterns: Vec<String> = chosen.into_iter().filter_map(|at| texts.get(at).cloned()).collect();
    patterns.sort_unstable();
    patterns
}

/// A wildcard of stars alone, taken apart once, for it is held against every name of its service.
struct Pieces<'p> {
    start: &'p str,
    /// What stands between stars.
    middle: Vec<Finder<'p>>,
    end: &'p str,
}

impl<'p> Pieces<'p> {
    fn of(pattern: &'p str) -> Pieces<'p> {
        let (start, rest) = pattern.split_once('*').unwrap_or((pattern, ""));
        let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
        let middle = middle.split('*').filter(|piece| !piece.is_empty()).map(Finder::new).collect();
        Pieces { start, middle, end }
    }

    fn match_name(&self, name: &str) -> bool {
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

/// The names of a service that no wildcard may mean, in lower case.
struct Others {
    sorted: Vec<String>,
    /// The same without the service, each with a line feed behind it, to be searched at once.
    text: String,
    /// Where a name begins behind its service.
    start: usize,
}

impl Others {
    fn of(service: &str, mut sorted: Vec<String>) -> Others {
        sorted.sort_unstable();
        let start = service.len() + 1;
        let lines = sorted.iter().flat_map(|name| [name.get(start..).unwrap_or_default(), "\n"]);
        Others { text: lines.collect(), sorted, start }
    }

    /// Those that begin so.
    fn beginning_with(&self, start: &str) -> &[String] {
        let rest = self.sorted.get(self.sorted.partition_point(|name| name.as_str() < start)..).unwrap_or_default();
        rest.get(..rest.partition_point(|name| name.starts_with(start))).unwrap_or_default()
    }

    fn match_any(&self, pieces: &Pieces<'_>) -> bool {
        let text = self.text.as_bytes();
        match pieces.middle.as_slice() {
            _ if pieces.start.len() > self.start => {
                self.beginning_with(pieces.start).iter().any(|name| pieces.match_name(name))
            }
            [] if !pieces.end.is_empty() => Finder::new(&format!("{}\n", pieces.end)).find(text).is_some(),
            [piece] if pieces.end.is_empty() => piece.find(text).is_some(),
            _ => self.sorted.iter().any(|name| pieces.match_name(name)),
        }
    }

    /// Where the shortest beginning of a name ends that none of these has.
    fn shortest(&self, name: &str) -> Option<usize> {
        let is_free = |end: &usize| name.get(..*end).is_some_and(|prefix| self.beginning_with(prefix).is_empty());
        (self.start..name.len()).find(is_free)
    }
}

/// Wildcards that may mean several of the wanted names, each once.
fn candidates(
    service: &str,
    wanted: &[&str],
    ours: &[String],
    others: &Others,
    allowed: &dyn Fn(&str) -> bool,
) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    let start = service.len() + 1;
    for (name, folded) in wanted.iter().zip(ours) {
        // What `allowed` refuses may be allowed when it is longer.
        let ends = others.shortest(folded).into_iter().flat_map(|end| end..name.len());
        found.extend(ends.filter_map(|end| beginning(name, end)).find(|text| allowed(text)));
        found.extend(of_words(service, name.get(start..).unwrap_or_default()));
    }
    found
}

fn beginning(name: &str, end: usize) -> Option<String> {
    name.get(..end).map(|prefix| format!("{prefix}*"))
}

/// Wildcards made of whole words of a name.
fn of_words(service: &str, name: &str) -> Vec<String> {
    let ends = word_ends(name);
    let text = |from: usize, to: usize| name.get(from..to).unwrap_or_default();
    let starts: Vec<usize> = std::iter::once(0).chain(ends.iter().copied()).filter(|at| *at < name.len()).collect();
    let mut found = Vec::new();
    for from in starts.iter().copied().filter(|from| *from > 0) {
        found.push(format!("{service}:*{}", text(from, name.len())));
        let before = ends.iter().copied().filter(|end| *end < from);
        found.extend(before.map(|end| format!("{service}:{}*{}", text(0, end), text(from, name.len()))));
    }
    for from in starts.iter().copied() {
        for to in ends.iter().copied().filter(|to| *to > from) {
            found.push(format!("{service}:*{}*", text(from, to)));
            let first = ends.iter().copied().take(1).filter(|end| *end <= from);
            found.extend(first.map(|end| format!("{service}:{}*{}*", text(0, end), text(from, to))));
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
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use std::collections::BTreeSet;

    use super::*;
    use crate::iam::ActionPattern;

    fn case(wanted: &[&str], all: &[&str], expected: &[&str]) {
        assert_eq!(shrink("s", wanted, all, &|_| true), expected);
    }

    #[test]
    fn wildcards_add_nothing() {
        let all = ["s:Get", "s:GetA", "s:GetB", "s:List", "s:PutA", "s:PutB"];
        case(&all, &all, &["s:*"]);
        case(&["s:GetA", "s:GetB"], &all, &["s:GetA", "s:GetB"]);
        case(&["s:Get", "s:GetA", "s:GetB", "s:PutA"], &all, &["s:*A", "s:G*"]);
        case(&["s:PutA", "s:PutB"], &all, &["s:P*"]);
        case(&["s:List"], &all, &["s:List"]);
    }

    #[test]
    fn words_in_the_middle_and_at_the_end_count() {
        let all = ["s:AddTags", "s:GetRolePolicy", "s:GetUser", "s:GetUserPolicy", "s:ListTags", "s:RemoveTags"];
        case(&["s:AddTags", "s:ListTags", "s:RemoveTags"], &all, &["s:*Tags"]);
        case(&["s:GetRolePolicy", "s:GetUserPolicy"], &all, &["s:*Policy"]);
        let all = [&all[..], &["s:PutUserPolicy"]].concat();
        case(&["s:GetRolePolicy", "s:GetUserPolicy"], &all, &["s:Get*Policy"]);
    }

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
    fn case_does_not_make_another_name() {
        case(&["s:GetA", "s:GetB"], &["s:GetA", "s:GetB", "s:getC"], &["s:GetA", "s:GetB"]);
    }

    #[test]
    fn a_wildcard_that_is_not_allowed_is_not_taken() {
        let patterns = shrink("s", &["s:A1", "s:A2"], &["s:A1", "s:A2"], &|pattern| pattern == "s:A*");
        assert_eq!(patterns, ["s:A*"]);
    }

    #[test]
    fn others_are_searched_as_one_by_one() {
        let catalog = Catalog::embedded().unwrap();
        let mut asked = [0, 0];
        for service in ["s3", "sqs", "iam"] {
            let all: Vec<String> =
                catalog.service(service).iter().map(|action| action.name.to_ascii_lowercase()).collect();
            let others: Vec<String> = all.iter().step_by(3).cloned().collect();
            let found = Others::of(service, others.clone());
            for action in catalog.service(service) {
                let (start, name) = (service.len() + 1, action.name.to_ascii_lowercase());
                let beginnings = (start..name.len()).map(|end| format!("{}*", &name[..end]));
                for text in of_words(service, &action.name[start..]).into_iter().chain(beginnings) {
                    let folded = text.to_ascii_lowercase();
                    let pieces = Pieces::of(&folded);
                    let plain = others.iter().any(|other| pieces.match_name(other));
                    assert_eq!(found.match_any(&pieces), plain, "{text}");
                    asked[usize::from(plain)] += 1;
                }
                let is_free = |end: &usize| !others.iter().any(|other| other.starts_with(&name[..*end]));
                assert_eq!(found.shortest(&name), (start..name.len()).find(is_free), "{name}");
            }
        }
        assert!(asked.iter().all(|times| *times > 1_000), "{asked:?}");
    }

    /// The plain way to compare with: names in order, each under its shortest free beginning.
    fn greedy_prefixes(wanted: &[&str], all: &[&str]) -> Vec<String> {
        let folded = |names: &[&str]| names.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<String>>();
        let (ours, others) = (folded(wanted), folded(all).into_iter().filter(|name| !folded(wanted).contains(name)));
        let others: Vec<String> = others.collect();
        let mut patterns: BTreeSet<String> = BTreeSet::new();
        for name in &ours {
            let start = name.find(':').unwrap() + 1;
            let is_free = |end: &usize| !others.iter().any(|other| other.starts_with(&name[..*end]));
            let prefix = (start..name.len()).find(is_free).map(|end| &name[..end]);
            let shared = prefix.filter(|prefix| ours.iter().filter(|name| name.starts_with(*prefix)).count() > 1);
            patterns.insert(shared.map_or_else(|| name.clone(), |prefix| format!("{prefix}*")));
        }
        patterns.into_iter().collect()
    }

    #[test]
    fn random_subsets_of_every_service_come_back_exactly() {
        let catalog = Catalog::embedded().unwrap();
        let services: BTreeSet<&str> =
            catalog.actions().iter().filter_map(|action| action.name.split(':').next()).collect();
        let mut state = 0x7A11_F175_u64;
        let mut roll = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state >> 11
        };
        let text = |patterns: &[String]| patterns.iter().map(|one| one.len() + QUOTES_AND_COMMA).sum::<usize>();
        let (mut subsets, mut sums) = (0, [0_usize; 3]);
        for service in &services {
            let all: Vec<&str> = catalog.service(service).iter().map(|action| &*action.name).collect();
            // All but few, half, and few: what is left of a service after trimming.
            for share in [90, 50, 15] {
                let wanted: Vec<&str> = all.iter().copied().filter(|_| roll() % 100 < share).collect();
                let names: BTreeSet<&str> = wanted.iter().copied().collect();
                let everywhere = Within { scope: "*", allows: &|_| true };
                let patterns = compact(&names, &catalog, &everywhere, &Lists::default());
                let written: Vec<ActionPattern> = patterns.iter().map(ActionPattern::new).collect();
                let meant: BTreeSet<&str> =
                    catalog.expand_all(&written).into_iter().map(|action| &*action.name).collect();
                assert_eq!(meant, names, "{service}");
                let plain: Vec<String> = names.into_iter().map(str::to_owned).collect();
                let ours = [text(&plain), text(&greedy_prefixes(&wanted, &all)), text(&patterns)];
                assert!(ours[2] <= ours[1] && ours[1] <= ours[0], "{service} {share} %: {ours:?}");
                sums.iter_mut().zip(ours).for_each(|(sum, one)| *sum += one);
                subsets += 1;
            }
        }
        println!(
            "{subsets} subsets of {} services: plain {}, prefixes {}, compacted {}",
            services.len(),
            sums[0],
            sums[1],
            sums[2]
        );
    }
}
