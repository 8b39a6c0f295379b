//! Conditions on from where calls come and on the second factor: what is offered, what is not and why, and that
//! nothing that was seen is lost, also of what services do for the principal.

use serde_json::{Value, json};
use trailfit::fit::{AddedCondition, Judgement, Options, Proposal, Tightness, Verdict};
use trailfit::iam::{Condition, Policy};
use trailfit::pipeline;
use trailfit::trail::Evidence;

use super::bench::{alike, catalog, gathered, settled};

const ACCOUNT: &str = "111122223333";
const ALL: [AddedCondition; 3] = [AddedCondition::SourceIp, AddedCondition::SourceVpce, AddedCondition::Mfa];

/// How one call came.
#[derive(Clone)]
struct Way {
    address: String,
    endpoint: Option<&'static str>,
    via: Option<&'static str>,
    mfa: bool,
}

fn from(address: impl Into<String>) -> Way {
    Way { address: address.into(), endpoint: None, via: None, mfa: true }
}

fn through(endpoint: &'static str) -> Way {
    Way { endpoint: Some(endpoint), ..from("192.0.2.9") }
}

fn by(service: &'static str) -> Way {
    Way { via: Some(service), ..from(service) }
}

/// Calls of one user, day after day.
#[derive(Default)]
struct World {
    records: Vec<Value>,
}

impl World {
    /// A call on so many days, the ways in turn.
    fn calls(mut self, call: &str, days: usize, ways: &[Way]) -> World {
        for day in 0..days {
            let Way { address, endpoint, via, mfa } = &ways[day % ways.len()];
            let id = self.records.len();
            let mut record = json!({"eventVersion": "1.11", "userIdentity": {"type": "IAMUser",
                "principalId": "AIDAEXAMPLE", "arn": format!("arn:aws:iam::{ACCOUNT}:user/ada"), "accountId": ACCOUNT,
                "userName": "ada", "sessionContext": {"attributes": {"creationDate": "2026-01-01T00:00:00Z",
                "mfaAuthenticated": mfa.to_string()}}},
                "eventTime": format!("2026-{:02}-{:02}T12:00:00Z", 7 + day / 28, 1 + day % 28),
                "eventSource": "ec2.amazonaws.com", "eventName": call, "awsRegion": "us-east-1",
                "sourceIPAddress": address, "userAgent": "aws-cli", "requestParameters": null,
                "responseElements": null, "eventID": format!("00000000-0000-4000-8000-{id:012}"), "readOnly": true,
                "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": ACCOUNT});
            if let Some(endpoint) = endpoint {
                record["vpcEndpointId"] = json!(endpoint);
            }
            if let Some(via) = via {
                record["userIdentity"]["invokedBy"] = json!(via);
            }
            self.records.push(record);
        }
        self
    }

    fn text(&self) -> String {
        json!({"Records": self.records}).to_string()
    }

    fn evidence(&self) -> Evidence {
        settled(self.text().as_bytes())
    }

    fn judged(&self, conditions: &[AddedCondition]) -> Judgement {
        self.judged_under(conditions, &json!([{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]))
    }

    fn judged_under(&self, conditions: &[AddedCondition], statements: &Value) -> Judgement {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        let snapshot = json!({"UserDetailList": [{"Path": "/", "UserName": "ada", "UserId": "AIDAEXAMPLE",
            "Arn": format!("arn:aws:iam::{ACCOUNT}:user/ada"), "CreateDate": "2020-01-01T00:00:00Z", "GroupList": [],
            "AttachedManagedPolicies": [], "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": document}]}],
            "GroupDetailList": [], "RoleDetailList": [], "Policies": []});
        let grants = trailfit::grants::read(vec![("a.json".to_owned(), snapshot.to_string().into_bytes())]);
        let conditions = conditions.iter().copied().collect();
        let options = Options { conditions, tightness: Tightness::Medium, protect_days: 0, ..Options::default() };
        pipeline::judge(&self.evidence(), &grants, catalog(), &options)
    }
}

