//! What is given to be proofread → documents: files that are policies, and every policy that a snapshot holds.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::Error;
use crate::grants::{self, Account, Document, Grants, Owner};
use crate::lint::{Kind, Subject};
use crate::source;

/// Every document below the paths; `kind` is that of documents in files. What lies in a folder and is neither a
/// policy nor a snapshot is passed over; a file that is named must be one.
pub fn subjects(paths: &[PathBuf], kind: Option<Kind>) -> Result<Vec<Subject>, Error> {
    let mut subjects = Vec::new();
    for found in source::find(paths)? {
        let named = paths.contains(&found.path);
        if !named && !found.name.ends_with(".json") {
            continue;
        }
        let bytes = source::read(&found.path)?;
        let grants = grants::read(vec![(found.name.clone(), bytes.clone())]);
        let of_snapshot = of_grants(&grants);
        if of_snapshot.is_empty() {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            if !named && !looks_like_policy(&text) {
                continue;
            }
            subjects.push(Subject { name: found.name, text, kind, account: None });
        } else {
            subjects.extend(of_snapshot);
        }
    }
    Ok(subjects)
}

/// An object with statements, or a broken text that speaks of them.
fn looks_like_policy(text: &str) -> bool {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => value.get("Statement").is_some(),
        Err(_) => text.contains("\"Statement\""),
    }
}

/// Documents by kind and name: a policy that many accounts attach is read once.
type Found<'g> = BTreeMap<(Kind, String, &'g str), Option<&'g str>>;

fn of_grants(grants: &Grants) -> Vec<Subject> {
    let mut found = Found::new();
    for account in grants.accounts.values() {
        of_account(account, &mut found);
    }
    for (arn, document) in &grants.resource_policies {
        let own = arn.split(':').nth(4).filter(|account| !account.is_empty());
        found.insert((Kind::Resource, arn.clone(), &document.text), own);
    }
    for guardrails in grants.guardrails.values() {
        for (kind, levels) in [(Kind::Scp, &guardrails.scps), (Kind::Rcp, &guardrails.rcps)] {
            for (name, document) in levels.iter().flatten().flatten() {
                found.insert((kind, name.clone(), &document.text), None);
            }
        }
    }
    // Without a text there was no document; that the snapshot lacks it is not the policy's fault.
    let told = found.into_iter().filter(|((.., text), _)| !text.is_empty());
    told.map(|((kind, name, text), account)| Subject {
        name,
        text: text.to_owned(),
        kind: Some(kind),
        account: account.map(str::to_owned),
    })
    .collect()
}

fn of_account<'g>(account: &'g Account, found: &mut Found<'g>) {
    let own = Some(account.id.as_str());
    let mut add = |kind: Kind, name: String, document: &'g Document| {
        found.entry((kind, name, &document.text)).or_insert(own);
    };
    for policy in account.policies.values() {
        add(Kind::Identity, policy.arn.clone(), &policy.document);
    }
    let users = account.users.values().map(|user| &user.owner);
    let groups = account.groups.values().map(|group| &group.owner);
    let roles = account.roles.values().map(|role| &role.owner);
    for owner in users.chain(groups).chain(roles) {
        inline(owner, &mut add);
    }
    for role in account.roles.values() {
        if let Some(trust) = &role.trust {
            add(Kind::Trust, format!("{}#trust", role.owner.arn), trust);
        }
    }
}

fn inline<'g>(owner: &'g Owner, add: &mut impl FnMut(Kind, String, &'g Document)) {
    for policy in &owner.inline {
        add(Kind::Identity, format!("{}#{}", owner.arn, policy.name), &policy.document);
    }
}
