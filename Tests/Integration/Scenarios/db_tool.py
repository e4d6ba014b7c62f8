"""`martlet db`: the notes' bin/db-* scripts on a PostgreSQL instance, then on MariaDB, then from one into the other."""

import contextlib
import json
import os
import re
import signal
import subprocess
import time

import psycopg

from martlet_client import (
    BINARY, DATA_DIR, PASSWORD, SCRATCH, connect, create, create_available, ec2, name, note, rds, remember, secrets, wait,
    wait_for)

# As the notes have them.
SCHEMA = """CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

DROP TABLE IF EXISTS public.users;
CREATE TABLE public.users (
  uuid UUID DEFAULT uuid_generate_v4() PRIMARY KEY,
  display_name text,
  handle text,
  cognito_user_id text,
  created_at TIMESTAMP default current_timestamp NOT NULL
);
DROP TABLE IF EXISTS public.activities;
CREATE TABLE public.activities (
  uuid UUID DEFAULT uuid_generate_v4() PRIMARY KEY,
  user_uuid UUID NOT NULL,
  message text NOT NULL,
  reply_to_activity_uuid integer,
  expires_at TIMESTAMP,
  created_at TIMESTAMP default current_timestamp NOT NULL
);
"""
SEED = """-- this file was manually created
INSERT INTO public.users (display_name, handle, cognito_user_id)
VALUES
  ('Andrew Brown', 'andrewbrown' ,'MOCK'),
  ('Andrew Bayko', 'bayko' ,'MOCK');
INSERT INTO public.activities (user_uuid, message, expires_at)
VALUES
(
  (SELECT uuid from public.users WHERE users.handle = 'andrewbrown' LIMIT 1),
  'This was imported as seed data!',
  current_timestamp + interval '10 day'
)
"""
TRANSCRIPT = """==== db-setup
== db-drop
NOTICE:  database "cruddur" does not exist, skipping
== db-create
CREATE DATABASE
== db-schema-load
{app}/db/schema.sql
CREATE EXTENSION
NOTICE:  table "users" does not exist, skipping
DROP TABLE
CREATE TABLE
NOTICE:  table "activities" does not exist, skipping
DROP TABLE
CREATE TABLE
== db-seed
{app}/db/seed.sql
INSERT 0 2
INSERT 0 1
"""
# With everything that breaks URLs, shells and option files, and what RDS allows.
ODD = "p!q#r$s%t^u&v*(w)=x?y'z!"

APP = os.path.realpath(f"{SCRATCH}/app")
os.makedirs(f"{APP}/db")


def write(path, text):
    with open(f"{APP}/{path}", "w", encoding="utf-8") as file:
        file.write(text)


