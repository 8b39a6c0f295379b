//! `collect` against an invented organization: the snapshot is what stands there, what is refused is told, and the
//! printed policy is enough and no more than that.

mod bucket;
mod cloud;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use trailfit::catalog::{AccessLevel, Catalog};
use trailfit::source::Part;

use crate::commands::{contents, run, text};
use crate::fakes::Program;
use cloud::{CALLER, Cloud};

const REGIONS: [&str; 2] = ["--region", "eu-central-1,us-east-1"];
const EVERYWHERE: [&str; 3] = ["--organization", "--role-name", "reader"];

/// Runs `collect` and demands an exit code; gives what it printed.
#[track_caller]
fn collect(cloud: &Cloud, out: &Path, arguments: &[&str], code: i32) -> String {
    let Output { status, stdout, stderr } =
        Program::of(&["collect", "--out", text(out)]).with(arguments).signed(&cloud.endpoint).output();
    let told = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(code), "collect {arguments:?}\n{told}");
    told
}

/// The actions of the policy that is printed.
fn actions(arguments: &[&str]) -> Vec<String> {
    let output = Program::of(&["collect"]).with(arguments).output();
    let policy: Value = serde_json::from_slice(&output.stdout).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement| match &statement["Action"] {
        Value::Array(actions) => actions.clone(),
        action => vec![action.clone()],
    });
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

fn book(out: &Path) -> Value {
    let paths = [out.join("collect.json"), out.join(CALLER).join("collect.json")];
    let text = std::fs::read(paths.iter().find(|path| path.exists()).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&text).unwrap()["Collected"].take()
}

/// The program calls nothing that writes: what IAM works out when asked to changes nothing, and a role is entered by
/// the one call that the table of parts does not hold.
#[test]
fn no_call_writes() {
    let catalog = Catalog::embedded().unwrap();
    for part in Part::all() {
        assert!(part.calls().is_sorted() && !part.calls().is_empty(), "{part:?}");
        for call in part.calls() {
            let level = catalog.action(call).unwrap_or_else(|| panic!("{call} is no action")).level;
            assert!(matches!(level, AccessLevel::List | AccessLevel::Read), "{call} is {level:?}");
        }
    }
}

/// One organization is set up for all of these, since that takes seconds: each takes its gate as it needs it.
#[test]
fn a_snapshot_is_what_stands_and_what_is_refused_is_told() {
    let mut cloud = Cloud::open();
    let home = tempfile::tempdir().unwrap();
    let out = |name: &str| home.path().join(name);
    one_account(&mut cloud, &out("one"));
    everywhere(&mut cloud, &out("all"));
    a_rerun_reads_what_is_missing(&mut cloud, &out("again"));
    throttling_is_waited_out(&mut cloud, &out("throttled"));
    unknown_guardrails_are_not_absent(&mut cloud, &out("unknown"));
    a_night_renews_the_snapshot(&mut cloud, &out("night"));
    the_policy_of_the_caller_is_minimal(&mut cloud, home.path());
    the_policy_of_the_role_is_minimal(&mut cloud, home.path());
}

fn one_account(cloud: &mut Cloud, out: &Path) {
    cloud.gate(&json!({ "caller": actions(&["--show-policy"]) }));
    let told = collect(cloud, out, &REGIONS, 0);
    assert!(told.starts_with("1 accounts: 16 parts read; "), "{told}");
    cloud.assert_equals(out);
    assert_eq!(book(out)["Missing"], json!([]));
    let told = run(&["suggest", crate::commands::LOGS, "--grants", text(out)], 0);
    assert!(told.contains("Principals: 2 judged, 0 unfit"), "{told}");
}

