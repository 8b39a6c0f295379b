//! What the evidence shows of the log's own eyesight: in whose account, of which calls silence means anything.

use std::collections::{BTreeMap, BTreeSet};

use super::blindness::{Blindness, EXCLUDABLE, has_data_events, without_variables};
use super::chronicle::Chronicle;
use super::keep::Rules;
use super::logged::{DISGUISED, Watched, data_of, is_read, resources_of, watched};
use super::options::Options;
use super::stack::{HeldPolicyDocument, Stack};
use crate::catalog::{Action, Catalog, Visibility};
use crate::iam::{Pattern, Statement};
use crate::trail::{AccountCoverage, DataSelection, Derivation, Evidence, Moment};

/// Resources with data events kept per account and service. Beyond it a statement's resources may wrongly
/// count as not logged, which keeps a permission and never removes one.
const MAX_LOGGED: usize = 4_096;

const SECONDS_PER_DAY: i64 = 86_400;

/// What the evidence shows of the trail's own eyesight.
pub struct Eyesight<'e> {
    pub(super) evidence: &'e Evidence,
    pub(super) protection: i64,
    pub(super) min_days: i64,
    pub(super) kept: Rules,
    chronicle: Chronicle<'e>,
    /// Services whose data events the user says are all logged.
    pub(super) promised: BTreeSet<String>,
    /// What event selectors say, by account.
    pub(super) watched: BTreeMap<String, Watched<'e>>,
    /// Resources with data events, by account and service prefix.
    logged: BTreeMap<(String, String), Vec<Pattern>>,
}

impl<'e> Eyesight<'e> {
    /// Looks through the evidence.
    pub fn of(evidence: &'e Evidence, catalog: &Catalog, options: &Options) -> Eyesight<'e> {
        let mut logged: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
        for seen in evidence.uses.values() {
            let is_data =
                catalog.action(&seen.key.action).is_some_and(|action| matches!(action.visibility, Visibility::Data(_)));
            if is_data && has_data_events(evidence, seen) {
                let key = (seen.key.principal.account.clone(), seen.service().to_owned());
                let patterns = logged.entry(key).or_default();
                // A call on no resource in particular, as a list of all, tells nothing about any one of them.
                patterns.extend(seen.footprint.patterns().filter(|pattern| *pattern != "*"));
                while patterns.len() > MAX_LOGGED {
                    patterns.pop_last();
                }
            }
        }
        let patterns = |texts: BTreeSet<&str>| texts.into_iter().map(Pattern::new).collect();
        Eyesight {
            evidence,
            protection: i64::from(options.protect_days) * SECONDS_PER_DAY,
            min_days: i64::from(options.min_days),
            kept: Rules::of(&options.keep),
            chronicle: Chronicle::of(evidence),
            promised: options.data_events.clone(),
            watched: watched(evidence, catalog),
            logged: logged.into_iter().map(|(key, texts)| (key, patterns(texts))).collect(),
        }
    }

    /// Why nothing of this principal can be called unused, if so.
    pub fn blind_to_principal(&self, stack: &Stack<'_>) -> Option<Blindness> {
        if let Some(rule) = self.kept.of_principal(stack.bearer.owner()) {
            return Some(Blindness::Kept(rule));
        }
        let Some(coverage) = self.coverage(stack) else {
            return Some(Blindness::NoRecords);
        };
        let days = coverage.span_days();
        if days < self.min_days {
            return Some(Blindness::FewDays(days));
        }
        let created = stack.bearer.owner().created.as_deref();
        self.is_new(created, coverage).then_some(Blindness::NewPrincipal)
    }

    /// Why nothing that this policy grants can be called unused, if so.
    pub fn blind_to_policy(&self, stack: &Stack<'_>, held: &HeldPolicyDocument<'_>) -> Option<Blindness> {
        let coverage = self.coverage(stack)?;
        // AWS's own policies change by themselves; their age says nothing about when they were attached.
        let is_new = !held.id.is_aws_managed()
            && self.is_new(held.managed.and_then(|policy| policy.created.as_deref()), coverage);
        if is_new {
            return Some(Blindness::NewPolicy);
        }
        let given = self.chronicle.last_given(stack, held)?;
        self.is_new(Some(&given.time), coverage).then(|| Blindness::Changed(given.told()))
    }

    /// What the log shows of how grants came to be.
    pub(super) fn chronicle(&self) -> &Chronicle<'e> {
        &self.chronicle
    }

