//! A syntactic check that one statement grants nothing that another does not.
//!
//! Sound, not complete: `true` is certain, `false` may only mean that the text does not show it.

use super::arn;
use super::condition::Operator;
use super::glob::{self, Symbol};
use super::policy::{
    ActionList, Condition, Effect, Policy, PrincipalList, Principals, ResourceList, Statement, Version,
};
use super::resource;
use super::variables::{self, Piece};

/// Whether `child` surely grants nothing beyond `parent`; a Deny must be the same as its parent.
///
/// The policies give the Version, which decides what `${…}` means.
pub fn covers_statement(parent_policy: &Policy, parent: &Statement, child_policy: &Policy, child: &Statement) -> bool {
    let version = parent_policy.version;
    if effective(version) != effective(child_policy.version) && (has_variable(parent) || has_variable(child)) {
        return false;
    }
    if parent.effect == Effect::Deny || child.effect == Effect::Deny {
        return same(parent, child);
    }
    principals(parent.principals.as_ref(), child.principals.as_ref())
        && actions(&parent.actions, &child.actions)
        && resources(version, parent.resources.as_ref(), child.resources.as_ref())
        && parent.conditions.iter().all(|ours| child.conditions.iter().any(|theirs| implies(theirs, ours)))
}

/// Whether one entry of a Resource element surely takes in whatever another does; neither may hold variables.
pub fn covers_resource(wide: &str, narrow: &str) -> bool {
    arn::covers(&glob::symbols(wide), &glob::symbols(narrow))
}

fn effective(version: Option<Version>) -> Version {
    version.unwrap_or(Version::V2008)
}

fn has_variable(statement: &Statement) -> bool {
    let resources = statement.resources.iter().flat_map(|list| &list.patterns);
    let values = statement.conditions.iter().flat_map(|condition| &condition.values);
    resources.chain(values).any(|text| text.contains("${"))
}

/// The same but for the Sid.
fn same(parent: &Statement, child: &Statement) -> bool {
    Statement { sid: None, ..parent.clone() } == Statement { sid: None, ..child.clone() }
}

/// The same, or some of those that are named. Whoever is named in another way may be named more directly.
fn principals(parent: Option<&Principals>, child: Option<&Principals>) -> bool {
    let named = |element: Option<&Principals>| match element {
        Some(Principals { negated: false, list: PrincipalList::Named(list) }) => Some(list.clone()),
        _ => None,
    };
    let (Some(ours), Some(theirs)) = (named(parent), named(child)) else {
        return parent == child;
    };
    let has = |kind: &str, value: &String| ours.iter().any(|(known, values)| known == kind && values.contains(value));
    theirs.iter().all(|(kind, values)| values.iter().all(|value| has(kind, value)))
}

fn actions(parent: &ActionList, child: &ActionList) -> bool {
    let folded = |list: &ActionList| list.patterns.iter().map(|p| p.folded().clone()).collect::<Vec<_>>();
    let (ours, theirs) = (folded(parent), folded(child));
    match (parent.negated, child.negated) {
        (false, false) => theirs.iter().all(|theirs| ours.iter().any(|ours| ours.covers(theirs))),
        (true, false) => theirs.iter().all(|theirs| !ours.iter().any(|ours| ours.overlaps(theirs))),
        (true, true) => ours.iter().all(|ours| theirs.iter().any(|theirs| theirs.covers(ours))),
        (false, true) => ours.iter().any(|ours| arn::takes_all(ours.as_str())),
    }
}

fn resources(version: Option<Version>, parent: Option<&ResourceList>, child: Option<&ResourceList>) -> bool {
    let (parent, child) = match (parent, child) {
        (None, None) => return true,
        (Some(parent), Some(child)) => (parent, child),
        _ => return false,
    };
    if parent == child {
        return true;
    }
    let mut marks = Marks { version, names: Vec::new() };
    let mut read = |list: &ResourceList| -> Vec<Entry> { list.patterns.iter().map(|text| marks.read(text)).collect() };
    let (ours, theirs) = (read(parent), read(child));
    match (parent.negated, child.negated) {
        (false, false) => theirs.iter().all(|theirs| ours.iter().any(|ours| ours.covers(theirs))),
        (true, false) => theirs.iter().all(|theirs| !ours.iter().any(|ours| ours.may_meet(theirs))),
        // An exclusion with a variable may come to nothing: then only the same text excludes as much.
        (true, true) => ours.iter().all(|ours| {
            theirs.iter().any(|theirs| ours.text == theirs.text || (!theirs.variable && theirs.covers(ours)))
        }),
        (false, true) => parent.patterns.iter().any(|text| arn::takes_all(text)),
    }
}

/// A resource entry with its variables as marks: equal names, equal marks.
struct Entry {
    text: String,
    symbols: Vec<Symbol>,
    variable: bool,
    /// A variable in the first five parts of the ARN: its value might hold colons.
    in_front: bool,
}

impl Entry {
    fn covers(&self, other: &Entry) -> bool {
        self.text == other.text || (!self.in_front && !other.in_front && arn::covers(&self.symbols, &other.symbols))
    }

    /// Whether both may have a resource in common, whatever their variables stand for.
    fn may_meet(&self, other: &Entry) -> bool {
        glob::overlaps(&self.opened(), &other.opened())
    }

    fn opened(&self) -> Vec<Symbol> {
        let open = |symbol: &Symbol| match symbol {
            Symbol::Unit(unit) if glob::is_mark(*unit) => Symbol::Run,
            symbol => *symbol,
        };
        self.symbols.iter().map(open).collect()
    }
}

/// Gives every variable its mark.
struct Marks {
    version: Option<Version>,
    names: Vec<String>,
}

impl Marks {
    fn read(&mut self, text: &str) -> Entry {
        if !variables::present(self.version, text) {
            let symbols = glob::symbols(text);
            return Entry { text: text.to_owned(), symbols, variable: false, in_front: false };
        }
        let mut symbols = Vec::new();
        for piece in variables::pieces(text) {
            match piece {
                Piece::Text(text) => symbols.extend(glob::symbols(text)),
                Piece::Variable(inner) => match variables::escape(inner) {
                    Some(character) => symbols.extend(glob::literal(character)),
                    None => symbols.push(Symbol::Unit(self.mark(inner))),
                },
            }
        }
        let is_mark = |symbol: &Symbol| matches!(symbol, Symbol::Unit(unit) if glob::is_mark(*unit));
        let variable = symbols.iter().any(is_mark);
        Entry { text: text.to_owned(), in_front: resource::in_front(text), symbols, variable }
    }

    fn mark(&mut self, name: &str) -> u32 {
        let known = self.names.iter().position(|known| known == name);
        let place = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        // No document has enough variables to leave the range of marks.
        glob::FIRST_MARK.saturating_add(u32::try_from(place).unwrap_or(0))
    }
}

/// Whether a condition of the child is at least as strict: same operator, same key, and of the
/// values no others (or, for negated operators, all of them).
fn implies(child: &Condition, parent: &Condition) -> bool {
    let Some(operator) = Operator::parse(&child.operator) else {
        return false;
    };
    let within = |few: &[String], many: &[String]| few.iter().all(|value| many.contains(value));
    Operator::parse(&parent.operator) == Some(operator)
        && child.key.eq_ignore_ascii_case(&parent.key)
        && match operator.is_negated() {
            false => within(&child.values, &parent.values),
            true => within(&parent.values, &child.values),
        }
}

#[cfg(test)]
mod tests;
