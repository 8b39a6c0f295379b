//! Trust policies: what is proposed for invented roles, and laws over random ones, held against a witness that
//! knows who came in truth, even where the record does not tell.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trailfit::fit::{
    AddedCondition, Court, DropUnseen, Options, TrustCounterexample, TrustOutcome, TrustProposal, TrustVerdict,
    verify_trust,
};
use trailfit::grants::{self, Grants};
use trailfit::iam::{Caller, Context, Effect, Policy, Request, Resource, Truth, matches_statement, parse};
use trailfit::trail::{Gatherer, PrincipalKind, Scope};

use super::bench::{catalog, files_below, gathered};
use super::corpus::corpus;
use crate::laws::random::Random;

const ACCOUNT: &str = "111122223333";
const ROLE: &str = "arn:aws:iam::111122223333:role/app/target";
const GITHUB: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
const SUB: &str = "token.actions.githubusercontent.com:sub";

/// Who comes: as the world knows it, and as the record writes it.
#[derive(Clone, Copy)]
enum Who {
    User(&'static str),
    Role(&'static str),
    /// A role of another account; the record has its unique id only.
    Partner(&'static str),
    Service(&'static str),
    /// The subject of a token.
    Web(&'static str),
}

/// One assumption of the role.
#[derive(Clone)]
struct Visit {
    who: Who,
    day: usize,
    external_id: Option<&'static str>,
}

impl Visit {
    fn caller(&self) -> Caller {
        match self.who {
            Who::User(name) => Caller::User(format!("arn:aws:iam::{ACCOUNT}:user/{name}")),
            Who::Role(name) => Caller::Role { role: format!("arn:aws:iam::{ACCOUNT}:role/{name}"), session: None },
            Who::Partner(name) => {
                Caller::Role { role: format!("arn:aws:iam::444455556666:role/{name}"), session: None }
            }
            Who::Service(name) => Caller::Service(name.to_owned()),
            Who::Web(_) => Caller::Federated(GITHUB.to_owned()),
        }
    }

    fn context(&self) -> Context {
        let mut context = Context::closed();
        if let Caller::User(arn) | Caller::Role { role: arn, .. } = self.caller() {
            context = context.with("aws:PrincipalArn", arn);
        }
        if let Who::Web(subject) = self.who {
            context = context.with(SUB, subject).with("token.actions.githubusercontent.com:aud", "sts.amazonaws.com");
        }
        match self.external_id {
            Some(id) => context.with("sts:ExternalId", id),
            None => context,
        }
    }

    fn action(&self) -> &'static str {
        if matches!(self.who, Who::Web(_)) { "sts:AssumeRoleWithWebIdentity" } else { "sts:AssumeRole" }
    }

    fn record(&self, id: usize) -> Value {
        let identity = match self.who {
            Who::User(name) => json!({"type": "IAMUser", "principalId": format!("AIDA{name}"), "userName": name,
                "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"), "accountId": ACCOUNT}),
            Who::Role(name) => {
                json!({"type": "AssumedRole", "principalId": format!("AROA{name}:s"), "accountId": ACCOUNT,
                "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/s"),
                "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": format!("AROA{name}"),
                    "accountId": ACCOUNT, "arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}")}}})
            }
            Who::Partner(name) => json!({"type": "AWSAccount", "accountId": "444455556666",
                "principalId": format!("AROAFAR{name}:s")}),
            Who::Service(name) => json!({"type": "AWSService", "invokedBy": name}),
            Who::Web(subject) => json!({"type": "WebIdentityUser", "userName": subject, "identityProvider": GITHUB,
                "principalId": format!("{GITHUB}:sts.amazonaws.com:{subject}")}),
        };
        let mut asked = json!({"roleArn": ROLE, "roleSessionName": "s"});
        if let Some(id) = self.external_id {
            asked["externalId"] = json!(id);
        }
        json!({"eventVersion": "1.11", "eventTime": format!("2026-10-{:02}T08:00:00Z", self.day + 1),
            "eventSource": "sts.amazonaws.com", "eventName": self.action().trim_start_matches("sts:"),
            "awsRegion": "eu-central-1", "eventID": format!("00000000-0000-4000-8000-{id:012}"), "readOnly": true,
            "eventType": "AwsApiCall", "managementEvent": true, "eventCategory": "Management",
            "recipientAccountId": ACCOUNT, "userIdentity": identity, "requestParameters": asked})
    }
}

