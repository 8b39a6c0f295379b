//! Condition operators by family, as far as proofreading needs them. How they compare is the law's matter.

use crate::catalog::KeyType;

/// What an operator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    StringExact,
    StringLike,
    Numeric,
    Date,
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

/// `ForAllValues:` or `ForAnyValue:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    All,
    Any,
}

/// An operator, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) family: Family,
    pub(super) set: Option<Set>,
    pub(super) if_exists: bool,
}

const FAMILIES: &[(&str, Family)] = &[
    ("stringlike", Family::StringLike),
    ("stringnotlike", Family::StringLike),
    ("string", Family::StringExact),
    ("numeric", Family::Numeric),
    ("date", Family::Date),
    ("bool", Family::Bool),
    ("binary", Family::Binary),
    ("ipaddress", Family::Ip),
    ("notipaddress", Family::Ip),
    ("arn", Family::Arn),
    ("null", Family::Null),
];

/// Takes an operator apart that the parser has accepted.
pub(super) fn parse(text: &str) -> Option<Operator> {
    let folded = text.to_ascii_lowercase();
    let (set, base) = match folded.split_once(':') {
        Some(("forallvalues", base)) => (Some(Set::All), base),
        Some((_, base)) => (Some(Set::Any), base),
        None => (None, folded.as_str()),
    };
    let (_, family) = FAMILIES.iter().find(|(start, _)| base.starts_with(start))?;
    Some(Operator { family: *family, set, if_exists: base.ends_with("ifexists") })
}

impl Family {
    /// The families that compare values of a type, the best first.
    pub(super) fn of(value: KeyType) -> &'static [Family] {
        match value {
            KeyType::String => &[Family::StringExact, Family::StringLike, Family::Arn, Family::Binary],
            KeyType::Numeric => &[Family::Numeric],
            KeyType::Date => &[Family::Date, Family::Numeric],
            KeyType::Bool => &[Family::Bool],
            KeyType::IpAddress => &[Family::Ip],
            KeyType::Arn => &[Family::Arn],
        }
    }

    /// The name that its operators begin with.
    pub(super) fn name(self) -> &'static str {
        match self {
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
}
