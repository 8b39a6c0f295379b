//! What statements say of callers.

use super::super::super::policy::{Condition, Effect, Principals, Version};

/// What a statement says of the caller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Element<'a> {
    /// The `Principal` or `NotPrincipal` element of a statement with this effect.
    Named(&'a Principals, Effect),
    /// A condition on one of `KEYS`.
    Key(&'a Condition, Option<Version>),
}
