//! A small invented run for the tests of the report: one account, a few principals, one policy of each verdict.
//! Proven proposals come from `verify`, as they must.

use std::collections::{BTreeMap, BTreeSet};

use trailfit::catalog::Provenance;
use trailfit::fit::{
    AccessLevel, Change, Counterexample, Entities, ExplainedUse, Fitting, GrantedAction, Judgement, Placement,
    PolicyId, PolicyVerdict, Proposal, ProposedPolicy, Stranger, Surprise, Verdict, verify,
};
use trailfit::grants::{Grants, Unreadable};
use trailfit::iam::{self, Policy};
use trailfit::trail::{
    AccountCoverage, DENIED, Derivation, Evidence, Footprint, Level, Loss, Moment, Origins, Outcome, Principal,
    PrincipalKind, Sighting, Turns, Use, UseKey,
};

/// The account.
pub(crate) const ACCOUNT: &str = "111122223333";

/// The role that uses little of what it has.
pub(crate) const DEPLOY: &str = "arn:aws:iam::111122223333:role/team/deploy";

/// The user that does nothing.
pub(crate) const IDLE: &str = "arn:aws:iam::111122223333:user/idle";

/// A policy of the customer.
pub(crate) const BUILD: &str = "arn:aws:iam::111122223333:policy/team/Build";

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn principal(kind: PrincipalKind, arn: &str) -> Principal {
    Principal { account: ACCOUNT.to_owned(), kind, arn: arn.to_owned(), unique_id: "AROAEXAMPLE".to_owned() }
}

fn one_use(who: &Principal, action: &str, outcome: Outcome, derivation: Derivation, count: u64) -> Use {
    let (service, name) = action.split_once(':').unwrap();
    let context =
        vec![("aws:requestedregion".to_owned(), Some("eu-west-1".to_owned())), ("aws:sourcevpce".to_owned(), None)];
    Use {
        key: UseKey {
            principal: who.clone(),
            action: action.to_owned(),
            region: "eu-west-1".to_owned(),
            via: None,
            outcome,
            derivation,
            event: format!("{service}.amazonaws.com/{name}"),
            owner_copy: false,
            context,
        },
        count,
        first: moment("2026-10-01T08:00:00Z"),
        last: moment("2026-10-30T09:30:00Z"),
        days: ["2026-10-01", "2026-10-15", "2026-10-30"].map(|day| moment(day).day()).into_iter().collect(),
        footprint: Footprint::restore(Level::Exact, [format!("arn:aws:{service}:::releases/a")], false),
        origins: Origins::unknown(),
        samples: BTreeSet::from([format!("event-of-{name}")]),
    }
}

/// Evidence of 30 days with one day missing.
pub(crate) fn evidence() -> Evidence {
    let role = principal(PrincipalKind::Role, DEPLOY);
    let gone = principal(PrincipalKind::User, "arn:aws:iam::111122223333:user/gone");
    let known = Derivation::Known(Provenance::Observed);
    let uses = [
        one_use(&role, "s3:GetObject", Outcome::Allowed, known, 40),
        one_use(&role, "kms:Decrypt", Outcome::Allowed, known, 2),
        one_use(&role, "odd:NewThing", Outcome::Allowed, Derivation::Unmapped, 3),
        one_use(&role, "s3:PutObject", Outcome::Denied, known, 5),
        one_use(&gone, "s3:ListBucket", Outcome::Allowed, known, 7),
    ];
    let mut evidence = Evidence::default();
    for (id, seen) in (1..).zip(uses) {
        evidence.uses.insert(id, seen);
    }
    for (id, who) in (1..).zip([role, gone]) {
        let sighting = Sighting {
            principal: who,
            first: moment("2026-10-01T08:00:00Z"),
            last: moment("2026-10-30T09:30:00Z"),
            sessions: BTreeSet::from(["ci-1".to_owned()]),
            source_identities: BTreeSet::new(),
        };
        evidence.sightings.insert(id, sighting);
    }
    let first = moment("2026-10-01T08:00:00Z");
    let last = moment("2026-10-30T09:30:00Z");
    let coverage = AccountCoverage {
        first,
        last,
        days: (first.day()..=last.day()).filter(|day| *day != first.day() + 3).collect(),
        management: BTreeSet::from(["s3.amazonaws.com".to_owned(), "kms.amazonaws.com".to_owned()]),
        data: BTreeSet::from(["s3.amazonaws.com".to_owned()]),
        reads: true,
        regions: BTreeSet::from(["eu-west-1".to_owned()]),
        turns: Turns::default(),
    };
    evidence.coverage.accounts.insert(ACCOUNT.to_owned(), coverage);
    fill_tally(&mut evidence);
    evidence
}

