"""Iops and StorageThroughput: the kernel holds the volume's device to them, wherever that is; nobody else is slowed down."""

import contextlib
import mmap
import os
import shutil
import subprocess
import time

from group_tools import hierarchies, ours, report, row, text
from martlet_client import (
    COMBINATION, DATA_DIR, SCRATCH, ask, connect, create_available, delete_and_wait, describe, kill_serve, martlet, modify, name,
    note, parameters, rds, refused, start_serve, wait, wait_for)
from mysql_client import create_mariadb
from snapshot_client import restore, take, wait_for_snapshot
from volume_tools import has_images, mount_of, power_cut, unmounted

FAST = {"StorageType": "io1", "AllocatedStorage": 100}
PLACES = hierarchies("io")
KEYS = {"rbps": "read_bps", "wbps": "write_bps", "riops": "read_iops", "wiops": "write_iops"}
READS = 2000

if not has_images() or not PLACES:
    note("nothing can be enforced here: a speed is refused, and says what to do; without one all is well")
    refused(COMBINATION, "Leave it out", rds.create_db_instance, **parameters(name("no"), **FAST, Iops=1000))
    create_available(name("plain"), StorageType="gp2")
    delete_and_wait(name("plain"))
    raise SystemExit(0)
TOP, VERSION = PLACES["io"]
OURS = ours()


def group(instance):
    return f"{TOP}/{OURS}/{instance['DbiResourceId']}"


def device(instance):
    return mount_of(instance)[2]


def limits(instance):
    """What the kernel holds the group to: {device: {"riops": 1000, …}}."""
    found = {}
    if not os.path.exists(group(instance)):
        return found
    if VERSION == 2:
        for line in text(f"{group(instance)}/io.max").splitlines():
            words = line.split()
            values = {key: int(value) for key, value in (word.split("=") for word in words[1:]) if value != "max"}
            if values:
                found[words[0]] = values
        return found
    for key, file in KEYS.items():
        for line in text(f"{group(instance)}/blkio.throttle.{file}_device").splitlines():
            found.setdefault(line.split()[0], {})[key] = int(line.split()[1])
    return found


def is_limited(instance, **wanted):
    """The server's volume, and nothing else, is held to this."""
    expected = {device(instance): wanted} if wanted else {}
    assert limits(instance) == expected, (limits(instance), expected)
    shown = row(instance["DBInstanceIdentifier"]).get("limits", "")
    if not wanted:
        assert "IOPS" not in shown and "MiB/s" not in shown, shown
        return
    pid = row(instance["DBInstanceIdentifier"])["processID"]
    assert str(pid) in text(f"{group(instance)}/cgroup.procs").split(), "the server is in its group"
    assert f"{wanted['riops']} IOPS" in shown and f"on {device(instance)}" in shown, shown
    assert VERSION == 2 or "not what the system writes later from its cache" in shown, shown


def operations(number):
    return {"riops": number, "wiops": number}


note("an ordinary instance is as fast as the disk, and a type alone changes nothing")
ordinary = create_available(name("ordinary"))
assert ordinary["StorageType"] == "gp3"
is_limited(ordinary)
identifier = name("measured")
database = create_available(identifier, **FAST, Iops=1000)
assert database["Iops"] == 1000
is_limited(database, **operations(1000))
is_limited(ordinary)
assert f"{identifier}: limited to " in martlet("status").stdout

with connect(database) as connection:
    connection.execute("CREATE TABLE cold (n int, x text) WITH (autovacuum_enabled = off)")
    connection.execute("INSERT INTO cold SELECT n, repeat(md5(n::text), 60) FROM generate_series(1, 40000) AS n")
    pages = connection.execute("SELECT pg_relation_size('cold') / 8192").fetchone()[0]
assert pages > 4 * READS, pages


def cold_reads(remainder):
    """Seconds for so many pages from the disk, one by one. Those with another remainder stay cold."""
    with connect(database) as connection:
        began = time.monotonic()
        found = connection.execute(
            "SELECT count(x) FROM cold WHERE ctid = ANY(SELECT format('(%%s,1)', n * 4 + %s)::tid "
            "FROM generate_series(0, %s) AS n)", (remainder, READS - 1)).fetchone()[0]
        took = time.monotonic() - began
    assert found == READS, found
    return took


def restart_on_another_device():
    """Cold caches; and something else has taken the loop device meanwhile."""
    former = device(database)
    rds.stop_db_instance(DBInstanceIdentifier=identifier)
    wait_for(identifier, "stopped")
    wait("its group is gone", lambda: not os.path.exists(group(database)), 30)
    path = f"{SCRATCH}/other-{time.monotonic_ns()}.img"
    with open(path, "wb") as file:
        file.truncate(1 << 20)
    node = f"/dev/loop{former.split(':')[1]}"
    with unmounted(database):
        # Somebody else on this machine may have been faster; that does as well.
        taken = subprocess.run(["losetup", node, path], capture_output=True, check=False).returncode == 0
    try:
        rds.start_db_instance(DBInstanceIdentifier=identifier)
        wait_for(identifier)
        assert device(database) != former, "the device was free again"
    finally:
        if taken:
            subprocess.run(["losetup", "-d", node], check=True)
        os.remove(path)


note("stopped and started, on another device: the limit is where the volume is")
restart_on_another_device()
is_limited(database, **operations(1000))

note("queries that read from the disk run at the limit, and no faster")
slow = cold_reads(0)
assert slow > READS / 1000 * 0.8, f"{READS} reads at 1000 IOPS took {slow:.2f} s"

