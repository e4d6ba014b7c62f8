"""Encryption at rest: what is written is nowhere on the disk in plain; a disabled key takes the instance down, for a while."""

import contextlib
import os
import signal
import uuid

import mysql_client
from martlet_client import (
    COMBINATION, ask, connect, create_available, delete_and_wait, kill_serve, kms, martlet, messages, name, note, parameters,
    rds, refused, start_serve, wait, wait_for)
from mysql_client import create_mariadb
from snapshot_client import directories, files_of, restore, take, wait_for_snapshot
from volume_tools import can_encrypt, has_key, holders_of, key_of, loops, mount_of, mounts, power_cut

refused(COMBINATION, "KmsKeyId", rds.create_db_instance, **parameters(name("nokey"), KmsKeyId="alias/aws/rds"))
if not can_encrypt():
    note("this host cannot encrypt: creation is refused, and says what to install")
    refused(COMBINATION, "install", rds.create_db_instance, **parameters(name("no"), StorageEncrypted=True))
    raise SystemExit(0)

key = kms.create_key(Description="volumes")["KeyMetadata"]
refused("KMSKeyNotAccessibleFault", "", rds.create_db_instance,
        **parameters(name("nokey"), StorageEncrypted=True, KmsKeyId="alias/nobody"))
identifier = name("sealed")
database = create_available(identifier, StorageEncrypted=True, KmsKeyId=key["KeyId"])
assert database["StorageEncrypted"] is True and database["KmsKeyId"] == key["Arn"], database
assert "encrypted" in martlet("status").stdout

note("a marker is written to a table, to the log, and in a temporary file")
marker = f"martlet{uuid.uuid4().hex}"
with connect(database) as connection:
    connection.execute(f"CREATE TABLE {marker} (text text)")
    connection.execute(f"INSERT INTO {marker} SELECT repeat('{marker} ', 100) FROM generate_series(1, 500)")
    connection.execute("SET work_mem = '64kB'")
    connection.execute(f"SELECT DISTINCT text || generate_series FROM {marker}, generate_series(1, 20) ORDER BY 1").fetchall()
    try:
        connection.execute(f"SELECT {marker}_is_no_function()")
    except Exception as error:  # the server logs the statement
        assert marker in str(error)


def nowhere():
    found = holders_of(marker.encode())
    assert not found, f"the marker is on the disk in plain: {found}"


note("it is nowhere on the disk, running")
nowhere()

note("nor stopped")
rds.stop_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier, "stopped")
nowhere()
rds.start_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert ask(database, f"SELECT count(*) FROM {marker}") == 500

note("serve dies, and adopts it")
kill_serve(signal.SIGKILL)
start_serve()
wait_for(identifier)
assert ask(database, f"SELECT count(*) FROM {marker}") == 500

note("the machine goes down and comes up: no process, no mount, no key in the kernel; all comes back by itself")
held = key_of(database)
assert not held or has_key(held), "the test does not see the kernel's keys"
power_cut()
# The kernel collects dead keys in its own time.
wait("the kernel has forgotten the key", lambda: not held or not has_key(held), 20)
nowhere()
start_serve()
wait_for(identifier)
assert ask(database, f"SELECT count(*) FROM {marker}") == 500
assert mount_of(database) and key_of(database) == held and (not held or has_key(held))

note("a snapshot of it is encrypted by the same key, and the marker is not on its files, in its names, nor where they were made")
first = name("shot")
taken = take(first, identifier)
assert taken["Encrypted"] is True and taken["KmsKeyId"] == key["Arn"], taken
nowhere()
shelf = {path: os.path.getsize(path) for one in directories() for path in files_of(one)}
assert len(shelf) > 100 and not [path for path in shelf if "PG_VERSION" in path or "base" in path], len(shelf)

note("copies: under the same key, under another one; both are encrypted")
other = kms.create_key(Description="copies")["KeyMetadata"]
same, moved = name("same"), name("moved")
rds.copy_db_snapshot(SourceDBSnapshotIdentifier=first, TargetDBSnapshotIdentifier=same)
rds.copy_db_snapshot(SourceDBSnapshotIdentifier=first, TargetDBSnapshotIdentifier=moved, KmsKeyId=other["KeyId"])
assert wait_for_snapshot(same)["KmsKeyId"] == key["Arn"]
assert wait_for_snapshot(moved)["KmsKeyId"] == other["Arn"]
nowhere()

note("restored: an encrypted instance under the snapshot's key, with every row")
restored = restore(name("again"), moved)
assert restored["StorageEncrypted"] is True and restored["KmsKeyId"] == other["Arn"], restored
assert ask(restored, f"SELECT count(*) FROM {marker}") == 500
nowhere()
delete_and_wait(restored["DBInstanceIdentifier"])

