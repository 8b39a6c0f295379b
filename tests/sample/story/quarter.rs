//! The quarter is closed once, on day 9, 90 days before the end: a shorter look would call this role unused.

use serde_json::json;

use super::Story;
use super::shapes::{assumed_by_service, object};
use crate::sample::cast::{HOME, KEY, PRODUCTION, QUARTER_CLOSE, RDS_EXPORT, service};
use crate::sample::moment::{Moment, day};
use crate::sample::record::{Actor, event};

const REPORTS: &str = "pawl-quarter-reports";

pub(crate) fn tell(story: &mut Story) {
    let start = day(9).at(2, 0);
    let task = "9c0de5b1c7c1e0a55a1e5ca1ab1e0001";
    let tasks = service("ecs-tasks.amazonaws.com", PRODUCTION);
    story.tell(assumed_by_service(&tasks, start, &QUARTER_CLOSE, task));
    let who = QUARTER_CLOSE.session(task, start, "192.0.2.90", "Boto3/1.44.5 quarter-close/3");
    export(story, &who, start.plus(20));
    report(story, &who, start.plus(600));
}

fn export(story: &mut Story, who: &Actor, start: Moment) {
    let snapshot = format!("arn:aws:rds:{HOME}:{PRODUCTION}:snapshot:ledger-2026q2");
    let rds = |offset: i64, name: &str| event(who, start.plus(offset), "rds", name);
    story.tell(
        rds(0, "CreateDBSnapshot")
            .asks(json!({"dBInstanceIdentifier": "ledger", "dBSnapshotIdentifier": "ledger-2026q2"})),
    );
    story.tell(rds(240, "DescribeDBSnapshots").reads().asks(json!({"dBSnapshotIdentifier": "ledger-2026q2"})));
    story.tell(rds(250, "StartExportTask").asks(json!({
        "exportTaskIdentifier": "ledger-2026q2",
        "sourceArn": snapshot,
        "s3BucketName": REPORTS,
        "s3Prefix": "ledger",
        "iamRoleArn": RDS_EXPORT.arn(),
        "kmsKeyId": KEY,
    })));
    let exporter = service("export.rds.amazonaws.com", PRODUCTION);
    story.tell(assumed_by_service(&exporter, start.plus(300), &RDS_EXPORT, "ledger-2026q2"));
    let role = RDS_EXPORT.session("ledger-2026q2", start.plus(300), "192.0.2.91", "rds-export");
    for part in 0..3 {
        let key = format!("ledger/ledger-2026q2/part-{part}.parquet");
        story.tell(object(&role, start.plus(320 + part), "PutObject", REPORTS, &key));
    }
}

fn report(story: &mut Story, who: &Actor, start: Moment) {
    let id = json!({"queryExecutionId": "5b1f9a0e-3d52-4f5c-8e1d-2f6a7c904b13"});
    let athena = |offset: i64, name: &str| event(who, start.plus(offset), "athena", name);
    let asked = json!({
        "queryString": "***OMITTED***",
        "workGroup": "quarter",
        "queryExecutionContext": {"database": "ledger"},
        "resultConfiguration": {"outputLocation": format!("s3://{REPORTS}/results/")},
    });
    story.tell(athena(0, "StartQueryExecution").asks(asked).answers(id.clone()));
    let table = json!({"databaseName": "ledger", "name": "bookings", "catalogId": PRODUCTION});
    story.tell(event(who, start.plus(1), "glue", "GetTable").reads().forwarded_by("athena").asks(table));
    let key = "ledger/ledger-2026q2/part-0.parquet";
    story.tell(object(who, start.plus(3), "GetObject", REPORTS, key).forwarded_by("athena"));
    let result = "results/5b1f9a0e-3d52-4f5c-8e1d-2f6a7c904b13.csv";
    story.tell(object(who, start.plus(9), "PutObject", REPORTS, result).forwarded_by("athena"));
    story.tell(athena(12, "GetQueryExecution").reads().asks(id.clone()));
    story.tell(athena(13, "GetQueryResults").reads().asks(id));
}
