"""Endpoints that share an address, behind a domain: the name decides, and everything else is as at an address of one's own."""

import json
import os
import signal

import psycopg

from martlet_client import (
    DATA_DIR, PASSWORD, SCRATCH, ask, create_available, describe, kill_serve, martlet, modify, name, note, rds, refused,
    start_serve, value, wait, wait_for)

SHARED, PORT, DOMAIN = "127.0.0.1", 25432, "db.example.test"
CA = f"{SCRATCH}/shared-ca.pem"
with open(CA, "w", encoding="utf-8") as file:
    file.write(martlet("ca").stdout)


def through(instance, host=None, sslmode="verify-full", user="cruddur", password=PASSWORD, **more):
    """As a client does whose DNS has the wildcard."""
    return psycopg.connect(
        host=host or instance["Endpoint"]["Address"], hostaddr=SHARED, port=instance["Endpoint"]["Port"], user=user,
        password=password, dbname="postgres", sslmode=sslmode, sslrootcert=CA, connect_timeout=20, autocommit=True, **more)


def refusal(instance, **more):
    try:
        through(instance, **more).close()
    except psycopg.OperationalError as error:
        return str(error)
    raise AssertionError(f"accepted: {more}")


def in_hosts(instance):
    with open("/etc/hosts", encoding="utf-8") as file:
        return instance["Endpoint"]["Address"] in file.read()


def is_served(instance):
    try:
        with through(instance) as connection:
            return value(connection, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


note("a port at which nobody would reach it is refused")
refused("InvalidParameterValue", "25432", rds.create_db_instance, DBInstanceIdentifier=name("far"), Engine="postgres",
        DBInstanceClass="db.t3.micro", AllocatedStorage=20, MasterUsername="cruddur", MasterUserPassword=PASSWORD, Port=5432)

one = create_available(name("one"), Port=PORT, EnableIAMDatabaseAuthentication=True)
two = create_available(name("two"), Port=PORT)
refused("InvalidParameterValue", "25432", rds.modify_db_instance, DBInstanceIdentifier=name("one"), DBPortNumber=5432)
assert one["Endpoint"]["Address"].endswith(".rds.db.example.test") and one["Endpoint"]["Port"] == PORT, one["Endpoint"]
assert not in_hosts(one), "names resolve by DNS here"

note("each name leads to its own database")
for instance in (one, two):
    with through(instance) as connection:
        connection.execute(f"CREATE TABLE {instance['DBInstanceIdentifier'].rsplit('-', 1)[1]} (n int)")
for instance, table in ((one, "one"), (two, "two")):
    with through(instance) as connection:
        found = connection.execute("SELECT relname FROM pg_class WHERE relname IN ('one', 'two')").fetchall()
        assert found == [(table,)], found

note("without TLS, without a name, with another name")
assert "several endpoints share this address" in refusal(one, sslmode="disable")
assert "no server name" in refusal(one, sslmode="require", sslsni="0")
assert "nobody.db.example.test" in refusal(one, host="nobody.db.example.test", sslmode="require")

note("a login token for the name")
with through(one) as connection:
    connection.execute("CREATE ROLE app LOGIN; GRANT rds_iam TO app")
token = rds.generate_db_auth_token(one["Endpoint"]["Address"], PORT, "app")
with through(one, user="app", password=token) as connection:
    assert value(connection, "SELECT current_user") == "app"
assert "PAM authentication failed" in refusal(
    one, user="app", password=rds.generate_db_auth_token(two["Endpoint"]["Address"], PORT, "app"))

note("a new name counts at once, the old one no more")
former = one["Endpoint"]["Address"]
inside = through(one)
one = modify(name("one"), NewDBInstanceIdentifier=name("first"))
with through(one) as connection:
    assert value(connection, "SELECT 1") == 1
assert former in refusal(one, host=former, sslmode="require")
assert value(inside, "SELECT 1") == 1

note("serve without the shared address, and with it again; who is in stays in")
kill_serve()
start_serve("--domain", DOMAIN)
wait_for(name("first"))
one = describe(name("first"))
if os.geteuid() == 0:
    wait("names are in the hosts file again", lambda: in_hosts(one), 20)
    assert ask(one, "SELECT 1", sslmode="require") == 1
wait("the shared address is given up", lambda: not is_served(one) and "refused" in refusal(one), 20)
kill_serve()
start_serve("--domain", DOMAIN, "--gateway-listen", f"{SHARED}:{PORT}")
wait("the shared address is served again", lambda: is_served(one), 20)
wait("names have left the hosts file", lambda: not in_hosts(one), 20)
assert value(inside, "SELECT 1") == 1
inside.close()

note("the gateway dies, and comes back with the shared address")
with open(f"{DATA_DIR}/gateway/gateway.pid", encoding="utf-8") as file:
    os.kill(json.load(file)["pid"], signal.SIGKILL)
wait("the shared address is served again", lambda: is_served(one), 30)
