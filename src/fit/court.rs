//! The whole judgement, principal by principal and policy by policy. It says who is heard; what is decided
//! about each stands in the other files of this room.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::agreement::{Agreement, agree_under};
use super::editable::{missing_holders, not_editable};
use super::entities::Entities;
use super::eyesight::Eyesight;
use super::fitting::{Occurred, Stranger};
use super::guardrail::{self, GuardrailVerdict};
use super::judged::Judged;
use super::lineup::Lineup;
use super::memory::Memory;
use super::options::{DropUnseen, Options};
use super::proposal::{Counterexample, Proposal, Remainder};
use super::propose::{Terms, Unit, account, propose};
use super::quota::{self, Quota};
use super::sharing::Shared;
use super::split::{self, Sharing};
use super::stack::{PolicyId, Stack};
use super::standing::{Standings, standings};
use super::trust::{self, Assumptions, TrustVerdict};
use super::verdict::{PolicyVerdict, Verdict};
use super::verify::{Proven, Witnessed, verify_beside};
use crate::catalog::Catalog;
use crate::grants::{Bearer, Grants};
use crate::iam::EntityKind;
use crate::trail::{Derivation, Evidence, Principal, Use};

/// Everything that the judgement asks.
pub struct Court<'a> {
    evidence: &'a Evidence,
    grants: &'a Grants,
    entities: Entities<'a>,
    catalog: &'a Catalog,
    eyesight: Eyesight<'a>,
    options: Options,
    memory: Memory<'a>,
    assumptions: Assumptions<'a>,
    cases: Vec<(Bearer<'a>, Vec<&'a Use>)>,
    strangers: Vec<Stranger>,
}

impl<'a> Court<'a> {
    /// Assigns every use to the principal of the snapshots that bears it.
    pub fn open(evidence: &'a Evidence, grants: &'a Grants, catalog: &'a Catalog, options: Options) -> Court<'a> {
        let mut cases: Vec<(Bearer<'a>, Vec<&'a Use>)> =
            grants.principals().map(|bearer| (bearer, Vec::new())).collect();
        let index = Lineup::of(&cases);
        let mut strange: BTreeMap<&Principal, Vec<&Use>> = BTreeMap::new();
        for seen in evidence.sorted_uses() {
            match index.find(&seen.key.principal).and_then(|at| cases.get_mut(at)) {
                Some((_, uses)) => uses.push(seen),
                None => strange.entry(&seen.key.principal).or_default().push(seen),
            }
        }
        let eyesight = Eyesight::of(evidence, catalog, &options);
        let strangers = strange.into_iter().filter_map(|stranger| self::stranger(stranger, &eyesight)).collect();
        let entities = Entities::of(grants);
        Court {
            evidence,
            grants,
            assumptions: Assumptions::of(evidence, grants, &entities),
            entities,
            catalog,
            eyesight,
            options,
            memory: Memory::of(catalog),
            cases,
            strangers,
        }
    }

    /// How many principals there are to hear.
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// Hears one principal. `None` when there is no such case.
    pub fn hear(&self, case: usize) -> Option<Judged<'a>> {
        let mut judged = self.listen(case)?;
        if judged.stack.unfit.is_empty() {
            judged.standings =
                standings(&judged.stack, &judged.agreements, &judged.uses, &self.memory.meanings, &self.eyesight);
        }
        Some(judged)
    }

