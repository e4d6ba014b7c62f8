"""MySQL's logs under RDS's names: error, slow and general, turned over by Martlet, without a word of its own sessions."""

import os
import signal
import time
import urllib.error
import urllib.request

import pymysql
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from martlet_client import (
    DATA_DIR, PASSWORD, REGION, before_the_hour_ends, change_parameters, create_available, delete_and_wait, is_alive, martlet,
    modify, name, note, rds, refused, wait)

ERROR, SLOW, GENERAL = "error/mysql-error.log", "slowquery/mysql-slowquery.log", "general/mysql-general.log"


def files(identifier):
    found = rds.get_paginator("describe_db_log_files").paginate(DBInstanceIdentifier=identifier)
    return {file["LogFileName"]: file for page in found for file in page["DescribeDBLogFiles"]}


def whole(identifier, log, marker="0"):
    """What follows a marker, and the marker of its end."""
    text = ""
    while True:
        answer = rds.download_db_log_file_portion(DBInstanceIdentifier=identifier, LogFileName=log, Marker=marker)
        text, marker = text + answer["LogFileData"], answer["Marker"]
        if not answer["AdditionalDataPending"]:
            return text, marker


def connect(instance, user, password):
    """Past the gateway: this is about files."""
    return pymysql.connect(unix_socket=f"{directory(instance)}/data/mysql.sock", user=user, password=password, autocommit=True)


def directory(instance):
    return f"{DATA_DIR}/instances/{instance['DbiResourceId']}"


def disk(instance, log):
    with open(f"{directory(instance)}/log/{log}", "rb") as file:
        return file.read()


def master(instance, statement, password=PASSWORD):
    with connect(instance, "cruddur", password) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def process(instance):
    with open(f"{directory(instance)}/process", encoding="utf-8") as file:
        return int(file.read().split()[0])


before_the_hour_ends(150)
identifier, group = name("logs"), name("logging")
rds.create_db_parameter_group(DBParameterGroupName=group, DBParameterGroupFamily="mysql8.0", Description="logging")
instance = create_available(identifier, Engine="mysql", DBParameterGroupName=group)

note("the error log tells of the start")
assert ERROR in files(identifier), files(identifier)
text = whole(identifier, ERROR)[0]
assert "ready for connections" in text and disk(instance, ERROR).startswith(text.encode()), text

note("a slow statement is in the slow log, every statement in the general log")
change_parameters(identifier, group, log_output="FILE", slow_query_log="1", long_query_time="1.5", general_log="1")
master(instance, "SELECT 'quick'")
master(instance, "SELECT 'slow', SLEEP(1.6)")
slow = wait("the slow statement", lambda: (found := whole(identifier, SLOW)[0]) and "SELECT 'slow'" in found and found)
assert "SELECT 'quick'" not in slow and slow.encode() == disk(instance, SLOW), slow
general = whole(identifier, GENERAL)[0]
assert "SELECT 'quick'" in general and "SELECT 'slow'" in general, general

note("a new master password leaves no trace in them, nor does a start")
modify(identifier, MasterUserPassword="another-password")
change_parameters(identifier, group, long_query_time="0")
before = process(instance)
os.kill(before, signal.SIGKILL)
wait("the server is back", lambda: process(instance) != before and is_alive(process(instance)) and rds.describe_db_instances(
    DBInstanceIdentifier=identifier)["DBInstances"][0]["DBInstanceStatus"] == "available")
wait("it answers", lambda: master(instance, "SELECT 'after the start'", "another-password") is None)
everything = "".join(whole(identifier, log)[0] for log in files(identifier))
assert "SELECT 'after the start'" in everything
with open(f"{directory(instance)}/rdsadmin.password", encoding="utf-8") as file:
    secrets = [file.read(), PASSWORD, "another-password", "mysql_native_password", "authentication_string", "global_priv",
               "ALTER USER", "CREATE USER"]
for secret in secrets:
    assert secret not in everything, f"{secret[:8]}…: {everything}"

