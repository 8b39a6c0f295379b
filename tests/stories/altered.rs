//! The sample's grants with something changed in them, for stories that the sample itself does not tell.

use serde_json::Value;
use trailfit::grants::{self, Grants};

use super::bench::{files_below, sample};

/// The sample's grants, with the production account's snapshot changed.
pub(super) fn grants_with(change: impl FnOnce(&mut Value)) -> Grants {
    let mut files = files_below(&sample("grants"));
    let (_, bytes) = files.iter_mut().find(|(name, _)| name == "111122223333.json").unwrap();
    let mut snapshot: Value = serde_json::from_slice(bytes).unwrap();
    change(&mut snapshot);
    *bytes = snapshot.to_string().into_bytes();
    grants::read(files)
}

/// An entry of one of the snapshot's lists, by name.
pub(super) fn entry<'s>(snapshot: &'s mut Value, list: &str, name: (&str, &str)) -> &'s mut Value {
    let entries = snapshot[list].as_array_mut().unwrap();
    entries.iter_mut().find(|entry| entry[name.0] == name.1).unwrap()
}

/// The document of workshop-web's own policy, in its default version.
pub(super) fn web_document(snapshot: &mut Value) -> &mut Value {
    let policy = entry(snapshot, "Policies", ("PolicyName", "workshop-web"));
    let versions = policy["PolicyVersionList"].as_array_mut().unwrap();
    let version = versions.iter_mut().find(|version| version["IsDefaultVersion"] == true).unwrap();
    &mut version["Document"]
}
