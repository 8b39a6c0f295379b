//! The whole judgement, principal by principal and policy by policy. It says who is heard; what is decided
//! about each stands in the other files of this room.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::agreement::{Agreement, agree};
use super::blindness::Eyesight;
use super::fitting::Stranger;
use super::proposal::{PolicyVerdict, Verdict};
use super::propose::{Unit, account, propose};
use super::stack::{PolicyId, Stack};
use super::standing::{Standings, standings};
use super::verify::{Witnessed, verify};
use crate::catalog::Catalog;
use crate::grants::{Bearer, Grants, Owner};
use crate::trail::{Derivation, Evidence, Principal, PrincipalKind, Use};

/// What the user asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether unseen actions go as well (those that may: see `Blindness::may_be_dropped`).
    pub drop_unseen: bool,
    /// Grants and principals younger than this many days at the end of the log are left alone.
    pub protect_days: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options { drop_unseen: false, protect_days: 14 }
    }
}

/// One principal, heard.
pub struct Judged<'a> {
    /// Its policies.
    pub stack: Stack<'a>,
    /// All its uses and denied tries, in a fixed order.
    pub uses: Vec<&'a Use>,
    /// Its uses against the evaluator; none when it is unfit.
    pub agreements: Vec<Agreement<'a>>,
    /// Its granted actions.
    pub standings: Standings<'a>,
}

/// Everything that the judgement asks.
pub struct Court<'a> {
    grants: &'a Grants,
    catalog: &'a Catalog,
    eyesight: Eyesight<'a>,
    options: Options,
    cases: Vec<(Bearer<'a>, Vec<&'a Use>)>,
    strangers: Vec<Stranger>,
}

impl<'a> Court<'a> {
    /// Assigns every use to the principal of the snapshots that bears it.
    pub fn open(evidence: &'a Evidence, grants: &'a Grants, catalog: &'a Catalog, options: Options) -> Court<'a> {
        let mut cases: Vec<(Bearer<'a>, Vec<&'a Use>)> =
            grants.principals().map(|bearer| (bearer, Vec::new())).collect();
        let index = Index::of(&cases);
        let mut strange: BTreeMap<&Principal, Vec<&Use>> = BTreeMap::new();
        for seen in evidence.sorted_uses() {
            match index.find(&seen.key.principal).and_then(|at| cases.get_mut(at)) {
                Some((_, uses)) => uses.push(seen),
                None => strange.entry(&seen.key.principal).or_default().push(seen),
            }
        }
        let eyesight = Eyesight::of(evidence, catalog, options.protect_days);
        Court {
            grants,
            catalog,
            eyesight,
            options,
            cases,
            strangers: strange.into_iter().filter_map(stranger).collect(),
        }
    }

    /// How many principals there are to hear.
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// Hears one principal. `None` when there is no such case.
    pub fn hear(&self, case: usize) -> Option<Judged<'a>> {
        let (bearer, uses) = self.cases.get(case)?;
        let stack = Stack::of(*bearer, self.grants);
        let mapped = |seen: &&&Use| seen.is_use() && seen.key.derivation != Derivation::Unmapped;
        let agreements: Vec<Agreement<'a>> = match stack.unfit.is_empty() {
            true => uses.iter().filter(mapped).map(|seen| agree(&stack, self.grants, seen)).collect(),
            false => Vec::new(),
        };
        let standings = match stack.unfit.is_empty() {
            true => standings(&stack, &agreements, uses, self.catalog, &self.eyesight),
            false => Standings::default(),
        };
        Some(Judged { stack, uses: uses.clone(), agreements, standings })
    }

    /// Principals of the trail that no snapshot knows.
    pub fn strangers(&self) -> &[Stranger] {
        &self.strangers
    }

    /// Every policy that somebody holds, in a fixed order.
    pub fn units<'j>(&self, judged: &'j [Judged<'j>]) -> Vec<UnitOfChange<'j>> {
        let mut units: BTreeMap<(PolicyId, Option<&str>), UnitOfChange<'j>> = BTreeMap::new();
        for case in judged {
            for (index, held) in case.stack.policies.iter().enumerate() {
                let single = held.id.is_aws_managed() || matches!(held.id, PolicyId::Inline { .. });
                for owner in &held.owners {
                    let key = (held.id.clone(), single.then_some(owner.arn.as_str()));
                    let unit =
                        || Unit { held, owner: single.then_some(*owner), owners: Vec::new(), holders: Vec::new() };
                    let unit = units.entry(key).or_insert_with(|| UnitOfChange(unit()));
                    if !unit.0.owners.iter().any(|known| known.arn == owner.arn) {
                        unit.0.owners.push(owner);
                    }
                    if !unit.0.holders.iter().any(|(known, _)| std::ptr::eq(*known, case)) {
                        unit.0.holders.push((case, index));
                    }
                }
            }
        }
        units.into_values().collect()
    }

    /// Decides about one policy.
    pub fn decide(&self, unit: &UnitOfChange<'_>) -> PolicyVerdict {
        let unit = &unit.0;
        let mut holders: Vec<String> =
            unit.holders.iter().map(|(judged, _)| judged.stack.bearer.owner().arn.clone()).collect();
        holders.sort_unstable();
        PolicyVerdict {
            target: unit.held.id.clone(),
            account: account(unit),
            owner: unit.owner.map(|owner| owner.arn.clone()),
            holders,
            verdict: self.verdict(unit),
            before: unit.held.text.to_owned(),
        }
    }

    fn verdict(&self, unit: &Unit<'_>) -> Verdict {
        let unfit = unit.holders.iter().find(|(judged, _)| !judged.stack.unfit.is_empty());
        if let Some((judged, _)) = unfit {
            let reasons = judged.stack.unfit.join("; ");
            return Verdict::Unjudged(format!(
                "its holder {} cannot be judged: {reasons}",
                judged.stack.bearer.owner().arn
            ));
        }
        if let Some(advice) = not_editable(unit, self.grants) {
            return Verdict::NotEditable(advice);
        }
        let Some(proposal) = propose(unit, self.options.drop_unseen, self.catalog) else {
            return Verdict::Fits;
        };
        let holders: Vec<Witnessed<'_>> = unit
            .holders
            .iter()
            .map(|(judged, index)| Witnessed { stack: &judged.stack, agreements: &judged.agreements, index: *index })
            .collect();
        match verify(proposal, unit.held.policy, &holders, self.grants) {
            Ok(proven) => Verdict::Proven(Box::new(proven)),
            Err((proposal, counterexample)) => Verdict::Refuted(proposal, counterexample),
        }
    }
}

