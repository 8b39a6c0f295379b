//! Policy documents: the two sentences that most statements are, and AWS-managed policies in a shortened form.

use serde_json::{Value, json};

pub(super) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
pub(super) const POWER_USER: &str = "arn:aws:iam::aws:policy/PowerUserAccess";
pub(super) const LAMBDA_BASIC: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
pub(super) const S3_FULL: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
pub(super) const SSM_CORE: &str = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
pub(super) const TASK_EXECUTION_POLICY: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
pub(super) const VIEW_ONLY: &str = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";
pub(super) const ECS_LINKED_POLICY: &str = "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy";

pub(super) fn document<const N: usize>(statements: [Value; N]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements.to_vec()})
}

pub(super) fn allow(sid: &str, actions: &[&str], resources: &[&str]) -> Value {
    json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources})
}

pub(super) fn allow_if(sid: &str, actions: &[&str], resources: &[&str], condition: Value) -> Value {
    let mut statement = allow(sid, actions, resources);
    statement["Condition"] = condition;
    statement
}

/// Forbids the actions when the condition holds, which is worded so that the good case escapes it.
pub(super) fn deny_unless(sid: &str, actions: &[&str], resources: &[&str], condition: Value) -> Value {
    let mut statement = allow_if(sid, actions, resources, condition);
    statement["Effect"] = json!("Deny");
    statement
}

/// The AWS-managed policies that the production account uses.
pub(super) fn aws_managed() -> Vec<(&'static str, Value)> {
    let power = json!({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"});
    let few = [
        "account:GetAccountInformation",
        "account:ListRegions",
        "iam:CreateServiceLinkedRole",
        "iam:DeleteServiceLinkedRole",
        "iam:ListRoles",
        "organizations:DescribeOrganization",
    ];
    let any = ["*"];
    let ssm = [
        "ssm:DescribeAssociation",
        "ssm:GetDocument",
        "ssm:ListAssociations",
        "ssm:ListInstanceAssociations",
        "ssm:PutInventory",
        "ssm:UpdateInstanceAssociationStatus",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:OpenControlChannel",
        "ec2messages:AcknowledgeMessage",
        "ec2messages:GetMessages",
    ];
    let execution = [
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ];
    let view = [
        "cloudwatch:Describe*",
        "cloudwatch:Get*",
        "cloudwatch:List*",
        "dynamodb:ListTables",
        "ec2:Describe*",
        "ecs:Describe*",
        "ecs:List*",
        "lambda:List*",
        "logs:Describe*",
        "rds:Describe*",
        "s3:ListAllMyBuckets",
        "sns:List*",
        "sqs:ListQueues",
    ];
    let linked = [
        "ec2:AttachNetworkInterface",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:Describe*",
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:Describe*",
        "elasticloadbalancing:RegisterTargets",
        "servicediscovery:DeregisterInstance",
        "servicediscovery:RegisterInstance",
    ];
    vec![
        (ADMINISTRATOR, document([json!({"Effect": "Allow", "Action": "*", "Resource": "*"})])),
        (POWER_USER, document([power, json!({"Effect": "Allow", "Action": few, "Resource": "*"})])),
        (
            LAMBDA_BASIC,
            document([
                json!({"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}),
            ]),
        ),
        (S3_FULL, document([json!({"Effect": "Allow", "Action": ["s3:*", "s3-object-lambda:*"], "Resource": any})])),
        (SSM_CORE, document([json!({"Effect": "Allow", "Action": ssm, "Resource": any})])),
        (TASK_EXECUTION_POLICY, document([json!({"Effect": "Allow", "Action": execution, "Resource": any})])),
        (VIEW_ONLY, document([json!({"Effect": "Allow", "Action": view, "Resource": any})])),
        (
            ECS_LINKED_POLICY,
            document([json!({"Sid": "ECSTaskManagement", "Effect": "Allow", "Action": linked, "Resource": any})]),
        ),
    ]
}
