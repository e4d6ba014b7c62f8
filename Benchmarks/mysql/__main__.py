"""sysbench straight to a MariaDB server and through HAProxy and Martlet's gateway, in turns, in one run."""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

# What is the same for PostgreSQL: the contestants, how programs are started, and the tables.
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "gateway"))

# pylint: disable=wrong-import-position
import tables
from contestants import Direct, HAProxy, Martlet
from processes import Strangers, scratch_directory
from server import Server, sysbench

# Not counted: sessions begin, statements are prepared, caches fill.
WARM_UP_S = 1


@dataclass(frozen=True)
class Workload:
    script: str
    clients: int
    reconnects: bool = False

    @property
    def family(self):
        return f"sysbench {self.script}"


@dataclass
class Result:
    tps: float
    p99_ms: float
    cpu_us: float  # of the contestant, for each transaction
    strangers: float  # share of all processors


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench mysql", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of one run, after a second of warming up; at least 2")
    parser.add_argument("--clients", type=lambda text: [int(word) for word in text.split(",")], default=[1, 8, 32], metavar="N,N")
    parser.add_argument("--scripts", type=lambda text: text.split(","), default=["oltp_point_select", "oltp_read_write"])
    parser.add_argument("--patience", type=int, default=2,
                        help="how often a run is repeated in which other programs took over 10 %% of the processors")
    parser.add_argument("--output", help="a file for the tables")
    given = parser.parse_args()
    if given.seconds < 2:
        parser.error("--seconds: at least 2")
    return given


def run(load, way, seconds, ours):
    """One run of `WARM_UP_S` and `seconds`; raises `RuntimeError` with sysbench's words when it failed."""
    command = sysbench(way.host, way.port, load.script, f"--threads={load.clients}", f"--time={WARM_UP_S + seconds}",
                       "--report-interval=1", "--percentile=99", "run")
    strangers, before = Strangers(ours), way.program.cpu_seconds() if way.program else 0
    done = subprocess.run(command, capture_output=True, text=True, start_new_session=True, check=False,
                          timeout=WARM_UP_S + seconds + 60)
    used, share = (way.program.cpu_seconds() if way.program else 0) - before, strangers.share()
    # `[ 2s ] thds: 8 tps: 1234.56 qps: … lat (ms,99%): 1.23 err/s: 0.00 reconn/s: 0.00`
    seen = [(int(at), float(tps), float(late)) for at, tps, late in
            re.findall(r"^\[ (\d+)s \] .*?tps: ([\d.]+) .*?lat \(ms,99%\): ([\d.]+)", done.stdout, re.M)]
    seen = [one for one in seen if one[0] > WARM_UP_S]
    count = re.search(r"transactions:\s+(\d+)", done.stdout)
    if done.returncode != 0 or not seen or not count:
        raise RuntimeError((done.stderr or done.stdout).strip().splitlines()[-1])
    return Result(statistics.mean(tps for _, tps, _ in seen), statistics.median(late for _, _, late in seen),
                  used * 1e6 / max(1, int(count[1])), share)


def once(load, way, given, ours):
    """A result that others did not spoil, if there is one to be had."""
    result = None
    for attempt in range(given.patience + 1):
        try:
            result = run(load, way, given.seconds, ours)
        except RuntimeError as error:
            print(f"      {load.family}, {load.clients} clients, {way.label}: {error}", flush=True)
            return None
        if result.strangers <= 0.10:
            break
        time.sleep(attempt)
    return result


def measure(loads, ways, given, ours):
    results = tables.Results()
    for number in range(given.rounds):
        for load in loads:
            # Whoever comes first finds the others' dust; so the first place goes around.
            turn = number % len(ways)
            shares = {way.name: once(load, way, given, ours) for way in ways[turn:] + ways[:turn]}
            for way in ways:
                results.add(load, way, shares[way.name])
            told = ", ".join(f"{way.name} {shares[way.name].tps:,.0f}" for way in ways if shares[way.name])
            print(f"      {number + 1}/{given.rounds} {load.family}, {load.clients}: {told}", flush=True)
    return results


def main():
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    directory, server, ways = scratch_directory("mysql"), None, []
    try:
        server = Server(directory)
        ways = [Direct(server), HAProxy(directory, server.port)]
        ways.append(Martlet(directory, server.socket, wire="mysql"))
        ours = [server.program.pid, *(way.program.pid for way in ways if way.program)]
        loads = [Workload(script, clients) for script in given.scripts for clients in given.clients]
        for way in ways:  # everyone's first run reads programs and tables
            once(loads[0], way, argparse.Namespace(patience=0, seconds=2), ours)
        results = measure(loads, ways, given, ours)
    finally:
        for way in ways:
            if way.program:
                way.program.close()
        if server:
            server.close()
        shutil.rmtree(directory)
    versions = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
                for command in (["haproxy", "-v"], ["sysbench", "--version"], ["mariadbd", "--version"])]
    tables.publish([f"{tables.machine()}. {'; '.join(versions)}.", tables.method(given), *tables.speed(results),
                    *tables.cost(results), "", tables.strangers(results)], given.output)


main()
