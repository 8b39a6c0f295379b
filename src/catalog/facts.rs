//! Facts about one action.
//!
//! Only the nouns; the loaded dictionary stands in `dictionary`.

use super::group::{Dependents, Formats, KeyNames};
use super::sheet::Kept;

/// The access level of the Service Authorization Reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessLevel {
    /// Lists resources.
    List,
    /// Reads content or metadata.
    Read,
    /// Creates, changes or deletes.
    Write,
    /// Changes tags only.
    Tagging,
    /// Changes who may do what.
    PermissionsManagement,
}

impl AccessLevel {
    /// Its name in the Service Authorization Reference.
    pub fn word(self) -> &'static str {
        match self {
            AccessLevel::List => "List",
            AccessLevel::Read => "Read",
            AccessLevel::Write => "Write",
            AccessLevel::Tagging => "Tagging",
            AccessLevel::PermissionsManagement => "Permissions management",
        }
    }

    /// The level of a letter in the tables.
    pub(super) fn of(letter: &str) -> Option<AccessLevel> {
        match letter {
            "L" => Some(AccessLevel::List),
            "R" => Some(AccessLevel::Read),
            "W" => Some(AccessLevel::Write),
            "T" => Some(AccessLevel::Tagging),
            "P" => Some(AccessLevel::PermissionsManagement),
            _ => None,
        }
    }
}

/// What kind of CloudTrail event shows a use of an action.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// Management events, in every trail that logs them.
    Management,
    /// Data events; the value is the event source, for example `s3.amazonaws.com`.
    Data(Kept),
    /// No event shows it: a permission-only action. The value says why, for a report.
    Never(Kept),
}

/// One IAM action.
#[derive(Clone, Debug)]
pub struct Action {
    /// `prefix:Name` in AWS's own case.
    pub name: Kept,
    /// Its access level.
    pub level: AccessLevel,
    /// ARN formats of its resource types, as `arn:${Partition}:s3:::${BucketName}`; empty: only `*`, or not known.
    pub resource_formats: Formats,
    /// Condition keys that it supports beyond the global ones, sorted.
    pub condition_keys: KeyNames,
    /// Dependent actions, `prefix:Name`, sorted.
    pub dependents: Dependents,
    /// Whether the reference does not list it yet, so that its resource types and condition keys are not known.
    pub is_newer: bool,
    /// What shows its use.
    pub visibility: Visibility,
    /// Whether an API operation has its name.
    pub(super) is_operation: bool,
    /// Whether the resource types that it requires are alternatives.
    pub(super) acts_on_one_type: bool,
}

impl Action {
    /// Whether only `*` can be its resource.
    #[must_use]
    pub fn takes_no_resource(&self) -> bool {
        self.resource_formats.is_empty() && !self.is_newer
    }
}
