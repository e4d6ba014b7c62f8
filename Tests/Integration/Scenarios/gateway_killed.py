"""The gateway dies: it is back at once, with the same addresses; databases do not notice."""

import os
import signal

from martlet_client import ask, create_available, is_alive, kill_serve, name, note, processes, start_serve, wait, wait_for

database = create_available(name("door"))
other = create_available(name("hall"))
started = ask(database, "SELECT pg_postmaster_start_time()")


def gateway():
    pids = [pid for pid, words in processes("gateway").items() if words.split()[1:2] == ["gateway"] and is_alive(pid)]
    return pids[0] if pids else None


def answers(instance):
    try:
        return ask(instance, "SELECT 1", connect_timeout=2) == 1
    except Exception:  # noqa: BLE001 - not yet
        return False


for how in (signal.SIGKILL, signal.SIGTERM):
    note(f"the gateway gets {how.name}")
    pid = gateway()
    os.kill(pid, how)
    wait("it is gone", lambda: not is_alive(pid), 10, 0.01)
    wait("another is there", lambda: gateway() not in (None, pid), 15)
    for instance in (database, other):
        wait("connections are accepted again", lambda: answers(instance), 15)
    wait_for(name("door"), seconds=15)
assert ask(database, "SELECT pg_postmaster_start_time()") == started

note("gateway and serve die together")
kill_serve()
os.kill(gateway(), signal.SIGKILL)
wait("no gateway", lambda: gateway() is None, 10)
start_serve()
wait("a gateway is there", gateway, 15)
for instance in (database, other):
    wait("connections are accepted again", lambda: answers(instance), 15)
assert ask(database, "SELECT pg_postmaster_start_time()") == started
assert len([1 for words in processes("gateway").values() if words.split()[1:2] == ["gateway"]]) == 1, "one gateway, not two"
