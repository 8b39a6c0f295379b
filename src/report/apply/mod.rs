//! Ready to apply: the proven changes of each account as scripts, Terraform and CloudFormation, and as pages for the
//! people who decide. Every format words the same steps; none of them decides anything.

mod change;
mod cloudformation;
mod hcl;
mod page;
mod readme;
mod script;
mod step;
mod terraform;
mod trust;

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
    let mut trusts = trust::contents(report, FOLDER);
    let changes = changes(report.judgement, &report.files);
    if changes.is_empty() {
        return trusts;
    }
    let mut accounts: BTreeMap<&str, Vec<&Change<'_>>> = BTreeMap::new();
    for change in &changes {
        accounts.entry(&change.proposal.account).or_default().push(change);
    }
    let accounts: Vec<(&str, Vec<&Change<'_>>)> = accounts.into_iter().collect();
    let mut all: Vec<(String, String)> =
        accounts.iter().flat_map(|(account, changes)| of_account(account, changes)).collect();
    let pages = pages(report, &changes);
    all.push((APPLY.to_owned(), readme::readme(&accounts, &pages.paths)));
    all.extend(pages.files);
    all.append(&mut trusts);
    all
}

/// A page for each principal that a change concerns.
struct Pages<'r> {
    /// Path and content.
    files: Vec<(String, String)>,
    /// ARN → path, relative to the folder.
    paths: BTreeMap<&'r str, String>,
}

fn pages<'r>(report: &'r Report<'_>, changes: &[Change<'_>]) -> Pages<'r> {
    let mut by_holder: BTreeMap<&str, Vec<&Change<'_>>> = BTreeMap::new();
    for change in changes {
        change.proposal.holders.iter().for_each(|holder| by_holder.entry(holder).or_default().push(change));
    }
    let mut pages = Pages { files: Vec::new(), paths: BTreeMap::new() };
    let mut taken = BTreeSet::new();
    for fitting in &report.judgement.fittings {
        let Some(mine) = by_holder.get(fitting.arn.as_str()) else { continue };
        let stem = format!("{}/{}/{}", part(&fitting.account), kind(&fitting.arn), part(&fitting.name));
        let path = free(&stem, "md", &mut taken) + ".md";
        let coverage = report.evidence.coverage.accounts.get(&fitting.account);
        pages.files.push((format!("{FOLDER}/{path}"), page::page(fitting, mine, coverage)));
        pages.paths.insert(&fitting.arn, path);
    }
    pages
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
