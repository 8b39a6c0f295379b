//! Ready to apply: the proven changes of each account as scripts, Terraform and CloudFormation, and as pages for the
//! people who decide. Every format words the same steps; none of them decides anything.

mod change;
mod cloudformation;
mod confidence;
mod hcl;
mod page;
mod readme;
mod script;
mod step;
mod terraform;

use std::collections::{BTreeMap, BTreeSet};

use change::{Change, changes};

use crate::report::policies::naming::{free, kind, part};
use crate::report::telling::Report;

/// The folder in the report's folder.
const FOLDER: &str = "apply";

/// The file that tells how to apply all proposals.
pub(super) const APPLY: &str = "apply/README.md";

/// Path relative to the report's folder, and content, of every file; nothing when nothing is to change.
pub(super) fn contents(report: &Report<'_>) -> Vec<(String, String)> {
    let changes = changes(&report.judgement.policies, &report.files);
    if changes.is_empty() {
        return Vec::new();
    }
    let mut accounts: BTreeMap<&str, Vec<&Change<'_>>> = BTreeMap::new();
    for change in &changes {
        accounts.entry(&change.proposal.account).or_default().push(change);
    }
    let accounts: Vec<(&str, Vec<&Change<'_>>)> = accounts.into_iter().collect();
    let mut all: Vec<(String, String)> =
        accounts.iter().flat_map(|(account, changes)| of_account(account, changes)).collect();
    let (mut paths, mut taken) = (Vec::new(), BTreeSet::new());
    for fitting in &report.judgement.fittings {
        let mine: Vec<&Change<'_>> =
            changes.iter().filter(|change| change.proposal.holders.contains(&fitting.arn)).collect();
        if mine.is_empty() {
            continue;
        }
        let stem = format!("{}/{}/{}", part(&fitting.account), kind(&fitting.arn), part(&fitting.name));
        let path = free(&stem, "md", &mut taken) + ".md";
        let coverage = report.evidence.coverage.accounts.get(&fitting.account);
        all.push((format!("{FOLDER}/{path}"), page::page(fitting, &mine, coverage)));
        paths.push((fitting.arn.as_str(), path));
    }
    all.push((APPLY.to_owned(), readme::readme(&accounts, &paths)));
    all
}

fn of_account(account: &str, changes: &[&Change<'_>]) -> Vec<(String, String)> {
    let mut files = vec![
        ("apply.sh".to_owned(), script::apply(account, changes)),
        ("rollback.sh".to_owned(), script::rollback(account, changes)),
        ("terraform/main.tf".to_owned(), terraform::main(account, changes)),
    ];
    files.extend(cloudformation::files(account, changes));
    files.into_iter().map(|(name, text)| (format!("{FOLDER}/{}/{name}", part(account)), text)).collect()
}
