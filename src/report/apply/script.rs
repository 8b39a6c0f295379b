//! apply.sh and rollback.sh of one account: a list of steps in words that the prelude explains to the shell.
//! The scripts look before they change anything, and refuse what stands otherwise than it was judged.

use super::change::Change;
use super::step::{Document, Step};
use crate::report::policies::naming::{kind, last_part};
use crate::report::policies::quoting::{comment, shell};

/// Functions that check and do each step.
const PRELUDE: &str = include_str!("prelude.sh");

/// Stands for no document.
const NONE: &str = "none";

/// The script that applies the changes of one account.
pub(super) fn apply(account: &str, changes: &[&Change<'_>]) -> String {
    let numbered =
        |change: &&Change<'_>| (change.number, change.title.clone(), change.steps.iter().map(forward).collect());
    let changes: Vec<Numbered> = changes.iter().map(numbered).collect();
    script(account, &changes, "Applies what is proposed; rollback.sh takes it back.")
}

/// The script that takes them back.
pub(super) fn rollback(account: &str, changes: &[&Change<'_>]) -> String {
    let steps = |change: &Change<'_>| change.steps.iter().rev().flat_map(backward).collect();
    let numbered = |change: &&Change<'_>| (change.number, change.title.clone(), steps(change));
    let backwards: Vec<Numbered> = changes.iter().rev().map(numbered).collect();
    script(account, &backwards, "Takes back what apply.sh did; what was not applied stays as it is.")
}

/// A change: its number, its title, and its steps in words of the prelude.
pub(super) type Numbered = (usize, String, Vec<String>);

/// A script of some changes; `what` says what it does.
pub(super) fn script(account: &str, changes: &[Numbered], what: &str) -> String {
    let mut text = format!(
        "#!/usr/bin/env bash\n# Account {}. {what}\n# Needs bash and the AWS CLI, with credentials of that account. It checks everything first, and changes\n\
         # nothing where something stands otherwise than it was judged; it may be run again at any time.\n{PRELUDE}\n",
        comment(account)
    );
    text.push_str("# The files are named from the report's folder.\ncd -- \"$(dirname -- \"${BASH_SOURCE[0]}\")/../..\"\n\nchanges() {\n");
    for (number, title, steps) in changes {
        text.push_str(&format!("  change {number} {}\n", shell(title)));
        steps.iter().for_each(|step| text.push_str(&format!("  {step}\n")));
    }
    text.push_str(&format!("}}\n\nmain {}\n", shell(account)));
    text
}

/// A step: a verb of the prelude and its words.
pub(super) fn line(verb: &str, words: &[&str]) -> String {
    let words = words.iter().map(|word| format!(" {}", shell(word)));
    verb.to_owned() + &words.collect::<String>()
}

fn forward(step: &Step<'_>) -> String {
    match step {
        Step::HeldBy { arn, owners } => held_by(arn, owners),
        Step::Stands { arn, version, before } => line("stands", &[arn, version, before.path]),
        Step::Create { arn, name, document } => line("create", &[arn, name, document.path]),
        Step::Version { arn, version, before, after } => line("new_version", &[arn, version, before.path, after.path]),
        Step::Inline { owner, name, before, after } => inline(owner, name, before.as_ref(), after.as_ref()),
        Step::Attach { owner, arn } => line("attach", &[kind(owner), last_part(owner), arn]),
        Step::Detach { owner, arn } => line("detach", &[kind(owner), last_part(owner), arn]),
    }
}

/// The inverse; who holds a policy is asked again before it is deleted.
fn backward(step: &Step<'_>) -> Option<String> {
    match step {
        Step::HeldBy { .. } | Step::Stands { .. } => None,
        Step::Create { arn, document, .. } => Some(line("delete", &[arn, document.path])),
        Step::Version { arn, version, before, after } => {
            Some(line("old_version", &[arn, version, before.path, after.path]))
        }
        Step::Inline { owner, name, before, after } => Some(inline(owner, name, after.as_ref(), before.as_ref())),
        Step::Attach { owner, arn } => Some(line("detach", &[kind(owner), last_part(owner), arn])),
        Step::Detach { owner, arn } => Some(line("attach", &[kind(owner), last_part(owner), arn])),
    }
}

fn inline(owner: &str, name: &str, before: Option<&Document<'_>>, after: Option<&Document<'_>>) -> String {
    let path = |document: Option<&Document<'_>>| document.map_or(NONE, |document| document.path).to_owned();
    line("inline", &[kind(owner), last_part(owner), name, &path(before), &path(after)])
}

fn held_by(arn: &str, owners: &[&str]) -> String {
    let owners: Vec<String> = owners.iter().map(|owner| format!("{}/{}", kind(owner), last_part(owner))).collect();
    let words: Vec<&str> = std::iter::once(arn).chain(owners.iter().map(String::as_str)).collect();
    line("held_by", &words)
}

/// The AWS CLI command of a step that only attaches or detaches.
pub(super) fn command(step: &Step<'_>) -> Option<String> {
    let (verb, owner, arn) = match step {
        Step::Attach { owner, arn } => ("attach", owner, arn.as_str()),
        Step::Detach { owner, arn } => ("detach", owner, *arn),
        _ => return None,
    };
    let of = kind(owner);
    let (name, arn) = (shell(last_part(owner)), shell(arn));
    Some(format!("aws iam {verb}-{of}-policy --{of}-name {name} --policy-arn {arn}"))
}
