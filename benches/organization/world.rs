//! An invented organization: three accounts, a dozen kinds of principals, what each really needs, and what it was
//! granted in haste. The same seed gives the same organization and the same 180 days.

use super::calls::{CALLS, Shape, taking};
use super::random::Random;

/// Days of the log, from 2026-01-01 on.
pub(crate) const DAYS: u32 = 180;

pub(crate) const REGION: &str = "eu-central-1";

/// The accounts. The last one does not log data events.
pub(crate) const ACCOUNTS: [&str; 3] = ["111122223333", "123456789012", "444455556666"];

/// From this day on some pipelines write to another bucket.
pub(crate) const DRIFT: u32 = 100;

/// When a need arises.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rhythm {
    /// Every day, about so many times.
    Daily(u64),
    /// Every so many days, so many times, from an offset on.
    Every(u32, u32, u64),
    /// With this chance in a hundred, once a day.
    Chance(u64),
}

/// One thing that a principal needs.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    /// Index into `CALLS`.
    pub(crate) call: usize,
    /// The resource, or the bucket and prefix of objects.
    pub(crate) on: String,
    pub(crate) rhythm: Rhythm,
    /// The days on which it is needed.
    pub(crate) days: std::ops::Range<u32>,
}

/// A user or role.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub(crate) account: &'static str,
    pub(crate) is_user: bool,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) needs: Vec<Need>,
    /// Patterns of actions and of resources that its own policy allows.
    pub(crate) granted: Vec<(Vec<&'static str>, Vec<String>)>,
    /// Names of managed policies that it holds too.
    pub(crate) attached: Vec<&'static str>,
}

impl Principal {
    pub(crate) fn arn(&self) -> String {
        let kind = if self.is_user { "user" } else { "role" };
        format!("arn:aws:iam::{}:{kind}/{}", self.account, self.name)
    }

    pub(crate) fn id(&self) -> String {
        let name: String = self.name.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        format!("{}EXAMPLE{name}", if self.is_user { "AIDA" } else { "AROA" })
    }

    fn needs(mut self, actions: &[&str], rhythm: Rhythm) -> Principal {
        let team = self.name.rsplit('-').next().unwrap_or_default().to_owned();
        for action in actions {
            let call = taking(action);
            let on = resource(CALLS[call].shape, self.account, &team);
            self.needs.push(Need { call, on, rhythm, days: 0..DAYS });
        }
        self
    }

    fn needs_on(mut self, action: &str, on: String, rhythm: Rhythm, days: std::ops::Range<u32>) -> Principal {
        self.needs.push(Need { call: taking(action), on, rhythm, days });
        self
    }

