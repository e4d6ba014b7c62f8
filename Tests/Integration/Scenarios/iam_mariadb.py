"""IAM database authentication with MariaDB: users of AWSAuthenticationPlugin log in with tokens, and with nothing else."""

import pymysql

from martlet_client import REGION, bundle, messages, name, note, rds, wait, wait_for
from mysql_client import ask, connect, create_mariadb, rows, server_process


def token(instance, user, **changes):
    end = {"DBHostname": instance["Endpoint"]["Address"], "Port": instance["Endpoint"]["Port"], **changes}
    return rds.generate_db_auth_token(DBUsername=user, Region=REGION, **end)


def refused(instance, user, password, **changes):
    try:
        connect(instance, user=user, password=password, **changes).close()
    except pymysql.MySQLError as error:
        return f"{error.args}"
    raise AssertionError(f"{user} was let in")


identifier = name("iam")
database = create_mariadb(identifier)
process = server_process(database)
with connect(database) as master:
    rows(master, "CREATE USER ann IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'")
    rows(master, "CREATE USER bob IDENTIFIED BY 'bobs-own-password'")
tls = {"ssl_ca": bundle(), "ssl_verify_identity": True}

note("off: nobody gets in with a token")
assert "1045" in refused(database, "ann", token(database, "ann"), **tls)

note("on: users of the plugin log in with tokens, the others with passwords; nothing was restarted")
rds.modify_db_instance(DBInstanceIdentifier=identifier, ApplyImmediately=True, EnableIAMDatabaseAuthentication=True)
database = wait_for(identifier)
assert database["IAMDatabaseAuthenticationEnabled"] is True
assert ask(database, "SELECT CURRENT_USER()", user="ann", password=token(database, "ann"), **tls) == "ann@%"
assert ask(database, "SELECT 1", user="bob", password="bobs-own-password") == 1
assert server_process(database) == process, "the server was restarted"

note("tokens that are not good: the client hears MySQL's error, the events the reason")
bad = {
    "another user": token(database, "bob"), "another host": token(database, "ann", DBHostname="elsewhere.example"),
    "no token": "a-password",
}
for what, wrong in bad.items():
    assert "1045" in refused(database, "ann", wrong, **tls), what
assert refused(database, "ann", token(database, "ann"), ssl_disabled=True)
assert "1045" in refused(database, "bob", token(database, "bob"), **tls)
told = wait(
    "the reasons are in the events",
    lambda: [m for m in messages(identifier) if "IAM database authentication failed for user ann" in m], 40)
assert all("X-Amz" not in message for message in told), told

note("after a restart tokens go on working")
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
database = wait_for(identifier)
assert ask(database, "SELECT CURRENT_USER()", user="ann", password=token(database, "ann"), **tls) == "ann@%"

note("off again: at once, without a restart")
process = server_process(database)
rds.modify_db_instance(DBInstanceIdentifier=identifier, ApplyImmediately=True, EnableIAMDatabaseAuthentication=False)
database = wait_for(identifier)
assert "1045" in refused(database, "ann", token(database, "ann"), **tls)
assert server_process(database) == process, "the server was restarted"
