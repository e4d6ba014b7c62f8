"""A second serve on the same directory is refused, and the first goes on; so is one on a port in use."""

import os
import subprocess
import tempfile

from martlet_client import BINARY, DATA_DIR, LISTEN, SCRATCH, ask, create_available, health, name, note, rds

database = create_available(name("first"))


def serve(*arguments):
    return subprocess.run([BINARY, "serve", *arguments], capture_output=True, text=True, timeout=30, check=False)


note("the same directory, by any name")
os.symlink(DATA_DIR, f"{SCRATCH}/alias")
for directory in (DATA_DIR, DATA_DIR + "/", f"{SCRATCH}/alias"):
    second = serve("--data-dir", directory, "--listen", "127.0.0.1:0")
    assert second.returncode not in (0, None), second
    told = second.stdout + second.stderr
    assert "already" in told or "another" in told or "in use" in told, told
    print("           " + told.strip().splitlines()[-1])
assert health() == 200 and ask(database, "SELECT 1") == 1

note("another directory, the same port")
with tempfile.TemporaryDirectory(dir=SCRATCH) as other:
    os.chmod(other, 0o755)
    second = serve("--data-dir", other, "--listen", LISTEN)
    assert second.returncode != 0, second
    told = second.stdout + second.stderr
    assert LISTEN.split(":")[1] in told or "address" in told.lower(), told
    subprocess.run([BINARY, "down", "--data-dir", other], capture_output=True, timeout=60, check=True)
assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available"

note("options that make no sense")
for arguments in (["--listen", "nonsense"], ["--listen", "127.0.0.1:99999"], ["--regions", "mars-north-1"], ["--frobnicate"]):
    answer = serve("--data-dir", f"{SCRATCH}/unused", *arguments)
    assert answer.returncode != 0 and answer.stderr, (arguments, answer)