note("so does any process of the group that writes past the cache, and none outside of it")


def direct_writes(inside, count=1000):
    """Seconds for so many writes of 4 KiB that go straight to the device."""
    path = f"{DATA_DIR}/instances/{database['DbiResourceId']}/written"
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            if inside:
                with open(f"{group(database)}/cgroup.procs", "w", encoding="utf-8") as file:
                    file.write(str(os.getpid()))
            file, buffer = os.open(path, os.O_RDWR | os.O_CREAT | os.O_DIRECT, 0o600), mmap.mmap(-1, 4096)
            for number in range(count):
                os.pwrite(file, buffer, number * 4096)
            os._exit(0)
        os._exit(1)
    began = time.monotonic()
    _, status = os.waitpid(child, 0)
    os.remove(path)
    assert status == 0, "the writer failed"
    return time.monotonic() - began


held, free = direct_writes(True), min(direct_writes(False) for _ in range(3))
assert held > 0.8, f"1000 writes at 1000 IOPS took {held:.2f} s"
# A disk that is no faster than that by itself shows nothing more.
assert free < held or free > 0.8, (free, held)

note("another speed, at once; and none")
modify(identifier, Iops=4000)
is_limited(database, **operations(4000))
faster = cold_reads(1)
assert faster > READS / 4000 * 0.8, f"{READS} reads at 4000 IOPS took {faster:.2f} s"
modify(identifier, StorageType="gp3")
assert "Iops" not in describe(identifier)
is_limited(database)
unlimited = min(cold_reads(2), cold_reads(3))  # others use this machine too
assert unlimited < slow, (unlimited, slow)
print(f"           {READS} reads: {slow:.2f} s at 1000 IOPS, {faster:.2f} s at 4000, {unlimited:.2f} s without; "
      f"1000 writes: {held:.2f} s at 1000 IOPS, {free:.2f} s outside")
modify(identifier, StorageType="io1", Iops=1000)
is_limited(database, **operations(1000))

note("operations and bytes, of gp3; MariaDB's server, where there is one")
make = create_mariadb if shutil.which("mariadbd") else create_available
large = make(name("large"), StorageType="gp3", AllocatedStorage=400, Iops=12000, StorageThroughput=600)
is_limited(large, **operations(12000), rbps=600 << 20, wbps=600 << 20)
assert "600 MiB/s" in row(name("large"))["limits"]
large = modify(name("large"), StorageThroughput=700)
is_limited(large, **operations(12000), rbps=700 << 20, wbps=700 << 20)
delete_and_wait(name("large"))

note("a restored one has the speed of its snapshot, or the one that it is given")
shot = name("shot")
take(shot, identifier)
for changes, wanted in (({}, 1000), ({"Iops": 2000}, 2000)):
    copy = restore(name(f"copy{wanted}"), shot, **changes)
    is_limited(copy, **operations(wanted))
    delete_and_wait(copy["DBInstanceIdentifier"])
rds.delete_db_snapshot(DBSnapshotIdentifier=shot)
wait_for_snapshot(shot, None)

note("serve is killed: the limits stay; the next one makes sure of them")
kill_serve()
assert limits(database) == {device(database): operations(1000)}
number = device(database)
if VERSION == 2:
    files = {"io.max": f"{number} riops=max wiops=7777"}
else:
    files = {"blkio.throttle.read_iops_device": f"{number} 0", "blkio.throttle.write_iops_device": f"{number} 7777"}
for file, value in files.items():
    with open(f"{group(database)}/{file}", "w", encoding="utf-8") as handle:
        handle.write(value)
start_serve()
wait("the limits are back", lambda: limits(database) == {number: operations(1000)}, 30)
wait("and the status says so", lambda: "1000 IOPS" in row(identifier).get("limits", ""), 30)
is_limited(database, **operations(1000))

note("an instance crashes and comes back, limited")
former = row(identifier)["processID"]
os.kill(former, 9)
wait("it is back", lambda: row(identifier).get("processID", former) != former and row(identifier)["status"] == "available", 60)
is_limited(database, **operations(1000))

note("the machine goes down and comes up: limited, on whatever device it is then")
power_cut()
start_serve()
wait_for(identifier)
is_limited(database, **operations(1000))

note("the class's limits can be turned off; the speed that was asked for stays")
kill_serve()
start_serve("--class-limits", "off", "--volumes", "directory")
wait("the class's limits are off", lambda: "CPU" not in row(identifier).get("limits", "CPU"), 30)
is_limited(database, **operations(1000))
assert report()["limits"] == "none (--class-limits off)", report()["limits"]

note("directories have no device of their own: a speed is refused, and says what to do; without one all is well")
refused(COMBINATION, "Leave it out", rds.create_db_instance, **parameters(name("no"), **FAST, Iops=1000))
refused(COMBINATION, "StorageThroughput cannot be used here", rds.create_db_instance,
        **parameters(name("no"), AllocatedStorage=400, StorageThroughput=500))
plain = create_available(name("plain"), StorageType="gp2", AllocatedStorage=400)
refused(COMBINATION, "Iops cannot be used here", rds.modify_db_instance, DBInstanceIdentifier=name("plain"),
        StorageType="io1", Iops=1000, ApplyImmediately=True)
assert limits(plain) == {}
delete_and_wait(name("plain"))

note("what is deleted leaves no group")
delete_and_wait(identifier)
delete_and_wait(name("ordinary"))
assert not os.path.exists(group(database)) and not os.path.exists(group(ordinary))