fn visit(who: Who, day: usize) -> Visit {
    Visit { who, day, external_id: None }
}

fn request<'r>(caller: &'r Caller, context: &'r Context, action: &'r str) -> Request<'r> {
    Request { caller, action, resource: Resource::Exact(ROLE), resource_account: Some(ACCOUNT), context }
}

/// What the policy says to a visit, by the evaluator's own rules for statements.
fn lets_in(policy: &Policy, visit: &Visit) -> bool {
    let (caller, context) = (visit.caller(), visit.context());
    let request = request(&caller, &context, visit.action());
    let any = |effect| {
        let statements = policy.statements.iter().filter(|statement| statement.effect == effect);
        statements.map(|statement| matches_statement(policy, statement, &request)).fold(Truth::No, Truth::or)
    };
    any(Effect::Allow) == Truth::Yes && any(Effect::Deny) == Truth::No
}

fn snapshot(trust: &Value) -> Grants {
    let role = |name: &str, trust: &Value| {
        json!({"Path": "/app/", "RoleName": name, "RoleId": format!("AROAEXAMPLE{name}"), "Arn": format!("arn:aws:iam::{ACCOUNT}:role/app/{name}"),
            "CreateDate": "2020-01-01T00:00:00Z", "AssumeRolePolicyDocument": trust, "RolePolicyList": [],
            "AttachedManagedPolicies": [], "InstanceProfileList": [], "Tags": []})
    };
    let roles = [role("target", trust), role("other", &json!({"Version": "2012-10-17", "Statement": []}))];
    let text = json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []});
    grants::read(vec![("111122223333.json".to_owned(), text.to_string().into_bytes())])
}

/// Judges the trust policy by visits. Another role is assumed by EC2 on the first day, and a user lists roles.
fn judge(trust: &Value, visits: &[Visit], options: &Options) -> TrustVerdict {
    judge_with(trust, visits, options, Vec::new())
}

fn judge_with(trust: &Value, visits: &[Visit], options: &Options, others: Vec<Value>) -> TrustVerdict {
    let mut records = others;
    records.extend(visits.iter().enumerate().map(|(id, visit)| visit.record(id)));
    let mut other = visit(Who::Service("ec2.amazonaws.com"), 0).record(900);
    other["requestParameters"]["roleArn"] = json!("arn:aws:iam::111122223333:role/app/other");
    records.push(other);
    let mut gatherer = Gatherer::new(catalog(), &Scope::default());
    gatherer.read("log.json", json!({"Records": records}).to_string().as_bytes());
    let mut evidence = gatherer.finish();
    evidence.settle().unwrap();
    let grants = snapshot(trust);
    let court = Court::open(&evidence, &grants, catalog(), options.clone());
    let judged = (0..court.cases()).filter_map(|case| court.hear(case));
    let verdicts = judged.filter_map(|judged| court.trust(&judged));
    verdicts.into_iter().find(|verdict| verdict.role == ROLE).unwrap()
}

fn proposal(verdict: &TrustVerdict) -> &TrustProposal {
    match &verdict.outcome {
        TrustOutcome::Proven(proven) => proven.proposal(),
        other => panic!("{other:?}"),
    }
}

fn allow(principal: Value) -> Value {
    json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
}

