//! Changes, holdings and answers as text for people and as JSON for programs.

use serde_json::{Map, Value, json};

use super::change::{Change, Gained, Statement};
use super::holding::{Clause, Holding, Row};
use super::who_can::{May, WhoCan};
use crate::iam::compare::{Example, Relation};
use crate::iam::{Caller, ContextValue};

/// Names of actions that a line of text holds; JSON has all.
const NAMES: usize = 8;

/// A line for the change, and two for each new access.
pub fn change_text(change: &Change) -> String {
    let mut text = format!("{}: {}", change.name, word(change.relation));
    for gained in &change.gained {
        text += &format!("\n  + {}", actions(&gained.gain.actions, &gained.gain.example.action));
        text += &format!("\n    as in: {}", request(&gained.gain.example, change.names_callers));
        for by in &gained.allowed_by {
            text += &format!("\n    by {}", statement(by));
        }
    }
    for reason in &change.undecided {
        text += &format!("\n  ? {reason}");
    }
    text
}

/// One object.
pub fn change_json(change: &Change) -> Value {
    let gained = |gained: &Gained| {
        json!({
            "actions": gained.gain.actions,
            "request": request_json(&gained.gain.example, change.names_callers),
            "allowedBy": gained.allowed_by.iter().map(statement_json).collect::<Vec<_>>(),
        })
    };
    json!({
        "name": change.name,
        "relation": word(change.relation),
        "newAccess": change.gained.iter().map(gained).collect::<Vec<_>>(),
        "notDecided": change.undecided,
    })
}

/// The relation as users read it.
pub(super) fn word(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "no difference",
        Relation::Narrower => "narrower",
        Relation::Wider => "wider",
        Relation::Incomparable => "incomparable: some access new, some gone",
        Relation::Undecided => "not decided",
    }
}

/// The request in a sentence's words.
pub(super) fn request(example: &Example, names_callers: bool) -> String {
    let mut text = format!("{} on {}", example.action, example.resource);
    if names_callers {
        text += &format!(", asked by {}", caller(&example.caller));
    }
    for (number, (key, value)) in example.context.iter().enumerate() {
        text += if number == 0 { ", with " } else { ", " };
        text += &format!("{key} = {}", values(value).join(" | "));
    }
    text
}

fn request_json(example: &Example, names_callers: bool) -> Value {
    let context: Map<String, Value> =
        example.context.iter().map(|(key, value)| (key.clone(), values(value).into())).collect();
    let principal = names_callers.then(|| caller(&example.caller));
    json!({"principal": principal, "action": example.action, "resource": example.resource, "context": context})
}

fn values(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::One(value) => vec![value.clone()],
        ContextValue::Many(values) => values.clone(),
        ContextValue::Absent => Vec::new(),
    }
}

fn caller(caller: &Caller) -> String {
    match caller {
        Caller::User(arn) | Caller::FederatedUser { arn, .. } | Caller::Service(arn) | Caller::Federated(arn) => {
            arn.clone()
        }
        Caller::Role { role, session } => session.clone().unwrap_or_else(|| role.clone()),
        Caller::Root(account) => format!("arn:aws:iam::{account}:root"),
        Caller::Anonymous => "anonymous".to_owned(),
    }
}

/// The first names and how many more.
fn actions(known: &[String], example: &str) -> String {
    match known.get(NAMES..) {
        None if known.is_empty() => format!("{example} (not in the catalog)"),
        None | Some([]) => known.join(", "),
        Some(more) => {
            format!("{} and {} more", known.iter().take(NAMES).cloned().collect::<Vec<_>>().join(", "), more.len())
        }
    }
}

/// Where a statement stands.
pub(super) fn statement(statement: &Statement) -> String {
    let sid = statement.sid.as_ref().map(|sid| format!(" ({sid})")).unwrap_or_default();
    let line = statement.line.map(|line| format!(", line {line}")).unwrap_or_default();
    format!("{} Statement[{}]{sid}{line}", statement.policy, statement.index)
}

fn statement_json(statement: &Statement) -> Value {
    json!({"policy": statement.policy, "statement": statement.index, "sid": statement.sid, "line": statement.line})
}

