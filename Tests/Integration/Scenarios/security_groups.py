"""Security groups: the walk-through of the notes, every operation, and who is really let in."""

import json
import os
import subprocess
import time

import psycopg

from martlet_client import (
    ask, client, connect, create_available, delete_and_wait, describe, ec2, login_refused, martlet, name, note, rds, refused,
    told, wait)

TCP = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}


def ipv4(*blocks):
    return [{**TCP, "IpRanges": [{"CidrIp": block} for block in blocks]}]


def rules(group):
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return [rule for rule in found if not rule["IsEgress"]]


def enforced():
    """Whether a client of this machine is turned away."""
    try:
        ask(database, "SELECT 1", connect_timeout=5)
    except psycopg.OperationalError:
        return True
    return False


note("the default group")
default = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]
loopback = [rule for rule in rules(default["GroupId"]) if rule.get("CidrIpv4") == "127.0.0.0/8"]
assert len(loopback) == 1 and "loopback" in loopback[0]["Description"], loopback
assert default["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == default["GroupId"], default
refused("CannotDelete", "default", ec2.delete_security_group, GroupId=default["GroupId"])

note("a group of our own, as in the notes")
group = ec2.create_security_group(
    GroupName=name("db"), Description="who may use the database", VpcId=default["VpcId"],
    TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": "App", "Value": "cruddur"}]}])["GroupId"]
refused("InvalidGroup.Duplicate", "already exists", ec2.create_security_group, GroupName=name("DB"), Description="x")
refused("InvalidGroup.NotFound", "sg-0123456789abcdef0", ec2.describe_security_groups, GroupIds=["sg-0123456789abcdef0"])
database = create_available(name("db"), VpcSecurityGroupIds=[group])
assert [g["VpcSecurityGroupId"] for g in database["VpcSecurityGroups"]] == [group], database["VpcSecurityGroups"]

note("nobody is admitted, and told so before any password is asked for")
assert enforced(), "a group without rules admits a client: the gateway does not enforce Route.access"
with login_refused(database, password="wrong") as text:
    assert group in text and "authorize-security-group-ingress" in text and "127.0.0.1" in text, text
assert b"password" not in text.lower().encode(), text
why = martlet("why", name("db"), "--output", "json", check=False)
assert why.returncode == 1 and not json.loads(why.stdout)["reachable"], why
assert [layer["layer"] for layer in json.loads(why.stdout)["layers"] if not layer["passes"]] == ["group"], why.stdout

note("authorized, at once")
answer = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
    {**TCP, "IpRanges": [{"CidrIp": "203.0.113.1/32", "Description": "GITPOD"}]}])
rule = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
assert answer["Return"] is True and enforced(), answer
refused("InvalidPermission.Duplicate", "203.0.113.1/32", ec2.authorize_security_group_ingress, GroupId=group,
        IpPermissions=ipv4("203.0.113.1/32"))

note("the notes' rds-update-sg-rule")
words = ["aws", "ec2", "modify-security-group-rules", "--group-id", group, "--security-group-rules",
         f"SecurityGroupRuleId={rule},SecurityGroupRule={{Description=GITPOD,IpProtocol=tcp,FromPort=5432,ToPort=5432,"
         "CidrIpv4=127.0.0.1/32}", "--output", "json"]
try:
    done = subprocess.run(words, env=os.environ, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == {"Return": True}, done.stdout
except FileNotFoundError:
    assert ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[{
        "SecurityGroupRuleId": rule,
        "SecurityGroupRule": {**TCP, "Description": "GITPOD", "CidrIpv4": "127.0.0.1/32"}}])["Return"] is True
wait("the rule is in force", lambda: not enforced(), 20)
assert json.loads(martlet("why", name("db"), "--output", "json").stdout)["reachable"]
elsewhere = martlet("why", name("db"), "--from", "198.51.100.7", check=False)
assert elsewhere.returncode == 1 and f"--group-id {group}" in elsewhere.stdout, elsewhere
assert "--cidr 198.51.100.7/32" in elsewhere.stdout, elsewhere

note("a connection whose rule is revoked is closed")
with connect(database) as connection:
    revoked = ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule])
    assert revoked["Return"] is True and revoked["RevokedSecurityGroupRules"][0]["SecurityGroupRuleId"] == rule, revoked
    began = time.monotonic()
    try:
        while time.monotonic() - began < 20:
            connection.execute("SELECT 1")
            time.sleep(0.02)
        raise AssertionError("the connection is still open")
    except psycopg.OperationalError:
        note(f"closed after {time.monotonic() - began:.2f} s")
answer = ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=ipv4("203.0.113.9/32"))
assert answer["UnknownIpPermissions"][0]["IpRanges"] == [{"CidrIp": "203.0.113.9/32"}], answer

