//! Real account snapshots that nobody here wrote, when the corpus is at hand: read without a panic, with sensible
//! counts, and with a reason for everything that was not understood. Skipped with a line otherwise.

use std::path::{Path, PathBuf};

use trailfit::grants::{self, Grants};

/// The unpacked corpus: the folder in `TRAILFIT_CORPUS`, or what other tests unpacked.
fn corpus() -> Option<PathBuf> {
    let unpacked = concat!(env!("CARGO_MANIFEST_DIR"), "/target/dev-corpus");
    let folder = std::env::var_os("TRAILFIT_CORPUS").map_or_else(|| unpacked.into(), PathBuf::from);
    let found = folder.is_dir();
    if !found {
        println!("skipped: no corpus at {}", folder.display());
    }
    found.then_some(folder)
}

fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Users, groups, roles, managed policies, inline and managed documents that are no policy.
fn counts(grants: &Grants) -> [usize; 5] {
    let accounts = || grants.accounts.values();
    let bad = grants.unreadable.iter().filter(|loss| loss.reason.starts_with("not a policy")).count();
    [
        accounts().map(|account| account.users.len()).sum(),
        accounts().map(|account| account.groups.len()).sum(),
        accounts().map(|account| account.roles.len()).sum(),
        accounts().map(|account| account.policies.len()).sum(),
        bad,
    ]
}

/// What some of the snapshots are known to hold.
const KNOWN: &[(&str, [usize; 5])] = &[
    ("/example-authz-details.json", [3, 2, 3, 32, 0]),
    ("/example_authz_v2.json", [1, 1, 2, 2, 0]),
    ("/iam-get-account-authorization-details.json", [2, 1, 4, 3, 0]),
    ("/user-boundary-deny.json", [1, 0, 0, 1, 0]),
];

#[test]
fn every_file_of_the_snapshots_alone() {
    let Some(corpus) = corpus() else { return };
    let mut details = 0;
    for (name, bytes) in files_below(&corpus) {
        if !name.starts_with("snap-") {
            continue;
        }
        let grants = grants::read(vec![(name.clone(), bytes)]);
        let understood = !grants.accounts.is_empty();
        assert!(understood || !grants.unreadable.is_empty(), "{name} vanished");
        assert!(grants.unreadable.iter().all(|loss| !loss.reason.is_empty()));
        if understood {
            details += 1;
            let known = KNOWN.iter().find(|(end, _)| name.ends_with(end));
            assert!(known.is_none_or(|(_, expected)| *expected == counts(&grants)), "{name}: {:?}", counts(&grants));
            println!("{name}: {:?}", counts(&grants));
            for loss in &grants.unreadable {
                println!("    {} {}", loss.place, loss.reason);
            }
        }
    }
    assert_eq!(details, 18);
}
