//! What the trail could not have shown. Only where it would have shown a use may "no use" be said.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::chronicle::Chronicle;
use super::keep::Rules;
use super::options::Options;
use super::stack::{HeldPolicyDocument, Stack};
use crate::catalog::{AccessLevel, Action, Catalog, Visibility};
use crate::iam::{Pattern, Statement};
use crate::trail::{AccountCoverage, Derivation, Evidence, Moment, Use};

/// Services whose management events a trail can leave out by a switch (CloudTrail user guide, "Logging
/// management events"), so that silence about them in a whole account proves nothing.
pub(super) const EXCLUDABLE: [(&str, &str); 2] = [("kms", "kms.amazonaws.com"), ("rds-data", "rdsdata.amazonaws.com")];

/// Resources with data events kept per account and service. Beyond it a statement's resources may wrongly
/// count as not logged, which keeps a permission and never removes one.
const MAX_LOGGED: usize = 4_096;

const SECONDS_PER_DAY: i64 = 86_400;

/// Why a use of an action would not have shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blindness {
    /// A rule of the user's keeps it.
    Kept(String),
    /// So many days of the account's log were read, fewer than the user demands.
    FewDays(i64),
    /// No record of the principal's account was read.
    NoRecords,
    /// The principal used something of this service that the dictionary cannot map.
    UnmappedUse(String),
    /// The action is not in the dictionary.
    UnknownAction,
    /// The principal is younger than the protection period at the end of the log.
    NewPrincipal,
    /// The policy's version is younger than the protection period at the end of the log.
    NewPolicy,
    /// The log shows this call, within the protection period, that gave the policy or changed it.
    Changed(String),
    /// No event ever shows the action.
    NeverLogged(Cow<'static, str>),
    /// Data events of this source were not seen for these resources.
    DataNotLogged(Cow<'static, str>),
    /// No read-only management event was seen in the account: a write-only trail.
    ReadsNotLogged,
    /// No management event of this source was seen in the account: it may be excluded.
    SourceNotLogged(&'static str),
    /// The role was at work, and no assumption of it was seen.
    AssumedUnseen,
    /// The service was not seen to assume any role in the account: nobody knows whether it would have shown.
    ServiceNotSeen(String),
}

impl Blindness {
    /// Whether `--drop-unseen` may remove the action all the same. Where a use may well have happened, or where
    /// nothing at all is known, it may not.
    pub fn may_be_dropped(&self) -> bool {
        matches!(
            self,
            Blindness::NeverLogged(_)
                | Blindness::DataNotLogged(_)
                | Blindness::ReadsNotLogged
                | Blindness::SourceNotLogged(_)
                | Blindness::ServiceNotSeen(_)
        )
    }
}

impl fmt::Display for Blindness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Blindness::Kept(rule) => write!(f, "a rule keeps {rule}"),
            Blindness::FewDays(days) => write!(f, "only {days} days of the account's log were read"),
            Blindness::NoRecords => f.write_str("no record of the account was read"),
            Blindness::UnmappedUse(event) => write!(f, "the event {event} of this service could not be mapped"),
            Blindness::UnknownAction => f.write_str("the action is not in the catalog"),
            Blindness::NewPrincipal => f.write_str("the principal is new"),
            Blindness::NewPolicy => f.write_str("the policy version is new"),
            Blindness::Changed(call) => write!(f, "the policy was given or changed by {call}"),
            Blindness::NeverLogged(reason) => f.write_str(reason),
            Blindness::DataNotLogged(source) => write!(f, "no data events of {source} were logged for these resources"),
            Blindness::ReadsNotLogged => f.write_str("no read-only events were logged"),
            Blindness::SourceNotLogged(source) => write!(f, "no events of {source} were logged"),
            Blindness::AssumedUnseen => f.write_str("the role was at work, and no assumption of it was logged"),
            Blindness::ServiceNotSeen(service) => write!(f, "no assumption by {service} was seen in the account"),
        }
    }
}

/// What the evidence shows of the trail's own eyesight.
pub struct Eyesight<'e> {
    pub(super) evidence: &'e Evidence,
    pub(super) protection: i64,
    pub(super) min_days: i64,
    pub(super) kept: Rules,
    chronicle: Chronicle<'e>,
    /// Services whose data events the user says are all logged.
    pub(super) promised: BTreeSet<String>,
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
        let service = action.name.split(':').next().unwrap_or_default();
        match &action.visibility {
            Visibility::Never(reason) => return Some(Blindness::NeverLogged(reason.clone())),
            Visibility::Data(_) if self.promised.contains(service) => return None,
            Visibility::Data(source) => {
                let logged = *logged.entry(service).or_insert_with(|| self.is_logged(stack, service, statement));
                return (!logged).then(|| Blindness::DataNotLogged(source.clone()));
            }
            Visibility::Management => {}
        }
        if let Some((_, source)) =
            EXCLUDABLE.iter().find(|(prefix, source)| *prefix == service && !coverage.management.contains(*source))
        {
            return Some(Blindness::SourceNotLogged(source));
        }
        let reads = matches!(action.level, AccessLevel::Read | AccessLevel::List);
        (reads && !coverage.reads).then_some(Blindness::ReadsNotLogged)
    }

    /// Days with records of the principal's account.
    pub fn days(&self, stack: &Stack<'_>) -> usize {
        self.coverage(stack).map_or(0, |coverage| coverage.days.len())
    }

    /// Whether data events of the service were surely logged for all that an entry of a Resource element means:
    /// the user says so, or it is about one bucket, table or the like of which some were seen.
    pub fn logs_all_of(&self, stack: &Stack<'_>, service: &str, entry: &str) -> bool {
        /// The words of a resource that name one thing: `table/orders`; the services that begin with the name.
        const WORDS: usize = 2;
        const ONE_WORD: [&str; 3] = ["s3", "sns", "sqs"];
        if self.promised.contains(service) {
            return true;
        }
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
}

/// Whether the account's trail shows data events of the source: some trails show a few such calls as management
/// events, whatever the tables say, and that is no sign of a data-event selector.
fn has_data_events(evidence: &Evidence, seen: &Use) -> bool {
    let source = seen.key.event.split('/').next().unwrap_or_default();
    let coverage = evidence.coverage.accounts.get(&seen.key.principal.account);
    coverage.is_some_and(|coverage| coverage.data.contains(source))
}

/// A policy variable may stand for anything: `${aws:username}` → `*`.
pub(super) fn without_variables(resource: &str) -> String {
    let mut plain = String::new();
    let mut rest = resource;
    while let Some((before, after)) = rest.split_once("${") {
        plain.push_str(before);
        plain.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    plain + rest
}
