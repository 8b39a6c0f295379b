//! Tests of the decision on small stacks; the many cases of the language stand in `tests/cases`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::super::{Context, ContextValue, NamedPolicy, Policy, parse};
use super::*;

const USER: &str = "arn:aws:iam::111122223333:user/ann";
const KEY: &str = "arn:aws:s3:::b/k";

fn policy(statements: &str) -> Policy {
    parse(&format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)).unwrap()
}

fn allow(more: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*"{more}}}"#)
}

fn deny(more: &str) -> String {
    format!(r#"{{"Effect": "Deny", "Sid": "No", "Action": "s3:*", "Resource": "*"{more}}}"#)
}

fn condition(text: &str) -> String {
    format!(r#", "Condition": {text}"#)
}

fn decide_with(layers: &Layers<'_>, context: &Context) -> Decision {
    let caller = Caller::User(USER.into());
    let request = Request {
        caller: &caller,
        action: "s3:GetObject",
        resource: Resource::Exact(KEY),
        resource_account: Some("111122223333"),
        context,
    };
    evaluate(layers, &request)
}

fn identity(policy: &Policy) -> Layers<'_> {
    Layers { identity: vec![NamedPolicy { name: "p", policy }], ..Layers::default() }
}

fn decide(statements: &str, context: &Context) -> Decision {
    decide_with(&identity(&policy(statements)), context)
}

#[test]
fn statements_are_named_denies_first() {
    let open = condition(r#"{"Bool": {"aws:X": "true"}}"#);
    let statements = format!("{}, {}, {}", allow(""), deny(&open), allow(&open));
    let decision = decide(&statements, &Context::open());
    let refs: Vec<_> = decision.statements.iter().map(|s| (s.index, s.deny, s.matches)).collect();
    let (yes, unknown) = (Truth::Yes, Truth::Unknown);
    assert_eq!(refs, [(1, true, unknown), (0, false, yes), (2, false, unknown)]);
    assert_eq!(decision.statements[0].sid.as_deref(), Some("No"));
    assert_eq!(decision.outcome, Outcome::Undetermined);
    assert_eq!(decision.blocked_by, Some(Layer::Identity));
    assert_eq!(decision.missing_keys, ["aws:x"]);
}

#[test]
fn a_certain_deny_beats_what_is_unknown() {
    let open = condition(r#"{"Bool": {"aws:X": "true"}}"#);
    let decision = decide(&format!("{}, {}", allow(&open), deny("")), &Context::open());
    assert_eq!((decision.outcome, decision.missing_keys), (Outcome::Denied, vec![]));
}

#[test]
fn nothing_that_allows_beats_an_unknown_deny() {
    let open = condition(r#"{"Bool": {"aws:X": "true"}}"#);
    let decision = decide(&deny(&open), &Context::open());
    assert_eq!(decision.outcome, Outcome::NotAllowed);
    assert_eq!(decision.blocked_by, Some(Layer::Identity));
}

#[test]
fn a_settled_allow_asks_for_no_key() {
    let open = condition(r#"{"Bool": {"aws:X": "true"}}"#);
    let decision = decide(&format!("{}, {}", allow(&open), allow("")), &Context::open());
    assert_eq!((decision.outcome, decision.missing_keys), (Outcome::Allowed, vec![]));
}

#[test]
fn the_first_layer_that_fails_is_named() {
    let (all, none) = (policy(&allow("")), policy(""));
    let name = |policy| NamedPolicy { name: "n", policy };
    let mut layers = identity(&all);
    layers.boundary = Some(name(&none));
    layers.scps = Some(vec![vec![name(&all)], vec![name(&none)]]);
    assert_eq!(decide_with(&layers, &Context::closed()).blocked_by, Some(Layer::Scp));
    layers.management_account = true;
    assert_eq!(decide_with(&layers, &Context::closed()).blocked_by, Some(Layer::Boundary));
    layers.boundary = None;
    assert_eq!(decide_with(&layers, &Context::closed()).blocked_by, None);
}

/// Every determined answer over unknown keys must stay when the keys become known.
#[test]
fn unknown_is_never_a_guess() {
    let operators = [
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIfExists",
        "StringNotLikeIfExists",
        "Null",
        "ForAllValues:StringLike",
        "ForAnyValue:StringLike",
        "ForAllValues:StringNotLike",
        "ForAnyValue:StringNotLike",
        "ForAnyValue:StringLikeIfExists",
        "Bool",
        "BoolIfExists",
        "NumericLessThan",
        "NumericNotEquals",
        "StringEqualsIgnoreCase",
        "ForAllValues:StringNotEqualsIfExists",
        "ForAllValues:Null",
    ];
    let values = [
        r#""a""#,
        r#""*""#,
        r#"["true", "false"]"#,
        r#""${k:other}""#,
        r#""${k:other, 'a'}*""#,
        r#"["x", "${k:other}"]"#,
        "[]",
        r#""1""#,
        r#""${k:many, 'a'}""#,
    ];
    let many = |values: &[&str]| ContextValue::Many(values.iter().map(|&v| v.into()).collect());
    let one = |value: &str| ContextValue::One(value.into());
    let worlds = [
        ContextValue::Absent,
        one(""),
        one("a"),
        one("*"),
        one("true"),
        one("0"),
        one("A"),
        many(&[]),
        many(&["a"]),
        many(&["a", "b"]),
        many(&["*"]),
    ];
    // A resource policy must name somebody; the other layers tolerate that.
    let ann = r#", "Principal": {"AWS": "arn:aws:iam::111122223333:user/ann"}"#;
    for operator in operators {
        for value in values {
            let text = condition(&format!(r#"{{"{operator}": {{"k:key": {value}}}}}"#));
            for statements in
                [allow(&format!("{ann}{text}")), format!("{}, {}", allow(ann), deny(&format!("{ann}{text}")))]
            {
                let policy = policy(&statements);
                stacks(&policy).iter().for_each(|layers| check_worlds(layers, &worlds, &statements));
            }
        }
    }
}

/// The same policy in every layer in turn, the other layers open.
fn stacks(policy: &Policy) -> Vec<Layers<'_>> {
    let name = || NamedPolicy { name: "p", policy };
    let mut with_boundary = identity(policy);
    with_boundary.boundary = Some(name());
    let mut with_levels = identity(policy);
    with_levels.scps = Some(vec![vec![name()], vec![name(), name()]]);
    let by_resource = Layers { resource: Some(name()), session: Some(vec![name()]), ..Layers::default() };
    vec![identity(policy), with_boundary, with_levels, by_resource]
}

fn check_worlds(layers: &Layers<'_>, worlds: &[ContextValue], statements: &str) {
    for known in [None, Some("k:key"), Some("k:other")] {
        for value in worlds {
            let mut partial = Context::open();
            known.iter().for_each(|key| partial.set(key, value.clone()));
            let guess = decide_with(layers, &partial);
            if guess.outcome == Outcome::Undetermined {
                assert!(!guess.missing_keys.is_empty(), "{statements}");
                continue;
            }
            for other in worlds {
                let mut whole = partial.clone();
                for key in ["k:key", "k:other", "k:many"] {
                    if known != Some(key) {
                        whole.set(key, other.clone());
                    }
                }
                let truth = decide_with(layers, &whole).outcome;
                assert_eq!(guess.outcome, truth, "{statements} in {whole:?}");
            }
        }
    }
}
