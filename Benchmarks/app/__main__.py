"""Cruddur's home feed (20 of 100,000 activities) next to Flask, gunicorn and psycopg 3, and to pgbench with the same query."""

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import urllib.request

# What is the same for all of PostgreSQL: the server, how programs are started, and the head of the tables.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(HERE, "..", "gateway"))

# pylint: disable=wrong-import-position
import tables
from contestants import DATABASE, PASSWORD, USER, Server
from processes import Program, Strangers, free_port, scratch_directory
from workloads import programs

EXAMPLE = os.path.join(HERE, "..", "..", "Examples", "Cruddur", "db")
PATH = "/api/activities/home"
ROWS = 100_000
GOAL_RATE, GOAL_MEMORY = 4, 0.25
# In the order of their time: the newest are not the last written, as in a database that lives.
FILL = f"""
INSERT INTO users (display_name, handle, email, cognito_user_id)
    SELECT 'User ' || n, 'user' || n, 'user' || n || '@example.com', 'sub-' || n FROM generate_series(1, 1000) n;
INSERT INTO activities (user_uuid, message, likes_count, expires_at, created_at)
    SELECT (SELECT uuid FROM users WHERE handle = 'user' || 1 + n % 1000),
        'Message ' || n || ' ' || repeat('lorem ipsum ', n % 10), n % 7,
        now() + n % 30 * interval '1 day' + interval '1 day', now() - abs(hashint4(n) % 10000000) * interval '1 second'
    FROM generate_series(1, {ROWS}) n;
VACUUM ANALYZE;
"""


class Server100000(Server):
    def __init__(self, directory):
        super().__init__(directory)
        with open(f"{EXAMPLE}/schema.sql", encoding="utf-8") as schema:
            self.run(schema.read())
        self.run(FILL)


class App:
    """A web application under load."""

    def __init__(self, name, directory, command, **environment):
        self.name, self.port = name, free_port()
        words = [word.replace("PORT", str(self.port)) for word in command]
        self.program = Program(name, directory, ["env", *(f"{key}={value}" for key, value in environment.items()), *words])
        self.program.wait_for("127.0.0.1", self.port)
        self.feed()

    def feed(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{PATH}", timeout=60) as answer:
            return json.load(answer)

    def processes(self):
        """It, and what it started."""
        found = [self.program.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                        found += map(int, file.read().split())
        return found

    def memory(self):
        """Proportional set size: what workers share counts once."""
        total = 0
        for pid in self.processes():
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:")) << 10
        return total

    def load(self, connections, seconds):
        """Requests per second, and the 50th and 99th percentile of their milliseconds."""
        told = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s",
             f"http://127.0.0.1:{self.port}{PATH}"],
            check=True, capture_output=True, text=True, start_new_session=True).stdout
        if "Non-2xx" in told or "Socket errors" in told:
            raise RuntimeError(f"{self.name}: {told}")
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told).group(1))
        return rate, percentile(told, 50), percentile(told, 99)


def percentile(told, which):
    number, unit = re.search(rf"^\s*{which}%\s+([\d.]+)(us|ms|s)", told, re.M).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def limit(server, directory, connections, seconds):
    """The same query without an application: what the database can do on this machine while it is driven."""
    import flask_home  # late: the settings of the module are for the other process
    script = f"{directory}/home.sql"
    with open(script, "w", encoding="utf-8") as file:
        file.write(flask_home.HOME.format(limit="20").replace("\n", " ").strip() + ";\n")
    done = subprocess.run(
        [f"{programs()}/pgbench", "-h", server.directory, "-p", str(server.port), "-U", USER, "-n", "-M", "prepared",
         "-c", str(connections), "-j", str(min(connections, os.cpu_count())), "-T", str(seconds), "-f", script, DATABASE],
        check=True, capture_output=True, text=True, env={**os.environ, "PGPASSWORD": PASSWORD}, start_new_session=True)
    return float(re.search(r"^tps = ([\d.]+)", done.stdout, re.M).group(1))


