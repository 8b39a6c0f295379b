//! A snapshot made larger: its users and roles over and over, under other names.

use serde_json::{Value, json};
use trailfit::grants::{self, Grants};

/// The lists of a snapshot that hold principals.
const LISTS: [(&str, &str); 2] = [("UserDetailList", "UserName"), ("RoleDetailList", "RoleName")];

/// The documents among the files that are account details, all as one account.
pub(crate) fn account(files: &[Value]) -> Value {
    let all =
        |name: &'static str| files.iter().flat_map(move |file| file[name].as_array().cloned().unwrap_or_default());
    let names = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
    names
        .into_iter()
        .map(|name| (name.to_owned(), all(name).collect::<Value>()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// As many principals, in turn those of the account.
pub(crate) fn enlarged(account: &Value, count: usize) -> Value {
    let mut large = json!({"GroupDetailList": account["GroupDetailList"], "Policies": account["Policies"]});
    let principals: Vec<(&str, &str, &Value)> = LISTS
        .iter()
        .flat_map(|(list, name)| account[list].as_array().into_iter().flatten().map(move |one| (*list, *name, one)))
        .collect();
    for number in 0..count {
        let (list, name, principal) = principals[number % principals.len()];
        let mut copy = principal.clone();
        for field in [name, "Arn"] {
            copy[field] = format!("{}-{number}", principal[field].as_str().unwrap_or_default()).into();
        }
        match large[list].as_array_mut() {
            Some(list) => list.push(copy),
            None => large[list] = json!([copy]),
        }
    }
    large
}

/// The snapshot with another inline policy for every tenth principal.
pub(crate) fn changed(large: &Value, policies: &[Value]) -> Value {
    let mut changed = large.clone();
    for (list, inline) in [("UserDetailList", "UserPolicyList"), ("RoleDetailList", "RolePolicyList")] {
        for (number, principal) in changed[list].as_array_mut().into_iter().flatten().enumerate().step_by(10) {
            let more = json!({"PolicyName": "more", "PolicyDocument": policies[number % policies.len()]});
            match principal[inline].as_array_mut() {
                Some(inline) => inline.push(more),
                None => principal[inline] = json!([more]),
            }
        }
    }
    changed
}

pub(crate) fn read(snapshot: &Value) -> Grants {
    grants::read(vec![("snapshot.json".to_owned(), snapshot.to_string().into_bytes())])
}
