//! APPLY.md: for each proposal why, the commands that apply it, and the way back.

use super::commands::commands;
use super::naming::{PolicyFiles, last_part};
use super::quoting::code;
use crate::fit::{Change, PolicyId, Proposal};
use crate::report::plain::{count, thousands};

const HEAD: &str = "\
# How to apply these policies

Every policy here was proven: what was observed stays allowed, and no statement grants more than the one it came from.
The proof covers what the log shows, so apply one change, watch it, and keep the way back at hand.
Run the commands in this report's folder, with credentials of the account that the heading names.
";

/// The whole file.
pub(super) fn apply<'p>(changes: impl Iterator<Item = (&'p Proposal, &'p PolicyFiles)>) -> String {
    let mut text = HEAD.to_owned();
    for (number, (proposal, files)) in changes.enumerate() {
        section(number + 1, proposal, files, &mut text);
    }
    text
}

fn section(number: usize, proposal: &Proposal, files: &PolicyFiles, text: &mut String) {
    let commands = commands(proposal, files);
    let block = |commands: &[String]| format!("\n```sh\n{}\n```\n", commands.join("\n"));
    text.push_str(&format!("\n## {number}. Account {}: {}\n\n", code(&proposal.account), title(proposal)));
    text.push_str(&reason(proposal));
    for diff in &files.diffs {
        text.push_str(&format!("What changes: {}.\n", code(diff)));
    }
    text.push_str(&block(&commands.forward));
    text.push_str("\nThe way back:\n");
    text.push_str(&block(&commands.back));
}

fn title(proposal: &Proposal) -> String {
    let policy = code(last_part(proposal.target.name()));
    let owner = proposal.owner.as_deref().or(match &proposal.target {
        PolicyId::Inline { owner, .. } => Some(owner.as_str()),
        PolicyId::Managed { .. } => None,
    });
    let place = owner.map_or_else(String::new, |owner| format!(" at {}", code(owner)));
    match proposal.change {
        Change::Trim => format!("trim {policy}{place}"),
        Change::Replace => format!("replace {policy}{place}"),
        Change::Detach if matches!(proposal.target, PolicyId::Inline { .. }) => format!("delete {policy}{place}"),
        Change::Detach => format!("detach {policy}{place}"),
    }
}

fn reason(proposal: &Proposal) -> String {
    let holders: Vec<String> = proposal.holders.iter().map(|holder| code(holder)).collect();
    format!(
        "Removes {}; keeps {} that were used and {} whose use could not have been seen.\n\
         Size: {} characters before, {} after.\n\
         Decides the requests of {}.\n",
        count(proposal.removed.len(), "action"),
        thousands(proposal.used.len()),
        thousands(proposal.unseen.len()),
        thousands(proposal.size_before),
        thousands(proposal.size_after()),
        holders.join(", "),
    )
}
