//! The production account's snapshot.

use serde_json::{Value, json};

use super::documents::{
    ADMINISTRATOR, ECS_LINKED_POLICY, LAMBDA_BASIC, POWER_USER, S3_FULL, SSM_CORE, TASK_EXECUTION_POLICY, VIEW_ONLY,
    allow_if, aws_managed,
};
use super::policies::{BOUNDARY, EU_ONLY, LABELS, PARTS_READ, PRIVATE, QUARTER, RETURNS, WEB, own_policies};
use super::{allow, attach, count_attachments, deny_unless, document, inline, managed, role, trusts};
use crate::sample::cast::*;

pub(super) fn snapshot() -> Value {
    let aws = aws_managed().into_iter().map(|(arn, document)| managed(arn, &[document]));
    let policies: Vec<Value> = own_policies().into_iter().chain(aws).collect();
    let mut roles = vec![ci(), order_intake(), catalog_api(), photo_resizer(), workshop_web()];
    roles.extend([task(), task_execution(), quarter_close(), rds_export(), catalog_deploy()]);
    roles.extend([returns_portal(), ecs_linked(), support(), admin()]);
    let mut snapshot = json!({
        "UserDetailList": [printer_user()],
        "GroupDetailList": [printers()],
        "RoleDetailList": roles,
        "Policies": policies,
    });
    count_attachments(&mut snapshot);
    snapshot
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
