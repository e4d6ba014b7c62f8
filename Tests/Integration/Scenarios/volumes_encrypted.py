"""Encryption at rest: what is written is nowhere on the disk in plain; a disabled key takes the instance down, for a while."""

import signal
import uuid

from martlet_client import (
    COMBINATION, ask, connect, create_available, delete_and_wait, kill_serve, kms, martlet, messages, name, note, parameters, rds,
    refused, start_serve, wait, wait_for)
from volume_tools import holders_of, loops, mount_of, mounts

obstacle = [line for line in martlet("status").stdout.splitlines() if line.startswith("Volumes") and "no encryption" in line]
refused(COMBINATION, "KmsKeyId", rds.create_db_instance, **parameters(name("nokey"), KmsKeyId="alias/aws/rds"))
if obstacle:
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
assert mount_of(database) is None
nowhere()
rds.start_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert ask(database, f"SELECT count(*) FROM {marker}") == 500

note("serve dies, and adopts it")
kill_serve(signal.SIGKILL)
start_serve()
wait_for(identifier)
assert ask(database, f"SELECT count(*) FROM {marker}") == 500

note("its key is disabled: it goes down, and is locked")
kms.disable_key(KeyId=key["KeyId"])
wait_for(identifier, "inaccessible-encryption-credentials-recoverable")
wait("it is unmounted", lambda: mount_of(database) is None)
wait("it is told", lambda: any("unable to access the KMS encryption key" in text for text in messages(identifier)))
nowhere()

note("it is enabled: all is back")
kms.enable_key(KeyId=key["KeyId"])
wait_for(identifier)
assert ask(database, f"SELECT count(*) FROM {marker}") == 500
assert any("can now successfully access the KMS encryption key" in text for text in messages(identifier))

note("deleted, nothing is left")
delete_and_wait(identifier)
assert not [place for place in mounts() + loops() if database["DbiResourceId"] in place]
