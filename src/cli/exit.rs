//! Exit codes, and the ways a command can fail.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or everything fits.
    Done,
    /// A check found loose grants, proofreading faults, or a future with too many denials.
    Loose,
    /// The command could not be run.
    CouldNotRun,
    /// It ran, but more of the input was lost than allowed.
    Holes,
    /// A signal ended it.
    Stopped,
}

/// What `--help` says about them.
pub(super) const HELP: &str = "Exit codes:
  0  done, or the grants fit
  1  check: grants are looser than the threshold; lint: findings of the type that --fail-on names;
     compare: new access; verify-logs: files altered, missing or unattested;
     backtest: more would be denied than --max-denied allows
  2  could not run (bad arguments, unreadable input, output folder exists)
  3  ran, but more records were lost than --max-lost allows; simulate: rows that could not be answered;
     compare, grants, who-can, verify-logs: something could not be decided; collect:
     something could not be had
  4  run, archive add: stopped by SIGTERM or SIGINT";

impl Exit {
    pub(super) fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Loose => 1,
            Exit::CouldNotRun => 2,
            Exit::Holes => 3,
            Exit::Stopped => 4,
        }
    }

    /// In a word, for machines.
    pub(super) fn name(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Loose => "loose",
            Exit::CouldNotRun => "could-not-run",
            Exit::Holes => "holes",
            Exit::Stopped => "stopped",
        }
    }
}

/// Why a command could not be run.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Run(#[from] crate::error::Error),
    #[error(transparent)]
    Report(#[from] crate::report::ReportError),
    #[error(transparent)]
    Build(#[from] crate::catalog::build::BuildError),
    #[error("{0}")]
    Usage(String),
}
