//! Finds, for an action, the rules whose Action or NotAction element takes it in, without asking each.
//!
//! By the service in front of the colon, then by the whole name or the few patterns of that service.

use rustc_hash::FxHashMap;

use super::super::pattern::Pattern;
use super::super::policy::ActionList;

/// Rules by the actions that they are about. A rule is known by its number.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Index {
    /// Patterns that may stand for actions of any service.
    anywhere: Vec<(Pattern, u32)>,
    /// By the service, in lower case.
    services: FxHashMap<Box<str>, Service>,
    /// Rules with a NotAction element, each with what it leaves out.
    all_but: Vec<(Index, u32)>,
}

#[derive(Clone, Debug, Default)]
struct Service {
    names: FxHashMap<Box<str>, Vec<u32>>,
    patterns: Vec<(Pattern, u32)>,
}

impl Index {
    /// Adds a rule with its Action or NotAction element.
    pub(in super::super) fn add(&mut self, rule: u32, actions: &ActionList) {
        if actions.negated {
            let mut left_out = Index::default();
            left_out.add_patterns(rule, actions);
            self.all_but.push((left_out, rule));
        } else {
            self.add_patterns(rule, actions);
        }
    }

    fn add_patterns(&mut self, rule: u32, actions: &ActionList) {
        for pattern in actions.patterns.iter().map(|pattern| pattern.folded()) {
            let parts = pattern.as_str().split_once(':').filter(|(service, _)| !service.contains(['*', '?']));
            let Some((service, name)) = parts else {
                self.anywhere.push((pattern.clone(), rule));
                continue;
            };
            let service = self.services.entry(service.into()).or_default();
            if pattern.is_literal() {
                service.names.entry(name.into()).or_default().push(rule);
            } else {
                service.patterns.push((Pattern::new(name), rule));
            }
        }
    }

    /// Gives every rule that takes in the action (in lower case) to `found`, in no order, and maybe more than once.
    /// Stops when `found` says so, and tells whether it did.
    pub(in super::super) fn find(&self, action: &str, found: &mut impl FnMut(u32) -> bool) -> bool {
        self.named(action, found)
            || self.all_but.iter().any(|(left_out, rule)| !left_out.named(action, &mut |_| true) && found(*rule))
    }

    fn named(&self, action: &str, found: &mut impl FnMut(u32) -> bool) -> bool {
        if self.anywhere.iter().any(|(pattern, rule)| pattern.matches(action) && found(*rule)) {
            return true;
        }
        let Some((service, name)) = action.split_once(':') else {
            return false;
        };
        let Some(service) = self.services.get(service) else {
            return false;
        };
        service.names.get(name).is_some_and(|rules| rules.iter().any(|rule| found(*rule)))
            || service.patterns.iter().any(|(pattern, rule)| pattern.matches(name) && found(*rule))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::action::ActionPattern;
    use super::*;

    fn list(negated: bool, patterns: &[&str]) -> ActionList {
        ActionList { negated, patterns: patterns.iter().map(|&text| ActionPattern::new(text)).collect() }
    }

    fn found(lists: &[ActionList], action: &str) -> Vec<u32> {
        let mut index = Index::default();
        (0..).zip(lists).for_each(|(rule, list)| index.add(rule, list));
        let mut rules = Vec::new();
        index.find(action, &mut |rule| {
            rules.push(rule);
            false
        });
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    #[test]
    fn every_way_to_name_an_action() {
        let lists = [
            list(false, &["s3:GetObject", "s3:Get*"]),
            list(false, &["*"]),
            list(false, &["s*:getobject"]),
            list(true, &["s3:*", "iam:PassRole"]),
            list(true, &["ec2:*"]),
            list(false, &["S3:G?tObject"]),
            list(false, &["s3"]),
            list(true, &["*"]),
        ];
        assert_eq!(found(&lists, "s3:getobject"), [0, 1, 2, 4, 5]);
        assert_eq!(found(&lists, "iam:passrole"), [1, 4]);
        assert_eq!(found(&lists, "ec2:runinstances"), [1, 3]);
        assert_eq!(found(&lists, "s3"), [1, 3, 4, 6]);
    }

    #[test]
    fn the_search_stops_when_told() {
        let mut index = Index::default();
        (0..9).for_each(|rule| index.add(rule, &list(false, &["*", "s3:*", "s3:x"])));
        let mut asked = 0;
        let stopped = index.find("s3:x", &mut |_| {
            asked += 1;
            asked == 4
        });
        assert_eq!((stopped, asked), (true, 4));
    }
}
