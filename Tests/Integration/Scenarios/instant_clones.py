"""Where blocks can be shared, a snapshot of an image volume is an image: instant to take and to restore, checked all the same."""

import json
import os
import signal
import subprocess
import time

import psycopg

from martlet_client import (
    DATA_DIR, connect, create_available, describe, delete, kill_serve, kms, martlet, messages, name, note, rds, remember,
    start_serve, status, wait, wait_for)
from snapshot_client import directories, files_of, restore, snapshot_messages, snapshot_of, take, wait_for_snapshot
from snapshot_stories import MariaDB, PostgreSQL, Writer, check
from volume_tools import can_encrypt, has_images, mount_of, mounts, room

assert has_images(), "this needs image volumes"


def shared_bytes(path):
    """What of a file is on blocks that others have, too: filefrag's word."""
    said = subprocess.run(["filefrag", "-v", path], capture_output=True, text=True, check=True, timeout=60).stdout
    extents = [line.split(":") for line in said.splitlines() if line.strip()[:1].isdigit()]
    return 4096 * sum(int(words[3]) for words in extents if "shared" in words[-1])


def is_image(directory):
    return sorted(os.listdir(f"{DATA_DIR}/snapshots/{directory}")) == ["image", "manifest"]


def flip(path):
    """Turns one byte over, in the middle of the data. The way back is the same."""
    with open(path, "r+b") as file:
        start = os.lseek(file.fileno(), 64 << 20, os.SEEK_DATA)
        end = os.lseek(file.fileno(), start, os.SEEK_HOLE)
        place = (start + end) // 2
        byte = os.pread(file.fileno(), 1, place)[0]
        os.pwrite(file.fileno(), bytes([byte ^ 1]), place)
    return lambda: restore_byte(path, place, byte)


def restore_byte(path, place, byte):
    with open(path, "r+b") as file:
        os.pwrite(file.fileno(), bytes([byte]), place)


