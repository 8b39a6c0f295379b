//! What there is to tell, one finding a thing, gravest first. It knows neither rows nor layout.

mod evidence;
mod finding;
mod policies;
mod principals;
mod strangers;

pub(super) use finding::{Finding, Severity};
pub(super) use principals::severity;

use crate::fit::Judgement;
use crate::report::confidence::watches;
use crate::report::policies::{PolicyFiles, deleted, is_gone, proven};
use crate::trail::Evidence;

/// All findings in a fixed order. `files`: the written files of each policy of the judgement.
pub(super) fn findings(
    evidence: &Evidence,
    judgement: &Judgement,
    files: &[PolicyFiles],
    catalog_as_of: &str,
) -> Vec<Finding> {
    let mut findings = evidence::findings(evidence, judgement, catalog_as_of);
    findings.extend(judgement.fittings.iter().flat_map(principals::findings));
    findings.extend(strangers::findings(judgement));
    let watches = watches(judgement, evidence);
    let policies = judgement.policies.iter().zip(files);
    let deleted = deleted(judgement);
    findings.extend(policies.filter_map(|(policy, files)| {
        let is_gone = proven(policy).is_some_and(|proposal| is_gone(proposal, &deleted));
        policies::finding(policy, files, &watches).map(|finding| Finding { is_gone, ..finding })
    }));
    findings.sort();
    findings
}