fn proven(judgement: &Judgement) -> &Proposal {
    match &judgement.policies[0].verdict {
        Verdict::Proven(proven) => proven.proposal(),
        other => panic!("{other:?}"),
    }
}

/// The conditions of each statement for an action, as `key=values`.
fn doors(proposal: &Proposal, action: &str) -> Vec<Vec<String>> {
    let policies = proposal.documents.iter().map(|document| &document.policy);
    let statements = policies.flat_map(|policy: &Policy| &policy.statements);
    let named = statements.filter(|statement| statement.actions.patterns.iter().any(|one| one.matches(action)));
    let told = |one: &Condition| format!("{}={}", one.key, one.values.join(","));
    named.map(|statement| statement.conditions.iter().map(told).collect()).collect()
}

fn why<'p>(proposal: &'p Proposal, key: &str, action: &str) -> &'p str {
    let found = proposal.withheld.iter().find(|(_, one)| one.key == key && one.actions.contains(action));
    found.map_or("offered", |(_, one)| one.reason)
}

const VIA: &str = "aws:ViaAWSService=true";

#[test]
fn each_door_stands_beside_one_for_services() {
    let world = World::default()
        .calls("DescribeVpcs", 50, &[from("192.0.2.1"), from("192.0.2.2")])
        .calls("DescribeImages", 50, &[through("vpce-1"), by("cloudformation.amazonaws.com")])
        .calls("DescribeSubnets", 50, &[through("vpce-1"), from("2001:db8::7")]);
    let judgement = world.judged(&ALL);
    let proposal = proven(&judgement);
    let mfa = "aws:MultiFactorAuthPresent=true";
    let case = |action: &str, expected: &[&[&str]]| assert_eq!(doors(proposal, action), expected, "{action}");
    case("ec2:DescribeVpcs", &[&["aws:SourceIp=192.0.2.1/32,192.0.2.2/32", mfa], &[VIA]]);
    case("ec2:DescribeImages", &[&["aws:SourceVpce=vpce-1", mfa], &[VIA]]);
    case("ec2:DescribeSubnets", &[&["aws:SourceIp=2001:db8::7/128", mfa], &["aws:SourceVpce=vpce-1", mfa], &[VIA]]);
    let of = |key: &str| -> Vec<u64> {
        let found = proposal.conditions.iter().filter(|(_, one)| one.condition.key == key);
        found.map(|(_, one)| one.calls).collect()
    };
    assert_eq!(of("aws:SourceIp"), [50, 50]);
    assert_eq!(of("aws:SourceVpce"), [25, 50]);
    assert!(proposal.withheld.is_empty(), "{:?}", proposal.withheld);
    let none = world.judged(&[]);
    assert!(proven(&none).conditions.is_empty() && proven(&none).withheld.is_empty());
}

#[test]
fn in_doubt_nothing_is_offered_and_the_reason_is_told() {
    let far: Vec<Way> = (0..40).map(|n| from(format!("2001:db8:{n:x}::1"))).collect();
    let mut bare = from("192.0.2.1");
    bare.mfa = false;
    let world = World::default()
        .calls("DescribeVpcs", 50, &far)
        .calls("DescribeImages", 50, &[from("192.0.2.1"), from("AWS Internal")])
        .calls("DescribeSubnets", 50, &[by("cloudformation.amazonaws.com")])
        .calls("DescribeVolumes", 3, &[from("192.0.2.1")])
        .calls("DescribeKeyPairs", 50, &[bare])
        .calls("DescribeAddresses", 50, &[through("vpce-1")]);
    let judgement = world.judged(&[AddedCondition::SourceIp, AddedCondition::Mfa]);
    let proposal = proven(&judgement);
    let (ip, mfa) = ("aws:SourceIp", "aws:MultiFactorAuthPresent");
    let case = |key: &str, action: &str, part: &str| {
        let reason = why(proposal, key, action);
        assert!(reason.contains(part), "{key} {action}: {reason}");
        let written = doors(proposal, action).concat();
        assert!(!written.iter().any(|one| one.starts_with(key)), "{action}: {written:?}");
    };
    case(ip, "ec2:DescribeVpcs", "too many places");
    case(ip, "ec2:DescribeImages", "do not tell");
    case(ip, "ec2:DescribeSubnets", "only services");
    case(mfa, "ec2:DescribeSubnets", "only services");
    case(ip, "ec2:DescribeVolumes", "too few calls");
    case(mfa, "ec2:DescribeKeyPairs", "without multi-factor");
    case(ip, "ec2:DescribeAddresses", "through VPC endpoints");
    assert_eq!(why(proposal, mfa, "ec2:DescribeVpcs"), "offered");
    assert_eq!(
        doors(proposal, "ec2:DescribeKeyPairs"),
        [vec!["aws:SourceIp=192.0.2.1/32".to_owned()], vec![VIA.to_owned()]]
    );
}

