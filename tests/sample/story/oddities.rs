//! What does not fit the picture: a service's own event, an operation that nobody knows, a duplicate.

use serde_json::json;

use super::Story;
use super::shapes::object;
use crate::sample::cast::{KEY, MARA, PRODUCTION, SUPPORT, WORKSHOP_WEB, printer};
use crate::sample::moment::day;
use crate::sample::record::{Actor, event};

pub(crate) fn tell(story: &mut Story) {
    first_and_last_day(story);
    rotation(story);
    nobody_knows(story);
    twice(story);
}

/// The trail begins and ends with the printer asking who it is.
fn first_and_last_day(story: &mut Story) {
    for when in [day(0).at(6, 1), day(99).at(22, 58)] {
        story.tell(event(&printer(), when, "sts", "GetCallerIdentity").reads());
    }
}

/// KMS turns the key by itself: nobody's permission.
fn rotation(story: &mut Story) {
    let identity = json!({"accountId": PRODUCTION, "invokedBy": "AWS Internal"});
    let internal = Actor::new(identity, PRODUCTION, "AWS Internal", "AWS Internal");
    let told = event(&internal, day(52).at(3, 11), "kms", "RotateKey").kind("AwsServiceEvent");
    story.tell(
        told.on("AWS::KMS::Key", KEY).member("serviceEventDetails", json!({"rotationType": "AUTOMATIC", "keyId": KEY})),
    );
}

/// An operation that is newer than any table.
fn nobody_knows(story: &mut Story) {
    let when = day(80).at(10, 9);
    let who = SUPPORT.session(MARA, when.plus(-360), "198.51.100.7", "aws-internal/3 console");
    let told = event(&who, when, "ecs", "DescribeTaskFreewheels").reads();
    story.tell(told.asks(json!({"cluster": "shop"})));
}

/// Delivered twice: two files hold the same record.
fn twice(story: &mut Story) {
    let when = day(66).at(9, 58);
    let who = WORKSHOP_WEB.session(
        "i-0d0be1dea5e7af001",
        when.plus(-3_000),
        "192.0.2.17",
        "aws-sdk-go-v2/1.39.2 workshop-web",
    );
    story.tell(object(&who, when, "GetObject", "pawl-catalog-images", "original/saddle-7.jpg"));
    story.deliver_again();
}