/// A heading, then by service and level the actions with where and when they are allowed.
pub fn holding_text(holding: &Holding) -> String {
    let count: usize = holding.rows.iter().map(|row| row.actions.len()).sum();
    let layers = match holding.layers {
        0 => String::new(),
        1 => " after one more layer of boundary or SCPs".to_owned(),
        more => format!(" after {more} more layers of boundary and SCPs"),
    };
    let mut text = format!("{}: {count} actions{layers}", holding.principal);
    let mut service = "";
    for row in &holding.rows {
        if row.service != service {
            service = &row.service;
            text += &format!("\n\n{service}");
        }
        text += &format!("\n  {}: {}", row.level.word(), actions(&row.actions, ""));
        text += &clauses(row);
    }
    for reason in &holding.undecided {
        text += &format!("\n? {reason}");
    }
    text
}

fn clauses(row: &Row) -> String {
    let clause = |head: &str, clause: &Clause| {
        let conditions = clause.conditions.join(" and ");
        let limits = match (clause.resources.as_str(), conditions.as_str()) {
            ("", "") => "on everything".to_owned(),
            (place, "") => place.to_owned(),
            ("", when) => format!("if {when}"),
            (place, when) => format!("{place} if {when}"),
        };
        format!("\n    {head}{limits}  [{}]", statement(&clause.statement))
    };
    let within = row.within.iter().flatten().map(|one| clause("and only ", one));
    let allow = row.allow.iter().map(|one| clause("", one));
    allow.chain(within).chain(row.except.iter().map(|one| clause("but not ", one))).collect()
}

/// One object.
pub fn holding_json(holding: &Holding) -> Value {
    let clause = |clause: &Clause| {
        let Clause { statement, resources, conditions } = clause;
        json!({"statement": statement_json(statement), "resources": resources, "conditions": conditions})
    };
    let list = |clauses: &[Clause]| clauses.iter().map(clause).collect::<Vec<_>>();
    let row = |row: &Row| {
        json!({
            "service": row.service,
            "accessLevel": row.level.word(),
            "actions": row.actions,
            "allow": list(&row.allow),
            "within": row.within.iter().map(|layer| list(layer)).collect::<Vec<_>>(),
            "except": list(&row.except),
        })
    };
    json!({
        "principal": holding.principal,
        "layers": holding.layers,
        "access": holding.rows.iter().map(row).collect::<Vec<_>>(),
        "notDecided": holding.undecided,
    })
}

/// A line for each who may.
pub fn who_can_text(who: &WhoCan) -> String {
    let mut lines = Vec::new();
    for May { answer, conditional } in &who.may {
        let head = if *conditional { "under conditions" } else { "yes" };
        let missing = answer.decision.missing_keys.join(", ");
        let hangs = if *conditional { format!("  hangs on {missing}") } else { String::new() };
        let by = answer.matched().find(|one| !one.deny).map_or_else(String::new, |one| {
            let sid = one.sid.as_ref().map(|sid| format!(" ({sid})")).unwrap_or_default();
            format!("  by {} Statement[{}]{sid}", one.policy, one.index)
        });
        lines.push(format!("{head:<16}  {}{by}{hangs}", answer.principal));
    }
    for named in &who.named {
        let head = if named.conditional { "under conditions" } else { "yes" };
        lines.push(format!("{head:<16}  {} {}  by the resource's own policy", named.kind, named.who));
    }
    for (principal, reason) in &who.untold {
        lines.push(format!("{:<16}  {principal}  {reason}", "not known"));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// One object.
pub fn who_can_json(who: &WhoCan) -> Value {
    let may = who.may.iter().map(|May { answer, conditional }| {
        let mut told = answer.json();
        if let Some(told) = told.as_object_mut() {
            told.insert("Conditional".into(), (*conditional).into());
            told.insert("HangsOn".into(), answer.decision.missing_keys.clone().into());
        }
        told
    });
    let named = who.named.iter();
    let named = named.map(|one| json!({"Kind": one.kind, "Who": one.who, "Conditional": one.conditional}));
    let untold = who.untold.iter().map(|(principal, reason)| json!({"Principal": principal, "Reason": reason}));
    json!({
        "Principals": may.collect::<Vec<_>>(),
        "NamedByResourcePolicy": named.collect::<Vec<_>>(),
        "NotKnown": untold.collect::<Vec<_>>(),
        "AskedAbout": who.asked,
    })
}
