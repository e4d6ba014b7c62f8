"""The control plane is killed at random instants of every operation.

Each round starts an operation on one of a few instances, waits a random moment, kills `serve` with SIGKILL, starts it again
and waits until all has settled. Then: what was accepted has happened, what was not has not; a client connection to an
instance that no operation touches never breaks; and at the end no directory, process or address is left over.
"""

import contextlib
import os
import time

import mysql_client
from martlet_client import (
    DATA_DIR, PASSWORD, ask, connect, create, create_available, describe, is_alive, name, note, processes, rds, remember,
    start_serve, value, wait)
from sigkill import KILLS, choose, rounds, start_and_kill, stray_servers

LONGEST_PAUSE_S = 0.4
SETTLE_S = 60
MOST_INSTANCES = 4
# So many of the instances are MariaDB's.
MARIADB_SHARE = 0.4
CLASSES = ("db.t3.micro", "db.t3.small")


class Wanted:
    """What an instance must look like once all has settled."""

    def __init__(self, identifier, engine):
        self.identifier = identifier
        self.engine = engine
        self.instance_class = CLASSES[0]
        self.password = PASSWORD
        self.resource = None
        self.marker = None


instances = {}
numbers = iter(range(1, 100_000))


def fresh_name():
    return name(f"c{next(numbers)}")


# Operations. Each knows the call, what is wanted once it was accepted, and how to see that it was when nobody answered.


class Operation:
    def __init__(self, wanted):
        self.wanted = wanted

    @property
    def label(self):
        return f"{type(self).__name__.lower()} {self.wanted.engine} {self.wanted.identifier}"

    def call(self):
        raise NotImplementedError

    def commit(self):
        pass

    def was_accepted(self, shown):
        """`shown` is what the API shows after the restart, by identifier."""
        raise NotImplementedError

    def modify(self, **changes):
        rds.modify_db_instance(DBInstanceIdentifier=self.wanted.identifier, ApplyImmediately=True, **changes)


class Create(Operation):
    def __init__(self, _):
        super().__init__(Wanted(fresh_name(), "mariadb" if choose.random() < MARIADB_SHARE else "postgres"))

    def call(self):
        create(self.wanted.identifier, Engine=self.wanted.engine)

    def commit(self):
        instances[self.wanted.identifier] = self.wanted

    def was_accepted(self, shown):
        return self.wanted.identifier in shown


class Modify(Operation):
    def __init__(self, wanted):
        super().__init__(wanted)
        self.other = CLASSES[1 - CLASSES.index(wanted.instance_class)]

    def call(self):
        self.modify(DBInstanceClass=self.other)

    def commit(self):
        self.wanted.instance_class = self.other

    def was_accepted(self, shown):
        return shown[self.wanted.identifier]["DBInstanceClass"] == self.other


class Password(Operation):
    def __init__(self, wanted):
        super().__init__(wanted)
        self.password = f"password-{choose.randrange(10**9)}"

    def call(self):
        self.modify(MasterUserPassword=self.password)

    def commit(self):
        self.wanted.password = self.password


class Reboot(Operation):
    def call(self):
        rds.reboot_db_instance(DBInstanceIdentifier=self.wanted.identifier)


class Rename(Operation):
    def __init__(self, wanted):
        super().__init__(wanted)
        self.new = fresh_name()

    def call(self):
        self.modify(NewDBInstanceIdentifier=self.new)

    def commit(self):
        del instances[self.wanted.identifier]
        self.wanted.identifier = self.new
        instances[self.new] = self.wanted

    def was_accepted(self, shown):
        return self.new in shown or shown[self.wanted.identifier]["DBInstanceStatus"] in ("renaming", "modifying")


class Delete(Operation):
    def call(self):
        rds.delete_db_instance(DBInstanceIdentifier=self.wanted.identifier, SkipFinalSnapshot=True)

    def commit(self):
        del instances[self.wanted.identifier]

    def was_accepted(self, shown):
        return shown.get(self.wanted.identifier, {"DBInstanceStatus": "deleting"})["DBInstanceStatus"] == "deleting"


# Those whose outcome can be seen from outside may be killed while the call is on its way.
VISIBLE = (Create, Modify, Rename, Delete)


def next_operation():
    """A choice that keeps between one and MOST_INSTANCES instances, so that every operation gets its share."""
    if not instances:
        return Create(None)
    kinds = [Modify, Password, Reboot, Rename]
    kinds += [Create] * 2 if len(instances) < MOST_INSTANCES else []
    kinds += [Delete] if len(instances) > 1 else []
    kind = choose.choice(kinds)
    return kind(choose.choice(sorted(instances.values(), key=lambda one: one.identifier)))


def shown_instances():
    shown = {i["DBInstanceIdentifier"]: i for i in rds.describe_db_instances()["DBInstances"]}
    shown.pop(witness_name)
    return shown


