"""Endpoints that share an address, behind a domain: the name decides, and everything else is as at an address of one's own."""

import psycopg

from martlet_client import (
    PASSWORD, SCRATCH, create_available, martlet, modify, name, note, rds, refused, value)

SHARED, PORT = "127.0.0.1", 25432
CA = f"{SCRATCH}/shared-ca.pem"
with open(CA, "w", encoding="utf-8") as file:
    file.write(martlet("ca").stdout)


def through(instance, host=None, sslmode="verify-full", **more):
    """As a client does whose DNS has the wildcard."""
    return psycopg.connect(
        host=host or instance["Endpoint"]["Address"], hostaddr=SHARED, port=instance["Endpoint"]["Port"], user="cruddur",
        password=PASSWORD, dbname="postgres", sslmode=sslmode, sslrootcert=CA, connect_timeout=20, autocommit=True, **more)


def refusal(instance, **more):
    try:
        through(instance, **more).close()
    except psycopg.OperationalError as error:
        return str(error)
    raise AssertionError(f"accepted: {more}")


note("a port at which nobody would reach it is refused")
refused("InvalidParameterValue", "25432", rds.create_db_instance, DBInstanceIdentifier=name("far"), Engine="postgres",
        DBInstanceClass="db.t3.micro", AllocatedStorage=20, MasterUsername="cruddur", MasterUserPassword=PASSWORD, Port=5432)

one = create_available(name("one"), Port=PORT)
two = create_available(name("two"), Port=PORT)
refused("InvalidParameterValue", "25432", rds.modify_db_instance, DBInstanceIdentifier=name("one"), DBPortNumber=5432)
assert one["Endpoint"]["Address"].endswith(".rds.db.example.test") and one["Endpoint"]["Port"] == PORT, one["Endpoint"]
with open("/etc/hosts", encoding="utf-8") as file:
    assert one["Endpoint"]["Address"] not in file.read(), "names resolve by DNS here"

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

note("a new name counts at once, the old one no more")
former = one["Endpoint"]["Address"]
inside = through(one)
one = modify(name("one"), NewDBInstanceIdentifier=name("first"))
with through(one) as connection:
    assert value(connection, "SELECT 1") == 1
assert former in refusal(one, host=former, sslmode="require")
assert value(inside, "SELECT 1") == 1
inside.close()
