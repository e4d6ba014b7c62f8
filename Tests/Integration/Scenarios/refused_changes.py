"""Modify, delete, start, stop and reboot: wrong values, wrong states, protection, final snapshots."""

from martlet_client import (
    PASSWORD, ask, create_available, delete_and_wait, describe, modify, name, note, rds, refused, unchanged, wait_for)

VALUE = "InvalidParameterValue"
COMBINATION = "InvalidParameterCombination"
UNSUPPORTED = (VALUE, COMBINATION, "NotImplemented")
STATE = "InvalidDBInstanceState"
ABSENT = "DBInstanceNotFound"

one, other = name("one"), name("other")
create_available(one, DBName="cruddur")
create_available(other)

note("what is not there")
with unchanged():
    for call, more in [
        (rds.describe_db_instances, {}),
        (rds.modify_db_instance, {"DBInstanceClass": "db.t3.small"}),
        (rds.delete_db_instance, {"SkipFinalSnapshot": True}),
        (rds.reboot_db_instance, {}),
        (rds.start_db_instance, {}),
        (rds.stop_db_instance, {}),
    ]:
        refused(ABSENT, "nobody", call, status=404, DBInstanceIdentifier="nobody", **more)

note("values that ModifyDBInstance does not take")
CASES = [
    ({"DBInstanceClass": "db.t3.gigantic"}, (VALUE, COMBINATION), "db.t3.gigantic"),
    ({"MasterUserPassword": "short-7"}, VALUE, "shorter than 8 characters"),
    ({"MasterUserPassword": "with/slash"}, VALUE, "MasterUserPassword"),
    ({"MasterUserPassword": PASSWORD, "ManageMasterUserPassword": True}, (VALUE, COMBINATION), "MasterUserPassword"),
    ({"RotateMasterUserPassword": True}, (VALUE, COMBINATION), "RotateMasterUserPassword"),
    ({"AllocatedStorage": 10}, (VALUE, COMBINATION), "storage"),
    ({"AllocatedStorage": 70000}, (VALUE, COMBINATION), "storage"),
    ({"StorageType": "floppy"}, VALUE, "floppy"),
    ({"BackupRetentionPeriod": 36}, VALUE, "retention"),
    ({"PreferredBackupWindow": "25:00-26:00"}, VALUE, "PreferredBackupWindow"),
    ({"PreferredMaintenanceWindow": "sun:05:00-sun:05:10"}, VALUE, "window"),
    ({"DBPortNumber": 80}, VALUE, "port"),
    ({"DBPortNumber": 65536}, VALUE, "port"),
    ({"NewDBInstanceIdentifier": "my--db"}, VALUE, "NewDBInstanceIdentifier"),
    ({"NewDBInstanceIdentifier": other}, "DBInstanceAlreadyExists", "exists"),
    ({"EngineVersion": "99.1"}, (VALUE, COMBINATION), "99.1"),
    ({"EngineVersion": "9.6"}, (VALUE, COMBINATION), "9.6"),
    ({"MultiAZ": True}, UNSUPPORTED, "MultiAZ"),
    ({"MonitoringInterval": 60}, UNSUPPORTED, "MonitoringInterval"),
    ({"DBSubnetGroupName": "nowhere"}, ("DBSubnetGroupNotFoundFault", *UNSUPPORTED), ""),
    ({"VpcSecurityGroupIds": ["sg-0123456789abcdef0"]}, (VALUE, "InvalidGroup.NotFound"), "sg-0123456789abcdef0"),
]
with unchanged():
    for changes, codes, fragment in CASES:
        refused(codes, fragment, rds.modify_db_instance, DBInstanceIdentifier=one, ApplyImmediately=True, **changes)
    refused((VALUE, COMBINATION), "", rds.modify_db_instance, DBInstanceIdentifier=one,
            RotateMasterUserPassword=True, ApplyImmediately=False)
assert ask(describe(one), "SELECT 1") == 1, "the password must still be the first one"

note("final snapshots: skipped or named, never both")
with unchanged():
    refused(COMBINATION, "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
            rds.delete_db_instance, DBInstanceIdentifier=one)
    refused(COMBINATION, "FinalDBSnapshotIdentifier", rds.delete_db_instance, DBInstanceIdentifier=one,
            SkipFinalSnapshot=True, FinalDBSnapshotIdentifier="last")
    refused(VALUE, "FinalDBSnapshotIdentifier", rds.delete_db_instance, DBInstanceIdentifier=one,
            SkipFinalSnapshot=False, FinalDBSnapshotIdentifier="1st")

note("wrong states: running")
with unchanged():
    refused(STATE, "", rds.start_db_instance, DBInstanceIdentifier=one)
    refused((COMBINATION, VALUE), "", rds.reboot_db_instance, DBInstanceIdentifier=one, ForceFailover=True)

note("wrong states: stopped")
rds.stop_db_instance(DBInstanceIdentifier=other)
wait_for(other, "stopped")
with unchanged():
    refused(STATE, "", rds.stop_db_instance, status=400, DBInstanceIdentifier=other)
    refused(STATE, "", rds.reboot_db_instance, DBInstanceIdentifier=other)
    refused(STATE, "", rds.modify_db_instance, DBInstanceIdentifier=other, DBInstanceClass="db.t3.small", ApplyImmediately=True)

note("deletion protection")
modify(one, DeletionProtection=True)
with unchanged():
    refused(COMBINATION, "Cannot delete protected DB Instance, please disable deletion protection and try again.",
            rds.delete_db_instance, DBInstanceIdentifier=one, SkipFinalSnapshot=True)
modify(one, DeletionProtection=False)

note("wrong states: being deleted")
rds.delete_db_instance(DBInstanceIdentifier=one, SkipFinalSnapshot=True)
for call, more in [(rds.reboot_db_instance, {}), (rds.stop_db_instance, {}),
                   (rds.modify_db_instance, {"DBInstanceClass": "db.t3.small"}),
                   (rds.delete_db_instance, {"SkipFinalSnapshot": True})]:
    refused((STATE, ABSENT), "", call, DBInstanceIdentifier=one, **more)
wait_for(one, None)
delete_and_wait(other)
