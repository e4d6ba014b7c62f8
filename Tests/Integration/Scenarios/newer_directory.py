"""A directory that a later Martlet wrote is refused, and left as it is."""

import signal
import sqlite3
import subprocess

from martlet_client import BINARY, DATA_DIR, LISTEN, ask, create_available, kill_serve, name, note, start_serve, wait_for

database = create_available(name("old"))
kill_serve(signal.SIGTERM)


def stamp_store(number):
    store = sqlite3.connect(f"{DATA_DIR}/store/store.sqlite")
    found = store.execute("PRAGMA user_version").fetchone()[0]
    store.execute(f"PRAGMA user_version = {number}")
    store.commit()
    store.close()
    return found


def stamp_directory(number):
    with open(f"{DATA_DIR}/format", "r+", encoding="utf-8") as file:
        found = int(file.read())
        file.seek(0)
        file.truncate()
        file.write(f"{number}\n")
    return found


for stamp in (stamp_directory, stamp_store):
    note(stamp.__name__)
    present = stamp(9999)
    answer = subprocess.run(
        [BINARY, "serve", "--data-dir", DATA_DIR, "--listen", LISTEN], capture_output=True, text=True, timeout=30, check=False)
    told = answer.stdout + answer.stderr
    assert answer.returncode != 0 and "9999" in told and "later" in told, told
    print("           " + told.strip().splitlines()[-1])
    assert ask(database, "SELECT 1") == 1, "what runs must run on"
    assert stamp(present) == 9999, "it must not have been touched"
start_serve()
wait_for(name("old"))
