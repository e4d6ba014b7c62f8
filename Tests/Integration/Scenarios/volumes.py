"""An instance's volume: a file system of its size, mounted while it runs, found again after everything, gone with it."""

import contextlib
import os
import signal

from martlet_client import (
    COMBINATION, DATA_DIR, ask, connect, create_available, delete_and_wait, describe, kill_serve, martlet, messages, modify, name,
    note, processes, rds, refused, start_serve, value, wait, wait_for)
from volume_tools import has_images, loops, mount_of, mounts, power_cut, room

assert has_images(), "this host has no image volumes: `martlet status` says why"

identifier = name("volume")
database = create_available(identifier)
resource = database["DbiResourceId"]
image = f"{DATA_DIR}/volumes/{resource}.img"

note("it has the size that was asked for, and is mounted with care")
words = mount_of(database)
assert words, "it is mounted"
options = words[5].split(",")
assert {"nodev", "nosuid", "noexec"} <= set(options), options
assert 19 << 30 < room(database) <= 20 << 30, room(database)
assert os.stat(image).st_blocks * 512 < 1 << 30, "the image is sparse"
assert os.stat(image).st_mode & 0o777 == 0o600
for pid in processes(f"instances/{resource}"):
    # One that has just begun, or ended, may be gone by now.
    with contextlib.suppress(FileNotFoundError):
        assert os.stat(f"/proc/{pid}").st_uid != 0, "servers never run as root"
assert "image 20 GiB" in martlet("status").stdout

with connect(database) as connection:
    connection.execute("CREATE TABLE kept (n int)")
    connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
started = ask(database, "SELECT pg_postmaster_start_time()")

note("growing: a tenth at least, while it is used")
with connect(database) as connection:
    database = modify(identifier, AllocatedStorage=21)
    assert database["AllocatedStorage"] == 22, database["AllocatedStorage"]
    wait("the room has grown", lambda: 21 << 30 < room(database) <= 22 << 30)
    assert value(connection, "SELECT count(*) FROM kept") == 1000, "the session goes on"
assert ask(database, "SELECT pg_postmaster_start_time()") == started, "without a restart"
wait("it is told", lambda: "Finished applying modification to allocated storage." in messages(identifier))
refused(COMBINATION, "cannot be less", rds.modify_db_instance, DBInstanceIdentifier=identifier, AllocatedStorage=21,
        ApplyImmediately=True)
refused("StorageQuotaExceeded", "GiB in all", rds.modify_db_instance, DBInstanceIdentifier=identifier, AllocatedStorage=60000,
        ApplyImmediately=True)
assert describe(identifier)["AllocatedStorage"] == 22

note("serve dies, and adopts it")
kill_serve(signal.SIGKILL)
start_serve()
wait_for(identifier)
assert ask(database, "SELECT pg_postmaster_start_time()") == started

note("stopped, it stays mounted: its logs can be read")
rds.stop_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier, "stopped")
assert mount_of(database) and loops().count(image) == 1, (mounts(), loops())
rds.start_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert ask(database, "SELECT count(*) FROM kept") == 1000

note("the machine goes down and comes up: no process, no mount")
power_cut()
start_serve()
wait_for(identifier)
assert mount_of(database) and ask(database, "SELECT count(*) FROM kept") == 1000

note("deleted, nothing is left")
delete_and_wait(identifier)
wait("the image is gone", lambda: not os.path.exists(image), 10)
assert not os.path.exists(f"{DATA_DIR}/instances/{resource}")
assert image not in loops() and not [place for place in mounts() if resource in place]
