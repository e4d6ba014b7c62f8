"""Tags: on create, added, changed, removed; their limits."""

from martlet_client import create_available, delete_and_wait, describe, name, note, rds, refused, unchanged

database = create_available(name("tagged"), Tags=[{"Key": "App", "Value": "cruddur"}, {"Key": "Stage", "Value": "test"}])
arn = database["DBInstanceArn"]
assert arn == f"arn:aws:rds:us-east-1:123456789012:db:{name('tagged')}", arn


def tags():
    listed = {tag["Key"]: tag["Value"] for tag in rds.list_tags_for_resource(ResourceName=arn)["TagList"]}
    shown = {tag["Key"]: tag["Value"] for tag in describe(name("tagged"))["TagList"]}
    assert listed == shown, (listed, shown)
    return listed


assert tags() == {"App": "cruddur", "Stage": "test"}, tags()
note("added and changed")
rds.add_tags_to_resource(
    ResourceName=arn, Tags=[{"Key": "Stage", "Value": "prod"}, {"Key": "Größe", "Value": "klein und fein"}])
assert tags() == {"App": "cruddur", "Stage": "prod", "Größe": "klein und fein"}, tags()
note("removed; what is not there is no error")
rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["Stage", "Nobody"])
assert tags() == {"App": "cruddur", "Größe": "klein und fein"}, tags()

note("refused")
absent = arn.replace(name("tagged"), "nobody")
foreign = arn.replace("123456789012", "210987654321")
with unchanged():
    refused("InvalidParameterValue", "aws:", rds.add_tags_to_resource, ResourceName=arn, Tags=[{"Key": "aws:x", "Value": ""}])
    refused("InvalidParameterValue", "tag", rds.add_tags_to_resource, ResourceName=arn, Tags=[{"Key": "", "Value": "x"}])
    for call, more in [(rds.list_tags_for_resource, {}), (rds.add_tags_to_resource, {"Tags": [{"Key": "a", "Value": "b"}]}),
                       (rds.remove_tags_from_resource, {"TagKeys": ["a"]})]:
        refused("DBInstanceNotFound", "nobody", call, status=404, ResourceName=absent, **more)
        refused("InvalidParameterValue", "", call, ResourceName="not-an-arn", **more)
        refused(("InvalidParameterValue", "DBInstanceNotFound"), "", call, ResourceName=foreign, **more)
    fifty = [{"Key": f"k{n}", "Value": ""} for n in range(50)]
    refused(("InvalidParameterValue", "TagQuotaExceeded"), "tag", rds.add_tags_to_resource, ResourceName=arn, Tags=fifty)
delete_and_wait(name("tagged"))
