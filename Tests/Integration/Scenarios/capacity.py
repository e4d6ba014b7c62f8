"""No free address, memory or disk: the instance ends in a status that says so, and recovers when there is room again."""

import os
import signal
import subprocess

import boto3

import martlet_client
from martlet_client import (
    BINARY, SCRATCH, create, create_available, delete_and_wait, kill_serve, name, note, rds, start_serve, status, told, wait)

note("memory: a class that this machine cannot hold")
kill_serve(signal.SIGTERM)
start_serve("--address-range", "127.77.31.0/30")
create(name("huge"), DBInstanceClass="db.x1e.32xlarge")
wait("it says so", lambda: status(name("huge")) == "insufficient-capacity", 30)
told(name("huge"), "memory")
wait("the status says it as well", lambda: "memory" in martlet_client.martlet("status").stdout, 30)
rds.modify_db_instance(DBInstanceIdentifier=name("huge"), DBInstanceClass="db.t3.micro", ApplyImmediately=True)
wait("a smaller class cures it", lambda: status(name("huge")) == "available", 60)

note("addresses: a range with two of them, and a third instance")
create_available(name("second"))
create(name("third"))
wait("it says so", lambda: status(name("third")) == "incompatible-network", 30)
told(name("third"), "address")
delete_and_wait(name("second"))
wait("it takes the address that came free", lambda: status(name("third")) == "available", 90)
for identifier in (name("huge"), name("third")):
    delete_and_wait(identifier)

if os.geteuid() != 0:
    print("SKIPPED: a small disk can only be mounted by root")
    raise SystemExit

note("disk: a data directory on a file system that is nearly full")
small = f"{SCRATCH}/small"
os.makedirs(small)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=180m,mode=755", "tmpfs", small], check=True)
try:
    data = ["--data-dir", f"{small}/data"]
    with open(f"{SCRATCH}/small.log", "wb") as log:
        serve = subprocess.Popen([BINARY, "serve", *data, "--listen", "127.0.0.1:0", "--warm-pool", "0"],
                                 stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        def settings():
            answer = subprocess.run([BINARY, "env", *data, "--output", "json"], capture_output=True, text=True, check=False)
            return answer.stdout if answer.returncode == 0 else None

        import json
        found = json.loads(wait("it is up", settings, 30))
        martlet_client.rds = boto3.client(
            "rds", endpoint_url=found["AWS_ENDPOINT_URL"], region_name="us-east-1",
            aws_access_key_id=found["AWS_ACCESS_KEY_ID"], aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"])
        martlet_client.rds.create_db_instance(**martlet_client.parameters(name("cramped")))
        wait("it says so", lambda: martlet_client.status(name("cramped"), martlet_client.rds) == "insufficient-capacity", 30)
        subprocess.run(["mount", "-o", "remount,size=900m", small], check=True)
        wait_available = lambda: martlet_client.status(name("cramped"), martlet_client.rds) == "available"
        wait("room cures it", wait_available, 90)
    finally:
        subprocess.run([BINARY, "down", *data], check=True, capture_output=True)
        serve.wait(20)
finally:
    subprocess.run(["umount", small], check=True)
