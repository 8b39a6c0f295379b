"""An invented organization for tests: moto on loopback behind a gate that allows, refuses and throttles calls by IAM action.

Prints a line of JSON with its port and accounts, then answers each line of JSON on standard input by one:
  {"gate": {"caller": [ACTION…] or null, "member": [ACTION…] or null, "throttle": {ACTION: TIMES}, "deny": [[ACTION, WORD]…]}}
      what the caller and assumed roles may do (null: everything); the next TIMES calls are throttled; calls that
      hold WORD are refused
  {"asked": true}       how often each action was asked for since the gate was last set
  {"compare": FOLDER}   where a snapshot differs from what was set up
"""

import io
import json
import logging
import os
import re
import sys
import urllib.parse

os.environ["AWS_ACCESS_KEY_ID"] = KEY = "AKIAIOSFODNN7EXAMPLE"
os.environ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

import boto3
import moto.moto_server.threaded_moto_server as threaded
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

CALLER = "123456789012"
REGIONS = ["eu-central-1", "us-east-1"]
TARGETS = {
    "TrentService": "kms",
    "AmazonSQS": "sqs",
    "AWSOrganizationsV20161128": "organizations",
    "secretsmanager": "secretsmanager",
    "AmazonEC2ContainerRegistry_V20150921": "ecr",
    "SWBExternalService": "sso",
    "CloudTrail_20131101": "cloudtrail",
}


class Gate:
    """Stands in front of moto."""

    def __init__(self, create_app):
        self.app = DomainDispatcherApplication(create_app)
        self.set({})

    def set(self, rules):
        self.rules, self.asked, self.throttled = rules, {}, dict(rules.get("throttle", {}))

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        action, form = action_of(environ, body)
        if action:
            self.asked[action] = self.asked.get(action, 0) + 1
            refused = self.refused(environ, action, body)
            if refused:
                return answer(start_response, *refusal(refused, form, action))
            missing = MISSING_IN_MOTO.get(action)
            if missing:
                return answer(start_response, "200 OK", *missing(body.decode()))
        return self.app(environ, start_response)

    def refused(self, environ, action, body):
        if self.throttled.get(action, 0) > 0:
            self.throttled[action] -= 1
            return "throttled"
        words = body.decode(errors="replace") + urllib.parse.unquote(environ["PATH_INFO"])
        words = urllib.parse.unquote(words)
        if any(action == denied and word in words for denied, word in self.rules.get("deny", [])):
            return "denied"
        who = "caller" if KEY in environ.get("HTTP_AUTHORIZATION", "") else "member"
        allowed = self.rules.get(who)
        if allowed is not None and action != "sts:GetCallerIdentity" and action not in allowed:
            return "denied"
        return None


