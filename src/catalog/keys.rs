//! Condition keys: what their values are, and which of them every action has.

use rustc_hash::FxHashMap;

use super::error::CatalogError;
use super::sheet::Fields;

/// The type of a condition key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// Text.
    String,
    /// A number.
    Numeric,
    /// A point in time.
    Date,
    /// `true` or `false`.
    Bool,
    /// An address or a network.
    IpAddress,
    /// An ARN.
    Arn,
}

/// What is known of a condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionKey {
    /// Its name in AWS's case; a variable part as `${TagKey}`.
    pub name: String,
    /// The type of its value.
    pub value: KeyType,
    /// Whether a request may hold several values.
    pub multivalued: bool,
    /// Whether it does not depend on the action.
    pub global: bool,
}

/// All keys of which something is known.
pub(super) struct Keys {
    /// By lower-case name; those with a variable part by what stands before it.
    index: FxHashMap<String, ConditionKey>,
}

impl Keys {
    /// The keys of services, then the global ones, which win.
    pub(super) fn parse<'a>(
        services: impl Iterator<Item = Fields<'a>>,
        global: impl Iterator<Item = Fields<'a>>,
    ) -> Result<Keys, CatalogError> {
        let mut index = FxHashMap::default();
        let rows = services.map(|row| (row, false)).chain(global.map(|row| (row, true)));
        for (row, global) in rows {
            let [name, kind, values] = row.all()?;
            let value = key_type(kind).ok_or_else(|| row.error(format!("key type `{kind}` is not known")))?;
            let key = ConditionKey { name: name.to_owned(), value, multivalued: values == "multi", global };
            index.insert(fixed(name).to_ascii_lowercase(), key);
        }
        Ok(Keys { index })
    }

    /// The names of the global keys, in no order.
    pub(super) fn global(&self) -> impl Iterator<Item = &str> {
        self.index.values().filter(|key| key.global).map(|key| key.name.as_str())
    }

    /// The key of that name, in any case.
    pub(super) fn find(&self, key: &str) -> Option<&ConditionKey> {
        let folded = key.to_ascii_lowercase();
        if let Some(found) = self.index.get(&folded).filter(|found| takes_key(&found.name, key)) {
            return Some(found);
        }
        let ends = folded.char_indices().filter(|(_, letter)| matches!(letter, '/' | ':')).map(|(at, _)| at + 1);
        let mut heads = ends.filter_map(|end| self.index.get(folded.get(..end)?));
        heads.find(|found| takes_key(&found.name, key))
    }
}

fn key_type(name: &str) -> Option<KeyType> {
    match name {
        "String" => Some(KeyType::String),
        "Numeric" => Some(KeyType::Numeric),
        "Date" => Some(KeyType::Date),
        "Bool" => Some(KeyType::Bool),
        "IPAddress" => Some(KeyType::IpAddress),
        "ARN" => Some(KeyType::Arn),
        _ => None,
    }
}

/// What stands before the variable part of a key.
fn fixed(name: &str) -> &str {
    name.find("${").or_else(|| name.find('<')).and_then(|end| name.get(..end)).unwrap_or(name)
}

/// Whether a key's name in the tables, perhaps with a variable part as `aws:RequestTag/${TagKey}`, is or
/// takes in a key as a policy writes it.
pub fn takes_key(name: &str, key: &str) -> bool {
    let fixed = fixed(name);
    if fixed.len() == name.len() {
        return name.eq_ignore_ascii_case(key);
    }
    let head = key.get(..fixed.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(fixed) && key.len() > head.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::Catalog;
    use super::{KeyType, takes_key};

    #[test]
    fn keys_are_found_in_any_case() {
        let catalog = Catalog::embedded().unwrap();
        let key = |name: &str| catalog.condition_key(name).map(|key| (key.value, key.multivalued, key.global));
        assert_eq!(key("AWS:sourceip"), Some((KeyType::IpAddress, false, true)));
        assert_eq!(key("aws:TagKeys"), Some((KeyType::String, true, true)));
        assert_eq!(key("aws:PrincipalTag/team/a"), Some((KeyType::String, false, true)));
        assert_eq!(key("s3:signatureage"), Some((KeyType::Numeric, false, false)));
        assert_eq!(key("aws:PrincipalTag/"), None);
        assert_eq!(key("s3:prefix"), None);
    }

    #[test]
    fn variable_parts() {
        assert!(takes_key("aws:RequestTag/${TagKey}", "aws:requesttag/team"));
        assert!(!takes_key("aws:RequestTag/${TagKey}", "aws:RequestTag/"));
        assert!(takes_key("s3:RequestObjectTag/<key>", "s3:RequestObjectTag/x"));
        assert!(takes_key("ec2:Vpc", "ec2:vpc"));
    }
}
