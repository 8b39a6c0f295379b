//! Measurements: how many real events the dictionary knows, and how long it takes to load and to ask.
//!
//! Tests only. What needs real records is skipped where `TRAILFIT_CORPUS` names no folder.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;

use super::{Call, Catalog, Need, Required, TouchedResource};

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("TRAILFIT_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: TRAILFIT_CORPUS does not name the folder of the corpus");
    }
    folder
}

fn bare<'a>(source: &'a str, name: &'a str) -> Call<'a> {
    Call {
        source,
        name,
        region: "us-east-1",
        partition: "aws",
        account: "111122223333",
        caller_account: "111122223333",
        caller_arn: None,
        parameters: &serde_json_borrow::Value::Null,
        response: None,
        resources: &[],
        failed: false,
    }
}

#[test]
fn the_tables_load_and_answer_quickly() {
    let load = || {
        let start = Instant::now();
        let catalog = Catalog::embedded().unwrap();
        (start.elapsed(), catalog)
    };
    let (fastest, catalog) = (0..5).map(|_| load()).min_by_key(|(time, _)| *time).unwrap();
    eprintln!("load: {fastest:?}, actions: {}", catalog.actions().len());
    let parameters = serde_json::json!({"bucketName": "b", "key": "k"});
    let parameters = (&parameters).into();
    let get = Call { parameters: &parameters, ..bare("s3.amazonaws.com", "GetObject") };
    let describe = bare("ec2.amazonaws.com", "DescribeInstances");
    let start = Instant::now();
    for _ in 0..50_000 {
        assert!(matches!(catalog.required(&get), Required::Actions(_)));
        assert!(matches!(catalog.required(&describe), Required::Actions(_)));
    }
    eprintln!("per record: {:?}", start.elapsed() / 100_000);
}

#[test]
fn most_events_of_the_corpus_are_known() {
    let Some(folder) = corpus() else { return };
    let catalog = Catalog::embedded().unwrap();
    let table = std::fs::read_to_string(folder.join("_stats/event_frequency.csv")).unwrap();
    let (mut mapped, mut exempt, mut unmapped, mut unknown) = (0, 0, 0, Vec::new());
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let count: u64 = fields[2].parse().unwrap();
        // Some rows need a parameter to decide; a record without any still shows that the event is known.
        match catalog.required(&bare(fields[0], fields[1])) {
            Required::Actions(_) => mapped += count,
            Required::Exempt(_) => exempt += count,
            Required::Unmapped { .. } => {
                unmapped += count;
                unknown.push(format!("{} {} ({count})", fields[0], fields[1]));
            }
        }
    }
    let known = (mapped + exempt) as f64 / (mapped + exempt + unmapped) as f64;
    eprintln!("mapped {mapped}, exempt {exempt}, unmapped {unmapped}: {:.2} % known", known * 100.0);
    eprintln!("{}", unknown.join("\n"));
    assert!(known > 0.97, "{known}");
}

/// Counts how many records tell their resources.
///
/// Writes what each record needed to the file that `TRAILFIT_CORPUS_OUT` names, to be read by a human.
#[test]
fn records_tell_their_resources() {
    let Some(folder) = corpus() else { return };
    let catalog = Catalog::embedded().unwrap();
    let (mut told, mut untold, mut lines) = (0, 0, BTreeMap::<String, u64>::new());
    for record in records(&folder) {
        let silent = record["requestParameters"].is_null() && record["resources"].is_null();
        for need in needs(&catalog, &record) {
            let open = catalog.action(&need.action).unwrap().takes_no_resource();
            told += u64::from(!open && !silent && !need.resources.is_empty());
            untold += u64::from(!open && !silent && need.resources.is_empty());
            let line = format!(
                "{} -> {} {:?} {:?}{}",
                record["eventName"].as_str().unwrap(),
                need.action,
                need.resources,
                need.context,
                if silent { " (no parameters)" } else { "" }
            );
            *lines.entry(line).or_default() += 1;
        }
    }
    if let Some(out) = std::env::var_os("TRAILFIT_CORPUS_OUT") {
        let text: Vec<String> = lines.iter().map(|(line, count)| format!("{count}\t{line}")).collect();
        std::fs::write(out, text.join("\n")).unwrap();
    }
    eprintln!("needs with resource types whose record has parameters: told {told}, untold {untold}");
}

fn needs(catalog: &Catalog, record: &Value) -> Vec<Need> {
    let text = |path: &str| record.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let listed: Vec<TouchedResource<'_>> = record["resources"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| TouchedResource {
            arn: entry.get("ARN").or(entry.get("arn")).and_then(Value::as_str),
            kind: entry["type"].as_str(),
            account: entry["accountId"].as_str(),
        })
        .collect();
    let issuer = text("/userIdentity/sessionContext/sessionIssuer/arn");
    let caller = if issuer.is_empty() { text("/userIdentity/arn") } else { issuer };
    let call = Call {
        region: text("/awsRegion"),
        account: text("/recipientAccountId"),
        caller_account: text("/userIdentity/accountId"),
        caller_arn: Some(caller).filter(|arn| !arn.is_empty()),
        parameters: &(&record["requestParameters"]).into(),
        response: Some(&crate::catalog::Late::from(record["responseElements"].clone())),
        resources: &listed,
        failed: !text("/errorCode").is_empty(),
        ..bare(text("/eventSource"), text("/eventName"))
    };
    match catalog.required(&call) {
        Required::Actions(needs) => needs,
        Required::Exempt(_) | Required::Unmapped { .. } => Vec::new(),
    }
}

fn records(folder: &Path) -> Vec<Value> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with("snap-") {
            found.extend(records(&path));
        } else if name.ends_with(".json") {
            let value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap_or_default();
            match value {
                Value::Array(items) => found.extend(items),
                Value::Object(mut map) => match map.remove("Records") {
                    Some(Value::Array(items)) => found.extend(items),
                    _ => found.push(Value::Object(map)),
                },
                _ => {}
            }
        }
    }
    found.retain(|record| record.get("eventName").is_some_and(Value::is_string));
    found
}
