//! ARN cases: which ARNs fit the format of a resource type, and which write out its type.

use serde_json::Value;
use trailfit::catalog::{self, Catalog};

use super::{cases, conformance, report};

#[test]
fn suites_of_others() {
    let Some(folder) = conformance() else { return };
    let catalog = Catalog::embedded().unwrap();
    for suite in ["policy-sentry-arn-format", "parliament-arn-strict"] {
        let cases = cases(&folder.join(suite).with_extension("json"));
        let failures: Vec<String> = cases.iter().filter_map(|case| failure(&catalog, case).err()).collect();
        report(suite, cases.len(), &failures);
    }
}

fn failure(catalog: &Catalog, case: &Value) -> Result<(), String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (format, arn, found) = match case["kind"].as_str() {
        Some("arn-format-match") => {
            let (format, arn) = (text(&case["format"]), text(&case["arn"]));
            let found = catalog.fits(&format, &arn);
            (format, arn, found)
        }
        Some("arn-strict") => {
            let (format, arn) = (text(&case["args"][1]), text(&case["args"][2]));
            let found = catalog.fits(&format, &arn) && catalog::names_type(&format, &arn);
            (format, arn, found)
        }
        kind => return Err(format!("{}: unknown kind {kind:?}", case["id"])),
    };
    if case["expected"] == found { Ok(()) } else { Err(format!("{}: {arn} as {format}: found {found}", case["id"])) }
}
