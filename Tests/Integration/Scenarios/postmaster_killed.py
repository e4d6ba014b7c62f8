"""A database that dies is started again at once, its data is there, and an event says so."""

import contextlib
import os
import signal

import psycopg

from martlet_client import (
    DATA_DIR, ask, connect, create_available, describe, is_alive, messages, name, note, settled_messages, wait, wait_for)

identifier = name("phoenix")
database = create_available(identifier)
resource = database["DbiResourceId"]
with connect(database) as connection:
    connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
other = create_available(name("bystander"))
bystander = ask(other, "SELECT pg_postmaster_start_time()")


def postmaster():
    """From the server's own pid file, wherever below the instance's directory it is."""
    for path, _, files in os.walk(f"{DATA_DIR}/instances/{resource}"):
        if "postmaster.pid" in files:
            # It may go, or be empty still, just now.
            with contextlib.suppress(FileNotFoundError, ValueError), open(f"{path}/postmaster.pid", encoding="utf-8") as file:
                return int(file.readline())
    return None


for how in (signal.SIGKILL, signal.SIGQUIT):
    note(f"the postmaster gets {how.name}")
    pid = postmaster()
    count = len(settled_messages(identifier))
    os.kill(pid, how)
    wait("it is gone", lambda: not is_alive(pid), 10, 0.01)
    wait("it runs again", lambda: postmaster() not in (None, pid), 40)
    wait_for(identifier, seconds=40)
    assert ask(database, "SELECT count(*) FROM kept") == 1000
    wait("an event tells of it", lambda: len(messages(identifier)) > count, 30)
    print("           " + "; ".join(messages(identifier)[count:]))

note("one backend killed: PostgreSQL recovers by itself, and comes back")
with connect(database) as connection:
    victim = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
    os.kill(victim, signal.SIGKILL)


def answers():
    """A client in the middle of its login when the server resets itself loses its connection, as with any PostgreSQL."""
    try:
        return ask(database, "SELECT count(*) FROM kept") == 1000
    except psycopg.OperationalError:
        return False


wait("it answers again", answers, 20)
wait_for(identifier, seconds=40)
assert ask(other, "SELECT pg_postmaster_start_time()") == bystander, "the other instance has nothing to do with it"
assert describe(identifier)["DBInstanceStatus"] == "available"
