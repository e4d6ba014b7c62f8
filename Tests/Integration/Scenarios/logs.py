"""Logs: listed, read in portions while they grow and are turned over, by boto3, the AWS CLI and `martlet logs`."""

import datetime
import json
import os
import re
import signal
import subprocess
import threading
import time

from martlet_client import (
    BINARY, DATA_DIR, PASSWORD, ask, before_the_hour_ends, change_parameters, connect, create_available, delete_and_wait,
    is_alive, martlet, modify, name, note, rds, refused, wait)

HOUR_FORMAT = "error/postgresql.log.%Y-%m-%d-%H"


def hour_name():
    return datetime.datetime.now(datetime.timezone.utc).strftime(HOUR_FORMAT)


def files(identifier, **filters):
    found = rds.get_paginator("describe_db_log_files").paginate(DBInstanceIdentifier=identifier, **filters)
    return {file["LogFileName"]: file for page in found for file in page["DescribeDBLogFiles"]}


def portion(identifier, log, **more):
    return rds.download_db_log_file_portion(DBInstanceIdentifier=identifier, LogFileName=log, **more)


def whole(identifier, log, lines=None, marker="0"):
    """All portions from a marker on: (text, marker, number of portions)."""
    text, count = "", 0
    while True:
        more = {} if lines is None else {"NumberOfLines": lines}
        answer = portion(identifier, log, Marker=marker, **more)
        text, marker, count = text + answer["LogFileData"], answer["Marker"], count + 1
        if not answer["AdditionalDataPending"]:
            return text, marker, count


def disk(instance, log):
    with open(f"{DATA_DIR}/instances/{instance['DbiResourceId']}/log/{log}", "rb") as file:
        return file.read()


def is_whole(read, instance, log, before):
    """Whether that is the file, from its begin to somewhere not before what was there: the server may log on meanwhile."""
    return disk(instance, log).startswith(read) and read.startswith(before)


before_the_hour_ends(150)
identifier, group = name("logs"), name("logging")
family = rds.describe_db_engine_versions(Engine="postgres", DefaultOnly=True)["DBEngineVersions"][0]["DBParameterGroupFamily"]
rds.create_db_parameter_group(DBParameterGroupName=group, DBParameterGroupFamily=family, Description="logging")
instance = create_available(identifier, DBParameterGroupName=group)

note("the files have RDS's names")
log = wait("the hour's file", lambda: next((n for n in files(identifier) if n == hour_name()), None), 20)
listed = files(identifier)
assert "error/postgres.log" in listed, listed
assert abs(listed[log]["LastWritten"] / 1000 - time.time()) < 600, listed[log]
assert listed[log]["Size"] == len(disk(instance, log)) or files(identifier)[log]["Size"] > listed[log]["Size"], listed[log]
assert set(files(identifier, FilenameContains="postgresql.log")) < set(listed)
assert files(identifier, FileLastWritten=int((time.time() + 600) * 1000)) == {}
assert files(identifier, FileSize=1 << 40) == {}
assert list(files(identifier, PaginationConfig={"PageSize": 1})) == list(listed), "page by page"

note("a slow statement is in it, a fast one is not, and the file is read as it is on the disk")
change_parameters(identifier, group, log_min_duration_statement="1500")
ask(instance, "SELECT 'quick', pg_sleep(0)")
ask(instance, "SELECT 'slow', pg_sleep(1.6)")
text = wait("the slow statement", lambda: (found := whole(identifier, log)[0]) and "SELECT 'slow'" in found and found)
assert "SELECT 'quick'" not in text, text
assert float(re.search(r"duration: ([0-9.]+) ms", text)[1]) >= 1600 and PASSWORD not in text, text

note("portions of few lines, and of every size, while the log grows")
change_parameters(identifier, group, log_statement="all")
stop = threading.Event()


def writer():
    with connect(instance) as connection:
        number = 0
        while not stop.is_set():
            number += 1
            connection.execute(f"SELECT 'line {number}', 'käse 🦅', '{'x' * (number * 37 % 900)}'")


