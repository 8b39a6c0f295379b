//! Policy documents of two sides, compared by name or as one.

use std::collections::BTreeSet;

use super::change::{Change, Part, Side};
use super::world::World;
use crate::iam::{self, Policy, PolicyError};

/// A policy document as it was found.
pub struct Document {
    /// The name that pairs it with one of the other side.
    pub name: String,
    /// The file.
    pub file: String,
    /// Its text.
    pub text: String,
    policy: Result<Policy, PolicyError>,
}

impl Document {
    /// Reads the text.
    pub fn new(name: String, file: String, text: String) -> Document {
        let policy = iam::parse(&text);
        Document { name, file, text, policy }
    }

    fn part(&self) -> Result<Part<'_>, String> {
        let unreadable = |error: &PolicyError| format!("{} cannot be read: {error}", self.file);
        let policy = self.policy.as_ref().map_err(unreadable)?;
        Ok(Part { name: &self.file, policy, text: Some(&self.text) })
    }
}

/// Each document with the one of its name; one that the other side lacks stands against nothing.
pub fn one_by_one(old: &[Document], new: &[Document], world: &World<'_>) -> Vec<Change> {
    let names: BTreeSet<&str> = old.iter().chain(new).map(|document| document.name.as_str()).collect();
    let compare = |name: &str| {
        let before = gathered(old.iter().filter(|document| document.name == name))?;
        let after = gathered(new.iter().filter(|document| document.name == name))?;
        let named = if name.is_empty() { new.first().map_or(name, |document| document.file.as_str()) } else { name };
        Ok(Change::between(named, &before, &after, world))
    };
    names.into_iter().map(|name| compare(name).unwrap_or_else(|reason: String| Change::unknown(name, reason))).collect()
}

/// All documents of a side together, as the policies of one principal.
pub fn as_one(old: &[Document], new: &[Document], world: &World<'_>) -> Change {
    let name = "all policies together";
    match (gathered(old.iter()), gathered(new.iter())) {
        (Ok(old), Ok(new)) => Change::between(name, &old, &new, world),
        (Err(reason), _) | (_, Err(reason)) => Change::unknown(name, reason),
    }
}

/// One layer of documents.
fn gathered<'d>(documents: impl Iterator<Item = &'d Document>) -> Result<Side<'d>, String> {
    Ok(Side(vec![documents.map(Document::part).collect::<Result<_, _>>()?]))
}
