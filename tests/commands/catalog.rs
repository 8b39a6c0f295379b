//! `trailfit catalog`: the dictionary at the command line.

use super::run;

#[test]
fn actions_and_events_are_looked_up() {
    let told = run(&["catalog", "action", "S3:getobject"], 0);
    assert!(told.contains("s3:GetObject\n") && told.contains("data events of s3.amazonaws.com"), "{told}");
    let told = run(&["catalog", "action", "sqs:*Queue"], 0);
    assert!(told.lines().any(|line| line.starts_with("sqs:CreateQueue\t")), "{told}");
    let told = run(&["catalog", "action", "sqs:Send*", "SQS:sendmessage", "sns:Publish"], 0);
    let names: Vec<&str> = told.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(names, ["sns:Publish", "sqs:SendMessage"], "each once, sorted");
    let told = run(&["catalog", "event", "lambda", "GetFunction20150331v2"], 0);
    assert!(told.contains("lambda:GetFunction"), "{told}");
    assert!(run(&["catalog", "action", "nosuch:Thing"], 2).contains("nosuch:Thing"));
}

#[test]
fn what_was_meant_is_told() {
    let told = run(&["catalog", "action", "s3:GetObjct"], 2);
    assert!(told.contains("did you mean `s3:GetObject`?"), "{told}");
    let told = run(&["catalog", "event", "ec2", "RunInstance"], 0);
    assert!(told.contains("no table knows it") && told.contains("did you mean `ec2:RunInstances`?"), "{told}");
    let told = run(&["catalog", "resource", "sqs:queu"], 2);
    assert!(told.contains("did you mean `sqs:queue`?"), "{told}");
}

#[test]
fn arns_and_resource_types_are_looked_up() {
    let told = run(&["catalog", "arn", "arn:aws:sqs:eu-west-1:111122223333:q"], 0);
    assert!(told.starts_with("sqs:queue\n") && told.contains("action  sqs:CreateQueue*"), "{told}");
    let told = run(&["catalog", "resource", "S3"], 0);
    assert!(told.contains("s3:object\tarn:${Partition}:s3:::${BucketName}/${ObjectName}"), "{told}");
    assert!(run(&["catalog", "arn", "arn:aws:nothing:::x"], 2).contains("no resource type"));
}

#[test]
fn two_catalogs_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, lines: &str| {
        let path = folder.path().join(name).join("generated");
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("actions.tsv"), lines).unwrap();
        folder.path().join(name).to_string_lossy().into_owned()
    };
    let old = write("old", "# as of: 2026-01-01\nsqs:Old\tR\t-\t-\t-\to\nsqs:Same\tR\t-\t-\t-\to\n");
    let new = write("new", "# as of: 2026-04-01\nsqs:New\tR\t-\t-\t-\to\nsqs:Same\tW\t-\t-\t-\to\n");
    let told = run(&["catalog", "diff", &old, &new], 0);
    assert!(told.starts_with("3 changes from 2026-01-01 to 2026-04-01\n"), "{told}");
    assert!(told.contains("+ sqs:New\n- sqs:Old\n~ sqs:Same: access level Read → Write\n"), "{told}");
}
