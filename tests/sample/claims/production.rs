//! The production account's snapshot.

use serde_json::{Value, json};

use super::documents::{
    ADMINISTRATOR, ECS_LINKED_POLICY, LAMBDA_BASIC, POWER_USER, S3_FULL, SSM_CORE, TASK_EXECUTION_POLICY, VIEW_ONLY,
    allow_if, aws_managed,
};
use super::{allow, attach, deny_unless, document, inline, managed, role, trusts};
use crate::sample::cast::*;

const PARTS_READ: &str = "arn:aws:iam::111122223333:policy/shared/parts-catalog-read";
const WEB: &str = "arn:aws:iam::111122223333:policy/app/workshop-web";
const PRIVATE: &str = "arn:aws:iam::111122223333:policy/guard/private-network";
const EU_ONLY: &str = "arn:aws:iam::111122223333:policy/guard/eu-only";
const LABELS: &str = "arn:aws:iam::111122223333:policy/legacy/label-printing";
const QUARTER: &str = "arn:aws:iam::111122223333:policy/batch/quarter-close";
const RETURNS: &str = "arn:aws:iam::111122223333:policy/app/returns-portal";
const BOUNDARY: &str = "arn:aws:iam::111122223333:policy/boundaries/app-boundary";

pub(super) fn snapshot() -> Value {
    let aws = aws_managed().into_iter().map(|(arn, document)| managed(arn, &[document]));
    let policies: Vec<Value> = own_policies().into_iter().chain(aws).collect();
    let mut roles = vec![ci(), order_intake(), catalog_api(), photo_resizer(), workshop_web()];
    roles.extend([task(), task_execution(), quarter_close(), rds_export(), catalog_deploy()]);
    roles.extend([returns_portal(), ecs_linked(), support(), admin()]);
    json!({
        "UserDetailList": [printer_user()],
        "GroupDetailList": [printers()],
        "RoleDetailList": roles,
        "Policies": policies,
    })
}

fn ci() -> Value {
    let issuer = "token.actions.githubusercontent.com";
    let trust = json!({
        "Effect": "Allow",
        "Principal": {"Federated": format!("arn:aws:iam::{PRODUCTION}:oidc-provider/{issuer}")},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {format!("{issuer}:aud"): "sts.amazonaws.com"},
            "StringLike": {format!("{issuer}:sub"): "repo:pawl-and-ratchet/shop:*"},
        },
    });
    let roles = ["arn:aws:iam::111122223333:role/app/*", "arn:aws:iam::111122223333:role/service-role/*"];
    let services =
        json!({"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"]}});
    let pass = document([
        allow_if("PassToWorkloads", &["iam:PassRole"], &roles, services),
        allow("LookAtRoles", &["iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"], &roles),
    ]);
    role(
        &SHOP_CI,
        trust,
        json!({"RolePolicyList": [inline("ci-pass-role", pass)], "AttachedManagedPolicies": attach(&[POWER_USER])}),
    )
}

fn order_intake() -> Value {
    let tables = [
        "arn:aws:dynamodb:eu-central-1:111122223333:table/orders",
        "arn:aws:dynamodb:eu-central-1:111122223333:table/orders/index/*",
    ];
    let items = [
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
    ];
    let via = json!({"StringEquals": {"kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com"}});
    let secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/payment-*";
    let orders = document([
        allow("Orders", &items, &tables),
        allow("PaymentSecret", &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], &[secret]),
        allow_if("PaymentKey", &["kms:Decrypt"], &[KEY], via),
        allow("TellTheWorkshop", &["sqs:SendMessage"], &["arn:aws:sqs:eu-central-1:111122223333:workshop-orders"]),
    ]);
    let more =
        json!({"RolePolicyList": [inline("orders", orders)], "AttachedManagedPolicies": attach(&[LAMBDA_BASIC])});
    role(&ORDER_INTAKE, trusts("lambda.amazonaws.com"), more)
}

fn catalog_api() -> Value {
    let more = json!({"AttachedManagedPolicies": attach(&[LAMBDA_BASIC, PARTS_READ])});
    role(&CATALOG_API, trusts("lambda.amazonaws.com"), more)
}

fn photo_resizer() -> Value {
    let more = json!({
        "AttachedManagedPolicies": attach(&[LAMBDA_BASIC, S3_FULL]),
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY},
    });
    role(&PHOTO_RESIZER, trusts("lambda.amazonaws.com"), more)
}

fn workshop_web() -> Value {
    let profile = json!({
        "Path": "/app/",
        "InstanceProfileName": "workshop-web",
        "InstanceProfileId": "AIPAEXAMPLEWEBSHOP001",
        "Arn": "arn:aws:iam::111122223333:instance-profile/app/workshop-web",
        "CreateDate": "2025-03-11T08:30:00+00:00",
        "Roles": [],
    });
    let attached = attach(&[WEB, PARTS_READ, PRIVATE, EU_ONLY, SSM_CORE]);
    let more = json!({"InstanceProfileList": [profile], "AttachedManagedPolicies": attached});
    role(&WORKSHOP_WEB, trusts("ec2.amazonaws.com"), more)
}

