//! Patterns that make backtracking matchers explode.
//!
//! Nothing is timed: a matcher that is exponential in the stars never ends here, and one that is
//! quadratic in the text would take minutes on the longest. That the steps are bounded is counted
//! where the matcher is, in `iam::glob`.

use serde_json::{Value, json};
use trailfit::iam::{Outcome, Pattern};

use crate::cases::evaluation::decide;

const LONG: usize = 10_000;

#[test]
fn stars_before_a_letter_that_never_comes() {
    let text = "a".repeat(LONG);
    for stars in [1, 2, 4, 8, 16, 32, 64] {
        let pattern = "*a".repeat(stars);
        assert!(!Pattern::new(format!("{pattern}*b")).matches(&text), "{stars} stars");
        assert!(Pattern::new(format!("{pattern}*")).matches(&text), "{stars} stars");
        assert!(Pattern::new(format!("{pattern}*?a")).matches(&text), "{stars} stars");
    }
}

#[test]
fn longer_texts_end_too() {
    for length in [1_usize, 2, 4, 8, 16].map(|times| times * LONG) {
        let text = "ab".repeat(length / 2);
        assert!(!Pattern::new("*a*b*a*b*c").matches(&text));
        assert!(Pattern::new("*a*b*a*b").matches(&text));
    }
}

/// Wherever patterns stand: action, resource, filled resource, string and ARN conditions.
#[test]
fn every_element_ends() {
    let text = "a".repeat(LONG);
    let hard = "*a".repeat(32) + "*b";
    let arn = format!("arn:aws:s3:::{text}");
    let statement = |elements: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        statement.as_object_mut().unwrap().extend(elements.as_object().unwrap().clone());
        statement
    };
    let statements = [
        statement(json!({"Action": format!("s3:{hard}")})),
        statement(json!({"Resource": format!("arn:aws:s3:::{hard}")})),
        statement(json!({"Resource": format!("arn:aws:s3:::${{aws:none, ''}}{hard}")})),
        statement(json!({"Condition": {"StringLike": {"k:text": hard}}})),
        statement(json!({"Condition": {"StringLike": {"k:text": format!("{hard}${{aws:none, ''}}")}}})),
        statement(json!({"Condition": {"ArnLike": {"k:arn": format!("arn:aws:s3:::{hard}")}}})),
    ];
    for statement in statements {
        let case = json!({
            "request": {
                "principal": "arn:aws:iam::111122223333:user/ann",
                "action": format!("s3:{text}"),
                "resource": arn,
                "context": {"k:text": text, "k:arn": arn},
            },
            "policies": {"identity": [{"Version": "2012-10-17", "Statement": statement}]},
        });
        assert_eq!(decide(&case).outcome, Outcome::NotAllowed);
    }
}
