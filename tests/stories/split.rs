//! Policies that many hold, split: no part denies what was seen or grants more, the figures told are those of the
//! proposals, and the quotas hold.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use trailfit::fit::{Judgement, Options, PolicyVerdict, Proposal, Split, Verdict};
use trailfit::grants::Grants;
use trailfit::iam::Effect;
use trailfit::pipeline;
use trailfit::report::Report;
use trailfit::trail::Evidence;

use super::bench::{Bench, catalog, gathered};
use super::dice::Dice;

const ACCOUNT: &str = "111122223333";
const SHARED: &str = "arn:aws:iam::111122223333:policy/team/everything";
const MANAGED: &str = "arn:aws:iam::aws:policy/ReadEverything";

/// Calls without parameters; both policies grant them.
const CALLS: [(&str, &str); 12] = [
    ("ec2", "DescribeVpcs"),
    ("ec2", "DescribeImages"),
    ("ec2", "DescribeSubnets"),
    ("ec2", "DescribeVolumes"),
    ("ec2", "DescribeKeyPairs"),
    ("ec2", "DescribeAddresses"),
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeSnapshots"),
    ("iam", "ListRoles"),
    ("iam", "ListUsers"),
    ("iam", "ListGroups"),
    ("iam", "GetAccountSummary"),
];

/// An account, and the calls of each of its roles and users.
struct World {
    snapshot: Value,
    records: Vec<Value>,
}

fn document(actions: &[&str]) -> Value {
    let deny = json!({"Sid": "Never", "Effect": "Deny", "Action": "iam:DeleteRole", "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [{"Sid": "All", "Effect": "Allow", "Action": actions, "Resource": "*"}, deny]})
}

fn managed(arn: &str, attached: usize, document: &Value) -> Value {
    let name = arn.rsplit('/').next().unwrap();
    let path = if arn == SHARED { "/team/" } else { "/" };
    json!({
        "PolicyName": name, "PolicyId": "ANPAEXAMPLE", "Arn": arn, "Path": path, "DefaultVersionId": "v1",
        "AttachmentCount": attached, "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
        "Document": document, "CreateDate": "2020-01-01T00:00:00Z"}],
    })
}

/// Roles of three archetypes, each with a whim of its own; two users of a group that holds the policy, too.
fn world(seed: u64, others: usize) -> World {
    let mut dice = Dice(seed);
    let attached = |arns: &[&str]| -> Vec<Value> {
        let one = |arn: &&str| json!({"PolicyArn": arn, "PolicyName": arn.rsplit('/').next().unwrap()});
        arns.iter().map(one).collect()
    };
    let mut world = World { snapshot: Value::Null, records: Vec::new() };
    let (mut roles, mut users) = (Vec::new(), Vec::new());
    let count = 6 + dice.roll(8);
    for number in 0..count + 2 {
        let (is_user, name) = (number >= count, format!("p{number}"));
        let archetype = dice.roll(3);
        let calls = CALLS.iter().skip(archetype * 4).take(4).chain(CALLS.get(dice.roll(40)));
        for (service, call) in calls.filter(|_| dice.roll(6) > 0) {
            let record = record(is_user, &name, service, call, world.records.len());
            world.records.push(record);
        }
        let kind = if is_user { "user" } else { "role" };
        let arn = format!("arn:aws:iam::{ACCOUNT}:{kind}/{name}");
        let common = json!({"Path": "/", "Arn": arn, "CreateDate": "2020-01-01T00:00:00Z"});
        let mut one = common.as_object().unwrap().clone();
        if is_user {
            one.extend([
                ("UserName".to_owned(), json!(name)),
                ("UserId".to_owned(), json!(format!("AIDAEXAMPLE{number}"))),
                ("GroupList".to_owned(), json!(["team"])),
                ("AttachedManagedPolicies".to_owned(), json!([])),
            ]);
            users.push(Value::Object(one));
        } else {
            one.extend([
                ("RoleName".to_owned(), json!(name)),
                ("RoleId".to_owned(), json!(format!("AROAEXAMPLE{number}"))),
                ("AttachedManagedPolicies".to_owned(), json!(attached(&[SHARED, MANAGED]))),
            ]);
            roles.push(Value::Object(one));
        }
    }
    let mut policies = vec![
        managed(SHARED, count + 1, &document(&["ec2:Describe*", "iam:List*", "iam:GetAccount*"])),
        managed(MANAGED, count, &document(&["ec2:Describe*", "iam:Get*", "iam:List*"])),
    ];
    for number in 0..others {
        let arn = format!("arn:aws:iam::{ACCOUNT}:policy/other{number}");
        policies.push(managed(&arn, 0, &document(&["ec2:Describe*"])));
    }
    let group = json!({"Path": "/", "GroupName": "team", "GroupId": "AGPAEXAMPLE",
        "Arn": format!("arn:aws:iam::{ACCOUNT}:group/team"), "GroupPolicyList": [],
        "AttachedManagedPolicies": attached(&[SHARED])});
    dice.shuffle(&mut roles);
    world.snapshot =
        json!({"UserDetailList": users, "GroupDetailList": [group], "RoleDetailList": roles, "Policies": policies});
    world
}

