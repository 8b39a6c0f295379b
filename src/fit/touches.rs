//! What each kept action of a statement was used on, over all who hold the policy, and whether that is all known.

use std::collections::{BTreeMap, BTreeSet};

use super::agreement::Place;
use super::asking::Touched;
use super::eyesight::Eyesight;
use super::judged::Judged;
use super::ladder::WHOLE;
use super::standing::Standing;
use crate::catalog::{Action, Catalog, Visibility};
use crate::trail::{Moment, Origins, Use};

/// The resources of one action under one statement.
#[derive(Clone, Debug, Default)]
pub(super) struct Touches {
    /// ARNs or patterns, with their uses in thousandths: a call on several counts for each in part.
    pub(super) values: BTreeMap<String, u64>,
    /// Some use did not tell its resource.
    pub(super) untold: bool,
    /// Some use may not have been seen, or is not sure.
    pub(super) blind: bool,
    /// No event shows the action by itself; what is known of it stands in the requests that need it.
    pub(super) indirect: bool,
    /// How many uses there were.
    pub(super) uses: u64,
    /// Regions of the uses; an empty one where a record has none.
    pub(super) regions: BTreeSet<String>,
    /// Services that called with the principal's identity, as `kms:ViaService` names them; `None`: it called itself.
    pub(super) vias: BTreeSet<Option<String>>,
    /// `iam:PassedToService` of the uses; `None` where a record does not tell.
    pub(super) passed_to: BTreeSet<Option<String>>,
    /// Calls that the principal made by itself.
    pub(super) direct: Direct,
    /// Entries of the grant of which no data events were logged: these stay.
    pub(super) unlogged: BTreeSet<String>,
    window: Option<(Moment, Moment)>,
}

/// What is known of the calls of an action that no service made for the principal.
#[derive(Clone, Debug, Default)]
pub(super) struct Direct {
    /// How many there were, in thousandths.
    pub(super) uses: u64,
    /// From where they came.
    pub(super) origins: Origins,
    /// Whether some came without multi-factor authentication, or do not tell.
    pub(super) without_mfa: bool,
}

impl Direct {
    fn take(&mut self, seen: &Use, share: u64) {
        if seen.key.via.is_some() {
            return;
        }
        self.uses += share;
        self.origins.merge(&seen.origins);
        self.without_mfa |= !seen.key.context.iter().any(|(key, value)| key == MFA && value.as_deref() == Some("true"));
    }
}

impl Touches {
    /// Days from the first use to the last, both included.
    pub(super) fn spread_days(&self) -> i64 {
        self.window.map_or(0, |(first, last)| last.day() - first.day() + 1)
    }
}

/// Whether the caller had shown a second factor.
pub(super) const MFA: &str = "aws:MultiFactorAuthPresent";

/// The touches of a policy, by statement and action.
pub(super) type AllTouches = BTreeMap<usize, BTreeMap<String, Touches>>;

/// Takes in what one holder did through the policy at this index of its stack.
pub(super) fn take(
    judged: &Judged<'_>,
    index: usize,
    eyesight: &Eyesight<'_>,
    catalog: &Catalog,
    all: &mut AllTouches,
) {
    for agreement in &judged.agreements {
        let seen = agreement.seen;
        let share = seen.count.saturating_mul(WHOLE) / (agreement.answers.len().max(1) as u64);
        for answer in &agreement.answers {
            for (place, _) in answer.allowed_by.iter().filter(|(place, _)| place.policy == index) {
                let touches = all.entry(place.statement).or_default().entry(seen.key.action.clone()).or_default();
                let (first, last) = touches.window.unwrap_or((seen.first, seen.last));
                touches.window = Some((first.min(seen.first), last.max(seen.last)));
                touches.blind |= !seen.key.derivation.is_certain();
                touches.uses += share;
                touches.regions.insert(seen.key.region.clone());
                touches.vias.insert(via(seen));
                touches.direct.take(seen, share);
                touches.passed_to.insert(passed_to(seen));
                match &answer.resource {
                    Touched::Exact(arn) if is_plain(arn) => *touches.values.entry(arn.clone()).or_default() += share,
                    Touched::Within(pattern) if is_plain(pattern.as_str()) => {
                        *touches.values.entry(pattern.as_str().to_owned()).or_default() += share;
                    }
                    Touched::Exact(_) | Touched::Within(_) | Touched::Untold => touches.untold = true,
                }
            }
        }
    }
    look(judged, index, eyesight, catalog, all);
}

fn via(seen: &Use) -> Option<String> {
    let (service, domain) = seen.key.via.as_deref()?.split_once('.')?;
    Some(format!("{service}.{}.{domain}", seen.key.region))
}

fn passed_to(seen: &Use) -> Option<String> {
    seen.key.context.iter().find(|(key, _)| key == "iam:PassedToService").and_then(|(_, value)| value.clone())
}

/// Whether it is an ARN whose text means itself in a policy: no `*` for all, nothing that reads as a variable.
fn is_plain(arn: &str) -> bool {
    arn.starts_with("arn:") && !arn.contains("${")
}

/// Whether the action may act on what an entry means: an object's action not on a bucket.
fn may_be_on(action: &Action, entry: &str, catalog: &Catalog) -> bool {
    action.resource_formats.is_empty() || action.resource_formats.iter().any(|format| catalog.fits(format, entry))
}

/// Notes where the trail could not have shown a use on other resources.
fn look(judged: &Judged<'_>, index: usize, eyesight: &Eyesight<'_>, catalog: &Catalog, all: &mut AllTouches) {
    let Some(held) = judged.stack.policies.get(index) else { return };
    let blind = eyesight.blind_to_principal(&judged.stack).or_else(|| eyesight.blind_to_policy(&judged.stack, held));
    for granted in &judged.standings.granted {
        let service = granted.action.name.split(':').next().unwrap_or_default();
        let protected = judged.standings.protected.contains_key(service);
        let here = granted.places.iter().filter(|(place, _)| place.policy == index);
        for (Place { statement, .. }, standing) in here {
            let touches = all.entry(*statement).or_default().entry(granted.action.name.to_string()).or_default();
            touches.blind |= blind.is_some() || protected || matches!(standing, Standing::Unseen(_));
            let Some(text) = held.policy.statements.get(*statement).filter(|_| *standing == Standing::Used) else {
                continue;
            };
            match granted.action.visibility {
                Visibility::Data(_) => {
                    let entries = text.resources.iter().flat_map(|list| &list.patterns);
                    let unlogged = entries.filter(|entry| {
                        may_be_on(granted.action, entry, catalog)
                            && !eyesight.logs_all_of(&judged.stack, service, entry)
                    });
                    touches.unlogged.extend(unlogged.cloned());
                }
                Visibility::Never(_) => touches.indirect = true,
                Visibility::Management => {
                    let mut logged = BTreeMap::new();
                    let blind = eyesight.blind_to_action(&judged.stack, granted.action, text, &mut logged);
                    touches.blind |= blind.is_some();
                }
            }
        }
    }
}
