"""A Martlet to measure: started in a directory of its own, driven by signed requests without an SDK in between."""

import contextlib
import datetime
import glob
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree

import psycopg
import pymysql

from sigv4 import Signer, sha256

BINARY = os.environ["MARTLET_BINARY"]
# Everything measured lies on one disk; by default not /tmp, which may be memory.
BASE = os.environ.get("MARTLET_BENCH_DIR", "/var/tmp")
# Warm clusters, the default of `serve`.
POOL = 2
PASSWORD = "correct-horse-battery"
VERSION = "2014-10-31"
# Which engine's creation is measured.
ENGINE = os.environ.get("MARTLET_BENCH_ENGINE", "postgres")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def scratch_directory(kind):
    """A new directory that servers' own users can walk to."""
    path = tempfile.mkdtemp(prefix=f"martlet-bench-{kind}-", dir=BASE)
    os.chmod(path, 0o755)
    return path


def request_headers(key, secret, host, body, service="rds"):
    """Headers of a signed POST, good for 15 minutes: there is no nonce."""
    signer = Signer(key, secret, service, "us-east-1", datetime.datetime.now(datetime.timezone.utc))
    headers = {"host": host, "x-amz-date": signer.stamp, "content-type": "application/x-www-form-urlencoded"}
    headers["Authorization"] = signer.authorization("POST", "/", "", headers, sha256(body))
    return headers


def form(action, **fields):
    return urllib.parse.urlencode({"Action": action, "Version": VERSION, **fields}).encode()


class API:
    """Query calls to one address over one connection."""

    def __init__(self, host, key, secret):
        self.host, self.key, self.secret = host, key, secret
        self.connection = http.client.HTTPConnection(host, timeout=70)

    def call(self, action, **fields):
        """The answer's XML, without its namespace; raises what is not 200."""
        body = form(action, **fields)
        self.connection.request("POST", "/", body, request_headers(self.key, self.secret, self.host, body))
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{action}: {answer.status}: {text}")
        return xml.etree.ElementTree.fromstring(re.sub(r' xmlns="[^"]+"', "", text, count=1))

    def instance(self, identifier):
        """(status, host, port) of an instance; None when there is none."""
        try:
            found = self.call("DescribeDBInstances", DBInstanceIdentifier=identifier).find(".//DBInstance")
        except RuntimeError as error:
            if "DBInstanceNotFound" in str(error):
                return None
            raise
        return (found.findtext("DBInstanceStatus"), found.findtext("Endpoint/Address"), found.findtext("Endpoint/Port"))

    def create(self, identifier, engine="postgres"):
        self.call(
            "CreateDBInstance", DBInstanceIdentifier=identifier, DBInstanceClass="db.t3.micro", Engine=engine,
            MasterUsername="cruddur", MasterUserPassword=PASSWORD, AllocatedStorage="20", BackupRetentionPeriod="0")

    def wait(self, identifier, wanted, seconds=120):
        deadline = time.monotonic() + seconds
        while (found := self.instance(identifier)) is None or found[0] != wanted:
            if found is None and wanted is None:
                return None
            if time.monotonic() > deadline:
                raise TimeoutError(f"{identifier} is {found}, not {wanted}")
            time.sleep(0.005)
        return found


def first_answer(found, engine="postgres"):
    """Logs in and asks one query."""
    _, host, port = found
    if engine != "postgres":
        with contextlib.closing(pymysql.connect(
                host=host, port=int(port), user="cruddur", password=PASSWORD, connect_timeout=30)) as connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return cursor.fetchone()[0]
    with psycopg.connect(
            host=host, port=port, user="cruddur", password=PASSWORD, dbname="postgres", connect_timeout=30) as connection:
        return connection.execute("SELECT 1").fetchone()[0]


class SharingDisk:
    """An XFS of its own, in a sparse file: it shares blocks between files."""

    GIB = 40

    @staticmethod
    def obstacle():
        """Why there can be none; None where there can."""
        if os.geteuid() != 0:
            return "not root"
        with open("/proc/filesystems", encoding="utf-8") as known:
            if "\txfs\n" not in known.read():
                return "the kernel has no XFS"
        return None if shutil.which("mkfs.xfs", path="/usr/sbin:/sbin:/usr/bin") else "no mkfs.xfs (package xfsprogs)"

    def __init__(self, image, place):
        self.image, self.place = image, place
        with open(image, "wb") as file:
            file.truncate(self.GIB << 30)
        subprocess.run(["mkfs.xfs", "-q", image], check=True)
        subprocess.run(["mount", "-o", "loop", image, place], check=True)
        os.chmod(place, 0o755)

    def close(self):
        subprocess.run(["umount", self.place], check=True)
        os.unlink(self.image)


class Martlet:
    def __init__(self, *arguments, shares_blocks=False):
        self.scratch = scratch_directory("martlet")
        self.directory = f"{self.scratch}/data"
        os.mkdir(self.directory, 0o755)
        self.disk = SharingDisk(f"{self.scratch}/disk.img", self.directory) if shares_blocks else None
        self.listen = f"127.0.0.1:{free_port()}"
        self.log = open(f"{self.scratch}/serve.log", "wb")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data-dir", self.directory, "--listen", self.listen, *arguments],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.wait_for_health()
        settings = self.environment()
        self.key, self.secret = settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"]

    def api(self):
        return API(self.listen, self.key, self.secret)

    def wait_for_health(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                connection = http.client.HTTPConnection(self.listen, timeout=2)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        with open(f"{self.scratch}/serve.log", encoding="utf-8") as log:
            raise RuntimeError(f"serve is not healthy:\n{log.read()}")

    def environment(self):
        return json.loads(subprocess.run(
            [BINARY, "env", "--output", "json", "--data-dir", self.directory], check=True, capture_output=True).stdout)

    def pool(self):
        """How many warm clusters are ready, in the pool that has fewest; 0 until there is one for the engine measured."""
        mine = "postgres" if ENGINE == "postgres" else "mariadb"
        pools = glob.glob(f"{self.directory}/pool/*")
        if not any(f"/{mine}-" in pool for pool in pools):
            return 0
        return min(sum("." not in entry for entry in os.listdir(pool)) for pool in pools)

    def wait_for_full_pool(self):
        deadline = time.monotonic() + 120
        while self.pool() < POOL:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the warm pool holds {self.pool()} of {POOL}")
            time.sleep(0.1)

    def gateway(self):
        """The process id of its gateway."""
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    words = file.read().decode(errors="replace").split("\0")
            except OSError:
                continue
            if words[1:2] == ["gateway"] and any(self.directory in word for word in words):
                return int(entry)
        raise RuntimeError("there is no gateway")

    def close(self):
        subprocess.run([BINARY, "down", "--data-dir", self.directory], check=True, capture_output=True, timeout=300)
        self.process.wait(30)
        self.log.close()
        if self.disk:
            self.disk.close()
        shutil.rmtree(self.scratch)
