"""DescribeDBInstances: by name in any case, by ARN, by filter."""

from martlet_client import create, create_available, delete_and_wait, describe, name, note, rds, refused

note("stored in lower case, found in any, named by its ARN")
one = create_available(name("One"), DBName="cruddur")
assert one["DBInstanceIdentifier"] == name("one"), one
assert describe(name("ONE"))["DbiResourceId"] == one["DbiResourceId"]
assert describe(one["DBInstanceArn"])["DbiResourceId"] == one["DbiResourceId"]
assert one["DbiResourceId"].startswith("db-") and len(one["DbiResourceId"]) == 29, one["DbiResourceId"]
other = create_available(name("other"))
assert one["DbiResourceId"] != other["DbiResourceId"]


def found(*filters):
    wanted = [{"Name": key, "Values": values} for key, *values in filters]
    return [i["DBInstanceIdentifier"] for i in rds.describe_db_instances(Filters=wanted)["DBInstances"]]


note("filters")
both = sorted([name("one"), name("other")])
assert found(("db-instance-id", name("one"))) == [name("one")]
assert found(("db-instance-id", one["DBInstanceArn"])) == [name("one")]
assert found(("db-instance-id", name("one"), name("other"))) == both
assert found(("dbi-resource-id", other["DbiResourceId"])) == [name("other")]
assert found(("engine", "postgres")) == both
assert found(("engine", "mysql")) == []
assert found(("engine", "postgres"), ("db-instance-id", name("other"))) == [name("other")], "filters are ANDed"
assert found(("db-cluster-id", "nobody")) == []
refused("InvalidParameterValue", "colour", rds.describe_db_instances, Filters=[{"Name": "colour", "Values": ["blue"]}])

note("an instance that is being created is shown at once, without an endpoint")
new = create(name("new"))
assert new["DBInstanceStatus"] == "creating" and "Endpoint" not in new, new
assert "InstanceCreateTime" not in new, new
for identifier in ("one", "other", "new"):
    delete_and_wait(name(identifier))
