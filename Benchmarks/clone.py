"""Snapshot, restoration and clone of a database, next to pg_basebackup and start, and to pg_dump | psql, of the same data.

By kind of volume: `directory` and `image` on an ordinary disk, `xfs` an image volume on a disk that shares blocks.
"""

import os
import shutil
import statistics
import subprocess
import time

import psycopg

import report
from martlet import BINARY, PASSWORD, Martlet, SharingDisk, first_answer
from peers import ByHand, programs

# What is cloned, in GB.
SIZE_GB = float(os.environ.get("MARTLET_BENCH_CLONE_GB", "1"))
ROUNDS = int(os.environ.get("MARTLET_BENCH_CLONE_ROUNDS", "3"))
# Restoring, next to pg_basebackup and start; a clone is a snapshot and a restoration.
RESTORE_WANTED, CLONE_WANTED = 1.2, 2.4
# Seconds for a restoration where blocks are shared.
INSTANT_WANTED = 0.6
# A page holds seven of these.
FILLING = ("CREATE TABLE filling AS SELECT n, repeat(md5(n::text), 31) AS text "
           f"FROM generate_series(1, {int(SIZE_GB * 1e9 / 8192 * 7)}) n")


class Source:
    """A Martlet with an instance of that size."""

    def __init__(self, kind):
        is_shared = kind == "xfs"
        # Several installations on one host must not give two instances one name.
        self.name = f"{kind}-source"
        self.martlet = Martlet("--volumes", "image" if is_shared else kind, shares_blocks=is_shared)
        try:
            self.fill()
        except BaseException:
            self.martlet.close()
            raise

    def fill(self):
        self.api = self.martlet.api()
        self.api.create(self.name)
        _, host, port = self.api.wait(self.name, "available")
        with psycopg.connect(
                host=host, port=port, user="cruddur", password=PASSWORD, dbname="postgres", autocommit=True) as connection:
            connection.execute(FILLING)

    def status(self, snapshot):
        return self.api.call("DescribeDBSnapshots", DBSnapshotIdentifier=snapshot).findtext(".//DBSnapshot/Status")

    def snapshot(self, name):
        began = time.monotonic()
        self.api.call("CreateDBSnapshot", DBInstanceIdentifier=self.name, DBSnapshotIdentifier=name)
        while self.status(name) != "available":
            time.sleep(0.005)
        return time.monotonic() - began

    def restore(self, snapshot, identifier):
        began = time.monotonic()
        self.api.call("RestoreDBInstanceFromDBSnapshot", DBInstanceIdentifier=identifier, DBSnapshotIdentifier=snapshot)
        assert first_answer(self.api.wait(identifier, "available", 600)) == 1
        return time.monotonic() - began

    def clone(self, identifier):
        began = time.monotonic()
        subprocess.run(
            [BINARY, "clone", self.name, identifier, "--data-dir", self.martlet.directory], check=True, capture_output=True)
        assert first_answer(self.api.wait(identifier, "available")) == 1
        return time.monotonic() - began

    def remove(self, identifier):
        self.api.call("DeleteDBInstance", DBInstanceIdentifier=identifier, SkipFinalSnapshot="true")
        self.api.wait(identifier, None)

    def turn(self, number):
        # What was idle while a large table was being filled has been closed.
        self.api = self.martlet.api()
        restored, cloned = f"{self.name}-r{number}", f"{self.name}-c{number}"
        took = self.snapshot(f"s{number}"), self.restore(f"s{number}", restored), self.clone(cloned)
        for identifier in (restored, cloned):
            self.remove(identifier)
        self.api.call("DeleteDBSnapshot", DBSnapshotIdentifier=f"s{number}")
        return took


class Peer(ByHand):
    """The same data in a server by hand, on the same disk."""

    def __init__(self):
        super().__init__()
        self.data, self.copy = f"{self.directory}/data", f"{self.directory}/copy"
        self.run("initdb", "-D", self.data, "-U", "postgres")
        self.start(self.data, 1)
        with self.connect(1) as connection:
            connection.execute(FILLING)
            connection.execute("CHECKPOINT")

    def start(self, data, port):
        self.run("pg_ctl", "-D", data, "-w", "-t", "600", "-l", f"{data}.log", "-o",
                 f"-c listen_addresses='' -c unix_socket_directories={self.directory} -p {port}", "start")

    def connect(self, port, database="postgres"):
        return psycopg.connect(host=self.directory, port=port, user="postgres", dbname=database, autocommit=True)

    def base_backup(self):
        began = time.monotonic()
        self.run("pg_basebackup", "-h", self.directory, "-p", "1", "-U", "postgres", "-D", self.copy, "-c", "fast")
        self.start(self.copy, 2)
        with self.connect(2) as connection:
            connection.execute("SELECT 1")
        took = time.monotonic() - began
        self.run("pg_ctl", "-D", self.copy, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.copy)
        return took

    def dump(self):
        words = f"-h {self.directory} -p 1 -U postgres"
        with self.connect(1) as connection:
            connection.execute("CREATE DATABASE dumped")
            began = time.monotonic()
            subprocess.run(
                f"{programs()}/pg_dump {words} postgres | {programs()}/psql -q -v ON_ERROR_STOP=1 {words} dumped", shell=True,
                check=True, stdout=subprocess.DEVNULL)
            took = time.monotonic() - began
            connection.execute("DROP DATABASE dumped")
        return took

    def close(self):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        super().close()


def main():
    peer, sources = None, {}
    volumes = os.environ.get("MARTLET_BENCH_VOLUMES", "directory,image,xfs").split(",")
    if "xfs" in volumes and SharingDisk.obstacle():
        print(f"      xfs is left out: {SharingDisk.obstacle()}", flush=True)
        volumes.remove("xfs")
    ours, base, dump = {kind: [] for kind in volumes}, [], []
    try:
        for kind in volumes:
            sources[kind] = Source(kind)
        peer = Peer()
        for number in range(ROUNDS):
            for kind, source in sources.items():
                ours[kind].append(source.turn(number))
            base.append(peer.base_backup())
            dump.append(peer.dump())
            print(f"      round {number + 1}/{ROUNDS}: snapshot, restoration, clone " + "; ".join(
                f"{kind} {', '.join(f'{took:.2f} s' for took in ours[kind][-1])}" for kind in volumes)
                + f"; pg_basebackup and start {base[-1]:.2f} s, pg_dump | psql {dump[-1]:.2f} s", flush=True)
    finally:
        for source in sources.values():
            source.martlet.close()
        if peer:
            peer.close()
    for kind in volumes:
        _, restored, cloned = zip(*ours[kind])
        size = f"{SIZE_GB:g} GB, {kind}"
        report.compare(f"{size}: restore to first query", restored, base, "pg_basebackup", "s", RESTORE_WANTED, at_most=True)
        if kind == "xfs":
            if SIZE_GB <= 1:
                report.limit(f"{size}: restore to first query", statistics.median(restored), "s", INSTANT_WANTED)
            report.compare(f"{size}: restore to first query", restored, dump, "pg_dump", "s", 1, at_most=True)
        report.compare(f"{size}: martlet clone", cloned, base, "pg_basebackup", "s", CLONE_WANTED, at_most=True)
        report.compare(f"{size}: martlet clone", cloned, dump, "pg_dump", "s", 1, at_most=True)
