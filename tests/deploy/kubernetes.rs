//! The CronJob as a YAML parser reads it: confined, never twice at once, with the settings of `deploy/trailfit.toml`.

use std::process::Command;

use serde_json::Value;

use super::{file, path};
use crate::apply;

/// cfn-lint's environment has a YAML parser.
fn documents() -> Vec<Value> {
    let script = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    let output = Command::new(apply::tools().join("python"))
        .args(["-c", script])
        .arg(path("kubernetes/trailfit.yaml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_job_is_confined_and_alone() {
    let documents = documents();
    let of = |kind: &str| documents.iter().find(|one| one["kind"] == kind).unwrap();
    let job = &of("CronJob")["spec"];
    assert_eq!(job["concurrencyPolicy"], "Forbid");
    let pod = &job["jobTemplate"]["spec"]["template"]["spec"];
    assert_eq!(pod["serviceAccountName"], of("ServiceAccount")["metadata"]["name"]);
    let role = &of("ServiceAccount")["metadata"]["annotations"]["eks.amazonaws.com/role-arn"];
    assert!(role.as_str().unwrap().starts_with("arn:aws:iam::111122223333:role/"));
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    let volumes: Vec<&Value> = pod["volumes"].as_array().unwrap().iter().map(|volume| &volume["name"]).collect();
    for kind in ["initContainers", "containers"] {
        for container in pod[kind].as_array().unwrap() {
            let security = &container["securityContext"];
            assert_eq!(security["readOnlyRootFilesystem"], true, "{container}");
            assert_eq!(security["allowPrivilegeEscalation"], false, "{container}");
            assert_eq!(security["capabilities"]["drop"][0], "ALL", "{container}");
            assert!(container["resources"]["limits"]["memory"].is_string(), "{container}");
            for mount in container["volumeMounts"].as_array().unwrap() {
                assert!(volumes.contains(&&mount["name"]), "{mount} is mounted and not there");
            }
        }
    }
    let settings = |text: &str| text.parse::<toml::Table>().unwrap();
    let given = of("ConfigMap")["data"]["trailfit.toml"].as_str().unwrap();
    assert_eq!(settings(given), settings(&file("trailfit.toml")));
}
