"""A new port and a new name: the endpoint moves, the database stays."""

import socket

from martlet_client import (
    ask, connect, create_available, describe, modify, name, note, rds, refused, remember, status, value, wait)

old, new = name("before"), name("after")
database = create_available(old)
resource, address = database["DbiResourceId"], database["Endpoint"]["Address"]


def closed(host, port):
    try:
        socket.create_connection((host, port), timeout=2).close()
        return False
    except OSError:
        return True


note("a new port")
database = modify(old, DBPortNumber=6543)
assert database["Endpoint"] == {**database["Endpoint"], "Address": address, "Port": 6543}, database["Endpoint"]
assert ask(database, "SELECT 1") == 1
wait("the old port is closed", lambda: closed(address, 5432), 10)

note("a new name")
rds.modify_db_instance(DBInstanceIdentifier=old, NewDBInstanceIdentifier=new, ApplyImmediately=True)
wait("it is there under its new name", lambda: status(new) == "available", 30)
database = describe(new)
remember(database)
assert database["DbiResourceId"] == resource
assert database["DBInstanceArn"].endswith(f":db:{new}")
assert ask(database, "SELECT 1") == 1
refused("DBInstanceNotFound", old, rds.describe_db_instances, DBInstanceIdentifier=old)
if database["Endpoint"]["Address"] != address:  # names are used, not addresses
    assert database["Endpoint"]["Address"].startswith(new + "."), database["Endpoint"]

    def resolves():
        try:
            return socket.getaddrinfo(address, 6543)
        except socket.gaierror:
            return None

    wait(f"the old name {address} resolves no more", lambda: not resolves(), 20)

note("a connection that is open while the name changes stays")
with connect(database) as connection:
    modify(new, NewDBInstanceIdentifier=old)
    assert value(connection, "SELECT 1") == 1

note("the name that became free can be taken")
create_available(new)
