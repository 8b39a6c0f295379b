//! Changes → grants: what the entities hold that were made where every later change is known.
//!
//! Whatever is not known of one stands at it as an unreadable policy, so that nobody judges it as if it were whole.

use std::collections::BTreeMap;

use super::document;
use super::lives::{Life, Lives, lives};
use super::model::{Account, Attachment, Document, Grants, Group, InlinePolicy, ManagedPolicy, Owner, Role, User};
use crate::iam::{Change, EntityKind, Verb};

/// The name under which stands what is not known of an entity.
const UNKNOWN: &str = "(not in the log)";

/// Rebuilds the accounts for which `wanted` holds, from changes in the order of time.
///
/// Users, groups, roles and customer-managed policies stand as after the last change, those deleted as before they
/// were taken apart; of several with one name only the last. `forgotten`: up to when changes may be missing, in the
/// form of [`Change::time`]. The documents of policies that AWS manages are in no change: they have to be given.
pub fn rebuild<'c>(
    changes: impl Iterator<Item = &'c Change>,
    forgotten: Option<&str>,
    wanted: impl Fn(&str) -> bool,
) -> Grants {
    let lives = lives(changes.filter(|change| wanted(&change.account)), forgotten);
    let mut grants = Grants::default();
    for ((id, kind, subject), life) in &lives {
        let account = grants.accounts.entry((*id).to_owned()).or_default();
        (*id).clone_into(&mut account.id);
        match kind {
            EntityKind::User => {
                let user = user(life, &lives, (id, subject));
                account.users.insert(user.owner.arn.clone(), user);
            }
            EntityKind::Group => {
                let group = Group { owner: owner(life, &lives, (id, EntityKind::Group, subject)) };
                account.groups.insert(group.owner.name.clone(), group);
            }
            EntityKind::Role => {
                let role = role(life, &lives, (id, subject));
                account.roles.insert(role.owner.arn.clone(), role);
            }
            EntityKind::Policy => {
                account.policies.insert(subject.clone(), policy(life, subject));
            }
        }
    }
    grants.rebuilt = grants.accounts.keys().cloned().collect();
    grants.accounts.values_mut().for_each(name_groups);
    grants
}

/// Groups are named in any case; users name them as the group itself does.
fn name_groups(account: &mut Account) {
    let names: BTreeMap<String, String> =
        account.groups.keys().map(|name| (name.to_ascii_lowercase(), name.clone())).collect();
    for name in account.users.values_mut().flat_map(|user| &mut user.groups) {
        if let Some(known) = names.get(&name.to_ascii_lowercase()) {
            name.clone_from(known);
        }
    }
}

fn user(life: &Life<'_>, lives: &Lives<'_>, (account, subject): (&str, &str)) -> User {
    let mut groups: Vec<String> = Vec::new();
    for change in &life.changes {
        let Some(group) = &change.policy else { continue };
        let is_it = |known: &String| known.eq_ignore_ascii_case(group);
        match change.verb {
            Verb::Join if !groups.iter().any(is_it) => groups.push(group.clone()),
            Verb::Leave => groups.retain(|known| !is_it(known)),
            _ => {}
        }
    }
    groups.sort_unstable();
    User { owner: owner(life, lives, (account, EntityKind::User, subject)), groups }
}

fn role(life: &Life<'_>, lives: &Lives<'_>, (account, subject): (&str, &str)) -> Role {
    let written = life.made.into_iter().chain(life.changes.iter().copied());
    let mut trust = written.filter(|change| matches!(change.verb, Verb::Make | Verb::Trust));
    Role {
        owner: owner(life, lives, (account, EntityKind::Role, subject)),
        trust: trust.next_back().map(told),
        last_used: None,
    }
}

