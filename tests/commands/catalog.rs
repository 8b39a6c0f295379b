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
