"""A new master password works at the next login, the old one no longer does, and an open connection stays."""

from martlet_client import ask, connect, create_available, login_refused, modify, name, note, rds, told, value, wait, wait_for

identifier = name("pw")
database = create_available(identifier)
connection = connect(database)

note("a new password")
answer = rds.modify_db_instance(DBInstanceIdentifier=identifier, MasterUserPassword="pass-new-123",
                                ApplyImmediately=True)["DBInstance"]
assert answer["DBInstanceStatus"] in ("available", "resetting-master-credentials"), answer["DBInstanceStatus"]
wait_for(identifier)


def works(password):
    try:
        return ask(database, "SELECT 1", password=password) == 1
    except Exception:  # noqa: BLE001 - any failure to log in counts
        return False


wait("the new password works", lambda: works("pass-new-123"), 10)
with login_refused(database) as message:
    assert "password authentication failed" in message, message
assert value(connection, "SELECT 1") == 1, "the open connection must not have been cut"
told(identifier, "Reset master credentials")

note("odd characters")
ODD = r"a\b;c--d$1{}%s&<>|~^`!"
modify(identifier, MasterUserPassword=ODD)
wait("the odd password works", lambda: works(ODD), 10)

note("a password set by SQL is the owner's affair: a reboot does not put the old one back")
connection.execute("ALTER ROLE cruddur PASSWORD 'set-by-sql-1'")
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert works("set-by-sql-1")

note("it is stored as a SCRAM verifier")
with connect(database, password="set-by-sql-1") as fresh:
    assert value(fresh, "SHOW password_encryption") == "scram-sha-256"