thread = threading.Thread(target=writer)
thread.start()
begun = time.monotonic()
collected, marker, portions = "", "0", 0
try:
    # Until there is more than one portion, however slow the machine.
    while time.monotonic() - begun < 6 or len(disk(instance, log)) < 5 << 18:
        assert time.monotonic() - begun < 120, len(disk(instance, log))
        answer = portion(identifier, log, Marker=marker, NumberOfLines=7 + portions * 13 % 900)
        assert answer["LogFileData"].count("\n") <= 7 + portions * 13 % 900
        collected, marker, portions = collected + answer["LogFileData"], answer["Marker"], portions + 1
finally:
    stop.set()
    thread.join()
text, marker, more = whole(identifier, log, marker=marker)
collected += text
note(f"{portions + more} portions, {len(collected.encode())} bytes")
content = disk(instance, log)
assert collected.encode() == content[:len(collected.encode())], "what was read is what is on the disk"
assert is_whole(whole(identifier, log)[0].encode(), instance, log, content)
assert len(content) > 1 << 20, "more than one portion"

note("without a marker: the end")

def the_end():
    """The last lines, unless the server logged something between the two looks."""
    found = portion(identifier, log, NumberOfLines=3)
    return found if disk(instance, log).decode().endswith(found["LogFileData"]) else None


tail = wait("the last lines", the_end)
assert tail["LogFileData"].count("\n") == 3, tail
assert tail["AdditionalDataPending"] is False
ask(instance, "SELECT 'after the tail'")
following = wait("the next line", lambda: (
    found := whole(identifier, log, marker=tail["Marker"])[0]) and "after the tail" in found and found)
assert following.encode() in disk(instance, log), following

note("the AWS CLI gives the whole file")
cli = ["aws", "rds", "download-db-log-file-portion", "--db-instance-identifier", identifier, "--log-file-name", log,
       "--starting-token", "0", "--endpoint-url", os.environ["AWS_ENDPOINT_URL"]]
there = disk(instance, log)
done = subprocess.run([*cli, "--output", "json"], capture_output=True, check=False, timeout=120)
assert done.returncode == 0, done.stderr[-2000:]
assert is_whole(json.loads(done.stdout)["LogFileData"].encode(), instance, log, there)
texts = subprocess.run([*cli, "--output", "text"], capture_output=True, check=True, timeout=120).stdout
# The CLI ends each portion with a line feed of its own.
single = texts.replace(b"\n\n", b"\n")
assert disk(instance, log).replace(b"\n\n", b"\n").startswith(single) and single.startswith(there.replace(b"\n\n", b"\n"))

note("a file that is turned over is read to its end, and then its successor")
marker = portion(identifier, log, NumberOfLines=2)["Marker"]
ask(instance, "SELECT 'before the turn'")
wait("it is written", lambda: b"before the turn" in disk(instance, log))  # by the collector, a moment after the answer
path = f"{DATA_DIR}/instances/{instance['DbiResourceId']}"
os.rename(f"{path}/log/{log}", f"{path}/log/{log}.1")
with open(f"{path}/data/postmaster.pid", encoding="utf-8") as file:
    postmaster = int(file.readline())
open(f"{path}/data/logrotate", "w", encoding="utf-8").close()
os.kill(postmaster, signal.SIGUSR1)
wait("the successor", lambda: log in files(identifier) and f"{log}.1" in files(identifier))
ask(instance, "SELECT 'after the turn'")
wait("the next is written", lambda: b"SELECT 'after the turn'" in disk(instance, log))
text = whole(identifier, log, lines=1, marker=marker)[0]
assert text.count("before the turn") == 1 and text.count("SELECT 'after the turn'") == 1, text
assert text.index("before the turn") < text.index("after the turn")
assert whole(identifier, f"{log}.1")[0].encode() == disk(instance, f"{log}.1")

note("what is left renamed is turned over by Martlet itself")
current = hour_name()
os.rename(f"{path}/log/{current}", f"{path}/log/{current}.2")
wait("the server goes on in a new file", lambda: any(n == hour_name() for n in files(identifier)), 60)