fn record(is_user: bool, name: &str, service: &str, call: &str, number: usize) -> Value {
    let identity = if is_user {
        json!({"type": "IAMUser", "principalId": format!("AIDAEXAMPLE{}", &name[1..]), "userName": name,
            "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"), "accountId": ACCOUNT})
    } else {
        let id = format!("AROAEXAMPLE{}", &name[1..]);
        json!({"type": "AssumedRole", "principalId": format!("{id}:s"), "accountId": ACCOUNT,
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/s"),
            "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": id, "userName": name,
            "arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"), "accountId": ACCOUNT}}})
    };
    json!({"eventVersion": "1.08", "userIdentity": identity, "eventSource": format!("{service}.amazonaws.com"),
        "eventName": call, "eventTime": format!("2026-{:02}-{:02}T12:00:00Z", 1 + number % 9, 1 + number % 28),
        "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli", "requestParameters": null,
        "responseElements": null, "eventID": format!("00000000-0000-4000-8000-{number:012}"), "readOnly": true,
        "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": ACCOUNT})
}

impl World {
    fn grants(&self) -> Grants {
        trailfit::grants::read(vec![(format!("{ACCOUNT}.json"), self.snapshot.to_string().into_bytes())])
    }

    fn evidence(&self) -> Evidence {
        let mut evidence = gathered([("records.json", json!({"Records": self.records}).to_string())]);
        evidence.settle().unwrap();
        evidence
    }

    fn judged(&self, split: Split) -> Judgement {
        let options = Options { split, ..Options::default() };
        pipeline::judge(&self.evidence(), &self.grants(), catalog(), &options)
    }
}

fn of<'j>(judgement: &'j Judgement, arn: &str) -> Vec<&'j PolicyVerdict> {
    judgement.policies.iter().filter(|policy| policy.target.name() == arn).collect()
}

fn proposals<'j>(judgement: &'j Judgement, arn: &str) -> Vec<&'j Proposal> {
    let proven = |policy: &&'j PolicyVerdict| match &policy.verdict {
        Verdict::Proven(proven) => Some(proven.proposal()),
        _ => None,
    };
    of(judgement, arn).iter().filter_map(proven).collect()
}

/// The actions that documents or a policy allow, by the dictionary.
fn allowed<'p>(policies: impl Iterator<Item = &'p trailfit::iam::Policy>) -> BTreeSet<String> {
    let statements = policies.flat_map(|policy| &policy.statements);
    let allows = statements.filter(|statement| statement.effect == Effect::Allow);
    let expanded = allows.flat_map(|statement| catalog().expand_all(&statement.actions.patterns));
    expanded.map(|action| action.name.to_string()).collect()
}

/// Pairs of a removed action and a holder, over the parts of a policy.
fn removed(proposals: &[&Proposal]) -> usize {
    proposals.iter().map(|proposal| proposal.removed.len() * proposal.holders.len()).sum()
}

#[test]
fn no_part_denies_what_was_seen_or_grants_more() {
    let (mut split, mut parts) = (0, 0);
    for seed in 1..=25 {
        let world = world(seed * 7919, 0);
        let grants = world.grants();
        let never = world.judged(Split::Never);
        let whole = proposals(&never, SHARED);
        for how in [Split::Clusters, Split::Holders] {
            let judgement = world.judged(how);
            let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for fitting in &judgement.fittings {
                let seen = fitting.uses.iter().filter(|one| !one.allowed_by.is_empty());
                uses.insert(&fitting.arn, seen.map(|one| one.seen.key.action.as_str()).collect());
            }
            assert!(uses.values().any(|used| used.len() > 2));
            for arn in [SHARED, MANAGED] {
                let old = grants.accounts[ACCOUNT].policies[arn].document.policy.as_ref().unwrap();
                let before = allowed([old].into_iter());
                let mut owners = BTreeSet::new();
                for proposal in proposals(&judgement, arn) {
                    let after = allowed(proposal.documents.iter().map(|document| &document.policy));
                    assert!(after.is_subset(&before), "{seed} {how:?} {arn}");
                    for holder in &proposal.holders {
                        let lost = uses[holder.as_str()]
                            .iter()
                            .find(|used| before.contains(**used) && !after.contains(**used));
                        assert_eq!(lost, None, "{seed} {how:?} {arn} {holder}");
                    }
                    assert!(
                        proposal.attached_to.iter().all(|owner| owners.insert(owner.clone())),
                        "an owner in two parts"
                    );
                    parts += usize::from(proposal.is_part());
                }
            }
            let shared = &judgement.shared[&of(&judgement, SHARED)[0].target];
            assert_eq!(shared.together.removed as usize, removed(&whole));
            if of(&judgement, SHARED).iter().any(|policy| policy.cluster.is_some() || policy.owner.is_some()) {
                split += 1;
                let found = removed(&proposals(&judgement, SHARED));
                assert!(found > removed(&whole));
                let way = if how == Split::Clusters { &shared.clusters } else { &shared.per_owner };
                assert_eq!(way.removed as usize, found);
                // Each part goes on to deny, so each stands, also where nobody needs anything of it.
                let stand: usize = proposals(&judgement, SHARED).iter().map(|one| one.documents.len()).sum();
                assert_eq!(way.policies, stand);
                if how == Split::Clusters {
                    assert!(shared.clusters.policies <= 5 && shared.is_notable(&shared.clusters));
                }
            }
            assert!(judgement.quotas.iter().all(|quota| quota.holds()));
        }
    }
    assert!(split > 25 && parts > 200, "{split} {parts}");
}

