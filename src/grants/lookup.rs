//! Questions that the judgement asks of the grants: who is this, which policies does it hold, who else holds them.

use super::model::{Account, Attachment, Document, Grants, Group, InlinePolicy, ManagedPolicy, Owner, Role, User};
use super::owner::account_in;

/// A principal that bears policies and acts: a user or a role, with its account.
#[derive(Clone, Copy, Debug)]
pub enum Bearer<'g> {
    /// An IAM user.
    User(&'g Account, &'g User),
    /// An IAM role.
    Role(&'g Account, &'g Role),
}

/// A policy that a bearer holds, by itself or through a group.
#[derive(Clone, Copy, Debug)]
pub struct Held<'g> {
    /// The group through which it is held.
    pub group: Option<&'g Group>,
    /// The policy.
    pub policy: HeldPolicy<'g>,
}

/// What is held.
#[derive(Clone, Copy, Debug)]
pub enum HeldPolicy<'g> {
    /// An inline policy.
    Inline(&'g InlinePolicy),
    /// An attached policy; the second is `None` when the snapshot lacks its document.
    Managed(&'g Attachment, Option<&'g ManagedPolicy>),
    /// A group that the snapshot lacks: its policies are unknown.
    LostGroup(&'g str),
}

impl<'g> Held<'g> {
    /// The name for findings: the ARN of a managed policy, the name of an inline one.
    pub fn name(&self) -> &'g str {
        match self.policy {
            HeldPolicy::Inline(policy) => &policy.name,
            HeldPolicy::Managed(attachment, _) => &attachment.arn,
            HeldPolicy::LostGroup(name) => name,
        }
    }

    /// The document; `None` when the snapshot lacks it.
    pub fn document(&self) -> Option<&'g Document> {
        match self.policy {
            HeldPolicy::Inline(policy) => Some(&policy.document),
            HeldPolicy::Managed(_, policy) => policy.map(|policy| &policy.document),
            HeldPolicy::LostGroup(_) => None,
        }
    }
}

impl<'g> Bearer<'g> {
    /// Its account.
    pub fn account(&self) -> &'g Account {
        match self {
            Bearer::User(account, _) | Bearer::Role(account, _) => account,
        }
    }

    /// What users and roles have in common.
    pub fn owner(&self) -> &'g Owner {
        match self {
            Bearer::User(_, user) => &user.owner,
            Bearer::Role(_, role) => &role.owner,
        }
    }

    /// All identity-based policies: its own, then those of its groups in the order of `GroupList`.
    pub fn held(&self) -> Vec<Held<'g>> {
        let account = self.account();
        let mut held = own(account, self.owner(), None);
        let Bearer::User(_, user) = self else {
            return held;
        };
        for name in &user.groups {
            match account.groups.get(name) {
                Some(group) => held.extend(own(account, &group.owner, Some(group))),
                None => held.push(Held { group: None, policy: HeldPolicy::LostGroup(name) }),
            }
        }
        held
    }

    /// The permissions boundary: its ARN, and its policy unless the snapshot lacks it.
    pub fn boundary(&self) -> Option<(&'g str, Option<&'g ManagedPolicy>)> {
        let arn = self.owner().boundary.as_deref()?;
        Some((arn, self.account().policies.get(arn)))
    }

    /// Whether it is a service-linked role, whose policy AWS owns and which no SCP limits.
    pub fn is_service_linked(&self) -> bool {
        matches!(self, Bearer::Role(..)) && self.owner().path.starts_with("/aws-service-role/")
    }

    /// Whether Identity Center owns it, so that the permission set must change instead of the role.
    pub fn is_permission_set(&self) -> bool {
        matches!(self, Bearer::Role(..)) && self.owner().path.starts_with("/aws-reserved/sso.")
    }
}

fn own<'g>(account: &'g Account, owner: &'g Owner, group: Option<&'g Group>) -> Vec<Held<'g>> {
    let inline = owner.inline.iter().map(HeldPolicy::Inline);
    let managed =
        owner.attached.iter().map(|attachment| HeldPolicy::Managed(attachment, account.policies.get(&attachment.arn)));
    inline.chain(managed).map(|policy| Held { group, policy }).collect()
}

impl Grants {
    /// The user or role with this ARN (of the IAM form, with path).
    pub fn principal(&self, arn: &str) -> Option<Bearer<'_>> {
        let account = self.accounts.get(account_in(arn)?)?;
        let user = account.users.get(arn).map(|user| Bearer::User(account, user));
        user.or_else(|| account.roles.get(arn).map(|role| Bearer::Role(account, role)))
    }

    /// All users and roles: by account, users first, by ARN.
    pub fn principals(&self) -> impl Iterator<Item = Bearer<'_>> {
        self.accounts.values().flat_map(Account::principals)
    }

    /// The user or role with this unique id (`AIDA…`, `AROA…`).
    pub fn by_unique_id(&self, id: &str) -> Option<Bearer<'_>> {
        self.principals().find(|bearer| !id.is_empty() && bearer.owner().id == id)
    }

    /// The role of this name: names are unique in an account, whatever the path, and compare without case.
    pub fn role_named(&self, account: &str, name: &str) -> Option<Bearer<'_>> {
        let account = self.accounts.get(account)?;
        let mut roles = account.roles.values();
        let role = roles.find(|role| role.owner.name.eq_ignore_ascii_case(name))?;
        Some(Bearer::Role(account, role))
    }
}

