//! Principals and actions that nobody may touch, whatever the log says: break-glass access, disaster recovery.

use crate::grants::Owner;
use crate::iam::{ActionPattern, Pattern};

/// What is kept, as the user wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Globs over ARN, name or path (`/break-glass/`) of users, groups and roles.
    pub principals: Vec<String>,
    /// Tags of users and roles: key, and a glob over the value.
    pub tags: Vec<(String, String)>,
    /// Action patterns, as `backup:*`.
    pub actions: Vec<String>,
}

/// The same, ready to be asked.
#[derive(Default)]
pub(super) struct Rules {
    principals: Vec<Pattern>,
    tags: Vec<(String, Pattern)>,
    actions: Vec<(ActionPattern, String)>,
}

impl Rules {
    pub(super) fn of(keep: &Keep) -> Rules {
        Rules {
            principals: keep.principals.iter().map(Pattern::new).collect(),
            tags: keep.tags.iter().map(|(key, value)| (key.clone(), Pattern::new(value))).collect(),
            actions: keep.actions.iter().map(|text| (ActionPattern::new(text.clone()), text.clone())).collect(),
        }
    }

    /// The rule that keeps everything of a principal.
    pub(super) fn of_principal(&self, owner: &Owner) -> Option<String> {
        let named = |glob: &&Pattern| [&owner.arn, &owner.name, &owner.path].iter().any(|name| glob.matches(name));
        if let Some(glob) = self.principals.iter().find(named) {
            return Some(format!("principals like {}", glob.as_str()));
        }
        let mut tags =
            self.tags.iter().filter(|(key, glob)| owner.tags.get(key).is_some_and(|value| glob.matches(value)));
        tags.next().map(|(key, glob)| format!("principals with the tag {key}={}", glob.as_str()))
    }

    /// The globs that are ARNs, and so can stand in a condition.
    pub(super) fn arns(&self) -> impl Iterator<Item = &str> {
        self.principals.iter().map(Pattern::as_str).filter(|glob| glob.starts_with("arn:"))
    }

    /// The rule that keeps an action.
    pub(super) fn of_action(&self, action: &str) -> Option<String> {
        let mut kept = self.actions.iter().filter(|(pattern, _)| pattern.matches(action));
        kept.next().map(|(_, text)| format!("actions like {text}"))
    }
}
