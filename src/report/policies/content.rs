//! What stands in the files of one proposal: the documents as AWS takes them, their diffs, and what stood before.

use similar::TextDiff;

use super::naming::PolicyFiles;
use crate::fit::Proposal;
use crate::iam;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Path and content of each file of a proposal. `before`: the document that stands, as found.
pub(super) fn files(proposal: &Proposal, before: &str, names: &PolicyFiles) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let old = readable(before);
    let paths = names.documents.iter().zip(&names.diffs).zip(&names.names);
    for (document, ((path, diff), name)) in proposal.documents.iter().zip(paths) {
        let text = iam::pretty(&document.policy) + "\n";
        all.push((diff.clone(), unified(&old, &text, proposal.target.name(), name)));
        all.push((path.clone(), text));
    }
    if let Some(path) = &names.before {
        all.push((path.clone(), restorable(before)));
    }
    all
}

/// The diff of a document against the one that stands, as found; both have that name.
pub(in crate::report) fn compared(before: &str, text: &str, name: &str) -> String {
    unified(&readable(before), text, name, name)
}

/// The old document in the same form as the new one, so that the diff shows only what changes.
fn readable(before: &str) -> String {
    let text = iam::parse(before).map_or_else(|_| before.to_owned(), |policy| iam::pretty(&policy));
    text.trim_end().to_owned() + "\n"
}

/// The old document as AWS takes it back: as found where it is JSON, else (URL-encoded) written anew.
pub(in crate::report) fn restorable(before: &str) -> String {
    let is_json = serde_json::from_str::<serde_json::Value>(before).is_ok_and(|value| value.is_object());
    if is_json { before.trim_end().to_owned() + "\n" } else { readable(before) }
}

fn unified(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    // A name with a line end would end the header.
    let line = |name: &str| name.replace(char::is_control, " ");
    let diff = TextDiff::from_lines(old, new);
    let (before, after) = (format!("{} (stands)", line(old_name)), format!("{} (proposed)", line(new_name)));
    diff.unified_diff().context_radius(CONTEXT).header(&before, &after).to_string()
}

#[cfg(test)]
mod tests {
    use super::{readable, restorable, unified};

    #[test]
    fn the_old_document_is_shown_in_the_form_of_the_new() {
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
        assert!(readable(text).contains("\n            \"Action\": \"s3:GetObject\""));
        assert_eq!(readable("odd"), "odd\n");
        assert_eq!(restorable(text), format!("{text}\n"));
    }

    #[test]
    fn a_diff_is_unified() {
        let diff = unified("a\nb\n", "a\nc\n", "old", "new");
        assert_eq!(diff, "--- old (stands)\n+++ new (proposed)\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    }
}