fn everywhere(cloud: &mut Cloud, out: &Path) {
    let whole = [&EVERYWHERE[..], &REGIONS, &["--last-accessed"]].concat();
    let caller = actions(&[&whole[..], &["--show-policy"]].concat());
    let member = actions(&[&whole[..], &["--show-policy=role"]].concat());
    cloud.gate(&json!({ "caller": caller, "member": member }));
    let told = collect(cloud, out, &whole, 0);
    assert!(told.starts_with("2 accounts: 37 parts read; "), "{told}");
    assert!(told.contains(&format!("passed over: account {}, which is SUSPENDED", cloud.closed)), "{told}");
    cloud.assert_equals(out);
    // Every action of the policies was asked for, and nothing else.
    let asked: BTreeSet<String> = cloud.asked().into_iter().map(|(action, _)| action).collect();
    let free = "sts:GetCallerIdentity".to_owned();
    assert_eq!(asked, caller.into_iter().chain(member).chain([free]).collect());
    let used = std::fs::read(out.join(CALLER).join("last-accessed.json")).unwrap();
    let used: Value = serde_json::from_slice(&used).unwrap();
    let used = used["LastAccessed"].as_object().unwrap();
    let alice = &used[&format!("arn:aws:iam::{CALLER}:user/people/alice")][0];
    assert_eq!((used.len(), &alice["ServiceNamespace"]), (3, &json!("s3")));
    let told = run(&["grants", "alice", "--grants", text(out)], 0);
    assert!(!told.contains("warning"), "{told}");
}

/// Kept are the parts that are whole, and only those.
fn a_rerun_reads_what_is_missing(cloud: &mut Cloud, out: &Path) {
    let shop = format!("shop-{CALLER}");
    cloud.gate(&json!({ "deny": [["s3:GetBucketPolicy", shop], ["lambda:ListFunctions", ""], ["sts:AssumeRole", cloud.member]] }));
    let everywhere = [&EVERYWHERE[..], &["--parts", "s3,kms,lambda,details"]].concat();
    let told = collect(cloud, out, &everywhere, 3);
    let denied = |action: &str| format!("AccessDenied: not authorized to perform: {action}");
    for line in [
        format!("missing: s3:GetBucketPolicy in {CALLER} - of arn:aws:s3:::{shop}: {}", denied("s3:GetBucketPolicy")),
        format!("missing: lambda:ListFunctions in {CALLER} eu-central-1: AccessDeniedException: "),
        format!("missing: sts:AssumeRole in {} - of arn:aws:iam::{}:role/reader: ", cloud.member, cloud.member),
    ] {
        assert!(told.contains(&line), "no `{line}` in\n{told}");
    }
    assert!(told.contains(&denied("sts:AssumeRole")), "{told}");
    assert_eq!(book(out)["Missing"].as_array().unwrap().len(), 3);
    let names: Vec<_> = contents(out).into_iter().map(|(path, _)| text(&path).to_owned()).collect();
    let at = |name: &str| format!("{CALLER}/{name}");
    let kms = at("eu-central-1/kms.json");
    assert_eq!(
        names,
        [at("details.json"), kms, at("s3.partial.json"), "collect.json".into(), "organization.json".into()]
    );
    let warned = run(&["grants", "alice", "--grants", text(out)], 0);
    assert!(warned.contains("not collected: lambda:ListFunctions in"), "{warned}");
    let judged = run(&["suggest", crate::commands::LOGS, "--grants", text(out)], 0);
    assert!(judged.contains("the snapshot is not whole, as "), "{judged}");

    cloud.gate(&json!({}));
    let told = collect(cloud, out, &everywhere, 0);
    assert!(told.contains("2 accounts: 6 parts read, 3 kept that are younger than 12 hours"), "{told}");
    let asked = cloud.asked();
    assert!(!asked.iter().any(|(action, _)| action == "organizations:ListRoots"), "{asked:?}");
    assert!(!out.join(CALLER).join("s3.partial.json").exists());
    std::fs::create_dir(out.join("444455556666")).unwrap();
    let told = collect(cloud, out, &[&everywhere[..], &["--max-age", "0"]].concat(), 0);
    assert!(told.contains("2 accounts: 9 parts read; "), "{told}");
    assert!(told.contains("left: account 444455556666 of an earlier run"), "{told}");
}

