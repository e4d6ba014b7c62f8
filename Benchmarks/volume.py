"""What an image volume, and an encrypted one, cost next to a plain directory: creation, and pgbench's writes."""

import re
import subprocess
import time

import report
from martlet import PASSWORD, Martlet, first_answer
from peers import programs

ROUNDS = 5
SECONDS = 10
CLIENTS = 8
SCALE = 20
# Writes of an image next to a directory; creation next to it, at most.
WRITES_WANTED, CREATION_WANTED = 0.85, 2.0


class Kind:
    """One kind of volume: a Martlet of its own, with one instance that pgbench writes to."""

    def __init__(self, label, volumes, **more):
        self.label, self.more = label, more
        # Three installations on one host must not give two instances one name.
        self.name = label.replace(" ", "-")
        self.martlet = Martlet("--volumes", volumes)
        self.created, self.rates = [], []
        self.martlet.wait_for_full_pool()
        self.found = self.create(self.name)
        self.pgbench("-i", "-q", "-s", str(SCALE))

    def create(self, identifier):
        api = self.martlet.api()
        began = time.monotonic()
        api.call(
            "CreateDBInstance", DBInstanceIdentifier=identifier, DBInstanceClass="db.t3.medium", Engine="postgres",
            MasterUsername="cruddur", MasterUserPassword=PASSWORD, AllocatedStorage="20", BackupRetentionPeriod="0", **self.more)
        found = api.wait(identifier, "available")
        assert first_answer(found) == 1
        self.created.append(time.monotonic() - began)
        return found

    def pgbench(self, *words):
        _, host, port = self.found
        done = subprocess.run(
            [f"{programs()}/pgbench", "-h", host, "-p", port, "-U", "cruddur", *words, "postgres"], check=True,
            capture_output=True, text=True, env={"PGPASSWORD": PASSWORD, "PATH": "/usr/bin:/bin"})
        return done.stdout

    def turn(self, number):
        api = self.martlet.api()
        self.martlet.wait_for_full_pool()
        new = f"{self.name}-{number}"
        self.create(new)
        api.call("DeleteDBInstance", DBInstanceIdentifier=new, SkipFinalSnapshot="true")
        api.wait(new, None)
        said = self.pgbench("-n", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS))
        self.rates.append(float(re.search(r"tps = ([\d.]+)", said)[1]))


def main():
    kinds = []
    try:
        kinds.append(Kind("directory", "directory"))
        kinds.append(Kind("image", "image"))
        kinds.append(Kind("encrypted image", "image", StorageEncrypted="true"))
        for number in range(ROUNDS):
            for kind in kinds:
                kind.turn(number)
            print(f"      round {number + 1}/{ROUNDS}: " + ", ".join(
                f"{kind.label} {kind.rates[-1]:.0f} /s, created in {kind.created[-1]:.3f} s" for kind in kinds), flush=True)
    finally:
        for kind in kinds:
            kind.martlet.close()
    plain, *others = kinds
    for kind in others:
        report.compare(
            f"{kind.label}: pgbench, {CLIENTS} clients", kind.rates, plain.rates, plain.label, "/s", WRITES_WANTED, at_most=False)
        # The first one of each is not counted: programs and libraries are read from the disk then.
        report.compare(
            f"{kind.label}: create to first query", kind.created[1:], plain.created[1:], plain.label, "s", CREATION_WANTED,
            at_most=True)