fn fill_tally(evidence: &mut Evidence) {
    let tally = &mut evidence.tally;
    (tally.files, tally.bytes, tally.pruned) = (12, 34_567, 1);
    (tally.read, tally.used, tally.lost) = (1_060, 52, 3);
    tally.exempt = BTreeMap::from([(DENIED.to_owned(), 5), ("duplicate delivery".to_owned(), 1_000)]);
    let loss = |file: &str, record, reason: &str| Loss { file: file.to_owned(), record, reason: reason.to_owned() };
    tally.losses = BTreeSet::from([loss("a.json.gz", 0, "not JSON"), loss("b.json.gz", 7, "no eventSource")]);
    assert!(tally.balances());
}

fn granted(action: &str, standing: &'static str, reason: Option<&str>) -> GrantedAction {
    let statements = texts(&["deploy inline#0"]);
    let data_source = action.starts_with("s3:").then(|| "s3.amazonaws.com".to_owned());
    let level = if action == "iam:PassRole" { AccessLevel::PermissionsManagement } else { AccessLevel::Write };
    let (action, reason) = (action.to_owned(), reason.map(str::to_owned));
    GrantedAction { action, level, standing, reason, data_source, statements }
}

fn fitting(kind: &'static str, arn: &str, granted: Vec<GrantedAction>) -> Fitting {
    Fitting {
        account: ACCOUNT.to_owned(),
        kind,
        arn: arn.to_owned(),
        name: arn.rsplit('/').next().unwrap().to_owned(),
        unique_id: if kind == "role" { "AROAEXAMPLE" } else { "AIDAEXAMPLE" }.to_owned(),
        created: Some("2025-01-01T00:00:00+00:00".to_owned()),
        not_editable: None,
        unfit: Vec::new(),
        made: None,
        deleted: None,
        seen: None,
        sessions: Vec::new(),
        source_identities: Vec::new(),
        granted,
        uses: Vec::new(),
        rare: BTreeMap::new(),
        surprises: Vec::new(),
    }
}

fn deploy(evidence: &Evidence) -> Fitting {
    let uses = evidence.sorted_uses().into_iter().filter(|seen| seen.key.principal.arn == DEPLOY);
    let explained = |seen: &Use| ExplainedUse {
        seen: seen.clone(),
        outcome: (seen.is_use() && seen.key.derivation != Derivation::Unmapped).then_some(iam::Outcome::Allowed),
        allowed_by: if seen.is_use() { texts(&["deploy inline#0"]) } else { Vec::new() },
        missing_keys: Vec::new(),
    };
    let surprise = Surprise {
        action: "kms:Decrypt".to_owned(),
        resource: "arn:aws:kms:::releases/a".to_owned(),
        blocked_by: "identity-based policies".to_owned(),
        changed: None,
        last: moment("2026-10-30T09:30:00Z"),
        samples: texts(&["event-of-Decrypt"]),
    };
    let never = Some("no event ever shows it");
    let mut actions = vec![granted("s3:GetObject", "used", None), granted("iam:PassRole", "unseen", never)];
    actions
        .extend(["s3:DeleteObject", "s3:PutObject", "ec2:RunInstances"].map(|action| granted(action, "unused", None)));
    Fitting {
        seen: Some((moment("2026-10-01T08:00:00Z"), moment("2026-10-30T09:30:00Z"))),
        sessions: texts(&["ci-1"]),
        uses: uses.map(explained).collect(),
        surprises: vec![surprise],
        ..fitting("role", DEPLOY, actions)
    }
}

fn policy(action: &str) -> Policy {
    let text =
        format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":{action},"Resource":"*"}}}}"#);
    iam::parse(&text).unwrap()
}

/// Everything that a proposal of one old statement says.
struct Draft<'a> {
    target: PolicyId,
    owner: Option<&'a str>,
    change: Change,
    documents: Vec<(&'a str, Placement, &'a str)>,
    removed: &'a [&'a str],
}

fn proposal(one: &Draft<'_>, old: &Policy) -> Proposal {
    let document = |(name, placement, action): &(&str, Placement, &str)| ProposedPolicy {
        name: (*name).to_owned(),
        placement: *placement,
        policy: policy(action),
        parents: vec![0],
    };
    Proposal {
        target: one.target.clone(),
        account: ACCOUNT.to_owned(),
        owner: one.owner.map(str::to_owned),
        cluster: None,
        holders: texts(&[one.owner.unwrap_or(DEPLOY)]),
        attached_to: texts(&[one.owner.unwrap_or(DEPLOY)]),
        version: matches!(one.target, PolicyId::Managed { .. }).then(|| ("v3".to_owned(), 5)),
        change: one.change,
        documents: one.documents.iter().map(document).collect(),
        size_before: iam::size(old),
        removed: texts(one.removed),
        used: texts(&["s3:GetObject"]),
        unseen: BTreeMap::from([("iam:PassRole".to_owned(), "no event ever shows it".to_owned())]),
        tightened: Vec::new(),
        conditions: Vec::new(),
        withheld: Vec::new(),
        parted: Vec::new(),
    }
}