    /// What one principal holds and did, without a judgement of its grants.
    pub(super) fn listen(&self, case: usize) -> Option<Judged<'a>> {
        let (bearer, uses) = self.cases.get(case)?;
        let stack = Stack::of(*bearer, self.grants);
        let mapped = |seen: &&&Use| seen.is_use() && seen.key.derivation != Derivation::Unmapped;
        let agreements: Vec<Agreement<'a>> = match stack.unfit.is_empty() {
            true => {
                let mut layers = stack.compiled(&BTreeMap::new());
                let asked = uses.iter().filter(mapped);
                asked.map(|seen| agree_under(&mut layers, &stack, &self.entities, seen)).collect()
            }
            false => Vec::new(),
        };
        let chronicle = self.eyesight.chronicle();
        let kind = match bearer {
            Bearer::User(..) => EntityKind::User,
            Bearer::Role(..) => EntityKind::Role,
        };
        Some(Judged {
            stack,
            uses: uses.clone(),
            agreements,
            changes: chronicle.of_bearer(*bearer),
            life: chronicle.life(&bearer.account().id, kind, &bearer.owner().name),
            standings: Standings::default(),
        })
    }

    /// The entities of the snapshots.
    pub(super) fn entities(&self) -> &Entities<'a> {
        &self.entities
    }

    /// Proposes the guardrails that were asked for.
    pub fn guardrails(&self) -> Vec<GuardrailVerdict> {
        let Court { evidence, grants, catalog, eyesight, options, .. } = self;
        guardrail::judge(&guardrail::Terms { evidence, grants, catalog, eyesight, options })
    }

    /// Judges the trust policy of a role; `None` for anyone else.
    pub fn trust(&self, judged: &Judged<'_>) -> Option<TrustVerdict> {
        let Court { assumptions, eyesight, grants, catalog, options, .. } = self;
        trust::judge(judged, &trust::Terms { assumptions, eyesight, grants, catalog, options })
    }

    /// Principals of the trail that no snapshot knows.
    pub fn strangers(&self) -> &[Stranger] {
        &self.strangers
    }

    /// Every policy that somebody holds, in a fixed order, before any is split.
    pub fn units<'j>(&self, judged: &'j [Judged<'j>]) -> Vec<UnitOfChange<'j>> {
        let mut units: BTreeMap<(PolicyId, Option<&str>), UnitOfChange<'j>> = BTreeMap::new();
        let mut known: FxHashSet<(&PolicyId, &str)> = FxHashSet::default();
        for case in judged {
            for (index, held) in case.stack.policies.iter().enumerate() {
                let single = held.id.is_aws_managed() || matches!(held.id, PolicyId::Inline { .. });
                for owner in &held.owners {
                    let key = (held.id.clone(), single.then_some(owner.arn.as_str()));
                    let unit = || Unit {
                        held,
                        owner: single.then_some(*owner),
                        cluster: None,
                        owners: Vec::new(),
                        holders: Vec::new(),
                    };
                    let unit = units.entry(key).or_insert_with(|| UnitOfChange(unit()));
                    if known.insert((&held.id, owner.arn.as_str())) {
                        unit.0.owners.push(owner);
                    }
                    // Whose case it is was heard last.
                    if !unit.0.holders.last().is_some_and(|(last, _)| std::ptr::eq(*last, case)) {
                        unit.0.holders.push((case, index));
                    }
                }
            }
        }
        units.into_values().collect()
    }

    /// The policies that decide the requests of several principals.
    pub fn sharings<'u, 'j>(&self, units: &'u [UnitOfChange<'j>]) -> Vec<Sharing<'u, 'j>> {
        split::sharings(units.iter().map(|unit| &unit.0), self.grants)
    }

    /// What right-sizing one of them for all removes, and what splits would. `None`: nobody knows what a holder needs.
    pub fn weigh(&self, sharing: &Sharing<'_, '_>) -> Option<(PolicyId, Shared)> {
        split::weigh(sharing, &self.options)
    }

    /// The policies to decide about, split as it was asked for.
    pub fn split<'j>(
        &self,
        units: Vec<UnitOfChange<'j>>,
        shared: &BTreeMap<PolicyId, Shared>,
    ) -> Vec<UnitOfChange<'j>> {
        let units = units.into_iter().map(|unit| unit.0);
        split::split(units, shared, self.options.split).into_iter().map(UnitOfChange).collect()
    }

    /// How the accounts' quotas stand after what was proven.
    pub fn quotas(&self, policies: &[PolicyVerdict]) -> Vec<Quota> {
        quota::quotas(policies, self.grants)
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
            cluster: unit.cluster,
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
        if let Some(reason) = missing_holders(unit, self.grants) {
            return Verdict::Unjudged(reason);
        }
        if let Some(advice) = not_editable(unit, self.grants) {
            return Verdict::NotEditable(advice);
        }
        let mut refuted = None;
        for options in self.attempts() {
            let Some(proposal) = propose(unit, &self.terms(&options)) else {
                return Verdict::Fits;
            };
            match self.prove(unit, proposal) {
                Ok(proven) => return Verdict::Proven(Box::new(proven)),
                Err(found) => {
                    let too_large = matches!(found.1, Counterexample::TooLarge { .. });
                    debug_assert!(too_large || options == self.options.plain(), "{}", found.1);
                    refuted = Some(found);
                }
            }
        }
        let Some((proposal, mut counterexample)) = refuted else {
            return Verdict::Fits;
        };
        if let Counterexample::TooLarge { untouched_dropped, .. } = &mut counterexample {
            *untouched_dropped = self.remainder(unit);
        }
        Verdict::Refuted(proposal, counterexample)
    }

    /// What was asked for, then the statements' own resources and conditions: more text may be too long to fit.
    fn attempts(&self) -> impl Iterator<Item = Options> {
        let plain = self.options.plain();
        let differs = plain != self.options;
        std::iter::once(self.options.clone()).chain(differs.then_some(plain))
    }

    fn terms<'t>(&'t self, options: &'t Options) -> Terms<'t, 'a> {
        Terms { options, eyesight: &self.eyesight, catalog: self.catalog, memory: &self.memory }
    }

    fn prove(&self, unit: &Unit<'_>, proposal: Proposal) -> Result<Proven, (Box<Proposal>, Counterexample)> {
        let mut holders = Vec::new();
        for (judged, index) in &unit.holders {
            holders.push(Witnessed { stack: &judged.stack, agreements: &judged.agreements, index: *index });
        }
        verify_beside(proposal, unit.held.policy, &holders, &self.entities, &self.memory.narrower)
    }

    /// What would be left if the unseen actions of services that no holder touched went as well.
    fn remainder(&self, unit: &Unit<'_>) -> Option<Remainder> {
        let drop_unseen = DropUnseen::Untouched;
        let options = Options { drop_unseen, ..self.options.plain() };
        let smaller = propose(unit, &self.terms(&options))?;
        let proven = self.prove(unit, smaller).ok()?;
        let left = proven.proposal();
        Some(Remainder { actions: left.used.len() + left.unseen.len(), size: left.size_after() })
    }
}

/// A policy to decide about, with its holders.
pub struct UnitOfChange<'j>(Unit<'j>);

fn stranger((principal, uses): (&Principal, Vec<&Use>), eyesight: &Eyesight<'_>) -> Option<Stranger> {
    let first = uses.iter().map(|seen| seen.first).min()?;
    let last = uses.iter().map(|seen| seen.last).max()?;
    let (made, deleted) = eyesight.chronicle().life_of(principal, &first.to_string());
    Some(Stranger {
        principal: principal.clone(),
        seen: (first, last),
        uses: uses.into_iter().cloned().collect(),
        made: made.map(Occurred::of),
        deleted: deleted.map(Occurred::of),
    })
}
