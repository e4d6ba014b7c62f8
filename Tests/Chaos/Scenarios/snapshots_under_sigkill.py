"""The control plane is killed at random instants of taking, copying, restoring and deleting snapshots, of growing and deleting.

Each round starts one of these, waits a random moment, kills `serve` with SIGKILL, starts it again and waits until all has
settled. Then: what was accepted has happened; every snapshot that shows as available has all its files, of the size that its
manifest says; what was restored has its source's rows, and the size that was promised last; no half snapshot, no stray
directory, volume, mount or loop device, no key in the kernel, no process is left over. PostgreSQL's source is encrypted where the
host can do that: then nothing of it is on the disk in plain at the end.
"""

import collections
import contextlib
import json
import os
import shutil
import time

import mysql_client
from martlet_client import (
    DATA_DIR, connect, create_available, name, note, rds, remember, start_serve, wait)
from mysql_client import create_mariadb
from sigkill import KILLS, choose, rounds, start_and_kill, stray_servers
from snapshot_client import directories, take
from volume_tools import can_encrypt, has_images, has_key, holders_of, key_of, loops, mounts, room

LONGEST_PAUSE_S = 2.5
BRIEF_S = 0.4  # what growing and deleting take
SETTLE_S = 120
ROWS = 5000
SIZE_GIB = 5
# Beyond four times the first size ext4 itself has to grow; more than the disk has would be refused.
LARGEST_GIB = min(30, shutil.disk_usage(DATA_DIR).free * 3 // 4 >> 30)

numbers = iter(range(1, 100_000))


def fresh(letter):
    return name(f"{letter}{next(numbers)}")


# What there should be: snapshots and restored instances, as {name: (engine, rows, GiB)}.
snapshots, restored = {}, {}
sources = {}
# The kernel's names of keys, by the instance whose volume they open.
keys = {}


def query(engine, instance, *statements):
    """The first value of the last statement."""
    if engine == "postgres":
        with connect(instance) as connection:
            return [value_or_none(connection, statement) for statement in statements][-1]
    with contextlib.closing(mysql_client.connect(instance, user="admin")) as connection:
        found = [mysql_client.rows(connection, statement) for statement in statements][-1]
        return found[0][0] if found else None


def value_or_none(connection, statement):
    answer = connection.execute(statement)
    return answer.fetchone()[0] if answer.description else None


def table(engine):
    return "marker" if engine == "postgres" else "chaos.marker"


def add_rows(engine):
    """More rows in the source, so that snapshots differ. Returns how many there are."""
    instance = sources[engine]
    query(engine, instance, f"INSERT INTO {table(engine)} VALUES (1, repeat('x', 200))")
    return query(engine, instance, f"SELECT count(*) FROM {table(engine)}")


class Take:
    def __init__(self):
        self.engine, self.name = choose.choice(sorted(sources)), fresh("s")
        self.rows = add_rows(self.engine)

    def call(self):
        rds.create_db_snapshot(
            DBSnapshotIdentifier=self.name, DBInstanceIdentifier=sources[self.engine]["DBInstanceIdentifier"])

    def commit(self):
        snapshots[self.name] = (self.engine, self.rows, SIZE_GIB)

    def was_accepted(self, shown, _):
        return self.name in shown


class Copy:
    def __init__(self):
        self.source, self.name = choose.choice(sorted(snapshots)), fresh("s")

    def call(self):
        rds.copy_db_snapshot(SourceDBSnapshotIdentifier=self.source, TargetDBSnapshotIdentifier=self.name)

    def commit(self):
        snapshots[self.name] = snapshots[self.source]

    def was_accepted(self, shown, _):
        return self.name in shown


class Remove:
    def __init__(self):
        self.name = choose.choice(sorted(snapshots))

    def call(self):
        rds.delete_db_snapshot(DBSnapshotIdentifier=self.name)

    def commit(self):
        del snapshots[self.name]

    def was_accepted(self, shown, _):
        return shown.get(self.name, "deleting") == "deleting"


class Restore:
    def __init__(self):
        self.snapshot, self.name = choose.choice(sorted(snapshots)), fresh("r")

    def call(self):
        rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=self.name, DBSnapshotIdentifier=self.snapshot)

    def commit(self):
        restored[self.name] = snapshots[self.snapshot]

    def was_accepted(self, _, instances):
        return self.name in instances


