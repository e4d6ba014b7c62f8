"""pgbench straight to a PostgreSQL server and through HAProxy, PgBouncer and Martlet's gateway, in turns, in one run."""

import argparse
import shutil
import signal
import subprocess
import sys
import time

import idle
import tables
import turns
import workloads
from contestants import Certificate, Direct, HAProxy, Martlet, PgBouncer, Server
from processes import scratch_directory


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench gateway", description=__doc__)

    def words(text):
        return text.split(",")

    def numbers(text):
        return [int(word) for word in text.split(",")]

    parser.add_argument("--quick", action="store_true", help="3 rounds of 2 s, -S and simple protocol only, no idle test")
    parser.add_argument("--rounds", type=int, help="5")
    parser.add_argument("--seconds", type=int, help="of one run, after a second of warming up: 3; at least 2")
    parser.add_argument("--clients", type=numbers, default=[1, 8, 32, 128], metavar="N,N")
    parser.add_argument("--scripts", type=words, metavar="select,tpcb")
    parser.add_argument("--protocols", type=words, metavar="simple,prepared")
    parser.add_argument("--ways", type=words, metavar="NAME,NAME", help="some contestants only, besides martlet")
    parser.add_argument("--no-reconnect", action="store_true", help="leave -C out")
    parser.add_argument("--tls", action="store_true", help="each script once more, encrypted")
    parser.add_argument("--idle", type=int, default=5000, metavar="N", help="idle connections; 0: no such test")
    parser.add_argument("--churn", type=int, default=100_000, metavar="N", help="who come and go after that, plain and with TLS")
    parser.add_argument("--patience", type=int, default=2,
                        help="how often a run is repeated in which other programs took over 10 %% of the processors")
    parser.add_argument("--turns", type=int, metavar="SECONDS",
                        help="compare finely: turns of a quarter of a second, that long for each load; no latencies")
    parser.add_argument("--against", metavar="BINARY", help="another build of martlet, as one more contestant")
    parser.add_argument("--output", help="a file for the tables")
    given = parser.parse_args()
    given.rounds = given.rounds or (3 if given.quick else 5)
    given.seconds = given.seconds or (2 if given.quick else 3)
    given.scripts = given.scripts or (["select"] if given.quick or given.turns else ["select", "tpcb"])
    if given.turns and "tpcb" in given.scripts:
        parser.error("--turns: a load that waits for its turn would keep rows locked that others want: --scripts select")
    given.protocols = given.protocols or (["simple"] if given.quick else ["simple", "prepared"])
    if given.quick:
        given.idle = 0
    if given.seconds < 2:
        parser.error("--seconds: pgbench reports whole seconds, and the last one is not always told; at least 2")
    return given


def contestants(directory, server, certificate, given):
    makers = {
        "direct": lambda: Direct(server),
        "haproxy": lambda: HAProxy(directory, server.port),
        "pgbouncer-session": lambda: PgBouncer(directory, "session", server.directory, server.port, certificate),
        "pgbouncer-transaction": lambda: PgBouncer(directory, "transaction", server.directory, server.port, certificate),
    }
    made = []
    try:
        for name in given.ways or makers:
            made.append(makers[name]())
        if given.against:
            made.append(Martlet(directory, server.socket, certificate, "Martlet before", given.against))
        made.append(Martlet(directory, server.socket, certificate))
    except BaseException:
        close(made)
        raise
    return made


def close(ways):
    for way in ways:
        if way.program:
            way.program.close()


def once(load, way, given, ours):
    """A result that others did not spoil, if there is one to be had."""
    for attempt in range(given.patience + 1):
        try:
            result = workloads.run(load, way, given.seconds, ours)
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
            order = ways[turn:] + ways[:turn]
            shares = {way.name: once(load, way, given, ours) for way in order if load.suits(way)}
            for way in ways:
                results.add(load, way, shares.get(way.name))
            told = ", ".join(f"{way.name} {shares[way.name].tps:,.0f}" for way in ways if shares.get(way.name))
            print(f"      {number + 1}/{given.rounds} {load.family}, {load.clients}: {told}", flush=True)
    return results


def main():
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    directory = scratch_directory()
    lines, server, ways = [], None, []
    try:
        certificate = Certificate(directory) if given.tls else None
        server = Server(directory, certificate)
        ways = contestants(directory, server, certificate, given)
        ours = [server.program.pid, *(way.program.pid for way in ways if way.program)]
        loads = workloads.matrix(given.clients, given.scripts, given.protocols, not given.no_reconnect, given.tls)
        for way in ways:  # everyone's first run reads programs and tables
            once(loads[0], way, argparse.Namespace(patience=0, seconds=2), ours)
        if given.turns:
            lines += turns.table(loads, ways, given.turns)
        else:
            results = measure(loads, ways, given, ours)
            lines += tables.speed(results) + tables.cost(results) + ["", tables.strangers(results)]
        close(ways)
        ways = []
        if given.idle:
            lines += ["", *idle.table(directory, given.idle, given.churn)]
    finally:
        close(ways)
        if server:
            server.close()
        shutil.rmtree(directory)
    versions = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
                for command in (["haproxy", "-v"], ["pgbouncer", "--version"], [f"{workloads.programs()}/postgres", "--version"])]
    head = [f"{tables.machine()}. {'; '.join(versions)}."]
    if not given.turns:
        head.append(tables.method(given))
    tables.publish(head + lines, given.output)


main()