def story(kind):
    note(f"{kind.engine}: a snapshot while rows are written is one image")
    source, one = name(kind.engine), name(f"{kind.engine}-one")
    database = kind.create(source, Tags=[{"Key": "team", "Value": "shop"}], CopyTagsToSnapshot=True)
    with kind.session(database) as run:
        for statement in kind.fill:
            run(statement)
    writer = Writer(kind, database)
    writer.start()
    wait("rows are written", lambda: writer.acknowledged > 50 or writer.failure)
    before, shelf = writer.acknowledged, set(directories())
    taken = take(one, source)
    [mine] = set(directories()) - shelf
    assert is_image(mine), os.listdir(f"{DATA_DIR}/snapshots/{mine}")
    image = f"{DATA_DIR}/snapshots/{mine}/image"
    assert os.stat(image).st_mode & 0o777 == 0o600
    assert shared_bytes(image) > 16 << 20, f"{shared_bytes(image)} bytes are shared"
    assert taken["PercentProgress"] == 100 and {tag["Key"] for tag in taken["TagList"]} == {"team"}, taken
    wait("the writer goes on", lambda: writer.acknowledged > before or writer.failure)

    note(f"{kind.engine}: restored with more storage, beside its source at work")
    began = time.monotonic()
    copy = restore(name(f"{kind.engine}-copy"), one, AllocatedStorage=40, Port=6500)
    note(f"{kind.engine}: restored in {time.monotonic() - began:.2f} s")
    assert copy["AllocatedStorage"] == 40 and 38 << 30 < room(copy) <= 40 << 30, room(copy)
    assert mount_of(copy) and {tag["Key"] for tag in copy["TagList"]} == {"team"}, copy
    check(kind, copy, before)
    place = f"{DATA_DIR}/instances/{copy['DbiResourceId']}"
    assert not os.path.exists(f"{place}/unverified"), "it was compared with its checksums"
    own, former = (open(f"{DATA_DIR}/instances/{each['DbiResourceId']}/rdsadmin.password", encoding="utf-8").read()
                   for each in (copy, database))
    assert own != former, "each has an administrator's password of its own"
    assert not [each for each in os.listdir(place) if each.endswith(".former")], os.listdir(place)
    with kind.session(copy) as run:
        run("INSERT INTO mark VALUES (2), (3)")
    with kind.session(database) as run:
        assert run("SELECT count(*) FROM mark") == 0
    identifier = copy["DBInstanceIdentifier"]
    rds.reboot_db_instance(DBInstanceIdentifier=identifier)
    copy = wait_for(identifier)
    with kind.session(copy) as run:
        assert run("SELECT count(*) FROM mark") == 2

    note(f"{kind.engine}: more than the image was made for, from a copy of the copy")
    two, three = name(f"{kind.engine}-two"), name(f"{kind.engine}-three")
    take(two, identifier)
    rds.copy_db_snapshot(SourceDBSnapshotIdentifier=two, TargetDBSnapshotIdentifier=three)
    wait_for_snapshot(three)
    large = restore(name(f"{kind.engine}-large"), three, AllocatedStorage=200)
    assert 190 << 30 < room(large) <= 200 << 30, room(large)
    with kind.session(large) as run:
        assert run("SELECT count(*) FROM mark") == 2
    delete(large["DBInstanceIdentifier"])

    note(f"{kind.engine}: serve is killed at several moments of a restoration")
    killed = name(f"{kind.engine}-killed")
    for pause in (0.05, 0.15, 0.3):
        rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=killed, DBSnapshotIdentifier=one)
        time.sleep(pause)
        kill_serve(signal.SIGKILL)
        start_serve()
        again = wait_for(killed)
        remember(again)
        check(kind, again, before)
        assert not os.path.exists(f"{DATA_DIR}/volumes/{again['DbiResourceId']}.img.partial")
        wait("nothing is mounted aside", lambda: not [each for each in mounts() if each.endswith(".staging")])
        delete(killed)
        wait_for(killed, None)
    writer.stop()

    note(f"{kind.engine}: a stopped instance; and the final snapshot, which has the last row")
    rds.stop_db_instance(DBInstanceIdentifier=source)
    wait_for(source, "stopped")
    cold = name(f"{kind.engine}-cold")
    take(cold, source)
    wait_for(source, "stopped")
    last = name(f"{kind.engine}-last")
    rds.delete_db_instance(DBInstanceIdentifier=source, SkipFinalSnapshot=False, FinalDBSnapshotIdentifier=last)
    wait_for(source, None)
    wait_for_snapshot(last)
    for snapshot in (cold, last):
        woken = restore(name(f"{kind.engine}-woken"), snapshot)
        with kind.session(woken) as run:
            assert run("SELECT max(n) FROM log") == writer.acknowledged
        delete(woken["DBInstanceIdentifier"])
        wait_for(woken["DBInstanceIdentifier"], None)

    note(f"{kind.engine}: martlet clone")
    clone = name(f"{kind.engine}-clone")
    report = json.loads(martlet("clone", identifier, clone, "--output", "json").stdout)
    cloned = describe(clone)
    remember(cloned)
    with kind.session(cloned) as run:
        assert run("SELECT count(*) FROM mark") == 2
    note(f"{kind.engine}: cloned in {report['seconds']} s")
    delete(clone)

    if can_encrypt():
        note(f"{kind.engine}: an encrypted copy is one of files, and restores to an encrypted instance")
        key, shelf = kms.create_key()["KeyMetadata"]["KeyId"], set(directories())
        sealed = name(f"{kind.engine}-sealed")
        rds.copy_db_snapshot(SourceDBSnapshotIdentifier=two, TargetDBSnapshotIdentifier=sealed, KmsKeyId=key)
        assert wait_for_snapshot(sealed)["Encrypted"]
        [theirs] = set(directories()) - shelf
        assert sorted(os.listdir(f"{DATA_DIR}/snapshots/{theirs}")) == ["files", "manifest"]
        secret = restore(name(f"{kind.engine}-secret"), sealed)
        assert secret["StorageEncrypted"]
        with kind.session(secret) as run:
            assert run("SELECT count(*) FROM mark") == 2
        delete(secret["DBInstanceIdentifier"])
        wait_for(secret["DBInstanceIdentifier"], None)
        rds.delete_db_snapshot(DBSnapshotIdentifier=sealed)

    note(f"{kind.engine}: to a plain directory, file by file")
    kill_serve(signal.SIGTERM)
    start_serve("--volumes", "directory")
    plain = restore(name(f"{kind.engine}-plain"), two)
    assert mount_of(plain) is None
    with kind.session(plain) as run:
        assert run("SELECT count(*) FROM mark") == 2
    delete(plain["DBInstanceIdentifier"])
    kill_serve(signal.SIGTERM)
    start_serve()
    assert not [each for each in directories() if each.endswith(".partial")], directories()

    note(f"{kind.engine}: a byte of the image is turned over: named, never served; put back, it is cured")
    shown = f"{mine}/image"
    cure = flip(image)
    broken = name(f"{kind.engine}-broken")
    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=broken, DBSnapshotIdentifier=one)
    wait(f"{broken} is incompatible-restore", lambda: status(broken) == "incompatible-restore")
    wait("the event names the image", lambda: any(shown in message for message in messages(broken)))
    assert "Endpoint" not in describe(broken)
    resource = describe(broken)["DbiResourceId"]
    assert not os.path.exists(f"{DATA_DIR}/volumes/{resource}.img"), "nothing of it is kept"
    bad = name(f"{kind.engine}-bad")
    rds.copy_db_snapshot(SourceDBSnapshotIdentifier=one, TargetDBSnapshotIdentifier=bad)
    wait("the copy has failed", lambda: snapshot_of(bad)["Status"] == "failed")
    assert any(shown in message for message in snapshot_messages(bad)), snapshot_messages(bad)
    cure()
    cured = wait_for(broken, seconds=120)
    remember(cured)
    check(kind, cured, before)
    delete(broken)
    delete(identifier)
    for each in (broken, identifier):
        wait_for(each, None)
    for each in (one, two, three, cold, last, bad):
        rds.delete_db_snapshot(DBSnapshotIdentifier=each)
    for each in (one, two, three, cold, last, bad):
        wait_for_snapshot(each, None)
    wait("all is gone", lambda: not rds.describe_db_instances()["DBInstances"] and not directories())


def full_disk():
    """Images promise more than the disk has: when that is full, so are they."""
    note("the disk below is full: so are the instances on it, and writers are told; room on it is the cure")
    database = create_available(name("crowd"), AllocatedStorage=200)
    with connect(database) as connection:
        connection.execute("CREATE TABLE rows AS SELECT 1 AS n")
    filler = f"{DATA_DIR}/filler"
    with open(filler, "wb") as file:
        space = os.statvfs(DATA_DIR)
        os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize - (400 << 20))
    wait_for(name("crowd"), "storage-full")
    with connect(database) as connection:
        try:
            connection.execute("INSERT INTO rows VALUES (2)")
            raise AssertionError("a writer was let through")
        except psycopg.errors.ReadOnlySqlTransaction:
            connection.rollback()
        assert connection.execute("SELECT count(*) FROM rows").fetchone() == (1,)
    os.remove(filler)
    wait("there is room again", lambda: status(name("crowd")) == "available", 30)
    with connect(database) as connection:
        connection.execute("INSERT INTO rows VALUES (2)")
    delete(name("crowd"))
    wait_for(name("crowd"), None)


for each in (PostgreSQL, MariaDB):
    story(each)
full_disk()
note("done")