def db(*words, status=0, data_dir=True, **environment):
    """Runs `martlet db …` in the application's directory; standard output and error together, in their order."""
    inherited = {key: value for key, value in os.environ.items() if key not in ("MARTLET_DATA_DIR", "PGPASSWORD", "MYSQL_PWD")}
    words = [BINARY, "db", *words]
    if data_dir:
        place = words.index("--") if "--" in words else len(words)
        words[place:place] = ["--data-dir", DATA_DIR]
    done = subprocess.run(
        words, cwd=APP, env={**inherited, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    assert done.returncode == status, f"{words} ended with {done.returncode}, not {status}: {done.stdout}"
    assert PASSWORD not in done.stdout or "url" in words, done.stdout
    return done.stdout


def arguments_of_all():
    """Everything that ps would show."""
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                found.append(file.read().decode(errors="replace"))
    return found


def unseen(secret, *words, **environment):
    """Runs a command that lasts, and looks whether anybody could see the secret meanwhile. On a machine that stalls, the command
    may be over before it was looked at: then it is run again."""
    for _ in range(5):
        looks, output = watched(secret, *words, **environment)
        if looks >= 3:
            return output
    raise AssertionError("the command was never seen at work")


def watched(secret, *words, **environment):
    env = {**os.environ, **environment}
    with subprocess.Popen([BINARY, "db", *words], cwd=APP, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        looks = 0
        while child.poll() is None:
            shown = arguments_of_all()
            assert not any(secret in one for one in shown), "a password is in an argument"
            looks += 1
            time.sleep(0.02)
        output = child.stdout.read().decode()
    assert child.returncode == 0, output
    return looks, output


write("db/schema.sql", SCHEMA)
write("db/seed.sql", SEED)

note("the transcript of the notes, on an instance whose password is in Secrets Manager")
identifier = name("cruddur")
create(identifier, DBName="cruddur", MasterUserPassword=None, ManageMasterUserPassword=True)
database = wait_for(identifier)
remember(database)
password = json.loads(secrets.get_secret_value(SecretId=database["MasterUserSecret"]["SecretArn"])["SecretString"])["password"]
assert "DROP DATABASE" in db("drop", "--instance", identifier, "--yes")
said = db("setup", "--instance", identifier, "--yes")
assert said == TRANSCRIPT.format(app=APP), said
assert connect(database, password=password, dbname="cruddur").execute("SELECT count(*) FROM users").fetchone() == (2,)

note("again: what is there is shown, nothing is destroyed unasked, and AWS_ENDPOINT_URL is enough to find it")
said = db("setup", "--instance", identifier, status=1)
assert "2 tables, 3 rows" in said and "--yes was not given" in said, said
in_it = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'cruddur'"
wait("those before have left", lambda: connect(
    database, password=password, dbname="postgres").execute(in_it).fetchone() == (0,), 30, 0.2)
again = db("setup", "--instance", identifier, "--yes", data_dir=False)
assert again.endswith("INSERT 0 2\nINSERT 0 1\n") and "would be lost" in again, again

note("whoever is connected is named; the database is not dropped under them unless that is asked for")
held = connect(database, password=password, dbname="cruddur", application_name="the-app")
said = db("drop", "--instance", identifier, "--yes", status=1)
assert "in use by" in said and "the-app" in said, said
listed = json.loads(db("sessions", "--instance", identifier, "--output", "json"))
mine = [one for one in listed if one["app"] == "the-app"]
assert len(mine) == 1 and mine[0]["db"] == "cruddur" and mine[0]["user"] == "cruddur", listed
table = db("sessions", "--instance", identifier)
assert table.splitlines()[0].replace(" ", "") == "process_id|user|db|client_addr|app|state", table
assert "was ended" in db("sessions", "--instance", identifier, "--kill", str(mine[0]["process_id"]))
try:
    held.execute("SELECT 1")
    raise AssertionError("the session lives on")
except psycopg.Error:
    pass

note("connect: psql, verified to the name, with a password that nobody sees")
# (The server itself sees no TLS: that ends at the gateway.)
shown = db("connect", "--instance", identifier, "--", "-X", "-c", r"\conninfo", "-c", r"\! echo $PGSSLMODE")
assert "SSL connection" in shown and shown.endswith("\nverify-full\n"), shown
said = unseen(password, "connect", "--instance", identifier, "--", "-Xc", "SELECT pg_sleep(1.5), 'done'")
assert "done" in said, said

note("url: every driver can use it, whatever the password holds")
url = db("url", "--instance", identifier).strip()
with psycopg.connect(url) as connection:
    assert connection.execute("SELECT current_database()").fetchone() == ("cruddur",)
rds.modify_db_instance(DBInstanceIdentifier=identifier, ManageMasterUserPassword=False, MasterUserPassword=ODD,
                       ApplyImmediately=True)
wait("the new password is taken", lambda: "ManageMasterUserPassword" not in str(
    rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0].get("PendingModifiedValues")), 30)
wait_for(identifier)
url = db("url", "--instance", identifier, PGPASSWORD=ODD).strip()
assert re.fullmatch(r"[A-Za-z0-9:/@?&=%._~-]+", url), url
with psycopg.connect(url) as connection:
    assert connection.execute("SELECT 1").fetchone() == (1,)
write("secret", ODD + "\n")
os.chmod(f"{APP}/secret", 0o644)
assert "chmod 600" in db("sessions", "--instance", identifier, "--password-file", "secret", status=1)
os.chmod(f"{APP}/secret", 0o600)
db("sessions", "--instance", identifier, "--password-file", "secret")
assert "PGPASSWORD" in db("sessions", "--instance", identifier, status=1), "nobody can be asked here"

note("dev and prod, by .env and by the environment")
write(".env", f"# the database\nPROD_CONNECTION_URL='{url}'\nMARTLET_DATA_DIR={DATA_DIR}\n")
assert "(2 rows)" in db("connect", "prod", "--", "-Xc", "SELECT handle FROM users", data_dir=False)
assert "which is not set" in db("sessions", "prod", status=1, data_dir=False, PROD_CONNECTION_URL="")
os.remove(f"{APP}/.env")
assert "which is not set" in db("seed", "prod", status=1)

note("what fails leaves nothing behind, and says where")
write("bad.sql", "CREATE TABLE half (a int);\nINSERT INTO half VALUES (1);\n\nINSERT INTO\n  nowhere VALUES (1);\n")
said = db("schema-load", "bad.sql", "--instance", identifier, status=1, PGPASSWORD=ODD)
assert f"{APP}/bad.sql:5: ERROR:  relation \"nowhere\" does not exist" in said and "rolled back" in said, said
assert connect(database, password=ODD, dbname="cruddur").execute("SELECT to_regclass('half')").fetchone() == (None,)
assert "there is no file" in db("schema-load", "missing.sql", "--instance", identifier, status=1)
write("meta.sql", "SELECT 1;\n\\connect postgres\n")
assert "meta.sql:2: \\connect is a command of psql" in db("schema-load", "meta.sql", "--instance", identifier, status=1,
                                                         PGPASSWORD=ODD)
for wrong, fragment in [
        ("oracle://a/b", "scheme"), ("postgresql://u:hush@h:x/d", "port"), ("sqlite:///missing.db", "no file")]:
    said = db("sessions", "--url", wrong, status=1)
    assert fragment in said and "hush" not in said, said

note("a dump of pg_dump can be loaded, and a backup is for us alone")
said = db("backup", "--instance", identifier, "--plain", PGPASSWORD=ODD).splitlines()
assert said[2].endswith("read back to its end"), said
dump = said[1]
assert os.stat(f"{APP}/{dump}").st_mode & 0o777 == 0o600
assert "CREATE DATABASE" in db("create", "--instance", identifier, "--database", "copy", PGPASSWORD=ODD)
assert "COPY 2" in db("schema-load", dump, "--instance", identifier, "--database", "copy", PGPASSWORD=ODD)
said = db("backup", "--instance", identifier, PGPASSWORD=ODD)
assert "read back by pg_restore, 2 tables" in said, said

note("MariaDB: the same verbs")
other = create_available(name("blog"), Engine="mariadb", MasterUsername="admin", MasterUserPassword=ODD)
write("my.sql", "CREATE TABLE posts (id int PRIMARY KEY AUTO_INCREMENT, title varchar(100) NOT NULL);\n"
                "INSERT INTO posts (title) VALUES ('one'), ('two');\n")
mysql = ("--instance", name("blog"), "--database", "blogdb")
said = db("setup", *mysql, "--yes", "--schema", "my.sql", "--seed", "my.sql", status=1, MYSQL_PWD=ODD)
assert "already exists" in said, said
write("more.sql", "INSERT INTO posts (title) VALUES ('three');\n")
said = db("setup", *mysql, "--yes", "--schema", "my.sql", "--seed", "more.sql", MYSQL_PWD=ODD)
assert said.endswith(f"{APP}/my.sql\nCREATE TABLE\nINSERT 0 2\n== db-seed\n{APP}/more.sql\nINSERT 0 1\n"), said
shown = db("connect", *mysql, "--", "-NBe", "SELECT count(*) FROM posts", MYSQL_PWD=ODD)
assert shown == "3\n", shown
shown = db("connect", *mysql, "--", "-e", r"\s", MYSQL_PWD=ODD)
assert "Cipher in use is TLS" in shown, shown
said = unseen(ODD, "connect", *mysql, "--data-dir", DATA_DIR, "--", "-e", "SELECT sleep(1.5), 'done'", MYSQL_PWD=ODD)
assert "done" in said, said
assert "process_id" in db("sessions", *mysql, MYSQL_PWD=ODD)
assert "read back to its end" in db("backup", *mysql, MYSQL_PWD=ODD)

note("migrate: PostgreSQL into MariaDB and SQLite; killed in the middle it goes on")
with connect(database, password=ODD, dbname="cruddur") as connection:
    connection.execute("CREATE TABLE big (id int PRIMARY KEY, note text)")
    connection.execute("INSERT INTO big SELECT g, repeat('x', 200) || g FROM generate_series(1, 120000) g")
home = f"instance:{identifier}/cruddur"
moved = db("migrate", home, f"instance:{name('blog')}/moved", "--output", "json", PGPASSWORD=ODD, MYSQL_PWD=ODD)
moved = json.loads(moved[moved.index("{"):])
assert {one["table"]: one["targetRows"] for one in moved["tables"]} == {"users": 2, "activities": 1, "big": 120000}, moved
assert all(one["sourceChecksum"] == one["targetChecksum"] for one in moved["tables"]), moved
moves = [BINARY, "db", "migrate", home, f"instance:{identifier}/again", "--data-dir", DATA_DIR]
with subprocess.Popen(moves, cwd=APP, env={**os.environ, "PGPASSWORD": ODD}, stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL) as child:
    def begun():
        with contextlib.suppress(psycopg.Error):
            with connect(database, password=ODD, dbname="again") as connection:
                return connection.execute("SELECT count(*) FROM big").fetchone()[0] > 0 or child.poll() is not None
        return child.poll() is not None

    wait("some rows are there", begun, 60, 0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
with connect(database, password=ODD, dbname="again") as connection:
    kept = connection.execute("SELECT count(*) FROM big").fetchone()[0]
    was_quicker = connection.execute("SELECT to_regclass('public.martlet_migration') IS NULL").fetchone()[0]
if not was_quicker:
    said = db("migrate", home, f"instance:{identifier}/again", PGPASSWORD=ODD)
    assert "DIFFERENT" not in said and re.search(r"big +120,000 +120,000 .* equal", said), said
    print(f"           killed with {kept} rows there, gone on: {said.splitlines()[-1]}")
assert "nothing was changed" in db("migrate", home, f"instance:{identifier}/again", PGPASSWORD=ODD, status=1)

note("SQLite: the same verbs, by the environment alone; by scripts, which say --yes to all of them")
write(".env", "# as an editor on Windows writes it\r\nDB_NAME=lite\r\n")
write("lite.sql", "CREATE TABLE posts (id integer PRIMARY KEY, title text NOT NULL);\n")
write("rows.sql", "INSERT INTO posts (title) VALUES ('one'), ('two');\n")
alone = {"data_dir": False}
said = db("setup", "--yes", "--schema", "lite.sql", "--seed", "rows.sql", **alone)
assert said.endswith(f"{APP}/lite.sql\nCREATE TABLE\n== db-seed\n{APP}/rows.sql\nINSERT 0 2\n"), said
assert db("url", "--yes", **alone) == "sqlite:///volumes/lite.db\n"
assert json.loads(db("sessions", "--output", "json", **alone)) == []
assert db("connect", "--", "-separator", ";", "SELECT id, title FROM posts", **alone) == "1;one\n2;two\n"
assert "integrity checked" in db("backup", **alone)
said = db("init", "--schema", "lite.sql", "--seed", "rows.sql", status=1, **alone)
assert "2 rows" in said and "--yes" in said, said
said = db("init", "--yes", "--schema", "lite.sql", "--seed", "rows.sql", **alone)
assert said.endswith("\nCREATE TABLE\nINSERT 0 2\n"), said
write("twice.sql", "INSERT INTO posts VALUES (7, 'x');\nINSERT INTO posts VALUES (7, 'x');\n")
assert "UNIQUE" in db("seed", "--yes", "twice.sql", status=1, **alone)
assert db("connect", "--", "SELECT count(*) FROM posts", **alone) == "2\n", "all of a file, or nothing"
moved = db("migrate", "dev", "--url", "sqlite:///other.db", "--yes", "--output", "json", **alone)
moved = json.loads(moved[moved.index("{"):])
assert [(one["table"], one["targetRows"]) for one in moved["tables"]] == [("posts", 2)], moved
assert "DROP DATABASE" in db("drop", "--yes", **alone) and not os.path.exists(f"{APP}/volumes/lite.db")
os.remove(f"{APP}/.env")

note("an endpoint that is not reached is explained")
closed = ec2.create_security_group(GroupName=name("closed"), Description="lets nobody in")["GroupId"]
rds.modify_db_instance(DBInstanceIdentifier=identifier, VpcSecurityGroupIds=[closed], ApplyImmediately=True)
wait_for(identifier)


def complaint():
    done = subprocess.run(
        [BINARY, "db", "sessions", "--instance", identifier, "--data-dir", DATA_DIR], env={**os.environ, "PGPASSWORD": ODD},
        capture_output=True, text=True, timeout=60, check=False)
    return done.stderr if done.returncode else None


said = wait("the group is in force", complaint, 30, 0.5)
assert "Not reachable: group" in said, said
note("done")
