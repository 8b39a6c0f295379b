//! The parts of a snapshot and the calls that each takes: the one table from which both the calls and the policy
//! that allows them are made.

/// The call by which another account is entered.
pub const ASSUME: &str = "sts:AssumeRole";

/// A part of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The organization's tree, its SCPs and RCPs.
    Organization,
    /// Permission sets and their assignments.
    IdentityCenter,
    /// Users, groups, roles and managed policies.
    Details,
    /// Age and last use of passwords and access keys.
    CredentialReport,
    /// When each user, group and role last used which service.
    LastAccessed,
    /// Trails and their event selectors.
    Trails,
    /// Policies of buckets.
    S3,
    /// Policies of keys.
    Kms,
    /// Policies of queues.
    Sqs,
    /// Policies of topics.
    Sns,
    /// Policies of functions.
    Lambda,
    /// Policies of secrets.
    SecretsManager,
    /// Policies of repositories.
    Ecr,
}

/// How often a part is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Once, in the caller's account.
    Once,
    /// In each region, in the caller's account.
    OnceByRegion,
    /// In each account.
    Account,
    /// In each region of each account.
    Region,
}

/// Each part with its name, which is also that of its file, and its calls, by the IAM actions that allow them.
const TABLE: &[(Part, &str, Reach, &[&str])] = &[
    (
        Part::Organization,
        "organization",
        Reach::Once,
        &[
            "organizations:DescribeOrganization",
            "organizations:DescribePolicy",
            "organizations:ListAccountsForParent",
            "organizations:ListOrganizationalUnitsForParent",
            "organizations:ListPolicies",
            "organizations:ListRoots",
            "organizations:ListTargetsForPolicy",
        ],
    ),
    (
        Part::IdentityCenter,
        "identity-center",
        Reach::OnceByRegion,
        &[
            "sso:DescribePermissionSet",
            "sso:GetInlinePolicyForPermissionSet",
            "sso:GetPermissionsBoundaryForPermissionSet",
            "sso:ListAccountAssignments",
            "sso:ListAccountsForProvisionedPermissionSet",
            "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
            "sso:ListInstances",
            "sso:ListManagedPoliciesInPermissionSet",
            "sso:ListPermissionSets",
        ],
    ),
    (Part::Details, "details", Reach::Account, &["iam:GetAccountAuthorizationDetails"]),
    (
        Part::CredentialReport,
        "credential-report",
        Reach::Account,
        &["iam:GenerateCredentialReport", "iam:GetCredentialReport"],
    ),
    (
        Part::LastAccessed,
        "last-accessed",
        Reach::Account,
        &[
            "iam:GenerateServiceLastAccessedDetails",
            "iam:GetAccountAuthorizationDetails",
            "iam:GetServiceLastAccessedDetails",
        ],
    ),
    (
        Part::Trails,
        "trails",
        Reach::Account,
        &["cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"],
    ),
    (Part::S3, "s3", Reach::Account, &["s3:GetBucketPolicy", "s3:ListAllMyBuckets"]),
    (Part::Kms, "kms", Reach::Region, &["kms:GetKeyPolicy", "kms:ListKeys"]),
    (Part::Sqs, "sqs", Reach::Region, &["sqs:GetQueueAttributes", "sqs:ListQueues"]),
    (Part::Sns, "sns", Reach::Region, &["sns:GetTopicAttributes", "sns:ListTopics"]),
    (Part::Lambda, "lambda", Reach::Region, &["lambda:GetPolicy", "lambda:ListFunctions"]),
    (
        Part::SecretsManager,
        "secrets-manager",
        Reach::Region,
        &["secretsmanager:GetResourcePolicy", "secretsmanager:ListSecrets"],
    ),
    (Part::Ecr, "ecr", Reach::Region, &["ecr:DescribeRepositories", "ecr:GetRepositoryPolicy"]),
];

impl Part {
    /// All parts, those first that tell which accounts there are.
    pub fn all() -> impl Iterator<Item = Part> {
        TABLE.iter().map(|(part, ..)| *part)
    }

    /// The part of this name.
    pub fn named(name: &str) -> Option<Part> {
        Part::all().find(|part| part.name() == name)
    }

    /// As `credential-report`.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |(_, name, ..)| name)
    }

    /// How often it is read.
    pub fn reach(self) -> Reach {
        self.row().map_or(Reach::Account, |(_, _, reach, _)| *reach)
    }

    /// The IAM actions of its calls, sorted.
    pub fn calls(self) -> &'static [&'static str] {
        self.row().map_or(&[], |(.., calls)| calls)
    }

    fn row(self) -> Option<&'static (Part, &'static str, Reach, &'static [&'static str])> {
        TABLE.iter().find(|(part, ..)| *part == self)
    }
}
