//! Which families of operators compare values of which type.

use crate::catalog::KeyType;
use crate::iam::Family;

/// The families that compare values of a type, the best first.
pub(super) fn fitting(value: KeyType) -> &'static [Family] {
    match value {
        KeyType::String => &[Family::StringExact, Family::StringLike, Family::Arn, Family::Binary],
        KeyType::Numeric => &[Family::Numeric],
        KeyType::Date => &[Family::Date, Family::Numeric],
        KeyType::Bool => &[Family::Bool],
        KeyType::IpAddress => &[Family::Ip],
        KeyType::Arn => &[Family::Arn],
    }
}

/// What the names of a family's operators begin with.
pub(super) fn name(family: Family) -> &'static str {
    match family {
        Family::StringExact | Family::StringLike => "String",
        Family::Numeric => "Numeric",
        Family::Date => "Date",
        Family::Bool => "Bool",
        Family::Binary => "Binary",
        Family::Ip => "IpAddress",
        Family::Arn => "Arn",
        Family::Null => "Null",
    }
}
