"""Snapshots of PostgreSQL and MariaDB: taken at work, copied, restored, outliving their instance; damaged ones are named."""

import json
import os

from martlet_client import (
    COMBINATION, DATA_DIR, VALUE, create_available, delete, delete_and_wait, describe, messages, name, note, rds,
    refused, secrets, status, wait, wait_for)
from snapshot_client import (
    directories, files_of, restore, snapshot_messages, snapshot_of, take, wait_for_snapshot)
from snapshot_stories import MariaDB, PostgreSQL, Writer, check

STATE = "InvalidDBSnapshotState"


def damage(snapshot_directory):
    """Turns one byte over in a big file of the snapshot. Returns its name in the snapshot."""
    path = next(one for one in files_of(snapshot_directory) if not one.endswith("ib_logfile0"))
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    return os.path.relpath(path, f"{DATA_DIR}/snapshots/{snapshot_directory}")


def story(kind):
    source, one = name(f"{kind.engine}"), name(f"{kind.engine}-one")
    note(f"{kind.engine}: a snapshot while rows are written")
    database = kind.create(source, CopyTagsToSnapshot=True, Tags=[{"Key": "team", "Value": "shop"}])
    with kind.session(database) as run:
        for statement in kind.fill:
            run(statement)
    writer = Writer(kind, database)
    writer.start()
    wait("rows are written", lambda: writer.acknowledged > 50 or writer.failure)
    before = writer.acknowledged
    shelf = set(directories())
    taken = take(one, source, Tags=[{"Key": "by", "Value": "hand"}])
    mine = (set(directories()) - shelf).pop()
    wait("the writer goes on", lambda: writer.acknowledged > before or writer.failure)
    writer.stop()
    assert taken["Engine"] == kind.engine and taken["SnapshotType"] == "manual" and taken["PercentProgress"] == 100, taken
    assert taken["DBInstanceIdentifier"] == source and taken["DbiResourceId"] == database["DbiResourceId"], taken
    assert taken["MasterUsername"] == kind.user and taken["AllocatedStorage"] == 20 and taken["Encrypted"] is False, taken
    assert taken["SnapshotCreateTime"] == taken["OriginalSnapshotCreateTime"] >= database["InstanceCreateTime"], taken
    assert taken["Port"] == database["Endpoint"]["Port"], taken
    tags = {tag["Key"]: tag["Value"] for tag in taken["TagList"]}
    assert tags == {"team": "shop", "by": "hand"}, tags
    assert snapshot_messages(one) == ["Creating manual snapshot.", "Manual snapshot created."], snapshot_messages(one)
    wait_for(source)
    assert {"Backing up DB instance.", "Finished DB instance backup."} <= set(messages(source)), messages(source)
    with kind.session(database) as run:
        run("INSERT INTO mark VALUES (1)")

    note(f"{kind.engine}: restored beside its source, with another class and port; each has its own life")
    copy = restore(name(f"{kind.engine}-copy"), one, DBInstanceClass="db.t3.small", Port=6500)
    assert copy["DBInstanceClass"] == "db.t3.small" and copy["Endpoint"]["Port"] == 6500, copy
    assert copy["DbiResourceId"] != database["DbiResourceId"] and copy["Endpoint"]["Address"] != database["Endpoint"]["Address"]
    assert {tag["Key"] for tag in copy["TagList"]} == {"team"}, copy["TagList"]
    check(kind, copy, before)
    with kind.session(copy) as run:
        assert run("SELECT count(*) FROM mark") == 0, "what came after the snapshot is not in it"
        run("INSERT INTO mark VALUES (2), (3)")
    with kind.session(database) as run:
        assert run("SELECT count(*) FROM mark") == 1
    assert "Restored from snapshot " + one + "." in messages(copy["DBInstanceIdentifier"])
    assert any("Restored from snapshot" in message for message in snapshot_messages(one))
    identifier = copy["DBInstanceIdentifier"]
    rds.reboot_db_instance(DBInstanceIdentifier=identifier)
    copy = wait_for(identifier)
    with kind.session(copy) as run:
        assert run("SELECT count(*) FROM mark") == 2
    rds.modify_db_instance(DBInstanceIdentifier=identifier, MasterUserPassword="another-password", ApplyImmediately=True)
    copy = wait_for(identifier)
    with kind.session(copy, password="another-password") as run:
        assert run("SELECT count(*) FROM mark") == 2
    with kind.session(database) as run:
        assert run("SELECT count(*) FROM mark") == 1, "the source keeps its password"
    delete(identifier)

    note(f"{kind.engine}: copied; the copy restores when its source is gone")
    two, others = name(f"{kind.engine}-two"), set(directories())
    made = rds.copy_db_snapshot(
        SourceDBSnapshotIdentifier=one, TargetDBSnapshotIdentifier=two, CopyTags=True)["DBSnapshot"]
    assert made["Status"] == "creating" and made["SourceDBSnapshotIdentifier"] == taken["DBSnapshotArn"], made
    assert {tag["Key"] for tag in made["TagList"]} == {"team", "by"}
    twin = wait_for_snapshot(two)
    [archive] = set(directories()) - others
    assert twin["OriginalSnapshotCreateTime"] == taken["SnapshotCreateTime"], twin
    assert twin["SnapshotCreateTime"] >= taken["SnapshotCreateTime"], twin
    assert rds.delete_db_snapshot(DBSnapshotIdentifier=one)["DBSnapshot"]["Status"] == "deleting"
    wait_for_snapshot(one, None)
    assert mine not in directories(), "its files are gone"
    assert snapshot_messages(one)[-1] == "Deleted user snapshot."
    refused("DBSnapshotNotFound", one, rds.delete_db_snapshot, 404, DBSnapshotIdentifier=one)

    note(f"{kind.engine}: a final snapshot, and the instance again from it, with a password that Secrets Manager keeps")
    last = name(f"{kind.engine}-last")
    gone = rds.delete_db_instance(
        DBInstanceIdentifier=source, SkipFinalSnapshot=False, FinalDBSnapshotIdentifier=last)["DBInstance"]
    assert gone["DBInstanceStatus"] == "deleting", gone
    wait_for(source, None)
    final = wait_for_snapshot(last)
    assert final["DBInstanceIdentifier"] == source and {tag["Key"] for tag in final["TagList"]} == {"team"}
    again = restore(source, last, ManageMasterUserPassword=True)
    assert again["DbiResourceId"] != database["DbiResourceId"], "it is another instance of that name"
    secret = secrets.get_secret_value(SecretId=again["MasterUserSecret"]["SecretArn"])["SecretString"]
    password = json.loads(secret)["password"]
    with kind.session(again, password=password) as run:
        assert run("SELECT count(*) FROM mark") == 1 and run("SELECT count(*) FROM seed") == 20000
        assert run("SELECT max(n) FROM log") == writer.acknowledged, "the final snapshot holds the last row"

    note(f"{kind.engine}: a stopped instance")
    rds.stop_db_instance(DBInstanceIdentifier=source)
    wait_for(source, "stopped")
    cold = name(f"{kind.engine}-cold")
    rds.create_db_snapshot(DBSnapshotIdentifier=cold, DBInstanceIdentifier=source)
    wait_for_snapshot(cold)
    wait_for(source, "stopped")
    delete_and_wait(source)
    woken = restore(name(f"{kind.engine}-woken"), cold)
    with kind.session(woken, password=password) as run:
        assert run("SELECT count(*) FROM mark") == 1
    delete(woken["DBInstanceIdentifier"])

    note(f"{kind.engine}: a damaged snapshot is named, and never served")
    shown = damage(archive)
    broken = name(f"{kind.engine}-broken")
    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=broken, DBSnapshotIdentifier=two)
    wait(f"{broken} is incompatible-restore", lambda: status(broken) == "incompatible-restore")
    wait("the event names the file", lambda: any(shown in message for message in messages(broken)))
    assert "Endpoint" not in describe(broken)
    copied = rds.copy_db_snapshot(SourceDBSnapshotIdentifier=two, TargetDBSnapshotIdentifier=name(f"{kind.engine}-bad"))
    bad = copied["DBSnapshot"]["DBSnapshotIdentifier"]
    wait("the copy has failed", lambda: snapshot_of(bad)["Status"] == "failed")
    assert any(shown in message for message in snapshot_messages(bad)), snapshot_messages(bad)
    refused(STATE, "failed", rds.restore_db_instance_from_db_snapshot, DBInstanceIdentifier=name("x"), DBSnapshotIdentifier=bad)
    refused(STATE, "restored from it", rds.delete_db_snapshot, DBSnapshotIdentifier=two)
    place = f"{DATA_DIR}/instances/{describe(broken)['DbiResourceId']}"
    delete_and_wait(broken)
    assert not os.path.exists(place), "it has left something behind"
    for identifier in (two, last, cold, bad):
        rds.delete_db_snapshot(DBSnapshotIdentifier=identifier)
    for identifier in (two, last, cold, bad):
        wait_for_snapshot(identifier, None)
    wait("all instances are gone", lambda: not rds.describe_db_instances()["DBInstances"])