fn owner(life: &Life<'_>, lives: &Lives<'_>, (account, kind, subject): (&str, EntityKind, &str)) -> Owner {
    let mut owner = identity(life, (account, kind, subject));
    let mut inline: BTreeMap<&str, &Change> = BTreeMap::new();
    let mut attached: BTreeMap<&str, &Change> = BTreeMap::new();
    for change in life.made.iter().chain(&life.changes) {
        let policy = change.policy.as_deref();
        match (change.verb, policy) {
            (Verb::Put, Some(name)) => drop(inline.insert(name, change)),
            (Verb::Take, Some(name)) => drop(inline.remove(name)),
            (Verb::Attach, Some(arn)) => drop(attached.insert(arn, change)),
            (Verb::Detach, Some(arn)) => drop(attached.remove(arn)),
            (Verb::Make | Verb::Bound, boundary) => owner.boundary = boundary.map(str::to_owned),
            (Verb::Unbound, _) => owner.boundary = None,
            (Verb::Put | Verb::Take | Verb::Attach | Verb::Detach | Verb::Join | Verb::Leave, None) => {
                leave_behind(&mut owner, format!("the record of {} does not tell the policy", change.told()));
            }
            _ => {}
        }
        match change.verb {
            Verb::Make | Verb::Tag => owner.tags.extend(change.tags.iter().cloned()),
            Verb::Untag => change.tags.iter().for_each(|(key, _)| drop(owner.tags.remove(key))),
            _ => {}
        }
    }
    let written =
        inline.into_iter().map(|(name, change)| InlinePolicy { name: name.to_owned(), document: told(change) });
    owner.inline.extend(written);
    for (arn, change) in attached {
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        owner.attached.push(Attachment { arn: arn.to_owned(), name });
        if let Some(doubt) = doubt_of_policy(lives, (account, arn), change) {
            leave_behind(&mut owner, doubt);
        }
    }
    life.doubts.iter().for_each(|doubt| leave_behind(&mut owner, doubt.clone()));
    owner
}

/// Name, ARN, path, id and time of making; where the record of its making is missing, as well as they can be told.
fn identity(life: &Life<'_>, (account, kind, subject): (&str, EntityKind, &str)) -> Owner {
    let any = life.made.or(life.changes.first().copied()).or(life.removed);
    let name = any.and_then(|change| change.name.clone()).unwrap_or_else(|| subject.to_owned());
    let path = life.made.and_then(|made| made.path.clone()).unwrap_or_else(|| "/".to_owned());
    let arn = life.made.and_then(|made| made.arn.clone());
    Owner {
        arn: arn.unwrap_or_else(|| format!("arn:aws:iam::{account}:{}{path}{name}", kind.name())),
        id: life.made.and_then(|made| made.unique_id.clone()).unwrap_or_default(),
        created: life.made.map(|made| made.time.clone()),
        name,
        path,
        ..Owner::default()
    }
}

fn leave_behind(owner: &mut Owner, reason: String) {
    owner.inline.push(InlinePolicy { name: UNKNOWN.to_owned(), document: Document::unreadable("", reason) });
}

/// Why the policy that was attached then may not be the one that is known by this ARN.
fn doubt_of_policy(lives: &Lives<'_>, (account, arn): (&str, &str), attached: &Change) -> Option<String> {
    let life = lives.get(&(account, EntityKind::Policy, arn.to_owned()))?;
    let again = life.made.filter(|made| made.time > attached.time)?;
    Some(format!("the policy `{arn}` that was attached was deleted, and another made by {}", again.told()))
}

/// The document that a call sent.
fn told(change: &Change) -> Document {
    let missing = || Document::unreadable("", format!("the record of {} holds no document", change.told()));
    change.document.as_deref().map_or_else(missing, document::from_text)
}