fn verdict(target: &PolicyId, owner: Option<&str>, verdict: Verdict, before: &str) -> PolicyVerdict {
    PolicyVerdict {
        target: target.clone(),
        account: ACCOUNT.to_owned(),
        owner: owner.map(str::to_owned),
        cluster: None,
        holders: texts(&[owner.unwrap_or(DEPLOY)]),
        verdict,
        before: before.to_owned(),
    }
}

fn proven(one: Draft<'_>) -> PolicyVerdict {
    let old = policy("\"*\"");
    let proven =
        verify(proposal(&one, &old), &old, &[], &Entities::of(&Grants::default())).expect("the proposal holds");
    verdict(&one.target, one.owner, Verdict::Proven(Box::new(proven)), &iam::compact(&old))
}

fn inline(owner: &str, name: &str) -> PolicyId {
    PolicyId::Inline { owner: owner.to_owned(), name: name.to_owned() }
}

fn managed(arn: &str) -> PolicyId {
    PolicyId::Managed { account: ACCOUNT.to_owned(), arn: arn.to_owned() }
}

fn proven_policies() -> Vec<PolicyVerdict> {
    let get = r#""s3:GetObject""#;
    vec![
        proven(Draft {
            target: inline(DEPLOY, "deploy inline"),
            owner: Some(DEPLOY),
            change: Change::Trim,
            documents: vec![("deploy inline", Placement::Inline, get)],
            removed: &["ec2:RunInstances", "s3:DeleteObject", "s3:PutObject"],
        }),
        proven(Draft {
            target: inline(IDLE, "leftover"),
            owner: Some(IDLE),
            change: Change::Detach,
            documents: Vec::new(),
            removed: &["s3:PutObject"],
        }),
        proven(Draft {
            target: managed(BUILD),
            owner: None,
            change: Change::Trim,
            documents: vec![
                ("Build", Placement::NewVersion, get),
                ("Build-2", Placement::NewPolicy, r#""iam:PassRole""#),
            ],
            removed: &["s3:DeleteObject", "s3:PutObject"],
        }),
        proven(Draft {
            target: managed("arn:aws:iam::aws:policy/ReadOnlyAccess"),
            owner: Some(DEPLOY),
            change: Change::Replace,
            documents: vec![("deploy-ReadOnlyAccess-fit", Placement::NewPolicy, get)],
            removed: &["s3:DeleteObject"],
        }),
    ]
}

fn other_policies() -> Vec<PolicyVerdict> {
    let old = policy("\"*\"");
    let refuted = Draft {
        target: managed("arn:aws:iam::111122223333:policy/Refuted"),
        owner: None,
        change: Change::Trim,
        documents: vec![("Refuted", Placement::NewVersion, r#""s3:GetObject""#)],
        removed: &["s3:PutObject"],
    };
    let counterexample = Counterexample::DenyLost { parent: 1 };
    let refuted = Verdict::Refuted(Box::new(proposal(&refuted, &old)), counterexample);
    vec![
        verdict(&managed("arn:aws:iam::111122223333:policy/Refuted"), None, refuted, ""),
        verdict(&managed("arn:aws:iam::111122223333:policy/Fits"), None, Verdict::Fits, ""),
        verdict(&inline(DEPLOY, "foreign"), Some(DEPLOY), Verdict::NotEditable("change the set".to_owned()), ""),
        verdict(&inline(DEPLOY, "odd"), Some(DEPLOY), Verdict::Unjudged("cannot be read".to_owned()), ""),
    ]
}

/// What was judged of it.
pub(crate) fn judgement(evidence: &Evidence) -> Judgement {
    let unfit = Fitting {
        unfit: texts(&["policy `odd` cannot be read: no Effect"]),
        ..fitting("role", "arn:aws:iam::111122223333:role/unfit", Vec::new())
    };
    let idle = fitting("user", IDLE, vec![granted("s3:PutObject", "unused", None)]);
    let gone = evidence.sorted_uses().into_iter().find(|seen| seen.key.principal.kind == PrincipalKind::User).unwrap();
    let stranger = Stranger {
        principal: gone.key.principal.clone(),
        seen: (gone.first, gone.last),
        uses: vec![gone.clone()],
        made: None,
        deleted: None,
    };
    let mut policies = proven_policies();
    policies.extend(other_policies());
    let unreadable = Unreadable {
        file: "snapshot.json".to_owned(),
        place: "RoleDetailList[3]".to_owned(),
        reason: "no Arn".to_owned(),
    };
    let fittings = vec![deploy(evidence), unfit, idle];
    Judgement { fittings, policies, strangers: vec![stranger], unreadable: vec![unreadable], ..Judgement::default() }
}
