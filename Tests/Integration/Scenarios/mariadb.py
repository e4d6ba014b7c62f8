"""MariaDB from create to delete, under its own name and in place of MySQL, with the mariadb program and pymysql."""

import contextlib
import datetime
import json
import os
import signal
import subprocess

import pymysql

from martlet_client import (
    DATA_DIR, PASSWORD, delete, describe, is_alive, kill_serve, messages, modify, name, note, parameters, rds, refused,
    remember, secrets, settled_messages, start_serve, told, wait, wait_for)
from mysql_client import ask, connect, create_mariadb, fails, rows, server_process, value

note("what the catalogue says")
own = rds.describe_db_engine_versions(Engine="mariadb")["DBEngineVersions"][-1]
stand_in = rds.describe_db_engine_versions(Engine="mysql")["DBEngineVersions"][-1]
assert own["DBEngineDescription"] == "MariaDB" and own["DBParameterGroupFamily"].startswith("mariadb1"), own
assert stand_in["DBEngineDescription"] == "MariaDB in place of MySQL" and stand_in["DBParameterGroupFamily"] == "mysql8.0"
assert own["EngineVersion"] == stand_in["EngineVersion"], "what runs is shown"
for engine in ("oracle-ee", "sqlserver-ex", "db2-se"):
    assert rds.describe_db_engine_versions(Engine=engine)["DBEngineVersions"] == []
    refused("InvalidParameterValue", "own server", rds.create_db_instance, **parameters(name("vendor"), Engine=engine))
for changes, what in [
        ({"MasterUsername": "select"}, "reserved"), ({"MasterUserPassword": "x" * 42}, "longer than 41"),
        ({"MasterUserPassword": "short"}, "shorter than 8"), ({"DBName": "mysql"}, "DBName"), ({"DBName": "1x"}, "DBName"),
        ({"MasterUsername": "rdsadmin"}, "reserved")]:
    wanted = parameters(name("never"), **{"Engine": "mariadb", "MasterUsername": "admin", **changes})
    refused("InvalidParameterValue", what, rds.create_db_instance, **wanted)

note("MySQL 8.0.35 is asked for, MariaDB comes, and all say so")
identifier = name("mysql")
database = create_mariadb(identifier, "mysql", EngineVersion="8.0.35", DBName="shop")
resource = database["DbiResourceId"]
assert database["Engine"] == "mysql" and database["EngineVersion"] == own["EngineVersion"], database
assert database["Endpoint"]["Port"] == 3306 and database["LicenseModel"] == "general-public-license"
assert database["DBParameterGroups"][0]["DBParameterGroupName"] == "default.mysql8.0"
told(identifier, "in place of MySQL 8.0.35")
assert ask(database, "SELECT @@version").startswith(database["EngineVersion"])

note("the mariadb program and pymysql work in it")
said = subprocess.run(
    ["mariadb", "-h", database["Endpoint"]["Address"], "-P", "3306", "-u", "admin", "-N", "-e", "SHOW DATABASES", "shop"],
    env={**os.environ, "MYSQL_PWD": PASSWORD}, check=True, capture_output=True, text=True).stdout.split()
assert "shop" in said and "rdsadmin" not in said and not any("martlet" in one for one in said), said
with contextlib.closing(connect(database, database="shop")) as connection:
    rows(connection, "CREATE TABLE kept (n int PRIMARY KEY)")
    rows(connection, "INSERT INTO kept SELECT seq FROM seq_1_to_1000")
    assert value(connection, "SELECT @@character_set_server") == "utf8mb4"
    assert str(value(connection, "SELECT CONVERT_TZ('2024-06-01 12:00:00', 'UTC', 'Europe/Vienna')")) == "2024-06-01 14:00:00"
    assert value(connection, "SELECT @@max_connections") == (1 << 30) // 12_582_880
    assert value(connection, "SELECT @@innodb_buffer_pool_size") == (1 << 30) * 3 // 4
    assert value(connection, "SELECT @@log_bin") == 0, "no backups, no binary log"

note("the master user has their rights and no more")
with contextlib.closing(connect(database)) as connection:
    rows(connection, "CREATE USER 'app'@'%' IDENTIFIED BY 'app-password'")
    rows(connection, "GRANT ALL PRIVILEGES ON shop.* TO 'app'@'%'")
    rows(connection, "ALTER USER 'app'@'%' IDENTIFIED BY 'other-password'")
    for denied in (
            "SET GLOBAL max_connections = 5", "SET GLOBAL general_log_file = '/tmp/x'", "INSTALL SONAME 'auth_ed25519'",
            "SELECT 1 INTO OUTFILE '/tmp/x'", "GRANT SUPER ON *.* TO 'app'@'%'", "SHUTDOWN",
            "UPDATE mysql.global_priv SET Priv = '{}'", "GRANT UPDATE ON mysql.* TO 'app'@'%'",
            "GRANT UPDATE ON `m%`.* TO 'app'@'%'", "ALTER USER rdsadmin@localhost IDENTIFIED BY 'x'",
            "RENAME USER rdsadmin@localhost TO mine@localhost", "DROP USER rdsadmin@localhost",
            "CREATE PROCEDURE mysql.mine() SELECT 1"):
        fails((1044, 1045, 1142, 1227, 1370, 1396), connection, denied)
