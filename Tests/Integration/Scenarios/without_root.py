"""An ordinary user's Martlet: no hosts file, so the endpoint is an address; everything else is the same."""

import contextlib
import ipaddress
import json
import os
import pwd
import shutil
import socket
import subprocess
import urllib.request

import boto3

import martlet_client
from martlet_client import BINARY, SCRATCH, ask, note, parameters, wait

user = pwd.getpwnam("nobody")
directory = f"{SCRATCH}/ordinary"
os.makedirs(directory)
os.chown(directory, user.pw_uid, user.pw_gid)
os.chmod(SCRATCH, 0o755)
# The program itself may lie where that user cannot go.
program = f"{SCRATCH}/martlet"
shutil.copy(BINARY, program)
libraries = os.environ.get("LD_LIBRARY_PATH", "")
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    listen = f"127.0.0.1:{probe.getsockname()[1]}"
become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs"]
environment = {"PATH": os.environ["PATH"], "HOME": directory, "LD_LIBRARY_PATH": libraries}


def as_user(*words, **more):
    return subprocess.run([*become, program, *words, "--data-dir", f"{directory}/data"], env=environment, text=True,
                          capture_output=True, timeout=120, check=True, **more).stdout


with open(f"{SCRATCH}/ordinary.log", "wb") as log:
    serve = subprocess.Popen([*become, program, "serve", "--data-dir", f"{directory}/data", "--listen", listen],
                             env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
try:
    def healthy():
        assert serve.poll() is None, open(f"{SCRATCH}/ordinary.log", encoding="utf-8").read()
        # Whoever is answered finds the settings written, too; a connection alone says less.
        try:
            with urllib.request.urlopen(f"http://{listen}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    wait("it is healthy", healthy, 30)
    settings = json.loads(as_user("env", "--output", "json"))
    martlet_client.rds = boto3.client(
        "rds", endpoint_url=settings["AWS_ENDPOINT_URL"], region_name=settings["AWS_DEFAULT_REGION"],
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"], aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"])
    note("an instance, its endpoint an address")
    martlet_client.rds.create_db_instance(**parameters(martlet_client.name("mine")))
    database = martlet_client.wait_for(martlet_client.name("mine"))
    address = ipaddress.ip_address(database["Endpoint"]["Address"])
    assert address.is_loopback and database["Endpoint"]["Port"] == 5432, database["Endpoint"]
    assert ask(database, "SELECT 1") == 1
    owners = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        # One that only makes a database for the pool may end meanwhile.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if directory.encode() in file.read():
                    owners.add(os.stat(f"/proc/{pid}").st_uid)
    assert owners == {user.pw_uid}, owners
    note("nothing is readable for others")
    for path, directories, files in os.walk(f"{directory}/data"):
        for entry in files:
            with contextlib.suppress(FileNotFoundError):
                mode = os.lstat(f"{path}/{entry}").st_mode
                assert not mode & 0o077 or "/engines" in path or "/bin" in path, f"{path}/{entry}"
finally:
    note("down")
    as_user("down")
    serve.wait(20)
