//! Two accounts: the tools account's runner takes on the production account's deploy role.
//! Both accounts get their copy of `AssumeRole`; what the deploy role then does is seen in production only.

use serde_json::json;

use super::Story;
use super::shapes::{assumed_by_service, log_stream, session_answer};
use crate::sample::cast::{CATALOG_DEPLOY, CATALOG_RUNNER, GLOBAL, PRODUCTION, TOOLS, service};
use crate::sample::moment::{Moment, day};
use crate::sample::record::{Actor, event, uuid};

const AGENT: &str = "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.11 lang/python#3.13";

pub(crate) fn tell(story: &mut Story) {
    for release in 0..6 {
        let start = day(release * 16 + 12).at(12, 20);
        let build = format!("AWSCodeBuild-{}", uuid(&start.to_string(), 6));
        let codebuild = service("codebuild.amazonaws.com", TOOLS);
        story.tell(assumed_by_service(&codebuild, start, &CATALOG_RUNNER, &build));
        let runner = CATALOG_RUNNER.session(&build, start, "203.0.113.90", AGENT);
        story.tell(log_stream(&runner, start.plus(5), "/aws/codebuild/catalog"));
        let session = format!("catalog-release-{release}");
        cross(story, &runner, &build, &session, start.plus(60));
        let deploy = CATALOG_DEPLOY.session(&session, start.plus(60), "203.0.113.90", AGENT);
        release_catalog(story, &deploy, start.plus(70), release);
    }
}

fn cross(story: &mut Story, runner: &Actor, build: &str, session: &str, when: Moment) {
    let shared = uuid(session, 7);
    let asked = json!({"roleArn": CATALOG_DEPLOY.arn(), "roleSessionName": session, "externalId": "catalog", "durationSeconds": 900});
    let told = event(runner, when, "sts", "AssumeRole")
        .reads()
        .asks(asked)
        .answers(session_answer(&CATALOG_DEPLOY, session, when))
        .member("resources", json!([{"accountId": PRODUCTION, "type": "AWS::IAM::Role", "ARN": CATALOG_DEPLOY.arn()}]))
        .shared(&shared);
    story.tell(told.clone());
    let seen =
        json!({"type": "AWSAccount", "principalId": format!("{}:{build}", CATALOG_RUNNER.id), "accountId": TOOLS});
    story.tell(told.copy_for(PRODUCTION, seen, &shared));
}

fn release_catalog(story: &mut Story, who: &Actor, start: Moment, release: i64) {
    let function = json!({"functionName": "catalog-api"});
    let lambda = |offset: i64, name: &str| event(who, start.plus(offset), "lambda", name).version("2015-03-31");
    story.tell(lambda(0, "GetFunction20150331v2").reads().asks(function.clone()));
    let mut update = function.clone();
    update["s3Bucket"] = json!("pawl-tools-artifacts");
    update["s3Key"] = json!(format!("catalog/{release}.zip"));
    update["publish"] = json!(false);
    story.tell(lambda(4, "UpdateFunctionCode20150331v2").asks(update));
    story.tell(lambda(30, "PublishVersion20150331").asks(function));
    let alias = json!({"functionName": "catalog-api", "name": "live", "functionVersion": format!("{}", 40 + release)});
    story.tell(lambda(33, "UpdateAlias20150331").asks(alias));
    let batch =
        json!({"paths": {"items": ["/catalog/*"], "quantity": 1}, "callerReference": format!("release-{release}")});
    let told = event(who, start.plus(40), "cloudfront", "CreateInvalidation").in_region(GLOBAL);
    story
        .tell(told.asks(json!({"distributionId": "E1EXAMPLEWHEEL", "invalidationBatch": batch})).version("2020_05_31"));
}
