"""DatabaseClient next to libpq straight from C, with pgbench as the limit, in turns, in one run."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

# What is the same for all of PostgreSQL: the server, how programs are started, and the head of the tables.
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "gateway"))

# pylint: disable=wrong-import-position
import tables
from contestants import DATABASE, PASSWORD, USER, Server
from processes import Strangers, scratch_directory
from workloads import programs

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = 100_000
GOAL = 0.85
# Tasks on `DatabaseExecutor`, and on Swift's global executor.
OURS, ELSEWHERE = "DatabaseClient", "elsewhere"

SCHEMA = f"""
CREATE TABLE users (uuid uuid PRIMARY KEY DEFAULT gen_random_uuid(), display_name text, handle text);
CREATE TABLE activities (id bigint PRIMARY KEY, uuid uuid DEFAULT gen_random_uuid(), user_uuid uuid REFERENCES users,
    message text, likes_count int, created_at timestamptz);
INSERT INTO users (display_name, handle) SELECT 'User ' || n, 'user' || n FROM generate_series(1, 100) n;
INSERT INTO activities SELECT n, gen_random_uuid(), (SELECT uuid FROM users OFFSET n % 100 LIMIT 1), repeat('message ', 10) || n,
    n % 7, now() - n * interval '1 second' FROM generate_series(1, {ROWS}) n;
ANALYZE;
"""
FEED = ("SELECT a.uuid, u.display_name, u.handle, a.message, a.likes_count, a.created_at FROM activities a "
        "LEFT JOIN users u ON u.uuid = a.user_uuid WHERE a.id <= {number} ORDER BY a.id DESC LIMIT 20")
WRAPPED = "SELECT coalesce(array_to_json(array_agg(row_to_json(q))), '[]'::json) AS json, count(*) AS rows FROM (" + FEED + ") q"
SQL = {"point": "SELECT abalance FROM pgbench_accounts WHERE aid = {number}", "feed": WRAPPED}


class Contest:
    def __init__(self, directory, server, given):
        self.directory, self.server, self.given = directory, server, given
        self.yardstick = f"{directory}/libpq_load"
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libpq"], check=True, capture_output=True, text=True).stdout
        subprocess.run(["cc", "-O2", "-o", self.yardstick, f"{HERE}/libpq_load.c", *flags.split(), "-lpthread"], check=True)
        self.ways = {
            "libpq in C": self.libpq, OURS: self.client,
            ELSEWHERE: lambda load, mode: [*self.client(load, mode), "global"], "pgbench": self.pgbench,
        }

    def libpq(self, load, mode):
        conninfo = (f"host={self.server.directory} port={self.server.port} user={USER} password={PASSWORD} "
                    f"dbname={DATABASE}")
        return [self.yardstick, conninfo, SQL[load].format(number="$1"), str(ROWS), str(self.given.clients),
                str(self.given.seconds), mode]

    def client(self, load, mode):
        url = f"postgresql://{USER}:{PASSWORD}@:{self.server.port}/{DATABASE}?host={self.server.directory}"
        return [self.given.binary, url, load, str(ROWS), str(self.given.clients), str(self.given.seconds), mode]

    def pgbench(self, load, mode):
        script = f"{self.directory}/{load}.sql"
        with open(script, "w", encoding="utf-8") as file:
            file.write(f"\\set n random(1, {ROWS})\n{SQL[load].format(number=':n')};\n")
        return [f"{programs()}/pgbench", "-h", self.server.directory, "-p", str(self.server.port), "-U", USER, "-n",
                "-M", "prepared" if mode == "prepared" else "extended", "-c", str(self.given.clients), "-j",
                str(min(self.given.clients, os.cpu_count())), "-T", str(self.given.seconds), "-f", script, DATABASE]

    def once(self, way, load, mode):
        strangers = Strangers([self.server.program.pid])
        done = subprocess.run(self.ways[way](load, mode), check=False, capture_output=True, text=True,
                              env={**os.environ, "PGPASSWORD": PASSWORD}, start_new_session=True)
        if done.returncode != 0:
            raise RuntimeError(f"{way}: {done.stderr}")
        if way == "pgbench":
            line = next(line for line in done.stdout.splitlines() if line.startswith("tps ="))
            return float(line.split()[2]), strangers.share()
        return float(done.stdout), strangers.share()

    def measure(self, load, mode):
        results = {way: [] for way in self.ways}
        busiest = 0
        names = list(self.ways)
        for number in range(self.given.rounds):
            # Whoever comes first finds the others' dust; so the first place goes around.
            first = number % len(names)
            for way in names[first:] + names[:first]:
                tps, strangers = self.once(way, load, mode)
                results[way].append(tps)
                busiest = max(busiest, strangers)
            told = ", ".join(f"{way} {results[way][-1]:,.0f}" for way in names)
            print(f"      {number + 1}/{self.given.rounds} {load}, {mode}: {told}", flush=True)
        return results, busiest


def row(load, mode, results):
    def against(way, yardstick):
        return [ours / theirs for ours, theirs in zip(results[way], results[yardstick])]

    ratios = against(OURS, "libpq in C")
    cells = [f"{statistics.median(rates):,.0f} /s" for rates in results.values()]
    verdict = "✓" if statistics.median(ratios) >= GOAL else f"✗ (≥ {GOAL:g})"
    return (f"| {load}, {mode} | " + " | ".join(cells) + f" | **{tables.spread(ratios)}** {verdict} "
            f"| {tables.spread(against(ELSEWHERE, 'libpq in C'))} | {tables.spread(against(OURS, 'pgbench'))} |")


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench client", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--output", help="a file for the table")
    return parser.parse_args()


def main():
    given = arguments()
    directory = scratch_directory("client")
    tools = tempfile.mkdtemp(prefix="martlet-bench-client-")
    server = None
    try:
        server = Server(directory)
        server.run(SCHEMA)
        contest = Contest(tools, server, given)
        lines = [f"{tables.machine()}. {given.clients} connections through a Unix socket.",
                 tables.method(given), "",
                 f"| query | libpq in C | {OURS} | {ELSEWHERE} | pgbench | ÷ libpq | elsewhere ÷ libpq | ÷ pgbench |",
                 "|---|---|---|---|---|---|---|---|"]
        busiest = 0
        for load in SQL:
            for mode in ("prepared", "plain"):
                results, strangers = contest.measure(load, mode)
                busiest = max(busiest, strangers)
                lines.append(row(load, mode, results))
        lines += ["", f"Other programs took at most {busiest:.0%} of the processors."]
    finally:
        if server:
            server.close()
        shutil.rmtree(directory)
        shutil.rmtree(tools)
    tables.publish(lines, given.output)


if __name__ == "__main__":
    main()