def settle():
    """Waits until the API shows exactly what is wanted, everything available."""

    def settled():
        shown = shown_instances()
        return set(shown) == set(instances) and all(i["DBInstanceStatus"] == "available" for i in shown.values())

    try:
        wait("all has settled", settled, SETTLE_S)
    except AssertionError as error:
        shown = {identifier: i["DBInstanceStatus"] for identifier, i in shown_instances().items()}
        raise AssertionError(f"{error}: wanted {sorted(instances)}, shown {shown}") from None


def check(wanted):
    """The instance is the one it was, with its data, and does what was asked."""
    shown = wait(f"{wanted.identifier} is available", lambda: available(wanted.identifier), SETTLE_S)
    remember(shown)
    assert shown["DBInstanceClass"] == wanted.instance_class, shown["DBInstanceClass"]
    assert wanted.resource in (None, shown["DbiResourceId"]), "a rename must not make another instance"
    wanted.resource = shown["DbiResourceId"]
    memory = (CLASSES.index(wanted.instance_class) + 1) << 30
    is_new = wanted.marker is None
    if is_new:
        wanted.marker = choose.randrange(10**9)
    look = look_into_postgres if wanted.engine == "postgres" else look_into_mariadb
    look(shown, wanted, memory, is_new)


def look_into_postgres(shown, wanted, memory, is_new):
    with connect(shown, password=wanted.password) as connection:
        assert value(connection, "SELECT setting::int FROM pg_settings WHERE name = 'max_connections'") == memory // 9531392
        if is_new:
            connection.execute(f"CREATE TABLE marker AS SELECT {wanted.marker} AS n")
        assert value(connection, "SELECT n FROM marker") == wanted.marker, "the data is another"


def look_into_mariadb(shown, wanted, memory, is_new):
    with contextlib.closing(mysql_client.connect(shown, user="cruddur", password=wanted.password)) as connection:
        assert mysql_client.value(connection, "SELECT @@max_connections") == memory // 12_582_880
        if is_new:
            mysql_client.rows(connection, "CREATE DATABASE chaos")
            mysql_client.rows(connection, f"CREATE TABLE chaos.marker AS SELECT {wanted.marker} AS n")
        assert mysql_client.value(connection, "SELECT n FROM chaos.marker") == wanted.marker, "the data is another"


def available(identifier):
    shown = describe(identifier)
    return shown if shown and shown["DBInstanceStatus"] == "available" else None


def server_directories():
    with contextlib.suppress(FileNotFoundError):
        return {entry for entry in os.listdir(f"{DATA_DIR}/instances") if not entry.startswith(".")}
    return set()


def leaks():
    """Directories, servers and gateways that nobody owns."""
    owned = {wanted.resource for wanted in instances.values()} | {witness["DbiResourceId"]}
    found = [f"directory {entry}" for entry in server_directories() - owned]
    found += stray_servers(owned)
    gateways = [pid for pid, words in processes("gateway").items() if words.split()[1:2] == ["gateway"] and is_alive(pid)]
    if len(gateways) != 1:
        found.append(f"{len(gateways)} gateways: {gateways}")
    return found


def round_number(number):
    operation = next_operation()
    label = operation.label
    # Half of the kills come within the first 40 ms, where the most happens.
    pause = choose.uniform(0, LONGEST_PAUSE_S if choose.random() < 0.5 else LONGEST_PAUSE_S / 10)
    waits = not isinstance(operation, VISIBLE) or choose.random() > 0.25
    accepted = start_and_kill(label, operation.call, pause, waits)
    assert value(witness_connection, "SELECT 1") == 1, "the witness lost its connection"
    started = time.monotonic()
    start_serve()
    if accepted is None:
        accepted = operation.was_accepted(shown_instances())
        label += " (unanswered)"
    if accepted:
        operation.commit()
    settle()
    assert value(witness_connection, "SELECT pg_backend_pid()") == witness_backend, "the witness lost its connection"
    for one in list(instances.values()):
        check(one)
    wait("nothing is left over", lambda: not leaks(), 20)
    note(f"kill {number}: {label} after {pause * 1000:.0f} ms; settled {time.monotonic() - started:.2f} s after the restart")


witness_name = name("witness")
witness = create_available(witness_name)
witness_connection = connect(witness)
witness_backend = value(witness_connection, "SELECT pg_backend_pid()")
witness_started = value(witness_connection, "SELECT pg_postmaster_start_time()")

rounds(round_number, leaks)

assert ask(witness, "SELECT pg_postmaster_start_time()") == witness_started, "the witness was restarted"
for identifier in list(instances):
    rds.delete_db_instance(DBInstanceIdentifier=identifier, SkipFinalSnapshot=True)
    del instances[identifier]
settle()
wait("nothing is left over", lambda: not leaks(), 20)
note(f"{KILLS} kills survived")
