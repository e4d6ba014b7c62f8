"""DescribeDBInstances in pages of 20. The instances are stopped as soon as they are there: they only have to be listed."""

from martlet_client import create, delete, name, note, rds, refused, wait, wait_for

COUNT = 23
wanted = [name(f"page{number:02}") for number in range(COUNT)]
for identifier in wanted:
    create(identifier)
note(f"{COUNT} created at once")
for identifier in wanted:
    wait_for(identifier, seconds=150)
note("all available")


def pages(size):
    marker, answer = None, []
    while not answer or marker:
        page = rds.describe_db_instances(MaxRecords=size, **({"Marker": marker} if marker else {}))
        answer.append([i["DBInstanceIdentifier"] for i in page["DBInstances"]])
        marker = page.get("Marker")
    return answer


twenty = pages(20)
assert [len(page) for page in twenty] == [20, 3], twenty
assert sum(twenty, []) == sorted(wanted), twenty
assert pages(100) == [sorted(wanted)]
assert [i["DBInstanceIdentifier"] for page in rds.get_paginator("describe_db_instances").paginate(
    PaginationConfig={"PageSize": 20}) for i in page["DBInstances"]] == sorted(wanted)

note("a marker stays good when its instance goes")
first = rds.describe_db_instances(MaxRecords=20)
last = first["DBInstances"][-1]["DBInstanceIdentifier"]
delete(last)
wait_for(last, None)
rest = rds.describe_db_instances(MaxRecords=20, Marker=first["Marker"])["DBInstances"]
assert [i["DBInstanceIdentifier"] for i in rest] == sorted(wanted)[20:], rest
refused("InvalidParameterValue", "MaxRecords", rds.describe_db_instances, MaxRecords=19)

for identifier in wanted:
    if identifier != last:
        delete(identifier)
wait("all are gone", lambda: not rds.describe_db_instances()["DBInstances"], 150)
