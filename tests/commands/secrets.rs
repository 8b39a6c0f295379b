//! Keys and tokens go nowhere: not those that the program is given, not those that stand in logs, not those that a
//! service names in its answers.

use std::path::Path;

use arrow::array::{Array, ArrayData};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::json;

use super::{GRANTS, contents, text};
use crate::fakes::{KEY, Program, SECRET, refusing};

/// A key that stands in the log, and one that a log tells as just made.
const LOGGED: [&str; 2] = ["ASIAEXAMPLE0LOGGED01", "AKIAEXAMPLE0MADE0002"];

/// The beginning of a session token.
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

/// Records that hold keys and tokens wherever CloudTrail puts them, one that is denied and one that is broken.
fn log(folder: &Path) {
    let record = |number: u32, event: (&str, &str), more: serde_json::Value| {
        let (source, name) = event;
        let mut record = json!({
            "eventVersion": "1.11", "eventTime": "2026-10-30T10:00:00Z", "awsRegion": "eu-central-1",
            "eventSource": source, "eventName": name, "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli",
            "eventID": format!("00000000-0000-4000-8000-{number:012}"), "eventType": "AwsApiCall",
            "recipientAccountId": "111122223333", "readOnly": false, "managementEvent": true,
            "userIdentity": {
                "type": "IAMUser", "principalId": "AIDAEXAMPLE000000001", "accountId": "111122223333",
                "arn": "arn:aws:iam::111122223333:user/operator", "userName": "operator", "accessKeyId": LOGGED[0],
            },
        });
        more.as_object().unwrap().iter().for_each(|(key, value)| record[key] = value.clone());
        record
    };
    let credentials = json!({ "accessKeyId": LOGGED[1], "sessionToken": TOKEN.repeat(9) });
    let role = "arn:aws:iam::111122223333:role/ci";
    let records = [
        record(
            1,
            ("sts.amazonaws.com", "AssumeRole"),
            json!({ "requestParameters": { "roleArn": role }, "responseElements": { "credentials": credentials } }),
        ),
        record(
            2,
            ("iam.amazonaws.com", "CreateAccessKey"),
            json!({ "requestParameters": { "userName": "operator" }, "responseElements": { "accessKey": { "accessKeyId": LOGGED[1], "userName": "operator" } } }),
        ),
        record(
            3,
            ("iam.amazonaws.com", "UpdateAccessKey"),
            json!({ "requestParameters": { "userName": "operator", "accessKeyId": LOGGED[1], "status": "Inactive" } }),
        ),
        record(
            4,
            ("s3.amazonaws.com", "ListBuckets"),
            json!({ "errorCode": "AccessDenied", "errorMessage": format!("User: {} is not authorized", LOGGED[0]) }),
        ),
        record(
            5,
            ("ecs.amazonaws.com", "NobodyKnows"),
            json!({ "requestParameters": { "accessKeyId": LOGGED[1], "token": TOKEN } }),
        ),
        json!({ "eventVersion": "1.11", "userIdentity": { "accessKeyId": LOGGED[0] }, "sessionToken": TOKEN }),
    ];
    std::fs::write(folder.join("log.json"), json!({ "Records": records }).to_string()).unwrap();
}

/// The bytes of a column's values, whatever its kind.
fn inside(column: &ArrayData, all: &mut String) {
    for buffer in column.buffers() {
        *all += &String::from_utf8_lossy(buffer.as_slice());
    }
    column.child_data().iter().for_each(|child| inside(child, all));
}

/// All that is below a folder, as text; of Parquet what stands in it.
fn written(folder: &Path) -> String {
    let mut all = String::new();
    for (path, bytes) in contents(folder) {
        all += &String::from_utf8_lossy(&bytes);
        if path.extension().is_some_and(|kind| kind == "parquet") {
            let file = std::fs::File::open(folder.join(path)).unwrap();
            let rows = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
            for batch in rows.map(Result::unwrap) {
                batch.columns().iter().for_each(|column| inside(&column.to_data(), &mut all));
            }
        }
    }
    all
}

