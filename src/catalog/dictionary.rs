//! The loaded dictionary, and the questions about actions that it answers.
//!
//! What an event needs is asked in `required`.

use std::sync::{Arc, OnceLock};

use super::actions::Actions;
use super::context::Contexts;
use super::events::{Additions, EventRows, Rules};
use super::facts::Action;
use super::formats::Formats;
use super::free_members::{self, FreeMember, FreeMembers};
use super::keys::{ConditionKey, Keys};
use super::kinds::Kinds;
use super::pairs::Pair;
use super::passed_role::PassedRoles;
use super::resources::Places;
use super::sheet::Sheet;
use super::sources::Sources;
use crate::iam::ActionPattern;

/// The loaded dictionary.
pub struct Catalog {
    pub(super) actions: Actions,
    pub(super) kinds: Arc<Kinds>,
    /// All formats; made when first asked for.
    pub(super) formats: OnceLock<Formats>,
    pub(super) sources: Sources,
    pub(super) events: EventRows,
    pub(super) additions: Additions,
    pub(super) exempt: Rules,
    /// Operations without an action of their name.
    pub(super) other_operations: Sheet,
    pub(super) roles: PassedRoles,
    pub(super) contexts: Contexts,
    pub(super) places: Places,
    /// Which parts of resource names vary.
    pub(super) varying: Sheet,
    /// Members of requests that do not tell what a call needs.
    pub(super) free_members: FreeMembers,
    /// Services that every account needs.
    pub(super) needed: Rules,
    /// Service principals that tell `aws:SourceAccount`.
    pub(super) source_account: Rules,
    pub(super) keys: Keys,
    /// Actions that go together.
    pub(super) pairs: Vec<Pair>,
    pub(super) as_of: String,
}

impl Catalog {
    /// All actions, sorted by lower-case name.
    pub fn actions(&self) -> &Actions {
        &self.actions
    }

