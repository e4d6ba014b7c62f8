"""From create to delete: statuses, the endpoint, reboot, stop and start, and that nothing is left."""

import datetime
import os

import psycopg

from martlet_client import (
    DATA_DIR, PASSWORD, ask, connect, create, delete, describe, name, note, processes, rds, refused, remember, status, wait,
    wait_for)

identifier = name("life")
started = datetime.datetime.now(datetime.timezone.utc)

note("created with the course's parameters")
new = create(
    identifier, EngineVersion="14.6", DBName="cruddur", Port=5432, MultiAZ=False, StorageType="gp2",
    AvailabilityZone="us-east-1a", PubliclyAccessible=True, EnablePerformanceInsights=True,
    PerformanceInsightsRetentionPeriod=7, DeletionProtection=False)
assert new["DBInstanceStatus"] == "creating" and "Endpoint" not in new, new
database = wait_for(identifier)
remember(database)
resource = database["DbiResourceId"]

note("shown as it is")
expected = {
    "DBInstanceIdentifier": identifier, "DBInstanceClass": "db.t3.micro", "Engine": "postgres", "DBName": "cruddur",
    "MasterUsername": "cruddur", "AllocatedStorage": 20, "BackupRetentionPeriod": 0, "MultiAZ": False,
    "StorageType": "gp2", "AvailabilityZone": "us-east-1a", "PubliclyAccessible": True, "DeletionProtection": False,
    "PerformanceInsightsEnabled": True, "PerformanceInsightsRetentionPeriod": 7, "StorageEncrypted": False,
    "LicenseModel": "postgresql-license", "PendingModifiedValues": {},
}
for key, wanted in expected.items():
    assert database[key] == wanted, f"{key}: {database[key]} instead of {wanted}"
assert database["Endpoint"]["Port"] == 5432 and database["Endpoint"]["Address"], database["Endpoint"]
assert "LatestRestorableTime" not in database, "there are no backups to restore from"
assert "MasterUserPassword" not in str(database) and PASSWORD not in str(database)
assert started <= database["InstanceCreateTime"] + datetime.timedelta(seconds=1), database["InstanceCreateTime"]
assert database["VpcSecurityGroups"][0]["Status"] == "active", database["VpcSecurityGroups"]
version = ask(database, "SHOW server_version").split()[0]
assert database["EngineVersion"] == version, f"the API says {database['EngineVersion']}, the server {version}"

note("a client works in it")
with connect(database, dbname="cruddur") as connection:
    connection.execute("CREATE TABLE kept (n int PRIMARY KEY)")
    connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")

note("reboot: the server really starts again, the data stays")
before = ask(database, "SELECT pg_postmaster_start_time()")
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert ask(database, "SELECT pg_postmaster_start_time()") > before
assert ask(database, "SELECT count(*) FROM kept", dbname="cruddur") == 1000

note("new connections during a reboot wait instead of failing")
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
dropped = 0
while status(identifier) != "available":
    try:
        with connect(database) as connection:  # letting them in may take a while, but never fails
            connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        assert "refused" not in str(error) and "timeout" not in str(error), error
        dropped += 1  # it was still the old server's, perhaps in the middle of the login
assert dropped <= 3, f"{dropped} connections were let in to a server that was going down"

note("stop: no server process, connections refused or bounded; start: all is back")
assert processes("postgres", resource) or processes(resource), "the server should have been seen running"
rds.stop_db_instance(DBInstanceIdentifier=identifier)
stopped = wait_for(identifier, "stopped")
wait("no server process is left", lambda: not processes(f"instances/{resource}"), 10)
assert stopped["DbiResourceId"] == resource
days = (stopped["AutomaticRestartTime"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86400
assert 6.9 < days <= 7, f"it starts by itself after seven days, not {days}"
try:
    connect(database, connect_timeout=3).close()
    raise AssertionError("a stopped instance took a connection")
except psycopg.OperationalError:
    pass
rds.start_db_instance(DBInstanceIdentifier=identifier)
assert "AutomaticRestartTime" not in wait_for(identifier)
assert ask(database, "SELECT count(*) FROM kept", dbname="cruddur") == 1000

note("delete: nothing is left")
delete(identifier)
assert (describe(identifier) or {"DBInstanceStatus": "deleting"})["DBInstanceStatus"] == "deleting"
wait_for(identifier, None)
refused("DBInstanceNotFound", identifier, rds.describe_db_instances, status=404, DBInstanceIdentifier=identifier)
wait("its directory is gone", lambda: not os.path.exists(f"{DATA_DIR}/instances/{resource}"), 10)
assert not processes(f"instances/{resource}"), processes(f"instances/{resource}")


def hosts():
    with open("/etc/hosts", encoding="utf-8") as file:
        return file.read()


wait("its name has left the hosts file", lambda: identifier not in hosts(), 20)
assert rds.describe_db_instances()["DBInstances"] == []

note("the name is free again, for another instance")
create(identifier)
again = wait_for(identifier)
assert again["DbiResourceId"] != resource
