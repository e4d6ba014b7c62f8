"""A power cut at any instant: images of volumes at work, copied without anybody being told, hold all that was acknowledged.

Each image takes the place of a stopped instance's, whose server then recovers from it as it would after a power cut.
"""

import contextlib
import os
import random
import subprocess
import threading
import time

import mysql_client
from martlet_client import (
    DATA_DIR, connect, create_available, delete, name, note, rds, wait, wait_for)
from mysql_client import create_mariadb
from volume_tools import has_images, unmounted

assert has_images(), "this needs image volumes"
SEED = int(os.environ.get("MARTLET_SEED", random.SystemRandom().randrange(1 << 32)))
note(f"seed {SEED} (MARTLET_SEED repeats it)")
CHANCE = random.Random(SEED)
CUTS, WRITERS = 3, 3


class PostgreSQL:
    engine = "postgres"

    @staticmethod
    def create(identifier):
        return create_available(identifier, DBName="app")

    @staticmethod
    @contextlib.contextmanager
    def session(instance):
        with connect(instance, dbname="app") as connection:
            yield lambda statement: run_postgres(connection, statement)


class MariaDB:
    engine = "mariadb"

    @staticmethod
    def create(identifier):
        return create_mariadb(identifier, DBName="app")

    @staticmethod
    @contextlib.contextmanager
    def session(instance):
        with contextlib.closing(mysql_client.connect(instance, database="app")) as connection:
            yield lambda statement: mysql_client.rows(connection, statement)


def run_postgres(connection, statement):
    answer = connection.execute(statement)
    return answer.fetchall() if answer.description else []


class Writer(threading.Thread):
    """Commits 1, 2, 3 … on a session of its own, and remembers the last that was acknowledged."""

    def __init__(self, kind, instance, number):
        super().__init__(daemon=True)
        self.kind, self.instance, self.number = kind, instance, number
        self.acknowledged, self.failure, self.ends = 0, None, threading.Event()

    def run(self):
        try:
            with self.kind.session(self.instance) as run:
                while not self.ends.is_set():
                    following = self.acknowledged + 1
                    run(f"INSERT INTO done (writer, n, filling) VALUES ({self.number}, {following}, '{'x' * 300}')")
                    self.acknowledged = following
        except Exception as error:  # for the main thread to see
            self.failure = error


def image_of(instance):
    return f"{DATA_DIR}/volumes/{instance['DbiResourceId']}.img"


def cut(source, number):
    """The image of one instant. FICLONE, and nothing else: no server and no file system is asked for anything."""
    copy = f"{DATA_DIR}/volumes/cut-{number}"
    subprocess.run(["cp", "--reflink=always", image_of(source), copy], check=True, timeout=60)
    return copy


def story(kind):
    note(f"{kind.engine}: two instances, one of them under load")
    source = kind.create(name(kind.engine))
    with kind.session(source) as run:
        run("CREATE TABLE done (writer int, n int, filling text, PRIMARY KEY (writer, n))")
    # All that a server needs is in its image, its administrator's password too.
    second = name(f"{kind.engine}-second")
    target = kind.create(second)
    writers = [Writer(kind, source, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    wait("rows are written", lambda: all(writer.acknowledged > 5 or writer.failure for writer in writers))
    cuts = []
    for number in range(CUTS):
        time.sleep(CHANCE.uniform(0.1, 1.2))
        before = [writer.acknowledged for writer in writers]
        began = time.monotonic()
        copy = cut(source, number)
        took, after = time.monotonic() - began, [writer.acknowledged + 1 for writer in writers]
        cuts.append((copy, before, after))
        note(f"{kind.engine}: cut {number} in {took * 1000:.0f} ms, {sum(before)} rows acknowledged before it")
    wait("writers go on", lambda: all(w.failure or w.acknowledged > last for w, last in zip(writers, cuts[-1][2])))
    for writer in writers:
        writer.ends.set()
    for writer in writers:
        writer.join(60)
        assert writer.failure is None, writer.failure

    for number, (copy, before, after) in enumerate(cuts):
        rds.stop_db_instance(DBInstanceIdentifier=second)
        wait_for(second, "stopped")
        with unmounted(target):
            os.replace(copy, image_of(target))
        rds.start_db_instance(DBInstanceIdentifier=second)
        wait_for(second, seconds=90)
        with kind.session(target) as run:
            for writer in range(WRITERS):
                [(rows, last)] = run(f"SELECT count(*), coalesce(max(n), 0) FROM done WHERE writer = {writer}")
                assert rows == last, f"cut {number}, writer {writer}: {rows} rows, the last is {last}: one in between is lost"
                assert before[writer] <= last <= after[writer], (
                    f"cut {number}, writer {writer}: row {last} is the last one, {before[writer]} were acknowledged before it")
    note(f"{kind.engine}: {CUTS} cuts recovered, nothing lost")
    for identifier in (source["DBInstanceIdentifier"], second):
        delete(identifier)
        wait_for(identifier, None)


for each in (PostgreSQL, MariaDB):
    story(each)
note("done")