/// The same bytes whatever the order in which principals, policies and records come.
#[test]
fn a_split_does_not_depend_on_any_order() {
    let told = |world: &World| {
        let evidence = world.evidence();
        let options = Options { split: Split::Clusters, ..Options::default() };
        let judgement = pipeline::judge(&evidence, &world.grants(), catalog(), &options);
        Report::new(&evidence, &judgement, "2026-10-27").json()
    };
    for seed in 1..=5 {
        let mut world = world(seed * 104_729, 0);
        let first = told(&world);
        assert!(first.contains("\"cluster\":"));
        let mut dice = Dice(seed);
        dice.shuffle(&mut world.records);
        for list in ["RoleDetailList", "UserDetailList", "Policies"] {
            dice.shuffle(world.snapshot[list].as_array_mut().unwrap());
        }
        assert_eq!(told(&world), first);
    }
}

/// Where one more policy has room, owners share the one; without a split the account would overflow.
#[test]
fn the_quota_of_policies_bounds_a_split() {
    let world = world(7919, 1_498);
    let quota = |split| world.judged(split).quotas[0].clone();
    let never = quota(Split::Never);
    assert!(never.standing == 1_499 && never.created > 1 && !never.holds(), "{never:?}");
    let clusters = quota(Split::Clusters);
    assert!(clusters.created == 1 && clusters.holds(), "{clusters:?}");
    assert_eq!(of(&world.judged(Split::Clusters), SHARED).len(), 1, "no room to split it");
}

/// `parts-catalog-read` of the sample: two roles use two parts of it.
#[test]
fn the_sample_has_a_policy_that_two_use_in_two_ways() {
    let court = Bench::sample().judged();
    let policy = court.policy("catalog-api", "parts-catalog-read");
    let shared = &court.judgement.shared[&policy.target];
    assert_eq!((shared.holders, shared.owners, &shared.whole), (2, 2, &None));
    assert!(shared.per_holder.removed > shared.together.removed && shared.is_notable(&shared.clusters));
    assert_eq!(shared.members.len(), 2);
    // Of a group's own policy both costs are told, and why it stays in one piece.
    let group = court.judgement.shared.values().find(|shared| shared.whole.is_some());
    assert!(group.is_none_or(|group| group.whole.as_ref().unwrap().contains("group") && group.members.is_empty()));
}

/// Who keeps `s3:PutObject` and loses `s3:AbortMultipartUpload` is told of it.
#[test]
fn parted_pairs_are_told() {
    let court = Bench::sample().judged();
    let proposals = court.judgement.policies.iter().filter_map(|policy| match &policy.verdict {
        Verdict::Proven(proven) => Some(proven.proposal()),
        _ => None,
    });
    let mut told = 0;
    for proposal in proposals {
        for pair in &proposal.parted {
            told += 1;
            assert!(proposal.removed.contains(&pair.removed), "{pair:?}");
            assert!(proposal.used.contains(&pair.kept) || proposal.unseen.contains_key(&pair.kept), "{pair:?}");
            assert!(pair.source.starts_with("https://"));
        }
        let has = |action: &str| proposal.used.iter().any(|used| used == action);
        let goes = |action: &str| proposal.removed.iter().any(|removed| removed == action);
        if has("s3:PutObject") && goes("s3:AbortMultipartUpload") {
            assert!(proposal.parted.iter().any(|pair| pair.removed == "s3:AbortMultipartUpload"));
        }
    }
    assert!(told > 3, "{told}");
}