/// A customer-managed policy with the version that counts.
fn policy(life: &Life<'_>, arn: &str) -> ManagedPolicy {
    let mut versions: BTreeMap<&str, &Change> = BTreeMap::new();
    let mut default: Option<(&str, &Change)> = None;
    for change in life.made.iter().chain(&life.changes) {
        let version = change.policy.as_deref().unwrap_or_default();
        match change.verb {
            Verb::Make | Verb::Version => drop(versions.insert(version, change)),
            Verb::Drop => drop(versions.remove(version)),
            _ => {}
        }
        if matches!(change.verb, Verb::Make | Verb::Choose) || (change.verb == Verb::Version && change.is_default) {
            default = Some((version, change));
        }
    }
    let (version, chosen) = default.unzip();
    let document = match version.and_then(|version| versions.get(version)) {
        _ if !life.doubts.is_empty() => Document::unreadable("", life.doubts.join("; ")),
        Some(change) => told(change),
        None => Document::unreadable("", "the log does not hold the version that counts"),
    };
    let (name, path) = name_and_path(arn);
    ManagedPolicy {
        arn: arn.to_owned(),
        name,
        path,
        version: version.unwrap_or_default().to_owned(),
        created: chosen.map(|change| change.time.clone()),
        document,
        version_count: versions.len(),
        attachments: None,
    }
}