fn document(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The principals of each statement of a proposal, and its conditions.
fn told(proposal: &TrustProposal) -> Value {
    let text: Value = serde_json::from_str(&trailfit::iam::compact(&proposal.policy)).unwrap();
    let statements = text["Statement"].as_array().unwrap().iter();
    statements.map(|one| json!([one["Principal"], one["Condition"]])).collect()
}

#[test]
fn a_policy_that_was_written_of_late_is_left_alone() {
    let (ann, bob) = ("arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:user/bob");
    let trust = document(vec![allow(json!({"AWS": [ann, bob]}))]);
    let visits = [visit(Who::User("ann"), 3), visit(Who::User("ann"), 27)];
    let written = |day| {
        let mut record = visit(Who::User("ann"), day).record(800);
        record["eventSource"] = json!("iam.amazonaws.com");
        record["eventName"] = json!("UpdateAssumeRolePolicy");
        record["readOnly"] = json!(false);
        record["requestParameters"] = json!({"roleName": "target", "policyDocument": "{}"});
        vec![record]
    };
    let late = judge_with(&trust, &visits, &Options::default(), written(20));
    assert!(matches!(late.outcome, TrustOutcome::Fits), "{:?}", late.outcome);
    let early = judge_with(&trust, &visits, &Options::default(), written(2));
    assert_eq!(told(proposal(&early)), json!([[{"AWS": ann}, null]]));
}

const PARTNER: &str = "arn:aws:iam::444455556666:root";

#[test]
fn who_never_came_goes_where_it_would_have_shown() {
    let ann = "arn:aws:iam::111122223333:user/ann";
    let (bob, orphan) = ("arn:aws:iam::111122223333:user/bob", "AROAEXAMPLEGONE0000001");
    let trust = document(vec![
        allow(json!({"AWS": [ann, bob, orphan]})),
        // EC2 was seen to assume another role, Lambda none: only EC2's silence says something.
        allow(json!({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]})),
    ]);
    let visits = [visit(Who::User("ann"), 3), visit(Who::User("ann"), 9)];
    let verdict = judge(&trust, &visits, &Options::default());
    let lambda = json!([{"Service": "lambda.amazonaws.com"}, null]);
    assert_eq!(told(proposal(&verdict)), json!([[{"AWS": ann}, null], lambda]));
    let dropped = Options { drop_unseen: DropUnseen::All, ..Options::default() };
    let verdict = judge(&trust, &visits, &dropped);
    assert_eq!(told(proposal(&verdict)), json!([[{"AWS": ann}, null]]));
    let mut kept = Options::default();
    kept.keep.principals = vec!["bob".to_owned()];
    let verdict = judge(&trust, &visits, &kept);
    assert_eq!(told(proposal(&verdict)), json!([[{"AWS": [ann, bob]}, null], lambda]));
    kept.keep.principals = vec!["/app/".to_owned()];
    assert!(matches!(judge(&trust, &visits, &kept).outcome, TrustOutcome::Fits));
    let nobody = judge(&document(vec![allow(json!({"AWS": bob}))]), &[], &Options::default());
    assert!(matches!(nobody.outcome, TrustOutcome::Idle), "{:?}", nobody.outcome);
}

