"""Clients of MariaDB: the server sees where they are; who must use TLS; every driver with the certificate verified."""

import contextlib
import ipaddress
import os
import shutil
import socket
import subprocess
import sys

import mysql.connector
import pymysql

from martlet_client import (
    PASSWORD, SCRATCH, bundle, change_parameters, kill_serve, name, note, rds, start_serve, told, wait, wait_for)
from mysql_client import ask, connect, create_mariadb, rows, server_process, value

identifier, group = name("clients"), name("tls")
BUNDLE, STRANGER = bundle(), f"{SCRATCH}/stranger.pem"
ELSEWHERE = "127.9.9.9"


def refusal(instance, **changes):
    """What a client that must not come in is told: (number, text)."""
    try:
        connect(instance, **changes).close()
    except pymysql.MySQLError as error:
        return error.args
    raise AssertionError(f"let in: {changes}")


version = rds.describe_db_engine_versions(Engine="mariadb", DefaultOnly=True)["DBEngineVersions"][0]
rds.create_db_parameter_group(
    DBParameterGroupName=group, DBParameterGroupFamily=version["DBParameterGroupFamily"], Description="who must use TLS")
instance = create_mariadb(identifier, DBParameterGroupName=group)
endpoint = instance["Endpoint"]

note("the server sees each client's address")
with contextlib.closing(connect(instance, bind_address=ELSEWHERE)) as far, contextlib.closing(connect(instance)) as near:
    shown = dict(rows(near, "SELECT id, host FROM information_schema.processlist WHERE user = 'admin'"))
    for connection, address in ((far, ELSEWHERE), (near, "127.0.0.1")):
        port = connection._sock.getsockname()[1]
        assert shown[value(connection, "SELECT CONNECTION_ID()")] == f"{address}:{port}", (shown, address, port)
        assert value(connection, "SELECT USER()") == f"admin@{address}", value(connection, "SELECT USER()")

note("accounts with a host are for that host")
with contextlib.closing(connect(instance)) as master:
    for account in ("'branch'@'127.9.%'", "'branch'@'10.%'", "'office'@'10.%'", "'mask'@'127.9.0.0/255.255.0.0'"):
        rows(master, f"CREATE USER {account} IDENTIFIED BY 'branch-password'")
for user, account in (("branch", "branch@127.9.%"), ("mask", "mask@127.9.0.0/255.255.0.0")):
    far = {"user": user, "password": "branch-password", "bind_address": ELSEWHERE}
    assert ask(instance, "SELECT CURRENT_USER()", **far) == account
    assert refusal(instance, **{**far, "bind_address": "127.0.0.1"})[0] == 1045
said = refusal(instance, user="office", password="branch-password", bind_address=ELSEWHERE)
assert said[0] == 1045 and f"'office'@'{ELSEWHERE}'" in said[1], said

note("a header of one's own is not believed")
with socket.create_connection((endpoint["Address"], endpoint["Port"]), timeout=30) as raw:
    raw.sendall(b"PROXY TCP4 10.0.0.1 10.0.0.2 1000 3306\r\n")
    said = b""
    with contextlib.suppress(ConnectionError):
        while more := raw.recv(4096):
            said += more
    assert b"\xff" in said, said  # an error, behind the greeting

note("after a restart, and after serve was killed, it is the same")
process = server_process(instance)
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert server_process(instance) not in (None, process)
assert ask(instance, "SELECT USER()", bind_address=ELSEWHERE) == f"admin@{ELSEWHERE}"
kill_serve()
assert ask(instance, "SELECT USER()", bind_address=ELSEWHERE) == f"admin@{ELSEWHERE}"
start_serve()
wait_for(identifier)

note("every driver, with the certificate and the name verified")
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
     "-subj", "/CN=other", "-keyout", f"{SCRATCH}/stranger.key", "-out", STRANGER], capture_output=True, timeout=60, check=True)
# The same address, by a name that the certificate has not.
ALIAS = str(int(ipaddress.IPv4Address(socket.gethostbyname(endpoint["Address"]))))