def measure(given, server, directory, apps):
    """`{connections: {name: [(rate, p50, p99)]}}`; pgbench has rates alone."""
    results, busiest = {}, 0
    ours = [server.program.pid, *(pid for app in apps for pid in app.processes())]
    for connections in map(int, given.connections.split(",")):
        rows = results[connections] = {app.name: [] for app in apps} | {"pgbench": []}
        for number in range(given.rounds):
            strangers = Strangers(ours)
            # Whoever comes first finds the others' dust; so the first place goes around.
            for app in apps[number % len(apps):] + apps[:number % len(apps)]:
                rows[app.name].append(app.load(connections, given.seconds))
            rows["pgbench"].append((limit(server, directory, connections, given.seconds),))
            busiest = max(busiest, strangers.share())
            told = ", ".join(f"{name} {runs[-1][0]:,.0f}/s" for name, runs in rows.items())
            print(f"      {number + 1}/{given.rounds} {connections} connections: {told}", flush=True)
    return results, busiest


def table(results, apps):
    ours, alone, theirs = apps
    lines = ["| connections | application | | ÷ Flask | ÷ pgbench |", "|---:|---|---|---|---|"]
    for connections, rows in results.items():
        rate = statistics.median(run[0] for run in rows["pgbench"])
        lines.append(f"| {connections} | {theirs.name} | {spoken(rows[theirs.name])} | | |")
        for app in (alone, ours):
            ratios = [a[0] / b[0] for a, b in zip(rows[app.name], rows[theirs.name])]
            limits = [a[0] / b[0] for a, b in zip(rows[app.name], rows["pgbench"])]
            verdict = ""
            if connections == 16 and app is ours:
                verdict = " ✓" if statistics.median(ratios) >= GOAL_RATE else f" ✗ (≥ {GOAL_RATE})"
            lines.append(f"| {connections} | {app.name} | {spoken(rows[app.name])} | **{tables.spread(ratios)}**{verdict} "
                         f"| {tables.spread(limits)} |")
        lines.append(f"| {connections} | pgbench: the query alone | {rate:,.0f} /s | | |")
    share = ours.memory() / theirs.memory()
    verdict = "✓" if share <= GOAL_MEMORY else f"✗ (≤ {GOAL_MEMORY})"
    lines += ["", f"Memory after that (proportional set size): {theirs.name} {theirs.memory() / 2**20:.0f} MiB, {ours.name} "
              f"{ours.memory() / 2**20:.0f} MiB, ratio **{share:.2f}** {verdict}."]
    return lines


def spoken(runs):
    rate, half, most = (statistics.median(run[index] for run in runs) for index in range(3))
    return f"{rate:,.0f} /s, p50 {half:.1f} ms, p99 {most:.1f} ms"


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench app", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", default="1,16,64", help="of HTTP, one measurement each")
    parser.add_argument("--workers", type=int, default=os.cpu_count() * 2 + 1, help="of gunicorn (2 × cores + 1, its own advice)")
    parser.add_argument("--threads", type=int, default=4, help="of each worker")
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--output", help="a file for the table")
    return parser.parse_args()


def main():
    given = arguments()
    directory = scratch_directory("app")
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, directory)
        server = Server100000(directory)
        stack.callback(server.close)
        conninfo = f"host={directory} port={server.port} user={USER} password={PASSWORD} dbname={DATABASE}"
        gunicorn = [f"{os.path.dirname(sys.executable)}/gunicorn", "--chdir", HERE, "--bind", "127.0.0.1:PORT", "--workers",
                    str(given.workers), "--threads", str(given.threads), "--worker-class", "gthread", "--log-level", "error",
                    "flask_home:app"]
        flask = App("Flask", directory, gunicorn, CONNINFO=conninfo, THREADS=given.threads, PYTHONDONTWRITEBYTECODE=1)
        stack.callback(flask.program.close)
        url = f"postgresql://{USER}:{PASSWORD}@:{server.port}/{DATABASE}?host={directory}"
        apps = []
        for name, more in (("Cruddur", []), ("Cruddur --separate-reads", ["--separate-reads"])):
            app = App(name, directory, [given.binary, "--listen", "127.0.0.1:PORT", *more], CONNECTION_URL=url)
            stack.callback(app.program.close)
            if flask.feed() != app.feed() or len(app.feed()) != 20:
                raise RuntimeError(f"Flask and {name} do not answer the same feed of 20.")
            apps.append(app)
        apps.append(flask)
        results, busiest = measure(given, server, directory, apps)
        lines = [f"{tables.machine()}. {ROWS:,} activities; PostgreSQL through a Unix socket, HTTP through loopback, load by "
                 f"wrk with one thread. gunicorn: {given.workers} workers of {given.threads} threads.",
                 tables.method(given), "", *table(results, apps), "",
                 f"Other programs took at most {busiest:.0%} of the processors."]
    tables.publish(lines, given.output)


if __name__ == "__main__":
    main()
