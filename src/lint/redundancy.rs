//! Checks of what says nothing new: entries that another entry covers, statements that another covers.

use super::finding::Findings;
use super::view::{Entry, View};
use crate::iam::{ActionPattern, Pattern, covers_statement};

pub(super) fn entries(view: &View<'_>, findings: &mut Findings<'_>) {
    let actions = view.actions();
    let folded: Vec<Pattern> = actions.iter().map(|entry| ActionPattern::new(entry.text).folded().clone()).collect();
    covered("REDUNDANT_ACTION", &actions, &folded, findings);
    let resources = view.resources();
    let patterns: Vec<Pattern> = resources.iter().map(|entry| Pattern::new(entry.text)).collect();
    covered("REDUNDANT_RESOURCE", &resources, &patterns, findings);
}

/// Of two that cover each other, the later is too much.
fn covered(id: &'static str, entries: &[Entry<'_>], patterns: &[Pattern], findings: &mut Findings<'_>) {
    for (place, (entry, pattern)) in entries.iter().zip(patterns).enumerate() {
        let mut others = patterns.iter().zip(entries).enumerate().filter(|(other, _)| *other != place);
        let cover = others.find(|(other, (wide, _))| wide.covers(pattern) && (*other < place || !pattern.covers(wide)));
        if let Some((_, (_, wide))) = cover {
            let sentence = format!("`{}` is in `{}` already", entry.text, wide.text);
            findings.add(id, &entry.place, sentence, "remove it");
        }
    }
}

/// Statements that grant nothing, or deny nothing, that another does not.
pub(super) fn statements(views: &[View<'_>], findings: &mut Findings<'_>) {
    let covers = |wide: &View<'_>, narrow: &View<'_>| {
        covers_statement(wide.policy, wide.statement, narrow.policy, narrow.statement)
    };
    for (place, view) in views.iter().enumerate() {
        let mut others = views.iter().enumerate().filter(|(other, _)| *other != place);
        let cover = others.find(|(other, wide)| covers(wide, view) && (*other < place || !covers(view, wide)));
        if let Some((_, wide)) = cover {
            let sentence = format!("`{}` says all of it", wide.place.path);
            findings.add("REDUNDANT_STATEMENT", &view.place, sentence, "remove the statement");
        }
    }
}