/// A policy to decide about, with its holders.
pub struct UnitOfChange<'j>(Unit<'j>);

/// Why a policy cannot be changed where it stands, and what to do instead.
fn not_editable(unit: &Unit<'_>, grants: &Grants) -> Option<String> {
    let advice = |owner: &Owner| advice(&owner.path, &owner.name);
    if let Some(text) = unit.owner.and_then(advice) {
        return Some(text);
    }
    let PolicyId::Managed { arn, account } = &unit.held.id else {
        return None;
    };
    let account = grants.accounts.get(account)?;
    let bounded = account.principals().find(|bearer| bearer.owner().boundary.as_deref() == Some(arn.as_str()));
    let bounded = bounded.filter(|_| !unit.held.id.is_aws_managed())?;
    Some(format!(
        "it is also the permissions boundary of {}: make a copy of it for one of the two purposes first",
        bounded.owner().arn
    ))
}

/// What to do about a principal that AWS owns; `None`: it is the customer's own.
pub(super) fn advice(path: &str, name: &str) -> Option<String> {
    if path.starts_with("/aws-service-role/") {
        return Some(
            "a service-linked role belongs to its service: delete it in the service when the service is no longer used"
                .to_owned(),
        );
    }
    if path.starts_with("/aws-reserved/sso.") {
        let set =
            name.strip_prefix("AWSReservedSSO_").and_then(|rest| rest.rsplit_once('_')).map_or(name, |(set, _)| set);
        return Some(format!(
            "Identity Center owns this role: change the permission set `{set}` instead, for all accounts that use it"
        ));
    }
    None
}

fn stranger((principal, uses): (&Principal, Vec<&Use>)) -> Option<Stranger> {
    let first = uses.iter().map(|seen| seen.first).min()?;
    let last = uses.iter().map(|seen| seen.last).max()?;
    Some(Stranger { principal: principal.clone(), seen: (first, last), uses: uses.into_iter().cloned().collect() })
}

/// Finds the principal of the snapshots behind one of the trail: by ARN, by unique id, by role name.
struct Index<'a> {
    arns: FxHashMap<&'a str, usize>,
    ids: FxHashMap<&'a str, usize>,
    roles: FxHashMap<(&'a str, String), usize>,
}

impl<'a> Index<'a> {
    fn of(cases: &[(Bearer<'a>, Vec<&Use>)]) -> Index<'a> {
        let mut index = Index { arns: FxHashMap::default(), ids: FxHashMap::default(), roles: FxHashMap::default() };
        for (at, (bearer, _)) in cases.iter().enumerate() {
            let owner = bearer.owner();
            index.arns.insert(&owner.arn, at);
            if !owner.id.is_empty() {
                index.ids.insert(&owner.id, at);
            }
            if matches!(bearer, Bearer::Role(..)) {
                index.roles.insert((&bearer.account().id, owner.name.to_ascii_lowercase()), at);
            }
        }
        index
    }

    fn find(&self, principal: &Principal) -> Option<usize> {
        let by_arn = || self.arns.get(principal.arn.as_str()).copied();
        let by_id = || self.ids.get(principal.unique_id.as_str()).copied();
        let by_name = || {
            let name = principal.short_name().to_ascii_lowercase();
            self.roles.get(&(principal.account.as_str(), name)).copied()
        };
        match principal.kind {
            PrincipalKind::Role => by_arn().or_else(by_id).or_else(by_name),
            PrincipalKind::User | PrincipalKind::FederatedUser => by_arn().or_else(by_id),
            PrincipalKind::External => by_id(),
            _ => None,
        }
    }
}
