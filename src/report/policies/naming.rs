//! Where the files of a proposal stand. Names come from outside, so they are made safe for any file system, and
//! two targets never share a file, not even where case does not count.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use crate::fit::{Placement, PolicyId, Proposal};

/// Bytes of one part of a path; the strictest file systems in use allow 255, some tools fewer.
const MAX_PART: usize = 150;

/// Letters of a policy's name.
const MAX_NAME: usize = 128;

/// Device names that Windows keeps for itself, whatever follows a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The files of one policy, relative to the report's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct PolicyFiles {
    /// The name that each proposed policy gets.
    pub(in crate::report) names: Vec<String>,
    /// The document of each.
    pub(in crate::report) documents: Vec<String>,
    /// The diff of each against the policy that stands.
    pub(in crate::report) diffs: Vec<String>,
    /// The document that stands, for the way back.
    pub(in crate::report) before: Option<String>,
}

/// Names the files of each proposal, in order; `None` has none. `standing`: account and name of the customer-managed
/// policies that are there.
pub(super) fn names<'p>(
    proposals: impl Iterator<Item = Option<&'p Proposal>>,
    standing: impl Iterator<Item = (&'p str, &'p str)>,
) -> Vec<PolicyFiles> {
    let mut taken = Taken::default();
    standing.for_each(|(account, name)| drop(taken.new_policy(account, name)));
    proposals.map(|proposal| proposal.map_or_else(PolicyFiles::default, |proposal| of(proposal, &mut taken))).collect()
}

/// Names that are given.
#[derive(Default)]
struct Taken {
    files: BTreeSet<String>,
    policies: BTreeSet<(String, String)>,
}

impl Taken {
    /// The name, numbered if a policy of the account has it already; IAM does not tell cases apart.
    fn new_policy(&mut self, account: &str, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 1;
        while !self.policies.insert((account.to_owned(), free.to_lowercase())) {
            number += 1;
            let end = format!("-{number}");
            free = name.chars().take(MAX_NAME - end.len()).collect::<String>() + &end;
        }
        free
    }
}

fn of(proposal: &Proposal, taken: &mut Taken) -> PolicyFiles {
    let folder = folder(proposal);
    let mut files = PolicyFiles::default();
    for document in &proposal.documents {
        let name = match document.placement {
            Placement::NewPolicy => taken.new_policy(&proposal.account, &document.name),
            Placement::Inline | Placement::NewVersion => document.name.clone(),
        };
        let stem = free(&format!("{folder}/{}", part(&name)), "json", &mut taken.files);
        files.names.push(name);
        files.documents.push(format!("{stem}.json"));
        files.diffs.push(format!("{stem}.diff"));
    }
    let stem = free(&format!("{folder}/{}", part(last_part(proposal.target.name()))), "before", &mut taken.files);
    files.before = Some(format!("{stem}.before"));
    files
}

/// `policies/ACCOUNT/KIND/NAME`: at the owner where the change is made at one, else at the policy.
fn folder(proposal: &Proposal) -> String {
    let owner = proposal.owner.as_deref().or(match &proposal.target {
        PolicyId::Inline { owner, .. } => Some(owner.as_str()),
        PolicyId::Managed { .. } => None,
    });
    let (kind, name) = match owner {
        Some(owner) => (kind(owner), last_part(owner)),
        None => ("policy", last_part(proposal.target.name())),
    };
    format!("policies/{}/{kind}/{}", part(&proposal.account), part(name))
}

/// `user`, `group` or `role`, as the ARN says.
pub(in crate::report) fn kind(owner_arn: &str) -> &'static str {
    match owner_arn.splitn(6, ':').nth(5).unwrap_or_default() {
        resource if resource.starts_with("user/") => "user",
        resource if resource.starts_with("group/") => "group",
        _ => "role",
    }
}

/// What stands after the last `/`: the name without its path. IAM keeps names unique without paths.
pub(in crate::report) fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The stem, numbered if another file has it already.
pub(in crate::report) fn free(stem: &str, extension: &str, taken: &mut BTreeSet<String>) -> String {
    let mut free = stem.to_owned();
    let mut number = 1;
    while !taken.insert(format!("{free}.{extension}").to_lowercase()) {
        number += 1;
        free = format!("{stem}~{number}");
    }
    free
}

/// A name as one part of a path: what IAM allows stays, the rest becomes `%XX`.
pub(in crate::report) fn part(name: &str) -> String {
    let first = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| first.strip_prefix(device).is_some_and(is_digit));
    let is_device = DEVICES.contains(&first.as_str()) || numbered;
    let last = name.len().saturating_sub(1);
    let mut safe = String::new();
    for (at, byte) in name.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
        // A leading dot hides a file or leaves the folder; a trailing one is lost on some systems.
        let odd = (byte == b'.' && (at == 0 || at == last)) || (at == 0 && (is_device || byte == b'-'));
        match plain && !odd {
            true => safe.push(char::from(byte)),
            false => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    if safe.is_empty() {
        safe.push('%');
    }
    if safe.len() > MAX_PART {
        // ASCII by now, so any cut is at a character.
        safe.truncate(MAX_PART);
        safe.push_str(&format!("~{:016x}", xxh3_64(name.as_bytes())));
    }
    safe
}

fn is_digit(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Taken, free, kind, part};

    #[test]
    fn names_are_safe_for_any_file_system() {
        let case = |name: &str, expected: &str| assert_eq!(part(name), expected, "{name}");
        case("deploy+team=a,b.c@d_e-f", "deploy+team=a,b.c@d_e-f");
        case("..", "%2E%2E");
        case(".hidden", "%2Ehidden");
        case("a/b\\c:d\n", "a%2Fb%5Cc%3Ad%0A");
        case("nul", "%6Eul");
        case("COM1.txt", "%43OM1.txt");
        case("console", "console");
        case("", "%");
        case("-rf", "%2Drf");
        case("é", "%C3%A9");
        let (long, other) = ("a".repeat(400), "a".repeat(401));
        assert!(part(&long).len() < 200);
        assert_ne!(part(&long), part(&other));
    }

    #[test]
    fn no_two_files_meet() {
        let mut taken = BTreeSet::new();
        assert_eq!(free("p/Read", "json", &mut taken), "p/Read");
        assert_eq!(free("p/read", "json", &mut taken), "p/read~2");
        assert_eq!(free("p/read", "json", &mut taken), "p/read~3");
        assert_eq!(free("p/Read", "before", &mut taken), "p/Read");
        assert_eq!(kind("arn:aws:iam::111122223333:group/a/b"), "group");
    }

    #[test]
    fn no_two_new_policies_of_an_account_meet() {
        let mut taken = Taken::default();
        let mut case = |account: &str, name: &str, expected: &str| {
            assert_eq!(taken.new_policy(account, name), expected);
        };
        case("111122223333", "deploy-fit", "deploy-fit");
        case("111122223333", "Deploy-fit", "Deploy-fit-2");
        case("444455556666", "deploy-fit", "deploy-fit");
        case("111122223333", &"a".repeat(128), &"a".repeat(128));
        case("111122223333", &"a".repeat(128), &("a".repeat(126) + "-2"));
    }
}