note("of a stopped one")
rds.stop_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier, "stopped")
still, before = name("still"), directories()
take(still, identifier)
wait_for(identifier, "stopped")
nowhere()
rds.start_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)

note("MariaDB's, at work; and a plain one becomes an encrypted one by copying")


def count(instance):
    with contextlib.closing(mysql_client.connect(instance, database="app")) as session:
        return mysql_client.rows(session, f"SELECT count(*) FROM {marker}")[0][0]


for more in ({"StorageEncrypted": True, "KmsKeyId": key["KeyId"]}, {}):
    shop = create_mariadb(name("maria"), "mariadb", DBName="app", **more)
    with contextlib.closing(mysql_client.connect(shop, database="app")) as session:
        mysql_client.rows(session, f"CREATE TABLE {marker} AS SELECT REPEAT('{marker} ', 100) AS text FROM seq_1_to_500")
    shots = [name("mariashot"), name("mariacopy")]
    assert take(shots[0], shop["DBInstanceIdentifier"])["Encrypted"] is bool(more)
    rds.copy_db_snapshot(SourceDBSnapshotIdentifier=shots[0], TargetDBSnapshotIdentifier=shots[1], KmsKeyId=key["KeyId"])
    wait_for_snapshot(shots[1])
    delete_and_wait(shop["DBInstanceIdentifier"])
    if not more:
        assert holders_of(marker.encode()), "the plain snapshot does not show the marker: the scan sees nothing"
    rds.delete_db_snapshot(DBSnapshotIdentifier=shots[0])
    wait_for_snapshot(shots[0], None)
    wait("its last remains are deleted", lambda: not holders_of(marker.encode()))
    sealed = restore(name("mariaback"), shots[1])
    assert sealed["StorageEncrypted"] is True and count(sealed) == 500
    nowhere()
    delete_and_wait(sealed["DBInstanceIdentifier"])
    rds.delete_db_snapshot(DBSnapshotIdentifier=shots[1])
    wait_for_snapshot(shots[1], None)

note("a bit of a copy that is wrong is found out, and said")
[directory] = [one for one in directories() if one not in before]
victim = files_of(directory)[0]
with open(victim, "r+b") as file:
    file.seek(40)
    byte = file.read(1)
    file.seek(40)
    file.write(bytes([byte[0] ^ 1]))
damaged = name("damaged")
rds.copy_db_snapshot(SourceDBSnapshotIdentifier=still, TargetDBSnapshotIdentifier=damaged)
wait_for_snapshot(damaged, "failed")

note("its key is disabled: it goes down, and is locked")
kms.disable_key(KeyId=key["KeyId"])
wait_for(identifier, "inaccessible-encryption-credentials-recoverable")
wait("it is unmounted", lambda: mount_of(database) is None)
refused("KMSKeyNotAccessibleFault", "disabled", rds.copy_db_snapshot,
        SourceDBSnapshotIdentifier=first, TargetDBSnapshotIdentifier=name("no"))
refused("KMSKeyNotAccessibleFault", "disabled", rds.restore_db_instance_from_db_snapshot,
        DBSnapshotIdentifier=first, DBInstanceIdentifier=name("no"))
wait("it is told", lambda: any("unable to access the KMS encryption key" in text for text in messages(identifier)))
nowhere()

note("it is enabled: all is back")
kms.enable_key(KeyId=key["KeyId"])
wait_for(identifier)
assert ask(database, f"SELECT count(*) FROM {marker}") == 500
assert any("can now successfully access the KMS encryption key" in text for text in messages(identifier))

note("deleted with a final snapshot, nothing is left but that; it comes back from there")
final = name("final")
rds.delete_db_instance(DBInstanceIdentifier=identifier, FinalDBSnapshotIdentifier=final)
assert wait_for_snapshot(final)["Encrypted"] is True
wait_for(identifier, None)
nowhere()
last = restore(name("last"), final)
assert ask(last, f"SELECT count(*) FROM {marker}") == 500
delete_and_wait(last["DBInstanceIdentifier"])
for one in (first, same, moved, still, damaged, final):
    rds.delete_db_snapshot(DBSnapshotIdentifier=one)
for one in (first, same, moved, still, damaged, final):
    wait_for_snapshot(one, None)
assert directories() == []
assert not [place for place in mounts() + loops() if database["DbiResourceId"] in place]
wait("the kernel has forgotten the key", lambda: not held or not has_key(held), 20)