note("old files go: by age, as the group says")
refused("InvalidParameterValue", "rds.log_retention_period", rds.modify_db_parameter_group, DBParameterGroupName=group,
        Parameters=[{"ParameterName": "rds.log_retention_period", "ParameterValue": "60", "ApplyMethod": "immediate"}])
change_parameters(identifier, group, **{"rds.log_retention_period": "1500"})
assert ask(instance, "SHOW rds.log_retention_period") == "1500"
with open(f"{path}/log/error/postgresql.log.2026-01-01-00", "w", encoding="utf-8") as file:
    file.write("old\n")
assert "error/postgresql.log.2026-01-01-00" in files(identifier), "written just now"
os.utime(file.name, (time.time() - 1510 * 60,) * 2)
wait("it is deleted", lambda: "error/postgresql.log.2026-01-01-00" not in files(identifier), 60)

note("martlet logs")
table = martlet("logs", identifier).stdout
assert table.startswith("LOG FILE") and "error/postgres.log" in table, table
assert {file["name"] for file in json.loads(martlet("logs", identifier, "--output", "json").stdout)} == set(files(identifier))
assert martlet("logs", identifier, f"{log}.1").stdout.encode() == disk(instance, f"{log}.1")
printed = martlet("logs", identifier, f"{log}.1", "--lines", "3", "--output", "json").stdout
lines = [json.loads(line) for line in printed.splitlines()]
assert len(lines) == 3 and lines[0]["file"] == f"{log}.1", lines
follower = subprocess.Popen([BINARY, "logs", identifier, "--follow", "--data-dir", DATA_DIR], stdout=subprocess.PIPE)
time.sleep(2)
ask(instance, "SELECT 'seen by the follower'")
seen = b""
deadline = time.monotonic() + 30
os.set_blocking(follower.stdout.fileno(), False)
while b"seen by the follower" not in seen and time.monotonic() < deadline and is_alive(follower.pid):
    seen += follower.stdout.read() or b""
    time.sleep(0.1)
follower.terminate()
follower.wait(10)
assert b"seen by the follower" in seen, seen
refusal = martlet("logs", identifier, "error/none.log", check=False)
assert refusal.returncode != 0 and "DBLogFileNotFoundFault" in refusal.stderr, refusal

note("refused")
refused("DBInstanceNotFound", "nobody", rds.describe_db_log_files, status=404, DBInstanceIdentifier="nobody")
for wrong in ["error/none.log", "../data/PG_VERSION", "error/../../rdsadmin.password", "/etc/passwd", "error"]:
    refused("DBLogFileNotFoundFault", "not found", rds.download_db_log_file_portion, status=404,
            DBInstanceIdentifier=identifier, LogFileName=wrong)
refused("InvalidParameterValue", "Marker", rds.download_db_log_file_portion, DBInstanceIdentifier=identifier, LogFileName=log,
        Marker="12:4485")
refused("InvalidParameterValue", "NumberOfLines", rds.download_db_log_file_portion, DBInstanceIdentifier=identifier,
        LogFileName=log, NumberOfLines=-1)

note("the names of exports are kept and shown")
shown = modify(identifier, CloudwatchLogsExportConfiguration={"EnableLogTypes": ["postgresql", "upgrade"]})
assert shown["EnabledCloudwatchLogsExports"] == ["postgresql", "upgrade"], shown
refused("InvalidParameterCombination", "slowquery", rds.modify_db_instance, DBInstanceIdentifier=identifier,
        CloudwatchLogsExportConfiguration={"EnableLogTypes": ["slowquery"]})

note("a stopped instance still shows its logs")
rds.stop_db_instance(DBInstanceIdentifier=identifier)
wait("stopped", lambda: rds.describe_db_instances(
    DBInstanceIdentifier=identifier)["DBInstances"][0]["DBInstanceStatus"] == "stopped")
assert "database system is shut down" in "".join(whole(identifier, n)[0] for n in files(identifier))
delete_and_wait(identifier)
rds.delete_db_parameter_group(DBParameterGroupName=group)
