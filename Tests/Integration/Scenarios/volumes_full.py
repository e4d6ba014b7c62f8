"""Full is full: writers are turned away, readers go on, and growing the volume is the cure. Autoscaling does it by itself."""

import os
import threading
import time

import psycopg

from martlet_client import (
    ask, connect, create_available, describe, kill_serve, messages, modify, name, note, rds, start_serve, status, value, wait,
    wait_for)
from pgbench import failed_transactions, pgbench
from volume_tools import fill, has_images, room

assert has_images(), "this host has no image volumes: `martlet status` says why"

ROW = "INSERT INTO rows SELECT n, repeat(md5(n::text), 200) FROM generate_series(1, 2000) n"


def write(connection):
    """Writes rows; what the server said when it would not have them."""
    global acknowledged
    try:
        connection.execute(ROW)
        acknowledged += 2000
        return None
    except psycopg.Error as error:
        return str(error)


class Load:
    """pgbench, again and again for a second, beside all that happens."""

    def __init__(self, *words):
        self.words, self.results, self.ended = words, [], threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while not self.ended.is_set():
            self.results.append(pgbench(database, "-n", "-c", "2", "-T", "1", *self.words))

    def end(self):
        self.ended.set()
        self.thread.join(60)
        assert self.results and not self.thread.is_alive()
        return self.results


def is_refusal(done):
    return done.returncode != 0 and any(text in done.stderr for text in ("read-only", "No space", "terminating connection"))


acknowledged = 0
identifier = name("full")
database = create_available(identifier, StorageType="standard", AllocatedStorage=5)
with connect(database) as connection:
    connection.execute("CREATE TABLE rows (n int, text text)")
    connection.execute("ALTER TABLE rows ALTER text SET STORAGE EXTERNAL")
started = ask(database, "SELECT pg_postmaster_start_time()")
reader = connect(database)
assert pgbench(database, "-i", "-q", "-s", "2").returncode == 0
readers = Load("-S")
filler = fill(database, leaving=100 << 20)
# Filling it took no time, which no disk can do: whoever watches the room has looked by now, and looks often from now on.
time.sleep(3)

note("it fills up")
with connect(database) as writer:
    said = wait("a write is refused", lambda: write(writer), 180, 0)
note(said)
# Who has written half of the reserve away before anybody looked is disconnected.
assert any(text in said for text in ("read-only", "No space left", "terminating connection")), said
wait_for(identifier, "storage-full")
EXHAUSTED = "Allocated storage has been exhausted. Allocate additional storage to resolve."
wait("it is told", lambda: EXHAUSTED in messages(identifier))

note("readers go on, writers are told, what was acknowledged is there")
assert value(reader, "SELECT count(*) FROM rows") == acknowledged
assert ask(database, "SELECT pg_postmaster_start_time()") == started, "the server did not go down"
with connect(database) as late:
    wait("new writers are turned away", lambda: "read-only" in (write(late) or ""), 20)
turned_away = pgbench(database, "-n", "-c", "2", "-T", "1")
assert is_refusal(turned_away), turned_away

note("growing cures it, without a restart")
grown_after = time.monotonic()
database = modify(identifier, AllocatedStorage=6)
assert database["AllocatedStorage"] == 6
with connect(database) as writer:
    writer.execute(ROW)
assert ask(database, "SELECT pg_postmaster_start_time()") == started
acknowledged += 2000
assert value(reader, "SELECT count(*) FROM rows") == acknowledged
assert failed_transactions(pgbench(database, "-n", "-c", "2", "-T", "1")) == 0
for done in readers.end():
    assert failed_transactions(done) == 0, done

note("with MaxAllocatedStorage it grows by itself, in its time after the last growth, which serve does not forget")
kill_serve()
start_serve()
wait_for(identifier)
rds.modify_db_instance(DBInstanceIdentifier=identifier, MaxAllocatedStorage=18, ApplyImmediately=True)
os.remove(filler)
fill(database, leaving=200 << 20)
# A fifth of a second instead of five minutes, so 14 s instead of six hours.
wait("it has grown", lambda: 16 <= describe(identifier)["AllocatedStorage"] <= 18, 30)
assert time.monotonic() - grown_after >= 14.4, time.monotonic() - grown_after
wait_for(identifier)
wait("the room is there", lambda: room(database) > 9 << 30)
wait("it is told", lambda: "Finished applying autoscaling-initiated modification to allocated storage." in messages(identifier))
told = messages(identifier)
assert "Applying autoscaling-initiated modification to allocated storage." in told
assert any(text.startswith("The free storage capacity for DB instance: ") for text in told), told
assert ask(database, "SELECT pg_postmaster_start_time()") == started
assert status(identifier) == "available"

note("far beyond what its image was made for: with a break where the host demands one")
count = acknowledged
database = modify(identifier, AllocatedStorage=30, MaxAllocatedStorage=40)
wait("the room is there", lambda: room(database) > 20 << 30)
assert ask(database, "SELECT count(*) FROM rows") == count
