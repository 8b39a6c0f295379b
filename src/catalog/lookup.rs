//! Questions that a person asks of the dictionary: what an ARN is, what a service's resources are, what events and
//! sources there are to be meant.
//!
//! Not for the hot loop: it walks through the tables.

use std::collections::BTreeSet;

use super::dictionary::Catalog;
use super::facts::Action;
use super::kinds::Kind;
use super::resources::{fits, variables};

/// A resource type and the actions on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// `prefix:type`.
    pub name: String,
    /// Its ARN formats.
    pub formats: Vec<String>,
    /// The actions that act on such a resource, sorted; a `*` after those that require one.
    pub actions: Vec<String>,
}

impl Catalog {
    /// The resource types whose format an ARN has, the most specific first.
    pub fn types_of_arn(&self, arn: &str) -> Vec<ResourceType> {
        // Some services list another's resources among their own; the owner goes first.
        let owner = arn.split(':').nth(2).unwrap_or_default();
        let closest = |kind: &Kind| {
            let formats = kind.formats().filter(|format| fits(format, arn));
            formats.map(|format| (fixed(format), kind.service == owner, variables(format).count())).max()
        };
        let mut found: Vec<((usize, bool, usize), u32)> = (0..)
            .zip(self.kinds.iter())
            .filter_map(|(place, kind)| closest(kind).map(|closeness| (closeness, place)))
            .collect();
        found.sort_by(|a, b| b.cmp(a));
        found.into_iter().filter_map(|(_, place)| self.resource_type(place)).collect()
    }

    /// The resource types of a service, or one of them by name (in any case), sorted.
    pub fn resource_types(&self, service: &str, name: Option<&str>) -> Vec<ResourceType> {
        let wanted = |kind: &&Kind| {
            kind.service.eq_ignore_ascii_case(service) && name.is_none_or(|name| kind.name.eq_ignore_ascii_case(name))
        };
        let places = (0..).zip(self.kinds.iter()).filter(|(_, kind)| wanted(kind)).map(|(place, _)| place);
        places.filter_map(|place| self.resource_type(place)).collect()
    }

    fn resource_type(&self, place: u32) -> Option<ResourceType> {
        let kind = self.kinds.get(place)?;
        let used = |action: &Action| action.resource_formats.uses().iter().find(|one| one.kind == place).copied();
        let actions = self.actions.iter().filter_map(|action| Some((action, used(action)?)));
        Some(ResourceType {
            name: format!("{}:{}", kind.service, kind.name),
            formats: kind.formats().map(str::to_owned).collect(),
            actions: actions
                .map(|(action, one)| format!("{}{}", action.name, if one.required { "*" } else { "" }))
                .collect(),
        })
    }

    /// All names of resource types, as `prefix:type`.
    pub fn type_names(&self) -> BTreeSet<String> {
        self.kinds.iter().map(|kind| format!("{}:{}", kind.service, kind.name)).collect()
    }

    /// All events of which the tables know something, as `prefix:Name`.
    pub fn event_names(&self) -> BTreeSet<&str> {
        let rows = self.events.values().flatten().map(|row| row.event.as_str());
        let same = self.actions.iter().filter(|action| action.is_operation);
        let others = self.other_operations.lines().map(|row| row.take::<1>()[0]);
        rows.chain(same.map(|action| &*action.name)).chain(others).collect()
    }
}

/// How much of a format is fixed.
fn fixed(format: &str) -> usize {
    format.len() - variables(format).map(|name| name.len() + "${}".len()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn an_arn_tells_what_it_is() {
        let catalog = Catalog::embedded().unwrap();
        let of = |arn: &str| catalog.types_of_arn(arn).remove(0).name;
        assert_eq!(of("arn:aws:sqs:eu-west-1:111122223333:q"), "sqs:queue");
        assert_eq!(of("arn:aws:lambda:eu-west-1:111122223333:function:f"), "lambda:function");
        assert_eq!(of("arn:aws:s3:::b/k"), "s3:object");
        assert_eq!(of("arn:aws:iam::111122223333:role/r"), "iam:role");
        assert!(catalog.types_of_arn("arn:aws:nothing:::x").is_empty());
    }

    #[test]
    fn a_service_has_its_types_and_they_their_actions() {
        let catalog = Catalog::embedded().unwrap();
        assert!(catalog.resource_types("s3", None).len() > 5);
        let found = catalog.resource_types("SQS", Some("Queue"));
        assert!(found[0].actions.contains(&"sqs:SendMessage*".to_owned()));
        assert!(catalog.event_names().contains("s3:HeadBucket") && catalog.type_names().contains("sqs:queue"));
    }
}
