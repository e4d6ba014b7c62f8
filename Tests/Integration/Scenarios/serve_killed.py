"""serve dies: databases, gateway and open connections do not notice; the next serve adopts them. The same for SIGTERM."""

import signal

from martlet_client import (
    ask, connect, create_available, describe, kill_serve, name, note, processes, rds, serve_pid, settled_messages, start_serve,
    value, wait_for)

identifier = name("adopted")
database = create_available(identifier)
resource = database["DbiResourceId"]
connection = connect(database)
started = value(connection, "SELECT pg_postmaster_start_time()")
backend = value(connection, "SELECT pg_backend_pid()")
gateways = set(processes("gateway"))
told = settled_messages(identifier)

for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
    note(f"serve gets {how.name}")
    kill_serve(how)
    assert value(connection, "SELECT pg_backend_pid()") == backend, "the open connection goes on"
    assert ask(database, "SELECT 1") == 1, "new connections come in without serve"
    start_serve()
    seen = describe(identifier)
    assert seen["DbiResourceId"] == resource and seen["DBInstanceStatus"] in ("available", "starting"), seen["DBInstanceStatus"]
    wait_for(identifier, seconds=40)
    assert value(connection, "SELECT pg_backend_pid()") == backend, "adopting drops nobody"
    assert ask(database, "SELECT pg_postmaster_start_time()") == started, "the server was adopted, not started again"
assert set(processes("gateway")) == gateways, "the gateway was adopted as well"
assert settled_messages(identifier) == told, "nothing happened to the instance, so no event tells of anything"

note("the adopted server obeys")
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert ask(database, "SELECT pg_postmaster_start_time()") > started
assert serve_pid()
