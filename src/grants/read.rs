//! Files → `Grants`. Pure and total; the result does not depend on the order of the files.

use super::details::{self, Details, FileScope};
use super::json;
use super::model::Grants;
use super::node::{Losses, Node};
use super::{collected, guardrails, resources};

/// Reads snapshots, guardrails and resource policies, given as file name and content.
///
/// What each file is, is told by its content; one file may hold several values, as a list or one after the other.
/// Files are taken in the order of their names; of two differing statements about one thing the first counts,
/// and the second is listed in [`Grants::unreadable`].
///
/// **Account snapshots** are `aws iam get-account-authorization-details` output, whole or in pages. Policy documents
/// may be objects, JSON strings or URL-encoded strings. The account is told by the ARNs.
///
/// **Guardrails** have a layout of ours:
///
/// ```json
/// {
///   "ManagementAccountId": "444455556666",
///   "Policies": {
///     "p-1": {"Name": "regions", "Type": "SERVICE_CONTROL_POLICY", "Content": {"Version": "2012-10-17", "Statement": []}}
///   },
///   "Accounts": {
///     "111122223333": {"Levels": [["p-FullAWSAccess"], ["p-FullAWSAccess", "p-1"]]}
///   }
/// }
/// ```
///
/// `Levels` names the policies attached to the root, then to each organizational unit on the way down, then to the
/// account itself. `Type` is `SERVICE_CONTROL_POLICY` (also when absent) or `RESOURCE_CONTROL_POLICY`; other types
/// are passed over. `Content` is an object or a string. `Policies` may also be a list of `describe-policy` answers.
/// `p-FullAWSAccess` and `p-RCPFullAWSAccess` need no entry. The management account needs no levels.
///
/// **Resource policies** are given by ARN, bare or as AWS's read call printed them (`{"Policy": …}`,
/// `{"ResourcePolicy": …}`, `{"Attributes": {"Policy": …}}`):
///
/// ```json
/// {"ResourcePolicies": {"arn:aws:s3:::bucket": {"Version": "2012-10-17", "Statement": []}}}
/// ```
///
/// **What `trailfit collect` writes beside them** is passed over; what it says is missing is listed.
pub fn read(documents: Vec<(String, Vec<u8>)>) -> Grants {
    read_upon(Grants::default(), documents)
}

/// The same upon grants that are known already. Policies that AWS manages find their accounts among these as well.
pub fn read_upon(mut grants: Grants, mut documents: Vec<(String, Vec<u8>)>) -> Grants {
    documents.sort();
    let mut details = Details::default();
    for (file, bytes) in &documents {
        let losses = read_file(file, bytes, &mut details, &mut grants);
        grants.unreadable.extend(losses.into_entries());
    }
    for losses in details.end(&mut grants) {
        grants.unreadable.extend(losses.into_entries());
    }
    grants.unreadable.sort();
    grants.unreadable.dedup();
    grants
}

fn read_file(file: &str, bytes: &[u8], details: &mut Details, grants: &mut Grants) -> Losses {
    let mut losses = Losses::new(file);
    let parsed = json::parse(bytes);
    let mut scope = FileScope::default();
    for (index, (value, repeated)) in parsed.values.iter().zip(parsed.repeated).enumerate() {
        let place = if index == 0 { String::new() } else { format!("({})", index + 1) };
        losses.note_repeated(&place, repeated);
        let node = Node { value, place };
        read_value(&node, details, &mut scope, grants, &mut losses);
    }
    details.end_file(scope, grants, &mut losses);
    if let Some(reason) = parsed.error {
        losses.add("", reason);
    }
    losses
}

