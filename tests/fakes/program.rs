//! The program as it is installed: run in a clean environment, so that the profile of whoever tests is not asked.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use trailfit::archive::{TABLES, thaw};
use trailfit::trail::Evidence;

/// The access key of AWS's own documentation.
pub(crate) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

/// Its secret.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A command line and its environment.
pub(crate) struct Program {
    command: Command,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) errors: String,
    pub(crate) took: Duration,
    /// What was kept, when the run got so far.
    pub(crate) evidence: Option<Evidence>,
}

impl Program {
    /// `trailfit used PLACE`, with no AWS in its environment, and none on its machine.
    pub(crate) fn used(place: impl AsRef<Path>) -> Program {
        let mut program = Program::of(&["used"]);
        program.command.arg(place.as_ref());
        program
    }

    /// The same with any arguments.
    pub(crate) fn of(arguments: &[&str]) -> Program {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trailfit"));
        command.args(arguments).env_clear().env("AWS_EC2_METADATA_DISABLED", "true");
        // Without a home there is no profile.
        command.env("HOME", "/nonexistent");
        Program { command }
    }

    /// More arguments.
    pub(crate) fn with(mut self, arguments: &[&str]) -> Program {
        self.command.args(arguments);
        self
    }

    /// With a home, in which there may be profiles.
    pub(crate) fn home(mut self, home: &Path) -> Program {
        self.command.env("HOME", home);
        self
    }

    /// In a region.
    pub(crate) fn region(mut self) -> Program {
        self.command.env("AWS_REGION", "eu-central-1");
        self
    }

    /// As somebody, and with this instead of AWS.
    pub(crate) fn signed(mut self, endpoint: &str) -> Program {
        self.command.env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", SECRET);
        self.command.env("AWS_ENDPOINT_URL", endpoint);
        self.region()
    }

    /// Starts it, with somebody to read what it says.
    pub(crate) fn start(mut self) -> Child {
        self.command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs to the end.
    pub(crate) fn output(mut self) -> Output {
        self.command.output().unwrap()
    }

    /// Runs to the end, keeping the evidence.
    pub(crate) fn run(mut self) -> Ended {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("evidence");
        let started = Instant::now();
        let output = self.command.arg("--out").arg(&out).output().unwrap();
        let took = started.elapsed();
        let errors = String::from_utf8(output.stderr).unwrap();
        let evidence = out.exists().then(|| read(&out));
        Ended { code: output.status.code().unwrap(), errors, took, evidence }
    }
}

impl Ended {
    /// The evidence of a run that had to get through.
    #[track_caller]
    pub(crate) fn evidence(self) -> Evidence {
        assert!(matches!(self.code, 0 | 3), "exit code {}: {}", self.code, self.errors);
        self.evidence.expect("the evidence was kept")
    }
}

fn read(out: &Path) -> Evidence {
    let file = |table: &&str| ((*table).to_owned(), std::fs::read(out.join(format!("{table}.parquet"))).unwrap());
    let files: BTreeMap<String, Vec<u8>> = TABLES.iter().map(file).collect();
    thaw(files).unwrap().evidence
}
