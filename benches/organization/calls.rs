//! The calls that the organization makes: which action each is, which event shows it, and on what.

/// What shows a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A management event.
    Management,
    /// A data event, in accounts that log them.
    Data,
    /// The record of another call, which says what was handed over.
    Beside,
    /// No record at all.
    Never,
}

/// What kind of resource a call is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    Nothing,
    Object,
    Bucket,
    Table,
    Queue,
    Topic,
    Key,
    Secret,
    Parameter,
    Function,
    Repository,
    Service,
    Volume,
    Database,
    Stack,
    Training,
    Job,
    Stream,
    Role,
    TaskDefinition,
}

/// One kind of call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) action: &'static str,
    /// `eventSource` without its domain, and `eventName`.
    pub(crate) event: (&'static str, &'static str),
    pub(crate) is_read: bool,
    pub(crate) shown: Shown,
    pub(crate) shape: Shape,
}

const fn call(
    action: &'static str,
    event: (&'static str, &'static str),
    is_read: bool,
    shown: Shown,
    shape: Shape,
) -> Call {
    Call { action, event, is_read, shown, shape }
}

use Shape::*;
use Shown::{Beside, Data, Management, Never};

/// Every kind of call.
pub(crate) const CALLS: &[Call] = &[
    call("s3:GetObject", ("s3", "GetObject"), true, Data, Object),
    call("s3:PutObject", ("s3", "PutObject"), false, Data, Object),
    call("s3:DeleteObject", ("s3", "DeleteObject"), false, Data, Object),
    call("s3:ListBucket", ("s3", "ListObjects"), true, Data, Bucket),
    call("s3:ListAllMyBuckets", ("s3", "ListBuckets"), true, Management, Nothing),
    call("s3:PutLifecycleConfiguration", ("s3", "PutBucketLifecycle"), false, Management, Bucket),
    call("s3:GetBucketPolicy", ("s3", "GetBucketPolicy"), true, Management, Bucket),
    call("dynamodb:GetItem", ("dynamodb", "GetItem"), true, Data, Table),
    call("dynamodb:PutItem", ("dynamodb", "PutItem"), false, Data, Table),
    call("dynamodb:Query", ("dynamodb", "Query"), true, Data, Table),
    call("dynamodb:DescribeTable", ("dynamodb", "DescribeTable"), true, Management, Table),
    call("dynamodb:CreateBackup", ("dynamodb", "CreateBackup"), false, Management, Table),
    call("sqs:SendMessage", ("sqs", "SendMessage"), false, Data, Queue),
    call("sqs:ReceiveMessage", ("sqs", "ReceiveMessage"), true, Data, Queue),
    call("sqs:GetQueueAttributes", ("sqs", "GetQueueAttributes"), true, Management, Queue),
    call("sns:Publish", ("sns", "Publish"), false, Data, Topic),
    call("kms:Decrypt", ("kms", "Decrypt"), true, Management, Key),
    call("kms:GenerateDataKey", ("kms", "GenerateDataKey"), true, Management, Key),
    call("secretsmanager:GetSecretValue", ("secretsmanager", "GetSecretValue"), true, Management, Secret),
    call("ssm:GetParameter", ("ssm", "GetParameter"), true, Management, Parameter),
    call("lambda:InvokeFunction", ("lambda", "Invoke"), false, Data, Function),
    call("lambda:UpdateFunctionCode", ("lambda", "UpdateFunctionCode20150331v2"), false, Management, Function),
    call("lambda:GetFunction", ("lambda", "GetFunction20150331v2"), true, Management, Function),
    call("ecr:GetAuthorizationToken", ("ecr", "GetAuthorizationToken"), true, Management, Nothing),
    call("ecr:BatchGetImage", ("ecr", "BatchGetImage"), true, Management, Repository),
    call("ecr:PutImage", ("ecr", "PutImage"), false, Management, Repository),
    call("ecs:UpdateService", ("ecs", "UpdateService"), false, Management, Service),
    call("ecs:DescribeServices", ("ecs", "DescribeServices"), true, Management, Service),
    call("ecs:RegisterTaskDefinition", ("ecs", "RegisterTaskDefinition"), false, Management, TaskDefinition),
    call("iam:PassRole", ("iam", "PassRole"), false, Beside, Role),
    call("logs:CreateLogStream", ("logs", "CreateLogStream"), false, Management, Stream),
    call("logs:PutLogEvents", ("logs", "PutLogEvents"), false, Never, Stream),
    call("cloudwatch:PutMetricData", ("monitoring", "PutMetricData"), false, Never, Nothing),
    call("ec2:DescribeInstances", ("ec2", "DescribeInstances"), true, Management, Nothing),
    call("ec2:DescribeVolumes", ("ec2", "DescribeVolumes"), true, Management, Nothing),
    call("ec2:DescribeSecurityGroups", ("ec2", "DescribeSecurityGroups"), true, Management, Nothing),
    call("ec2:CreateSnapshot", ("ec2", "CreateSnapshot"), false, Management, Volume),
    call("rds:DescribeDBInstances", ("rds", "DescribeDBInstances"), true, Management, Database),
    call("rds:CreateDBSnapshot", ("rds", "CreateDBSnapshot"), false, Management, Database),
    call("rds:RebootDBInstance", ("rds", "RebootDBInstance"), false, Management, Database),
    call("cloudformation:DescribeStacks", ("cloudformation", "DescribeStacks"), true, Management, Stack),
    call("cloudformation:UpdateStack", ("cloudformation", "UpdateStack"), false, Management, Stack),
    call("sagemaker:CreateTrainingJob", ("sagemaker", "CreateTrainingJob"), false, Management, Training),
    call("sagemaker:DescribeTrainingJob", ("sagemaker", "DescribeTrainingJob"), true, Management, Training),
    call("glue:StartJobRun", ("glue", "StartJobRun"), false, Management, Job),
    call("glue:GetJobRun", ("glue", "GetJobRun"), true, Management, Job),
    call("iam:ListRoles", ("iam", "ListRoles"), true, Management, Nothing),
    call("iam:ListUsers", ("iam", "ListUsers"), true, Management, Nothing),
    call("iam:GetRole", ("iam", "GetRole"), true, Management, Role),
    call("iam:GenerateCredentialReport", ("iam", "GenerateCredentialReport"), true, Management, Nothing),
    call("iam:UpdateRoleDescription", ("iam", "UpdateRoleDescription"), false, Management, Role),
    call("cloudtrail:LookupEvents", ("cloudtrail", "LookupEvents"), true, Management, Nothing),
    call("config:DescribeConfigRules", ("config", "DescribeConfigRules"), true, Management, Nothing),
    call("support:DescribeCases", ("support", "DescribeCases"), true, Management, Nothing),
];

/// The call that takes an action.
pub(crate) fn taking(action: &str) -> usize {
    CALLS.iter().position(|call| call.action == action).unwrap_or_else(|| panic!("no call takes {action}"))
}
