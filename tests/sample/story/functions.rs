//! The Lambda functions: order-intake, catalog-api and photo-resizer.

use serde_json::json;

use super::Story;
use super::shapes::{assumed_by_service, item, log_stream, object, secret};
use crate::sample::cast::{CATALOG_API, ORDER_INTAKE, PHOTO_RESIZER, PRODUCTION, RoleCard, service};
use crate::sample::moment::{Moment, day};
use crate::sample::record::{Actor, event};

const AGENT: &str = "aws-sdk-rust/1.3.9 os/linux lang/rust/1.95.0 exec-env/AWS_Lambda_provided.al2023";
const IMAGES: &str = "pawl-catalog-images";

pub(crate) fn tell(story: &mut Story) {
    for week in 0..14 {
        orders(story, day(week * 7 + 1).at(6, 40), week);
        catalog(story, day(week * 7 + 1).at(6, 52), week);
        if week % 3 == 0 {
            photos(story, day(week * 7 + 3).at(14, 5), week);
        }
    }
    taken_away_since(story);
}

fn wake(story: &mut Story, card: &RoleCard, when: Moment, ip: &str) -> Actor {
    let lambda = service("lambda.amazonaws.com", PRODUCTION);
    story.tell(assumed_by_service(&lambda, when, card, card.name));
    let who = card.session(card.name, when, ip, AGENT);
    let function = format!("arn:aws:lambda:eu-central-1:{PRODUCTION}:function:{}", card.name);
    let scope = json!({"sourceArn": function, "sourceAccount": PRODUCTION, "issuerType": "AWS::Lambda", "credentialsIssuedTo": function});
    who.with(&["inScopeOf"], scope)
}

fn orders(story: &mut Story, start: Moment, week: i64) {
    let who = wake(story, &ORDER_INTAKE, start, "192.0.2.61");
    story.tell(log_stream(&who, start.plus(1), "/aws/lambda/order-intake"));
    for told in secret(&who, start.plus(2)) {
        story.tell(told);
    }
    let key = json!({"key": {"orderId": format!("2026-{:05}", 31_000 + week * 17)}});
    story.tell(item(&who, start.plus(3), "PutItem", "orders", key.clone()));
    story.tell(item(&who, start.plus(4), "GetItem", "orders", key.clone()));
    if week % 2 == 0 {
        story.tell(item(&who, start.plus(5), "UpdateItem", "orders", key));
        let by_customer = json!({"indexName": "by-customer", "keyConditionExpression": "customerId = :c"});
        story.tell(item(&who, start.plus(6), "Query", "orders", by_customer));
    }
    if week == 5 {
        let missing = "Secrets Manager can't find the specified secret value for staging label: AWSPENDING";
        let asked = json!({"secretId": "shop/payment", "versionStage": "AWSPENDING"});
        let told = event(&who, start.plus(9), "secretsmanager", "GetSecretValue").reads();
        story.tell(told.asks(asked).fails("ResourceNotFoundException", missing));
    }
}

fn catalog(story: &mut Story, start: Moment, week: i64) {
    let who = wake(story, &CATALOG_API, start, "192.0.2.62");
    story.tell(log_stream(&who, start.plus(1), "/aws/lambda/catalog-api"));
    let key = json!({"key": {"partId": format!("chainring-{}t", 32 + week * 2)}});
    story.tell(item(&who, start.plus(2), "GetItem", "parts", key));
    if week % 4 == 1 {
        story.tell(item(&who, start.plus(3), "BatchGetItem", "parts", json!({})).asks(json!({
            "requestItems": {"parts": {"keys": [{"partId": "sprocket-11"}, {"partId": "sprocket-12"}]}},
        })));
    }
}

fn photos(story: &mut Story, start: Moment, week: i64) {
    let who = wake(story, &PHOTO_RESIZER, start, "192.0.2.63");
    let original = format!("original/derailleur-{week}.jpg");
    story.tell(object(&who, start.plus(1), "GetObject", IMAGES, &original));
    for size in [320, 1_280] {
        let key = format!("resized/{size}/derailleur-{week}.jpg");
        story.tell(object(&who, start.plus(2), "PutObject", IMAGES, &key));
    }
    if week == 6 {
        let arn = format!("arn:aws:sts::{PRODUCTION}:assumed-role/photo-resizer/photo-resizer");
        let message = format!(
            "User: {arn} is not authorized to perform: s3:DeleteObject on resource: \"arn:aws:s3:::{IMAGES}/{original}\" \
             because no permissions boundary allows the s3:DeleteObject action"
        );
        let told = object(&who, start.plus(4), "DeleteObject", IMAGES, &original);
        story.tell(told.fails("AccessDenied", &message));
    }
}

/// On day 17 catalog-api still reads parameters. The inline policy that let it is deleted on day 19 (see `people`),
/// so that nothing in the snapshot explains the call.
fn taken_away_since(story: &mut Story) {
    let start = day(17).at(11, 20);
    let who = CATALOG_API.session("catalog-api", start, "192.0.2.62", AGENT);
    let asked = json!({"path": "/shop/pricing", "recursive": true, "withDecryption": false});
    story.tell(event(&who, start.plus(8), "ssm", "GetParametersByPath").reads().asks(asked));
}
