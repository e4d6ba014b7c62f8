"""Without ApplyImmediately a change waits for the maintenance window, and is shown as waiting."""

import datetime

from martlet_client import ask, create_available, describe, modify, name, note, rds, wait_for

identifier = name("later")
# A window that is far away from now.
day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).strftime("%a").lower()
database = create_available(identifier, PreferredMaintenanceWindow=f"{day}:05:00-{day}:06:00")
connections = ask(database, "SHOW max_connections")

note("a class and a port that wait")
answer = rds.modify_db_instance(
    DBInstanceIdentifier=identifier, DBInstanceClass="db.t3.small", ApplyImmediately=False)["DBInstance"]
assert answer["PendingModifiedValues"]["DBInstanceClass"] == "db.t3.small", answer["PendingModifiedValues"]
assert answer["DBInstanceClass"] == "db.t3.micro", answer["DBInstanceClass"]
database = wait_for(identifier)
assert database["PendingModifiedValues"] == {"DBInstanceClass": "db.t3.small"}, database["PendingModifiedValues"]
assert ask(database, "SHOW max_connections") == connections

note("asking for the present value again takes the waiting one back")
rds.modify_db_instance(DBInstanceIdentifier=identifier, DBInstanceClass="db.t3.micro", ApplyImmediately=False)
assert describe(identifier)["PendingModifiedValues"] == {}, describe(identifier)["PendingModifiedValues"]

note("ApplyImmediately applies what waits as well")
rds.modify_db_instance(DBInstanceIdentifier=identifier, DBInstanceClass="db.t3.small", ApplyImmediately=False)
database = modify(identifier, AllocatedStorage=30)
assert database["DBInstanceClass"] == "db.t3.small" and database["AllocatedStorage"] == 30, database
assert database["PendingModifiedValues"] == {}, database["PendingModifiedValues"]
assert ask(database, "SHOW max_connections") != connections