    /// Why a use of the action through this statement would not have shown, if so. `logged` remembers, by
    /// service, whether data events were seen for this statement's resources.
    pub fn blind_to_action<'c>(
        &self,
        stack: &Stack<'_>,
        action: &'c Action,
        statement: &Statement,
        logged: &mut BTreeMap<&'c str, bool>,
    ) -> Option<Blindness> {
        if let Some(rule) = self.kept.of_action(&action.name) {
            return Some(Blindness::Kept(rule));
        }
        let coverage = self.coverage(stack)?;
        let account = stack.bearer.account().id.as_str();
        let service = action.name.split(':').next().unwrap_or_default();
        match &action.visibility {
            Visibility::Never(reason) => return Some(Blindness::NeverLogged(reason.clone())),
            Visibility::Data(_) if self.promised.contains(service) => return None,
            Visibility::Data(source) => {
                let mut by_log = || *logged.entry(service).or_insert_with(|| self.is_logged(stack, service, statement));
                if !self.watched.contains_key(account) {
                    return (!by_log()).then(|| Blindness::DataNotLogged(source.clone()));
                }
                let resources = resources_of(statement);
                let patterns: Vec<&str> = resources.iter().map(String::as_str).collect();
                return self.blind_to_data(account, data_of(action, source), &patterns, by_log);
            }
            Visibility::Management => {}
        }
        self.blind_to_management(account, coverage, action)
    }

    /// Days with records of the principal's account.
    pub fn days(&self, stack: &Stack<'_>) -> usize {
        self.coverage(stack).map_or(0, |coverage| coverage.days.len())
    }

    /// Whether data events of the service were surely logged for all that an entry of a Resource element means:
    /// the user says so, or the event selectors do, or where these are not known, it is about one bucket, table or
    /// the like of which some were seen.
    pub fn logs_all_of(&self, stack: &Stack<'_>, service: &str, entry: &str) -> bool {
        if self.promised.contains(service) {
            return true;
        }
        let source = format!("{service}.amazonaws.com");
        let about = DataSelection { action: &format!("{service}:*"), source: &source, reads: true };
        let by_log = || self.has_logged_container(stack, service, entry);
        self.blind_to_data(&stack.bearer.account().id, about, &[&without_variables(entry)], by_log).is_none()
    }

    /// Whether the entry is about one bucket, table or the like of which data events were seen.
    fn has_logged_container(&self, stack: &Stack<'_>, service: &str, entry: &str) -> bool {
        /// The words of a resource that name one thing: `table/orders`; the services that begin with the name.
        const WORDS: usize = 2;
        const ONE_WORD: [&str; 3] = ["s3", "sns", "sqs"];
        let words = if ONE_WORD.contains(&service) { 1 } else { WORDS };
        let mut parts = entry.splitn(6, ':').skip(3);
        let (Some(region), Some(account), Some(resource)) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        let container: Vec<&str> = resource.split(['/', ':']).take(words).collect();
        let is_open = |text: &str| text.contains(['*', '?', '$']);
        if is_open(region) || is_open(account) || container.len() < words || container.iter().any(|word| is_open(word))
        {
            return false;
        }
        let key = (stack.bearer.account().id.clone(), service.to_owned());
        let length = entry.len() - resource.len() + container.iter().map(|word| word.len() + 1).sum::<usize>() - 1;
        let is_in_it = |pattern: &Pattern| {
            let rest = pattern.as_str().strip_prefix(entry.get(..length).unwrap_or(entry));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
        };
        self.logged.get(&key).is_some_and(|logged| logged.iter().any(is_in_it))
    }

    /// Services of which the principal used something that the dictionary cannot map, with the event.
    pub fn unmapped_services(uses: &[&crate::trail::Use]) -> BTreeMap<String, String> {
        let unmapped = uses.iter().filter(|seen| seen.is_use() && seen.key.derivation == Derivation::Unmapped);
        unmapped.map(|seen| (seen.service().to_owned(), seen.key.event.clone())).collect()
    }

    pub(super) fn coverage(&self, stack: &Stack<'_>) -> Option<&'e AccountCoverage> {
        self.evidence.coverage.accounts.get(&stack.bearer.account().id)
    }

    pub(super) fn is_new(&self, created: Option<&str>, coverage: &AccountCoverage) -> bool {
        let created = created.and_then(Moment::parse);
        created.is_some_and(|created| created.0 > coverage.last.0 - self.protection)
    }

    /// Whether data events were seen for some of the resources that the statement speaks of.
    fn is_logged(&self, stack: &Stack<'_>, service: &str, statement: &Statement) -> bool {
        let key = (stack.bearer.account().id.clone(), service.to_owned());
        let Some(logged) = self.logged.get(&key) else {
            return false;
        };
        let Some(resources) = statement.resources.as_ref().filter(|resources| !resources.negated) else {
            return true;
        };
        resources.patterns.iter().any(|resource| {
            let granted = Pattern::new(without_variables(resource));
            logged.iter().any(|pattern| granted.overlaps(pattern))
        })
    }

    /// Why a management event of an action would not have shown in an account, if so.
    pub(super) fn blind_to_management(
        &self,
        account: &str,
        coverage: &AccountCoverage,
        action: &Action,
    ) -> Option<Blindness> {
        let service = action.name.split(':').next().unwrap_or_default();
        let source = EXCLUDABLE.iter().find(|(prefix, _)| *prefix == service).map(|(_, source)| *source);
        let reads = is_read(action);
        let by_log = || match source.filter(|source| !coverage.management.contains(*source)) {
            Some(source) => Some(Blindness::SourceNotLogged(source)),
            None => (reads && !coverage.reads).then_some(Blindness::ReadsNotLogged),
        };
        match self.watched.get(account) {
            Some(watched) => watched.blind_to_management(source, (reads, DISGUISED.contains(&service)), by_log),
            None => by_log(),
        }
    }

    /// Why read-only management events, of a source that cannot be left out, would not have shown, if so.
    pub(super) fn blind_to_reads(&self, account: &str, coverage: &AccountCoverage) -> Option<Blindness> {
        let by_log = || (!coverage.reads).then_some(Blindness::ReadsNotLogged);
        match self.watched.get(account) {
            Some(watched) => watched.blind_to_management(None, (true, true), by_log),
            None => by_log(),
        }
    }

    /// Why data events of an action on some resources would not have shown, if so; `by_log`: whether the log shows
    /// that they are logged.
    pub(super) fn blind_to_data(
        &self,
        account: &str,
        about: DataSelection<'_>,
        patterns: &[&str],
        by_log: impl FnOnce() -> bool,
    ) -> Option<Blindness> {
        match self.watched.get(account) {
            Some(watched) => watched.blind_to_data(about, patterns, by_log),
            None => (!by_log()).then(|| Blindness::DataNotLogged(about.source.to_owned().into())),
        }
    }
}
