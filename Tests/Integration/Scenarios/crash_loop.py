"""A database that cannot start: a status and a reason that say so, growing pauses, and recovery once the cause is gone."""

import glob
import os
import signal

from martlet_client import (
    DATA_DIR, ask, create_available, is_alive, martlet, messages, name, note, rds, refused, status, wait, wait_for)

identifier = name("broken")
database = create_available(identifier)
other = create_available(name("sound"))
resource = database["DbiResourceId"]
control = glob.glob(f"{DATA_DIR}/instances/{resource}/**/global/pg_control", recursive=True)
assert len(control) == 1, control
pidfile = glob.glob(f"{DATA_DIR}/instances/{resource}/**/postmaster.pid", recursive=True)[0]

note("its control file goes missing, and then it dies")
os.rename(control[0], control[0] + ".hidden")
with open(pidfile, encoding="utf-8") as file:
    pid = int(file.readline())
os.kill(pid, signal.SIGKILL)
wait("it is gone", lambda: not is_alive(pid), 10)
wait("a status says that it cannot run", lambda: status(identifier) in ("failed", "incompatible-parameters"), 60)
print(f"           status: {status(identifier)}; events: {messages(identifier)[-3:]}")
assert messages(identifier), "an event must give the reason"
shown = martlet("status").stdout
assert identifier in shown and ("fail" in shown or "incompatible" in shown), shown
print(shown)

note("the others are not disturbed, and the API still answers")
assert ask(other, "SELECT 1") == 1
refused("InvalidDBInstanceState", "", rds.reboot_db_instance, DBInstanceIdentifier=identifier)

note("the file comes back: it recovers by itself")
os.rename(control[0] + ".hidden", control[0])
wait("available again", lambda: status(identifier) == "available", 120, 0.2)
assert ask(database, "SELECT 1") == 1

note("a failed one can be deleted")
os.rename(control[0], control[0] + ".hidden")
with open(pidfile, encoding="utf-8") as file:
    os.kill(int(file.readline()), signal.SIGKILL)
wait("a status says that it cannot run", lambda: status(identifier) in ("failed", "incompatible-parameters"), 60)
rds.delete_db_instance(DBInstanceIdentifier=identifier, SkipFinalSnapshot=True)
wait_for(identifier, None)