def by_program(program):
    def run(host, authority):
        done = subprocess.run(
            [program, "--no-defaults", "-h", host, "-P", str(endpoint["Port"]), "-u", "admin", f"--ssl-ca={authority}",
             "--ssl-verify-server-cert", "-NBe", "SELECT CURRENT_USER()"],
            env={**os.environ, "MYSQL_PWD": PASSWORD}, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()
    return run


def by_mysql_connector(pure):
    def run(host, authority):
        # MariaDB 10.11 does not know the collation that this driver begins with.
        with contextlib.closing(mysql.connector.connect(
                host=host, port=endpoint["Port"], user="admin", password=PASSWORD, ssl_ca=authority, ssl_verify_cert=True,
                ssl_verify_identity=True, use_pure=pure, charset="utf8mb4", collation="utf8mb4_general_ci",
                connection_timeout=30)) as connection, contextlib.closing(connection.cursor()) as cursor:
            cursor.execute("SELECT CURRENT_USER()")
            return cursor.fetchone()[0]
    return run


def by_pymysql(host, authority):
    with contextlib.closing(pymysql.connect(
            host=host, port=endpoint["Port"], user="admin", password=PASSWORD, ssl_ca=authority, ssl_verify_cert=True,
            ssl_verify_identity=True, connect_timeout=30)) as connection:
        return value(connection, "SELECT CURRENT_USER()")


def isolated(code, *words):
    """Python without this directory: its mariadb.py is not the connector."""
    done = subprocess.run([sys.executable, "-I", "-c", code, *words], env={**os.environ, "MYSQL_PWD": PASSWORD},
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def by_mariadb_connector(host, authority):
    return isolated("""
import mariadb, os, sys
connection = mariadb.connect(host=sys.argv[1], port=int(sys.argv[2]), user="admin", password=os.environ["MYSQL_PWD"],
                             ssl_ca=sys.argv[3], ssl_verify_cert=True, connect_timeout=30)
cursor = connection.cursor()
cursor.execute("SELECT CURRENT_USER()")
print(cursor.fetchone()[0])
connection.close()
""", host, str(endpoint["Port"]), authority)


drivers = {
    "pymysql": by_pymysql, "mysql-connector-python": by_mysql_connector(True),
    **{program: by_program(program) for program in ("mysql", "mariadb") if shutil.which(program)},
}
if mysql.connector.HAVE_CEXT:
    drivers["mysql-connector-python in C"] = by_mysql_connector(False)
if isolated("import importlib.util; print(importlib.util.find_spec('mariadb') is not None)") == "True":
    drivers["mariadb-connector-python"] = by_mariadb_connector
else:
    note("mariadb-connector-python: skipped, it could not be built (scripts/test says why)")
for driver, run in drivers.items():
    note(driver)
    assert run(endpoint["Address"], BUNDLE) == "admin@%", driver
    for host, authority in ((endpoint["Address"], STRANGER), (ALIAS, BUNDLE)):
        try:
            run(host, authority)
        except Exception as error:  # whatever the driver makes of it
            assert any(word in str(error).lower() for word in ("certificate", "ssl", "tls")), (driver, host, error)
        else:
            raise AssertionError(f"{driver} trusts {authority} for {host}")

note("a pool of mysql-connector-python's")
pool = mysql.connector.pooling.MySQLConnectionPool(
    pool_name="clients", pool_size=3, host=endpoint["Address"], port=endpoint["Port"], user="admin", password=PASSWORD,
    ssl_ca=BUNDLE, ssl_verify_cert=True, charset="utf8mb4", collation="utf8mb4_general_ci")
for _ in range(10):
    with contextlib.closing(pool.get_connection()) as connection, contextlib.closing(connection.cursor()) as cursor:
        cursor.execute("SELECT @@session.sql_mode, CURRENT_USER()")
        assert cursor.fetchone()[1] == "admin@%"

note("require_secure_transport: who comes without TLS is told MySQL's error, at once and without a restart")
process = server_process(instance)
tls = {"ssl_ca": BUNDLE, "ssl_verify_identity": True}
plain = {"ssl_disabled": True}
assert ask(instance, "SELECT 1", **plain) == 1


def is_kept_out():
    try:
        connect(instance, **plain).close()
    except pymysql.MySQLError as error:
        assert error.args[0] == 3159 and "insecure transport are prohibited" in error.args[1], error.args
        return True
    return False


change_parameters(identifier, group, require_secure_transport="1")
wait("it is demanded", is_kept_out, 20)
assert ask(instance, "SELECT @@require_secure_transport", **tls) == 1
change_parameters(identifier, group, require_secure_transport="0")
wait("it is demanded no more", lambda: not is_kept_out(), 20)
assert server_process(instance) == process, "nothing was restarted"

note("REQUIRE SSL on an account: TLS ends at the gateway, so the server refuses it; an event says why, and what to do")
with contextlib.closing(connect(instance)) as master:
    rows(master, "CREATE USER strict IDENTIFIED BY 'strict-password' REQUIRE SSL")
    strict = {"user": "strict", "password": "strict-password"}
    for how in (tls, plain):
        assert refusal(instance, **strict, **how)[0] == 1045
    print("           " + told(identifier, "user strict", "REQUIRE SSL", "require_secure_transport"))
    rows(master, "ALTER USER strict REQUIRE NONE")
    assert ask(instance, "SELECT 1", **strict, **tls) == 1
