//! The report of one run: findings, file names and rows, made once; the outputs only lay them out.

use crate::fit::Judgement;
use crate::report::findings::{Finding, findings};
use crate::report::policies::{self, PolicyFiles};
use crate::report::tables;
use crate::report::trust::{self, TrustFiles};
use crate::table::Table;
use crate::trail::Evidence;

/// Everything that the outputs tell.
pub struct Report<'r> {
    pub(super) evidence: &'r Evidence,
    pub(super) judgement: &'r Judgement,
    pub(super) catalog_as_of: String,
    pub(super) findings: Vec<Finding>,
    pub(super) files: Vec<PolicyFiles>,
    /// The files of each trust policy, in the order of the judgement; `None` without a proven proposal.
    pub(super) trust_files: Vec<Option<TrustFiles>>,
    pub(super) tables: Vec<Table>,
}

impl<'r> Report<'r> {
    /// Gathers what there is to tell. The evidence is settled; `catalog_as_of` is the day of the catalog.
    pub fn new(evidence: &'r Evidence, judgement: &'r Judgement, catalog_as_of: &str) -> Report<'r> {
        let files = policies::names(&judgement.policies);
        let findings = findings(evidence, judgement, &files, catalog_as_of);
        let tables = vec![
            tables::principals::table(evidence, judgement),
            tables::grants::table(judgement),
            tables::uses::table(judgement),
            tables::findings::table(&findings),
            tables::losses::table(&evidence.tally),
        ];
        let (trust_files, catalog_as_of) = (trust::names(&judgement.trusts), catalog_as_of.to_owned());
        Report { evidence, judgement, catalog_as_of, findings, files, trust_files, tables }
    }

    /// The rows, in the order of `schema`.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }
}
