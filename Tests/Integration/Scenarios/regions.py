"""One server, every region: the same name twice, kept apart."""

from martlet_client import ask, client, create_available, delete_and_wait, describe, name, note, secrets

ireland = client("rds", "eu-west-1")
same = name("same")
here = create_available(same)
there = create_available(same, ireland, MasterUserPassword="an-irish-password")
note("two instances of one name")
assert here["DBInstanceArn"].split(":")[3] == "us-east-1" and there["DBInstanceArn"].split(":")[3] == "eu-west-1"
assert here["AvailabilityZone"].startswith("us-east-1") and there["AvailabilityZone"].startswith("eu-west-1")
assert here["Endpoint"]["Address"] != there["Endpoint"]["Address"]
assert here["Endpoint"]["Port"] == there["Endpoint"]["Port"] == 5432, "each has its own address, so both have the port"
assert ask(here, "SELECT 1") == 1
assert ask(there, "SELECT 1", password="an-irish-password") == 1
assert ask(here, "SELECT system_identifier FROM pg_control_system()") != ask(
    there, "SELECT system_identifier FROM pg_control_system()", password="an-irish-password")

note("what is done in one leaves the other alone")
delete_and_wait(same)
assert describe(same, ireland)["DBInstanceStatus"] == "available"
assert ask(there, "SELECT 1", password="an-irish-password") == 1

note("secrets are the region's")
create_available(name("kept"), ireland, MasterUserPassword=None, ManageMasterUserPassword=True)
arn = describe(name("kept"), ireland)["MasterUserSecret"]["SecretArn"]
assert ":eu-west-1:" in arn, arn
assert secrets.list_secrets()["SecretList"] == []
assert [s["ARN"] for s in client("secretsmanager", "eu-west-1").list_secrets()["SecretList"]] == [arn]
delete_and_wait(same, ireland)
delete_and_wait(name("kept"), ireland)
