"""Full is full on MariaDB, too: writers hear that the table is full, readers go on, nothing is lost, and growing is the cure."""

import contextlib
import os

from martlet_client import messages, modify, name, note, wait, wait_for
from mysql_client import ask, connect, create_mariadb, fails, rows, server_process, value
from volume_tools import fill, has_images, room

assert has_images(), "this host has no image volumes: `martlet status` says why"

ROW = "INSERT INTO filling SELECT seq, REPEAT(MD5(seq), 200) FROM seq_1_to_2000"
# 1114 the table is full, 1021 no room on the disk, 1026 a file cannot be written.
FULL = (1114, 1021, 1026)

identifier = name("fullma")
database = create_mariadb(identifier, StorageType="standard", AllocatedStorage=5, DBName="app")
with contextlib.closing(connect(database, database="app")) as session:
    rows(session, "CREATE TABLE filling (n int, text mediumtext)")
    rows(session, ROW)
process = server_process(database)
reader = connect(database, database="app")
filler = fill(database, leaving=64 << 20)

note("it fills up")
acknowledged = 2000
with contextlib.closing(connect(database, database="app")) as session:
    for _ in range(40):
        try:
            rows(session, ROW)
            acknowledged += 2000
        except Exception as error:  # noqa: BLE001 - its number is looked at
            assert error.args[0] in FULL, error.args
            break
    else:
        raise AssertionError(f"a full volume took {acknowledged} rows; {room(database) >> 20} MiB are free")
wait_for(identifier, "storage-full")
wait("it is told", lambda: any("Allocated storage has been exhausted" in text for text in messages(identifier)))

note("readers go on, and what was acknowledged is there")
assert value(reader, "SELECT COUNT(*) FROM filling") == acknowledged
with contextlib.closing(connect(database, database="app")) as session:
    fails(FULL, session, ROW)

note("growing cures it, without a restart")
modify(identifier, AllocatedStorage=6)
wait("there is room", lambda: room(database) > 512 << 20)
with contextlib.closing(connect(database, database="app")) as session:
    rows(session, ROW)
assert ask(database, "SELECT COUNT(*) FROM app.filling") == acknowledged + 2000
assert server_process(database) == process
os.remove(filler)
reader.close()
