"""TLS at the endpoint: verify-full with every driver, what must be refused, other names and other authorities under way."""

import asyncio
import os
import shutil
import ssl
import subprocess

import asyncpg
import pg8000.dbapi
import psycopg
from martlet_client import (
    PASSWORD, SCRATCH, conninfo, connect, create_available, describe, login_refused, martlet, modify, name, note, rds, remember,
    value)
from raw_http import get

JAR = "/usr/share/java/postgresql.jar"
CA = f"{SCRATCH}/ca.pem"


def bundle(path=CA):
    with open(path, "w", encoding="utf-8") as file:
        file.write(martlet("ca").stdout)
    return path


def verified(instance, ca=CA, **more):
    return connect(instance, sslmode="verify-full", sslrootcert=ca, **more)


def tls_version(connection):
    return connection.pgconn.ssl_attribute("protocol") if hasattr(connection.pgconn, "ssl_attribute") else "TLS"


def context(ca=CA):
    return ssl.create_default_context(cafile=ca)


async def through_asyncpg(instance):
    end = instance["Endpoint"]
    connection = await asyncpg.connect(
        host=end["Address"], port=end["Port"], user="cruddur", password=PASSWORD, database="postgres", ssl=context())
    try:
        return await connection.fetchval("SELECT current_user")
    finally:
        await connection.close()


def through_pg8000(instance):
    end = instance["Endpoint"]
    with pg8000.dbapi.connect(
            host=end["Address"], port=end["Port"], user="cruddur", password=PASSWORD, database="postgres",
            ssl_context=context()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def through_psql(instance):
    end = instance["Endpoint"]
    target = f"host={end['Address']} port={end['Port']} user=cruddur dbname=postgres sslmode=verify-full sslrootcert={CA}"
    done = subprocess.run(
        ["psql", "-X", "-A", "-t", "-c", "SELECT current_user", target], env={**os.environ, "PGPASSWORD": PASSWORD},
        capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def through_jdbc(instance):
    end = instance["Endpoint"]
    with open(f"{SCRATCH}/Probe.java", "w", encoding="utf-8") as file:
        file.write("""
            import java.sql.*;
            public class Probe {
                public static void main(String[] words) throws Exception {
                    try (Connection c = DriverManager.getConnection(words[0], "cruddur", System.getenv("PGPASSWORD"));
                         ResultSet r = c.createStatement().executeQuery("SELECT current_user")) {
                        r.next();
                        System.out.println(r.getString(1));
                    }
                }
            }
            """)
    url = f"jdbc:postgresql://{end['Address']}:{end['Port']}/postgres?sslmode=verify-full&sslrootcert={CA}"
    done = subprocess.run(
        ["java", "-cp", JAR, f"{SCRATCH}/Probe.java", url], env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True,
        text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


identifier = name("tls")
database = create_available(identifier)
bundle()
assert get("/ca.pem").body == martlet("ca").stdout

note("what the API says of it is what the endpoint shows")
details = database["CertificateDetails"]
assert details["CAIdentifier"] == database["CACertificateIdentifier"] == "rds-ca-rsa2048-g1", details
certificates = {c["CertificateIdentifier"]: c for c in rds.describe_certificates()["Certificates"]}
assert set(certificates) == {"rds-ca-rsa2048-g1", "rds-ca-ecc384-g1"}, certificates
endpoint = database["Endpoint"]
shown = subprocess.run(
    ["openssl", "s_client", "-starttls", "postgres", "-connect", f"{endpoint['Address']}:{endpoint['Port']}", "-CAfile", CA,
     "-verify_return_error", "-verify_hostname", endpoint["Address"]],
    stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
assert "Verification: OK" in shown.stdout, shown.stdout + shown.stderr

note("verify-full: psql, psycopg, asyncpg, pg8000")
assert through_psql(database) == "cruddur"
with verified(database) as connection:
    assert value(connection, "SELECT current_user") == "cruddur"
assert asyncio.run(through_asyncpg(database)) == "cruddur"
assert through_pg8000(database) == "cruddur"
if os.path.exists(JAR) and shutil.which("javac"):
    assert through_jdbc(database) == "cruddur"
    note("verify-full: JDBC")
else:
    note("JDBC: skipped, there is no JDK or no libpostgresql-jdbc-java")

note("prefer, which is what most clients do, is TLS as well")
with connect(database) as connection:
    assert connection.pgconn.ssl_in_use

note("refused: no TLS at all, a name that is not its own, an authority that is not ours")
with login_refused(database, sslmode="disable") as text:
    assert "no pg_hba.conf entry for host" in text, text
stranger = {**conninfo(database), "hostaddr": subprocess.run(
    ["getent", "ahostsv4", endpoint["Address"]], capture_output=True, text=True, check=True).stdout.split()[0]}
try:
    psycopg.connect(**{**stranger, "host": "elsewhere.example"}, sslmode="verify-full", sslrootcert=CA).close()
    raise AssertionError("another name was accepted")
except psycopg.OperationalError as error:
    assert "elsewhere.example" in str(error), error
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
     "-subj", "/CN=other", "-keyout", f"{SCRATCH}/other.key", "-out", f"{SCRATCH}/other.pem"],
    capture_output=True, timeout=60, check=True)
with login_refused(database, sslmode="verify-full", sslrootcert=f"{SCRATCH}/other.pem") as text:
    assert "certificate verify failed" in text, text

note("renamed: the new name is certified, and who is in stays in")
inside = verified(database)
backend = value(inside, "SELECT pg_backend_pid()")
renamed = name("tls2")
database = modify(identifier, NewDBInstanceIdentifier=renamed)
identifier = renamed
remember(database)
with verified(database) as connection:
    assert value(connection, "SELECT 1") == 1
assert value(inside, "SELECT pg_backend_pid()") == backend

note("the other authority, and back")
database = modify(identifier, CACertificateIdentifier="rds-ca-ecc384-g1")
assert database["CertificateDetails"]["CAIdentifier"] == "rds-ca-ecc384-g1", database["CertificateDetails"]
with verified(database) as connection:
    assert value(connection, "SELECT 1") == 1

note("new authorities: new instances get them, an old one when it is modified; nobody is dropped")
old = bundle(f"{SCRATCH}/old.pem")
martlet("ca", "rotate")
bundle()
assert rds.describe_certificates()["DefaultCertificateForNewLaunches"] == "rds-ca-rsa2048-g2"
with verified(database, ca=old) as connection:
    assert value(connection, "SELECT 1") == 1
database = modify(identifier, CACertificateIdentifier="rds-ca-rsa2048-g2")
with verified(database) as connection:
    assert value(connection, "SELECT 1") == 1
with login_refused(database, sslmode="verify-full", sslrootcert=old) as text:
    assert "certificate verify failed" in text, text
assert value(inside, "SELECT pg_backend_pid()") == backend
inside.close()
assert describe(identifier)["CertificateDetails"]["CAIdentifier"] == "rds-ca-rsa2048-g2"
