//! Policies that are made to be hard to compare.

use serde_json::{Value, json};

/// Name, old, new.
pub(crate) fn pairs() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("30 entangled resource patterns", patterns(30, 'a'), patterns(30, 'b')),
        ("12 entangled resource patterns", patterns(12, 'a'), patterns(12, 'b')),
        ("200 entangled action patterns", actions(200), actions(199)),
        ("40 Denies under 3 conditions each", denies(40), denies(39)),
        ("300 statements of one action, each its own resource", statements(300, 0), statements(300, 1)),
        ("60 keys, each with its own Allow", keys(60, "x"), keys(60, "y")),
        ("25 pairs of keys that exclude each other", pigeons(6), pigeons(5)),
        ("20 variables in one text", variables(20, 'a'), variables(20, 'b')),
        ("a page of wildcards", wild(100, 'a'), wild(100, 'b')),
    ]
}

fn policy(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn patterns(count: usize, last: char) -> Value {
    let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
    let resources: Vec<String> =
        (0..count).map(|at| format!("arn:aws:s3:::*{}*{}*{last}*", letter(at), letter(at * 7 + 3))).collect();
    policy(vec![json!({"Effect": "Allow", "Action": "s3:*", "Resource": resources})])
}

fn actions(count: usize) -> Value {
    let entries: Vec<String> = (0..count).map(|at| format!("s{}:*a*{at}*b*", at % 7)).collect();
    policy(vec![json!({"Effect": "Allow", "Action": entries, "Resource": "*"})])
}

fn denies(count: usize) -> Value {
    let deny = |at: usize| {
        let (a, b, c) = (at % 11, (at * 3 + 1) % 13, (at * 5 + 2) % 17);
        json!({"Effect": "Deny", "Action": "*", "Resource": format!("arn:aws:s3:::b{at}*"), "Condition": {
            "StringNotEquals": {format!("aws:PrincipalTag/k{a}"): ["x", "y"]},
            "StringLike": {format!("aws:RequestTag/k{b}"): format!("v{at}*")},
            "Null": {format!("aws:ResourceTag/k{c}"): "true"},
        }})
    };
    let mut statements: Vec<Value> = (0..count).map(deny).collect();
    statements.push(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
    policy(statements)
}

fn statements(count: usize, from: usize) -> Value {
    let one =
        |at: usize| json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::b{at}/*")});
    policy((from..count + from).map(one).collect())
}

fn keys(count: usize, value: &str) -> Value {
    let one = |at: usize| {
        json!({"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {format!("aws:PrincipalTag/k{at}"): value}}})
    };
    policy((0..count).map(one).collect())
}

/// `count` + 1 pigeons that do not fit into `count` holes: a search without insight goes through all orders.
fn pigeons(holes: usize) -> Value {
    let key = |pigeon: usize| format!("aws:RequestTag/p{pigeon}");
    let names: Vec<String> = (0..holes).map(|hole| format!("h{hole}")).collect();
    let mut statements = vec![json!({"Effect": "Allow", "Action": "*", "Resource": "*"})];
    for pigeon in 0..=holes {
        statements.push(json!({"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {"StringNotEquals": {key(pigeon): names}}}));
        for other in 0..pigeon {
            statements.extend(names.iter().map(|hole| {
                json!({"Effect": "Deny", "Action": "*", "Resource": "*",
                    "Condition": {"StringEquals": {key(pigeon): hole, key(other): hole}}})
            }));
        }
    }
    policy(statements)
}

fn variables(count: usize, last: char) -> Value {
    let text: String = (0..count).map(|at| format!("${{aws:PrincipalTag/k{at}}}-")).collect();
    policy(vec![json!({"Effect": "Allow", "Action": "s3:*", "Resource": format!("arn:aws:s3:::b/{text}{last}")})])
}

fn wild(count: usize, last: char) -> Value {
    let text = "*a".repeat(count);
    policy(vec![json!({"Effect": "Allow", "Action": "s3:*", "Resource": format!("arn:aws:s3:::{text}{last}*")})])
}