fn read_value(node: &Node<'_>, details: &mut Details, scope: &mut FileScope, grants: &mut Grants, losses: &mut Losses) {
    if let Some(pages) = node.entries().filter(|pages| !pages.is_empty()) {
        for page in pages {
            read_value(&page, details, scope, grants, losses);
        }
        return;
    }
    // Guardrails first: with their `Accounts`, a list under `Policies` holds organization policies.
    let is_guardrails = guardrails::is_guardrails(node);
    let is_page = !is_guardrails && details::is_page(node);
    let is_resources = resources::is_resources(node);
    if is_guardrails {
        guardrails::read(node, grants, losses);
    }
    if is_page {
        details.page(node, scope, grants, losses);
    }
    if is_resources {
        resources::read(node, grants, losses);
    }
    let is_collected = collected::is_collected(node);
    if is_collected {
        collected::read(node, losses);
    }
    if !(is_guardrails || is_page || is_resources || is_collected) {
        let reason = "not account authorization details, guardrails or resource policies";
        losses.add(&node.place, reason);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const SNAPSHOT: &str = r#"{
        "UserDetailList": [{"Path": "/staff/", "UserName": "ines", "UserId": "AIDAEXAMPLEINES", "Arn": "arn:aws:iam::111122223333:user/staff/ines",
            "CreateDate": "2024-05-02T09:00:00+00:00", "GroupList": ["buyers"], "Tags": [{"Key": "team", "Value": "parts"}],
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGetObject%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"}]}],
        "GroupDetailList": [{"Path": "/", "GroupName": "buyers", "GroupId": "AGPAEXAMPLEBUYERS", "Arn": "arn:aws:iam::111122223333:group/buyers",
            "GroupPolicyList": [], "AttachedManagedPolicies": [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}],
        "RoleDetailList": [{"Path": "/app/", "RoleName": "web", "RoleId": "AROAEXAMPLEWEB", "Arn": "arn:aws:iam::111122223333:role/app/web",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
            "InstanceProfileList": [{"InstanceProfileName": "web-profile"}],
            "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}"}],
            "AttachedManagedPolicies": [{"PolicyName": "app", "PolicyArn": "arn:aws:iam::111122223333:policy/app"}],
            "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/app"},
            "RoleLastUsed": {"LastUsedDate": "2026-10-01T00:00:00+00:00", "Region": "eu-west-1"}}],
        "Policies": [
            {"PolicyName": "app", "Arn": "arn:aws:iam::111122223333:policy/app", "Path": "/", "DefaultVersionId": "v3", "PolicyVersionList": [
                {"VersionId": "v4", "IsDefaultVersion": false, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}},
                {"VersionId": "v3", "IsDefaultVersion": true, "CreateDate": "2025-01-01T00:00:00+00:00", "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}]},
            {"PolicyName": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "Path": "/", "PolicyVersionList": [
                {"VersionId": "v9", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}}]}]
    }"#;

    fn read_texts(texts: &[&str]) -> Grants {
        let name = |index: usize| format!("{index}.json");
        let files = texts.iter().enumerate();
        read(files.map(|(index, text)| (name(index), text.as_bytes().to_vec())).collect())
    }

    fn reasons(grants: &Grants) -> Vec<(&str, &str)> {
        grants.unreadable.iter().map(|loss| (loss.place.as_str(), loss.reason.as_str())).collect()
    }

    #[test]
    fn reads_every_part_of_a_snapshot() {
        let grants = read_texts(&[SNAPSHOT]);
        assert_eq!(reasons(&grants), []);
        let account = &grants.accounts["111122223333"];
        assert_eq!(account.id, "111122223333");
        let user = &account.users["arn:aws:iam::111122223333:user/staff/ines"];
        assert_eq!((user.owner.name.as_str(), user.owner.path.as_str()), ("ines", "/staff/"));
        assert_eq!(user.owner.tags["team"], "parts");
        assert!(user.owner.inline[0].document.text.starts_with(r#"{"Version":"#));
        assert!(user.owner.inline[0].document.policy.is_ok());
        let role = &account.roles["arn:aws:iam::111122223333:role/app/web"];
        assert!(role.trust.as_ref().unwrap().policy.is_ok());
        assert!(role.owner.inline[0].document.policy.is_ok());
        assert_eq!(role.last_used.as_deref(), Some("2026-10-01T00:00:00+00:00"));
        assert_eq!(role.owner.boundary.as_deref(), Some("arn:aws:iam::111122223333:policy/app"));
        assert_eq!(account.instance_profiles["web-profile"], "web");
        let policy = &account.policies["arn:aws:iam::111122223333:policy/app"];
        assert_eq!((policy.version.as_str(), policy.version_count), ("v3", 2));
        assert!(policy.document.text.contains("s3:*"));
        assert!(account.policies["arn:aws:iam::aws:policy/ReadOnlyAccess"].is_aws_managed());
    }

    #[test]
    fn policies_of_no_account_are_told() {
        let whole: serde_json::Value = serde_json::from_str(SNAPSHOT).unwrap();
        let page = serde_json::json!({ "Policies": [whole["Policies"][1]] }).to_string();
        let grants = read_texts(&[&page]);
        assert!(grants.accounts.is_empty());
        assert_eq!(reasons(&grants).len(), 1, "{:?}", grants.unreadable);
        assert_eq!(reasons(&read_texts(&[SNAPSHOT, &page])), []);
    }

    #[test]
    fn merges_pages_however_they_come() {
        let page = |key: &str| {
            let whole: serde_json::Value = serde_json::from_str(SNAPSHOT).unwrap();
            serde_json::json!({ key: whole[key] }).to_string()
        };
        let keys = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
        let pages: Vec<String> = keys.into_iter().map(page).collect();
        let whole = read_texts(&[SNAPSHOT]);
        let texts: Vec<&str> = pages.iter().map(String::as_str).collect();
        assert_eq!(read_texts(&texts), whole);
        assert_eq!(read_texts(&[&format!("[{}]", pages.join(","))]), whole);
        assert_eq!(read_texts(&[&pages.join("\n")]), whole);
        assert_eq!(read_texts(&[SNAPSHOT, SNAPSHOT]), whole);
    }

    #[test]
    fn does_not_depend_on_the_order_of_files() {
        let changed = SNAPSHOT.replace("sqs:*", "sns:*").replace("s3:*", "ec2:*");
        let files = [("b".to_owned(), SNAPSHOT.into()), ("a".to_owned(), changed.into_bytes())];
        let mut backwards = files.to_vec();
        backwards.reverse();
        let grants = read(files.to_vec());
        assert_eq!(grants, read(backwards));
        assert!(
            grants.accounts["111122223333"].policies["arn:aws:iam::111122223333:policy/app"]
                .document
                .text
                .contains("ec2:*")
        );
        let arn = "arn:aws:iam::111122223333:policy/app";
        let reason = format!("`{arn}` was given before with other content: the first one counts");
        assert_eq!(reasons(&grants), [("Policies[0]", reason.as_str())]);
    }

    #[test]
    fn gives_aws_managed_policies_to_the_accounts_that_lack_them() {
        let only = r#"{"Policies": [{"PolicyName": "X", "Arn": "arn:aws:iam::aws:policy/X", "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "Document": {"Version": "2012-10-17", "Statement": []}}]}]}"#;
        let grants = read_texts(&[only, SNAPSHOT, &SNAPSHOT.replace("111122223333", "444455556666")]);
        for account in grants.accounts.values() {
            assert!(account.policies.contains_key("arn:aws:iam::aws:policy/X"));
        }
        assert_eq!(grants.accounts.len(), 2);
    }

    #[test]
    fn names_what_it_does_not_know() {
        let unknown = "not account authorization details, guardrails or resource policies";
        let case = |text: &str, expected: &[(&str, &str)]| {
            assert_eq!(reasons(&read_texts(&[text])), expected, "{text}");
        };
        case("{}", &[("", unknown)]);
        case("[]", &[("", unknown)]);
        case("7", &[("", unknown)]);
        case(r#"[{"Records": []}]"#, &[("[0]", unknown)]);
        case("", &[("", "empty file")]);
        case(r#"{"UserDetailList": 1}"#, &[("UserDetailList", "not a list")]);
        case(r#"{"UserDetailList": [1]}"#, &[("UserDetailList[0]", "not an object")]);
        case(r#"{"RoleDetailList": [{}]}"#, &[("RoleDetailList[0]", "no IAM ARN in `Arn`")]);
        let truncated = reasons(&read_texts(&[&SNAPSHOT[..400]])).len();
        assert_eq!(truncated, 1);
    }

    #[test]
    fn misses_the_last_page() {
        let first = SNAPSHOT.replacen('{', r#"{"IsTruncated": true, "Marker": "x","#, 1);
        let last = r#"{"IsTruncated": false, "UserDetailList": [{"Arn": "arn:aws:iam::111122223333:user/z"}]}"#;
        let reason = "the answer for account 111122223333 is truncated: its last page is missing";
        assert_eq!(reasons(&read_texts(&[&first])), [("IsTruncated", reason)]);
        assert_eq!(reasons(&read_texts(&[&first, last])), []);
    }

    #[test]
    fn leaves_an_unreadable_policy_where_a_part_is_lost() {
        let arn = "arn:aws:iam::111122223333:user/ines";
        for part in [
            r#""UserPolicyList": {"x": 1}"#,
            r#""UserPolicyList": [7]"#,
            r#""UserPolicyList": [{"PolicyName": "x"}]"#,
            r#""UserPolicyList": [{"PolicyName": "x", "PolicyDocument": 7}]"#,
            r#""UserPolicyList": [{"PolicyName": "x", "PolicyDocument": "%7B%"}]"#,
            r#""UserPolicyList": [{"PolicyName": "x", "PolicyDocument": {"Statement": [], "Statement": []}}]"#,
            r#""AttachedManagedPolicies": "x""#,
            r#""AttachedManagedPolicies": [{"PolicyName": "x"}]"#,
            r#""GroupList": "x""#,
            r#""GroupList": [1]"#,
            r#""PermissionsBoundary": "x""#,
            r#""PermissionsBoundary": {"PermissionsBoundaryType": "Policy"}"#,
        ] {
            let grants = read_texts(&[&format!(r#"{{"UserDetailList": [{{"Arn": "{arn}", {part}}}]}}"#)]);
            let user = &grants.accounts["111122223333"].users[arn];
            assert!(user.owner.inline[0].document.policy.is_err(), "{part}");
            assert!(!grants.unreadable.is_empty(), "{part}");
        }
    }

    #[test]
    fn survives_any_changed_byte() {
        let mut seed: u64 = 7;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        };
        let organization = r#"{"ManagementAccountId": "9", "Policies": {"p-a": {"Name": "a", "Content": "{}"}}, "Accounts": {"1": {"Levels": [["p-a"], []]}}, "ResourcePolicies": {"arn:aws:s3:::b": {"Policy": "{}"}}}"#;
        for text in [SNAPSHOT, organization] {
            for round in 0..3_000 {
                let mut bytes = text.as_bytes().to_vec();
                let at = next(bytes.len());
                match round % 4 {
                    0 => bytes[at] = b"{}[]\",:0tfn%\\ \xff"[next(15)],
                    1 => bytes.truncate(at),
                    2 => drop(bytes.remove(at)),
                    _ => bytes[at] ^= 1 << next(8),
                }
                let _ = read(vec![("f".to_owned(), bytes)]);
            }
        }
    }
}