    fn may(mut self, actions: &[&'static str], resources: &[&str]) -> Principal {
        self.granted.push((actions.to_vec(), resources.iter().map(|text| (*text).to_owned()).collect()));
        self
    }

    fn holds(mut self, policy: &'static str) -> Principal {
        self.attached.push(policy);
        self
    }
}

/// A team's resource of some shape. Objects: all below the team's prefix.
pub(crate) fn resource(shape: Shape, account: &str, team: &str) -> String {
    let here = |service: &str, rest: String| format!("arn:aws:{service}:{REGION}:{account}:{rest}");
    match shape {
        Shape::Nothing => "*".to_owned(),
        Shape::Object => format!("arn:aws:s3:::acme-{account}-{team}/data/"),
        Shape::Bucket => format!("arn:aws:s3:::acme-{account}-{team}"),
        Shape::Table => here("dynamodb", format!("table/{team}-orders")),
        Shape::Queue => here("sqs", format!("{team}-work")),
        Shape::Topic => here("sns", format!("{team}-news")),
        Shape::Key => here("kms", format!("key/00000000-0000-4000-8000-{:012}", number(team))),
        Shape::Secret => here("secretsmanager", format!("secret:{team}/db-AbCdEf")),
        Shape::Parameter => here("ssm", format!("parameter/{team}/config")),
        Shape::Function => here("lambda", format!("function:{team}-handler")),
        Shape::Repository => here("ecr", format!("repository/{team}/web")),
        Shape::Service => here("ecs", format!("service/main/{team}-web")),
        Shape::TaskDefinition => here("ecs", format!("task-definition/{team}-web:7")),
        Shape::Volume => here("ec2", format!("volume/vol-{:017x}", number(team))),
        Shape::Database => here("rds", format!("db:{team}-db")),
        Shape::Stack => here("cloudformation", format!("stack/{team}-web/00000000-0000-4000-8000-000000000001")),
        Shape::Training => here("sagemaker", format!("training-job/{team}-model")),
        Shape::Job => here("glue", format!("job/{team}-etl")),
        Shape::Stream => here("logs", format!("log-group:/app/{team}:log-stream:main")),
        Shape::Role => format!("arn:aws:iam::{account}:role/web-app-{team}"),
    }
}

fn number(team: &str) -> u32 {
    team.trim_start_matches(|letter: char| !letter.is_ascii_digit()).parse().unwrap_or(0)
}

/// Managed policies: the name, whether AWS owns it, its actions.
pub(crate) const MANAGED: [(&str, bool, &[&str]); 4] = [
    ("AdministratorAccess", true, &["*"]),
    (
        "SecurityAudit",
        true,
        &[
            "iam:Get*",
            "iam:List*",
            "iam:Generate*",
            "s3:GetBucket*",
            "s3:List*",
            "ec2:Describe*",
            "rds:Describe*",
            "config:*",
            "cloudtrail:*",
            "lambda:Get*",
            "lambda:List*",
            "kms:List*",
            "kms:Describe*",
            "dynamodb:Describe*",
            "dynamodb:List*",
            "sqs:Get*",
            "sqs:List*",
            "sns:Get*",
            "sns:List*",
        ],
    ),
    ("web-baseline", false, &["ssm:Get*", "secretsmanager:*", "kms:*", "logs:*", "cloudwatch:*"]),
    ("team-tools", false, &["s3:*", "glue:*", "athena:*", "logs:*", "cloudwatch:*"]),
];

/// A kind of principals: its name, whether they are users, how many in each account, how one is made.
type Kind = (&'static str, bool, usize, fn(Principal) -> Principal);

const KINDS: [Kind; 15] = [
    ("web-app", false, 14, web_app),
    ("batch", false, 8, batch),
    ("ci-deploy", false, 6, ci_deploy),
    ("pipeline", false, 7, pipeline),
    ("backup", false, 3, backup),
    ("lambda", false, 14, function),
    ("log-shipper", false, 3, log_shipper),
    ("training", false, 4, training),
    ("admin", true, 1, admin),
    ("auditor", false, 2, auditor),
    ("break-glass", false, 1, break_glass),
    ("support", true, 4, support),
    ("etl-user", true, 3, etl_user),
    ("monitor", false, 3, monitor),
    ("idle", true, 3, idle),
];

/// Everyone.
pub(crate) fn principals() -> Vec<Principal> {
    let mut all = Vec::new();
    for account in ACCOUNTS {
        for (kind, is_user, count, make) in KINDS {
            all.extend((0..count).map(|team| {
                let name = format!("{kind}-t{team}");
                make(Principal {
                    account,
                    is_user,
                    kind,
                    name,
                    needs: Vec::new(),
                    granted: Vec::new(),
                    attached: Vec::new(),
                })
            }));
        }
    }
    all
}

fn web_app(one: Principal) -> Principal {
    let daily = ["s3:GetObject", "dynamodb:GetItem", "dynamodb:Query", "sqs:SendMessage", "kms:Decrypt"];
    let one = one.needs(&daily, Rhythm::Daily(2)).needs(&["dynamodb:PutItem", "sns:Publish"], Rhythm::Daily(1));
    let one = one
        .needs(&["secretsmanager:GetSecretValue", "ssm:GetParameter", "logs:CreateLogStream"], Rhythm::Every(3, 0, 1));
    let one = one.needs(&["logs:PutLogEvents", "cloudwatch:PutMetricData"], Rhythm::Daily(1));
    let one = one.needs(&["sqs:GetQueueAttributes"], Rhythm::Chance(4));
    one.may(&["s3:*", "dynamodb:*", "sqs:*", "sns:*"], &["*"]).holds("web-baseline")
}

fn batch(one: Principal) -> Principal {
    let one = one
        .needs(&["s3:GetObject", "s3:PutObject"], Rhythm::Daily(4))
        .needs(&["s3:ListBucket", "sqs:ReceiveMessage"], Rhythm::Daily(2));
    let one = one.needs(&["s3:DeleteObject", "dynamodb:DescribeTable"], Rhythm::Every(30, 12, 2));
    let buckets = format!("arn:aws:s3:::acme-{}-*", one.account);
    one.may(&["s3:*"], &[&buckets]).may(&["sqs:*", "dynamodb:*", "logs:*"], &["*"])
}

fn ci_deploy(one: Principal) -> Principal {
    let weekly = Rhythm::Every(5, 2, 2);
    let one =
        one.needs(&["ecr:GetAuthorizationToken", "ecr:PutImage", "ecs:UpdateService", "ecs:DescribeServices"], weekly);
    let one = one.needs(&["ecs:RegisterTaskDefinition", "iam:PassRole", "lambda:UpdateFunctionCode"], weekly);
    let one = one.needs(&["lambda:GetFunction", "cloudformation:DescribeStacks"], Rhythm::Daily(1));
    let one = one.needs(&["cloudformation:UpdateStack"], Rhythm::Every(28, 9, 1));
    one.may(&["ecr:*", "ecs:*", "lambda:*", "cloudformation:*", "iam:PassRole", "s3:*", "ec2:*"], &["*"])
}

fn pipeline(one: Principal) -> Principal {
    let one = one
        .needs(&["glue:StartJobRun", "s3:GetObject", "s3:PutObject"], Rhythm::Daily(2))
        .needs(&["glue:GetJobRun"], Rhythm::Daily(3));
    let old = resource(Shape::Object, one.account, "t0");
    let new = format!("arn:aws:s3:::acme-{}-lake/raw/", one.account);
    let one = one.needs_on("s3:PutObject", new, Rhythm::Daily(1), DRIFT..DAYS);
    one.needs_on("s3:GetObject", old, Rhythm::Chance(20), 0..DAYS).holds("team-tools")
}

fn backup(one: Principal) -> Principal {
    let quarterly = Rhythm::Every(91, 14, 1);
    let one = one.needs(&["rds:CreateDBSnapshot", "ec2:CreateSnapshot", "dynamodb:CreateBackup"], quarterly);
    let one = one.needs(&["ec2:DescribeVolumes", "rds:DescribeDBInstances"], Rhythm::Every(7, 3, 1));
    one.may(&["rds:*", "ec2:*", "dynamodb:*", "s3:*"], &["*"])
}

fn function(one: Principal) -> Principal {
    let one = one
        .needs(&["dynamodb:GetItem", "dynamodb:PutItem"], Rhythm::Daily(3))
        .needs(&["logs:CreateLogStream"], Rhythm::Daily(1));
    let one = one.needs(&["logs:PutLogEvents"], Rhythm::Daily(1)).needs(&["sns:Publish"], Rhythm::Chance(5));
    let tables = format!("arn:aws:dynamodb:*:{}:table/*", one.account);
    one.may(&["dynamodb:*"], &[&tables]).may(&["logs:*", "sns:*", "lambda:*"], &["*"])
}

fn log_shipper(one: Principal) -> Principal {
    let one = one.needs(&["s3:PutObject"], Rhythm::Daily(8)).needs(&["kms:GenerateDataKey"], Rhythm::Daily(4));
    one.may(&["s3:Get*", "s3:Put*", "s3:List*", "kms:*", "logs:*"], &["*"])
}

fn training(one: Principal) -> Principal {
    let one = one
        .needs(&["sagemaker:CreateTrainingJob", "s3:ListBucket"], Rhythm::Every(9, 4, 1))
        .needs(&["sagemaker:DescribeTrainingJob"], Rhythm::Every(9, 4, 4));
    let one =
        one.needs(&["s3:GetObject"], Rhythm::Every(9, 4, 12)).needs(&["ecr:BatchGetImage"], Rhythm::Every(9, 4, 1));
    one.may(&["sagemaker:*", "s3:*", "ecr:*"], &["*"])
}

fn admin(one: Principal) -> Principal {
    let one = one.needs(&["ec2:DescribeInstances", "iam:ListRoles", "s3:ListAllMyBuckets"], Rhythm::Chance(50));
    let one = one.needs(
        &["iam:UpdateRoleDescription", "s3:PutLifecycleConfiguration", "rds:RebootDBInstance"],
        Rhythm::Chance(2),
    );
    one.needs(&["ec2:DescribeSecurityGroups", "iam:GetRole"], Rhythm::Chance(20)).holds("AdministratorAccess")
}

fn auditor(one: Principal) -> Principal {
    let monthly = Rhythm::Every(30, 5, 2);
    let one =
        one.needs(&["iam:ListUsers", "iam:ListRoles", "iam:GenerateCredentialReport", "s3:GetBucketPolicy"], monthly);
    let one = one.needs(&["config:DescribeConfigRules", "ec2:DescribeSecurityGroups"], Rhythm::Every(91, 33, 1));
    one.needs(&["cloudtrail:LookupEvents"], Rhythm::Every(7, 1, 2)).holds("SecurityAudit")
}

fn break_glass(one: Principal) -> Principal {
    let twice = Rhythm::Every(150, 20, 3);
    one.needs(&["ec2:DescribeInstances", "rds:RebootDBInstance", "iam:UpdateRoleDescription"], twice)
        .holds("AdministratorAccess")
}

fn support(one: Principal) -> Principal {
    let one = one.needs(&["support:DescribeCases", "ecs:DescribeServices"], Rhythm::Chance(40));
    let one =
        one.needs(&["lambda:GetFunction", "rds:DescribeDBInstances", "sqs:GetQueueAttributes"], Rhythm::Chance(8));
    one.may(&["support:*", "ecs:*", "lambda:*", "rds:*", "sqs:*", "logs:*"], &["*"])
}

fn etl_user(one: Principal) -> Principal {
    let one = one.needs(&["s3:GetObject", "s3:PutObject", "s3:ListBucket"], Rhythm::Daily(2));
    one.may(&["s3:*", "iam:List*", "iam:CreateAccessKey"], &["*"])
}

fn monitor(one: Principal) -> Principal {
    let one =
        one.needs(&["ec2:DescribeInstances", "rds:DescribeDBInstances", "sqs:GetQueueAttributes"], Rhythm::Daily(3));
    one.needs(&["cloudwatch:PutMetricData"], Rhythm::Daily(1)).may(&["ec2:*", "rds:*", "sqs:*", "cloudwatch:*"], &["*"])
}

fn idle(one: Principal) -> Principal {
    one.needs(&["s3:ListAllMyBuckets"], Rhythm::Every(200, 10, 1)).may(&["s3:*", "ec2:*"], &["*"])
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Done,
    /// It was no need: a slip that was denied.
    Denied,
    /// It was no need: a thief's call that the grants allowed.
    Stolen,
}

/// One call of the 180 days.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) day: u32,
    /// Index into the principals.
    pub(crate) who: usize,
    /// Index into `CALLS`.
    pub(crate) call: usize,
    pub(crate) on: String,
    pub(crate) ending: Ending,
}

/// Everything that is done, day by day.
pub(crate) fn deeds(principals: &[Principal], seed: u64) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for day in 0..DAYS {
        for (who, principal) in principals.iter().enumerate() {
            let mut random = Random::new(seed, u64::from(day) * 1_000 + who as u64);
            let start = deeds.len();
            for need in principal.needs.iter().filter(|need| need.days.contains(&day)) {
                let times = times(need.rhythm, day, &mut random);
                let one = |random: &mut Random| object(&need.on, need.call, random);
                deeds.extend((0..times).map(|_| Deed {
                    day,
                    who,
                    call: need.call,
                    on: one(&mut random),
                    ending: Ending::Done,
                }));
            }
            if random.below(60) == 0 && deeds.len() > start {
                let call =
                    taking(if principal.kind == "support" { "s3:GetBucketPolicy" } else { "rds:RebootDBInstance" });
                let on = resource(CALLS[call].shape, principal.account, "t1");
                let knows_better = principal.attached.contains(&"AdministratorAccess")
                    || principal.granted.iter().any(|(actions, _)| actions.contains(&"rds:*"));
                if !knows_better {
                    deeds.push(Deed { day, who, call, on, ending: Ending::Denied });
                }
            }
            if principal.kind == "etl-user" && principal.name.ends_with("t1") && (140..143).contains(&day) {
                theft(day, who, principal, &mut deeds);
            }
        }
    }
    deeds
}