    /// The action of that name, in any case.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.get(self.place(name)?)
    }

    /// The actions of one service prefix, sorted; empty when the prefix is unknown.
    pub fn service(&self, prefix: &str) -> &[Action] {
        self.actions.of_service(&format!("{prefix}:"))
    }

    /// The actions that a policy's action pattern takes in, sorted.
    pub fn expand(&self, pattern: &ActionPattern) -> Vec<&Action> {
        let folded = pattern.folded().as_str();
        let fixed = folded.find(['*', '?']).map_or(folded, |end| folded.get(..end).unwrap_or_default());
        let candidates = self.actions.starting_with(fixed);
        match folded.get(fixed.len()..) {
            // Nothing or a lone star follows: the run of names with this beginning is the answer.
            Some("") => self.action(folded).into_iter().collect(),
            Some("*") => candidates.collect(),
            _ => candidates.filter(|action| pattern.matches(&action.name)).collect(),
        }
    }

    /// The actions that a list of patterns takes in, sorted, each once.
    pub fn expand_all<'c>(&'c self, patterns: &[ActionPattern]) -> Vec<&'c Action> {
        let mut found: Vec<&Action> = patterns.iter().flat_map(|pattern| self.expand(pattern)).collect();
        found.sort_unstable_by_key(|action| action.name.to_ascii_lowercase());
        found.dedup_by_key(|action| &*action.name);
        found
    }

    /// The formats of the resource types whose ARNs name a service, with `*` for every variable, sorted.
    pub fn formats(&self, service: &str) -> &[String] {
        self.all_formats().of_service(service)
    }

    /// Whether an ARN, or some ARN of a pattern, may be of the resource type with that format.
    ///
    /// Both may hold `${…}`. An ARN that leaves out region or account fits any; the format `*` fits none.
    pub fn fits(&self, format: &str, arn: &str) -> bool {
        self.all_formats().fits(format, arn)
    }

    /// What is known of a condition key's values, whatever the action; `None`: one string, or there is no such key.
    pub fn condition_key(&self, key: &str) -> Option<&ConditionKey> {
        self.keys.find(key)
    }

    /// The names of the condition keys that do not depend on the action.
    pub fn global_keys(&self) -> impl Iterator<Item = &str> {
        self.keys.global()
    }

    /// Whether every account needs a service (by prefix), so that no guardrail may deny it.
    pub fn is_needed(&self, service: &str) -> bool {
        self.needed.get(service).is_some()
    }

    /// Whether a service (as `events.amazonaws.com`) tells `aws:SourceAccount` when it assumes a role.
    pub fn tells_source_account(&self, service: &str) -> bool {
        self.source_account.get(service).is_some()
    }

    /// The members of such a call's request that do not tell what it needs; none where nothing is known.
    pub fn free_members(&self, source: &str, name: &str) -> &[FreeMember] {
        free_members::of(&self.free_members, source, name)
    }

    /// The day of the action reference that the tables were made from, `YYYY-MM-DD`.
    pub fn as_of(&self) -> &str {
        &self.as_of
    }

    /// Actions that go together, in the order of their table.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The place of an action, by its name in any case.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.actions.place(name)
    }

    fn all_formats(&self) -> &Formats {
        self.formats.get_or_init(|| Formats::new(&self.kinds))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;
    use crate::catalog::{AccessLevel, Visibility};

    fn catalog() -> Catalog {
        Catalog::embedded().unwrap()
    }

    #[test]
    fn actions_are_found_in_any_case_and_stand_in_order() {
        let catalog = catalog();
        let action = catalog.action("S3:getobject").unwrap();
        assert_eq!(action.name, "s3:GetObject");
        assert_eq!(action.level, AccessLevel::Read);
        assert!(
            action.resource_formats.iter().any(|format| format == "arn:${Partition}:s3:::${BucketName}/${ObjectName}")
        );
        assert!(action.condition_keys.is_sorted());
        assert!(catalog.action("s3:Nothing").is_none());
        assert!(catalog.actions().iter().is_sorted_by_key(|action| action.name.to_ascii_lowercase()));
        assert_eq!(catalog.as_of(), "2026-10-27");
    }

    #[test]
    fn threads_may_share_it() {
        fn shared<T: Send + Sync>() {}
        shared::<Catalog>();
    }

    #[test]
    fn patterns_are_expanded() {
        let catalog = catalog();
        let names = |text: &str| -> Vec<String> {
            catalog.expand(&ActionPattern::new(text)).into_iter().map(|action| action.name.to_string()).collect()
        };
        assert_eq!(names("SQS:sendmessage"), ["sqs:SendMessage"]);
        assert_eq!(names("*").len(), catalog.actions().len());
        assert_eq!(names("sqs:*").len(), catalog.service("sqs").len());
        assert!(names("s3:*").iter().all(|name| name.starts_with("s3:")));
        assert!(names("s3:GetBucketL*").contains(&"s3:GetBucketLocation".to_owned()));
        assert!(names("nothing:*").is_empty());
        assert!(catalog.service("S3").len() > 100);
    }

    #[test]
    fn visibility_tells_what_shows_an_action() {
        let catalog = catalog();
        let of = |name: &str| catalog.action(name).unwrap().visibility.clone();
        assert_eq!(of("ec2:RunInstances"), Visibility::Management);
        assert_eq!(of("s3:ListAllMyBuckets"), Visibility::Management);
        assert_eq!(of("apigateway:PATCH"), Visibility::Management);
        assert_eq!(of("s3:GetObject"), Visibility::Data("s3.amazonaws.com".into()));
        assert_eq!(of("s3:GetObjectVersion"), Visibility::Data("s3.amazonaws.com".into()));
        for name in ["iam:PassRole", "sts:TagSession", "s3:BypassGovernanceRetention", "execute-api:Invoke"] {
            assert!(matches!(of(name), Visibility::Never(_)), "{name}");
        }
    }
}
