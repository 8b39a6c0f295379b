//! What the record itself tells of a resource type: its envelope, and its own list of resources.
//!
//! The request's members are read elsewhere.

use super::arn::{self, fits};
use crate::catalog::call::Call;
use crate::catalog::kinds::Kind;

/// How many resources of one call are listed; a call with more is described by one pattern.
/// A batch call takes at most some hundreds; a longer list would only be data in disguise.
pub(super) const MAX_RESOURCES: usize = 1000;

/// What the record's envelope tells of an ARN.
pub(super) fn envelope<'a>(call: &Call<'a>, variable: &str) -> Option<&'a str> {
    match variable {
        "Partition" => Some(call.partition),
        "Region" => Some(call.region),
        "Account" => Some(call.account),
        _ => None,
    }
}

/// A format with everything but the envelope left open.
pub(super) fn pattern(format: &str, call: &Call<'_>) -> String {
    arn::fill(format, |name| envelope(call, name).or(Some("*"))).unwrap_or_default()
}

pub(super) fn fits_kind(kind: &Kind, arn: &str) -> bool {
    kind.formats().any(|format| fits(format, arn))
}

/// The ARNs of the record's own list that have the type's format.
pub(super) fn listed(call: &Call<'_>, kind: &Kind) -> Vec<String> {
    let arns = call.resources.iter().filter_map(|resource| resource.arn);
    arns.filter(|arn| fits_kind(kind, arn)).map(str::to_owned).collect()
}
