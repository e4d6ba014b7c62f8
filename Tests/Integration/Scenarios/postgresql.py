"""The database as on RDS: roles, what the master may and may not, settings, extensions, psql's meta-commands."""

import psycopg

from martlet_client import (
    ask, connect, create_available, login_refused, name, note, psql, value)

database = create_available(name("pg"), DBName="cruddur")
connection = connect(database, dbname="cruddur")

note("roles")
roles = {row[0]: row[1:] for row in connection.execute(
    "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolreplication FROM pg_roles").fetchall()}
assert roles["cruddur"] == (False, True, True, True, False), roles["cruddur"]
assert roles["rdsadmin"][0] is True, roles["rdsadmin"]
for role in ("rds_superuser", "rds_iam", "rds_replication", "rds_password"):
    assert roles[role][0] is False and roles[role][3] is False, (role, roles[role])
assert value(connection, "SELECT pg_has_role('cruddur', 'rds_superuser', 'member')")
for role in ("pg_monitor", "pg_signal_backend", "rds_replication", "rds_password"):
    assert value(connection, f"SELECT pg_has_role('rds_superuser', '{role}', 'member')"), role
assert [r for r, flags in roles.items() if flags[0] and flags[3]] == ["rdsadmin"], "no other superuser may log in"
# Up to PostgreSQL 15 these are kept from being granted by being superusers' roles; it must be nobody's.
withheld = ("pg_execute_server_program", "pg_read_server_files", "pg_write_server_files")
assert {r for r, flags in roles.items() if flags[0]} <= {"rdsadmin", *withheld}, roles
assert not value(connection, f"SELECT count(*) FROM pg_auth_members WHERE roleid::regrole::text IN {withheld}")

note("what the master may")
for statement in [
    "CREATE ROLE app LOGIN PASSWORD 'an-app-password'", "GRANT CONNECT ON DATABASE cruddur TO app", "CREATE DATABASE more",
    "DROP DATABASE more", "CREATE SCHEMA things", "GRANT USAGE ON SCHEMA things TO app",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'", "SELECT * FROM pg_stat_activity",
    "ALTER ROLE app CONNECTION LIMIT 5",
]:
    connection.execute(statement)
assert ask(database, "SELECT current_user", user="app", password="an-app-password", dbname="cruddur") == "app"

note("what the master may not")
for statement in [
    "CREATE ROLE boss SUPERUSER", "ALTER ROLE cruddur SUPERUSER", "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/martlet-was-here'", "SELECT pg_read_file('/etc/passwd')", "ALTER SYSTEM SET work_mem = '1GB'",
    "ALTER ROLE rdsadmin PASSWORD 'mine'", "DROP ROLE rdsadmin", "SET ROLE rdsadmin", "SELECT lo_import('/etc/passwd')",
    "CREATE EXTENSION file_fdw", "CREATE EXTENSION adminpack", "CREATE LANGUAGE plpython3u",
    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'getpid'", "GRANT pg_execute_server_program TO cruddur",
    "GRANT pg_read_server_files TO cruddur", "LOAD '/tmp/martlet.so'",
]:
    try:
        connection.execute(statement)
    except psycopg.Error:
        continue
    raise AssertionError(f"the master user was allowed: {statement}")

note("rdsadmin cannot come in through the endpoint")
with login_refused(database, user="rdsadmin", password="anything") as message:
    print(f"           {message.splitlines()[0]}")

note("settings of db.t3.micro (1 GiB), by RDS's formulas")
memory = 1 << 30
assert value(connection, "SELECT setting::int FROM pg_settings WHERE name = 'max_connections'") == memory // 9531392
assert value(connection, "SELECT setting::int FROM pg_settings WHERE name = 'shared_buffers'") == memory // 32768
assert value(connection, "SELECT setting::int FROM pg_settings WHERE name = 'effective_cache_size'") == memory // 16384
for setting, wanted in {"timezone": "UTC", "server_encoding": "UTF8", "password_encryption": "scram-sha-256",
                        "fsync": "on", "full_page_writes": "on"}.items():
    assert value(connection, f"SHOW {setting}") == wanted, (setting, value(connection, f"SHOW {setting}"))
assert connection.execute("SELECT datname FROM pg_database WHERE datname IN ('postgres', 'cruddur') ORDER BY 1").fetchall() \
    == [("cruddur",), ("postgres",)]

note("extensions")
listed = value(connection, "SHOW rds.extensions").split(",")
WANTED = ["uuid-ossp", "pgcrypto", "pg_stat_statements", "hstore", "citext", "pg_trgm", "postgres_fdw", "btree_gin",
          "btree_gist", "fuzzystrmatch", "intarray", "ltree", "tablefunc", "unaccent", "dblink", "cube", "earthdistance"]
for extension in WANTED:
    assert extension in [word.strip() for word in listed], f"{extension} is not in rds.extensions: {listed}"
    connection.execute(f'CREATE EXTENSION "{extension}"')
assert len(str(value(connection, "SELECT uuid_generate_v4()"))) == 36
assert value(connection, "SELECT crypt('a', gen_salt('bf')) IS NOT NULL")
assert value(connection, "SELECT 'Martlet' % 'Martlets'")
assert value(connection, "SELECT count(*) >= 0 FROM pg_stat_statements")

note("psql's meta-commands")
connection.execute("CREATE TABLE public.users (uuid uuid PRIMARY KEY DEFAULT uuid_generate_v4(), handle text)")
connection.execute("INSERT INTO users (handle) VALUES ('andrewbrown')")
for command, *fragments in [
    ("\\l", "cruddur", "postgres", "UTF8"), ("\\dt", "users", "cruddur", "table"),
    ("\\d users", "uuid_generate_v4()", "users_pkey"),
    ("\\d", "users"), ("\\du", "rds_superuser", "Create role, Create DB"), ("\\dn", "public", "things"),
    ("\\dx", "uuid-ossp", "hstore"), ("\\c postgres", "postgres"), ("\\conninfo", "cruddur"), ("\\df uuid_generate_v4", "uuid"),
]:
    output = psql(database, command, dbname="cruddur")
    for fragment in fragments:
        assert fragment in output, f"{command}: '{fragment}' is not in\n{output}"
expanded = psql(database, "\\x on", "SELECT handle FROM users", dbname="cruddur")
assert "-[ RECORD 1 ]" in expanded and "andrewbrown" in expanded, expanded
connection.close()
