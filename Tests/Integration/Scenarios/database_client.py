"""DatabaseClient on real instances: verified TLS, a rotating secret, tokens, cancellation and restarts through the gateway."""

import contextlib
import json
import os
import subprocess
from urllib.parse import quote

from martlet_client import (
    PASSWORD, bundle, connect, create, name, note, rds, remember, secrets, wait, wait_for)
from mysql_client import connect as connect_mariadb
from mysql_client import rows

CHECK = os.environ["MARTLET_CLIENT_CHECK"]


class App:
    """A program that uses DatabaseClient, and answers each command with a line."""

    def __init__(self, url, login="password", pool="pooled"):
        # Its error output is the scenario's.
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [CHECK, url, login, pool], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            assert self.process.wait(60) == 0, self.process.returncode
        finally:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
            self.process.stdout.close()

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().strip()
        assert line, f"no answer to {command}"
        return line


def url(instance, scheme, database, user=None, password=PASSWORD, trusted=None):
    end = instance["Endpoint"]
    login = f"{user}:{quote(password, safe='')}@" if user else ""
    return f"{scheme}://{login}{end['Address']}:{end['Port']}/{database}?sslrootcert={trusted or bundle()}"


def survives(app, restart):
    """Writes while the server restarts: nothing acknowledged is lost, nothing is written twice."""
    assert app.say("write") == "writing"
    wait("rows are written", lambda: int(app.say("count")) > 50)
    restart()
    before = int(app.say("count"))
    wait("rows are written again", lambda: int(app.say("count")) > before + 50)
    told = app.say("stop")
    note(told)
    assert " 0 lost, 0 twice, 0 unasked," in told, told


def reboot(identifier):
    rds.reboot_db_instance(DBInstanceIdentifier=identifier)
    wait_for(identifier)


postgres = name("client")
mariadb = name("client-maria")
create(postgres, MasterUserPassword=None, ManageMasterUserPassword=True, EnableIAMDatabaseAuthentication=True)
create(mariadb, Engine="mariadb", MasterUsername="admin", DBName="blog", EnableIAMDatabaseAuthentication=True)
database = wait_for(postgres, seconds=120)
remember(database)
secret = database["MasterUserSecret"]["SecretArn"]

note("PostgreSQL: the password is the secret's, and a rotation is not noticed")
with App(url(database, "postgresql", "postgres"), f"secret:{secret}", "fresh") as app:
    assert app.say("user") == "cruddur"
    for _ in range(3):
        secrets.rotate_secret(SecretId=secret)
        wait_for(postgres)
        assert app.say("user") == "cruddur"

note("PostgreSQL: restarted under load; a cancelled task is cancelled on the server")
with App(url(database, "postgresql", "postgres"), f"secret:{secret}") as app:
    assert app.say("cancel") == "cancelled"
    survives(app, lambda: reboot(postgres))
    assert app.say("cancel") == "cancelled"

note("PostgreSQL: a token for each connection, and nothing without the bundle")
with connect(database, password=json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])["password"]) as master:
    master.execute("CREATE ROLE ann LOGIN")
    master.execute("GRANT rds_iam TO ann")
with App(url(database, "postgresql", "postgres"), "iam:ann", "fresh") as app:
    assert [app.say("user") for _ in range(3)] == ["ann"] * 3
    assert app.say("cancel") == "cancelled"
with App(url(database, "postgresql", "postgres", trusted="/etc/ssl/certs/ca-certificates.crt"), "iam:ann") as app:
    assert "certificate verify failed" in app.say("user")

database = wait_for(mariadb, seconds=120)
remember(database)
with contextlib.closing(connect_mariadb(database)) as master:
    rows(master, "CREATE USER ann IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'")
    rows(master, "GRANT ALL ON blog.* TO ann")
    rows(master, "GRANT PROCESS ON *.* TO ann")

note("MariaDB: restarted under load; a cancelled task is cancelled on the server")
with App(url(database, "mysql", "blog", "admin")) as app:
    assert app.say("cancel") == "cancelled"
    survives(app, lambda: reboot(mariadb))
    assert app.say("cancel") == "cancelled"

note("MariaDB: a token for each connection, and nothing without the bundle")
with App(url(database, "mysql", "blog"), "iam:ann", "fresh") as app:
    assert [app.say("user") for _ in range(3)] == ["ann"] * 3
    assert app.say("cancel") == "cancelled"
with App(url(database, "mysql", "blog", trusted="/etc/ssl/certs/ca-certificates.crt"), "iam:ann") as app:
    assert "Cannot connect" in app.say("user")
