//! The CI role: much granted, a dozen actions used. Its tasks, started from what it registers, follow.

use serde_json::{Value, json};

use super::Story;
use super::shapes::{assumed_by_service, log_stream, object, session_answer};
use crate::sample::cast::{GLOBAL, HOME, PRODUCTION, SHOP_CI, SHOP_TASK, TASK_EXECUTION, service};
use crate::sample::moment::{Moment, day};
use crate::sample::record::{Actor, event};

const AGENT: &str = "aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.11 lang/python#3.13";
const REPOSITORY: &str = "arn:aws:ecr:eu-central-1:111122223333:repository/shop";

pub(crate) fn tell(story: &mut Story) {
    for build in 0..7 {
        let start = day(build * 14 + 4).at(8 + build % 5, 17);
        let ip = format!("203.0.113.{}", 20 + build);
        let session = SHOP_CI.session("GitHubActions", start, &ip, AGENT);
        let session = session.with(
            &["sessionContext", "webIdFederationData"],
            json!({"federatedProvider": provider(), "attributes": {}}),
        );
        sign_in(story, start, &ip);
        push_image(story, &session, start, build);
        deploy(story, &session, start.plus(240), build);
        start_task(story, start.plus(420), build);
    }
}

fn provider() -> String {
    format!("arn:aws:iam::{PRODUCTION}:oidc-provider/token.actions.githubusercontent.com")
}

fn sign_in(story: &mut Story, when: Moment, ip: &str) {
    let subject = "repo:pawl-and-ratchet/shop:ref:refs/heads/main";
    let identity = json!({
        "type": "WebIdentityUser",
        "principalId": format!("{}:sts.amazonaws.com:{subject}", provider()),
        "userName": subject,
        "identityProvider": provider(),
    });
    let runner = Actor::new(identity, PRODUCTION, ip, AGENT);
    let mut answer = session_answer(&SHOP_CI, "GitHubActions", when);
    answer["subjectFromWebIdentityToken"] = json!(subject);
    answer["provider"] = json!(provider());
    answer["audience"] = json!("sts.amazonaws.com");
    story.tell(
        event(&runner, when, "sts", "AssumeRoleWithWebIdentity")
            .reads()
            .asks(json!({"roleArn": SHOP_CI.arn(), "roleSessionName": "GitHubActions", "durationSeconds": 3600}))
            .answers(answer)
            .on("AWS::IAM::Role", &SHOP_CI.arn()),
    );
}

fn push_image(story: &mut Story, who: &Actor, start: Moment, build: i64) {
    story.tell(event(who, start.plus(4), "sts", "GetCallerIdentity").reads());
    story.tell(event(who, start.plus(9), "ecr", "GetAuthorizationToken").reads());
    let layer = format!("sha256:{:064x}", 0xb1c7_c1e5_u64 + build as u64);
    let repository = json!({"registryId": PRODUCTION, "repositoryName": "shop"});
    let with = |more: Value| {
        let mut all = repository.clone();
        for (key, value) in more.as_object().unwrap() {
            all[key] = value.clone();
        }
        all
    };
    let call = |offset: i64, name: &str, asked: Value| {
        event(who, start.plus(offset), "ecr", name).asks(with(asked)).on("AWS::ECR::Repository", REPOSITORY)
    };
    story.tell(call(20, "BatchCheckLayerAvailability", json!({"layerDigests": [layer]})).reads());
    story.tell(call(21, "InitiateLayerUpload", json!({})));
    story.tell(call(24, "UploadLayerPart", json!({"partFirstByte": 0, "partLastByte": 10_485_759})));
    story.tell(call(26, "CompleteLayerUpload", json!({"layerDigests": [layer]})));
    story.tell(call(30, "PutImage", json!({"imageTag": format!("build-{}", 410 + build)})));
    let key = format!("shop/build-{}.zip", 410 + build);
    story.tell(object(who, start.plus(60), "PutObject", "pawl-ci-artifacts", &key));
}

fn deploy(story: &mut Story, who: &Actor, start: Moment, build: i64) {
    let stack = format!("arn:aws:cloudformation:{HOME}:{PRODUCTION}:stack/shop/6a1f0c52");
    let change = format!("build-{}", 410 + build);
    let asked = json!({"stackName": "shop", "changeSetName": change});
    let mut created = asked.clone();
    created["changeSetType"] = json!("UPDATE");
    created["capabilities"] = json!(["CAPABILITY_IAM"]);
    let call = |offset: i64, name: &str| event(who, start.plus(offset), "cloudformation", name);
    story.tell(call(0, "DescribeStacks").reads().asks(json!({"stackName": "shop"})));
    story.tell(call(3, "CreateChangeSet").asks(created).answers(json!({"stackId": stack})));
    story.tell(call(15, "DescribeChangeSet").reads().asks(asked.clone()));
    story.tell(call(20, "ExecuteChangeSet").asks(asked));
    let family = json!({
        "family": "shop",
        "taskRoleArn": SHOP_TASK.arn(),
        "executionRoleArn": TASK_EXECUTION.arn(),
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "512",
        "memory": "1024",
        "containerDefinitions": [{"name": "shop", "image": format!("{PRODUCTION}.dkr.ecr.{HOME}.amazonaws.com/shop:{change}")}],
    });
    let task = format!("arn:aws:ecs:{HOME}:{PRODUCTION}:task-definition/shop:{}", 88 + build);
    let ecs = |offset: i64, name: &str| event(who, start.plus(offset), "ecs", name).forwarded_by("cloudformation");
    story.tell(
        ecs(31, "RegisterTaskDefinition").asks(family).answers(json!({"taskDefinition": {"taskDefinitionArn": task}})),
    );
    story.tell(ecs(40, "UpdateService").asks(json!({"cluster": "shop", "service": "shop", "taskDefinition": task})));
    story.tell(ecs(70, "DescribeServices").reads().asks(json!({"cluster": "shop", "services": ["shop"]})));
    if build == 0 {
        let role = json!({"roleName": SHOP_TASK.name});
        let told = event(who, start.plus(29), "iam", "GetRole").reads().asks(role);
        story.tell(told.in_region(GLOBAL).forwarded_by("cloudformation"));
    }
}

fn start_task(story: &mut Story, start: Moment, build: i64) {
    let task = format!("{:032x}", 0x7a5c_0000_u64 + build as u64 * 7_919);
    let ecs = service("ecs-tasks.amazonaws.com", PRODUCTION);
    story.tell(assumed_by_service(&ecs, start, &TASK_EXECUTION, &task));
    let who = TASK_EXECUTION.session(&task, start, "192.0.2.44", "ecs-fargate/1.4.0");
    let repository = json!({"registryId": PRODUCTION, "repositoryName": "shop"});
    let pull = |offset: i64, name: &str| {
        let told = event(&who, start.plus(offset), "ecr", name).reads();
        told.asks(repository.clone()).on("AWS::ECR::Repository", REPOSITORY)
    };
    story.tell(event(&who, start.plus(2), "ecr", "GetAuthorizationToken").reads());
    story.tell(pull(3, "BatchGetImage"));
    story.tell(pull(4, "GetDownloadUrlForLayer"));
    story.tell(log_stream(&who, start.plus(9), "/ecs/shop"));
    if build % 3 == 0 {
        let shop = SHOP_TASK.session(&task, start, "192.0.2.44", "aws-sdk-java/2.34.1 shop");
        let names = json!({"names": ["/shop/feature-flags", "/shop/currency"], "withDecryption": false});
        story.tell(event(&shop, start.plus(15), "ssm", "GetParameters").reads().asks(names));
    }
}
