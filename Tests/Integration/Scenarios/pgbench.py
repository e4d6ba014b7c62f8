"""pgbench as a client of an instance."""

import glob
import os
import re
import shutil
import subprocess

from martlet_client import PASSWORD


def pgbench(instance, *words):
    """Runs it against the instance's database `postgres` as its master user; to its end, whatever that is."""
    endpoint = instance["Endpoint"]
    program = shutil.which("pgbench") or sorted(glob.glob("/usr/lib/postgresql/*/bin/pgbench"))[-1]
    return subprocess.run(
        [program, "-h", endpoint["Address"], "-p", str(endpoint["Port"]), "-U", instance["MasterUsername"], *words, "postgres"],
        env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True, text=True, timeout=120, check=False)


def failed_transactions(done):
    assert done.returncode == 0, done
    return int(re.search(r"number of failed transactions: (\d+)", done.stdout)[1])
