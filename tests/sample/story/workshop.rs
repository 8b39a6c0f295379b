//! The web servers on EC2, the label printer with its long-lived key, and the load balancer's service-linked role.

use serde_json::json;

use super::Story;
use super::shapes::{item, listing, object};
use crate::sample::cast::{ECS_LINKED, ENDPOINT, PRINTER_ARN, PRODUCTION, WORKSHOP_WEB, printer, service};
use crate::sample::moment::{Moment, day};
use crate::sample::record::event;

const IMAGES: &str = "pawl-catalog-images";
const ARCHIVE: &str = "pawl-order-archive";
const LABELS: &str = "pawl-label-drop";

pub(crate) fn tell(story: &mut Story) {
    for week in 0..14 {
        web(story, day(week * 7 + 2).at(9, 31), week);
        labels(story, day(week * 7 + 2).at(9, 35), week);
        if week % 3 == 1 {
            targets(story, day(week * 7 + 2).at(9, 42), week);
        }
    }
    forbidden_archive(story, day(44).at(16, 2));
}

fn web(story: &mut Story, start: Moment, week: i64) {
    let instance = if week < 8 { "i-0a11ce0bee5ca1e01" } else { "i-0d0be1dea5e7af001" };
    let agent = "aws-sdk-go-v2/1.39.2 os/linux lang/go#1.25 workshop-web";
    let who = WORKSHOP_WEB.session(instance, start.plus(-1_800), "192.0.2.17", agent);
    let who = who.with(&["sessionContext", "ec2RoleDelivery"], json!("2.0"));
    let page = format!("original/wheelset-{week}.jpg");
    story.tell(object(&who, start, "GetObject", IMAGES, &page).through(ENDPOINT));
    story.tell(object(&who, start.plus(3), "PutObject", ARCHIVE, &format!("2026/order-{week}.json")).through(ENDPOINT));
    story.tell(item(&who, start.plus(5), "Query", "parts", json!({"keyConditionExpression": "category = :c"})));
    if week % 2 == 0 {
        story.tell(listing(&who, start.plus(6), ARCHIVE, "2026/").through(ENDPOINT));
        let asked = json!({"name": "/shop/banner", "withDecryption": false});
        story.tell(event(&who, start.plus(7), "ssm", "GetParameter").reads().asks(asked));
    }
    if week % 4 == 0 {
        let version = "wLx2Qy8.t0fVv1kS3xNnZb7rJ4hCeUdA";
        let key = format!("2026/order-{}.json", week / 2);
        let told = object(&who, start.plus(9), "GetObject", ARCHIVE, &key).through(ENDPOINT);
        let host = format!("{ARCHIVE}.s3.eu-central-1.amazonaws.com");
        story.tell(told.asks(json!({"bucketName": ARCHIVE, "versionId": version, "Host": host, "key": key})));
        let function = format!("arn:aws:lambda:eu-central-1:{PRODUCTION}:function:order-intake");
        let invoke = event(&who, start.plus(11), "lambda", "Invoke").version("2015-03-31").data();
        let asked = json!({"functionName": function, "invocationType": "RequestResponse"});
        story.tell(
            invoke
                .asks(asked)
                .on("AWS::Lambda::Function", &function)
                .adds(json!({"functionVersion": format!("{function}:$LATEST")})),
        );
    }
    if week % 5 == 0 {
        let asked = json!({"instanceId": instance, "agentVersion": "3.3.3050.0", "agentStatus": "Active", "platformType": "Linux"});
        story.tell(event(&who, start.plus(30), "ssm", "UpdateInstanceInformation").asks(asked));
    }
}

fn labels(story: &mut Story, start: Moment, week: i64) {
    let who = printer();
    let parcel = format!("labels/parcel-{}.pdf", 7_700 + week * 3);
    story.tell(object(&who, start, "GetObject", LABELS, &parcel));
    if week % 2 == 1 {
        story.tell(listing(&who, start.plus(-5), LABELS, "labels/"));
        story.tell(object(&who, start.plus(2), "PutObject", LABELS, &format!("printed/parcel-{week}.json")));
    }
    if week == 9 {
        let told = event(&who, start.plus(20), "sqs", "ListQueues").reads();
        story.tell(told.asks(json!({"queueNamePrefix": "labels"})));
    }
}

/// The printer's address book is wrong: it asks for an order and is refused.
fn forbidden_archive(story: &mut Story, when: Moment) {
    let key = "2026/order-4.json";
    let message = format!(
        "User: {PRINTER_ARN} is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::{ARCHIVE}/{key}\" \
         because no identity-based policy allows the s3:GetObject action"
    );
    let told = object(&printer(), when, "GetObject", ARCHIVE, key);
    story.tell(told.fails("AccessDenied", &message));
}

fn targets(story: &mut Story, start: Moment, week: i64) {
    let ecs = service("ecs.amazonaws.com", PRODUCTION);
    story.tell(super::shapes::assumed_by_service(&ecs, start, &ECS_LINKED, "ecs-service-scheduler"));
    let who = ECS_LINKED.session("ecs-service-scheduler", start, "ecs.amazonaws.com", "ecs.amazonaws.com");
    let group = format!("arn:aws:elasticloadbalancing:eu-central-1:{PRODUCTION}:targetgroup/shop/5e2b7d0c91af3846");
    for (offset, name) in [(1, "RegisterTargets"), (40, "DeregisterTargets")] {
        let target = json!([{"id": format!("192.0.2.{}", 100 + week), "port": 8080}]);
        let told = event(&who, start.plus(offset), "elasticloadbalancing", name).forwarded_by("ecs");
        story.tell(told.asks(json!({"targetGroupArn": group, "targets": target})).version("2015-12-01"));
    }
}