fn task() -> Value {
    let shop = document([
        allow(
            "Settings",
            &["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
            &["arn:aws:ssm:eu-central-1:111122223333:parameter/shop/*"],
        ),
        allow(
            "Queue",
            &["sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"],
            &["arn:aws:sqs:eu-central-1:111122223333:workshop-orders"],
        ),
        allow("Mail", &["ses:SendEmail"], &["*"]),
    ]);
    role(&SHOP_TASK, trusts("ecs-tasks.amazonaws.com"), json!({"RolePolicyList": [inline("shop", shop)]}))
}

fn task_execution() -> Value {
    let more = json!({"AttachedManagedPolicies": attach(&[TASK_EXECUTION_POLICY])});
    role(&TASK_EXECUTION, trusts("ecs-tasks.amazonaws.com"), more)
}

fn quarter_close() -> Value {
    let more = json!({"AttachedManagedPolicies": attach(&[QUARTER, EU_ONLY]), "RoleLastUsed": {"LastUsedDate": "2026-08-02T02:10:00+00:00", "Region": HOME}});
    role(&QUARTER_CLOSE, trusts("ecs-tasks.amazonaws.com"), more)
}

fn rds_export() -> Value {
    let export = document([allow(
        "Export",
        &["s3:PutObject*", "s3:GetObject*", "s3:ListBucket", "s3:DeleteObject*", "s3:GetBucketLocation"],
        &["arn:aws:s3:::pawl-quarter-reports", "arn:aws:s3:::pawl-quarter-reports/ledger/*"],
    )]);
    role(&RDS_EXPORT, trusts("export.rds.amazonaws.com"), json!({"RolePolicyList": [inline("export", export)]}))
}

fn catalog_deploy() -> Value {
    let trust = json!({
        "Effect": "Allow",
        "Principal": {"AWS": CATALOG_RUNNER.arn()},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "catalog"}},
    });
    let functions = ["arn:aws:lambda:eu-central-1:111122223333:function:catalog-*"];
    let lambda = [
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:GetFunction",
        "lambda:GetFunctionConfiguration",
        "lambda:PublishVersion",
        "lambda:UpdateAlias",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
    ];
    let deploy = document([
        allow("Functions", &lambda, &functions),
        allow("ReadArtifacts", &["s3:GetObject"], &["arn:aws:s3:::pawl-tools-artifacts/catalog/*"]),
        allow("FunctionRole", &["iam:PassRole"], &[&CATALOG_API.arn()]),
        allow(
            "Edge",
            &["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
            &["arn:aws:cloudfront::111122223333:distribution/E1EXAMPLEWHEEL"],
        ),
    ]);
    role(&CATALOG_DEPLOY, trust, json!({"RolePolicyList": [inline("deploy", deploy)]}))
}

fn returns_portal() -> Value {
    role(
        &RETURNS_PORTAL,
        trusts("ecs-tasks.amazonaws.com"),
        json!({"AttachedManagedPolicies": attach(&[RETURNS]), "RoleLastUsed": {}}),
    )
}

fn ecs_linked() -> Value {
    role(&ECS_LINKED, trusts("ecs.amazonaws.com"), json!({"AttachedManagedPolicies": attach(&[ECS_LINKED_POLICY])}))
}

/// Identity Center's trust in its own SAML provider.
pub(super) fn saml(account: &str) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": {"Federated": format!("arn:aws:iam::{account}:saml-provider/AWSSSO_8c1d7e40b6a93f25_DO_NOT_DELETE")},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    })
}

fn support() -> Value {
    let desk = document([
        allow(
            "LookUpOrders",
            &["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
            &["arn:aws:dynamodb:eu-central-1:111122223333:table/orders"],
        ),
        allow(
            "Logs",
            &["logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults", "logs:StartQuery", "logs:StopQuery"],
            &["*"],
        ),
        allow(
            "Archive",
            &["s3:GetObject", "s3:ListBucket"],
            &["arn:aws:s3:::pawl-order-archive", "arn:aws:s3:::pawl-order-archive/*"],
        ),
    ]);
    let more = json!({"RolePolicyList": [inline("AwsSSOInlinePolicy", desk)], "AttachedManagedPolicies": attach(&[VIEW_ONLY])});
    role(&SUPPORT, saml(PRODUCTION), more)
}

fn admin() -> Value {
    role(&ADMIN, saml(PRODUCTION), json!({"AttachedManagedPolicies": attach(&[ADMINISTRATOR])}))
}

fn printer_user() -> Value {
    let queues = document([allow("OldQueues", &["sqs:*"], &["*"])]);
    json!({
        "Path": "/legacy/",
        "UserName": "label-printer",
        "UserId": PRINTER_ID,
        "Arn": PRINTER_ARN,
        "CreateDate": "2019-02-04T07:12:00+00:00",
        "UserPolicyList": [inline("old-queues", queues)],
        "GroupList": ["label-printers"],
        "AttachedManagedPolicies": [],
        "Tags": [{"Key": "owner", "Value": "warehouse"}],
    })
}

fn printers() -> Value {
    let office = json!({"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}});
    let only = document([deny_unless("OnlyFromTheWarehouse", &["*"], &["*"], office)]);
    json!({
        "Path": "/legacy/",
        "GroupName": "label-printers",
        "GroupId": "AGPAEXAMPLEPRINTERS01",
        "Arn": "arn:aws:iam::111122223333:group/legacy/label-printers",
        "CreateDate": "2019-02-04T07:10:00+00:00",
        "GroupPolicyList": [inline("only-from-the-warehouse", only)],
        "AttachedManagedPolicies": attach(&[LABELS]),
    })
}

fn own_policies() -> Vec<Value> {
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
