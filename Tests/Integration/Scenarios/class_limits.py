"""A server gets the processors and the memory of its class, and no more: read from the kernel, not from a clock."""

import contextlib
import os
import threading
import time

import psycopg

from group_tools import hierarchies, ours, report, row, text
from martlet_client import (
    connect, create, create_available, delete_and_wait, kill_serve, martlet, messages, modify, name, note, rds, start_serve,
    told, wait, wait_for)
from mysql_client import create_mariadb
from mysql_client import value as mysql_value
from mysql_client import connect as mysql_connect

ROOM = 256  # MiB beside the class's own, see docs/operations.md
SMALL, LARGE = "db.t2.micro", "db.t3.small"
CLASSES = {"db.t2.micro": (1, 1), "db.t3.micro": (2, 1), "db.t3.small": (2, 2), "db.t3.medium": (2, 4)}


how = report()["limits"]
note(f"limits here: {how}")
identifier = name("limited")
if how.startswith("none"):
    note("nothing can be limited here: an instance works all the same, and nobody says otherwise")
    create_available(identifier)
    assert "(" in how and "limits" not in row(identifier), row(identifier)
    delete_and_wait(identifier)
    raise SystemExit(0)
assert how.startswith("cpu and memory (cgroup v"), how

OURS = ours()
PLACES = hierarchies("cpu", "memory")


def group(instance, controller):
    return f"{PLACES[controller][0]}/{OURS}/{instance['DbiResourceId']}"


def there(instance):
    return [controller for controller in PLACES if os.path.exists(group(instance, controller))]


def limits(instance):
    """(microseconds of CPU in each 100 ms, MiB of memory), as the kernel has them; -1 is no limit."""
    cpu, memory = group(instance, "cpu"), group(instance, "memory")
    if PLACES["cpu"][1] == 2:
        quota, period = text(f"{cpu}/cpu.max").split()
    else:
        quota, period = text(f"{cpu}/cpu.cfs_quota_us"), text(f"{cpu}/cpu.cfs_period_us")
    size = text(f"{memory}/{'memory.max' if PLACES['memory'][1] == 2 else 'memory.limit_in_bytes'}").strip()
    microseconds = -1 if quota in ("max", "-1\n") else int(quota) * 100_000 // int(period)
    return microseconds, -1 if size == "max" or int(size) >> 62 else int(size) >> 20


def promised(class_name):
    cpus, gib = CLASSES[class_name]
    return cpus * 100_000, (gib << 10) + ROOM


def members(instance, controller):
    return {int(pid) for pid in text(f"{group(instance, controller)}/cgroup.procs").split()}


def parents():
    """{pid: parent} of all processes."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                found[int(entry)] = int(text(f"/proc/{entry}/stat").rsplit(")", 1)[1].split()[1])
    return found


def server(identifier):
    """The server process and all that it has started."""
    first = row(identifier)["processID"]
    all_parents, family = parents(), {first}
    while more := {pid for pid, parent in all_parents.items() if parent in family} - family:
        family |= more
    return family


def all_inside(instance):
    """No process of the server is outside of its group. (One that has ended meanwhile is in none.)"""
    family = server(instance["DBInstanceIdentifier"])
    for controller in PLACES:
        outside = {pid for pid in family - members(instance, controller) if os.path.exists(f"/proc/{pid}/stat")}
        if outside & server(instance["DBInstanceIdentifier"]) - members(instance, controller):
            return False
    return True


def is_limited(instance, class_name):
    assert limits(instance) == promised(class_name), (limits(instance), class_name)
    assert all_inside(instance), (server(instance["DBInstanceIdentifier"]), members(instance, "cpu"))
    cpus, gib = CLASSES[class_name]
    shown = row(instance["DBInstanceIdentifier"])["limits"]
    assert shown == f"{cpus} CPU{'s' if cpus > 1 else ''}, {(gib << 10) + ROOM} MiB", shown


note("PostgreSQL and MariaDB: every process is in the group, with the limits of the class")
database = create_available(identifier, DBInstanceClass=SMALL)
other = create_mariadb(name("maria"), DBInstanceClass=LARGE)
with connect(database), contextlib.closing(mysql_connect(other)):
    is_limited(database, SMALL)
    is_limited(other, LARGE)
assert f"{identifier}: limited to 1 CPU, {1024 + ROOM} MiB" in martlet("status").stdout


def ticks(pids):
    """Seconds of processor time that these processes have had."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = text(f"/proc/{pid}/stat").rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def throttled(instance):
    return int(dict(line.split() for line in text(f"{group(instance, 'cpu')}/cpu.stat").splitlines())["nr_throttled"])


def burn(connection, ended):
    with contextlib.suppress(psycopg.Error):
        while not ended.is_set():
            connection.execute("SELECT sum(sqrt(n::float)) FROM generate_series(1, 300000) AS n")