def refusals():
    note("what must be refused")
    source = name("refusing")
    create_available(source)
    one = name("kept")
    take(one, source)
    refused("DBSnapshotAlreadyExists", one, rds.create_db_snapshot, DBSnapshotIdentifier=one.upper(), DBInstanceIdentifier=source)
    refused("DBSnapshotAlreadyExists", one, rds.copy_db_snapshot, SourceDBSnapshotIdentifier=one, TargetDBSnapshotIdentifier=one)
    refused("DBSnapshotAlreadyExists", one, rds.delete_db_instance, DBInstanceIdentifier=source, FinalDBSnapshotIdentifier=one)
    refused("DBInstanceNotFound", "nobody", rds.create_db_snapshot, 404, DBSnapshotIdentifier="x", DBInstanceIdentifier="nobody")
    for wrong in ("1st", "a--b", "a-", "rds:mine", "a/../b", "x" * 256):
        refused(VALUE, "DBSnapshotIdentifier", rds.create_db_snapshot, DBSnapshotIdentifier=wrong, DBInstanceIdentifier=source)
    for call in (rds.describe_db_snapshots, rds.delete_db_snapshot, rds.describe_db_snapshot_attributes, rds.modify_db_snapshot):
        refused("DBSnapshotNotFound", "nobody", call, 404, DBSnapshotIdentifier="nobody")
    restored = {"DBInstanceIdentifier": name("never"), "DBSnapshotIdentifier": one}
    call = rds.restore_db_instance_from_db_snapshot
    refused("DBSnapshotNotFound", "nobody", call, 404, **{**restored, "DBSnapshotIdentifier": "nobody"})
    refused("DBInstanceAlreadyExists", "exists", call, **{**restored, "DBInstanceIdentifier": source})
    refused("DBParameterGroupNotFound", "nobody", call, 404, **restored, DBParameterGroupName="nobody")
    refused("DBSubnetGroupNotFoundFault", "nobody", call, 404, **restored, DBSubnetGroupName="nobody")
    refused(VALUE, "class", call, **restored, DBInstanceClass="db.none")
    refused(VALUE, "port", call, **restored, Port=80)
    for changes, what in [
            ({"Engine": "mariadb"}, "Engine"), ({"AllocatedStorage": 10}, "AllocatedStorage"), ({"MultiAZ": True}, "MultiAZ"),
            ({"DBName": "x"}, "DBName"), ({"MasterUserSecretKmsKeyId": "x"}, "MasterUserSecretKmsKeyId")]:
        refused(COMBINATION, what, call, **restored, **changes)
    refused("KMSKeyNotAccessibleFault", "alias/x", rds.copy_db_snapshot,
            SourceDBSnapshotIdentifier=one, TargetDBSnapshotIdentifier="x", KmsKeyId="alias/x")
    version = snapshot_of(one)["EngineVersion"]
    major = version.split(".")[0]
    refused(COMBINATION, "version", rds.modify_db_snapshot, DBSnapshotIdentifier=one, EngineVersion=f"{int(major) + 1}")
    assert rds.modify_db_snapshot(DBSnapshotIdentifier=one, EngineVersion=version)["DBSnapshot"]["EngineVersion"] == version

    note("attributes, tags, filters")
    attribute = {"DBSnapshotIdentifier": one, "AttributeName": "restore"}
    refused(VALUE, "twelve", rds.modify_db_snapshot_attribute, **attribute, ValuesToAdd=["12"])
    refused("SharedSnapshotQuotaExceeded", "20", rds.modify_db_snapshot_attribute, **attribute,
            ValuesToAdd=[f"{n:012}" for n in range(21)])
    rds.modify_db_snapshot_attribute(**attribute, ValuesToAdd=["123456789012", "all"])
    result = rds.describe_db_snapshot_attributes(DBSnapshotIdentifier=one)["DBSnapshotAttributesResult"]
    assert result["DBSnapshotAttributes"] == [{"AttributeName": "restore", "AttributeValues": ["123456789012", "all"]}], result
    rds.modify_db_snapshot_attribute(**attribute, ValuesToRemove=["123456789012", "all"])
    arn = snapshot_of(one)["DBSnapshotArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "a", "Value": "b"}])
    assert rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "a", "Value": "b"}]
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["a"])
    assert snapshot_of(arn)["TagList"] == []
    for wanted, found in [
            ({"DBInstanceIdentifier": source}, 1), ({"DBInstanceIdentifier": "nobody"}, 0), ({"SnapshotType": "manual"}, 1),
            ({"SnapshotType": "automated"}, 0), ({"SnapshotType": "shared", "IncludeShared": True}, 0), ({}, 1),
            ({"Filters": [{"Name": "engine", "Values": ["mariadb"]}]}, 0),
            ({"Filters": [{"Name": "db-snapshot-id", "Values": [arn]}]}, 1)]:
        assert len(rds.describe_db_snapshots(**wanted)["DBSnapshots"]) == found, wanted
    refused(VALUE, "SnapshotType", rds.describe_db_snapshots, SnapshotType="odd")
    refused(VALUE, "filter", rds.describe_db_snapshots, Filters=[{"Name": "odd", "Values": ["x"]}])
    quota = {one["AccountQuotaName"]: one["Used"] for one in rds.describe_account_attributes()["AccountQuotas"]}
    assert quota["ManualSnapshots"] == 1, quota
    delete_and_wait(source)
    assert snapshot_of(one)["Status"] == "available", "it outlives its instance"
    rds.delete_db_snapshot(DBSnapshotIdentifier=one)
    wait_for_snapshot(one, None)
    assert directories() == [], directories()


if not os.environ.get("ONLY"):
    refusals()
for each in (PostgreSQL, MariaDB) if not os.environ.get("ONLY") else (globals()[os.environ["ONLY"]],):
    story(each)
note("done")
