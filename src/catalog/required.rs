//! Event → the IAM actions that it took, and the resources that each touched.
//!
//! The order: the curated table, the exemptions, an action of the event's name, an operation that leads to one;
//! then all of it again without the date in the event's name.

use std::borrow::Cow;

use arrayvec::ArrayString;

use super::call::{Call, Need, Provenance, Required};
use super::dictionary::Catalog;
use super::events::{EventRow, From, without_date};
use super::resources::{Question, told_parts, uri_resource};
use super::sources;

/// The condition key that tells for which call tags are given on creation.
const CREATE_ACTION: &str = "ec2:CreateAction";

/// The longest `prefix:name` that a table may hold; what is longer is none of them. Nearly twice the longest of today.
pub(super) const LONGEST: usize = 160;

/// How an event's name leads to actions.
pub(super) enum Lead<'a> {
    /// Rows of the curated table.
    Rows(&'a [EventRow]),
    /// No permission is asked.
    Exempt(&'a str),
    /// The action at this place has the event's name.
    Same(usize),
    /// HTTP verbs as actions, each with the path of the request.
    Verbs(Vec<(&'a str, &'a str)>),
    /// The action at this place, by a rule on names.
    Rule(usize, &'a str),
}

/// A lead, with the operation that it is known by: `prefix:name` in lower case.
pub(super) struct Led<'a> {
    pub lead: Lead<'a>,
    pub operation: ArrayString<LONGEST>,
}

impl Catalog {
    /// The actions and resources that a call took.
    pub fn required(&self, call: &Call<'_>) -> Required<'_> {
        let label = sources::label(call.source);
        let prefixes = self.sources.prefixes(label, call.parameters);
        let unmapped = || Required::Unmapped { prefix: prefixes.first().copied().unwrap_or(label).to_owned() };
        let Some(led) = self.lead(label, &prefixes, call.name) else {
            return unmapped();
        };
        let mut needs = match led.lead {
            Lead::Exempt(rule) => return Required::Exempt(rule),
            Lead::Rows(rows) => self.by_rows(rows, call, &led.operation),
            Lead::Same(place) => {
                self.need(call, &led.operation, place, &From::Usual, Provenance::Observed).into_iter().collect()
            }
            Lead::Rule(place, _) => {
                self.need(call, &led.operation, place, &From::Usual, Provenance::Mapped).into_iter().collect()
            }
            Lead::Verbs(paths) => by_verbs(&paths, call),
        };
        if needs.is_empty() {
            return unmapped();
        }
        self.add(&mut needs, call, &led.operation);
        Required::Actions(needs)
    }

    /// How an event's name leads to actions: as written, else without its date.
    pub(super) fn lead(&self, label: &str, prefixes: &[&str], name: &str) -> Option<Led<'_>> {
        self.lead_of(label, prefixes, name).or_else(|| self.lead_of(label, prefixes, without_date(name)?))
    }

    fn lead_of(&self, label: &str, prefixes: &[&str], name: &str) -> Option<Led<'_>> {
        let labelled = (!prefixes.contains(&label)).then_some(label);
        labelled.into_iter().chain(prefixes.iter().copied()).find_map(|prefix| {
            let operation = operation(prefix, name)?;
            Some(Led { lead: self.lead_as(&operation)?, operation })
        })
    }

    fn lead_as(&self, operation: &str) -> Option<Lead<'_>> {
        if let Some(rows) = self.events.get(operation) {
            return Some(Lead::Rows(rows));
        }
        if let Some(rule) = self.exempt.get(operation) {
            return Some(Lead::Exempt(rule));
        }
        let mut verbs = Vec::new();
        for row in self.other_operations.find(operation) {
            let [_, kind, target, more] = row.take();
            match kind {
                "unsigned" => return Some(Lead::Exempt("call without AWS credentials")),
                "rule" => return self.place(target).map(|place| Lead::Rule(place, more)),
                _ => verbs.push((target, more)),
            }
        }
        if !verbs.is_empty() {
            return Some(Lead::Verbs(verbs));
        }
        self.place(operation).map(Lead::Same)
    }

    fn by_rows(&self, rows: &[EventRow], call: &Call<'_>, operation: &str) -> Vec<Need> {
        let holding = rows.iter().filter(|row| row.when.holds(call.parameters));
        holding
            .filter_map(|row| {
                let provenance = match (row.same_name, row.when.needs_a_parameter()) {
                    (true, false) => Provenance::Observed,
                    (false, false) => Provenance::Mapped,
                    (_, true) => Provenance::Parameter,
                };
                self.need(call, operation, self.place(&row.action)?, &row.from, provenance)
            })
            .collect()
    }

    fn need(
        &self,
        call: &Call<'_>,
        operation: &str,
        place: usize,
        from: &From,
        provenance: Provenance,
    ) -> Option<Need> {
        let action = self.actions.get(place)?;
        let resources = self.resources(&Question { call, operation, place, from });
        let context = self.contexts.of(place, action, call);
        Some(Need { action: action.name.clone(), resources, context, provenance })
    }

    /// Actions that parameters prove beside the event's own: tags on creation, and roles handed over.
    fn add(&self, needs: &mut Vec<Need>, call: &Call<'_>, operation: &str) {
        if call.parameters.is_null() {
            return;
        }
        let rows = self.additions.of(operation);
        for row in rows.filter(|row| row.when.holds(call.parameters)) {
            let known = needs.iter().any(|need| need.action == row.action);
            let own = needs.first().map(|need| need.resources.clone()).unwrap_or_default();
            let added = self.place(&row.action).filter(|_| !known);
            if let Some(mut need) =
                added.and_then(|place| self.need(call, operation, place, &row.from, Provenance::Parameter))
            {
                if row.from == From::TagSpecification {
                    need.context.push((CREATE_ACTION.to_owned(), call.name.to_owned()));
                }
                if need.resources.is_empty() {
                    need.resources = own;
                }
                needs.push(need);
            }
        }
        if self.roles.may_pass(operation) {
            needs.extend(self.roles.needs(operation, call));
        }
    }
}

