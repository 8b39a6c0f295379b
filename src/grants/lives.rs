//! Changes in the order of time → the lives of entities: from when each was made to when it was deleted.
//!
//! It tells whether the log shows a life whole; what was granted in it is `rebuild`'s matter.

use std::collections::BTreeMap;

use crate::iam::{Change, EntityKind, Verb};

/// The last life of an entity, as far as the log shows it.
#[derive(Debug, Default)]
pub(super) struct Life<'c> {
    /// The call that made it; `None`: it was made before the log begins.
    pub(super) made: Option<&'c Change>,
    /// What was done to it since, but for what took it apart before it was deleted.
    pub(super) changes: Vec<&'c Change>,
    /// The call that deleted it.
    pub(super) removed: Option<&'c Change>,
    /// Why what it holds is not known for sure.
    pub(super) doubts: Vec<String>,
}

/// Lives by account, kind and subject (see `Change::subject`).
pub(super) type Lives<'c> = BTreeMap<(&'c str, EntityKind, String), Life<'c>>;

/// The last life of every entity that was changed. `forgotten`: up to when changes may be missing, as text.
pub(super) fn lives<'c>(changes: impl Iterator<Item = &'c Change>, forgotten: Option<&str>) -> Lives<'c> {
    let mut lives: Lives<'c> = BTreeMap::new();
    let mut nameless = Vec::new();
    for change in changes.filter(|change| !change.account.is_empty()) {
        let Some(subject) = change.subject() else {
            nameless.push(change);
            continue;
        };
        let life = lives.entry((&change.account, change.kind, subject)).or_default();
        if life.removed.is_some() || change.verb == Verb::Make {
            *life = Life::default();
        }
        match change.verb {
            Verb::Make => life.made = Some(change),
            Verb::Remove => life.removed = Some(change),
            _ => life.changes.push(change),
        }
    }
    rename(&mut lives);
    for ((account, kind, _), life) in &mut lives {
        let nameless = nameless.iter().filter(|change| change.account == *account && change.kind == *kind);
        life.doubt(nameless.copied(), forgotten);
        life.put_together();
    }
    lives
}

/// What has another name now is not followed any further.
fn rename(lives: &mut Lives<'_>) {
    let renamed: Vec<&Change> =
        lives.values().flat_map(|life| &life.changes).filter(|change| change.verb == Verb::Rename).copied().collect();
    for change in renamed {
        let names = [change.subject(), change.policy.as_ref().map(|name| name.to_ascii_lowercase())];
        for name in names.into_iter().flatten() {
            let life = lives.entry((&change.account, change.kind, name)).or_default();
            life.doubts.push(format!("{} gave it another name or path", change.told()));
        }
    }
}

impl<'c> Life<'c> {
    fn doubt(&mut self, nameless: impl Iterator<Item = &'c Change>, forgotten: Option<&str>) {
        let Some(made) = self.made else {
            self.doubts.insert(0, "it was made before the log begins".to_owned());
            return;
        };
        if forgotten.is_some_and(|until| until >= made.time.as_str()) {
            self.doubts.push(format!("changes up to {} may be missing", forgotten.unwrap_or_default()));
        }
        for change in nameless.filter(|change| change.time >= made.time) {
            let (told, kind) = (change.told(), change.kind.name());
            self.doubts.push(format!("the record of {told} does not tell which {kind} it changed"));
        }
        if made.call == "CreateServiceLinkedRole" {
            self.doubts.push("AWS attached the policy of this service-linked role, and no record shows it".to_owned());
        }
        for (at, one) in self.changes.iter().enumerate() {
            let same_second = self.changes.iter().skip(at + 1).take_while(|other| other.time == one.time);
            for other in same_second.filter(|other| contradict(one, other)) {
                let told = other.told();
                self.doubts.push(format!("{} and {told} came within one second: their order is not known", one.call));
            }
        }
    }

    /// A deleted entity counts as it stood before it was taken apart: IAM deletes none that still holds something.
    fn put_together(&mut self) {
        while self.removed.is_some() && self.changes.last().is_some_and(|change| change.verb.only_takes()) {
            self.changes.pop();
        }
    }
}

/// Whether the order of two changes matters and the log does not tell it.
fn contradict(one: &Change, other: &Change) -> bool {
    let same_place = one.policy == other.policy || matches!(one.verb, Verb::Bound | Verb::Trust | Verb::Choose);
    let differ = (one.verb, &one.policy, &one.document) != (other.verb, &other.policy, &other.document);
    let group = |verb: Verb| match verb {
        Verb::Put | Verb::Take => 0,
        Verb::Attach | Verb::Detach => 1,
        Verb::Bound | Verb::Unbound => 2,
        Verb::Join | Verb::Leave => 3,
        Verb::Trust => 4,
        Verb::Version | Verb::Choose => 5,
        _ => 6,
    };
    let comparable = group(one.verb) == group(other.verb) && group(one.verb) < 6;
    one.time == other.time && comparable && same_place && differ
}
