//! Tests of the rules that all operators share.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::super::policy::{Condition, Version};
use super::super::request::ContextValue;
use super::*;

fn context() -> Context {
    let mut context = Context::open();
    context.set("k:absent", ContextValue::Absent);
    context.set("k:one", ContextValue::One("a".into()));
    context.set("k:empty", ContextValue::One(String::new()));
    context.set("k:many", ContextValue::Many(vec!["a".into(), "b".into()]));
    context.set("k:none", ContextValue::Many(Vec::new()));
    context.set("k:text", ContextValue::One("word".into()));
    context
}

fn ask(operator: &str, key: &str, values: &[&str]) -> (Truth, Vec<String>) {
    let condition = Condition {
        operator: operator.into(),
        key: key.into(),
        values: values.iter().map(|&value| value.into()).collect(),
    };
    let mut missing = Vec::new();
    let clause = Clause::new(&condition, Some(Version::V2012));
    let truth = clause.holds(&context(), &mut |key| missing.push(key.to_owned()));
    (truth, missing)
}

fn case(operator: &str, key: &str, values: &[&str], expected: Truth) {
    assert_eq!(ask(operator, key, values).0, expected, "{operator} {key} {values:?}");
}

use Truth::{No, Unknown, Yes};

#[test]
fn absent_keys() {
    for operator in ["StringEquals", "NumericLessThan", "DateEquals", "Bool", "IpAddress", "ArnLike", "BinaryEquals"] {
        case(operator, "k:absent", &["1"], No);
        case(&format!("{operator}IfExists"), "k:absent", &["1"], Yes);
        case(&format!("ForAllValues:{operator}"), "k:absent", &["1"], Yes);
        case(&format!("ForAnyValue:{operator}"), "k:absent", &["1"], No);
    }
    for operator in ["StringNotEquals", "NumericNotEquals", "DateNotEquals", "NotIpAddress", "ArnNotLike"] {
        case(operator, "k:absent", &["1"], Yes);
        case(&format!("ForAnyValue:{operator}"), "k:absent", &["1"], No);
    }
}

#[test]
fn cardinality() {
    for operator in ["StringEquals", "StringNotEquals", "StringEqualsIfExists", "StringNotLikeIfExists"] {
        case(operator, "k:many", &["a", "b"], No);
        case(operator, "k:none", &["a"], No);
    }
    case("ForAllValues:StringEquals", "k:many", &["a", "b", "c"], Yes);
    case("ForAllValues:StringEquals", "k:many", &["a"], No);
    case("ForAnyValue:StringEquals", "k:many", &["b"], Yes);
    case("ForAnyValue:StringNotEquals", "k:many", &["a"], Yes);
    case("ForAllValues:StringNotEquals", "k:many", &["a"], No);
    case("ForAllValues:StringEquals", "k:none", &["a"], Yes);
    case("ForAnyValue:StringEquals", "k:none", &["a"], No);
    case("ForAnyValue:StringEqualsIfExists", "k:none", &["a"], No);
    case("ForAllValues:StringEquals", "k:one", &["a"], Yes);
}

#[test]
fn null() {
    case("Null", "k:absent", &["true"], Yes);
    case("Null", "k:one", &["true"], No);
    case("Null", "k:one", &["FALSE"], Yes);
    case("Null", "k:empty", &["true"], No);
    case("Null", "k:none", &["true"], Yes);
    case("Null", "k:absent", &["true", "false"], Yes);
    case("Null", "k:absent", &["maybe"], No);
    case("ForAllValues:Null", "k:absent", &["true"], Yes);
}

#[test]
fn several_values() {
    case("StringEquals", "k:one", &["x", "a"], Yes);
    case("StringNotEquals", "k:one", &["x", "a"], No);
    case("StringNotEquals", "k:one", &["x", "y"], Yes);
    case("StringEquals", "k:one", &[], No);
}

#[test]
fn values_of_the_wrong_kind() {
    case("NumericEquals", "k:text", &["1"], No);
    case("NumericNotEquals", "k:text", &["1"], Yes);
    case("DateNotEquals", "k:text", &["2018-01-01"], Yes);
    case("NotIpAddress", "k:text", &["203.0.113.0/24"], No);
    case("ArnNotLike", "k:text", &["arn:aws:s3:::x"], No);
}

#[test]
fn variables() {
    case("StringEquals", "k:one", &["${k:one}"], Yes);
    case("StringEquals", "k:one", &["${k:absent}"], No);
    case("StringNotEquals", "k:one", &["${k:absent}"], Yes);
    case("StringNotEquals", "k:one", &["${k:many, 'a'}"], Yes);
    case("StringEqualsIgnoreCase", "k:one", &["${k:absent, 'A'}"], Yes);
    assert_eq!(ask("StringLike", "k:one", &["${k:open}*"]), (Unknown, vec!["k:open".into()]));
    assert_eq!(ask("StringEquals", "k:one", &["${k:open}b"]), (No, vec![]));
    assert_eq!(ask("StringNotEquals", "k:one", &["${k:open}"]), (Unknown, vec!["k:open".into()]));
}

#[test]
fn unknown_keys() {
    assert_eq!(ask("StringEquals", "k:open", &["a"]), (Unknown, vec!["k:open".into()]));
    case("StringLike", "k:open", &["*"], Unknown);
    case("StringNotLike", "k:open", &["*"], Unknown);
    case("StringLikeIfExists", "k:open", &["*"], Unknown);
    assert_eq!(ask("ForAllValues:StringLike", "k:open", &["a", "**"]), (Yes, vec![]));
    assert_eq!(ask("ForAnyValue:StringNotLike", "k:open", &["*"]), (No, vec![]));
    assert_eq!(ask("Null", "k:open", &["true", "false"]), (Yes, vec![]));
    case("Null", "k:open", &["true"], Unknown);
    assert_eq!(ask("StringEquals", "k:open", &["${k:absent}"]), (No, vec![]));
    assert_eq!(ask("StringEquals", "k:open", &[]), (No, vec![]));
}

#[test]
fn an_unknown_operator_decides_nothing() {
    case("StringEqual", "k:one", &["a"], Unknown);
}
