//! The bench on which stories are tried: which logs, which grants, asked how; then the evidence and the verdicts.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use trailfit::catalog::Catalog;
use trailfit::fit::{
    AddedCondition, DropUnseen, ExplainedUse, Fitting, Future, GrantedAction, Judgement, Options, PolicyVerdict,
    Proposal, Tightness, Verdict,
};
use trailfit::grants::Grants;
use trailfit::pipeline::{self, Input};
use trailfit::trail::{Evidence, Gatherer, Moment, Scope};

/// The tables that are built in, read once for all stories.
pub(super) fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::embedded().unwrap())
}

/// A folder or file of the sample organization.
pub(super) fn sample(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs").join(path)
}

/// Every file below a folder: its path and its bytes, in the order of the paths.
pub(super) fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// What some files show, given as names and bytes; not settled.
pub(super) fn gathered<N: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, B)>) -> Evidence {
    let mut gatherer = Gatherer::new(catalog(), &Scope::default());
    for (name, bytes) in files {
        gatherer.read(name.as_ref(), bytes.as_ref());
    }
    gatherer.finish()
}

/// What one file shows, counted; `settle` asserts that nothing got lost between reading and counting.
/// The quick way and the plain way are held to the same.
pub(super) fn settled(bytes: &[u8]) -> Evidence {
    let read = |mut gatherer: Gatherer<'_>| {
        gatherer.read("the file", bytes);
        let mut evidence = gatherer.finish();
        evidence.settle().unwrap();
        assert!(evidence.tally.balances());
        evidence
    };
    let quick = read(Gatherer::new(catalog(), &Scope::default()));
    let plain = read(Gatherer::plain(catalog(), &Scope::default()));
    assert!(alike(&quick, &plain), "both ways differ on: {}", String::from_utf8_lossy(bytes));
    quick
}

/// Whether two pieces of evidence, both settled or both not, are the same.
pub(super) fn alike(one: &Evidence, other: &Evidence) -> bool {
    one.tally == other.tally
        && one.uses == other.uses
        && one.sightings == other.sightings
        && one.kinds == other.kinds
        && one.coverage == other.coverage
        && one.traces == other.traces
        && one.changes == other.changes
        && one.scope == other.scope
}

/// What is to be judged, and how.
pub(super) struct Bench {
    input: Input,
    grants: Vec<PathBuf>,
    options: Options,
}

impl Bench {
    /// The sample organization.
    pub(super) fn sample() -> Bench {
        let input = Input { logs: vec![sample("AWSLogs")], ..Input::default() };
        Bench { input, grants: vec![sample("grants")], options: Options::default() }
    }

    /// Only what happened from this day on.
    pub(super) fn since(mut self, day: &str) -> Bench {
        self.input.scope.since = Moment::parse(day);
        self
    }

    /// Unseen actions are dropped so far.
    pub(super) fn dropping(mut self, drop_unseen: DropUnseen) -> Bench {
        self.options.drop_unseen = drop_unseen;
        self
    }

    /// Resources are drawn so close.
    pub(super) fn tightened(mut self, tightness: Tightness) -> Bench {
        self.options.tightness = tightness;
        self
    }

    /// These conditions are added.
    pub(super) fn conditioned(mut self, conditions: &[AddedCondition]) -> Bench {
        self.options.conditions = conditions.iter().copied().collect();
        self
    }

    /// Unused actions of these levels stay.
    pub(super) fn keeping(mut self, future: Future) -> Bench {
        self.options.future = future;
        self
    }

    /// All data events of these services are logged, the user says.
    pub(super) fn with_data_events(mut self, services: &[&str]) -> Bench {
        self.options.data_events = services.iter().map(|service| (*service).to_owned()).collect();
        self
    }

    /// What the logs show, counted.
    pub(super) fn evidence(&self) -> Evidence {
        let mut evidence = pipeline::gather(&self.input, catalog(), &|_| {}).unwrap();
        evidence.settle().unwrap();
        evidence
    }

    /// The verdicts.
    pub(super) fn judged(self) -> Court {
        let grants = pipeline::read_grants(&self.grants).unwrap();
        self.judged_with(&grants)
    }

    /// The verdicts over other grants.
    pub(super) fn judged_with(self, grants: &Grants) -> Court {
        let judgement = pipeline::judge(&self.evidence(), grants, catalog(), &self.options);
        Court { judgement }
    }
}

/// The verdicts, and the questions that stories ask about them.
pub(super) struct Court {
    /// The whole judgement.
    pub(super) judgement: Judgement,
}

impl Court {
    /// The findings about a user or role, by the start of its name.
    #[track_caller]
    pub(super) fn about(&self, name: &str) -> &Fitting {
        let found = self.judgement.fittings.iter().find(|fitting| fitting.name.starts_with(name));
        found.unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    /// What became of a policy that somebody holds, by the ends of their names.
    #[track_caller]
    pub(super) fn policy(&self, holder: &str, policy: &str) -> &PolicyVerdict {
        let is_holder = |arn: &String| arn.rsplit('/').next().unwrap().starts_with(holder);
        let mut found = self.judgement.policies.iter().filter(|verdict| {
            verdict.holders.iter().any(is_holder) && verdict.target.name().rsplit('/').next() == Some(policy)
        });
        found.next().unwrap_or_else(|| panic!("{holder} holds no {policy}"))
    }

    /// The proposal that was proven for a policy.
    #[track_caller]
    pub(super) fn proven(&self, holder: &str, policy: &str) -> &Proposal {
        match &self.policy(holder, policy).verdict {
            Verdict::Proven(proven) => proven.proposal(),
            other => panic!("{policy} of {holder}: {other:?}"),
        }
    }

    /// What became of an action that somebody was granted: `used`, `unused` or `unseen`.
    #[track_caller]
    pub(super) fn standing(&self, name: &str, action: &str) -> &str {
        self.granted(name, action).standing
    }

    /// An action that somebody was granted.
    #[track_caller]
    pub(super) fn granted(&self, name: &str, action: &str) -> &GrantedAction {
        let found = self.about(name).granted.iter().find(|granted| granted.action == action);
        found.unwrap_or_else(|| panic!("{name} was not granted {action}"))
    }

    /// The uses and denied tries of an action.
    pub(super) fn uses(&self, name: &str, action: &str) -> Vec<&ExplainedUse> {
        self.about(name).uses.iter().filter(|explained| explained.seen.key.action == action).collect()
    }
}

/// The action patterns of a proposal's documents, in order.
pub(super) fn actions(proposal: &Proposal) -> Vec<&str> {
    let statements = proposal.documents.iter().flat_map(|document| &document.policy.statements);
    statements.flat_map(|statement| &statement.actions.patterns).map(|pattern| pattern.as_str()).collect()
}