#[test]
fn who_asks_is_the_profile_and_the_role_that_are_named() {
    let home = tempfile::tempdir().unwrap();
    let profile = "[other]\naws_access_key_id = AKIAEXAMPLE000OTHER1\naws_secret_access_key = nothing\n";
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/credentials"), profile).unwrap();
    let role = ["--role-arn", "arn:aws:iam::111122223333:role/reader", "--external-id", "shared-word"];
    for place in ["s3://logs/AWSLogs", "lookup:eu-central-1"] {
        let server = refusing("no");
        let ask = |more: &[&str]| {
            let program = Program::of(&["used", place]).with(more).signed(&server.url).home(home.path());
            assert_eq!(program.output().status.code(), Some(2));
            server.asked().pop().unwrap()
        };
        assert!(ask(&[]).head.contains(&format!("credential={}/", KEY.to_lowercase())));
        assert!(ask(&["--profile", "other"]).head.contains("credential=akiaexample000other1/"));
        let assuming = ask(&[&["--profile", "other"], &role[..]].concat());
        assert!(assuming.head.contains("credential=akiaexample000other1/"), "{assuming:?}");
        for word in ["Action=AssumeRole&", "role%2Freader", "ExternalId=shared-word", "RoleSessionName=trailfit"] {
            assert!(assuming.body.contains(word), "no `{word}` in {}", assuming.body);
        }
        let asked = server.asked().len();
        let output =
            Program::of(&["used", place, "--profile", "nobody"]).signed(&server.url).home(home.path()).output();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && told.contains("`nobody`"), "{told}");
        assert_eq!(server.asked().len(), asked);
    }
}

#[test]
fn no_key_and_no_token_is_told_or_written() {
    let home = tempfile::tempdir().unwrap();
    let (logs, out) = (home.path().join("logs"), home.path().join("out"));
    std::fs::create_dir(&logs).unwrap();
    std::fs::create_dir(&out).unwrap();
    log(&logs);
    let server = refusing(&format!(
        "The canonical string should have been 'x-amz-security-token:{}' with Credential={KEY}/20261030",
        TOKEN.repeat(9)
    ));
    let at = |name: &str| text(&out.join(name)).to_owned();
    let (report, evidence, archive, snapshot) = (at("report"), at("evidence"), at("archive"), at("snapshot"));
    let logs = text(&logs);
    let grants = ["--grants", GRANTS];
    let calls: [&[&str]; 11] = [
        &["suggest", logs, grants[0], grants[1], "--out", &report],
        &["check", logs, grants[0], grants[1]],
        &["used", logs, "--out", &evidence],
        &["why", logs, grants[0], grants[1], "--principal", "*", "--action", "sts:AssumeRole"],
        &["archive", "add", logs, "--archive", &archive],
        &["run", logs, "--archive", &archive, grants[0], grants[1], "--window", "9000d", "--out", &at("nightly")],
        &["verify-logs", logs],
        &["used", "s3://logs/AWSLogs"],
        &["used", "lookup:eu-central-1"],
        &["used", "lookup:eu-central-1", "--role-arn", "arn:aws:iam::111122223333:role/reader"],
        &["collect", "--out", &snapshot],
    ];
    let mut told = String::new();
    for arguments in calls {
        let output = Program::of(arguments).signed(&server.url).output();
        let shown = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        told += &format!("{arguments:?} {:?}\n{shown}\n", output.status.code());
    }
    // What was refused was told in the service's words, as far as they may be.
    assert!(told.matches(&format!("Credential=AKIA…{}/20261030", &KEY[16..])).count() >= 3, "{told}");
    let everything = told + &written(&out);
    assert!(everything.contains("iam:UpdateAccessKey") && everything.contains("user/operator"), "{everything}");
    for secret in [KEY, SECRET, LOGGED[0], LOGGED[1], TOKEN] {
        let around = everything.find(secret).map(|at| everything[..at].chars().rev().take(300).collect::<String>());
        assert_eq!(around.map(|text| text.chars().rev().collect::<String>()), None, "{secret} is shown");
    }
}
