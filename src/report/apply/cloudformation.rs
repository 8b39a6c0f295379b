//! CloudFormation templates of one account: standing.json, which takes what stands into a stack as it is, the list
//! of what to import with it, and proposed.json, to which that stack is updated.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::change::Change;
use super::script::command;
use super::step::{Document, Entrusted, Step, path};
use crate::report::policies::naming::{kind, last_part};

/// A template has at most so many resources, and so many bytes when it comes from a bucket.
const MAX_RESOURCES: usize = 500;
const MAX_BYTES: usize = 900_000;

/// Letters of a logical id.
const MAX_ID: usize = 255;

/// The templates of one stack.
#[derive(Default)]
struct Stack {
    standing: Map<String, Value>,
    import: Vec<Value>,
    proposed: Map<String, Value>,
    by_hand: Vec<String>,
    names: BTreeSet<String>,
}

/// Name and content of each file.
pub(super) fn files(account: &str, changes: &[&Change<'_>]) -> Vec<(String, String)> {
    stacks(account, "cloudformation", changes, |stack, change| stack.take(change))
}

/// The same for trust policies.
pub(super) fn trust(account: &str, roles: &[Entrusted<'_>]) -> Vec<(String, String)> {
    stacks(account, "trust-cloudformation", roles, Stack::entrusted)
}

/// An account with more than a template holds gets several stacks.
fn stacks<T>(account: &str, folder: &str, items: &[T], take: impl Fn(&mut Stack, &T)) -> Vec<(String, String)> {
    let mut stacks: Vec<Stack> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let mut next = Stack::default();
        take(&mut next, item);
        let size = next.bytes();
        let full = |stack: &Stack| stack.names.len() + next.names.len() > MAX_RESOURCES || bytes + size > MAX_BYTES;
        if stacks.last().is_none_or(full) {
            stacks.push(Stack::default());
            bytes = 0;
        }
        bytes += size;
        if let Some(stack) = stacks.last_mut() {
            take(stack, item);
        }
    }
    // A template without a resource is none.
    stacks.retain(|stack| !stack.proposed.is_empty());
    let many = stacks.len() > 1;
    let folder = |at: usize| if many { format!("{folder}-{}", at + 1) } else { folder.to_owned() };
    stacks.iter().enumerate().flat_map(|(at, stack)| stack.files(account, &folder(at))).collect()
}

impl Stack {
    fn take(&mut self, change: &Change<'_>) {
        let mut attached = Vec::new();
        for step in &change.steps {
            match step {
                Step::HeldBy { .. } | Step::Stands { .. } => {}
                Step::Create { arn, name, document } => {
                    let holders = change.steps.iter().filter_map(|step| match step {
                        Step::Attach { owner, arn: to } if to == arn => Some(*owner),
                        _ => None,
                    });
                    let properties = managed(name, arn, document, &holders.collect::<Vec<_>>());
                    let id = self.id(&["Policy", name]);
                    self.proposed.insert(id.clone(), resource("ManagedPolicy", properties, "Delete", &[]));
                    attached.push(id);
                }
                Step::Version { arn, before, after, .. } => {
                    let name = last_part(arn);
                    let id = self.id(&["Policy", name]);
                    self.import(&id, "ManagedPolicy", json!({"PolicyArn": arn}));
                    let one = |document, waits: &[String]| {
                        resource("ManagedPolicy", managed(name, arn, document, &[]), "Retain", waits)
                    };
                    self.standing.insert(id.clone(), one(before, &[]));
                    self.proposed.insert(id, one(after, &attached));
                }
                Step::Inline { owner, name, before, after } => {
                    self.inline((owner, name), before.as_ref(), after.as_ref(), &attached);
                }
                // The new policy names whom it is attached to.
                Step::Attach { .. } => {}
                Step::Detach { .. } => self.by_hand.extend(command(step)),
            }
        }
    }

    /// A role with its trust policy alone: what both templates leave out stays as it is.
    fn entrusted(&mut self, entrusted: &Entrusted<'_>) {
        let name = last_part(entrusted.role);
        let id = self.id(&["Role", name]);
        let one = |document: &Value| {
            let properties =
                json!({"RoleName": name, "Path": path(entrusted.role), "AssumeRolePolicyDocument": document});
            resource("Role", properties, "Retain", &[])
        };
        self.import(&id, "Role", json!({"RoleName": name}));
        self.standing.insert(id.clone(), one(&entrusted.before));
        self.proposed.insert(id, one(&entrusted.after));
    }

    fn inline(
        &mut self,
        (owner, name): (&str, &str),
        before: Option<&Document<'_>>,
        after: Option<&Document<'_>>,
        waits: &[String],
    ) {
        let title = capital(kind(owner));
        let (of, owner_key) = (format!("{title}Policy"), format!("{title}Name"));
        let id = self.id(&[&title, last_part(owner), name]);
        let one = |document: &Document<'_>, deletion, waits: &[String]| {
            let properties = json!({
                owner_key.as_str(): last_part(owner), "PolicyName": name, "PolicyDocument": document.json
            });
            resource(&of, properties, deletion, waits)
        };
        if let Some(document) = before {
            self.import(&id, &of, json!({owner_key.as_str(): last_part(owner), "PolicyName": name}));
            // What the next template does not name any more is deleted.
            let deletion = if after.is_some() { "Retain" } else { "Delete" };
            self.standing.insert(id.clone(), one(document, deletion, &[]));
        }
        if let Some(document) = after {
            self.proposed.insert(id, one(document, "Retain", waits));
        }
    }

    fn import(&mut self, id: &str, of: &str, identifier: Value) {
        self.import.push(json!({
            "ResourceType": format!("AWS::IAM::{of}"), "LogicalResourceId": id, "ResourceIdentifier": identifier
        }));
    }

    /// A logical id: letters and digits, each once.
    fn id(&mut self, words: &[&str]) -> String {
        let plain =
            |word: &&str| word.split(|letter: char| !letter.is_ascii_alphanumeric()).map(capital).collect::<String>();
        let name: String = words.iter().map(plain).collect::<String>().chars().take(MAX_ID - 5).collect();
        let mut free = name.clone();
        let mut number = 1;
        while !self.names.insert(free.clone()) {
            number += 1;
            free = format!("{name}x{number}");
        }
        free
    }

    fn bytes(&self) -> usize {
        [&self.standing, &self.proposed].map(|all| pretty(&json!(all)).len()).into_iter().max().unwrap_or(0)
    }

    fn files(&self, account: &str, folder: &str) -> Vec<(String, String)> {
        let template = |resources: &Map<String, Value>, by_hand: &[String]| {
            let mut template = json!({
                "AWSTemplateFormatVersion": "2010-09-09",
                "Description": format!("IAM policies of account {account} that fit the trail"),
                "Resources": resources,
            });
            if let (false, Some(members)) = (by_hand.is_empty(), template.as_object_mut()) {
                // CloudFormation has no resource for an attachment that stands.
                members.insert("Metadata".to_owned(), json!({"ThenByHand": by_hand}));
            }
            pretty(&template)
        };
        let mut files = vec![(format!("{folder}/proposed.json"), template(&self.proposed, &self.by_hand))];
        if !self.standing.is_empty() {
            files.push((format!("{folder}/standing.json"), template(&self.standing, &[])));
            files.push((format!("{folder}/import.json"), pretty(&json!(self.import))));
        }
        files
    }
}

fn managed(name: &str, arn: &str, document: &Document<'_>, holders: &[&str]) -> Value {
    let mut properties = json!({"ManagedPolicyName": name, "Path": path(arn), "PolicyDocument": document.json});
    for (of, key) in [("user", "Users"), ("group", "Groups"), ("role", "Roles")] {
        let names: Vec<&str> =
            holders.iter().filter(|holder| kind(holder) == of).map(|holder| last_part(holder)).collect();
        if let (false, Some(members)) = (names.is_empty(), properties.as_object_mut()) {
            members.insert(key.to_owned(), json!(names));
        }
    }
    properties
}

fn resource(of: &str, properties: Value, deletion: &str, waits: &[String]) -> Value {
    let mut resource = json!({
        "Type": format!("AWS::IAM::{of}"),
        "DeletionPolicy": deletion,
        "UpdateReplacePolicy": deletion,
        "Properties": properties,
    });
    if let (false, Some(members)) = (waits.is_empty(), resource.as_object_mut()) {
        members.insert("DependsOn".to_owned(), json!(waits));
    }
    resource
}

fn pretty(json: &Value) -> String {
    serde_json::to_string_pretty(json).unwrap_or_default() + "\n"
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
