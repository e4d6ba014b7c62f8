"""DB subnet groups: the default one, our own, in use, deleted."""

from martlet_client import client, create_available, delete_and_wait, ec2, name, note, rds, refused, unchanged

subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]]
mine = name("subnets")

note("the default group is used without being asked for")
database = create_available(name("db"))
assert database["DBSubnetGroup"]["DBSubnetGroupName"] == "default", database["DBSubnetGroup"]
default = rds.describe_db_subnet_groups(DBSubnetGroupName="default")["DBSubnetGroups"][0]
assert len(default["Subnets"]) == 3 and default["SubnetGroupStatus"] == "Complete", default

note("created, shown, tagged")
group = rds.create_db_subnet_group(
    DBSubnetGroupName=mine.upper(), DBSubnetGroupDescription="where it lives", SubnetIds=subnets,
    Tags=[{"Key": "App", "Value": "cruddur"}])["DBSubnetGroup"]
assert group["DBSubnetGroupName"] == mine, "names are kept in lower case"
assert group["DBSubnetGroupDescription"] == "where it lives" and group["VpcId"].startswith("vpc-"), group
assert {s["SubnetIdentifier"] for s in group["Subnets"]} == set(subnets), group
assert {s["SubnetAvailabilityZone"]["Name"] for s in group["Subnets"]} == {"us-east-1a", "us-east-1b", "us-east-1c"}, group
assert group["DBSubnetGroupArn"].endswith(f":subgrp:{mine}"), group
assert rds.describe_db_subnet_groups(DBSubnetGroupName=mine)["DBSubnetGroups"] == [group]
assert rds.list_tags_for_resource(ResourceName=group["DBSubnetGroupArn"])["TagList"] == [{"Key": "App", "Value": "cruddur"}]

note("refused")
new = {"DBSubnetGroupName": name("more"), "DBSubnetGroupDescription": "x", "SubnetIds": subnets}
with unchanged():
    refused("DBSubnetGroupAlreadyExists", "exists", rds.create_db_subnet_group, **{**new, "DBSubnetGroupName": mine})
    refused("InvalidParameterValue", "default", rds.create_db_subnet_group, **{**new, "DBSubnetGroupName": "default"})
    refused("InvalidParameterValue", "DBSubnetGroupName", rds.create_db_subnet_group, **{**new, "DBSubnetGroupName": "a/b"})
    refused("InvalidSubnet", "subnet-0123456789abcdef0", rds.create_db_subnet_group,
            **{**new, "SubnetIds": ["subnet-0123456789abcdef0", subnets[0]]})
    refused("DBSubnetGroupDoesNotCoverEnoughAZs", "", rds.create_db_subnet_group, **{**new, "SubnetIds": subnets[:1]})
    refused(("MissingParameter", "InvalidParameterValue"), "DBSubnetGroupDescription", rds.create_db_subnet_group,
            **{k: v for k, v in new.items() if k != "DBSubnetGroupDescription"})
    refused("DBSubnetGroupNotFoundFault", "nobody", rds.describe_db_subnet_groups, status=404, DBSubnetGroupName="nobody")
    refused("DBSubnetGroupNotFoundFault", "nobody", rds.delete_db_subnet_group, status=404, DBSubnetGroupName="nobody")
    refused(("InvalidDBSubnetGroupStateFault", "InvalidParameterValue"), "default", rds.delete_db_subnet_group,
            DBSubnetGroupName="default")

note("a group in use stays")
inside = create_available(name("inside"), DBSubnetGroupName=mine)
assert inside["DBSubnetGroup"]["DBSubnetGroupName"] == mine, inside
with unchanged():
    refused("InvalidDBSubnetGroupStateFault", mine, rds.delete_db_subnet_group, status=400, DBSubnetGroupName=mine)
delete_and_wait(name("inside"))
rds.delete_db_subnet_group(DBSubnetGroupName=mine)
refused("DBSubnetGroupNotFoundFault", mine, rds.describe_db_subnet_groups, DBSubnetGroupName=mine)

note("pages")
for number in range(21):
    rds.create_db_subnet_group(**{**new, "DBSubnetGroupName": name(f"page{number:02}")})
names, marker, pages = [], None, 0
while pages == 0 or marker:
    page = rds.describe_db_subnet_groups(MaxRecords=20, **({"Marker": marker} if marker else {}))
    names += [g["DBSubnetGroupName"] for g in page["DBSubnetGroups"]]
    marker, pages = page.get("Marker"), pages + 1
assert pages == 2 and len(names) == len(set(names)) and set(names) >= {name(f"page{n:02}") for n in range(21)}, names

note("regions do not share them")
assert client("rds", "eu-west-1").describe_db_subnet_groups()["DBSubnetGroups"][0]["DBSubnetGroupName"] == "default"
delete_and_wait(name("db"))
