//! Trust policies: where each proven document stands, its text and its diff, and its row in report.json.

mod row;

use std::collections::BTreeSet;

pub(super) use row::row;

use crate::fit::{TrustOutcome, TrustProposal, TrustVerdict};
use crate::iam;
use crate::report::policies::content::{compared, restorable};
use crate::report::policies::naming::{free, last_part, part};

/// The files of one trust policy, relative to the report's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TrustFiles {
    /// What is proposed.
    pub(super) document: String,
    /// Its diff against what stands.
    pub(super) diff: String,
    /// What stands, for the way back.
    pub(super) before: String,
}

/// The proposal that may be written.
pub(super) fn proven(trust: &TrustVerdict) -> Option<&TrustProposal> {
    match &trust.outcome {
        TrustOutcome::Proven(proven) => Some(proven.proposal()),
        _ => None,
    }
}

/// Names the files of each proven proposal.
pub(super) fn names(trusts: &[TrustVerdict]) -> Vec<Option<TrustFiles>> {
    let mut taken = BTreeSet::new();
    let mut files = |trust: &TrustVerdict| {
        let stem = format!("policies/{}/trust/{}", part(&trust.account), part(last_part(&trust.role)));
        let stem = free(&stem, "json", &mut taken);
        TrustFiles { document: format!("{stem}.json"), diff: format!("{stem}.diff"), before: format!("{stem}.before") }
    };
    trusts.iter().map(|trust| proven(trust).map(|_| files(trust))).collect()
}

/// Path and content of every file.
pub(super) fn contents(trusts: &[TrustVerdict], names: &[Option<TrustFiles>]) -> Vec<(String, String)> {
    let files = trusts.iter().zip(names).filter_map(|(trust, names)| {
        let (proposal, names) = (proven(trust)?, names.clone()?);
        let text = iam::pretty(&proposal.policy) + "\n";
        let diff = compared(&trust.before, &text, "trust policy");
        Some([(names.diff, diff), (names.document, text), (names.before, restorable(&trust.before))])
    });
    files.flatten().collect()
}
