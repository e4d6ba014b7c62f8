"""`martlet db migrate` between local servers, next to pgloader where that can do the same: the same rows, in turns.

Servers have Debian's own settings but for their place, with fsync on. Ours reads every row of the target back and compares
checksums within its time; pgloader does not.
"""

import glob
import os
import pwd
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import report

BINARY = os.environ["MARTLET_BINARY"]
BASE = os.environ.get("MARTLET_BENCH_DIR", "/var/tmp")
ROWS = int(os.environ.get("MARTLET_BENCH_ROWS", "1000000"))
ROUNDS = int(os.environ.get("MARTLET_BENCH_ROUNDS", "3"))
WANTED_ROWS_PER_SECOND = 100_000

TABLE = """CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(80) NOT NULL, email varchar(120), active boolean,
    balance numeric(12,2), visits integer, created timestamp)"""
POSTGRESQL_ROWS = f"""INSERT INTO customers SELECT g, 'Customer number ' || g, 'c' || g || '@example.com', g % 3 = 0, g * 0.01,
    g % 1000, timestamp '2024-01-01' + g * interval '1 second' FROM generate_series(1, {ROWS}) g"""
MARIADB_ROWS = f"""INSERT INTO customers SELECT seq, concat('Customer number ', seq), concat('c', seq, '@example.com'),
    seq % 3 = 0, seq * 0.01, seq % 1000, '2024-01-01' + interval seq second FROM seq_1_to_{ROWS}"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_user(name):
    """The words that make a command run as that user; none for those who are not root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(name)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]


class Server:
    """A server of its own on a port of 127.0.0.1, where everybody on this machine may log in."""

    def __init__(self, owner):
        self.directory = tempfile.mkdtemp(prefix="martlet-bench-", dir=BASE)
        os.chmod(self.directory, 0o755)
        if os.geteuid() == 0:
            shutil.chown(self.directory, owner, owner)
        self.prefix = as_user(owner)
        self.port = free_port()
        self.process = None

    def run(self, *words):
        environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "TMPDIR": self.directory}
        subprocess.run([*self.prefix, *words], check=True, cwd=self.directory, env=environment, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, *words):
        environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "TMPDIR": self.directory}
        with open(f"{self.directory}/log", "wb") as log:
            self.process = subprocess.Popen([*self.prefix, *words], cwd=self.directory, env=environment,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.sql("", "SELECT 1")
            except subprocess.CalledProcessError:
                assert self.process.poll() is None and time.monotonic() < deadline, f"see {self.directory}/log"
                time.sleep(0.1)

    def close(self):
        if self.process:
            self.process.send_signal(self.ending)
            self.process.wait(60)
        shutil.rmtree(self.directory)


class PostgreSQL(Server):
    ending = signal.SIGINT

    def __init__(self):
        super().__init__("postgres")
        programs = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        self.run(f"{programs}/initdb", "-D", f"{self.directory}/data", "-U", "postgres", "-A", "trust")
        self.start(f"{programs}/postgres", "-D", f"{self.directory}/data", "-p", str(self.port), "-k", self.directory)

    def sql(self, database, *statements):
        words = [word for statement in statements for word in ("-c", statement)]
        return subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.url(database or "postgres"), *words], check=True,
                              capture_output=True)

    def url(self, database, scheme="postgresql"):
        return f"{scheme}://postgres@127.0.0.1:{self.port}/{database}"

    def fresh(self, database):
        self.sql("", f"DROP DATABASE IF EXISTS {database}", f"CREATE DATABASE {database}", "CHECKPOINT")

    def fill(self):
        self.fresh("source")
        self.sql("source", TABLE, POSTGRESQL_ROWS, "CREATE INDEX by_email ON customers (email)", "ANALYZE customers")


class MariaDB(Server):
    ending = signal.SIGTERM

    def __init__(self):
        super().__init__("mysql")
        data = f"{self.directory}/data"
        self.run("mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                 "--skip-test-db", *(["--user=mysql"] if os.geteuid() == 0 else []))
        self.start("mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.directory}/sock", f"--port={self.port}",
                   "--bind-address=127.0.0.1")
        self.sql("", "CREATE USER bench@'127.0.0.1' IDENTIFIED BY 'bench'", "GRANT ALL ON *.* TO bench@'127.0.0.1'")

    def sql(self, database, *statements):
        return subprocess.run(
            ["mariadb", "--no-defaults", "-S", f"{self.directory}/sock", "-u", "root", "-e", ";".join(statements),
             *([database] if database else [])], check=True, capture_output=True)

    def url(self, database):
        return f"mysql://bench:bench@127.0.0.1:{self.port}/{database}"

    def fresh(self, database):
        self.sql("", f"DROP DATABASE IF EXISTS {database}", f"CREATE DATABASE {database} CHARACTER SET utf8mb4")

    def fill(self):
        self.fresh("source")
        self.sql("source", TABLE.replace("timestamp", "datetime"), MARIADB_ROWS, "CREATE INDEX by_email ON customers (email)")


def timed(words, **environment):
    began = time.monotonic()
    done = subprocess.run(words, cwd=BASE, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    took = time.monotonic() - began
    assert done.returncode == 0, f"{words[0]} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return took


def ours(source, target):
    return timed([BINARY, "db", "migrate", "FROM_URL", "TO_URL"], FROM_URL=source, TO_URL=target)


def pgloader(source, target):
    # With its own 100,000 rows at a time, Debian's (whose heap is 1 GB) runs out of memory on some runs, and ends.
    return timed(["pgloader", "--quiet", "--with", "prefetch rows = 20000", source, target])


def rate(seconds):
    return [ROWS / one for one in seconds]


def measure(what, target, source_url, target_url, peer=None):
    """Rounds of both, in turns; ours must reach the rows per second that are wanted."""
    mine, theirs = [], []
    for number in range(ROUNDS):
        target.fresh("target")
        mine.append(ours(source_url, target_url("target")))
        line = f"      {what}, round {number + 1}/{ROUNDS}: {mine[-1]:.2f} s"
        if peer:
            target.fresh("target")
            theirs.append(peer())
            line += f", pgloader {theirs[-1]:.2f} s"
        print(line, flush=True)
    return rate(mine), rate(theirs)


def main():
    postgresql, mariadb = PostgreSQL(), MariaDB()
    try:
        print(f"      filling {ROWS:,} rows into each", flush=True)
        postgresql.fill()
        mariadb.fill()
        mine, theirs = measure(
            "PostgreSQL to PostgreSQL", postgresql, postgresql.url("source"), postgresql.url,
            lambda: pgloader(postgresql.url("source", "pgsql"), postgresql.url("target", "pgsql")))
        report.compare("rows moved, PostgreSQL to PostgreSQL", mine, theirs, "pgloader", "/s", 1, at_most=False)
        same = {"PostgreSQL": mine}
        same["MariaDB"], _ = measure("MariaDB to MariaDB", mariadb, mariadb.url("source"), mariadb.url)
        mine, theirs = measure(
            "MariaDB to PostgreSQL", postgresql, mariadb.url("source"), postgresql.url,
            lambda: pgloader(mariadb.url("source"), postgresql.url("target", "pgsql")))
        report.compare("rows moved, MariaDB to PostgreSQL", mine, theirs, "pgloader", "/s", 1, at_most=False)
    finally:
        postgresql.close()
        mariadb.close()
    for engine, values in same.items():
        report.at_least(f"rows moved between two databases of {engine}", statistics.median(values), "/s", WANTED_ROWS_PER_SECOND)


if __name__ == "__main__":
    main()
    report.finish(sys.argv[1])