/// `arn:aws:iam::111122223333:policy/app/web` → `web`, `/app/`.
fn name_and_path(arn: &str) -> (String, String) {
    let resource = arn.split_once(":policy/").map_or(arn, |(_, resource)| resource);
    match resource.rsplit_once('/') {
        Some((path, name)) => (name.to_owned(), format!("/{path}/")),
        None => (resource.to_owned(), "/".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "111122223333";
    const APP: &str = "arn:aws:iam::111122223333:policy/app/web";

    /// A change in the minute that `at` says.
    fn change(at: usize, verb: Verb, kind: EntityKind, name: &str, policy: &str, document: &str) -> Change {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Change {
            time: format!("2026-10-01T00:{at:02}:00Z"),
            verb,
            account: ACCOUNT.to_owned(),
            kind,
            name: some(name),
            policy: some(policy),
            document: some(document),
            arn: (verb == Verb::Make && kind != EntityKind::Policy)
                .then(|| format!("arn:aws:iam::{ACCOUNT}:{}/x/{name}", kind.name())),
            path: (verb == Verb::Make).then(|| "/x/".to_owned()),
            unique_id: None,
            is_default: verb == Verb::Version,
            tags: Vec::new(),
            call: verb.name().to_owned(),
            id: format!("e-{at}"),
        }
    }

    fn allow(action: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#)
    }

    fn account(mut changes: Vec<Change>) -> Account {
        changes.sort();
        rebuild(changes.iter(), None, |_| true).accounts.remove(ACCOUNT).unwrap()
    }

    fn texts(owner: &Owner) -> Vec<String> {
        let told = |policy: &InlinePolicy| match &policy.document.policy {
            Ok(_) => format!("{}={}", policy.name, policy.document.text),
            Err(error) => error.message.clone(),
        };
        owner.inline.iter().map(told).collect()
    }

    #[test]
    fn the_last_change_counts() {
        use EntityKind::{Group, Policy, Role, User};
        let account = account(vec![
            change(1, Verb::Make, Role, "Web", "", "{}"),
            change(2, Verb::Put, Role, "web", "own", &allow("s3:*")),
            change(3, Verb::Put, Role, "web", "own", &allow("s3:GetObject")),
            change(4, Verb::Put, Role, "web", "gone", &allow("ec2:*")),
            change(5, Verb::Take, Role, "web", "gone", ""),
            change(2, Verb::Make, Policy, APP, "v1", &allow("sqs:*")),
            change(3, Verb::Attach, Role, "web", APP, ""),
            change(4, Verb::Version, Policy, APP, "v2", &allow("sqs:SendMessage")),
            change(6, Verb::Bound, Role, "web", APP, ""),
            change(1, Verb::Make, Group, "Buyers", "", ""),
            change(2, Verb::Make, User, "ines", "", ""),
            change(3, Verb::Join, User, "ines", "buyers", ""),
        ]);
        let role = &account.roles["arn:aws:iam::111122223333:role/x/Web"];
        assert_eq!(texts(&role.owner), [format!("own={}", allow("s3:GetObject"))]);
        assert_eq!(role.owner.attached[0].arn, APP);
        assert_eq!(role.owner.boundary.as_deref(), Some(APP));
        let app = &account.policies[APP];
        assert_eq!((app.version.as_str(), app.name.as_str(), app.path.as_str()), ("v2", "web", "/app/"));
        assert_eq!(app.document.text, allow("sqs:SendMessage"));
        assert_eq!(account.users["arn:aws:iam::111122223333:user/x/ines"].groups, ["Buyers"]);
    }

    #[test]
    fn what_was_deleted_stands_as_before_it_was_taken_apart() {
        use EntityKind::{Policy, Role};
        let account = account(vec![
            change(1, Verb::Make, Role, "web", "", "{}"),
            change(2, Verb::Put, Role, "web", "own", &allow("s3:*")),
            change(2, Verb::Make, Policy, APP, "v1", &allow("sqs:*")),
            change(3, Verb::Attach, Role, "web", APP, ""),
            change(7, Verb::Take, Role, "web", "own", ""),
            change(8, Verb::Detach, Role, "web", APP, ""),
            change(9, Verb::Remove, Role, "web", "", ""),
            change(9, Verb::Remove, Policy, APP, "", ""),
        ]);
        let role = &account.roles["arn:aws:iam::111122223333:role/x/web"];
        assert_eq!((texts(&role.owner).len(), role.owner.attached.len()), (1, 1));
        assert!(account.policies[APP].document.policy.is_ok());
    }

    #[test]
    fn what_is_not_whole_says_why() {
        use EntityKind::{Policy, Role};
        let why = |changes: Vec<Change>| {
            let account = account(changes);
            let role = account.roles.into_values().next().unwrap();
            texts(&role.owner).join("; ")
        };
        let made = || change(1, Verb::Make, Role, "web", "", "{}");
        assert!(why(vec![change(2, Verb::Attach, Role, "web", APP, "")]).contains("before the log begins"));
        assert!(why(vec![made(), change(2, Verb::Put, Role, "web", "own", "")]).contains("holds no document"));
        assert!(why(vec![made(), change(2, Verb::Put, Role, "", "own", "{}")]).contains("does not tell which role"));
        let twice =
            [change(2, Verb::Put, Role, "web", "own", &allow("s3:*")), change(2, Verb::Take, Role, "web", "own", "")];
        assert!(why([vec![made()], twice.to_vec()].concat()).contains("order is not known"));
        let again = vec![
            made(),
            change(2, Verb::Make, Policy, APP, "v1", &allow("sqs:*")),
            change(3, Verb::Attach, Role, "web", APP, ""),
            change(4, Verb::Remove, Policy, APP, "", ""),
            change(5, Verb::Make, Policy, APP, "v1", &allow("s3:*")),
        ];
        assert!(why(again).contains("another made by"));
        assert_eq!(why(vec![made()]), "");
        let changes = [made()];
        let grants = rebuild(changes.iter(), Some("2026-10-02T00:00:00Z"), |_| true);
        let role = grants.accounts[ACCOUNT].roles.values().next().unwrap();
        assert!(texts(&role.owner).join(";").contains("may be missing"));
    }

    #[test]
    fn a_policy_that_was_made_before_is_not_whole() {
        let known = [change(2, Verb::Version, EntityKind::Policy, APP, "v2", &allow("sqs:*"))];
        let grants = rebuild(known.iter(), None, |_| true);
        let error = grants.accounts[ACCOUNT].policies[APP].document.policy.clone().unwrap_err();
        assert!(error.message.contains("before the log begins"));
        assert!(rebuild(known.iter(), None, |_| false).accounts.is_empty());
    }
}
