//! The summary of a run, to be read in ten seconds.

use super::layout::{Paint, WIDTH};
use super::{intake, listing, steps, trust, warnings};
use crate::report::age::tool;
use crate::report::guardrail;
use crate::report::plain::{plain, wrap};
use crate::report::sharing;
use crate::report::telling::Report;

impl Report<'_> {
    /// The summary for a terminal: plain text, with colours only if asked for.
    pub fn summary(&self, colour: bool) -> String {
        let paint = Paint(colour);
        let mut blocks = vec![intake::lines(self.evidence)];
        blocks.push(listing::lines(self.judgement, paint));
        blocks.push(trust::lines(self.judgement, paint));
        blocks.push(block("Guardrails", &guardrail::lines(&self.judgement.guardrails), paint));
        blocks.push(block("Shared policies", &sharing::lines(self.judgement), paint));
        blocks.push(steps::lines(&self.findings, paint));
        blocks.push(warnings::lines(&self.findings, self.judgement, paint));
        blocks.push(wrap("", &tool(&self.catalog_as_of), WIDTH));
        let blocks = blocks.into_iter().filter(|lines| !lines.is_empty());
        blocks.map(|lines| lines.join("\n") + "\n").collect::<Vec<_>>().join("\n")
    }
}

/// A heading and its lines; nothing without any.
fn block(title: &str, told: &[String], paint: Paint) -> Vec<String> {
    let heading = (!told.is_empty()).then(|| paint.heading(title));
    heading.into_iter().chain(told.iter().flat_map(|line| wrap("  ", &plain(line), WIDTH))).collect()
}
