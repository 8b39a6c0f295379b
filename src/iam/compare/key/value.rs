//! The value of a condition key in a request, and what is said of it.

use super::super::super::policy::{Condition, Version};

/// The value of the key in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Absent,
    /// One text, by its place among the texts.
    One(usize),
    /// Several texts.
    Many(Vec<usize>),
}

/// A condition on the key, of a policy of some version.
pub(crate) type Element<'a> = (&'a Condition, Option<Version>);
