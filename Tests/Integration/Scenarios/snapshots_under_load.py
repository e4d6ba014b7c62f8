"""Snapshots of busy servers: clients move money between accounts and write each move down, all in one transaction. Whatever
moment a snapshot shows, no money is lost, every move is written down, and all that was acknowledged before is there."""

import contextlib
import os
import random
import threading
import time

import psycopg
import pymysql

import mysql_client
from martlet_client import conninfo, create_available, delete, name, note, rds, wait
from mysql_client import create_mariadb
from snapshot_client import restore, take

ACCOUNTS = 100_000
CLIENTS = 6
SNAPSHOTS = int(os.environ.get("MARTLET_LOAD_SNAPSHOTS", "3"))
FILLING = "x" * 1500

SCHEMA = {
    "postgres": [
        f"CREATE TABLE accounts AS SELECT n AS id, 1000 AS money, repeat(md5(n::text), 20) AS filling "
        f"FROM generate_series(1, {ACCOUNTS}) n", "ALTER TABLE accounts ADD PRIMARY KEY (id)",
        "CREATE TABLE moves (client int, number int, amount int, filling text, PRIMARY KEY (client, number))",
    ],
    "mariadb": [
        "CREATE TABLE accounts (id int PRIMARY KEY, money int, filling text)",
        f"INSERT INTO accounts SELECT seq, 1000, REPEAT(MD5(seq), 20) FROM seq_1_to_{ACCOUNTS}",
        "CREATE TABLE moves (client int, number int, amount int, filling text, PRIMARY KEY (client, number))",
    ],
}


@contextlib.contextmanager
def session(engine, instance, autocommit=True):
    """A function that runs a statement and returns its rows, and one that commits."""
    if engine == "postgres":
        with psycopg.connect(**conninfo(instance, dbname="app")) as connection:
            connection.autocommit = autocommit

            def run(statement, *values):
                answer = connection.execute(statement, values or None)
                return answer.fetchall() if answer.description else []
            yield run, connection.commit
    else:
        connection = mysql_client.connect(instance, database="app")
        connection.autocommit(autocommit)
        with contextlib.closing(connection):
            yield (lambda statement, *values: mysql_client.rows(connection, statement, *values)), connection.commit


class Client(threading.Thread):
    def __init__(self, engine, instance, number):
        super().__init__(daemon=True)
        self.engine, self.instance, self.number = engine, instance, number
        self.done, self.failure, self.ends, self.longest = 0, None, threading.Event(), 0.0

    def run(self):
        choose = random.Random(self.number)
        try:
            with session(self.engine, self.instance, autocommit=False) as (run, commit):
                while not self.ends.is_set():
                    started = time.monotonic()
                    # In one order, so that nobody waits for another in a circle.
                    first, second = sorted(choose.sample(range(1, ACCOUNTS + 1), 2))
                    amount = choose.randrange(1, 100)
                    run("UPDATE accounts SET money = money - %s WHERE id = %s", amount, first)
                    run("UPDATE accounts SET money = money + %s WHERE id = %s", amount, second)
                    run("INSERT INTO moves VALUES (%s, %s, %s, %s)", self.number, self.done + 1, amount, FILLING)
                    commit()
                    self.done += 1
                    self.longest = max(self.longest, time.monotonic() - started)
        except (psycopg.Error, pymysql.Error) as error:
            self.failure = error


def check(engine, instance, acknowledged):
    with session(engine, instance) as (run, _):
        money = int(run("SELECT sum(money) FROM accounts")[0][0])
        assert money == ACCOUNTS * 1000, f"money {money - ACCOUNTS * 1000:+} too much"
        moves = {client: (int(count), int(highest)) for client, count, highest in
                 run("SELECT client, count(*), max(number) FROM moves GROUP BY client")}
        for client, least in acknowledged.items():
            count, highest = moves.get(client, (0, 0))
            assert count == highest >= least, f"client {client}: {count} moves up to {highest}, {least} acknowledged before"
        if engine == "mariadb":
            for table in ("accounts", "moves"):
                said = run(f"CHECK TABLE {table} EXTENDED")
                assert said[-1][-1] == "OK", said
        else:
            run("SELECT count(*) FROM accounts a JOIN accounts b USING (id)")
    return moves


def story(engine):
    note(f"{engine}: {CLIENTS} clients at work")
    make = create_available if engine == "postgres" else lambda *words, **more: create_mariadb(words[0], "mariadb", **more)
    database = make(name(engine), DBName="app")
    with session(engine, database) as (run, _):
        for statement in SCHEMA[engine]:
            run(statement)
    clients = [Client(engine, database, number) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    wait("all are at work", lambda: all(client.done > 5 or client.failure for client in clients))
    for number in range(SNAPSHOTS):
        before = {client.number: client.done for client in clients}
        snapshot = name(f"{engine}{number}")
        started = time.monotonic()
        take(snapshot, database["DBInstanceIdentifier"])
        seconds = time.monotonic() - started
        assert not any(client.failure for client in clients), [client.failure for client in clients]
        copy = restore(name(f"{engine}copy{number}"), snapshot)
        moves = check(engine, copy, before)
        total = sum(count for count, _ in moves.values())
        note(f"{engine}: snapshot {number} in {seconds:.1f} s, {total} moves in it, {sum(before.values())} before it; "
             f"the longest a client waited: {max(client.longest for client in clients):.2f} s")
        delete(copy["DBInstanceIdentifier"])
        rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot)
    for client in clients:
        client.ends.set()
    for client in clients:
        client.join(60)
        assert client.failure is None, client.failure
    check(engine, database, {client.number: client.done for client in clients})
    delete(database["DBInstanceIdentifier"])


for each in ("postgres", "mariadb"):
    story(each)
wait("all is gone", lambda: not rds.describe_db_instances()["DBInstances"] and not rds.describe_db_snapshots()["DBSnapshots"])
note("done")
