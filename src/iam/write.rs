//! Policy → JSON text, in one canonical form.

use super::policy::Policy;

/// JSON without any insignificant white space.
pub fn compact(_policy: &Policy) -> String {
    String::new()
}

/// JSON indented by four spaces, for people and diffs; ends without a newline.
pub fn pretty(_policy: &Policy) -> String {
    String::new()
}

/// The size in characters as IAM counts it for managed and inline policies: no insignificant white space.
pub fn size(policy: &Policy) -> usize {
    compact(policy).chars().count()
}