assert ask(database, "SELECT COUNT(*) FROM kept", user="app", password="other-password", database="shop") == 1000
with contextlib.closing(connect(database, user="app", password="other-password")) as connection:
    fails(1142, connection, "SELECT * FROM mysql.global_priv")

note("RDS's procedures")
with contextlib.closing(connect(database)) as connection, contextlib.closing(connect(database)) as victim:
    number = value(victim, "SELECT CONNECTION_ID()")
    rows(connection, "CALL mysql.rds_kill(%s)", number)
    fails((1927, 2006, 2013), victim, "SELECT 1")
    # The control plane's session is not always there; asking what the instance does brings one.
    service = wait("a session of rdsadmin", lambda: describe(identifier) and [row[0] for row in rows(
        connection, "SELECT id FROM information_schema.processlist WHERE user = 'rdsadmin'")])[0]
    fails(1095, connection, f"CALL mysql.rds_kill({service})")
    rows(connection, "CALL mysql.rds_set_configuration('binlog retention hours', 24)")
    assert ("binlog retention hours", "24") == rows(connection, "CALL mysql.rds_show_configuration")[0][:2]
    assert value(connection, "SELECT @@binlog_expire_logs_seconds") == 24 * 3600
    for call in ("rotate_slow_log", "rotate_general_log", "innodb_buffer_pool_dump_now", "innodb_buffer_pool_load_now",
                 "innodb_buffer_pool_load_abort"):
        rows(connection, f"CALL mysql.rds_{call}")

note("modify: another class, a binary log, another password")
database = modify(identifier, DBInstanceClass="db.t3.small", BackupRetentionPeriod=3)
with contextlib.closing(connect(database)) as connection:
    assert value(connection, "SELECT @@max_connections") == (2 << 30) // 12_582_880
    assert value(connection, "SELECT @@log_bin") == 1
    assert value(connection, "SELECT @@binlog_expire_logs_seconds") == 24 * 3600, "what was configured survives a restart"
modify(identifier, MasterUserPassword="another-password-1")
assert ask(database, "SELECT 1", password="another-password-1") == 1
with contextlib.suppress(pymysql.OperationalError):
    connect(database).close()
    raise AssertionError("the old password still works")
modify(identifier, MasterUserPassword=PASSWORD)

note("reboot")
before = server_process(database)
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert server_process(database) not in (None, before)
assert ask(database, "SELECT COUNT(*) FROM kept", database="shop") == 1000

note("serve is killed: the server and its clients do not notice, and the next serve adopts it")
former = settled_messages(identifier)
with contextlib.closing(connect(database)) as connection:
    number, process = value(connection, "SELECT CONNECTION_ID()"), server_process(database)
    kill_serve(signal.SIGKILL)
    assert ask(database, "SELECT 1") == 1, "new clients come in without serve"
    start_serve()
    wait_for(identifier)
    assert value(connection, "SELECT CONNECTION_ID()") == number and server_process(database) == process
assert settled_messages(identifier) == former

note("the server is killed: it comes back with its data, and an event says so")
os.kill(process, signal.SIGKILL)
wait("it is gone", lambda: not is_alive(process), 10, 0.01)
wait("another runs", lambda: server_process(database) not in (None, process), 20)
wait_for(identifier)
assert ask(database, "SELECT COUNT(*) FROM kept", database="shop") == 1000
told(identifier, "Recovery")

note("stop and start")
rds.stop_db_instance(DBInstanceIdentifier=identifier)
stopped = wait_for(identifier, "stopped")
wait("no server process is left", lambda: server_process(database) is None, 10)
assert (stopped["AutomaticRestartTime"] - datetime.datetime.now(datetime.timezone.utc)).days >= 6
rds.start_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)

note("rename: another name, the same server")
process = server_process(database)
renamed = name("renamed")
rds.modify_db_instance(DBInstanceIdentifier=identifier, NewDBInstanceIdentifier=renamed, ApplyImmediately=True)
database = wait_for(renamed)
remember(database)
assert database["DbiResourceId"] == resource and server_process(database) == process
assert ask(database, "SELECT COUNT(*) FROM kept", database="shop") == 1000

note("beside it a MariaDB by its own name, with a managed password and no database")
other = create_mariadb(name("mariadb"), MasterUserPassword=None, ManageMasterUserPassword=True)
assert other["Engine"] == "mariadb" and "DBName" not in other
assert other["DBParameterGroups"][0]["DBParameterGroupName"] == f"default.{own['DBParameterGroupFamily']}"
assert not any("in place of" in message for message in messages(other["DBInstanceIdentifier"]))


def managed_password():
    secret = describe(other["DBInstanceIdentifier"])["MasterUserSecret"]["SecretArn"]
    return json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])["password"]


first = managed_password()
assert ask(other, "SELECT CURRENT_USER()", password=first) == "admin@%"
modify(other["DBInstanceIdentifier"], RotateMasterUserPassword=True)
second = managed_password()
assert second != first and ask(other, "SELECT 1", password=second) == 1

note("delete: nothing is left")
delete(renamed)
wait_for(renamed, None)
wait("its directory is gone", lambda: not os.path.exists(f"{DATA_DIR}/instances/{resource}"), 10)
assert server_process(database) is None and describe(renamed) is None
