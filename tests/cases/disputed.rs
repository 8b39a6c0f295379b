//! Cases of others that AWS's documents contradict; they are not run.

/// The case, the document, and what it says.
const DISPUTED: &[(&str, &str, &str)] = &[
    (
        "policyuniverse-public/8",
        "IAM User Guide, Grammar of the IAM JSON policy language",
        "a statement is an object; this one is the printed name of an object of the test that it was taken from",
    ),
    (
        "policyuniverse-public/18",
        "IAM User Guide, IAM JSON policy elements: Condition operators, …IfExists",
        "`IfExists` holds when the key is absent, so whoever brings no `aws:SourceArn` is let in: that is everyone",
    ),
    (
        "policyuniverse-public/33",
        "IAM User Guide, IAM JSON policy elements: Condition operators, …IfExists",
        "the same, with one value instead of a list",
    ),
];

/// Whether a case is disputed.
pub(super) fn is(id: &str) -> bool {
    DISPUTED.iter().any(|(disputed, ..)| *disputed == id)
}
