"""What is run, one pgbench at a time, and what comes out of it."""

import glob
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass

from contestants import DATABASE, PASSWORD, USER, programs
from processes import Strangers

# Not counted. A new server process reads the catalogue for its first queries, which costs milliseconds each; PgBouncer keeps
# server connections from one run to the next, and would win short runs by that alone.
WARM_UP_S = 1


@dataclass(frozen=True)
class Workload:
    script: str  # select, tpcb
    protocol: str  # simple, prepared
    clients: int
    reconnects: bool = False
    tls: bool = False

    @property
    def family(self):
        return f"{'-S' if self.script == 'select' else 'TPC-B-like'}, {self.protocol}" \
            + (", connect for each transaction (-C)" if self.reconnects else "") + (", TLS" if self.tls else "")

    def arguments(self):
        words = ["-M", self.protocol, "-c", str(self.clients), "-j", str(min(self.clients, os.cpu_count()))]
        if self.script == "select":
            words += ["-S"]
        if self.reconnects:
            words += ["-C"]
        return words

    def command(self, contestant, seconds):
        return [f"{programs()}/pgbench", "-h", contestant.host, "-p", str(contestant.port), "-U", USER, "-n", "-T", str(seconds),
                *self.arguments(), DATABASE]

    def suits(self, contestant):
        # PgBouncer before 1.21 cannot keep prepared statements apart in transaction mode.
        return not (contestant.name == "pgbouncer-transaction" and self.protocol == "prepared")


@dataclass
class Result:
    tps: float
    p99_ms: float
    cpu_us: float  # of the contestant, for each transaction
    strangers: float  # share of all processors


def matrix(clients, scripts, protocols, reconnects, tls):
    loads = [Workload(script, protocol, count) for script in scripts for protocol in protocols for count in clients]
    if reconnects:
        loads += [Workload("select", "simple", count, reconnects=True) for count in clients if count in (1, 8, 32)]
    if tls:
        loads += [Workload(script, "simple", count, tls=True) for script in scripts for count in clients]
    return loads


def run(workload, contestant, seconds, ours):
    """One run of `WARM_UP_S` and `seconds`; raises `RuntimeError` with pgbench's words when a client failed."""
    logs = tempfile.mkdtemp(prefix="martlet-bench-", dir="/dev/shm")
    rate = 0.1 if workload.script == "select" and not workload.reconnects else 1
    command = workload.command(contestant, WARM_UP_S + seconds)
    command[-1:-1] = ["-P", "1", "--log", f"--log-prefix={logs}/log", f"--sampling-rate={rate}"]
    environment = {**os.environ, "PGSSLMODE": "require" if workload.tls else "disable", "PGPASSWORD": PASSWORD}
    program, strangers = contestant.program, Strangers(ours)
    before = program.cpu_seconds() if program else 0
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, start_new_session=True,
                              timeout=WARM_UP_S + seconds + 60, check=False)
        used = (program.cpu_seconds() if program else 0) - before
        share = strangers.share()
        count = re.search(r"actually processed: (\d+)", done.stdout)
        seen = progress(done.stderr)
        if done.returncode != 0 or not count or not seen:
            raise RuntimeError((done.stderr.strip().splitlines() or ["no result"])[-1])
        return Result(statistics.mean(seen), p99(logs), used * 1e6 / max(1, int(count[1])), share)
    finally:
        shutil.rmtree(logs)


def progress(text):
    """Transactions per second after the warm-up, from the lines of `-P 1`: `progress: 2.0 s, 31234.1 tps, …`."""
    found = re.findall(r"^progress: ([\d.]+) s, ([\d.]+) tps", text, re.M)
    return [float(tps) for at, tps in found if float(at) > WARM_UP_S + 0.5]


def p99(directory):
    """Milliseconds, from pgbench's log of transactions: `client number latency-µs script epoch-s µs`."""
    taken = []
    for path in glob.glob(f"{directory}/log.*"):
        with open(path, encoding="ascii") as file:
            for line in file:
                _, _, latency, _, at, part = line.split()[:6]
                taken.append((int(at) * 1_000_000 + int(part), int(latency)))
    begin = min((at for at, _ in taken), default=0) + WARM_UP_S * 1_000_000
    late = sorted(latency for at, latency in taken if at >= begin)
    return late[int(len(late) * 0.99)] / 1000 if late else float("nan")
