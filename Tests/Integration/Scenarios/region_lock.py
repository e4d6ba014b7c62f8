"""--regions eu-west-1,us-east-1: every other region is refused, by name."""

from martlet_client import client, create, delete_and_wait, name, note, refused, wait_for

create(name("allowed"))
wait_for(name("allowed"))
assert client("rds", "eu-west-1").describe_db_instances()["DBInstances"] == []
for region in ("us-west-2", "eu-central-1", "cn-north-1"):
    note(region)
    away = client("rds", region)
    refused(("AccessDenied", "AccessDeniedException"), region, away.describe_db_instances)
    refused(("AccessDenied", "AccessDeniedException"), region, away.create_db_instance, DBInstanceIdentifier="x")
    refused(("UnauthorizedOperation", "AccessDenied"), region, client("ec2", region).describe_vpcs)
    refused("AccessDeniedException", region, client("secretsmanager", region).list_secrets)
delete_and_wait(name("allowed"))