/// A stolen key looks around and takes other teams' data.
fn theft(day: u32, who: usize, principal: &Principal, deeds: &mut Vec<Deed>) {
    let looks =
        ["iam:ListUsers", "iam:ListRoles", "s3:ListAllMyBuckets"].map(|action| (taking(action), "*".to_owned()));
    let takes = (2..9).map(|team| {
        (taking("s3:GetObject"), resource(Shape::Object, principal.account, &format!("t{team}")) + "all.csv")
    });
    deeds.extend(looks.into_iter().chain(takes).map(|(call, on)| Deed { day, who, call, on, ending: Ending::Stolen }));
}

fn times(rhythm: Rhythm, day: u32, random: &mut Random) -> u64 {
    match rhythm {
        Rhythm::Daily(times) => times - u64::from(random.below(4) == 0).min(times - 1),
        Rhythm::Every(days, offset, times) if day % days == offset % days && day >= offset => times,
        Rhythm::Every(..) => 0,
        Rhythm::Chance(percent) => u64::from(random.below(100) < percent),
    }
}

/// An object below a prefix; other resources are what they are.
fn object(on: &str, call: usize, random: &mut Random) -> String {
    match CALLS[call].shape {
        Shape::Object => format!("{on}{:04}.json", random.below(3_000)),
        _ => on.to_owned(),
    }
}
