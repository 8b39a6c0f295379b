//! Guardrails for whole accounts: on the sample and on real logs, nothing that was used is denied; what is broken on
//! purpose is refused; who is kept is excepted.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trailfit::fit::{
    Court, DropUnseen, Guardrail, GuardrailCounterexample, GuardrailKind, GuardrailVerdict, Options, ProvenGuardrail,
    replay_guardrails, verify_guardrail,
};
use trailfit::grants::{Account, Grants};
use trailfit::iam::{
    ActionPattern, Caller, Context, Effect, Layers, NamedPolicy, Outcome, Policy, Request, Resource, evaluate, parse,
};
use trailfit::pipeline;
use trailfit::trail::{Evidence, Moment, Use};

use super::bench::{Bench, catalog, files_below, gathered, sample};
use super::corpus;
use crate::commands::{GRANTS, LOGS, run, text};

const SHOP: &str = "111122223333";
const TOOLS: &str = "444455556666";

fn options(guardrail: Guardrail) -> Options {
    Options { guardrail: Some(guardrail), ..Options::default() }
}

fn verdicts(evidence: &Evidence, grants: &Grants, options: &Options) -> Vec<GuardrailVerdict> {
    Court::open(evidence, grants, catalog(), options.clone()).guardrails()
}

fn of_sample(options: &Options) -> (Evidence, Vec<GuardrailVerdict>) {
    let grants = pipeline::read_grants(&[sample("grants")]).unwrap();
    let evidence = Bench::sample().evidence();
    let verdicts = verdicts(&evidence, &grants, options);
    (evidence, verdicts)
}

fn of_kind(verdict: &GuardrailVerdict, kind: GuardrailKind) -> &ProvenGuardrail {
    verdict.proven.iter().find(|one| one.proposal().kind == kind).unwrap()
}

/// What the accounts' own users and roles used, told without the crate's help.
fn uses<'e>(evidence: &'e Evidence, accounts: &[String]) -> Vec<&'e Use> {
    let own = |seen: &&Use| accounts.contains(&seen.key.principal.account) && !seen.key.principal.arn.is_empty();
    let linked = |seen: &&Use| seen.key.principal.arn.contains("aws-service-role");
    evidence.sorted_uses().into_iter().filter(|seen| own(seen) && seen.is_use() && !linked(seen)).collect()
}

