//! Accounts → guardrails, each with its verdict.

use std::collections::BTreeSet;

use super::proof::{GuardrailCounterexample, ProvenGuardrail, verify_guardrail};
use super::propose::{GuardrailKind, GuardrailProposal, boundary, scp};
use super::service::{KeptService, services};
use crate::catalog::Catalog;
use crate::fit::eyesight::Eyesight;
use crate::fit::options::{Guardrail, Options};
use crate::grants::Grants;
use crate::trail::{AccountCoverage, Evidence, PrincipalKind, Use};

/// What became of the guardrails for some accounts.
#[derive(Debug)]
pub struct GuardrailVerdict {
    /// The accounts, sorted.
    pub accounts: Vec<String>,
    /// Days of log, from the first record to the last, of the account with the fewest.
    pub days: i64,
    /// Services that somebody used.
    pub used: usize,
    /// Services that stay although no use was seen.
    pub kept: Vec<KeptService>,
    /// The guardrails that hold.
    pub proven: Vec<ProvenGuardrail>,
    /// Those that do not; they are not written.
    pub refuted: Vec<(GuardrailKind, GuardrailCounterexample)>,
    /// Why there is none, or none of a kind.
    pub reasons: Vec<String>,
}

/// What guardrails are judged by.
pub(in crate::fit) struct Terms<'t> {
    pub(in crate::fit) evidence: &'t Evidence,
    pub(in crate::fit) grants: &'t Grants,
    pub(in crate::fit) catalog: &'t Catalog,
    pub(in crate::fit) eyesight: &'t Eyesight<'t>,
    pub(in crate::fit) options: &'t Options,
}

/// Proposes what was asked for.
pub(in crate::fit) fn judge(terms: &Terms<'_>) -> Vec<GuardrailVerdict> {
    let Some(wanted) = &terms.options.guardrail else {
        return Vec::new();
    };
    let known = terms.grants.accounts.keys().map(String::as_str);
    let chosen = |account: &&str| wanted.accounts.is_empty() || wanted.accounts.iter().any(|one| one == account);
    let accounts: Vec<&str> = known.filter(chosen).collect();
    match wanted.together {
        true if accounts.is_empty() => Vec::new(),
        true => vec![of_accounts(&accounts, wanted, terms)],
        false => accounts.iter().map(|account| of_accounts(&[account], wanted, terms)).collect(),
    }
}

fn of_accounts(accounts: &[&str], wanted: &Guardrail, terms: &Terms<'_>) -> GuardrailVerdict {
    let days = |account: &&str| terms.evidence.coverage.accounts.get(*account).map(AccountCoverage::span_days);
    let mut verdict = GuardrailVerdict {
        accounts: accounts.iter().map(|account| (*account).to_owned()).collect(),
        days: accounts.iter().filter_map(days).min().unwrap_or_default(),
        used: 0,
        kept: Vec::new(),
        proven: Vec::new(),
        refuted: Vec::new(),
        reasons: Vec::new(),
    };
    for account in accounts {
        if let Some(blind) = terms.eyesight.blind_to_account(account) {
            verdict.reasons.push(format!("account {account}: {blind}"));
        }
    }
    if !verdict.reasons.is_empty() {
        return verdict;
    }
    let uses = uses(accounts, terms.evidence);
    let found = services(accounts, &uses, terms.catalog, terms.eyesight, terms.options.drop_unseen);
    let excepted = excepted(accounts, terms);
    let is_management = |account: &&&str| {
        terms.grants.guardrails.get(**account).is_some_and(|guardrails| guardrails.management_account)
    };
    let management = accounts.iter().find(is_management);
    verdict.used = found.used.len();
    verdict.reasons.extend(management.map(|account| {
        format!("account {account} is the management account, to which no service control policy applies")
    }));
    let mut proposals = Vec::new();
    if accounts.iter().any(|account| !is_management(&account)) {
        proposals.extend(scp(&found, &excepted, wanted.privileged));
    }
    proposals.extend(boundary(&found, &excepted, wanted.privileged));
    if proposals.is_empty() {
        verdict.reasons.push("no service is surely unused".to_owned());
    }
    verdict.kept = found.kept;
    proposals.into_iter().for_each(|proposal| verdict.take(proposal, &uses));
    verdict
}

impl GuardrailVerdict {
    fn take(&mut self, proposal: GuardrailProposal, uses: &[&Use]) {
        match verify_guardrail(proposal, uses) {
            Ok(proven) => self.proven.push(proven),
            Err((proposal, counterexample)) => self.refuted.push((proposal.kind, counterexample)),
        }
    }
}

/// What the accounts' own principals used. Services, and principals of other accounts, no guardrail of theirs limits.
pub(super) fn uses<'e>(accounts: &[&str], evidence: &'e Evidence) -> Vec<&'e Use> {
    let theirs = |seen: &&Use| {
        let principal = &seen.key.principal;
        seen.is_use()
            && accounts.contains(&principal.account.as_str())
            && !matches!(principal.kind, PrincipalKind::Service | PrincipalKind::Anonymous)
            // Service-linked roles are beyond all guardrails, too.
            && !principal.arn.contains(":role/aws-service-role/")
    };
    evidence.sorted_uses().into_iter().filter(theirs).collect()
}

/// The ARNs of those whom a rule of the user's keeps, and the rules that are ARNs.
fn excepted(accounts: &[&str], terms: &Terms<'_>) -> BTreeSet<String> {
    let bearers = terms.grants.principals().filter(|bearer| accounts.contains(&bearer.account().id.as_str()));
    let owners = bearers.map(|bearer| bearer.owner());
    let kept = owners.filter(|owner| terms.eyesight.kept.of_principal(owner).is_some());
    let rules = terms.eyesight.kept.arns().filter(|arn| arn.split(':').count() >= 6);
    kept.map(|owner| owner.arn.as_str()).chain(rules).map(str::to_owned).collect()
}
