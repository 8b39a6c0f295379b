//! Checks of the document as a whole: version, Sids, empty lists.

use std::collections::BTreeSet;

use super::finding::Findings;
use super::json::{Node, Value};
use super::subject::Kind;
use super::view::{Place, View};

pub(super) fn check(text: &str, kind: Kind, node: &Node, views: &[View<'_>], findings: &mut Findings<'_>) {
    version(text, node, findings);
    empty(node, findings);
    sids(kind, views, findings);
}

fn version(text: &str, node: &Node, findings: &mut Findings<'_>) {
    let root = Place { path: String::new(), at: node.at };
    let newest = "add `\"Version\": \"2012-10-17\"`";
    let member = node.get("Version");
    let place = member.map_or_else(|| root.clone(), |member| root.member(member));
    match member.map(|member| &member.node.value) {
        None => findings.add("MISSING_VERSION", &place, "the policy has no `Version`, so 2008-10-17 applies", newest),
        Some(Value::Text(old)) if old == "2008-10-17" => {
            findings.add("LEGACY_VERSION", &place, "version 2008-10-17 lacks policy variables", "write `2012-10-17`");
        }
        Some(_) => return,
    }
    if let Some(at) = text.find("${") {
        let place = Place { path: place.path, at };
        let sentence = "policy variables are plain text in this version";
        findings.add("VARIABLE_UNSUPPORTED_IN_VERSION", &place, sentence, newest);
    }
}

fn empty(node: &Node, findings: &mut Findings<'_>) {
    let root = Place { path: String::new(), at: node.at };
    if let Some(member) = node.get("Statement").filter(|member| member.node.value == Value::List(Vec::new())) {
        findings.add("MISSING_STATEMENT", &root.member(member), "the policy has no statement", "add a statement");
    }
}

fn sids(kind: Kind, views: &[View<'_>], findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for view in views {
        let Some(sid) = view.statement.sid.as_deref() else { continue };
        let place = view.element("Sid");
        if sid.is_empty() {
            findings.add("EMPTY_SID_VALUE", &place, "the `Sid` is empty", "name the statement or remove the `Sid`");
            continue;
        }
        if !seen.insert(sid) {
            let id = if kind == Kind::Resource { "UNIQUE_SIDS_RECOMMENDED" } else { "UNIQUE_SIDS_REQUIRED" };
            findings.add(id, &place, format!("another statement has the `Sid` `{sid}`"), "give each its own");
        }
        let plain = |letter: char| letter.is_ascii_alphanumeric() || (kind == Kind::Resource && letter != '\n');
        if !sid.chars().all(plain) {
            let sentence = format!("`{sid}` holds more than letters and digits");
            findings.add("UNSUPPORTED_SID", &place, sentence, "use letters A to Z, a to z and digits");
        }
    }
}
