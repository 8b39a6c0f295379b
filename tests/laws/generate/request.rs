//! Requests, and the entries of the elements that they meet.

use serde_json::{Map, Value, json};

use super::condition;
use crate::laws::random::Random;

/// Every kind of caller.
pub(crate) const PRINCIPALS: [&str; 14] = [
    "arn:aws:iam::111122223333:user/team/ann",
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:iam::111122223333:role/path/app",
    "arn:aws:sts::111122223333:assumed-role/app/s1",
    "arn:aws:sts::111122223333:assumed-role/app/s2",
    "arn:aws:sts::111122223333:federated-user/f",
    "arn:aws:iam::111122223333:root",
    "arn:aws-cn:iam::111122223333:user/bob",
    "arn:aws-us-gov:sts::111122223333:assumed-role/app/s1",
    "lambda.amazonaws.com",
    "accounts.google.com",
    "arn:aws:iam::111122223333:saml-provider/idp",
    "anonymous",
];

const NAMED: [&str; 12] = [
    "*",
    "111122223333",
    "444455556666",
    "arn:aws:iam::111122223333:root",
    "arn:aws-cn:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/team/ann",
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:iam::111122223333:role/path/app",
    "arn:aws:sts::111122223333:assumed-role/app/s1",
    "arn:aws:sts::111122223333:federated-user/f",
    "AIDAEXAMPLE",
];

const ACTIONS: [&str; 12] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:getobject",
    "sqs:SendMessage",
    "kms:Decrypt",
    "kms:RetireGrant",
    "sts:AssumeRole",
    "sts:TagSession",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
    "ec2:DescribeInstances",
];

const RESOURCES: [&str; 10] = [
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/k/a*",
    "arn:aws:s3:::b/É😀",
    "arn:aws:sqs:eu-west-1:111122223333:q",
    "arn:aws:sqs:eu-west-1:444455556666:q",
    "arn:aws:kms:eu-west-1:111122223333:key/k",
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:lambda:eu-west-1:111122223333:function:f",
    "*",
];

const ENTRIES: [&str; 28] = [
    "*",
    "*",
    "*",
    "**",
    "?",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/?",
    "arn:aws:s3:::b/???",
    "arn:aws:s3:::B/k",
    "arn:*:s3:::b/k",
    "arn:aws:s3:*",
    "arn:aws:s3*",
    "arn:aws:*:*:*:*",
    "arn:aws:sqs:*:*:q",
    "arn:aws:sqs:*:1*:*",
    "arn:aws:sqs:*:q",
    "arn:aws:sqs",
    "arn:aws:lambda:eu-west-1:*:f",
    "arn:aws:lambda:*:111122223333:function:?",
    "*:key/*",
    "arn:aws:s3:::${aws:PrincipalTag/t}/k",
    "arn:aws:s3:::b/${aws:PrincipalTag/T, 'k'}",
    "arn:aws:s3:::b/${aws:username}*",
    "arn:aws:s3:::b/${*}",
    "arn:aws:s3:::b/k/a${*}",
    "arn:aws:sqs:eu-west-1:${aws:PrincipalTag/t}:q",
];

/// Mostly the first few, so that policies and requests meet.
fn often<'a>(random: &mut Random, items: &[&'a str], first: usize) -> &'a str {
    if random.percent(60) { random.one(&items[..first]) } else { random.one(items) }
}

/// One entry as itself or several as a list.
pub(super) fn list(random: &mut Random, mut entry: impl FnMut(&mut Random) -> Value) -> Value {
    match random.below(6) {
        0 => (0..2 + random.below(2)).map(|_| entry(random)).collect(),
        1 => json!([entry(random)]),
        _ => entry(random),
    }
}

pub(crate) fn action_entry(random: &mut Random, layer: &str) -> Value {
    let action = often(random, &ACTIONS, 2);
    let (prefix, name) = action.split_once(':').unwrap();
    let entry = match random.below(10) {
        // Services accept wildcards in the prefix in SCPs only; elsewhere they are rare.
        0 if layer == "scps" || random.percent(10) => format!("*:{name}"),
        0..=2 => "*".to_owned(),
        3 => format!("{prefix}:*"),
        4 => format!("{prefix}:{}*", &name[..3]),
        5 => format!("{}:*{}", prefix.to_uppercase(), &name[3..]),
        6 => format!("{prefix}:?{}", &name[1..]),
        7 => format!("{prefix}:*{}*", &name[2..4]),
        _ => action.to_owned(),
    };
    entry.into()
}

pub(crate) fn resource_entry(random: &mut Random) -> Value {
    if random.percent(30) { often(random, &RESOURCES, 3).into() } else { often(random, &ENTRIES, 7).into() }
}

pub(super) fn principal_element(random: &mut Random) -> Value {
    if random.percent(20) {
        return "*".into();
    }
    let mut map = Map::new();
    if random.percent(85) {
        map.insert("AWS".into(), list(random, |random| often(random, &NAMED, 2).into()));
    }
    if random.percent(15) {
        map.insert("Service".into(), random.one(&["lambda.amazonaws.com", "ec2.amazonaws.com"]).into());
    }
    if random.percent(12) {
        let federated = random.one(&["accounts.google.com", "arn:aws:iam::111122223333:saml-provider/idp"]);
        map.insert("Federated".into(), federated.into());
    }
    if map.is_empty() || random.percent(3) {
        map.insert("CanonicalUser".into(), "79a59dEXAMPLE".into());
    }
    map.into()
}

pub(crate) fn request(random: &mut Random) -> Value {
    let mut request = Map::new();
    let mut set = |name: &str, value: Value| drop(request.insert(name.into(), value));
    let principal = if random.percent(70) { random.below(6) } else { random.below(PRINCIPALS.len()) };
    let principal = PRINCIPALS[principal];
    set("principal", principal.into());
    if principal.contains(":role/") && random.percent(50) {
        set("session", random.one(&["arn:aws:sts::111122223333:assumed-role/app/s1"]).into());
    }
    if principal.contains(":federated-user/") && random.percent(60) {
        set("issuer", random.one(&["arn:aws:iam::111122223333:user/bob"]).into());
    }
    set("action", often(random, &ACTIONS, 2).into());
    let owner = random.one(&["111122223333", "111122223333", "444455556666"]);
    match random.below(30) {
        // What is not told exactly tells its owner here: an ARN among the possible ones might tell another.
        0 => set("resource_account", owner.into()),
        1 => {
            let within = random.one(&["*", "arn:aws:s3:::b/*", "arn:aws:sqs:*:*:q*", "arn:aws:lambda:*:*:*"]);
            set("resource_within", within.into());
            set("resource_account", owner.into());
        }
        _ => {
            set("resource", often(random, &RESOURCES, 3).into());
            if random.percent(40) {
                set("resource_account", owner.into());
            }
        }
    }
    if random.percent(4) {
        set("principal_in_management_account", true.into());
    }
    if random.percent(4) {
        set("service_linked_role", true.into());
    }
    let open = random.percent(40);
    if open {
        set("open_context", true.into());
    }
    set("context", condition::context(random, open));
    request.into()
}
