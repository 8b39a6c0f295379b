//! What must be covered, what must not, and a search for a request that proves the check wrong.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::super::{Caller, Context, ContextValue, Request, Resource, Truth, matches_statement, parse};
use super::*;

fn policy(version: &str, statement: &str) -> Policy {
    parse(&format!(r#"{{"Version": "{version}", "Statement": [{{{statement}}}]}}"#)).unwrap()
}

fn covered(parent: &str, child: &str) -> bool {
    let (parent, child) = (policy("2012-10-17", parent), policy("2012-10-17", child));
    covers_statement(&parent, &parent.statements[0], &child, &child.statements[0])
}

fn case(parent: &str, child: &str, expected: bool) {
    assert_eq!(covered(parent, child), expected, "{parent}\nover {child}");
}

const ALL: &str = r#""Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*""#;

#[test]
fn actions() {
    let with = |action: &str| format!(r#""Effect": "Allow", {action}, "Resource": "*""#);
    let case = |parent: &str, child: &str, expected| case(&with(parent), &with(child), expected);
    case(r#""Action": "s3:*""#, r#""Action": ["S3:Get*", "s3:put?bject"]"#, true);
    case(r#""Action": "s3:Get*""#, r#""Action": "s3:*""#, false);
    case(r#""Action": ["s3:Get*", "s3:Put*"]"#, r#""Action": ["s3:PutObject", "s3:GetObject"]"#, true);
    case(r#""NotAction": "iam:*""#, r#""Action": "s3:*""#, true);
    case(r#""NotAction": "iam:*""#, r#""Action": "*:Get*""#, false);
    case(r#""NotAction": "iam:Get*""#, r#""NotAction": "iam:*""#, true);
    case(r#""NotAction": "iam:*""#, r#""NotAction": "iam:Get*""#, false);
    case(r#""Action": "*""#, r#""NotAction": "iam:*""#, true);
    case(r#""Action": "s3:*""#, r#""NotAction": "iam:*""#, false);
}

#[test]
fn resources() {
    let with = |resource: &str| format!(r#""Effect": "Allow", "Action": "a:b", {resource}"#);
    let case = |parent: &str, child: &str, expected| case(&with(parent), &with(child), expected);
    let arn = |name: &str, tail: &str| format!(r#""{name}": "arn:aws:s3:::{tail}""#);
    case(r#""Resource": "*""#, &arn("Resource", "b/*"), true);
    case(&arn("Resource", "b/*"), r#""Resource": "*""#, false);
    case(&arn("Resource", "b/*"), &arn("Resource", "b/x/${aws:username}"), true);
    case(&arn("Resource", "b/?"), &arn("Resource", "b/${aws:username}"), false);
    case(&arn("Resource", "b/${aws:username}/*"), &arn("Resource", "b/${aws:username}/x"), true);
    case(&arn("Resource", "b/${aws:username}/*"), &arn("Resource", "b/ann/x"), false);
    case(&arn("Resource", "b/${aws:username}"), &arn("Resource", "b/${aws:userid}"), false);
    case(&arn("Resource", "b${*}"), &arn("Resource", "bx"), false);
    case(&arn("NotResource", "b"), &arn("Resource", "c"), true);
    case(&arn("NotResource", "b*"), &arn("Resource", "${aws:username}"), false);
    case(&arn("NotResource", "b/x"), &arn("NotResource", "b/*"), true);
    case(&arn("NotResource", "b/*"), &arn("NotResource", "b/x"), false);
    case(&arn("NotResource", "b/x"), &arn("NotResource", "b/${aws:username, 'x'}"), false);
    case(r#""Resource": "*""#, &arn("NotResource", "b"), true);
    case(&arn("Resource", "*"), &arn("NotResource", "b"), false);
    // A `*` in the region must not be thought to reach over colons.
    case(
        r#""Resource": "arn:aws:sns:*:111122223333:t""#,
        r#""Resource": "arn:aws:sns:eu-west-1:444455556666:x:111122223333:t""#,
        false,
    );
    case(r#""Resource": "arn:aws:sns:*""#, r#""Resource": "arn:aws:sns:*:111122223333:t""#, true);
}

#[test]
fn conditions() {
    let with = |condition: &str| format!(r#"{ALL}, "Condition": {{{condition}}}"#);
    let case = |parent: &str, child: &str, expected| case(&with(parent), &with(child), expected);
    let vpc = r#""StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}"#;
    case("", vpc, true);
    case(vpc, "", false);
    case(vpc, r#""StringEquals": {"aws:sourcevpc": "vpc-1", "aws:username": "a"}"#, true);
    case(vpc, r#""StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-3"]}"#, false);
    case(vpc, r#""StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}"#, false);
    case(vpc, r#""StringLike": {"aws:SourceVpc": "vpc-1"}"#, false);
    let other = r#""StringNotEquals": {"aws:SourceVpc": "vpc-1"}"#;
    case(other, r#""StringNotEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}"#, true);
    case(r#""StringNotEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}"#, other, false);
}

#[test]
fn principals_and_effects() {
    let anyone = format!(r#"{ALL}, "Principal": "*""#);
    let ann = format!(r#"{ALL}, "Principal": {{"AWS": "arn:aws:iam::111122223333:user/ann"}}"#);
    case(&anyone, &anyone, true);
    case(&anyone, &ann, false);
    case(ALL, &anyone, false);
    let deny = r#""Effect": "Deny", "Action": "s3:*", "Resource": "*""#;
    case(deny, &format!(r#""Sid": "renamed", {deny}"#), true);
    case(deny, r#""Effect": "Deny", "Action": "s3:Get*", "Resource": "*""#, false);
    case(r#""Effect": "Allow", "Action": "s3:*", "Resource": "*""#, deny, false);
}

#[test]
fn versions() {
    let text = r#""Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}""#;
    let (new, old) = (policy("2012-10-17", text), policy("2008-10-17", text));
    assert!(covers_statement(&old, &old.statements[0], &old, &old.statements[0]));
    assert!(!covers_statement(&new, &new.statements[0], &old, &old.statements[0]));
    let (new, old) = (policy("2012-10-17", ALL), policy("2008-10-17", ALL));
    assert!(covers_statement(&new, &new.statements[0], &old, &old.statements[0]));
}

#[test]
fn no_request_proves_it_wrong() {
    let actions = ["\"Action\": \"s3:*\"", "\"Action\": \"s3:G?t\"", "\"NotAction\": \"s3:Get\"", "\"Action\": \"*\""];
    let tails = ["*", "b/*", "b/?", "b/${k:a}", "b/${k:a}*", "b/${k:a, 'z'}", "?/${k:b}", "b/x", "b/${*}"];
    let resources: Vec<String> = ["Resource", "NotResource"]
        .iter()
        .flat_map(|name| tails.iter().map(move |tail| format!(r#""{name}": "arn:aws:s3:::{tail}""#)))
        .collect();
    let conditions = [
        "",
        r#""StringEquals": {"k:a": ["x", "${k:b}"]}"#,
        r#""StringNotLike": {"k:a": ["z*"]}"#,
        r#""StringEquals": {"k:a": "x"}"#,
    ];
    let mut statements = Vec::new();
    for (i, resource) in resources.iter().enumerate() {
        for (j, action) in actions.iter().enumerate() {
            let condition = conditions[(i + j) % conditions.len()];
            let text = format!(r#""Effect": "Allow", {action}, {resource}, "Condition": {{{condition}}}"#);
            statements.push(policy("2012-10-17", &text));
        }
    }
    let truths: Vec<Vec<Truth>> = statements.iter().map(answers).collect();
    let mut covered = 0;
    for (parent, wide) in statements.iter().zip(&truths) {
        for (child, narrow) in statements.iter().zip(&truths) {
            if covers_statement(parent, &parent.statements[0], child, &child.statements[0]) {
                covered += 1;
                let wrong = wide.iter().zip(narrow).any(|(wide, narrow)| wide < narrow);
                assert!(!wrong, "{parent:?}\nover {child:?}");
            }
        }
    }
    assert!(covered > statements.len());
}

/// What a policy of one statement says to many requests.
fn answers(policy: &Policy) -> Vec<Truth> {
    let caller = Caller::Root("111122223333".into());
    let values = ["x", "z", "*", "x/y", ""].map(|value| ContextValue::One(value.into()));
    let mut answers = Vec::new();
    for a in values.iter().chain([&ContextValue::Absent]) {
        for b in values.iter().chain([&ContextValue::Absent]) {
            let mut context = Context::closed();
            context.set("k:a", a.clone());
            context.set("k:b", b.clone());
            for action in ["s3:Get", "s3:Got", "s3:Put", "ec2:Run"] {
                for arn in ["b/x", "b/z", "b/*", "b/", "b/xy", "c/x", "b"] {
                    let arn = format!("arn:aws:s3:::{arn}");
                    let resource = Resource::Exact(&arn);
                    let request =
                        Request { caller: &caller, action, resource, resource_account: None, context: &context };
                    answers.push(matches_statement(policy, &policy.statements[0], &request));
                }
            }
        }
    }
    answers
}

#[test]
fn principals() {
    let with = |principal: &str| format!(r#""Effect": "Allow", {principal}, "Action": "sts:AssumeRole""#);
    let case = |parent: &str, child: &str, expected| case(&with(parent), &with(child), expected);
    let two = r#""Principal": {"AWS": ["111122223333", "444455556666"], "Service": "ec2.amazonaws.com"}"#;
    case(two, two, true);
    case(two, r#""Principal": {"AWS": "444455556666"}"#, true);
    case(two, r#""Principal": {"Service": "ec2.amazonaws.com"}"#, true);
    case(two, r#""Principal": {"Federated": "ec2.amazonaws.com"}"#, false);
    case(two, r#""Principal": {"AWS": "arn:aws:iam::444455556666:role/x"}"#, false);
    case(two, r#""Principal": "*""#, false);
    case(two, r#""NotPrincipal": {"AWS": "444455556666"}"#, false);
    case(
        r#""NotPrincipal": {"AWS": ["111122223333", "444455556666"]}"#,
        r#""NotPrincipal": {"AWS": "111122223333"}"#,
        false,
    );
    case(r#""Principal": "*""#, r#""Principal": {"AWS": "444455556666"}"#, false);
}
