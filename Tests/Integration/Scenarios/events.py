"""DescribeEvents tells what happened, in RDS's words, and can be narrowed."""

import datetime

from martlet_client import create_available, delete_and_wait, messages, modify, name, note, rds, refused, wait, wait_for

one, other = name("one"), name("other")
create_available(one)
create_available(other)
wait("the creation is told", lambda: any("DB instance created" in m for m in messages(one)))

note("reboot, stop, start, new password, delete")
rds.reboot_db_instance(DBInstanceIdentifier=one)
wait_for(one)
wait("the restart is told", lambda: any("DB instance restarted" in m for m in messages(one)))
modify(one, MasterUserPassword="another-password")
wait("the password is told", lambda: any("Reset master credentials" in m for m in messages(one)))
rds.stop_db_instance(DBInstanceIdentifier=one)
wait_for(one, "stopped")
wait("the stop is told", lambda: any("stopped" in m for m in messages(one)))
rds.start_db_instance(DBInstanceIdentifier=one)
wait_for(one)
wait("the start is told", lambda: any("DB instance started" in m for m in messages(one)))
delete_and_wait(one)
wait("the deletion is told", lambda: any("DB instance deleted" in m for m in messages(one)))

note("narrowed by source, category and time")
events = rds.describe_events(Duration=60)["Events"]
assert [e["Date"] for e in events] == sorted(e["Date"] for e in events), "oldest first"
assert {e["SourceType"] for e in events} == {"db-instance"} and all(e["SourceArn"] for e in events), events
assert {e["SourceIdentifier"] for e in events} == {one, other}, events
only = rds.describe_events(Duration=60, SourceType="db-instance", SourceIdentifier=other)["Events"]
assert only and {e["SourceIdentifier"] for e in only} == {other}, only
creations = rds.describe_events(Duration=60, EventCategories=["creation"])["Events"]
assert creations and all("creation" in e["EventCategories"] for e in creations), creations
now = datetime.datetime.now(datetime.timezone.utc)
past = rds.describe_events(StartTime=now - datetime.timedelta(hours=3), EndTime=now - datetime.timedelta(hours=2))["Events"]
assert past == [], past

note("refused")
refused("InvalidParameterCombination", "SourceType", rds.describe_events, SourceIdentifier=other)
refused("InvalidParameterValue", "", rds.describe_events, SourceType="db-spaceship")
refused(("InvalidParameterValue", "InvalidParameterCombination"), "", rds.describe_events,
        StartTime=now, EndTime=now - datetime.timedelta(hours=1))
delete_and_wait(other)