note("two queries that would take two processors get one")
ended = threading.Event()
with connect(database) as one, connect(database) as two:
    backends = [connection.execute("SELECT pg_backend_pid()").fetchone()[0] for connection in (one, two)]
    threads = [threading.Thread(target=burn, args=(connection, ended)) for connection in (one, two)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    before = ticks(backends)
    time.sleep(3)
    used, wall = ticks(backends) - before, time.monotonic() - began
    # However busy the machine is, they cannot have had more: a period more at either end, and clock ticks.
    assert used <= wall + 0.3, f"{used:.2f} s of processor time in {wall:.2f} s"
    if os.cpu_count() > 1:
        wait("the kernel held them back", lambda: throttled(database) > 0, 60)
    ended.set()
    for thread in threads:
        thread.join()
print(f"           {used:.2f} s of processor time in {wall:.2f} s, held back {throttled(database)} times")

note("another class: other limits, at once")
database = modify(identifier, DBInstanceClass="db.t3.medium")
is_limited(database, "db.t3.medium")
database = modify(identifier, DBInstanceClass=SMALL)
is_limited(database, SMALL)
other = modify(name("maria"), DBInstanceClass="db.t3.micro")
is_limited(other, "db.t3.micro")

def answers(instance):
    with contextlib.suppress(psycopg.OperationalError), connect(instance) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)
    return False


if text("/proc/swaps").count("\n") == 1:  # with swap the kernel would fill that first
    note("more memory than the class has: the kernel ends that one, and an event says so")
    with contextlib.suppress(psycopg.Error), connect(database) as greedy:
        greedy.execute("SELECT array_agg(repeat(md5(n::text), 32768)) FROM generate_series(1, 3000) AS n")
        raise AssertionError("that much memory was there")
    print("           " + told(identifier, "ran out of the memory of its class", SMALL))
    wait("it answers again", lambda: answers(database), 60)
    wait_for(identifier)
    is_limited(database, SMALL)
    assert not [one for one in messages(name("maria")) if "ran out" in one]

note("serve is killed: the limits stay; the next one makes sure of them")
kill_serve()
assert limits(database) == promised(SMALL) and limits(other) == promised("db.t3.micro")
quota = "cpu.max" if PLACES["cpu"][1] == 2 else "cpu.cfs_quota_us"
with open(f"{group(database, 'cpu')}/{quota}", "w", encoding="utf-8") as file:
    file.write("max" if PLACES["cpu"][1] == 2 else "-1")
# As a server is found that was started before there were groups.
strays = members(other, "memory") | members(other, "cpu")
for top, _ in PLACES.values():
    for pid in strays:
        with open(f"{top}/cgroup.procs", "w", encoding="utf-8") as file:
            file.write(str(pid))
# One left from an instance that is gone, and one of another installation.
left, foreign = f"{PLACES['cpu'][0]}/{OURS}/db-GONE", f"{PLACES['cpu'][0]}/martlet-of-another-{os.getpid()}"
os.mkdir(left)
os.mkdir(foreign)
try:
    start_serve()
    wait_for(identifier)
    wait("the limits are back", lambda: limits(database) == promised(SMALL), 30)
    wait("all are in their group again", lambda: row(name("maria")).get("limits") and all_inside(other), 30)
    is_limited(database, SMALL)
    is_limited(other, "db.t3.micro")
    assert not os.path.exists(left) and os.path.exists(foreign)
finally:
    os.rmdir(foreign)
with contextlib.closing(mysql_connect(other)) as connection:
    assert mysql_value(connection, "SELECT 1") == 1

note("a reboot, a stop, a start")
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
database = wait_for(identifier)
is_limited(database, SMALL)
rds.stop_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier, "stopped")
wait("its group is gone", lambda: there(database) == [], 30)
rds.start_db_instance(DBInstanceIdentifier=identifier)
database = wait_for(identifier)
is_limited(database, SMALL)

note("limits can be turned off, and on again")
kill_serve()
start_serve("--class-limits", "off")
wait("they are off", lambda: limits(database) == (-1, -1) and limits(other) == (-1, -1), 30)
wait("and the status says so", lambda: "limits" not in row(identifier), 30)
assert report()["limits"] == "none (--class-limits off)", report()["limits"]
free = create_available(name("free"))
assert there(free) == [] and "limits" not in row(name("free"))
kill_serve()
start_serve()
for instance, class_name in ((database, SMALL), (other, "db.t3.micro"), (free, "db.t3.micro")):
    wait("its groups", lambda: len(there(instance)) == len(PLACES), 30)
    wait("limits", lambda: limits(instance) == promised(class_name) and all_inside(instance), 30)
    wait("the status", lambda: row(instance["DBInstanceIdentifier"]).get("limits"), 30)
    is_limited(instance, class_name)

note("buffers larger than the class cannot start: the owner is told, as on RDS")
family = rds.describe_db_engine_versions(Engine="postgres", DefaultOnly=True)["DBEngineVersions"][0]["DBParameterGroupFamily"]
rds.create_db_parameter_group(
    DBParameterGroupName=name("greedy"), DBParameterGroupFamily=family, Description="more than a micro has")
rds.modify_db_parameter_group(DBParameterGroupName=name("greedy"), Parameters=[
    {"ParameterName": "shared_buffers", "ParameterValue": str((1200 << 20) // 8192), "ApplyMethod": "pending-reboot"}])
create(name("greedy"), DBParameterGroupName=name("greedy"))
wait_for(name("greedy"), "incompatible-parameters", 60)
assert "shared_buffers is 1200 MiB, and the instance class has 1024 MiB" in row(name("greedy"))["note"], row(name("greedy"))

note("what is deleted leaves no group")
for one in (identifier, name("maria"), name("free"), name("greedy")):
    delete_and_wait(one)
for instance in (database, other, free):
    assert there(instance) == [], there(instance)