#[test]
fn missing_conditions_are_told_and_added_where_asked_for() {
    let trust = document(vec![
        allow(json!({"AWS": [PARTNER, "arn:aws:iam::111122223333:root"]})),
        json!({"Effect": "Allow", "Principal": {"Federated": GITHUB}, "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringLike": {SUB: "repo:shop/*"}}}),
    ]);
    let mut visits = Vec::new();
    for day in 0..25 {
        visits.push(Visit { external_id: Some("k-17"), ..visit(Who::Partner("ci"), day) });
        visits.push(visit(Who::Role("deploy"), day));
        visits.push(visit(Who::Web("repo:shop/web:ref:refs/heads/main"), day));
    }
    let verdict = judge(&trust, &visits, &Options::default());
    assert!(matches!(verdict.outcome, TrustOutcome::Fits));
    let hints: Vec<(&str, bool)> = verdict.hints.iter().map(|hint| (hint.key.as_str(), hint.added)).collect();
    let of_accounts = [("sts:ExternalId", false), ("aws:PrincipalArn", false), ("aws:PrincipalArn", false)];
    assert_eq!(hints, [of_accounts.as_slice(), &[(SUB, false)]].concat());
    let all = [AddedCondition::ExternalId, AddedCondition::Principal, AddedCondition::Subject];
    let asked = Options { conditions: all.into(), ..Options::default() };
    let verdict = judge(&trust, &visits, &asked);
    let subject = "repo:shop/web:ref:refs/heads/main";
    let expected = json!([
        [{"AWS": PARTNER}, {"StringEquals": {"sts:ExternalId": "k-17"}}],
        [{"AWS": "arn:aws:iam::111122223333:root"}, {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/deploy"}}],
        [{"Federated": GITHUB}, {"StringLike": {SUB: "repo:shop/*"}, "StringEquals": {SUB: subject}}],
    ]);
    assert_eq!(told(proposal(&verdict)), expected);
    // A second external id, or a few visits only: nothing is added.
    let mut mixed = visits.clone();
    mixed.push(Visit { external_id: Some("k-18"), ..visit(Who::Partner("ci"), 25) });
    let only = Options { conditions: [AddedCondition::ExternalId].into(), ..Options::default() };
    assert!(matches!(judge(&trust, &mixed, &only).outcome, TrustOutcome::Fits));
    assert!(matches!(judge(&trust, &visits[..9], &only).outcome, TrustOutcome::Fits));
}

const CALLERS: [Who; 9] = [
    Who::User("ann"),
    Who::User("bob"),
    Who::Role("deploy"),
    Who::Role("report"),
    Who::Partner("ci"),
    Who::Partner("audit"),
    Who::Service("ec2.amazonaws.com"),
    Who::Service("states.amazonaws.com"),
    Who::Web("repo:shop/web:ref:refs/heads/main"),
];

const NAMES: [(&str, &str); 12] = [
    ("AWS", "arn:aws:iam::111122223333:user/ann"),
    ("AWS", "arn:aws:iam::111122223333:user/bob"),
    ("AWS", "arn:aws:iam::111122223333:role/deploy"),
    ("AWS", "arn:aws:iam::111122223333:root"),
    ("AWS", "arn:aws:iam::444455556666:role/ci"),
    ("AWS", "arn:aws:iam::444455556666:role/audit"),
    ("AWS", PARTNER),
    ("AWS", "AROAEXAMPLEGONE0000001"),
    ("Service", "ec2.amazonaws.com"),
    ("Service", "states.eu-central-1.amazonaws.com"),
    ("Service", "states.amazonaws.com"),
    ("Federated", GITHUB),
];

fn random_trust(random: &mut Random) -> Value {
    let statement = |random: &mut Random| {
        let mut principal = json!({});
        for _ in 0..1 + random.below(5) {
            let (kind, value) = NAMES[random.below(NAMES.len())];
            let values = principal[kind].as_array().cloned().unwrap_or_default();
            if !values.contains(&json!(value)) {
                principal[kind] = values.into_iter().chain([json!(value)]).collect();
            }
        }
        let actions = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:TagSession"];
        let mut one = json!({"Effect": "Allow", "Principal": principal, "Action": actions});
        match random.below(6) {
            0 => one["Condition"] = json!({"StringEquals": {"sts:ExternalId": ["k-1", "k-2"]}}),
            1 => one["Condition"] = json!({"StringLike": {SUB: "repo:shop/*"}}),
            _ => {}
        }
        if random.percent(15) {
            one["Effect"] = json!("Deny");
            one["Condition"] = json!({"StringEquals": {"sts:ExternalId": "k-2"}});
        }
        one
    };
    let count = 1 + random.below(3);
    document((0..count).map(|_| statement(random)).collect())
}

fn random_visit(random: &mut Random, callers: &[Who], ids: &[Option<&'static str>]) -> Visit {
    let who = callers[random.below(callers.len())];
    Visit { who, day: random.below(28), external_id: ids[random.below(ids.len())] }
}

/// Every way to come that the laws try.
fn all_visits() -> Vec<Visit> {
    let web = [Who::Web("repo:shop/api:pull_request"), Who::Web("repo:else/web:ref:refs/heads/main")];
    let callers = || CALLERS.into_iter().chain(web);
    let ids = [None, Some("k-1"), Some("k-2"), Some("k-3")];
    callers().flat_map(|who| ids.map(|external_id| Visit { who, day: 0, external_id })).collect()
}

/// A random trust policy, the visits that it let in, and what is proposed.
fn case(number: u64) -> (Policy, Vec<Visit>, TrustVerdict) {
    let mut random = Random::new(0x7_2057, number);
    let trust = random_trust(&mut random);
    let old = parse(&trust.to_string()).unwrap();
    let callers: Vec<Who> = CALLERS.into_iter().filter(|_| random.percent(40)).collect();
    let ids: &[Option<&str>] = [[None].as_slice(), &[Some("k-1")], &[None, Some("k-1"), Some("k-2")]][random.below(3)];
    let tries = if callers.is_empty() { 0 } else { random.below(90) };
    let visits: Vec<Visit> = (0..tries).map(|_| random_visit(&mut random, &callers, ids)).collect();
    let visits: Vec<Visit> = visits.into_iter().filter(|visit| lets_in(&old, visit)).collect();
    let mut options = Options::default();
    for one in [AddedCondition::ExternalId, AddedCondition::Principal, AddedCondition::Subject] {
        if random.percent(60) {
            options.conditions.insert(one);
        }
    }
    options.drop_unseen = if random.percent(30) { DropUnseen::All } else { DropUnseen::Never };
    let verdict = judge(&trust, &visits, &options);
    (old, visits, verdict)
}

/// Whether a document lets somebody in whom the old does not, or keeps a visitor out.
fn is_wrong(old: &Policy, new: &Policy, visits: &[Visit]) -> bool {
    let wider = all_visits().iter().any(|visit| lets_in(new, visit) && !lets_in(old, visit));
    wider || visits.iter().any(|visit| !lets_in(new, visit))
}

#[test]
fn no_proposal_is_wider_and_none_keeps_a_visitor_out() {
    let (mut proven, mut removed, mut added) = (0, 0, 0);
    for number in 0..500 {
        let (old, visits, verdict) = case(number);
        assert!(!matches!(verdict.outcome, TrustOutcome::Refuted(_, TrustCounterexample::Lost { .. })), "{number}");
        assert!(verdict.surprises.is_empty(), "{number}: {:?}", verdict.surprises);
        if let TrustOutcome::Idle = verdict.outcome {
            assert!(visits.is_empty(), "{number}");
        }
        let TrustOutcome::Proven(told) = &verdict.outcome else { continue };
        assert!(!is_wrong(&old, &told.proposal().policy, &visits), "{number}: {:?}", told.proposal());
        proven += 1;
        removed += told.proposal().removed.len();
        added += told.proposal().conditions.len();
    }
    println!("{proven} proven, {removed} names removed, {added} conditions added");
    assert!(proven > 150 && removed > 150 && added > 50, "{proven} {removed} {added}");
}

/// Breaks a proposal in one place.
fn broken(random: &mut Random, proposal: &TrustProposal) -> TrustProposal {
    let mut broken = proposal.clone();
    let at = random.below(broken.policy.statements.len());
    let text = trailfit::iam::compact(&broken.policy);
    let mut value: Value = serde_json::from_str(&text).unwrap();
    if value["Statement"].is_object() {
        value["Statement"] = json!([value["Statement"]]);
    }
    let one = &mut value["Statement"][at];
    match random.below(5) {
        0 => drop(one.as_object_mut().unwrap().remove("Condition")),
        1 => {
            let (kind, name) = NAMES[random.below(NAMES.len())];
            one["Principal"][kind] = json!(name);
        }
        2 => one["Principal"] = json!({"AWS": "*"}),
        3 => one["Condition"] = json!({"StringEquals": {"sts:ExternalId": "k-9"}}),
        _ => {
            let kinds: Vec<String> = one["Principal"].as_object().unwrap().keys().cloned().collect();
            let kind = &kinds[random.below(kinds.len())];
            match one["Principal"][kind].as_array_mut().filter(|values| values.len() > 1) {
                Some(values) => drop(values.remove(random.below(values.len()))),
                None => one["Effect"] = json!("Allow"),
            }
        }
    }
    broken.policy = parse(&value.to_string()).unwrap();
    broken
}

#[test]
fn what_is_broken_on_purpose_is_refused() {
    let (mut wrong, mut harmless) = (0, 0);
    for number in 0..500 {
        let (old, visits, verdict) = case(number);
        let TrustOutcome::Proven(told) = &verdict.outcome else { continue };
        let mut random = Random::new(0xb0_70c5, number);
        for _ in 0..8 {
            let mutant = broken(&mut random, told.proposal());
            if !is_wrong(&old, &mutant.policy, &visits) {
                harmless += 1;
                continue;
            }
            let asked: Vec<(Caller, Context, &str)> =
                visits.iter().map(|visit| (visit.caller(), visit.context(), visit.action())).collect();
            let requests: Vec<Request<'_>> =
                asked.iter().map(|(caller, context, action)| request(caller, context, action)).collect();
            let text = trailfit::iam::compact(&mutant.policy);
            assert!(verify_trust(mutant, &old, &requests).is_err(), "{number}: {text}");
            wrong += 1;
        }
    }
    println!("{wrong} mutants refused, {harmless} harmless");
    assert!(wrong > 500, "{wrong}");
}

/// Every role that real logs show assumed, with a trust policy that names who came, the whole account, and somebody
/// who never came: only that one goes, and nobody who came is a surprise.
#[test]
fn roles_of_real_logs_keep_who_came() {
    let Some(folder) = corpus() else { return };
    let mut roles = 0;
    for part in ["invictus-ir-aws_dataset", "stratus-red-team", "traildiscover", "trailscraper"] {
        let mut evidence = gathered(files_below(&folder.join(part)));
        evidence.settle().unwrap();
        let mut came: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
        for seen in evidence.sorted_uses() {
            let whole = seen.key.event == "sts.amazonaws.com/AssumeRole" && seen.key.action == "sts:AssumeRole";
            for role in seen.footprint.patterns().filter(|role| whole && seen.is_use() && role.contains(":role/")) {
                let (users, services) = came.entry(role).or_default();
                let principal = &seen.key.principal;
                match principal.kind {
                    PrincipalKind::Service => services.insert(&principal.arn),
                    _ => users.insert(&principal.arn),
                };
            }
        }
        let mut list = Vec::new();
        for (arn, (users, services)) in &came {
            let account = arn.split(':').nth(4).unwrap();
            let absent = format!("arn:aws:iam::{account}:user/never-came");
            let mut principal = json!({"AWS": users.iter().copied().filter(|arn| arn.starts_with("arn:")).chain([absent.as_str()]).collect::<Vec<_>>()});
            if !services.is_empty() {
                principal["Service"] = json!(services);
            }
            let (path, name) = arn.split_once(":role").unwrap().1.rsplit_once('/').unwrap();
            list.push(
                json!({"Path": format!("{path}/"), "RoleName": name, "RoleId": "", "Arn": arn, "RolePolicyList": [],
                "CreateDate": "2010-01-01T00:00:00Z", "AttachedManagedPolicies": [],
                "AssumeRolePolicyDocument": document(vec![allow(principal)])}),
            );
        }
        let text =
            json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": list, "Policies": []}).to_string();
        let grants = grants::read(vec![("grants.json".to_owned(), text.into_bytes())]);
        let court = Court::open(&evidence, &grants, catalog(), Options::default());
        for verdict in (0..court.cases()).filter_map(|case| court.trust(&court.hear(case)?)) {
            if verdict.role.contains(":role/aws-service-role/") {
                continue;
            }
            let (told, known) = (&verdict, came.contains_key(verdict.role.as_str()));
            assert!(known && told.surprises.is_empty(), "{told:?}");
            if let TrustOutcome::Proven(proven) = &told.outcome {
                let removed: Vec<&str> = proven.proposal().removed.iter().map(|(.., name)| name.as_str()).collect();
                assert!(removed.len() == 1 && removed[0].ends_with("user/never-came"), "{removed:?}");
                roles += 1;
            }
        }
    }
    println!("{roles} roles of real logs");
    assert!(roles > 5, "{roles}");
}
