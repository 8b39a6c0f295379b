//! Small policies as people write them after the examples of the guides: each family of a kind that
//! accounts hold, once for each of four teams. Sixty-four policies in all.

use serde_json::{Value, json};

const TEAMS: [&str; 4] = ["red", "green", "blue", "amber"];

/// What the examples are asked.
pub(crate) struct Asked {
    pub(crate) action: String,
    pub(crate) resource: String,
    /// Key and value; no key of these policies has several values.
    pub(crate) context: Vec<(String, String)>,
}

/// Every family for every team.
pub(crate) fn policies() -> Vec<Value> {
    let families = TEAMS.iter().enumerate().flat_map(|(at, team)| (0..16).map(move |family| of(family, team, at)));
    families.map(|statements| json!({"Version": "2012-10-17", "Statement": statements})).collect()
}

/// Those without any Deny, at most as many.
pub(crate) fn allowing(most: usize) -> Vec<Value> {
    let denies = |policy: &Value| policy["Statement"].as_array().unwrap().iter().any(|one| one["Effect"] == "Deny");
    policies().into_iter().filter(|policy| !denies(policy)).take(most).collect()
}

fn allow(actions: Value, resources: Value) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

fn only_if(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

fn deny(actions: Value, resources: Value, condition: Value) -> Value {
    json!({"Effect": "Deny", "Action": actions, "Resource": resources, "Condition": condition})
}

fn of(family: usize, team: &str, at: usize) -> Value {
    let bucket = format!("arn:aws:s3:::{team}-data");
    let own = format!("arn:aws:iam::111122223333:user/{team}/${{aws:username}}");
    match family {
        0 => json!([
            allow(json!("s3:ListAllMyBuckets"), json!("*")),
            only_if(
                allow(json!("s3:ListBucket"), json!(bucket)),
                json!({"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/*"]}})
            ),
            allow(json!("s3:*"), json!([format!("{bucket}/home/${{aws:username}}/*")])),
        ]),
        1 => json!([allow(json!(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]), json!(format!("{bucket}/*")))]),
        2 => json!([
            only_if(
                allow(json!(["ec2:StartInstances", "ec2:StopInstances"]), json!("arn:aws:ec2:*:*:instance/*")),
                json!({"StringEquals": {"aws:ResourceTag/Team": team}})
            ),
            allow(json!("ec2:Describe*"), json!("*")),
        ]),
        3 => json!([only_if(
            allow(json!(["ec2:*", "rds:*", "s3:*"]), json!("*")),
            json!({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}, "Bool": {"aws:SecureTransport": "true"}})
        )]),
        4 => json!([
            allow(json!(["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"]), json!("*")),
            allow(json!(["iam:ChangePassword", "iam:GetUser"]), json!(own)),
            allow(json!(["iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:ListAccessKeys"]), json!(own)),
            {"Effect": "Deny", "NotAction": ["iam:*", "sts:GetSessionToken"], "Resource": "*",
             "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
        ]),
        5 => json!([
            allow(json!("dynamodb:*"), json!(format!("arn:aws:dynamodb:*:*:table/{team}_*"))),
            only_if(
                allow(json!(["dynamodb:GetItem", "dynamodb:Query"]), json!("arn:aws:dynamodb:*:*:table/people")),
                json!({"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}})
            ),
        ]),
        6 => json!([only_if(
            allow(json!("sqs:*"), json!(format!("arn:aws:sqs:eu-west-1:111122223333:{team}-*"))),
            json!({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
                   "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}})
        )]),
        7 => json!([
            allow(json!("*"), json!("*")),
            deny(
                json!("*"),
                json!("*"),
                json!({"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", format!("203.0.113.{at}/32"), "2001:db8::/32"]},
                 "Bool": {"aws:ViaAWSService": "false"}})
            ),
        ]),
        8 => json!([
            allow(
                json!(["lambda:InvokeFunction", "lambda:GetFunction"]),
                json!(format!("arn:aws:lambda:*:111122223333:function:{team}-*"))
            ),
            only_if(
                allow(json!("iam:PassRole"), json!(format!("arn:aws:iam::111122223333:role/{team}/*"))),
                json!({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})
            ),
        ]),
        9 => json!([
            allow(
                json!(["cloudwatch:Get*", "cloudwatch:List*", "logs:Get*", "logs:Describe*", "logs:FilterLogEvents"]),
                json!("*")
            ),
            allow(
                json!(["logs:CreateLogStream", "logs:PutLogEvents"]),
                json!(format!("arn:aws:logs:*:*:log-group:/{team}/*"))
            ),
        ]),
        10 => json!([
            only_if(
                allow(json!("ec2:RunInstances"), json!(["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/*"])),
                json!({"StringEquals": {"aws:RequestTag/Team": team}, "NumericLessThanEquals": {"ec2:VolumeSize": "100"}})
            ),
            deny(
                json!(["ec2:DeleteTags", "ec2:CreateTags"]),
                json!("*"),
                json!({"Null": {"ec2:CreateAction": "true"}, "StringNotEquals": {"aws:PrincipalTag/Team": team}})
            ),
        ]),
        11 => json!([only_if(
            allow(
                json!(["kms:Decrypt", "kms:GenerateDataKey*"]),
                json!(format!("arn:aws:kms:eu-west-1:111122223333:key/{at}*"))
            ),
            json!({"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}})
        )]),
        12 => json!([only_if(
            allow(
                json!("sts:AssumeRole"),
                json!(["arn:aws:iam::444455556666:role/reader", format!("arn:aws:iam::*:role/{team}-*")])
            ),
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/*"}})
        )]),
        13 => json!([
            allow(json!(["sns:Publish", "sns:Subscribe"]), json!(format!("arn:aws:sns:*:*:{team}-*"))),
            allow(json!(["events:Put*", "events:Describe*", "events:List*"]), json!("*")),
        ]),
        14 => json!([
            allow(
                json!(["codecommit:GitPull", "codecommit:GitPush", "codecommit:Get*", "codecommit:BatchGet*"]),
                json!(format!("arn:aws:codecommit:*:*:{team}-*"))
            ),
            allow(json!(["codebuild:StartBuild", "codebuild:BatchGet*", "codebuild:List*"]), json!("*")),
        ]),
        _ => json!([
            allow(
                json!(["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]),
                json!(format!("arn:aws:secretsmanager:*:*:secret:{team}/*"))
            ),
            only_if(
                allow(json!("ssm:GetParameter*"), json!(format!("arn:aws:ssm:*:*:parameter/{team}/*"))),
                json!({"StringNotEquals": {"aws:PrincipalTag/Locked": "true"}})
            ),
        ]),
    }
}

const ASKED: [(&str, &str); 25] = [
    ("s3:ListAllMyBuckets", "arn:aws:s3:::all"),
    ("s3:ListBucket", "arn:aws:s3:::TEAM-data"),
    ("s3:GetObject", "arn:aws:s3:::TEAM-data/home/ann/notes.txt"),
    ("s3:PutObject", "arn:aws:s3:::TEAM-data/in/2026/11/part-0001.parquet"),
    ("s3:GetObject", "arn:aws:s3:::elsewhere/key"),
    ("ec2:StartInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0"),
    ("ec2:DescribeInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/all"),
    ("ec2:RunInstances", "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"),
    ("ec2:CreateTags", "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0"),
    ("iam:ChangePassword", "arn:aws:iam::111122223333:user/TEAM/ann"),
    ("iam:CreateAccessKey", "arn:aws:iam::111122223333:user/TEAM/bob"),
    ("iam:PassRole", "arn:aws:iam::111122223333:role/TEAM/worker"),
    ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/TEAM_orders"),
    ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/people"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:TEAM-jobs"),
    ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:TEAM-resize"),
    ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111122223333:log-group:/TEAM/app:log-stream:1"),
    ("cloudwatch:GetMetricData", "arn:aws:cloudwatch:eu-west-1:111122223333:metric/all"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1a2b"),
    ("sts:AssumeRole", "arn:aws:iam::444455556666:role/TEAM-deploy"),
    ("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:TEAM-alerts"),
    ("codecommit:GitPull", "arn:aws:codecommit:eu-west-1:111122223333:TEAM-site"),
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:TEAM/db-AbCdEf"),
    ("ssm:GetParameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/TEAM/db/host"),
    ("rds:DeleteDBInstance", "arn:aws:rds:eu-west-1:111122223333:db:TEAM"),
];

/// Four hundred requests: each call for each team, from four places.
pub(crate) fn requests() -> Vec<Asked> {
    let asked = |place: usize, team: &str, (action, resource): (&str, &str)| Asked {
        action: action.to_owned(),
        resource: resource.replace("TEAM", team),
        context: context(place, team),
    };
    let all = (0..4).flat_map(|place| TEAMS.iter().map(move |team| (place, *team)));
    all.flat_map(|(place, team)| ASKED.iter().map(move |call| asked(place, team, *call))).collect()
}

fn context(place: usize, team: &str) -> Vec<(String, String)> {
    let keys = [
        ("aws:username", "ann"),
        ("aws:PrincipalArn", "arn:aws:iam::111122223333:user/ann"),
        ("aws:SourceIp", ["192.0.2.7", "198.51.100.9", "2001:db8::7", "203.0.113.2"][place]),
        ("aws:RequestedRegion", ["eu-west-1", "us-east-1"][place % 2]),
        ("aws:SecureTransport", "true"),
        ("aws:ViaAWSService", "false"),
        ("aws:MultiFactorAuthPresent", ["true", "false"][place / 2]),
        ("aws:CurrentTime", "2026-11-24T12:00:00Z"),
        ("aws:ResourceTag/Team", team),
        ("aws:PrincipalTag/Team", "red"),
        ("iam:PassedToService", "lambda.amazonaws.com"),
        ("s3:prefix", "home/ann/"),
        ("kms:ViaService", "s3.eu-west-1.amazonaws.com"),
        ("dynamodb:LeadingKeys", "ann"),
    ];
    keys.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}
