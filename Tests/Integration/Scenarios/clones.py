"""`martlet clone`: a seeded database for every test job."""

import json
import subprocess

from martlet_client import (
    BINARY, DATA_DIR, ask, connect, create_available, delete, describe, martlet, name, note, rds, remember, wait)
from snapshot_client import directories, take, wait_for_snapshot

note("a source with data, and a parameter group of its own")
group, source = name("tuned"), name("seeded")
family = rds.describe_db_engine_versions(Engine="postgres")["DBEngineVersions"][-1]["DBParameterGroupFamily"]
rds.create_db_parameter_group(DBParameterGroupName=group, DBParameterGroupFamily=family, Description="d")
database = create_available(source, Port=6001, DBParameterGroupName=group)
with connect(database) as connection:
    connection.execute("CREATE TABLE seed AS SELECT generate_series(1, 10000) AS n")

note("a clone, as text and as JSON")
one, two, three = name("one"), name("two"), name("three")
said = martlet("clone", source, one).stdout
shown = describe(one)
remember(shown)
assert said.strip() == f"{shown['Endpoint']['Address']}:6001", said
assert shown["DBInstanceClass"] == database["DBInstanceClass"], shown
assert shown["DBParameterGroups"][0]["DBParameterGroupName"] == database["DBParameterGroups"][0]["DBParameterGroupName"]
assert ask(shown, "SELECT count(*) FROM seed") == 10000
report = json.loads(martlet("clone", source, two, "--class", "db.t3.small", "--port", "6002", "--output", "json").stdout)
assert report["identifier"] == two and report["source"] == source and report["port"] == 6002, report
assert report["masterUsername"] == "cruddur" and report["engine"] == "postgres" and report["seconds"] > 0, report
shown = describe(two)
remember(shown)
assert shown["DBInstanceClass"] == "db.t3.small" and report["resourceID"] == shown["DbiResourceId"]
with connect(shown) as connection:
    connection.execute("DELETE FROM seed")
assert ask(database, "SELECT count(*) FROM seed") == 10000, "each has its own life"
wait("the snapshots of clones are gone", lambda: not rds.describe_db_snapshots()["DBSnapshots"] and not directories())

note("several at a time, of one instance and of one snapshot")
jobs = [name(f"job{number}") for number in range(3)]
running = [subprocess.Popen([BINARY, "clone", source, job, "--data-dir", DATA_DIR], stdout=subprocess.DEVNULL) for job in jobs]
assert [process.wait(120) for process in running] == [0, 0, 0]
kept = name("monday")
take(kept, source)
martlet("clone", f"snapshot:{kept}", three)
for identifier in (*jobs, three):
    shown = describe(identifier)
    remember(shown)
    assert ask(shown, "SELECT count(*) FROM seed") == 10000
wait("the clones' own snapshots are gone, and one's own stays", lambda: [
    each["DBSnapshotIdentifier"] for each in rds.describe_db_snapshots()["DBSnapshots"]] == [kept])

note("what cannot be cloned is said, and leaves nothing behind")
for words, said in [
        (("clone", "nobody", name("x")), "DBInstanceNotFound"), (("clone", "snapshot:nobody", name("x")), "DBSnapshotNotFound"),
        (("clone", source, one), "DBInstanceAlreadyExists"),
        (("clone", source, name("x"), "--class", "db.none"), "InvalidParameterValue"),
        (("clone", source, name("x"), "--port", "80"), "--port")]:
    done = martlet(*words, check=False)
    assert done.returncode != 0 and said in done.stderr, (words, done.stderr)
wait("only the kept snapshot is left", lambda: len(rds.describe_db_snapshots()["DBSnapshots"]) == 1 and len(directories()) == 1)
for identifier in (source, one, two, three, *jobs):
    delete(identifier)
rds.delete_db_snapshot(DBSnapshotIdentifier=kept)
wait_for_snapshot(kept, None)
wait("all instances are gone", lambda: not rds.describe_db_instances()["DBInstances"])
rds.delete_db_parameter_group(DBParameterGroupName=group)
note("done")
