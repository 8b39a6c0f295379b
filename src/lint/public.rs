//! Public access: an Allow that lets everyone in, as the Amazon S3 User Guide defines it for bucket policies
//! ("The meaning of public"), taken for resource policies of all services.
//!
//! Everyone is let in unless principals, or all values of a condition, are fixed: free of wildcards and variables.
//! It looks at the text, so what AWS would refuse is judged as it was meant.

use super::addresses::is_broad;
use super::finding::Findings;
use super::json::{Node, Value};
use super::view::Place;
use crate::iam::{Family, Operator, Set};

/// Keys whose fixed values hold everyone else out.
const FIXING: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "kms:CallerAccount",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

pub(super) fn check(document: &Node, findings: &mut Findings<'_>) {
    let root = Place { path: String::new(), at: document.at };
    let Some(member) = document.get("Statement") else { return };
    let places = root.member(member).items(&member.node);
    for (place, statement) in places.iter().zip(member.node.items()) {
        let Some(open) = ["Principal", "NotPrincipal"].iter().find_map(|name| statement.get(name)) else { continue };
        if is_public(statement) {
            let sentence = "it lets everyone in: no principal and no condition has fixed values only";
            let fix = "name who is allowed, or add a condition as `aws:PrincipalOrgID` with its value";
            findings.add("PUBLIC_ACCESS", &place.member(open), sentence, fix);
        }
    }
}

fn is_public(statement: &Node) -> bool {
    let allows = statement.get("Effect").is_some_and(|member| member.node.value == Value::Text("Allow".to_owned()));
    let named = statement.get("Principal").is_some_and(|member| texts(&member.node).all(is_plain));
    let keys = statement.get("Condition").into_iter().flat_map(|block| block.node.members());
    let mut clauses = keys.flat_map(|operator| operator.node.members().iter().map(move |key| (operator, key)));
    allows && !named && !clauses.any(|(operator, key)| fixes(&operator.key, &key.key, &key.node))
}

/// Whether a condition holds out everyone but some.
fn fixes(operator: &str, key: &str, values: &Node) -> bool {
    let Some(operator) = Operator::parse(operator) else { return false };
    let compares = matches!(operator.family(), Family::StringExact | Family::StringLike | Family::Arn | Family::Ip);
    // Requests without the key pass a negation, `IfExists` and `ForAllValues`.
    let demands = !operator.is_negated() && !operator.if_exists() && operator.set() != Some(Set::All);
    let known = FIXING.iter().any(|fixing| fixing.eq_ignore_ascii_case(key));
    let mut values = texts(values).peekable();
    compares && demands && known && values.peek().is_some() && values.all(|value| is_fixed(key, value))
}

fn is_fixed(key: &str, value: &str) -> bool {
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    if is("aws:SourceIp") {
        return !is_broad(value);
    }
    // Ids of role sessions, which AWS does not count.
    if is("aws:userid") && value.starts_with("AROA") && value.contains(':') {
        return false;
    }
    // A path is fixed by its organization, an ARN by its account; an IAM ARN without one is nobody's.
    if key.to_ascii_lowercase().ends_with("orgpaths") {
        return value.split('/').next().is_some_and(is_plain);
    }
    match value.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, _, _, account, _] if !account.is_empty() => is_plain(account),
        ["arn", _, "iam" | "sts", ..] => false,
        _ => is_plain(value),
    }
}

fn is_plain(text: &str) -> bool {
    !text.contains(['*', '?']) && !text.contains("${")
}

/// The texts in a value: alone, in a list, or in the lists of an object.
fn texts(node: &Node) -> Box<dyn Iterator<Item = &str> + '_> {
    match &node.value {
        Value::Text(text) => Box::new(std::iter::once(text.as_str())),
        Value::List(items) => Box::new(items.iter().flat_map(texts)),
        Value::Object(members) => Box::new(members.iter().flat_map(|member| texts(&member.node))),
        Value::Other => Box::new(std::iter::empty()),
    }
}
