//! A call of IAM's own interface that changed what is granted, as plain data. It does not say what was granted:
//! documents are texts here that nobody has read.

/// What a call did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    /// The entity was made.
    Make,
    /// An inline policy was written, or written anew.
    Put,
    /// An inline policy was deleted.
    Take,
    /// A managed policy was attached.
    Attach,
    /// A managed policy was detached.
    Detach,
    /// A permissions boundary was set.
    Bound,
    /// The permissions boundary was lifted.
    Unbound,
    /// The trust policy was written anew.
    Trust,
    /// A user was added to a group.
    Join,
    /// A user was removed from a group.
    Leave,
    /// A version of a managed policy was added.
    Version,
    /// A version of a managed policy became the one that counts.
    Choose,
    /// A version of a managed policy was deleted.
    Drop,
    /// Tags were set.
    Tag,
    /// Tags were removed.
    Untag,
    /// The entity got another name or path.
    Rename,
    /// The entity was deleted.
    Remove,
}

impl Verb {
    const ALL: [Verb; 17] = [
        Verb::Make,
        Verb::Put,
        Verb::Take,
        Verb::Attach,
        Verb::Detach,
        Verb::Bound,
        Verb::Unbound,
        Verb::Trust,
        Verb::Join,
        Verb::Leave,
        Verb::Version,
        Verb::Choose,
        Verb::Drop,
        Verb::Tag,
        Verb::Untag,
        Verb::Rename,
        Verb::Remove,
    ];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Make => "make",
            Verb::Put => "put",
            Verb::Take => "take",
            Verb::Attach => "attach",
            Verb::Detach => "detach",
            Verb::Bound => "bound",
            Verb::Unbound => "unbound",
            Verb::Trust => "trust",
            Verb::Join => "join",
            Verb::Leave => "leave",
            Verb::Version => "version",
            Verb::Choose => "choose",
            Verb::Drop => "drop",
            Verb::Tag => "tag",
            Verb::Untag => "untag",
            Verb::Rename => "rename",
            Verb::Remove => "remove",
        }
    }

    /// The verb of that name.
    pub fn named(name: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|verb| verb.name() == name)
    }

    /// Whether it takes from the entity and gives nothing.
    pub fn only_takes(self) -> bool {
        matches!(self, Verb::Take | Verb::Detach | Verb::Leave | Verb::Untag | Verb::Drop | Verb::Unbound)
    }
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// An IAM user.
    User,
    /// An IAM group.
    Group,
    /// An IAM role.
    Role,
    /// A customer-managed policy.
    Policy,
}

impl EntityKind {
    const ALL: [EntityKind; 4] = [EntityKind::User, EntityKind::Group, EntityKind::Role, EntityKind::Policy];

    /// The name in tables and reports, and in ARNs.
    pub fn name(self) -> &'static str {
        match self {
            EntityKind::User => "user",
            EntityKind::Group => "group",
            EntityKind::Role => "role",
            EntityKind::Policy => "policy",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<EntityKind> {
        EntityKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One call that succeeded. In the order of the fields changes stand in the order of time; what was made in a second
/// comes before what was done to it, and a deletion comes last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// When, as `2026-10-31T23:59:59Z`.
    pub time: String,
    /// What the call did.
    pub verb: Verb,
    /// The account.
    pub account: String,
    /// To what kind of entity.
    pub kind: EntityKind,
    /// The name of the user, group or role, the ARN of the policy; `None`: it was not told.
    pub name: Option<String>,
    /// What it did it with: the inline policy's name, the ARN of a managed policy or boundary, the group, the version,
    /// the new name.
    pub policy: Option<String>,
    /// The document as it was sent, URL-encoded or not; `None`: there is none, or it was left out or hidden.
    pub document: Option<String>,
    /// The entity's ARN, where it was made.
    pub arn: Option<String>,
    /// Its path, likewise.
    pub path: Option<String>,
    /// Its unique id, likewise.
    pub unique_id: Option<String>,
    /// Whether a new version is the one that counts from now on.
    pub is_default: bool,
    /// Tags that were set, key and value; of those removed the value is empty.
    pub tags: Vec<(String, String)>,
    /// The call, as `PutRolePolicy`.
    pub call: String,
    /// The eventID of its record.
    pub id: String,
}

impl Change {
    /// The entity's name without its path, in the lower case in which IAM compares names; the ARN of a policy.
    pub fn subject(&self) -> Option<String> {
        let name = self.name.as_deref()?;
        Some(match self.kind {
            EntityKind::Policy => name.to_owned(),
            EntityKind::User | EntityKind::Group | EntityKind::Role => name.to_ascii_lowercase(),
        })
    }

    /// How a report names it: `PutRolePolicy on 2026-10-31`.
    pub fn told(&self) -> String {
        format!("{} on {}", self.call, self.time.get(..10).unwrap_or(&self.time))
    }

    /// About how many bytes it takes in memory.
    pub fn size(&self) -> usize {
        let texts = [&self.name, &self.policy, &self.document, &self.arn, &self.path, &self.unique_id];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let tags: usize = self.tags.iter().map(|(key, value)| key.len() + value.len()).sum();
        size_of::<Change>() + texts + tags + self.call.len() + self.id.len() + self.account.len() + self.time.len()
    }
}
