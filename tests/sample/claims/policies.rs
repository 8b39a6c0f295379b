//! The production account's own managed policies.

use serde_json::{Value, json};

use super::documents::allow_if;
use super::{allow, deny_unless, document, managed};
use crate::sample::cast::{ENDPOINT, HOME, KEY, RDS_EXPORT};

pub(super) const PARTS_READ: &str = "arn:aws:iam::111122223333:policy/shared/parts-catalog-read";
pub(super) const WEB: &str = "arn:aws:iam::111122223333:policy/app/workshop-web";
pub(super) const PRIVATE: &str = "arn:aws:iam::111122223333:policy/guard/private-network";
pub(super) const EU_ONLY: &str = "arn:aws:iam::111122223333:policy/guard/eu-only";
pub(super) const LABELS: &str = "arn:aws:iam::111122223333:policy/legacy/label-printing";
pub(super) const QUARTER: &str = "arn:aws:iam::111122223333:policy/batch/quarter-close";
pub(super) const RETURNS: &str = "arn:aws:iam::111122223333:policy/app/returns-portal";
pub(super) const BOUNDARY: &str = "arn:aws:iam::111122223333:policy/boundaries/app-boundary";

pub(super) fn own_policies() -> Vec<Value> {
    let images = ["arn:aws:s3:::pawl-catalog-images", "arn:aws:s3:::pawl-catalog-images/*"];
    let archive = ["arn:aws:s3:::pawl-order-archive", "arn:aws:s3:::pawl-order-archive/*"];
    let labels = ["arn:aws:s3:::pawl-label-drop", "arn:aws:s3:::pawl-label-drop/*"];
    let parts = [
        "arn:aws:dynamodb:eu-central-1:111122223333:table/parts",
        "arn:aws:dynamodb:eu-central-1:111122223333:table/parts/index/*",
    ];
    let parts_read = document([
        allow(
            "Parts",
            &["dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
            &parts,
        ),
        allow("Pictures", &["s3:GetObject", "s3:ListBucket"], &images),
    ]);
    let not_private = json!({"StringNotEquals": {"aws:SourceVpce": ENDPOINT}});
    let private = document([deny_unless("ArchiveOnlyFromInside", &["s3:*"], &archive, not_private)]);
    let elsewhere = json!({"StringNotEquals": {"aws:RequestedRegion": HOME}});
    let mut eu_only = deny_unless("StayInEurope", &[], &["*"], elsewhere);
    eu_only["NotAction"] = json!(["iam:*", "sts:*"]);
    eu_only.as_object_mut().unwrap().shift_remove("Action");
    let label =
        document([allow("Labels", &["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"], &labels)]);
    let returns = document([
        allow("Returns", &["dynamodb:*"], &["arn:aws:dynamodb:eu-central-1:111122223333:table/returns"]),
        allow("Mail", &["ses:SendEmail", "ses:SendRawEmail"], &["*"]),
    ]);
    let boundary = document([allow(
        "Apps",
        &["cloudwatch:PutMetricData", "dynamodb:*", "logs:*", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "sqs:*"],
        &["*"],
    )]);
    vec![
        managed(PARTS_READ, &[parts_read]),
        managed(WEB, &web_versions(&images, &archive)),
        managed(PRIVATE, &[private]),
        managed(EU_ONLY, &[document([eu_only])]),
        managed(LABELS, &[label]),
        managed(QUARTER, &[quarter_policy()]),
        managed(RETURNS, &[returns]),
        managed(BOUNDARY, &[boundary]),
    ]
}

/// Two versions were tried before the third, which counts.
fn web_versions(images: &[&str], archive: &[&str]) -> [Value; 3] {
    let all: Vec<&str> = images.iter().chain(archive).copied().collect();
    let storage = allow("Storage", &["s3:*"], &all);
    let parameters = ["arn:aws:ssm:eu-central-1:111122223333:parameter/shop/*"];
    let settings = allow(
        "Settings",
        &["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:PutParameter"],
        &parameters,
    );
    let work = allow("Work", &["lambda:InvokeFunction"], &["arn:aws:lambda:eu-central-1:111122223333:function:*"]);
    let queue = allow(
        "Queue",
        &["sqs:GetQueueUrl", "sqs:SendMessage"],
        &["arn:aws:sqs:eu-central-1:111122223333:workshop-orders"],
    );
    let metrics = allow("Metrics", &["cloudwatch:PutMetricData", "ec2:DescribeTags"], &["*"]);
    [
        document([storage.clone()]),
        document([storage.clone(), settings.clone()]),
        document([storage, settings, work, queue, metrics]),
    ]
}

fn quarter_policy() -> Value {
    let reports = ["arn:aws:s3:::pawl-quarter-reports", "arn:aws:s3:::pawl-quarter-reports/*"];
    let snapshots =
        ["arn:aws:rds:eu-central-1:111122223333:db:ledger", "arn:aws:rds:eu-central-1:111122223333:snapshot:ledger-*"];
    let glue = [
        "arn:aws:glue:eu-central-1:111122223333:catalog",
        "arn:aws:glue:eu-central-1:111122223333:database/ledger",
        "arn:aws:glue:eu-central-1:111122223333:table/ledger/*",
    ];
    let to_export = json!({"StringEquals": {"iam:PassedToService": "export.rds.amazonaws.com"}});
    document([
        allow(
            "Query",
            &[
                "athena:GetQueryExecution",
                "athena:GetQueryResults",
                "athena:StartQueryExecution",
                "athena:StopQueryExecution",
            ],
            &["arn:aws:athena:eu-central-1:111122223333:workgroup/quarter"],
        ),
        allow("Tables", &["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable"], &glue),
        allow("Reports", &["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject"], &reports),
        allow("Snapshot", &["rds:CreateDBSnapshot", "rds:DeleteDBSnapshot", "rds:DescribeDBSnapshots"], &snapshots),
        allow("Export", &["rds:DescribeExportTasks", "rds:StartExportTask"], &["*"]),
        allow_if("PassExport", &["iam:PassRole"], &[&RDS_EXPORT.arn()], to_export),
        allow("ExportKey", &["kms:CreateGrant", "kms:DescribeKey"], &[KEY]),
        allow("OldVaults", &["glacier:*"], &["arn:aws:glacier:eu-central-1:111122223333:vaults/ledger"]),
    ])
}
