//! Facts about actions, and the way to ask for them.

use std::collections::BTreeMap;

use crate::iam::ActionPattern;

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

/// What kind of CloudTrail event shows a use of an action.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Visibility {
    /// Management events, in every trail that logs them.
    Management,
    /// Data events; the value is the event source, for example `s3.amazonaws.com`.
    Data(String),
    /// No event shows it: a permission-only action. The value says why, for a report.
    Never(String),
}

/// One IAM action.
#[derive(Clone, Debug)]
pub struct Action {
    /// `prefix:Name` in AWS's own case.
    pub name: String,
    /// Its access level.
    pub level: AccessLevel,
    /// ARN formats of its resource types, as `arn:${Partition}:s3:::${BucketName}`; empty: only `*`.
    pub resource_formats: Vec<String>,
    /// Condition keys that it supports beyond the global ones, sorted.
    pub condition_keys: Vec<String>,
    /// Dependent actions, `prefix:Name`, sorted.
    pub dependents: Vec<String>,
    /// What shows its use.
    pub visibility: Visibility,
}

/// Why tables could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("catalog table `{table}` line {line}: {message}")]
pub struct CatalogError {
    /// The file's name.
    pub table: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// The loaded dictionary.
pub struct Catalog {
    actions: Vec<Action>,
}

impl Catalog {
    /// The tables that are built into the binary.
    pub fn embedded() -> Result<Catalog, CatalogError> {
        Ok(Catalog { actions: Vec::new() })
    }

    /// Tables by file name (relative to `data/`, as `generated/actions.tsv`), as `--catalog DIR` gives them.
    pub fn from_tables(_tables: &BTreeMap<String, String>) -> Result<Catalog, CatalogError> {
        Ok(Catalog { actions: Vec::new() })
    }

    /// All actions, sorted by lower-case name.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The action of that name, in any case.
    pub fn action(&self, _name: &str) -> Option<&Action> {
        None
    }

    /// The actions of one service prefix, sorted; empty when the prefix is unknown.
    pub fn service(&self, _prefix: &str) -> &[Action] {
        &[]
    }

    /// The actions that a policy's action pattern takes in, sorted.
    pub fn expand(&self, _pattern: &ActionPattern) -> Vec<&Action> {
        Vec::new()
    }

    /// The day of the newest source, `YYYY-MM-DD`.
    pub fn as_of(&self) -> &str {
        ""
    }
}