class Final:
    """An instance goes, and leaves a snapshot."""

    def __init__(self):
        self.instance, self.name = choose.choice(sorted(restored)), fresh("s")

    def call(self):
        rds.delete_db_instance(DBInstanceIdentifier=self.instance, FinalDBSnapshotIdentifier=self.name)

    def commit(self):
        snapshots[self.name] = restored.pop(self.instance)

    def was_accepted(self, shown, _):
        return self.name in shown


class Grow:
    def __init__(self):
        self.name = choose.choice(sorted(growable()))
        size = restored[self.name][2]
        # By a tenth at least, as RDS has it.
        self.size = max(-(-size * 11 // 10), min(LARGEST_GIB, choose.randrange(size, 3 * size)))

    def call(self):
        rds.modify_db_instance(DBInstanceIdentifier=self.name, AllocatedStorage=self.size, ApplyImmediately=True)

    def commit(self):
        restored[self.name] = (*restored[self.name][:2], self.size)

    def was_accepted(self, *_):
        return rds.describe_db_instances(DBInstanceIdentifier=self.name)["DBInstances"][0]["AllocatedStorage"] == self.size


class Delete:
    def __init__(self):
        self.name = choose.choice(sorted(restored))

    def call(self):
        rds.delete_db_instance(DBInstanceIdentifier=self.name, SkipFinalSnapshot=True)

    def commit(self):
        del restored[self.name]

    def was_accepted(self, _, instances):
        return instances.get(self.name, "deleting") == "deleting"


def growable():
    return [one for one, (_, _, size) in restored.items() if size < LARGEST_GIB]


def next_operation():
    kinds = [Take] if len(snapshots) < 6 else [Remove]
    if snapshots:
        kinds += [Copy] if len(snapshots) < 6 else []
        kinds += [Remove] if len(snapshots) > 1 else []
        kinds += [Restore] * 2 if len(restored) < 2 else [Final]
    if restored:
        kinds += [Final, Delete]
    kinds += [Grow] * 3 if growable() else []
    return choose.choice(kinds)()


def shown_snapshots():
    return {one["DBSnapshotIdentifier"]: one["Status"] for one in rds.describe_db_snapshots()["DBSnapshots"]}


def shown_instances():
    found = {one["DBInstanceIdentifier"]: one["DBInstanceStatus"] for one in rds.describe_db_instances()["DBInstances"]}
    for source in sources.values():
        found.pop(source["DBInstanceIdentifier"], None)
    return found


def settled():
    found, instances = shown_snapshots(), rds.describe_db_instances()["DBInstances"]
    return (set(found) == set(snapshots) and set(found.values()) <= {"available"} and set(shown_instances()) == set(restored)
            and all(one["DBInstanceStatus"] == "available" for one in instances))


def settle():
    try:
        wait("all has settled", settled, SETTLE_S, 0.1)
    except AssertionError as error:
        raise AssertionError(f"{error}: snapshots {sorted(snapshots)}, shown {shown_snapshots()}; "
                             f"instances {sorted(restored)}, shown {shown_instances()}") from None


def check_files():
    """As many complete directories as there are snapshots, and nothing else."""
    found = directories()
    assert len(found) == len(snapshots) and not any(one.endswith(".partial") for one in found), (found, sorted(snapshots))
    for directory in found:
        with open(f"{DATA_DIR}/snapshots/{directory}/manifest", "rb") as file:
            line = file.readline()
        if line.startswith(b"martlet sealed manifest"):
            assert len(os.listdir(f"{DATA_DIR}/snapshots/{directory}/files")) > 100, directory
            continue
        manifest = json.loads(line)
        image = manifest.get("image")
        parts = [{"path": "image", "size": image["size"]}] if image else manifest["files"]
        assert parts, directory
        for one in parts:
            path = f"{DATA_DIR}/snapshots/{directory}/{one['path']}"
            assert os.path.getsize(path) == one["size"], path


def check_shown():
    """Whatever `serve` shows as available when it has just come up is there, all of it."""
    shown = [one for one, status in shown_snapshots().items() if status == "available"]
    whole = [one for one in directories() if os.path.exists(f"{DATA_DIR}/snapshots/{one}/manifest")]
    assert len(shown) <= len(whole), (shown, directories())


def check_restored(identifier):
    engine, rows, size = restored[identifier]
    instance = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
    remember(instance)
    found = query(engine, instance, f"SELECT count(*) FROM {table(engine)}")
    assert found == rows, f"{identifier} has {found} rows, its snapshot had {rows}"
    assert instance["AllocatedStorage"] == size, (instance["AllocatedStorage"], size)
    if IMAGES:
        assert size - 1 << 30 < room(instance) <= size << 30, f"{identifier}: {room(instance) >> 20} MiB of {size} GiB are free"
        keys[instance["DbiResourceId"]] = key_of(instance)
        assert bool(keys[instance["DbiResourceId"]]) == instance["StorageEncrypted"], instance["StorageEncrypted"]


def owner(path):
    return os.path.basename(path).split(".")[0]


def leaks():
    owned = {one["DbiResourceId"] for one in rds.describe_db_instances()["DBInstances"]}
    found = [f"directory {entry}" for entry in os.listdir(f"{DATA_DIR}/instances") if entry not in owned]
    for entry in owned:
        found += [f"{entry}/{one}" for one in os.listdir(f"{DATA_DIR}/instances/{entry}") if one.endswith(".partial")]
    found += [f"mount {place}" for place in mounts() if place not in {f"{DATA_DIR}/instances/{one}" for one in owned}]
    if os.path.isdir(f"{DATA_DIR}/volumes"):
        attached = loops()
        found += [f"loop device of {path}" for path in set(attached) if "/volumes/" in path and owner(path) not in owned]
        found += [f"{count} loop devices of {path}" for path, count in collections.Counter(attached).items() if count > 1]
        found += [f"volume {entry}" for entry in os.listdir(f"{DATA_DIR}/volumes") if owner(entry) not in owned]
    found += [f"key of {entry}" for entry, key in keys.items() if entry not in owned and key and has_key(key)]
    return found + stray_servers(owned)


def round_number(number):
    operation = next_operation()
    label = f"{type(operation).__name__.lower()} {operation.name}"
    longest = BRIEF_S if isinstance(operation, (Grow, Delete)) else LONGEST_PAUSE_S
    pause = choose.uniform(0, longest if choose.random() < 0.6 else longest / 20)
    accepted = start_and_kill(label, operation.call, pause, waits=choose.random() > 0.2)
    started = time.monotonic()
    start_serve()
    check_shown()
    if accepted is None:
        accepted = operation.was_accepted(shown_snapshots(), shown_instances())
        label += " (unanswered)"
    if accepted:
        operation.commit()
    settle()
    wait("nothing is left over", lambda: not leaks(), 30)
    check_files()
    for identifier in restored:
        check_restored(identifier)
    note(f"kill {number}: {label} after {pause * 1000:.0f} ms; settled {time.monotonic() - started:.2f} s after the restart")


ENCRYPTED, IMAGES = can_encrypt(), has_images()
SMALL = {"StorageType": "standard", "AllocatedStorage": SIZE_GIB}
SECRET = "martlet-chaos-in-plain"
sources["postgres"] = create_available(name("pg"), StorageEncrypted=ENCRYPTED, **SMALL)
sources["mariadb"] = create_mariadb(name("ma"), **SMALL)
query("postgres", sources["postgres"],
      f"CREATE TABLE marker AS SELECT n, repeat('{SECRET} ', 30) AS x FROM generate_series(1, {ROWS}) n")
query("mariadb", sources["mariadb"], "CREATE DATABASE chaos",
      f"CREATE TABLE chaos.marker AS SELECT seq AS n, REPEAT(MD5(seq), 30) AS x FROM chaos.seq_1_to_{ROWS}")
if IMAGES and ENCRYPTED:
    own = sources["postgres"]
    keys[own["DbiResourceId"]] = key_of(own)
    assert has_key(key_of(own)), "the test does not see the kernel's keys"
assert not IMAGES or {owner(path) for path in loops()} >= {one["DbiResourceId"] for one in sources.values()}, loops()
for engine in sorted(sources):
    first = fresh("s")
    rows = query(engine, sources[engine], f"SELECT count(*) FROM {table(engine)}")
    take(first, sources[engine]["DBInstanceIdentifier"])
    snapshots[first] = (engine, rows, SIZE_GIB)

rounds(round_number, leaks)

assert not ENCRYPTED or not holders_of(SECRET.encode()), holders_of(SECRET.encode())
for identifier in [*restored, *(one["DBInstanceIdentifier"] for one in sources.values())]:
    rds.delete_db_instance(DBInstanceIdentifier=identifier, SkipFinalSnapshot=True)
for identifier in snapshots:
    rds.delete_db_snapshot(DBSnapshotIdentifier=identifier)
snapshots.clear()
restored.clear()
sources.clear()
settle()
wait("nothing is left over", lambda: not leaks() and not directories(), 30)
note(f"{KILLS} kills survived")