#[test]
fn order_split_and_memory_do_not_show() {
    let ways: Vec<Way> = (0..45).map(|n| from(format!("2001:db8:{:x}::{n:x}", 1 + n % 5))).collect();
    let world = World::default().calls("DescribeVpcs", 90, &ways).calls("DescribeImages", 40, &[through("vpce-2")]);
    let halves = |reverse: bool| {
        let mut halves: Vec<Vec<Value>> = world.records.chunks(57).map(<[Value]>::to_vec).collect();
        if reverse {
            halves.reverse();
            halves.iter_mut().for_each(|half| half.reverse());
        }
        let parts = halves.iter().map(|half| gathered([("f", json!({"Records": half}).to_string())]));
        let mut evidence = parts.reduce(Evidence::merge).unwrap();
        evidence.settle().unwrap();
        evidence
    };
    let whole = world.evidence();
    let networks = whole.sorted_uses().into_iter().find(|seen| seen.key.action == "ec2:DescribeVpcs").unwrap();
    assert_eq!(networks.origins.ranges().count(), 5);
    assert!(networks.origins.are_wide());
    for reverse in [false, true] {
        assert_eq!(halves(reverse).uses, whole.uses);
    }
    assert!(alike(&whole, &world.evidence()));
    let judgement = world.judged(&ALL);
    let ranges: Vec<String> = (1..6).map(|n| format!("2001:db8:{n:x}::/64")).collect();
    assert!(doors(proven(&judgement), "ec2:DescribeVpcs")[0][0].ends_with(&ranges.join(",")));
}

/// Conditions on addresses that stand are settled by the same addresses: what they explain stays so, and a Deny that
/// the call contradicts is no fault of the proposal.
#[test]
fn conditions_that_stand_are_asked_with_the_address() {
    let world = World::default().calls("DescribeVpcs", 50, &[from("192.0.2.1")]).calls(
        "DescribeImages",
        50,
        &[from("2001:db8::7")],
    );
    let within = |operator: &str| json!({operator: {"aws:SourceIp": "192.0.2.0/24"}});
    let statements = json!([
        {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
        {"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*", "Condition": within("IpAddress")},
        {"Effect": "Deny", "Action": "ec2:DescribeImages", "Resource": "*", "Condition": within("NotIpAddress")}]);
    let judgement = world.judged_under(&ALL, &statements);
    let proposal = proven(&judgement);
    let vpcs = doors(proposal, "ec2:DescribeVpcs").concat();
    // Actions that came by the same doors share a list.
    assert!(vpcs.contains(&"aws:SourceIp=192.0.2.1/32,2001:db8::7/128".to_owned()), "{vpcs:?}");
    assert!(vpcs.contains(&"aws:SourceIp=192.0.2.0/24".to_owned()), "{vpcs:?}");
    assert!(why(proposal, "aws:SourceIp", "ec2:DescribeVpcs") == "offered");
}