fn throttling_is_waited_out(cloud: &mut Cloud, out: &Path) {
    let throttle = [
        ("iam:GetAccountAuthorizationDetails", 2),
        ("s3:GetBucketPolicy", 1),
        ("kms:GetKeyPolicy", 1),
        ("sqs:ListQueues", 1),
        ("lambda:GetPolicy", 1),
        ("sts:GetCallerIdentity", 1),
    ];
    let throttle: serde_json::Map<String, Value> =
        throttle.into_iter().map(|(action, times)| (action.to_owned(), json!(times))).collect();
    cloud.gate(&json!({ "throttle": throttle }));
    collect(cloud, out, &REGIONS, 0);
    cloud.assert_equals(out);
    for (action, times) in throttle {
        let asked = cloud.asked().into_iter().find(|(asked, _)| *asked == action).unwrap().1;
        assert!(asked > times.as_u64().unwrap(), "{action} was asked for {asked} times");
    }
}

/// What cannot be renewed stays as it was, and is told; where nothing stands, the night fails.
fn a_night_renews_the_snapshot(cloud: &mut Cloud, home: &Path) {
    std::fs::create_dir(home).unwrap();
    let at = |name: &str| home.join(name);
    let details = at("grants").join(CALLER).join("details.json");
    let (config, logs) = (at("trailfit.toml"), Path::new(env!("CARGO_MANIFEST_DIR")).join(crate::commands::LOGS));
    let settings = format!(
        "logs = [{logs:?}]\ngrants = [{:?}]\narchive = {:?}\nlog = \"json\"\n[run]\nout = {:?}\n[collect]\nparts = [\"details\", \"kms\"]\nmax_age = 0\n",
        at("grants"),
        at("evidence"),
        at("report")
    );
    std::fs::write(&config, settings).unwrap();
    let night = |cloud: &mut Cloud, gate: Value, code: i32| {
        cloud.gate(&gate);
        let run = Program::of(&["run", "--config", text(&config)]).signed(&cloud.endpoint).output();
        let told = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(code), "{gate}: {told}");
        told
    };
    let told = night(cloud, json!({ "deny": [["sts:GetCallerIdentity", ""]] }), 2);
    assert!(told.contains("not authorized to perform: sts:GetCallerIdentity"), "{told}");
    let told = night(cloud, json!({}), 0);
    assert!(told.contains(r#""event":"collected","accounts":1,"read":2,"kept":0,"missing":0"#), "{told}");
    let first = std::fs::read(&details).unwrap();
    let report = || std::fs::read_to_string(at("report").join("report.json")).unwrap();
    assert!(report().contains("user/people/alice"));
    let call = "iam:GetAccountAuthorizationDetails";
    let told = night(cloud, json!({ "deny": [[call, ""]] }), 3);
    assert!(told.contains(&format!(r#""event":"not-collected","call":"{call}""#)), "{told}");
    assert!(told.contains(&format!(r#""event":"stale","file":"{CALLER}/details.json""#)), "{told}");
    // Some keys are refused: those of the night before are all there.
    let told = night(cloud, json!({ "deny": [["kms:GetKeyPolicy", ""]] }), 3);
    assert!(told.contains(&format!(r#""event":"stale","file":"{CALLER}/eu-central-1/kms.json""#)), "{told}");
    let names: Vec<_> = contents(&at("grants")).into_iter().map(|(path, _)| text(&path).to_owned()).collect();
    let stands = |name: &str| format!("{CALLER}/{name}");
    assert_eq!(names, [stands("collect.json"), stands("details.json"), stands("eu-central-1/kms.json")]);
    assert!(report().contains("the snapshot is not whole"), "{told}");
    let told = night(cloud, json!({ "deny": [["sts:GetCallerIdentity", ""]] }), 3);
    assert!(told.contains(r#""event":"not-collected","reason":""#), "{told}");
    assert_eq!(std::fs::read(&details).unwrap(), first);
}

/// Where SCPs could not be read, nobody may take them for none.
fn unknown_guardrails_are_not_absent(cloud: &mut Cloud, out: &Path) {
    let parts = ["--parts", "organization,details"];
    for (action, told) in [
        ("organizations:ListPolicies", "not a list"),
        ("organizations:DescribePolicy", "is not among `Policies`"),
        ("organizations:ListTargetsForPolicy", "is not among `Policies`"),
    ] {
        let out = out.join(action.rsplit(':').next().unwrap());
        cloud.gate(&json!({ "deny": [[action, ""]] }));
        collect(cloud, &out, &[&EVERYWHERE[..], &parts].concat(), 3);
        let warned = run(&["grants", "alice", "--grants", text(&out)], 3);
        assert!(warned.contains(told), "{action}: {warned}");
        assert!(
            warned.contains(&format!("arn:aws:iam::{}:user/people/alice: cannot be told", cloud.member)),
            "{warned}"
        );
    }
    let judged = run(&["suggest", crate::commands::LOGS, "--grants", text(&out.join("ListPolicies"))], 0);
    assert!(judged.contains("Principals: 2 judged, 3 unfit"), "{judged}");
}

/// The part whose calls hold the action, as the help names it.
fn part(action: &str) -> &'static str {
    match action.split_once(':').unwrap() {
        ("organizations", _) => "organization",
        ("sso", _) => "identity-center",
        ("iam", "GetAccountAuthorizationDetails") => "details",
        ("iam", name) if name.contains("CredentialReport") => "credential-report",
        ("iam", _) => "last-accessed",
        ("secretsmanager", _) => "secrets-manager",
        ("cloudtrail", _) => "trails",
        ("sts", _) => "details",
        (service, _) => ["s3", "kms", "sqs", "sns", "lambda", "ecr"].into_iter().find(|part| *part == service).unwrap(),
    }
}

/// With each action removed in turn, its call is refused and told, and nothing else is missing.
fn the_policy_of_the_caller_is_minimal(cloud: &mut Cloud, home: &Path) {
    let policy = [&EVERYWHERE[..], &["--last-accessed", "--show-policy"]].concat();
    let all = actions(&policy);
    assert!(all.len() > 35, "{all:?}");
    for (number, action) in all.iter().enumerate() {
        let allowed: Vec<&String> = all.iter().filter(|other| *other != action).collect();
        cloud.gate(&json!({ "caller": allowed }));
        let out = home.join(format!("caller-{number}"));
        let only = ["--parts", part(action)];
        let is_entered = action.starts_with("sts:");
        let arguments = if is_entered { [&EVERYWHERE[..], &only].concat() } else { only.to_vec() };
        let told = collect(cloud, &out, &arguments, 3);
        assert_only(&told, &out, action, if is_entered { &cloud.member } else { CALLER });
    }
}

fn the_policy_of_the_role_is_minimal(cloud: &mut Cloud, home: &Path) {
    let policy = [&EVERYWHERE[..], &["--last-accessed", "--show-policy=role"]].concat();
    let all = actions(&policy);
    assert!(!all.iter().any(|action| action.starts_with("organizations:") || action.starts_with("sts:")), "{all:?}");
    for (number, action) in all.iter().enumerate() {
        let allowed: Vec<&String> = all.iter().filter(|other| *other != action).collect();
        cloud.gate(&json!({ "member": allowed }));
        let out = home.join(format!("role-{number}"));
        let told = collect(cloud, &out, &[&EVERYWHERE[..], &["--parts", part(action)]].concat(), 3);
        assert_only(&told, &out, action, &cloud.member);
    }
}

#[track_caller]
fn assert_only(told: &str, out: &Path, action: &str, account: &str) {
    let missing = book(out)["Missing"].take();
    let missing = missing.as_array().unwrap();
    assert!(!missing.is_empty(), "{action}: {told}");
    for one in missing {
        assert_eq!((&one["Call"], &one["Account"]), (&json!(action), &json!(account)), "{told}");
    }
    assert!(told.contains(&format!("missing: {action} in {account} ")), "{told}");
}