def action_of(environ, body):
    """The IAM action of a request, and in which form errors are told. Setting things up names no such action."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        service, operation = target.rsplit(".", 1)
        return f"{TARGETS[service.rsplit('.', 1)[-1]]}:{operation}", "json"
    scope = re.search(r"Credential=[^/]*/\d+/[^/]*/([^/]*)/", environ.get("HTTP_AUTHORIZATION", ""))
    service, path, query = scope and scope[1], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if service == "s3" and environ["REQUEST_METHOD"] == "GET":
        if path == "/":
            return "s3:ListAllMyBuckets", "s3"
        return ("s3:GetBucketPolicy" if "policy" in query else "s3:Other"), "s3"
    if service == "lambda" and environ["REQUEST_METHOD"] == "GET":
        return ("lambda:GetPolicy" if path.endswith("/policy") else "lambda:ListFunctions"), "rest"
    if service in ["iam", "sns", "sts"]:
        return f"{service}:{urllib.parse.parse_qs(body.decode())['Action'][0]}", "query"
    return None, None


def refusal(kind, form, action):
    denied = kind == "denied"
    message = f"not authorized to perform: {action}" if denied else "Rate exceeded"
    if form == "json":
        code = "AccessDeniedException" if denied else "ThrottlingException"
        return "400 Bad Request", "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})
    if form == "rest":
        code = "AccessDeniedException" if denied else "TooManyRequestsException"
        status = "403 Forbidden" if denied else "429 Too Many Requests"
        return status, "application/json", json.dumps({"__type": code, "message": message})
    code = "AccessDenied" if denied else "Throttling" if form == "query" else "SlowDown"
    status = "403 Forbidden" if denied else "503 Slow Down" if form == "s3" else "400 Bad Request"
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return status, "text/xml", error if form == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"


def answer(start_response, status, kind, text):
    body = text.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def xml(operation, inner):
    return "text/xml", f"<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>"


def last_accessed(body):
    """The first time that a job is asked for it is not done."""
    job = urllib.parse.parse_qs(body)["JobId"][0]
    seen = JOBS.setdefault(job, 0)
    JOBS[job] += 1
    if seen == 0 and job.endswith("alice"):
        return xml("GetServiceLastAccessedDetails", f"<JobStatus>IN_PROGRESS</JobStatus><JobCreationDate>2026-10-31T00:00:00Z</JobCreationDate>")
    service = "<member><ServiceName>Amazon S3</ServiceName><ServiceNamespace>s3</ServiceNamespace><LastAuthenticated>2026-10-01T00:00:00Z</LastAuthenticated></member>"
    return xml(
        "GetServiceLastAccessedDetails",
        "<JobStatus>COMPLETED</JobStatus><JobCreationDate>2026-10-31T00:00:00Z</JobCreationDate>"
        f"<JobCompletionDate>2026-10-31T00:00:01Z</JobCompletionDate><ServicesLastAccessed>{service}</ServicesLastAccessed>",
    )


JOBS = {}
# What moto does not know.
MISSING_IN_MOTO = {
    "iam:GenerateServiceLastAccessedDetails": lambda body: xml(
        "GenerateServiceLastAccessedDetails", f"<JobId>{urllib.parse.parse_qs(body)['Arn'][0]}</JobId>"
    ),
    "iam:GetServiceLastAccessedDetails": last_accessed,
    "sso:GetPermissionsBoundaryForPermissionSet": lambda body: (
        "application/x-amz-json-1.1",
        json.dumps({"PermissionsBoundary": {"ManagedPolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}}),
    ),
}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


class Account:
    """One account: what is set up in it is remembered."""

    def __init__(self, id, endpoint, credentials):
        self.id, self.endpoint, self.credentials, self.policies, self.clients = id, endpoint, credentials, {}, {}

    def client(self, service, region="eu-central-1"):
        if (service, region) not in self.clients:
            made = boto3.client(service, endpoint_url=self.endpoint, region_name=region, **self.credentials)
            self.clients[service, region] = made
        return self.clients[service, region]

    def set_up(self):
        self.set_up_iam()
        self.set_up_buckets()
        self.set_up_trails()
        for region in REGIONS:
            self.set_up_region(region)

    def set_up_iam(self):
        iam = self.client("iam")
        trust = lambda who: json.dumps(document({"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}))
        reader = iam.create_policy(PolicyName="reader", Path="/app/", PolicyDocument=json.dumps(document(allow("s3:Get*"))))
        reader = reader["Policy"]["Arn"]
        second = json.dumps(document(allow(["s3:Get*", "s3:List*"])))
        iam.create_policy_version(PolicyArn=reader, PolicyDocument=second, SetAsDefault=True)
        iam.create_group(GroupName="devs")
        iam.attach_group_policy(GroupName="devs", PolicyArn=reader)
        iam.put_group_policy(GroupName="devs", PolicyName="own", PolicyDocument=json.dumps(document(allow("sqs:*"))))
        iam.create_user(UserName="alice", Path="/people/", Tags=[{"Key": "team", "Value": "shop & co"}])
        iam.add_user_to_group(GroupName="devs", UserName="alice")
        odd = document(allow("s3:GetObject", "arn:aws:s3:::shop/größe + 100%/*", Sid="Odd"))
        iam.put_user_policy(UserName="alice", PolicyName="odd", PolicyDocument=json.dumps(odd, ensure_ascii=False))
        iam.create_role(RoleName="app", Path="/app/", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}), PermissionsBoundary=reader)
        iam.attach_role_policy(RoleName="app", PolicyArn=reader)
        iam.put_role_policy(RoleName="app", PolicyName="inline", PolicyDocument=json.dumps(document(allow("kms:Decrypt"))))
        iam.create_instance_profile(InstanceProfileName="app")
        iam.add_role_to_instance_profile(InstanceProfileName="app", RoleName="app")

    def set_up_buckets(self):
        for name, region in [("shop", "eu-central-1"), ("logs", "us-east-1"), ("bare", "eu-central-1")]:
            s3, bucket = self.client("s3", region), f"{name}-{self.id}"
            where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            s3.create_bucket(Bucket=bucket, **where)
            if name != "bare":
                policy = document(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal={"AWS": f"arn:aws:iam::{CALLER}:root"}))
                s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
                self.policies[f"arn:aws:s3:::{bucket}"] = policy

    def set_up_trails(self):
        """One of all regions with classic selectors, which is on, and one of another region's own, which is not."""
        whole, other = self.client("cloudtrail"), self.client("cloudtrail", REGIONS[1])
        whole.create_trail(Name="whole", S3BucketName=f"logs-{self.id}", IsMultiRegionTrail=True)
        whole.start_logging(Name="whole")
        shop = {"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::shop-{self.id}/"]}
        self.classic = {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": [shop], "ExcludeManagementEventSources": ["kms.amazonaws.com"]}
        whole.put_event_selectors(TrailName="whole", EventSelectors=[self.classic])
        other.create_trail(Name="other", S3BucketName=f"logs-{self.id}", IsMultiRegionTrail=True)
        fields = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::SQS::Queue"]}]
        self.advanced = {"Name": "queues", "FieldSelectors": fields}
        other.put_event_selectors(TrailName="other", AdvancedEventSelectors=[self.advanced])

    def trails_differ(self, told):
        trails = {trail["Name"]: plain(trail) for trail in told["Trails"]}
        yield from differs("the trails' account", self.id, told["Account"])
        yield from differs("trails", ["other", "whole"], sorted(trails))
        homes = {"whole": REGIONS[0], "other": REGIONS[1]}
        for name, selectors in [("whole", {"EventSelectors": [self.classic]}), ("other", {"AdvancedEventSelectors": [self.advanced]})]:
            trail, is_on = trails[name], name == "whole"
            yield from differs(f"start of {name}", is_on, bool(trail.pop("StartLoggingTime", None)))
            wanted = {"TrailARN": f"arn:aws:cloudtrail:{homes[name]}:{self.id}:trail/{name}", "Name": name, "HomeRegion": homes[name]}
            wanted |= {"IsMultiRegionTrail": True, "IsOrganizationTrail": False, "S3BucketName": f"logs-{self.id}", "IsLogging": is_on}
            yield from differs(name, plain(wanted | selectors), trail)

    def set_up_region(self, region):
        at = lambda service: self.client(service, region)
        own = {"AWS": f"arn:aws:iam::{self.id}:root"}
        policy = document(allow("kms:*", Principal=own))
        key = at("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]
        self.policies[key["Arn"]] = policy
        queue = f"arn:aws:sqs:{region}:{self.id}:orders"
        policy = document(allow("sqs:SendMessage", queue, Principal={"Service": "sns.amazonaws.com"}))
        at("sqs").create_queue(QueueName="orders", Attributes={"Policy": json.dumps(policy)})
        at("sqs").create_queue(QueueName="bare")
        self.policies[queue] = policy
        sns = at("sns")
        for number in range(3 if region == REGIONS[0] or self.id != CALLER else 105):
            topic = sns.create_topic(Name=f"topic-{number}")["TopicArn"]
            policy = document(allow("sns:Publish", topic, Principal=own))
            sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
            self.policies[topic] = policy
        function = at("lambda").create_function(
            FunctionName="resize", Runtime="python3.12", Handler="a.b", Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
            Role=f"arn:aws:iam::{self.id}:role/app/app",
        )["FunctionArn"]
        at("lambda").add_permission(FunctionName="resize", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com")
        self.policies[function] = json.loads(at("lambda").get_policy(FunctionName="resize")["Policy"])
        secret = at("secretsmanager").create_secret(Name="db", SecretString="not to be seen")["ARN"]
        policy = document(allow("secretsmanager:GetSecretValue", secret, Principal=own))
        at("secretsmanager").put_resource_policy(SecretId=secret, ResourcePolicy=json.dumps(policy))
        self.policies[secret] = policy
        for name in ["shop", "bare"]:
            repository = at("ecr").create_repository(repositoryName=name)["repository"]
            if name != "bare":
                policy = document({"Sid": "pull", "Effect": "Allow", "Principal": own, "Action": ["ecr:BatchGetImage"]})
                at("ecr").set_repository_policy(repositoryName=name, policyText=json.dumps(policy))
                self.policies[repository["repositoryArn"]] = policy

    def details(self):
        """As boto3 reads them, page by page."""
        found = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
        for page in self.client("iam").get_paginator("get_account_authorization_details").paginate():
            for kind, entries in found.items():
                entries.extend(page[kind])
        return found


class Organization:
    def __init__(self, caller):
        self.client = caller.client("organizations", "us-east-1")
        self.client.create_organization(FeatureSet="ALL")
        self.root = self.client.list_roots()["Roots"][0]["Id"]
        for kind in ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]:
            self.client.enable_policy_type(RootId=self.root, PolicyType=kind)
        unit = lambda parent, name: self.client.create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]
        self.workloads = unit(self.root, "workloads")
        self.production = unit(self.workloads, "production")
        self.member, self.closed = self.account("member"), self.account("closed")
        self.client.move_account(AccountId=self.member, SourceParentId=self.root, DestinationParentId=self.production)
        self.client.close_account(AccountId=self.closed)
        regions = document({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": REGIONS}}})
        self.regions = self.policy("regions", "SERVICE_CONTROL_POLICY", regions, self.workloads)
        self.no_logs = self.policy("no-logs", "SERVICE_CONTROL_POLICY", document({"Effect": "Deny", "Action": "logs:Delete*", "Resource": "*"}), self.member)
        inside = document({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorg1"}}})
        self.inside = self.policy("inside", "RESOURCE_CONTROL_POLICY", inside, self.production)

    def account(self, name):
        status = self.client.create_account(AccountName=name, Email=f"{name}@example.com")
        return status["CreateAccountStatus"]["AccountId"]

    def policy(self, name, kind, content, target):
        policy = self.client.create_policy(Name=name, Type=kind, Description="", Content=json.dumps(content))
        id = policy["Policy"]["PolicySummary"]["Id"]
        self.client.attach_policy(PolicyId=id, TargetId=target)
        return id, name, kind, content

    def differences(self, told):
        full = ["p-FullAWSAccess", "p-RCPFullAWSAccess"]
        attached = lambda *policies: sorted(full + [policy[0] for policy in policies])
        levels = [attached(), attached(self.regions), attached(self.inside), attached(self.no_logs)]
        yield from differs("management account", CALLER, told["ManagementAccountId"])
        yield from differs("levels of the member", levels, told["Accounts"][self.member]["Levels"])
        yield from differs("path of the member", [self.root, self.workloads, self.production], told["Accounts"][self.member]["Path"])
        yield from differs("accounts", sorted([CALLER, self.member, self.closed]), sorted(told["Accounts"]))
        yield from differs("units", sorted([self.workloads, self.production]), sorted(told["OrganizationalUnits"]))
        for id, name, kind, content in [self.regions, self.no_logs, self.inside]:
            found = told["Policies"][id]
            yield from differs(id, [name, kind, content], [found["Name"], found["Type"], json.loads(found["Content"])])


def identity_center(caller):
    """A permission set with everything, assigned in the caller's account."""
    sso = caller.client("sso-admin")
    instance = sso.list_instances()["Instances"][0]["InstanceArn"]
    made = sso.create_permission_set(InstanceArn=instance, Name="Operators", Description="on call", SessionDuration="PT4H")
    at = {"InstanceArn": instance, "PermissionSetArn": made["PermissionSet"]["PermissionSetArn"]}
    inline = document(allow("ec2:RebootInstances"))
    sso.put_inline_policy_to_permission_set(InlinePolicy=json.dumps(inline), **at)
    sso.attach_managed_policy_to_permission_set(ManagedPolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess", **at)
    reference = {"Name": "reader", "Path": "/app/"}
    sso.attach_customer_managed_policy_reference_to_permission_set(CustomerManagedPolicyReference=reference, **at)
    who = {"PrincipalType": "GROUP", "PrincipalId": "90677c608a-1"}
    # moto provisions only in the caller's account, whatever it is told.
    sso.create_account_assignment(TargetId=CALLER, TargetType="AWS_ACCOUNT", **who, **at)
    sso.provision_permission_set(TargetType="ALL_PROVISIONED_ACCOUNTS", **at)
    return {
        "PermissionSetArn": at["PermissionSetArn"],
        "Name": "Operators",
        "Description": "on call",
        "SessionDuration": "PT4H",
        "InlinePolicy": json.dumps(inline),
        "PermissionsBoundary": {"ManagedPolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"},
        "ManagedPolicies": [{"Name": "ReadOnlyAccess", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
        "CustomerManagedPolicyReferences": [reference],
        "Assignments": [{"AccountId": CALLER, **who}],
    }


def differs(what, wanted, found):
    if wanted != found:
        yield f"{what}: set up {json.dumps(wanted, default=str)[:600]}, collected {json.dumps(found, default=str)[:600]}"


def plain(value):
    """Documents as objects, times as text, and nothing that says nothing."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items() if member not in (None, [], {}, "")}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str) and value.startswith(("%7B", "{")):
        return json.loads(urllib.parse.unquote(value))
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return value[:19]
    return value.strftime("%Y-%m-%dT%H:%M:%S") if hasattr(value, "strftime") else value


def details_differ(account, told):
    for kind, entries in account.details().items():
        wanted = {entry["Arn"]: plain(entry) for entry in entries}
        found = {entry["Arn"]: plain(entry) for entry in told[kind]}
        # The roles of an instance profile are left out: it stands below its only one.
        for entry in wanted.values():
            for profile in entry.get("InstanceProfileList", []):
                profile.pop("Roles", None)
        yield from differs(f"{kind} of {account.id}", sorted(wanted), sorted(found))
        for arn in wanted.keys() & found.keys():
            yield from differs(arn, wanted[arn], found[arn])


def load(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def compare(folder, accounts, organization, permission_set):
    for account in accounts:
        at = os.path.join(folder, account.id)
        yield from details_differ(account, load(at, "details.json"))
        yield from account.trails_differ(load(at, "trails.json"))
        found = {}
        for place, _, files in os.walk(at):
            for name in files:
                whole = {} if name.endswith(".csv") else load(place, name)
                found.update(whole.get("ResourcePolicies", {}))
        found = {arn: json.loads(policy) for arn, policy in found.items()}
        yield from differs(f"resources of {account.id}", sorted(account.policies), sorted(found))
        for arn in account.policies.keys() & found.keys():
            yield from differs(arn, account.policies[arn], found[arn])
        with open(os.path.join(at, "credential-report.csv"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        yield from differs("the report's users", True, lines[0].startswith("user,arn,") and any(line.startswith("alice,") for line in lines))
    if os.path.exists(os.path.join(folder, "organization.json")):
        yield from organization.differences(load(folder, "organization.json"))
        found = load(folder, f"identity-center-{REGIONS[0]}.json")["IdentityCenter"][0]["PermissionSets"]
        yield from differs("permission sets", [permission_set], found)


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    gates = []
    threaded.DomainDispatcherApplication = lambda create: gates.append(Gate(create)) or gates[0]
    server = threaded.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://127.0.0.1:%d" % server.get_host_and_port()[1]
    caller = Account(CALLER, endpoint, {})
    organization = Organization(caller)
    role = f"arn:aws:iam::{organization.member}:role/reader"
    assumed = caller.client("sts").assume_role(RoleArn=role, RoleSessionName="set-up")["Credentials"]
    names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey", "aws_session_token": "SessionToken"}
    member = Account(organization.member, endpoint, {name: assumed[key] for name, key in names.items()})
    caller.set_up()
    member.set_up()
    permission_set = identity_center(caller)
    told = {"endpoint": endpoint, "member": organization.member, "closed": organization.closed}
    print(json.dumps(told), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        if "gate" in question:
            gates[0].set(question["gate"])
            reply = True
        elif "asked" in question:
            reply = gates[0].asked
        else:
            accounts = [caller, member] if os.path.exists(os.path.join(question["compare"], member.id)) else [caller]
            reply = list(compare(question["compare"], accounts, organization, permission_set))
        print(json.dumps(reply), flush=True)


main()
