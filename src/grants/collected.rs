//! What `trailfit collect` writes beside grants: its book, which tells what is missing, and what others read.

use super::node::{Losses, Node};

/// The book's key.
const BOOK: &str = "Collected";

/// Keys of documents that say nothing about policies that stand in an account.
const OTHERS: [&str; 3] = ["IdentityCenter", "LastAccessed", "Trails"];

/// Whether the value is one of these.
pub(super) fn is_collected(node: &Node<'_>) -> bool {
    node.has(BOOK) || OTHERS.iter().any(|key| node.has(key))
}

/// Complains about everything that the snapshot lacks.
pub(super) fn read(node: &Node<'_>, losses: &mut Losses) {
    let Some(book) = node.get(BOOK) else { return };
    if book.value.get("Finished").is_some_and(|flag| flag == false) {
        losses.add(&book.place, "collecting was not finished: parts may be missing or of another day");
    }
    for missing in book.list("Missing", losses).unwrap_or_default() {
        let mut text = |key| missing.text(key, losses).unwrap_or_default();
        let (call, account, region) = (text("Call"), text("Account"), text("Region"));
        let (of, reason) = (text("Of"), text("Reason"));
        let place = [account, region, of].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        losses.add(&missing.place, format!("not collected: {call} in {place}: {reason}"));
    }
}

#[cfg(test)]
mod tests {
    use crate::grants::read;

    #[test]
    fn what_is_missing_is_told_and_what_others_read_is_passed_over() {
        let book = r#"{"Collected":{"Finished":false,"Missing":[{"Call":"kms:GetKeyPolicy","Account":"111122223333",
            "Region":"eu-central-1","Of":"arn:aws:kms:eu-central-1:111122223333:key/1","Reason":"AccessDenied"}]}}"#;
        let files =
            [("collect.json", book), ("sso.json", r#"{"IdentityCenter":[]}"#), ("la.json", r#"{"LastAccessed":{}}"#)];
        let grants = read(files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect());
        let told: Vec<&str> = grants.unreadable.iter().map(|part| part.reason.as_str()).collect();
        assert_eq!(
            told,
            [
                "collecting was not finished: parts may be missing or of another day",
                "not collected: kms:GetKeyPolicy in 111122223333 eu-central-1 arn:aws:kms:eu-central-1:111122223333:key/1: AccessDenied",
            ]
        );
    }
}
