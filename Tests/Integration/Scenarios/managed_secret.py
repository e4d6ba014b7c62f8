"""The master password in Secrets Manager: made, read, rotated, given up, deleted with its instance."""

import json

from martlet_client import (
    PASSWORD, ask, create_available, delete_and_wait, describe, error_of, login_refused, modify, name, note, secrets,
    wait, wait_for)

identifier = name("managed")


def secret_password(arn):
    content = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    assert set(content) == {"username", "password"} and content["username"] == "cruddur", set(content)
    return content["password"]


note("made with the instance")
database = create_available(identifier, MasterUserPassword=None, ManageMasterUserPassword=True)
managed = database["MasterUserSecret"]
arn = managed["SecretArn"]
assert managed["SecretStatus"] == "active" and ":secret:rds!db-" in arn, managed
first = secret_password(arn)
assert len(first) >= 16 and not set(first) & set("/\"@ '"), len(first)
assert ask(database, "SELECT current_user", password=first) == "cruddur"

note("what Secrets Manager says of it")
shown = secrets.describe_secret(SecretId=arn)
assert shown["OwningService"] == "rds" and shown["ARN"] == arn and shown["Name"].startswith("rds!db-"), shown
assert {"Key": "aws:rds:primaryDBInstanceArn", "Value": database["DBInstanceArn"]} in shown["Tags"], shown["Tags"]
assert secrets.get_secret_value(SecretId=shown["Name"])["ARN"] == arn, "found by its name as well"
listed = secrets.list_secrets()["SecretList"]
assert [s["ARN"] for s in listed] == [arn] and "SecretString" not in str(listed), listed
assert first not in str(describe(identifier))
got = secrets.get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")
assert "AWSCURRENT" in got["VersionStages"] and got["VersionId"], got["VersionStages"]
assert error_of(secrets.get_secret_value, SecretId=arn, VersionStage="NOPE")[0] == "ResourceNotFoundException"

note("rotated")
modify(identifier, RotateMasterUserPassword=True)
second = wait("the secret is another", lambda: secret_password(arn) if secret_password(arn) != first else None, 20)
wait_for(identifier)
assert ask(database, "SELECT 1", password=second) == 1
with login_refused(database, password=first):
    pass

note("given up: the owner's password again, the secret is deleted")
database = modify(identifier, ManageMasterUserPassword=False, MasterUserPassword=PASSWORD)
assert "MasterUserSecret" not in describe(identifier), describe(identifier)["MasterUserSecret"]
assert ask(database, "SELECT 1") == 1
assert error_of(secrets.get_secret_value, SecretId=arn)[0] == "ResourceNotFoundException"
with login_refused(database, password=second):
    pass

note("taken on again, then deleted with its instance")
database = modify(identifier, ManageMasterUserPassword=True)
arn = describe(identifier)["MasterUserSecret"]["SecretArn"]
third = secret_password(arn)
wait("the managed password works", lambda: ask(describe(identifier), "SELECT 1", password=third) == 1, 10)
delete_and_wait(identifier)
assert error_of(secrets.describe_secret, SecretId=arn)[0] == "ResourceNotFoundException"
assert secrets.list_secrets()["SecretList"] == []
