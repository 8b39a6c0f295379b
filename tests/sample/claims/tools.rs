//! The tools account's snapshot.

use serde_json::{Value, json};

use super::documents::{ADMINISTRATOR, aws_managed};
use super::production::saml;
use super::{allow, attach, count_attachments, document, inline, managed, role, trusts};
use crate::sample::cast::{CATALOG_DEPLOY, CATALOG_RUNNER, TOOLS, TOOLS_ADMIN};

pub(super) fn snapshot() -> Value {
    let is_used = |(arn, _): &(&str, Value)| *arn == ADMINISTRATOR;
    let aws = aws_managed().into_iter().filter(is_used);
    let policies: Vec<Value> = aws.map(|(arn, document)| managed(arn, &[document])).collect();
    let admin = json!({"AttachedManagedPolicies": attach(&[ADMINISTRATOR])});
    let mut snapshot = json!({
        "UserDetailList": [forgotten()],
        "GroupDetailList": [],
        "RoleDetailList": [runner(), role(&TOOLS_ADMIN, saml(TOOLS), admin)],
        "Policies": policies,
    });
    count_attachments(&mut snapshot);
    snapshot
}

fn runner() -> Value {
    let logs = ["arn:aws:logs:eu-central-1:444455556666:log-group:/aws/codebuild/*"];
    let artifacts = ["arn:aws:s3:::pawl-tools-artifacts", "arn:aws:s3:::pawl-tools-artifacts/*"];
    let build = document([
        allow("Logs", &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], &logs),
        allow("Artifacts", &["s3:GetObject", "s3:ListBucket", "s3:PutObject"], &artifacts),
        allow("Deploy", &["sts:AssumeRole"], &[&CATALOG_DEPLOY.arn(), "arn:aws:iam::111122223333:role/deploy/*"]),
        allow(
            "Reports",
            &["codebuild:BatchPutTestCases", "codebuild:CreateReportGroup", "codebuild:UpdateReport"],
            &["*"],
        ),
    ]);
    let more = json!({"RolePolicyList": [inline("build", build)]});
    role(&CATALOG_RUNNER, trusts("codebuild.amazonaws.com"), more)
}

/// Nobody remembers this administrator, and nothing in the trail does either.
fn forgotten() -> Value {
    json!({
        "Path": "/ops/",
        "UserName": "old-backup",
        "UserId": "AIDAEXAMPLEOLDBACKUP1",
        "Arn": "arn:aws:iam::444455556666:user/ops/old-backup",
        "CreateDate": "2017-11-20T16:45:00+00:00",
        "GroupList": [],
        "AttachedManagedPolicies": attach(&[ADMINISTRATOR]),
    })
}
