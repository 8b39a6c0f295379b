"""An invented AWS account for tests: moto on loopback, filled from a snapshot.

usage: account.py ACCOUNT SNAPSHOT
Prints its port, then answers each line `state` on standard input by all that stands in IAM, as one line of JSON.
"""

import json
import logging
import os
import sys
import urllib.parse

os.environ["MOTO_ACCOUNT_ID"] = sys.argv[1]
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "test"

import boto3
from moto.iam.models import PolicyVersion, iam_backends
from moto.server import ThreadedMotoServer


def text(document):
    """A document of a snapshot as text."""
    return document if isinstance(document, str) else json.dumps(document)


def fill(iam, snapshot):
    """Makes everything that the snapshot holds."""
    for policy in snapshot["Policies"]:
        if ":iam::aws:" in policy["Arn"]:
            fill_aws_policy(policy)
        else:
            fill_policy(iam, policy)
    for group in snapshot["GroupDetailList"]:
        iam.create_group(GroupName=group["GroupName"], Path=group.get("Path", "/"))
        fill_holder(iam, "group", "Group", group)
    for user in snapshot["UserDetailList"]:
        iam.create_user(UserName=user["UserName"], Path=user.get("Path", "/"))
        fill_holder(iam, "user", "User", user)
        for group in user.get("GroupList", []):
            iam.add_user_to_group(GroupName=group, UserName=user["UserName"])
    for role in snapshot["RoleDetailList"]:
        trust = text(role["AssumeRolePolicyDocument"])
        trust = urllib.parse.unquote(trust) if trust.startswith("%7B") else trust
        iam.create_role(RoleName=role["RoleName"], Path=role.get("Path", "/"), AssumeRolePolicyDocument=trust)
        fill_holder(iam, "role", "Role", role)


def fill_aws_policy(policy):
    """moto knows AWS's own policies as they were on another day than the snapshot's."""
    known = iam_backends[sys.argv[1]]["aws"].managed_policies[policy["Arn"]]
    default = [one for one in policy["PolicyVersionList"] if one["IsDefaultVersion"]][0]
    known.default_version_id = default["VersionId"]
    known.versions = [PolicyVersion(policy["Arn"], text(default["Document"]), True, default["VersionId"])]


def fill_policy(iam, policy):
    """Versions keep their numbers: those that are missing in between are made and deleted."""
    versions = {int(one["VersionId"][1:]): one for one in policy["PolicyVersionList"]}
    empty = json.dumps({"Version": "2012-10-17", "Statement": []})
    document = lambda number: text(versions[number]["Document"]) if number in versions else empty
    path = policy.get("Path", "/")
    iam.create_policy(PolicyName=policy["PolicyName"], Path=path, PolicyDocument=document(1))
    previous = 1
    for number in range(2, max(versions) + 1):
        iam.create_policy_version(PolicyArn=policy["Arn"], PolicyDocument=document(number), SetAsDefault=True)
        if previous not in versions:
            iam.delete_policy_version(PolicyArn=policy["Arn"], VersionId=f"v{previous}")
        previous = number
    iam.set_default_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])


def fill_holder(iam, kind, title, holder):
    """Inline and attached policies of a user, group or role."""
    at = {f"{title}Name": holder[f"{title}Name"]}
    for inline in holder.get(f"{title}PolicyList", []):
        document = text(inline["PolicyDocument"])
        document = urllib.parse.unquote(document) if document.startswith("%7B") else document
        getattr(iam, f"put_{kind}_policy")(PolicyName=inline["PolicyName"], PolicyDocument=document, **at)
    for attached in holder.get("AttachedManagedPolicies", []):
        getattr(iam, f"attach_{kind}_policy")(PolicyArn=attached["PolicyArn"], **at)


def state(iam):
    """What stands: documents, versions, attachments; no times, no unique ids."""
    found = {"policies": {}, "holders": {}}
    pages = iam.get_paginator("get_account_authorization_details").paginate(
        Filter=["User", "Role", "Group", "LocalManagedPolicy"]
    )
    for page in pages:
        for policy in page["Policies"]:
            versions = iam.list_policy_versions(PolicyArn=policy["Arn"])["Versions"]
            read = lambda one: iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=one["VersionId"])
            documents = {one["VersionId"]: read(one)["PolicyVersion"]["Document"] for one in versions}
            # moto marks no version of a policy that has only one.
            default = iam.get_policy(PolicyArn=policy["Arn"])["Policy"]["DefaultVersionId"]
            found["policies"][policy["Arn"]] = {"default": default, "versions": documents}
        for kind in ["User", "Group", "Role"]:
            for holder in page[f"{kind}DetailList"]:
                inline = {one["PolicyName"]: one["PolicyDocument"] for one in holder.get(f"{kind}PolicyList", [])}
                attached = sorted(one["PolicyArn"] for one in holder.get("AttachedManagedPolicies", []))
                found["holders"][holder["Arn"]] = {"inline": inline, "attached": attached}
                if kind == "Role":
                    found["holders"][holder["Arn"]]["trust"] = holder["AssumeRolePolicyDocument"]
    return found


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    iam = boto3.client("iam", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1")
    with open(sys.argv[2], encoding="utf-8") as file:
        fill(iam, json.load(file))
    print(port, flush=True)
    for line in sys.stdin:
        if line.strip() == "state":
            print(json.dumps(state(iam), sort_keys=True), flush=True)


main()
