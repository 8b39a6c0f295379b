//! A statement as the law reads it, beside the place of each of its parts in the text.

use super::json::{Member, Node};
use super::subject::Kind;
use crate::catalog::Catalog;
use crate::iam::{ActionPattern, Effect, Policy, PrincipalList, Statement};

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// As `Statement[2].Action[0]`.
    pub(super) path: String,
    /// Offset in the text.
    pub(super) at: usize,
}

impl Place {
    pub(super) fn member(&self, member: &Member) -> Place {
        let path = if self.path.is_empty() { member.key.clone() } else { format!("{}.{}", self.path, member.key) };
        Place { path, at: member.at }
    }

    /// The places of the items of a value that may be a list; a value alone stands where its key does.
    pub(super) fn items(&self, node: &Node) -> Vec<Place> {
        let items = node.items().into_iter().enumerate();
        items
            .map(|(index, item)| {
                let path = if node.is_list() { format!("{}[{index}]", self.path) } else { self.path.clone() };
                Place { path, at: item.at }
            })
            .collect()
    }
}

/// A statement with what its checks need.
pub(super) struct View<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) kind: Kind,
    pub(super) account: Option<&'a str>,
    pub(super) policy: &'a Policy,
    pub(super) statement: &'a Statement,
    pub(super) node: &'a Node,
    pub(super) place: Place,
}

/// One value of an element.
pub(super) struct Entry<'a> {
    pub(super) place: Place,
    pub(super) text: &'a str,
}

/// One key of one operator of the condition block.
pub(super) struct Clause<'a> {
    /// Of the operator.
    pub(super) operator_place: Place,
    /// Of the key.
    pub(super) place: Place,
    pub(super) operator: &'a str,
    pub(super) key: &'a str,
    pub(super) values: Vec<Entry<'a>>,
}

impl<'a> View<'a> {
    pub(super) fn allows(&self) -> bool {
        self.statement.effect == Effect::Allow
    }

    /// The place of an element, or of the statement when it has none.
    pub(super) fn element(&self, name: &str) -> Place {
        self.node.get(name).map_or_else(|| self.place.clone(), |member| self.place.member(member))
    }

    fn entries(&self, names: [&str; 2], texts: impl Iterator<Item = &'a str>) -> Vec<Entry<'a>> {
        let Some(member) = names.iter().find_map(|name| self.node.get(name)) else { return Vec::new() };
        let places = self.place.member(member).items(&member.node);
        places.into_iter().zip(texts).map(|(place, text)| Entry { place, text }).collect()
    }

    /// The entries of `Action` or `NotAction`.
    pub(super) fn actions(&self) -> Vec<Entry<'a>> {
        let texts = self.statement.actions.patterns.iter().map(ActionPattern::as_str);
        self.entries(["Action", "NotAction"], texts)
    }

    /// The entries of `Resource` or `NotResource`.
    pub(super) fn resources(&self) -> Vec<Entry<'a>> {
        let texts = self.statement.resources.iter().flat_map(|list| &list.patterns).map(String::as_str);
        self.entries(["Resource", "NotResource"], texts)
    }

    /// Every principal with its type; `"*"` has the type `AWS`.
    pub(super) fn principals(&self) -> Vec<(&'a str, Entry<'a>)> {
        let Some(principals) = &self.statement.principals else { return Vec::new() };
        let name = if principals.negated { "NotPrincipal" } else { "Principal" };
        let Some(member) = self.node.get(name) else { return Vec::new() };
        let place = self.place.member(member);
        match &principals.list {
            PrincipalList::Everyone => vec![("AWS", Entry { place, text: "*" })],
            PrincipalList::Named(list) => {
                let types = list.iter().zip(member.node.members());
                types
                    .flat_map(|((kind, values), member)| {
                        let places = place.member(member).items(&member.node);
                        let entries = places.into_iter().zip(values).map(|(place, text)| Entry { place, text });
                        entries.map(|entry| (kind.as_str(), entry)).collect::<Vec<_>>()
                    })
                    .collect()
            }
        }
    }

    /// The condition block, key by key.
    pub(super) fn clauses(&self) -> Vec<Clause<'a>> {
        let Some(block) = self.node.get("Condition") else { return Vec::new() };
        let block_place = self.place.member(block);
        let keys = block.node.members().iter().flat_map(|operator| {
            let operator_place = block_place.member(operator);
            operator.node.members().iter().map(move |key| (operator_place.clone(), key))
        });
        // The law keeps one condition per operator and key, in document order.
        keys.zip(&self.statement.conditions)
            .map(|((operator_place, key), condition)| {
                let place = operator_place.member(key);
                let places = place.items(&key.node);
                let values = places.into_iter().zip(&condition.values).map(|(place, text)| Entry { place, text });
                let (operator, key) = (condition.operator.as_str(), condition.key.as_str());
                Clause { operator_place, values: values.collect(), place, operator, key }
            })
            .collect()
    }

    /// Whether a condition asks for one of the keys.
    pub(super) fn asks_for(&self, keys: &[&str]) -> bool {
        let asks = |key: &str| keys.iter().any(|known| known.eq_ignore_ascii_case(key));
        self.statement.conditions.iter().any(|condition| asks(&condition.key))
    }
}
