//! Many action names → few wildcards that, against the catalog, mean exactly the same names.
//!
//! Only taken when a policy would not fit otherwise: a wildcard also means actions that AWS adds later.
//!
//! The method: every wildcard that means at least two names and none that is not wanted is a candidate, where it is
//! a beginning of a name at any letter (`s3:GetB*`) or is made of whole words of one (`*Tags`, `Get*Policy`,
//! `*Bucket*`, `Get*Bucket*`). Of these and the names, `set_cover` chooses those with the shortest text. What those
//! of whole words mean is worked out once for each service (`vocabulary`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use super::set_cover::{Choice, cheapest};
use super::vocabulary::Vocabulary;
use super::wanted::Wanted;
use crate::catalog::Catalog;

/// Two quotes and a comma stand around each entry.
const QUOTES_AND_COMMA: usize = 3;

/// Lists that are remembered; then it starts afresh.
const MOST_REMEMBERED: usize = 100_000;

/// The lists of one service that were worked out before, and what wildcards of it mean. Principals differ in what they
/// used of few services, and keep the same unseen actions of all others.
#[derive(Default)]
pub(super) struct Lists {
    known: Mutex<FxHashMap<u128, Vec<String>>>,
    vocabularies: Mutex<FxHashMap<String, Arc<Vocabulary>>>,
}

impl Lists {
    /// What wildcards of a service mean.
    fn vocabulary(&self, service: &str, catalog: &Catalog) -> Arc<Vocabulary> {
        let known = || self.vocabularies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(vocabulary) = known().get(service) {
            return vocabulary.clone();
        }
        // Others may go on meanwhile; two may work out the same.
        let names = catalog.service(service).iter().map(|action| &*action.name);
        let vocabulary = Arc::new(Vocabulary::of(service, names));
        known().insert(service.to_owned(), vocabulary.clone());
        vocabulary
    }

    /// The list of these names within that scope, worked out if it is new.
    fn recall(&self, scope: &str, wanted: &[&str], work_out: impl FnOnce() -> Vec<String>) -> Vec<String> {
        let mut hash = Xxh3::new();
        // Neither a pattern nor a name holds a line feed.
        for text in std::iter::once(&scope).chain(wanted) {
            hash.update(text.as_bytes());
            hash.update(b"\n");
        }
        let key = hash.digest128();
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
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
    /// Whether a wildcard, in any case, is within the statement that stands.
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
        patterns.extend(
            lists.recall(within.scope, &wanted, || shrink(&lists.vocabulary(service, catalog), &wanted, within.allows)),
        );
    }
    patterns
}

/// The shortest patterns under which exactly the wanted names of one service are; these are sorted.
fn shrink(vocabulary: &Vocabulary, names: &[&str], allowed: &dyn Fn(&str) -> bool) -> Vec<String> {
    let wanted = Wanted::of(vocabulary, names);
    let whole = format!("{}:*", vocabulary.service);
    if wanted.is_all() && names.len() > 1 && allowed(&whole) {
        return vec![whole];
    }
    // Of wildcards with the same meaning only the shortest counts.
    let mut meanings: BTreeMap<Vec<usize>, String> = BTreeMap::new();
    for (meaning, texts) in vocabulary.wildcards.iter().filter(|(meaning, _)| wanted.has_all(meaning)) {
        if let Some(text) = texts.iter().find(|text| allowed(text)) {
            meanings.insert(wanted.numbers(meaning.iter()), text.clone());
        }
    }
    for (range, text) in wanted.beginnings(allowed) {
        let covers = wanted.numbers(range);
        let shorter = |known: &String| (known.len(), known.as_str()) <= (text.len(), text.as_str());
        if !meanings.get(&covers).is_some_and(shorter) {
            meanings.insert(covers, text);
        }
    }
    let mut texts: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut choices: Vec<Choice> =
        (0..).zip(&texts).map(|(at, text)| Choice { covers: vec![at], cost: text.len() + QUOTES_AND_COMMA }).collect();
    let mut known: BTreeSet<usize> = (0..names.len()).collect();
    for (covers, text) in meanings {
        if wanted.is_beginning(&covers) {
            known.retain(|at| covers.binary_search(at).is_err());
            known.insert(choices.len());
        }
        choices.push(Choice { covers, cost: text.len() + QUOTES_AND_COMMA });
        texts.push(text);
    }
    let chosen: BTreeSet<usize> = cheapest(&choices, names.len(), known.into_iter().collect()).into_iter().collect();
    let mut patterns: Vec<String> = chosen.into_iter().filter_map(|at| texts.get(at).cloned()).collect();
    patterns.sort_unstable();
    patterns
}

#[cfg(test)]
mod tests;