note("martlet sg allow-me")
said = martlet("sg", "allow-me", group).stdout
assert "127.0.0.1/32" in said and "5432" in said, said
wait("allowed", lambda: not enforced(), 20)
assert "already" in martlet("sg", "allow-me", name("db")).stdout, "once more is harmless"
mine = [r for r in rules(group) if r["CidrIpv4"] == "127.0.0.1/32"][0]
assert mine["Description"] == "martlet sg allow-me", mine
martlet("sg", "allow-me", mine["SecurityGroupRuleId"], "--address", "203.0.113.8")
assert [r["CidrIpv4"] for r in rules(group)] == ["203.0.113.8/32"]
wait("not allowed any more", enforced, 20)
martlet("sg", "allow-me", mine["SecurityGroupRuleId"])
wait("allowed again", lambda: not enforced(), 20)
assert martlet("sg", "allow-me", "sg-0123456789abcdef0", check=False).returncode != 0

note("group to group, with a registered address")
web = ec2.create_security_group(GroupName=name("web"), Description="programs")["GroupId"]
ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[mine["SecurityGroupRuleId"]])
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**TCP, "UserIdGroupPairs": [{"GroupId": web}]}])
wait("a group without members admits nobody", enforced, 20)
martlet("sg", "register", name("web"), "127.0.0.1")
wait("its member is admitted", lambda: not enforced(), 20)
listed = json.loads(martlet("sg", "list", "--output", "json").stdout)
assert [g["registered"] for g in listed["groups"] if g["id"] == web] == [["127.0.0.1"]], listed
assert [g["instances"] for g in listed["groups"] if g["id"] == group] == [[name("db")]], listed
assert web in martlet("sg", "list").stdout
martlet("sg", "deregister", web, "127.0.0.1")
wait("and is a stranger again", enforced, 20)
assert martlet("sg", "deregister", web, "127.0.0.1", check=False).returncode != 0
assert martlet("sg", "register", web, "nonsense", check=False).returncode != 0
refused("DependencyViolation", web, ec2.delete_security_group, GroupId=web)

note("other groups, at once")
rds.modify_db_instance(DBInstanceIdentifier=name("db"), VpcSecurityGroupIds=[default["GroupId"]])
wait("the default group admits this machine", lambda: not enforced(), 20)
ec2.revoke_security_group_ingress(GroupId=default["GroupId"], SecurityGroupRuleIds=[loopback[0]["SecurityGroupRuleId"]])
wait("unless the rule about loopback is gone", enforced, 20)
before = describe(name("db"))
refused("InvalidParameterValue", "sg-0123456789abcdef0", rds.modify_db_instance, DBInstanceIdentifier=name("db"),
        VpcSecurityGroupIds=["sg-0123456789abcdef0"])
assert describe(name("db")) == before
rds.modify_db_instance(DBInstanceIdentifier=name("db"), VpcSecurityGroupIds=[group])
refused("DependencyViolation", name("db"), ec2.delete_security_group, GroupId=group)

note("everybody is allowed, with advice")
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=ipv4("0.0.0.0/0"))
wait("everybody is let in", lambda: not enforced(), 20)
told(name("db"), "admits every address (0.0.0.0/0)")

note("descriptions, tags, filters")
open_rule = [r for r in rules(group) if r.get("CidrIpv4") == "0.0.0.0/0"][0]["SecurityGroupRuleId"]
assert ec2.update_security_group_rule_descriptions_ingress(GroupId=group, SecurityGroupRuleDescriptions=[
    {"SecurityGroupRuleId": open_rule, "Description": "for a demonstration"}])["Return"] is True
ec2.create_tags(Resources=[group, open_rule], Tags=[{"Key": "Stage", "Value": "test"}])
tagged = ec2.describe_tags(Filters=[{"Name": "key", "Values": ["Stage"]}])["Tags"]
assert {(t["ResourceId"], t["ResourceType"]) for t in tagged} == {
    (group, "security-group"), (open_rule, "security-group-rule")}, tagged
found = ec2.describe_security_groups(Filters=[
    {"Name": "tag:Stage", "Values": ["test"]}, {"Name": "ip-permission.cidr", "Values": ["0.0.0.0/0"]}])["SecurityGroups"]
assert [g["GroupId"] for g in found] == [group], found
ec2.delete_tags(Resources=[group], Tags=[{"Key": "Stage"}])
assert client("ec2", "eu-west-1").describe_security_groups(
    Filters=[{"Name": "group-name", "Values": [name("*")]}])["SecurityGroups"] == []

note("the groups outlive their use, and go when nothing needs them")
delete_and_wait(name("db"))
ec2.delete_security_group(GroupId=group)
ec2.delete_security_group(GroupName=name("web"))
assert ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [group]}])["NetworkInterfaces"] == []
