//! What the values of condition keys are, for every key whose value is not one string.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::actions::{PACKAGE, each};
use super::inputs::{self, Age, Pin};
use super::outcome::{BuildError, Built};
use super::table;

#[derive(Deserialize)]
struct RawKey {
    key: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Writes the table of key types.
pub(super) fn write(inputs: &BTreeMap<String, Vec<u8>>, pins: &[Pin], built: &mut Built) -> Result<(), BuildError> {
    let data = |path: &str| path.contains("/data/conditionKeys/") && path.ends_with(".json");
    let files = inputs::unzip(PACKAGE, inputs::archive(inputs, pins, PACKAGE, Age::Newest)?, data)?;
    let mut lines = Vec::new();
    each::<RawKey>(&files, "/conditionKeys/", |_, raw| lines.extend(line(&raw)))?;
    let head = table::head("Condition keys whose value is not one string", pins, &[PACKAGE], "key type values");
    built.tables.insert("generated/keys.tsv".to_owned(), table::text(head, lines));
    Ok(())
}

fn line(raw: &RawKey) -> Option<String> {
    let (kind, values) = match raw.kind.strip_prefix("ArrayOf") {
        Some(kind) => (kind, "multi"),
        None => (raw.kind.as_str(), "single"),
    };
    let told = (kind, values) != ("String", "single") && !raw.key.starts_with("aws:");
    told.then(|| format!("{}\t{kind}\t{values}", raw.key))
}