/// Asks a guardrail about an action of a principal who may do anything.
fn lets(documents: &[Policy], kind: GuardrailKind, principal: &str, action: &str) -> bool {
    let full =
        parse(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#).unwrap();
    let named = |policy| NamedPolicy { name: "p", policy };
    let mut layers = Layers { identity: vec![named(&full)], ..Layers::default() };
    match kind {
        GuardrailKind::Scp => layers.scps = Some(vec![documents.iter().chain([&full]).map(named).collect()]),
        GuardrailKind::Boundary => layers.boundary = documents.first().map(named),
    }
    let context = Context::closed().with("aws:PrincipalArn", principal);
    // Who it is shows in the key; records of other accounts give no ARN that could stand here.
    let caller = Caller::User(format!("arn:aws:iam::{SHOP}:user/anyone"));
    let (caller, resource) = (&caller, Resource::Exact("*"));
    evaluate(&layers, &Request { caller, action, resource, resource_account: None, context: &context }).outcome
        == Outcome::Allowed
}

/// Nothing that was used is denied; what the proposal says to deny is.
fn holds(evidence: &Evidence, verdict: &GuardrailVerdict) -> usize {
    assert!(verdict.refuted.is_empty(), "{:?}", verdict.refuted);
    let uses = uses(evidence, &verdict.accounts);
    for proven in &verdict.proven {
        let proposal = proven.proposal();
        for seen in &uses {
            let who = &seen.key.principal.arn;
            assert!(lets(&proposal.documents, proposal.kind, who, &seen.key.action), "{who} {}", seen.key.action);
        }
        let other = format!("arn:aws:iam::{}:role/someone-else", verdict.accounts[0]);
        for pattern in &proposal.denied {
            let action = pattern.replace('*', "Anything");
            assert!(!lets(&proposal.documents, proposal.kind, &other, &action), "{pattern}");
        }
        let sizes = proposal.documents.iter().map(|one| proposal.kind.size(one));
        assert!(sizes.into_iter().all(|size| size <= proposal.kind.limit()));
    }
    uses.len()
}

#[test]
fn nothing_that_was_used_is_denied() {
    let mut replayed = 0;
    for together in [false, true] {
        for privileged in [false, true] {
            for drop_unseen in [DropUnseen::Never, DropUnseen::Untouched, DropUnseen::All] {
                let asked = Guardrail { accounts: Vec::new(), together, privileged };
                let (evidence, verdicts) = of_sample(&Options { drop_unseen, ..options(asked) });
                assert_eq!(verdicts.len(), if together { 1 } else { 2 });
                replayed += verdicts.iter().map(|verdict| holds(&evidence, verdict)).sum::<usize>();
            }
        }
    }
    assert!(replayed > 500, "{replayed}");
}

#[test]
fn who_looks_after_an_account_is_never_locked_out() {
    let (_, verdicts) = of_sample(&Options { drop_unseen: DropUnseen::All, ..options(Guardrail::default()) });
    let shop = verdicts.iter().find(|verdict| verdict.accounts == [SHOP]).unwrap();
    for kind in [GuardrailKind::Scp, GuardrailKind::Boundary] {
        let documents = &of_kind(shop, kind).proposal().documents;
        for action in ["support:CreateCase", "iam:CreateServiceLinkedRole", "sts:AssumeRole", "health:DescribeEvents"] {
            assert!(lets(documents, kind, "arn:aws:iam::111122223333:role/x", action), "{action}");
        }
        assert!(!lets(documents, kind, "arn:aws:iam::111122223333:role/x", "braket:CreateJob"));
    }
    // No service control policy applies to the management account.
    let tools = verdicts.iter().find(|verdict| verdict.accounts == [TOOLS]).unwrap();
    assert!(tools.proven.iter().all(|one| one.proposal().kind == GuardrailKind::Boundary));
    assert!(tools.reasons.iter().any(|reason| reason.contains("management account")), "{:?}", tools.reasons);
}

#[test]
fn who_is_kept_is_excepted() {
    let mut asked = options(Guardrail { accounts: vec![SHOP.to_owned()], ..Guardrail::default() });
    asked.keep.principals = vec!["returns-portal".to_owned(), "arn:aws:iam::*:role/break-glass/*".to_owned()];
    asked.keep.actions = vec!["cloudshell:*".to_owned()];
    let (_, verdicts) = of_sample(&asked);
    let [shop] = verdicts.as_slice() else { panic!("{verdicts:?}") };
    let portal = "arn:aws:iam::111122223333:role/app/returns-portal";
    for proven in &shop.proven {
        let proposal = proven.proposal();
        let asks = |who: &str, action: &str| lets(&proposal.documents, proposal.kind, who, action);
        assert_eq!(proposal.excepted, ["arn:aws:iam::*:role/break-glass/*", portal]);
        let denied = "access-analyzer:CreateAnalyzer";
        assert!(asks(portal, denied) && asks("arn:aws:iam::111122223333:role/break-glass/fire", denied));
        assert!(!asks("arn:aws:iam::111122223333:role/other", denied));
        assert!(asks("arn:aws:iam::111122223333:role/other", "cloudshell:CreateSession"));
    }
    let short = Options { min_days: 365, ..asked };
    let (_, verdicts) = of_sample(&short);
    assert!(verdicts[0].proven.is_empty() && verdicts[0].reasons[0].contains("days"), "{:?}", verdicts[0].reasons);
}

#[test]
fn a_broken_guardrail_is_refused() {
    let (evidence, verdicts) = of_sample(&options(Guardrail::default()));
    let mut refused = 0;
    for verdict in &verdicts {
        let uses = uses(&evidence, &verdict.accounts);
        let services: BTreeSet<&str> = uses.iter().map(|seen| seen.service()).collect();
        for proven in &verdict.proven {
            let whole = services.iter().map(|service| format!("{service}:*"));
            let single = uses.iter().map(|seen| seen.key.action.to_ascii_uppercase());
            for pattern in whole.chain(single).chain(["*".to_owned(), "?*:*".to_owned()]) {
                let mut broken = proven.proposal().clone();
                let mut statements = broken.documents[0].statements.iter_mut();
                let deny = statements.find(|one| one.effect == Effect::Deny).unwrap();
                deny.actions.patterns.push(ActionPattern::new(pattern.clone()));
                let (_, why) = verify_guardrail(broken, &uses).unwrap_err();
                assert!(matches!(why, GuardrailCounterexample::Lost { .. }), "{pattern}: {why}");
                refused += 1;
            }
            let mut large = proven.proposal().clone();
            let patterns = &mut large.documents[0].statements.last_mut().unwrap().actions.patterns;
            patterns.extend((0..900).map(|at| ActionPattern::new(format!("invented-{at}:*"))));
            let (_, why) = verify_guardrail(large, &uses).unwrap_err();
            assert!(matches!(why, GuardrailCounterexample::NotAccepted(_)), "{why}");
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn no_guardrail_of_real_logs_denies_what_was_used() {
    let Some(folder) = corpus::corpus() else { return };
    let mut accounts = 0;
    for part in ["invictus-ir-aws_dataset", "stratus-red-team", "traildiscover"] {
        let mut evidence = gathered(files_below(&folder.join(part)));
        evidence.settle().unwrap();
        let mut grants = Grants::default();
        for id in evidence.coverage.accounts.keys() {
            grants.accounts.insert(id.clone(), Account { id: id.clone(), ..Account::default() });
        }
        for drop_unseen in [DropUnseen::Never, DropUnseen::All] {
            let asked = Guardrail { privileged: true, ..Guardrail::default() };
            for verdict in verdicts(&evidence, &grants, &Options { drop_unseen, ..options(asked) }) {
                holds(&evidence, &verdict);
                accounts += 1;
            }
        }
    }
    assert!(accounts > 2, "{accounts}");
}

#[test]
fn the_report_holds_what_was_proven() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("report");
    let told = run(&["suggest", LOGS, "--grants", GRANTS, "--guardrail=privileged", "--out", text(&out)], 0);
    assert!(told.contains("\nGuardrails\n"), "{told}");
    let report: Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let mut files = 0;
    for proven in report["guardrails"].as_array().unwrap().iter().flat_map(|one| one["proven"].as_array().unwrap()) {
        let mut denied = 0;
        for document in proven["documents"].as_array().unwrap() {
            let text = std::fs::read_to_string(out.join(document["file"].as_str().unwrap())).unwrap();
            let policy = parse(&text).unwrap();
            // All of an SCP's characters count, of a boundary those that are no white space.
            let size = if proven["kind"] == "scp" { text.len() } else { trailfit::iam::size(&policy) };
            assert_eq!(document["size"], json!(size));
            let denies = policy.statements.iter().filter(|one| one.effect == Effect::Deny);
            denied += denies.map(|one| one.actions.patterns.len()).sum::<usize>();
            files += 1;
        }
        assert_eq!(proven["denied"].as_array().unwrap().len(), denied);
    }
    assert!(files >= 3 && out.join("guardrails/README.md").is_file());
}

/// A guardrail of the first weeks, asked about all that came after: what it denies is what another evaluator says it
/// denies, and nothing of what it was made from.
#[test]
fn what_a_guardrail_of_the_past_denies_since_is_counted() {
    let part = |since: Option<&str>, until: Option<&str>| {
        let mut input = pipeline::Input { logs: vec![sample("AWSLogs")], ..pipeline::Input::default() };
        (input.scope.since, input.scope.until) = (since.and_then(Moment::parse), until.and_then(Moment::parse));
        let mut evidence = pipeline::gather(&input, catalog(), &|_| {}).unwrap();
        evidence.settle().unwrap();
        evidence
    };
    let grants = pipeline::read_grants(&[sample("grants")]).unwrap();
    let (early, late) = (part(None, Some("2026-08-10")), part(Some("2026-08-10"), None));
    // Whatever the log did not show is taken for unused, after two weeks: that is bound to deny something.
    let wanted = options(Guardrail { privileged: true, ..Guardrail::default() });
    let made = verdicts(&early, &grants, &Options { drop_unseen: DropUnseen::All, ..wanted });
    for replay in replay_guardrails(&made, &early) {
        assert!(replay.denied.is_empty() && replay.score.denied.most == 0 && replay.score.requests > 0);
    }
    let (mut denied, mut replays) = (0, 0);
    for replay in replay_guardrails(&made, &late) {
        let verdict = made.iter().find(|verdict| verdict.accounts == replay.accounts).unwrap();
        let proven = verdict.proven.iter().find(|one| one.proposal().kind.name() == replay.kind).unwrap().proposal();
        let uses = uses(&late, &verdict.accounts);
        let requests: u64 = uses.iter().map(|seen| seen.count).sum();
        let lost =
            uses.iter().filter(|seen| !lets(&proven.documents, proven.kind, &seen.key.principal.arn, &seen.key.action));
        let lost: u64 = lost.map(|seen| seen.count).sum();
        assert_eq!((replay.score.requests, replay.score.denied.most + replay.score.untold), (requests, lost));
        assert_eq!(replay.denied.iter().map(|(_, one)| one.count.most).sum::<u64>(), replay.score.denied.most);
        denied += replay.score.denied.most;
        replays += 1;
    }
    let proven: usize = made.iter().map(|verdict| verdict.proven.len()).sum();
    assert!(replays == proven && replays > 1 && denied > 0, "{replays} of {proven}: {denied}");
}

#[test]
fn a_backtest_tells_of_guardrails() {
    let base = ["backtest", LOGS, "--grants", GRANTS, "--learn", "45d", "--ahead", "30d", "--guardrail"];
    let told = run(&base, 0);
    assert!(told.contains("Guardrails made from 45 days") && told.contains("scp of account 111122223333"), "{told}");
    let json: Value = serde_json::from_str(&run(&[&base[..], &["--format", "json"]].concat(), 0)).unwrap();
    assert!(json["trials"][0]["guardrails"].as_array().unwrap().iter().any(|one| one["kind"] == "boundary"));
    assert!(!run(&base[..8], 0).contains("Guardrails made"));
}
