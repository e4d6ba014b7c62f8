"""Both engines, a table that is written to, and what must be found of it in a copy: for the scenarios about snapshots."""

import contextlib
import threading

import mysql_client
from martlet_client import connect, create_available
from mysql_client import create_mariadb


class PostgreSQL:
    engine = "postgres"
    user = "cruddur"

    @staticmethod
    def create(identifier, **more):
        return create_available(identifier, DBName="app", **more)

    @staticmethod
    @contextlib.contextmanager
    def session(instance, **more):
        with connect(instance, dbname="app", **more) as connection:
            yield lambda statement: value_or_none(connection, statement)

    fill = [
        "CREATE TABLE seed (n int PRIMARY KEY, filling text)",
        "INSERT INTO seed SELECT n, repeat(md5(n::text), 8) FROM generate_series(1, 20000) n",
        "CREATE TABLE log (n bigserial PRIMARY KEY, filling text)", "CREATE TABLE mark (n int)",
    ]
    write = "WITH made AS (INSERT INTO log (filling) VALUES (repeat('x', 500)) RETURNING n) SELECT max(n) FROM made"


class MariaDB:
    engine = "mariadb"
    user = "admin"

    @staticmethod
    def create(identifier, **more):
        return create_mariadb(identifier, "mariadb", DBName="app", **more)

    @staticmethod
    @contextlib.contextmanager
    def session(instance, **more):
        with contextlib.closing(mysql_client.connect(instance, database="app", **more)) as connection:
            yield lambda statement: first(mysql_client.rows(connection, statement))

    fill = [
        "CREATE TABLE seed (n int PRIMARY KEY, filling text)",
        "INSERT INTO seed SELECT seq, REPEAT(MD5(seq), 8) FROM seq_1_to_20000",
        "CREATE TABLE log (n bigint AUTO_INCREMENT PRIMARY KEY, filling text)", "CREATE TABLE mark (n int)",
        "CREATE TABLE old_kind (n int) ENGINE=Aria", "INSERT INTO old_kind VALUES (1), (2)",
    ]
    write = "INSERT INTO log (filling) VALUES (REPEAT('x', 500)) RETURNING n"


def value_or_none(connection, statement):
    answer = connection.execute(statement)
    return answer.fetchone()[0] if answer.description and answer.rowcount else None


def first(rows):
    return rows[0][0] if rows else None


class Writer(threading.Thread):
    """Writes row after row, each acknowledged before the next."""

    def __init__(self, kind, instance):
        super().__init__(daemon=True)
        self.kind, self.instance = kind, instance
        self.acknowledged, self.failure, self.ends = 0, None, threading.Event()

    def run(self):
        try:
            with self.kind.session(self.instance) as run:
                while not self.ends.is_set():
                    self.acknowledged = run(self.kind.write)
        except Exception as error:  # for the main thread to see
            self.failure = error

    def stop(self):
        self.ends.set()
        self.join(60)
        assert self.failure is None, self.failure


def check(kind, instance, least):
    """All that was acknowledged before the snapshot is there, and nothing has a gap."""
    with kind.session(instance) as run:
        assert run("SELECT count(*) FROM seed") == 20000
        rows, highest = run("SELECT count(*) FROM log"), run("SELECT coalesce(max(n), 0) FROM log")
        assert rows >= least, f"{rows} rows, of which {least} had been acknowledged"
        if kind.engine == "mariadb":
            assert run("SELECT count(*) FROM old_kind") == 2
        return highest
