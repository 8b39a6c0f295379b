//! What there is to tell of a night, and its metrics.

use std::collections::BTreeMap;

use super::metric::{Metric, Unit};
use super::{emf, prometheus};
use crate::fit::Judgement;
use crate::trail::{Moment, Tally};

/// How they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsFormat {
    /// Text, for the textfile collector of node_exporter.
    Prometheus,
    /// One line of JSON in CloudWatch's embedded metric format.
    Emf,
}

/// What there is to tell of a night. A part that it did not come to is missing.
#[derive(Clone, Debug, Default)]
pub struct Nightly {
    /// What was added to the archive.
    pub added: Option<AddedFigures>,
    /// The counts of the whole window, once they are settled.
    pub tally: Option<Tally>,
    /// Policies by verdict.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Seconds by phase, in their order.
    pub seconds: Vec<(&'static str, f64)>,
    /// How it ended.
    pub exit_code: u8,
    /// When it ended.
    pub ended: Moment,
    /// When a night last ended with 0: this one or an earlier one; `None` if nobody knows of one.
    pub last_success: Option<Moment>,
}

/// Counts of what was added to the archive.
#[derive(Clone, Copy, Debug, Default)]
pub struct AddedFigures {
    /// Files that were read.
    pub files: u64,
    /// Files that could not be had.
    pub unread: u64,
    /// Records in them.
    pub records: u64,
    /// Records that were not understood.
    pub lost: u64,
}

/// Policies by the name of their verdict.
pub fn verdicts(judgement: &Judgement) -> BTreeMap<&'static str, u64> {
    let mut verdicts = BTreeMap::new();
    for policy in &judgement.policies {
        *verdicts.entry(policy.verdict.name()).or_default() += 1;
    }
    verdicts
}

impl Nightly {
    /// As text that is ready to be written.
    pub fn text(&self, format: MetricsFormat) -> String {
        match format {
            MetricsFormat::Prometheus => prometheus::text(&self.metrics()),
            MetricsFormat::Emf => emf::line(&self.metrics(), self.ended),
        }
    }

    fn metrics(&self) -> Vec<Metric> {
        let mut metrics = Vec::new();
        if let Some(AddedFigures { files, unread, records, lost }) = self.added {
            metrics.extend([
                Metric::one("added_files", "Log files that the last run read and kept.", Unit::Count, files as f64),
                Metric::one("unread_files", "Log files that the last run could not have.", Unit::Count, unread as f64),
                Metric::one("added_records", "Records in the files of the last run.", Unit::Count, records as f64),
                Metric::one("added_lost_records", "Records among them that were lost.", Unit::Count, lost as f64),
            ]);
        }
        if let Some(tally) = &self.tally {
            let outcomes = [("used", tally.used), ("exempt", tally.exempted()), ("lost", tally.lost)];
            let outcomes = outcomes.map(|(outcome, count)| (outcome.to_owned(), count as f64));
            let classes = tally.lost_by_class().into_iter().map(|(class, count)| (class, count as f64));
            metrics.extend([
                Metric::one("files", "Log files of the window.", Unit::Count, tally.files as f64),
                Metric::by("records", "Records of the window.", Unit::Count, "outcome", outcomes),
                Metric::by("lost_records", "Lost records of the window.", Unit::Count, "class", classes).open(),
            ]);
        }
        let verdicts = self.verdicts.iter().map(|(verdict, count)| ((*verdict).to_owned(), *count as f64));
        let seconds = self.seconds.iter().map(|(phase, seconds)| ((*phase).to_owned(), *seconds));
        metrics.extend([
            Metric::by("policies", "Policies that were judged.", Unit::Count, "verdict", verdicts),
            Metric::by("phase_seconds", "How long the last run took.", Unit::Seconds, "phase", seconds),
            Metric::one("exit_code", "How the last run ended.", Unit::Plain, f64::from(self.exit_code)),
            Metric::one("last_run_timestamp_seconds", "When the last run ended.", Unit::Plain, self.ended.0 as f64),
        ]);
        metrics.extend(self.last_success.map(|moment| {
            let name = prometheus::LAST_SUCCESS;
            Metric::one(name, "When a run last ended with exit code 0.", Unit::Plain, moment.0 as f64)
        }));
        metrics
    }
}

#[cfg(test)]
mod tests {
    use super::{MetricsFormat, Nightly};
    use crate::report::last_success;
    use crate::trail::Moment;

    #[test]
    fn the_last_success_is_handed_on() {
        let moment = Some(Moment(1_793_448_000));
        let night = Nightly { exit_code: 2, last_success: moment, ..Nightly::default() };
        let text = night.text(MetricsFormat::Prometheus);
        assert!(text.ends_with("trailfit_last_success_timestamp_seconds 1793448000\n"), "{text}");
        assert_eq!(last_success(&text), moment);
        assert_eq!(last_success(&Nightly::default().text(MetricsFormat::Prometheus)), None);
    }
}
