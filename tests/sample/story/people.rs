//! Humans through Identity Center: Mara of support, and Jonas who runs the platform.

use serde_json::json;

use super::Story;
use super::shapes::{item, session_answer};
use crate::sample::cast::{ADMIN, CATALOG_API, GLOBAL, JONAS, MARA, PRODUCTION, RoleCard, SUPPORT, TOOLS_ADMIN};
use crate::sample::moment::{Moment, day};
use crate::sample::record::{Actor, event};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const OFFICE: &str = "198.51.100.7";

pub(crate) fn tell(story: &mut Story) {
    for visit in 0..9 {
        support(story, day(visit * 11 + 3).at(10, 3), visit);
    }
    platform(story, day(19).at(15, 30));
    wrong_region(story, day(61).at(13, 15));
    tools(story, day(40).at(9, 50));
}

fn sign_in(story: &mut Story, card: &RoleCard, person: &str, when: Moment, ip: &str) -> Actor {
    let provider = format!("arn:aws:iam::{}:saml-provider/AWSSSO_8c1d7e40b6a93f25_DO_NOT_DELETE", card.account);
    let identity = json!({
        "type": "SAMLUser",
        "principalId": format!("Zm9yIHRoZSBzdG9yeQ=:{person}"),
        "userName": person,
        "identityProvider": provider,
    });
    let asked = json!({
        "sAMLAssertionID": "_3d1f60d2-4c8e-4e5a-9b1b-6f0a2c7d8e91",
        "roleSessionName": person,
        "roleArn": card.arn(),
        "principalArn": provider,
        "durationSeconds": 28_800,
    });
    let browser = Actor::new(identity, card.account, ip, BROWSER);
    story.tell(
        event(&browser, when, "sts", "AssumeRoleWithSAML")
            .reads()
            .asks(asked)
            .answers(session_answer(card, person, when))
            .on("AWS::IAM::Role", &card.arn())
            .on("AWS::IAM::SAMLProvider", &provider),
    );
    card.session(person, when, ip, BROWSER)
}

fn support(story: &mut Story, start: Moment, visit: i64) {
    let ip = if visit % 4 == 2 { "2001:db8:20::7c" } else { OFFICE };
    let who = sign_in(story, &SUPPORT, MARA, start, ip);
    let login = event(&who, start.plus(2), "signin", "ConsoleLogin").kind("AwsConsoleSignIn");
    let url = "https://eu-central-1.console.aws.amazon.com/console/home";
    story.tell(
        login
            .answers(json!({"ConsoleLogin": "Success"}))
            .adds(json!({"LoginTo": url, "MobileVersion": "No", "MFAUsed": "No"})),
    );
    let console = |offset: i64, service: &str, name: &str| {
        let told = event(&who, start.plus(offset), service, name);
        told.reads().member("sessionCredentialFromConsole", json!("true"))
    };
    story.tell(console(30, "ecs", "ListServices").asks(json!({"cluster": "shop"})));
    story.tell(console(31, "ecs", "DescribeServices").asks(json!({"cluster": "shop", "services": ["shop"]})));
    let group = "/aws/lambda/order-intake";
    let query = json!({"logGroupName": group, "startTime": 1_785_000_000 + visit * 86_400, "endTime": 1_785_003_600 + visit * 86_400, "queryString": "HIDDEN_DUE_TO_SECURITY_REASONS"});
    let id = json!({"queryId": crate::sample::record::uuid(&start.to_string(), 9)});
    story.tell(console(60, "logs", "StartQuery").asks(query).answers(id.clone()));
    story.tell(console(64, "logs", "GetQueryResults").asks(id));
    let order = json!({"key": {"orderId": format!("2026-{:05}", 31_017 + visit * 34)}});
    story.tell(item(&who, start.plus(90), "GetItem", "orders", order));
    if visit == 4 {
        let arn = format!("arn:aws:sts::{PRODUCTION}:assumed-role/{}/{MARA}", SUPPORT.name);
        let message = format!(
            "User: {arn} is not authorized to perform: dynamodb:DeleteTable on resource: \
             arn:aws:dynamodb:eu-central-1:{PRODUCTION}:table/orders because no identity-based policy allows the dynamodb:DeleteTable action"
        );
        let told = event(&who, start.plus(200), "dynamodb", "DeleteTable").version("2012-08-10");
        story.tell(told.fails("AccessDeniedException", &message));
    }
}

/// Jonas removes the policy that once explained what catalog-api did on day 17.
fn platform(story: &mut Story, start: Moment) {
    let who = sign_in(story, &ADMIN, JONAS, start, OFFICE);
    let iam = |offset: i64, name: &str| event(&who, start.plus(offset), "iam", name).in_region(GLOBAL);
    let role = json!({"roleName": CATALOG_API.name});
    story.tell(iam(20, "ListRolePolicies").reads().asks(role.clone()));
    let policy = json!({"roleName": CATALOG_API.name, "policyName": "temporary-pricing"});
    story.tell(iam(35, "GetRolePolicy").reads().asks(policy.clone()));
    story.tell(iam(70, "DeleteRolePolicy").asks(policy));
}

/// An organization policy keeps the shop in its two regions.
fn wrong_region(story: &mut Story, start: Moment) {
    let who = sign_in(story, &ADMIN, JONAS, start, OFFICE);
    let message = format!(
        "You are not authorized to perform this operation. User: arn:aws:sts::{PRODUCTION}:assumed-role/{}/{JONAS} is not authorized to \
         perform: ec2:RunInstances on resource: arn:aws:ec2:us-west-2:{PRODUCTION}:instance/* with an explicit deny in a service control policy: \
         arn:aws:organizations::{}:policy/o-exampleorg1/service_control_policy/p-shopregions",
        ADMIN.name,
        crate::sample::cast::TOOLS,
    );
    let told = event(&who, start.plus(44), "ec2", "RunInstances").in_region("us-west-2");
    story.tell(told.fails("Client.UnauthorizedOperation", &message));
    story.tell(event(&who, start.plus(80), "cloudtrail", "DescribeTrails").reads().asks(json!({"trailNameList": []})));
}

fn tools(story: &mut Story, start: Moment) {
    let who = sign_in(story, &TOOLS_ADMIN, JONAS, start, "2001:db8:20::31");
    let asked = json!({"projectName": "catalog"});
    story.tell(event(&who, start.plus(15), "codebuild", "StartBuild").asks(asked));
    story.tell(event(&who, start.plus(55), "codebuild", "BatchGetBuilds").reads().asks(json!({"ids": ["catalog:1f"]})));
}
