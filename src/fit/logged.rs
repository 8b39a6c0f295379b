//! Whether events are logged: what the event selectors say, and where they cannot, what the log shows by itself.

use std::collections::BTreeMap;

use super::blindness::{Blindness, EXCLUDABLE, has_data_events, without_variables};
use crate::catalog::{AccessLevel, Action, Catalog, Visibility};
use crate::iam::{Pattern, Statement};
use crate::trail::{DataSelection, Days, Evidence, Selection, Turn, Word};

/// Services with calls that change something by their access level and are read-only events in the log: the
/// assumption of a role, the cryptographic calls (CloudTrail user guide, "Logging management events").
pub(super) const DISGUISED: [&str; 2] = ["kms", "sts"];

/// An account of which selectors are known.
pub(super) struct Watched<'e> {
    selection: Selection<'e>,
    reads: Days,
    writes: Days,
    /// By event source.
    sources: BTreeMap<&'static str, Days>,
    /// By service.
    data: BTreeMap<String, Vec<(Pattern, &'e Days)>>,
}

/// Each account whose selectors say something, with what the log shows on which days.
pub(super) fn watched<'e>(evidence: &'e Evidence, catalog: &Catalog) -> BTreeMap<String, Watched<'e>> {
    let accounts = evidence.coverage.accounts.keys();
    accounts
        .filter_map(|account| {
            let selection = evidence.coverage.selection(account).ok()?;
            Some((account.clone(), Watched::of(selection, account, evidence, catalog)))
        })
        .collect()
}

impl<'e> Watched<'e> {
    fn of(selection: Selection<'e>, account: &str, evidence: &'e Evidence, catalog: &Catalog) -> Watched<'e> {
        let mut watched = Watched {
            reads: Days::default(),
            writes: Days::default(),
            sources: BTreeMap::new(),
            data: BTreeMap::new(),
            selection,
        };
        if watched.selection.untold.is_empty() {
            return watched;
        }
        // Another account's log tells nothing of this one's trails.
        let theirs = |seen: &&crate::trail::Use| seen.key.principal.account == account && !seen.key.owner_copy;
        for seen in evidence.uses.values().filter(theirs) {
            let Some(action) = catalog.action(&seen.key.action) else { continue };
            match (&action.visibility, is_read(action)) {
                (Visibility::Data(_), _) if has_data_events(evidence, seen) => {
                    let known = watched.data.entry(seen.service().to_owned()).or_default();
                    let told = seen.footprint.patterns().filter(|pattern| *pattern != "*");
                    known.extend(told.map(|pattern| (Pattern::new(pattern), &seen.days)));
                }
                (Visibility::Management, true) => watched.reads.merge(&seen.days),
                (Visibility::Management, false) => watched.writes.merge(&seen.days),
                _ => {}
            }
            let of_source = |(_, source): &&(&str, &'static str)| {
                seen.key.event.strip_prefix(source).is_some_and(|rest| rest.starts_with('/'))
            };
            if let Some((_, source)) = EXCLUDABLE.iter().find(of_source) {
                watched.sources.entry(source).or_default().merge(&seen.days);
            }
        }
        watched
    }

    /// Why management events, of a source that can be left out or of any other, would not have shown; `by_log`: what
    /// the log says.
    pub(super) fn blind_to_management(
        &self,
        source: Option<&'static str>,
        (reads, is_disguised): (bool, bool),
        by_log: impl Fn() -> Option<Blindness>,
    ) -> Option<Blindness> {
        let word = |source: &str, read_only| self.selection.management(source, read_only);
        let words = |source: &str| {
            let reading = if reads || is_disguised { word(source, true) } else { Word::Logged };
            [word(source, false), reading]
        };
        let told = words(source.unwrap_or_default());
        if told.contains(&Word::NotLogged) {
            let blind = match (source, told) {
                (Some(source), _) if !words("").contains(&Word::NotLogged) => Blindness::SourceNotLogged(source),
                (_, [Word::NotLogged, _]) => Blindness::ManagementNotLogged,
                _ => Blindness::ReadsNotLogged,
            };
            return Some(blind);
        }
        if let Some(blind) = told.contains(&Word::AskLog).then(by_log).flatten() {
            return Some(blind);
        }
        let none = Days::default();
        let days = match source {
            Some(source) => self.sources.get(source).unwrap_or(&none),
            None if reads || is_disguised => &self.reads,
            None => &self.writes,
        };
        self.first_unseen(|stretch| is_within(days, stretch))
    }

    /// Why data events of an action on some resources would not have shown; `by_log`: whether the log shows that they
    /// are logged.
    pub(super) fn blind_to_data(
        &self,
        about: DataSelection<'_>,
        patterns: &[&str],
        by_log: impl FnOnce() -> bool,
    ) -> Option<Blindness> {
        let service = about.action.split(':').next().unwrap_or_default();
        let is_logged = match self.selection.data(about, patterns) {
            Some(Word::Logged) => true,
            Some(Word::NotLogged) => false,
            Some(Word::AskLog) | None => by_log(),
        };
        if !is_logged {
            return Some(Blindness::DataNotLogged(about.source.to_owned().into()));
        }
        self.first_unseen(|stretch| self.has_seen(service, patterns, stretch))
    }

    /// The change before which nothing of the kind was seen.
    fn first_unseen(&self, is_seen: impl Fn((i64, i64)) -> bool) -> Option<Blindness> {
        let stretch = self.selection.untold.iter().find(|stretch| !is_seen(**stretch))?;
        self.selection.turn_after(*stretch).map(Turn::told).map(Blindness::SelectorsChanged)
    }

    /// Whether data events on some of the resources were seen within a stretch of days.
    fn has_seen(&self, service: &str, patterns: &[&str], stretch: (i64, i64)) -> bool {
        let granted: Vec<Pattern> = patterns.iter().map(|pattern| Pattern::new(*pattern)).collect();
        let mut known = self.data.get(service).into_iter().flatten();
        known.any(|(seen, days)| is_within(days, stretch) && granted.iter().any(|granted| granted.overlaps(seen)))
    }
}

fn is_within(days: &Days, (first, last): (i64, i64)) -> bool {
    days.iter().any(|day| (first..=last).contains(&day))
}

pub(super) fn is_read(action: &Action) -> bool {
    matches!(action.level, AccessLevel::Read | AccessLevel::List)
}

/// The resources that a statement means, a policy variable as anything.
pub(super) fn resources_of(statement: &Statement) -> Vec<String> {
    match statement.resources.as_ref().filter(|resources| !resources.negated) {
        Some(resources) => resources.patterns.iter().map(|text| without_variables(text)).collect(),
        None => vec!["*".to_owned()],
    }
}

/// What is asked of an action's data events.
pub(super) fn data_of<'a>(action: &'a Action, source: &'a str) -> DataSelection<'a> {
    DataSelection { action: &action.name, source, reads: is_read(action) }
}