note("a log that is turned over is read to its end, and then its successor")
marker = whole(identifier, GENERAL)[1]
master(instance, "SELECT 'before the turn'", "another-password")
os.rename(f"{directory(instance)}/log/{GENERAL}", f"{directory(instance)}/log/{GENERAL}.2026-11-21.02")
master(instance, "SELECT 'in between'", "another-password")
wait("the server goes on in a new file", lambda: GENERAL in files(identifier), 60)
master(instance, "SELECT 'after the turn'", "another-password")
text = whole(identifier, GENERAL, marker)[0]
order = [text.index(f"SELECT '{words}'") for words in ("before the turn", "in between", "after the turn")]
assert order == sorted(order) and all(text.count(f"SELECT '{w}'") == 1 for w in ("before the turn", "after the turn")), text
assert "before the turn" in whole(identifier, f"{GENERAL}.2026-11-21.02")[0]
assert "in between" in whole(identifier, f"{GENERAL}.2026-11-21.02")[0] + whole(identifier, GENERAL)[0], "Martlet may be quick"

note("the whole file at once, by a signed GET as botocore makes it")


def complete(log, instance_name=identifier, secret=os.environ["AWS_SECRET_ACCESS_KEY"]):
    """(status, body)"""
    request = AWSRequest("GET", f"{os.environ['AWS_ENDPOINT_URL']}/v13/downloadCompleteLogFile/{instance_name}/{log}")
    SigV4Auth(Credentials(os.environ["AWS_ACCESS_KEY_ID"], secret), "rds", REGION).add_auth(request)
    try:
        with urllib.request.urlopen(urllib.request.Request(request.url, headers=dict(request.headers)), timeout=60) as answer:
            assert answer.headers["Content-Type"] == "text/plain", answer.headers
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


renamed = f"{GENERAL}.2026-11-21.02"
with open(f"{directory(instance)}/log/{renamed}", "ab") as file:
    file.write(b"\xff\x00 no text\n" * 400_000)
assert complete(renamed) == (200, disk(instance, renamed)), "byte for byte, whatever the bytes are"
status, body = complete(GENERAL)
assert status == 200 and b"after the turn" in body and disk(instance, GENERAL).startswith(body), body
for wrong, code, expected in [
        (("error/none.log",), b"DBLogFileNotFoundFault", 404), ((GENERAL, "nobody"), b"DBInstanceNotFound", 404),
        (("../data/martlet.cnf",), b"", None), (("error/%2e%2e/%2e%2e/rdsadmin.password",), b"", None),
        ((ERROR, identifier, "x" * 40), b"SignatureDoesNotMatch", 403)]:
    status, body = complete(*wrong)
    assert status == (expected or status) and status >= 400 and code in body, (wrong, status, body)

note("two weeks are the limit")
for days, kept in ((13, True), (15, False)):
    old = f"{directory(instance)}/log/{SLOW}.2026-01-{days:02}.00"
    with open(old, "w", encoding="utf-8") as file:
        file.write("old\n")
    os.utime(old, (time.time() - days * 86_400,) * 2)
wait("the older one is deleted", lambda: f"{SLOW}.2026-01-15.00" not in files(identifier), 60)
assert f"{SLOW}.2026-01-13.00" in files(identifier)

note("martlet logs")
assert "SELECT 'after the turn'" in martlet("logs", identifier, GENERAL, "--lines", "100").stdout
refused("DBLogFileNotFoundFault", "not found", rds.download_db_log_file_portion, status=404, DBInstanceIdentifier=identifier,
        LogFileName="error/postgres.log")
shown = modify(identifier, CloudwatchLogsExportConfiguration={"EnableLogTypes": ["slowquery", "error"]})
assert shown["EnabledCloudwatchLogsExports"] == ["error", "slowquery"], shown
delete_and_wait(identifier)
rds.delete_db_parameter_group(DBParameterGroupName=group)