impl Account {
    /// Its users and roles, users first, by ARN.
    pub fn principals(&self) -> impl Iterator<Item = Bearer<'_>> {
        let users = self.users.values().map(move |user| Bearer::User(self, user));
        users.chain(self.roles.values().map(move |role| Bearer::Role(self, role)))
    }

    /// The document of a managed policy, by ARN.
    pub fn document_of(&self, arn: &str) -> Option<&Document> {
        self.policies.get(arn).map(|policy| &policy.document)
    }

    /// ARNs of the users, groups and roles to which the managed policy is attached, sorted.
    pub fn holders_of(&self, policy: &str) -> Vec<&str> {
        let users = self.users.values().map(|user| &user.owner);
        let groups = self.groups.values().map(|group| &group.owner);
        let roles = self.roles.values().map(|role| &role.owner);
        let holds = |owner: &&Owner| owner.attached.iter().any(|attachment| attachment.arn == policy);
        let all = users.chain(groups).chain(roles).filter(holds);
        let mut holders: Vec<&str> = all.map(|owner| owner.arn.as_str()).collect();
        holders.sort_unstable();
        holders
    }

    /// ARNs of the users that are in the group, sorted.
    pub fn members_of(&self, group: &str) -> Vec<&str> {
        let inside = |user: &&User| user.groups.iter().any(|name| name == group);
        self.users.values().filter(inside).map(|user| user.owner.arn.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::grants::read;

    const SNAPSHOT: &str = r#"{
        "UserDetailList": [{"Arn": "arn:aws:iam::111122223333:user/ines", "UserId": "AIDA1", "GroupList": ["buyers", "gone"],
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": {}}],
            "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/Lost"}]}],
        "GroupDetailList": [{"Arn": "arn:aws:iam::111122223333:group/buyers", "GroupName": "buyers",
            "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::111122223333:policy/app"}]}],
        "RoleDetailList": [
            {"Arn": "arn:aws:iam::111122223333:role/app/web", "RoleId": "AROA1", "RoleName": "Web", "Path": "/app/",
             "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::111122223333:policy/app"}],
             "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/app"}},
            {"Arn": "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", "Path": "/aws-service-role/ecs.amazonaws.com/"}],
        "Policies": [{"Arn": "arn:aws:iam::111122223333:policy/app", "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "Document": {}}]}]
    }"#;

    #[test]
    fn finds_principals_by_arn_id_and_name() {
        let grants = read(vec![("f".to_owned(), SNAPSHOT.into())]);
        let web = "arn:aws:iam::111122223333:role/app/web";
        assert_eq!(grants.principal(web).unwrap().owner().arn, web);
        assert_eq!(grants.by_unique_id("AROA1").unwrap().owner().arn, web);
        assert_eq!(grants.role_named("111122223333", "web").unwrap().owner().arn, web);
        assert!(grants.principal("arn:aws:iam::111122223333:role/web").is_none());
        assert!(grants.principal("nonsense").is_none());
        assert!(grants.by_unique_id("").is_none());
        assert_eq!(grants.principals().count(), 3);
        let linked = grants.principals().filter(Bearer::is_service_linked).count();
        assert_eq!(linked, 1);
    }

    #[test]
    fn tells_all_that_a_bearer_holds() {
        let grants = read(vec![("f".to_owned(), SNAPSHOT.into())]);
        let ines = grants.principal("arn:aws:iam::111122223333:user/ines").unwrap();
        let app = "arn:aws:iam::111122223333:policy/app";
        let held: Vec<(&str, bool, bool)> =
            ines.held().iter().map(|held| (held.name(), held.group.is_some(), held.document().is_some())).collect();
        let lost = "arn:aws:iam::aws:policy/Lost";
        assert_eq!(held, [("own", false, true), (lost, false, false), (app, true, true), ("gone", false, false)]);
        let web = grants.by_unique_id("AROA1").unwrap();
        assert!(web.boundary().unwrap().1.is_some());
        assert_eq!(
            web.account().holders_of(app),
            ["arn:aws:iam::111122223333:group/buyers", "arn:aws:iam::111122223333:role/app/web"]
        );
        assert_eq!(web.account().members_of("buyers"), ["arn:aws:iam::111122223333:user/ines"]);
        assert!(web.account().document_of(app).is_some());
    }
}
