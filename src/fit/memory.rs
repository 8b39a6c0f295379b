//! What was worked out before: pure questions that principals alike in part ask again and again, each remembered
//! with its whole content, so that an answer is never taken for that of another question.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::compact::Lists;
use super::proposal::ProposedPolicy;
use crate::catalog::{Action, Catalog};
use crate::iam::{ActionList, Policy, Statement};

/// Actions in all remembered meanings together; then it starts afresh. Some 32 MB.
const MOST_ACTIONS: usize = 4_000_000;

/// Bytes of all remembered contents together; then it starts afresh.
const MOST_BYTES: usize = 64 << 20;

/// All that one judgement remembers.
pub(super) struct Memory<'c> {
    pub(super) meanings: Meanings<'c>,
    pub(super) lists: Lists,
    pub(super) narrower: Narrower,
}

impl<'c> Memory<'c> {
    pub(super) fn of(catalog: &'c Catalog) -> Memory<'c> {
        let meanings = Meanings { catalog, known: Mutex::default() };
        Memory { meanings, lists: Lists::default(), narrower: Narrower::default() }
    }
}

/// The actions that Action and NotAction elements take in.
pub(super) struct Meanings<'c> {
    pub(super) catalog: &'c Catalog,
    known: Mutex<KnownMeanings<'c>>,
}

#[derive(Default)]
struct KnownMeanings<'c> {
    lists: FxHashMap<ActionList, Arc<[&'c Action]>>,
    actions: usize,
}

impl<'c> Meanings<'c> {
    /// The catalog's actions that a statement's Action or NotAction element takes in, sorted by name.
    pub(super) fn granted(&self, statement: &Statement) -> Arc<[&'c Action]> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(actions) = known().lists.get(&statement.actions) {
            return actions.clone();
        }
        // Others may go on meanwhile; two may work out the same.
        let actions: Arc<[&Action]> = granted(&statement.actions, self.catalog).into();
        let mut known = known();
        known.actions += actions.len();
        if known.actions > MOST_ACTIONS {
            *known = KnownMeanings { lists: FxHashMap::default(), actions: actions.len() };
        }
        known.lists.insert(statement.actions.clone(), actions.clone());
        actions
    }
}

fn granted<'c>(list: &ActionList, catalog: &'c Catalog) -> Vec<&'c Action> {
    let taken = list.patterns.iter().flat_map(|pattern| catalog.expand(pattern));
    let mut actions: Vec<&Action> = if list.negated {
        let not: FxHashSet<&str> = taken.map(|action| &*action.name).collect();
        catalog.actions().iter().filter(|action| !not.contains(&*action.name)).collect()
    } else {
        taken.collect()
    };
    actions.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    actions.dedup_by(|a, b| a.name == b.name);
    actions
}

/// Documents that were proven to be no wider than the policy that they came from.
#[derive(Default)]
pub(super) struct Narrower(Mutex<KnownNarrower>);

#[derive(Default)]
struct KnownNarrower {
    contents: FxHashSet<Box<[u8]>>,
    bytes: usize,
}

impl Narrower {
    /// Whether the documents are no wider than the policy, by the proof if it is new. Only what was proven is
    /// remembered: a failure is looked into every time.
    pub(super) fn prove<E>(
        &self,
        old: &Policy,
        documents: &[ProposedPolicy],
        proof: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut content = Content::default();
        old.hash(&mut content);
        for document in documents {
            (&document.policy, &document.parents).hash(&mut content);
        }
        let content = content.0.into_boxed_slice();
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known().contents.contains(&content) {
            return Ok(());
        }
        proof()?;
        let mut known = known();
        known.bytes += content.len();
        if known.bytes > MOST_BYTES {
            *known = KnownNarrower { contents: FxHashSet::default(), bytes: content.len() };
        }
        known.contents.insert(content);
        Ok(())
    }
}

/// A value as the bytes that it gives to be hashed. They tell equal from different: lists go with their length, texts
/// with their end, alternatives with their number.
#[derive(Default)]
struct Content(Vec<u8>);

impl Hasher for Content {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Nobody asks for it.
    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use std::cell::Cell;

    use super::*;
    use crate::fit::Placement;
    use crate::iam::parse;

    fn policy(statement: &str) -> Policy {
        parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#)).unwrap()
    }

    #[test]
    fn a_proof_holds_for_the_same_content_only() {
        let narrower = Narrower::default();
        let proofs = Cell::new(0);
        let prove = |old: &Policy, new: &Policy, parent: usize| {
            let (policy, parents) = (new.clone(), vec![parent]);
            let document = ProposedPolicy { name: "a".into(), placement: Placement::Inline, policy, parents };
            let proof = || {
                proofs.set(proofs.get() + 1);
                if parent == 9 { Err(()) } else { Ok(()) }
            };
            (narrower.prove(old, &[document], proof).is_ok(), proofs.get())
        };
        let wide = policy(r#""Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":"*""#);
        let narrow = policy(r#""Effect":"Allow","Action":"s3:Get*","Resource":"*""#);
        let variants = [
            r#""Effect":"Allow","Action":"S3:get*","Resource":"*""#,
            r#""Effect":"Deny","Action":"s3:Get*","Resource":"*""#,
            r#""Effect":"Allow","NotAction":"s3:Get*","Resource":"*""#,
            r#""Effect":"Allow","Action":"s3:Get*","NotResource":"*""#,
            r#""Effect":"Allow","Action":"s3:Get*","Resource":["*","*"]"#,
            r#""Sid":"a","Effect":"Allow","Action":"s3:Get*","Resource":"*""#,
            r#""Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"Bool":{"a":"true"}}"#,
            r#""Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"Bool":{"a":"false"}}"#,
        ];
        assert_eq!(prove(&wide, &narrow, 0), (true, 1));
        assert_eq!(prove(&wide, &narrow, 0), (true, 1));
        assert_eq!(prove(&wide, &narrow, 1), (true, 2));
        assert_eq!(prove(&narrow, &wide, 0), (true, 3));
        for (variant, number) in variants.into_iter().zip(4..) {
            assert_eq!(prove(&wide, &policy(variant), 0), (true, number), "{variant}");
        }
        let known = proofs.get();
        assert_eq!([prove(&wide, &narrow, 9), prove(&wide, &narrow, 9)], [(false, known + 1), (false, known + 2)]);
    }

    #[test]
    fn meanings_are_those_of_the_catalog() {
        let catalog = Catalog::embedded().unwrap();
        let memory = Memory::of(&catalog);
        let case = |statement: &str, number: usize| {
            let policy = policy(statement);
            let first = memory.meanings.granted(&policy.statements[0]);
            let again = memory.meanings.granted(&policy.statements[0]);
            assert!(Arc::ptr_eq(&first, &again) && first.is_sorted_by(|a, b| a.name < b.name));
            assert_eq!(first.len(), number, "{statement}");
        };
        let (sqs, all) = (catalog.service("sqs").len(), catalog.actions().len());
        case(r#""Effect":"Allow","Action":["sqs:*","SQS:Send*"],"Resource":"*""#, sqs);
        case(r#""Effect":"Allow","NotAction":["sqs:*","SQS:Send*"],"Resource":"*""#, all - sqs);
        case(r#""Effect":"Allow","Action":"nothing:*","Resource":"*""#, 0);
    }
}