/// `prefix:name`, the name in lower case, on the stack: it is written for nearly every record.
fn operation(prefix: &str, name: &str) -> Option<ArrayString<LONGEST>> {
    let mut operation = ArrayString::new();
    [prefix, ":", name].iter().try_for_each(|part| operation.try_push_str(part)).ok()?;
    operation.get_mut(prefix.len()..)?.make_ascii_lowercase();
    Some(operation)
}

/// The HTTP verb of the row whose path the request fits best.
fn by_verbs(paths: &[(&str, &str)], call: &Call<'_>) -> Vec<Need> {
    let best = paths.iter().rev().max_by_key(|(_, uri)| told_parts(call, uri));
    best.map(|(verb, uri)| Need {
        action: Cow::Owned(format!("apigateway:{verb}")),
        resources: uri_resource(call, uri).into_iter().collect(),
        context: Vec::new(),
        provenance: Provenance::Mapped,
    })
    .into_iter()
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

    use std::sync::OnceLock;

    use serde_json::{Value, json};

    use super::*;
    use crate::catalog::TouchedResource;

    fn catalog() -> &'static Catalog {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| Catalog::embedded().unwrap())
    }

    fn asked(source: &str, name: &str, parameters: Value, listed: &[&str], response: Value) -> Required<'static> {
        let resources: Vec<TouchedResource<'_>> =
            listed.iter().map(|arn| TouchedResource { arn: Some(arn), kind: None, account: None }).collect();
        catalog().required(&Call {
            source: &format!("{source}.amazonaws.com"),
            name,
            region: "eu-west-1",
            partition: "aws",
            account: "111122223333",
            caller_account: "111122223333",
            caller_arn: Some("arn:aws:iam::111122223333:user/me"),
            parameters: &(&parameters).into(),
            response: Some(&crate::catalog::Late::from(response)),
            resources: &resources,
            failed: false,
        })
    }

    fn needs(source: &str, name: &str, parameters: Value) -> Vec<(String, Vec<String>)> {
        match asked(source, name, parameters, &[], Value::Null) {
            Required::Actions(needs) => {
                needs.into_iter().map(|need| (need.action.into_owned(), need.resources)).collect()
            }
            other => panic!("{source} {name}: {other:?}"),
        }
    }

    /// The one action of a call, with its resources joined by blanks.
    fn case(source: &str, name: &str, parameters: Value, action: &str, resources: &str) {
        let found = needs(source, name, parameters);
        let found: Vec<(&str, String)> =
            found.iter().map(|(action, resources)| (action.as_str(), resources.join(" "))).collect();
        assert_eq!(found, [(action, resources.to_owned())], "{source} {name}");
    }

    #[test]
    fn names_of_actions_need_no_row() {
        case("ec2", "DescribeInstances", Value::Null, "ec2:DescribeInstances", "*");
        case(
            "ec2",
            "StopInstances",
            json!({"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}}),
            "ec2:StopInstances",
            "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0",
        );
        case(
            "sqs",
            "DeleteQueue",
            json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/q"}),
            "sqs:DeleteQueue",
            "arn:aws:sqs:eu-west-1:111122223333:q",
        );
        case(
            "ssm",
            "GetParameter",
            json!({"name": "/a/b"}),
            "ssm:GetParameter",
            "arn:aws:ssm:eu-west-1:111122223333:parameter/a/b",
        );
        case("iam", "GetRole", json!({"roleName": "r"}), "iam:GetRole", "arn:aws:iam::111122223333:role/r");
        case(
            "secretsmanager",
            "GetSecretValue",
            json!({"secretId": "s"}),
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-??????",
        );
    }

    #[test]
    fn s3_is_mapped_by_its_rows() {
        case("s3", "HeadBucket", json!({"bucketName": "b"}), "s3:ListBucket", "arn:aws:s3:::b");
        case("s3", "ListObjectsV2", json!({"bucketName": "b"}), "s3:ListBucket", "arn:aws:s3:::b");
        case("s3", "GetObject", json!({"bucketName": "b", "key": "k/1"}), "s3:GetObject", "arn:aws:s3:::b/k/1");
        case(
            "s3",
            "GetObject",
            json!({"bucketName": "b", "key": "k", "versionId": "v"}),
            "s3:GetObjectVersion",
            "arn:aws:s3:::b/k",
        );
        case("s3", "DeleteObjects", json!({"bucketName": "b", "delete": ""}), "s3:DeleteObject", "arn:aws:s3:::b/*");
        case(
            "s3",
            "PutBucketReplication",
            json!({"bucketName": "b"}),
            "s3:PutReplicationConfiguration",
            "arn:aws:s3:::b",
        );
    }

    #[test]
    fn s3_copies_read_and_directory_buckets_are_apart() {
        let copy = json!({"bucketName": "b", "key": "k", "x-amz-copy-source": "/from/a%20b"});
        let expected = [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::from/a b")];
        let found = needs("s3", "CopyObject", copy);
        assert_eq!(found, expected.map(|(action, arn)| (action.to_owned(), vec![arn.to_owned()])));
        let directory = json!({"bucketName": "d--use1-az4--x-s3"});
        case(
            "s3express",
            "CreateSession",
            directory,
            "s3express:CreateSession",
            "arn:aws:s3express:eu-west-1:111122223333:bucket/d--use1-az4--x-s3",
        );
    }

    #[test]
    fn parameters_decide_which_actions_are_needed() {
        case("dynamodb", "ExecuteStatement", json!({"statement": "SELECT * FROM t"}), "dynamodb:PartiQLSelect", "");
        let write = json!({"transactItems": [{"put": {"tableName": "t"}}, {"delete": {"tableName": "u"}}]});
        let found = needs("dynamodb", "TransactWriteItems", write);
        let actions: Vec<&str> = found.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(actions, ["dynamodb:PutItem", "dynamodb:DeleteItem"]);
        case(
            "autoscaling",
            "PutScalingPolicy",
            json!({"autoScalingGroupName": "g"}),
            "autoscaling:PutScalingPolicy",
            "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/g",
        );
        let scalable = needs("autoscaling", "PutScalingPolicy", json!({"serviceNamespace": "ecs"}));
        assert_eq!(scalable[0].0, "application-autoscaling:PutScalingPolicy");
        let assumed = json!({"roleArn": "arn:aws:iam::444455556666:role/r", "tags": [{"key": "a", "value": "b"}]});
        let found = needs("sts", "AssumeRole", assumed);
        assert_eq!(found[0], ("sts:AssumeRole".to_owned(), vec!["arn:aws:iam::444455556666:role/r".to_owned()]));
        assert_eq!(found[1].0, "sts:TagSession");
    }

    #[test]
    fn creations_leave_open_what_aws_names() {
        let tags = json!({"items": [{"resourceType": "vpc", "tags": [{"key": "a", "value": "b"}]}]});
        let open = vec!["arn:aws:ec2:eu-west-1:111122223333:vpc/*".to_owned()];
        let found = needs("ec2", "CreateVpc", json!({"cidrBlock": "192.0.2.0/24", "tagSpecificationSet": tags}));
        assert_eq!(found, [("ec2:CreateVpc".to_owned(), open.clone()), ("ec2:CreateTags".to_owned(), open)]);
        let found = needs("iam", "CreateRole", json!({"roleName": "r", "path": "/p/"}));
        assert_eq!(found[0].1, ["arn:aws:iam::111122223333:role/p/r"]);
    }

    #[test]
    fn the_record_itself_knows_best() {
        let key = "arn:aws:kms:eu-west-1:444455556666:key/k";
        let found = asked("kms", "Decrypt", json!({"keyId": "alias/a"}), &[key], Value::Null);
        let Required::Actions(found) = found else { panic!() };
        assert_eq!(found[0].resources, [key]);
        let object = ["arn:aws:s3:::b/k", "arn:aws:s3:::b"];
        let Required::Actions(found) = asked("s3", "GetObject", Value::Null, &object, Value::Null) else { panic!() };
        assert_eq!(found[0].resources, ["arn:aws:s3:::b/k"]);
    }

    #[test]
    fn each_key_of_a_re_encryption_has_its_action() {
        let key = |account: &str| format!("arn:aws:kms:eu-west-1:{account}:key/k");
        let (from, to) = (key("111122223333"), key("444455556666"));
        let request = json!({"sourceKeyId": from, "destinationKeyId": to});
        let expected = [("kms:ReEncryptFrom".to_owned(), vec![from]), ("kms:ReEncryptTo".to_owned(), vec![to])];
        assert_eq!(needs("kms", "ReEncrypt", request), expected);
        case(
            "kms",
            "CreateAlias",
            json!({"aliasName": "alias/a", "targetKeyId": "k"}),
            "kms:CreateAlias",
            "arn:aws:kms:eu-west-1:111122223333:alias/a arn:aws:kms:eu-west-1:111122223333:key/k",
        );
    }

    #[test]
    fn a_user_without_a_name_is_the_caller() {
        case("iam", "GetUser", Value::Null, "iam:GetUser", "arn:aws:iam::111122223333:user/me");
        case("iam", "GetUser", json!({"userName": "u"}), "iam:GetUser", "arn:aws:iam::111122223333:user/u");
    }

    #[test]
    fn the_gateway_is_asked_by_verb() {
        case(
            "apigateway",
            "UpdateStage",
            json!({"restApiId": "a", "stageName": "s"}),
            "apigateway:PATCH",
            "arn:aws:apigateway:eu-west-1::/restapis/a/stages/s",
        );
        case(
            "apigateway",
            "UpdateStage",
            json!({"apiId": "a", "stageName": "s"}),
            "apigateway:PATCH",
            "arn:aws:apigateway:eu-west-1::/apis/a/stages/s",
        );
    }

    #[test]
    fn what_needs_no_action_or_is_not_known_is_said() {
        let of = |source: &str, name: &str| asked(source, name, Value::Null, &[], Value::Null);
        assert_eq!(of("sts", "GetCallerIdentity"), Required::Exempt("always allowed"));
        assert_eq!(of("cognito-idp", "InitiateAuth"), Required::Exempt("call without AWS credentials"));
        assert!(matches!(of("signin", "ConsoleLogin"), Required::Exempt(_)));
        assert_eq!(of("monitoring", "Nothing"), Required::Unmapped { prefix: "cloudwatch".to_owned() });
        assert_eq!(of("foo", "Bar"), Required::Unmapped { prefix: "foo".to_owned() });
    }

    /// Every record of a kind that is new asks this; what is answered beside it is the caller's to keep.
    #[test]
    fn finding_what_an_event_leads_to_takes_no_memory() {
        let (catalog, parameters) = (catalog(), json!({"serviceNamespace": "ecs", "bucketName": "b", "key": "k"}));
        let parameters = (&parameters).into();
        let find = |source: &str, name: &str| {
            let label = sources::label(source);
            let prefixes = catalog.sources.prefixes(label, &parameters);
            catalog.lead(label, &prefixes, name).is_some_and(|led| catalog.roles.may_pass(&led.operation))
        };
        let asked = [
            ("s3.amazonaws.com", "GetObject"),
            ("s3.amazonaws.com", "ListObjectsV2"),
            ("ec2.amazonaws.com", "DescribeInstances"),
            ("monitoring.amazonaws.com", "PutMetricData"),
            ("autoscaling.amazonaws.com", "PutScalingPolicy"),
            ("lambda.amazonaws.com", "CreateFunction20150331v2"),
            ("sts.amazonaws.com", "GetCallerIdentity"),
            ("nothing.amazonaws.com", "Nothing"),
        ];
        let all = || asked.map(|(source, name)| find(source, name));
        // Some tables are indexed when they are first asked.
        let known = all();
        assert!(known[5] && !known[2]);
        assert_eq!(allocation_counter::measure(|| assert_eq!(all(), known)).count_total, 0);
        assert!(allocation_counter::measure(|| drop(needs("ec2", "DescribeInstances", Value::Null))).count_total > 0);
    }

    #[test]
    fn no_operation_of_the_tables_is_too_long() {
        let catalog = catalog();
        let rows = catalog.events.keys().map(String::as_str).chain(catalog.event_names());
        let exempt = include_str!("data/curated/exempt.tsv").lines().filter_map(|line| line.split('\t').next());
        let longest = rows.chain(exempt).max_by_key(|name| name.len()).unwrap();
        assert!(longest.len() <= LONGEST, "{longest}");
    }

    #[test]
    fn keys_of_the_request_come_along() {
        let attach = json!({"roleName": "r", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
        let found = asked("iam", "AttachRolePolicy", attach, &[], Value::Null);
        let Required::Actions(found) = found else { panic!() };
        assert_eq!(found[0].resources, ["arn:aws:iam::111122223333:role/r"]);
        let expected = ("iam:PolicyARN".to_owned(), "arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned());
        assert_eq!(found[0].context, [expected]);
        assert_eq!(found[0].provenance, Provenance::Observed);
    }
}
