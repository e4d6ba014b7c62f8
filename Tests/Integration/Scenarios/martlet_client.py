"""What the scenarios share: clients, waiting, refusals, and a hand on the server itself.

A scenario is a script with plain asserts. The environment comes from MartletFixture.swift: AWS_* as `martlet env` prints
them, and MARTLET_* for the server under test.
"""

import contextlib
import os
import signal
import subprocess
import time

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import ClientError

BINARY = os.environ["MARTLET_BINARY"]
DATA_DIR = os.environ["MARTLET_DATA_DIR"]
LISTEN = os.environ["MARTLET_LISTEN"]
SCRATCH = os.environ["MARTLET_SCRATCH"]
PREFIX = os.environ["MARTLET_PREFIX"]
REGION = os.environ["AWS_DEFAULT_REGION"]
PASSWORD = "correct-horse-battery"

VALUE = "InvalidParameterValue"
COMBINATION = "InvalidParameterCombination"

STARTED = time.monotonic()


def note(text):
    print(f"{time.monotonic() - STARTED:7.2f} s  {text}", flush=True)


def client(service, region=REGION):
    """An SDK client that says what the server said: nothing is checked or tried again on this side."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=70)
    return boto3.client(service, region_name=region, config=config)


rds = client("rds")
ec2 = client("ec2")
sts = client("sts")
secrets = client("secretsmanager")
kms = client("kms")


def name(suffix):
    """An identifier of this test alone."""
    return f"{PREFIX}-{suffix}"


# Instances


def parameters(identifier, **changes):
    """What CreateDBInstance needs at least; a change to None leaves one out."""
    wanted = {
        "DBInstanceIdentifier": identifier, "DBInstanceClass": "db.t3.micro", "Engine": "postgres",
        "MasterUsername": "cruddur", "MasterUserPassword": PASSWORD, "AllocatedStorage": 20,
        "BackupRetentionPeriod": 0,
    }
    wanted.update(changes)
    return {key: value for key, value in wanted.items() if value is not None}


def create(identifier, region_client=None, **changes):
    return (region_client or rds).create_db_instance(**parameters(identifier, **changes))["DBInstance"]


def describe(identifier, region_client=None):
    """The instance; None when there is none."""
    try:
        return (region_client or rds).describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "DBInstanceNotFound":
            return None
        raise


def status(identifier, region_client=None):
    instance = describe(identifier, region_client)
    return instance["DBInstanceStatus"] if instance else None


def wait(what, check, seconds=60, pause=0.05):
    """Asks until the answer is true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        # After a stall that lasts beyond the deadline it is looked at once more.
        is_last = time.monotonic() >= deadline
        answer = check()
        if answer:
            return answer
        assert not is_last, f"not within {seconds} s: {what}"
        time.sleep(pause)


def before_the_hour_ends(seconds):
    """Waits for the next hour when less than this is left: servers begin new log files with it."""
    left = 3600 - time.time() % 3600
    if left < seconds:
        note("the hour is about to end, and with it the log files")
        time.sleep(left + 1)


def wait_for(identifier, wanted="available", seconds=60, region_client=None):
    """Waits for a status; None waits until the instance is gone. Returns the instance."""
    seen = []

    def reached():
        instance = describe(identifier, region_client)
        found = instance["DBInstanceStatus"] if instance else None
        if not seen or seen[-1] != found:
            seen.append(found)
        bad = {"failed", "incompatible-parameters", "incompatible-network", "insufficient-capacity", "storage-full"}
        assert found == wanted or found not in bad, f"{identifier} is {found}"
        return (instance or True) if found == wanted else None

    try:
        answer = wait(f"{identifier} is {wanted}", reached, seconds)
    except AssertionError as error:
        raise AssertionError(f"{error}; its statuses were {seen}") from None
    return None if answer is True else answer


def create_available(identifier, region_client=None, **changes):
    create(identifier, region_client, **changes)
    instance = wait_for(identifier, region_client=region_client)
    remember(instance)
    return instance


def delete(identifier, region_client=None):
    (region_client or rds).delete_db_instance(DBInstanceIdentifier=identifier, SkipFinalSnapshot=True)


def delete_and_wait(identifier, region_client=None):
    delete(identifier, region_client)
    wait_for(identifier, None, region_client=region_client)


def modify(identifier, **changes):
    """Changes it at once and waits until nothing is left to do."""
    rds.modify_db_instance(DBInstanceIdentifier=identifier, ApplyImmediately=True, **changes)
    return wait_for(changes.get("NewDBInstanceIdentifier", identifier))


def change_parameters(identifier, group, **values):
    """Changes dynamic parameters of the instance's group, and waits until its server says that they are in force."""
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[
        {"ParameterName": key, "ParameterValue": text, "ApplyMethod": "immediate"} for key, text in values.items()])
    wait("the group is in sync", lambda: describe(identifier)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync", 20)


def remember(instance):
    """Names of endpoints go where the leak check finds them."""
    with open(f"{SCRATCH}/endpoints", "a", encoding="utf-8") as file:
        file.write(instance["Endpoint"]["Address"] + "\n")


# Connections


def conninfo(instance, user="cruddur", password=PASSWORD, dbname="postgres", **more):
    address = instance["Endpoint"]
    return {
        "host": address["Address"], "port": address["Port"], "user": user, "password": password, "dbname": dbname,
        "connect_timeout": 30, **more,
    }


def connect(instance, **more):
    return psycopg.connect(**conninfo(instance, **more), autocommit=True)


def ask(instance, statement, **more):
    """The first column of the first row."""
    with connect(instance, **more) as connection:
        return value(connection, statement)


def value(connection, statement):
    row = connection.execute(statement).fetchone()
    return row[0] if row else None


def psql(instance, *commands, user="cruddur", password=PASSWORD, dbname="postgres"):
    """What psql prints for the commands, given one by one as a person types them."""
    address = instance["Endpoint"]
    words = ["psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-h", address["Address"], "-p", str(address["Port"]),
             "-U", user, "-d", dbname]
    for command in commands:
        words += ["-c", command]
    done = subprocess.run(
        words, env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"psql ended with {done.returncode}: {done.stderr}"
    return done.stdout


@contextlib.contextmanager
def login_refused(instance, **more):
    try:
        connect(instance, **more).close()
    except psycopg.OperationalError as error:
        yield str(error)
    else:
        raise AssertionError("the login was accepted")


# Refusals


def error_of(call, **arguments):
    """(code, message, HTTP status) of a call that must fail."""
    try:
        answer = call(**arguments)
    except ClientError as error:
        return (error.response["Error"]["Code"], error.response["Error"].get("Message", ""),
                error.response["ResponseMetadata"]["HTTPStatusCode"])
    raise AssertionError(f"{call.__name__} accepted {arguments}: {answer}")


def refused(codes, fragment, call, status=None, **arguments):
    """The call fails with one of these codes, and the message has the fragment in it (whatever the case)."""
    codes = (codes,) if isinstance(codes, str) else codes
    code, message, http = error_of(call, **arguments)
    told = f"{call.__name__} {arguments}: {http} {code}: {message}"
    assert code in codes, f"expected {' or '.join(codes)}; {told}"
    assert fragment.lower() in message.lower(), f"expected '{fragment}' in the message; {told}"
    assert 400 <= http < 600 and (status is None or http == status), f"expected status {status}; {told}"
    print(f"           refused: {code}: {message}", flush=True)


# What the gateway saw at logins is told some seconds later, and once more with a count after a minute.
GATEWAYS_WORDS = ("A connection ", "IAM database authentication failed")


def everything():
    """All that the API shows, to compare before and after."""
    return {
        "instances": rds.describe_db_instances()["DBInstances"],
        "groups": rds.describe_db_subnet_groups()["DBSubnetGroups"],
        "secrets": sorted(secret["ARN"] for secret in secrets.list_secrets()["SecretList"]),
        "events": len([event for event in rds.describe_events(Duration=60)["Events"]
                       if not event["Message"].startswith(GATEWAYS_WORDS)]),
    }


@contextlib.contextmanager
def unchanged():
    """What is asked within changes nothing. What was begun before it is let come to its end: its last event may come late."""
    seen = []

    def settled():
        seen.append(everything())
        return len(seen) > 1 and seen[-1] == seen[-2]

    wait("nothing changes any more", settled, 30, 0.25)
    before = seen[-1]
    yield
    after = everything()
    assert before == after, f"something changed:\n{before}\n{after}"


# The server itself


def processes(*words):
    """The processes of this data directory that have these words in their arguments, as {pid: arguments}."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(OSError):
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                arguments = file.read().decode(errors="replace").replace("\0", " ")
            if DATA_DIR in arguments and all(word in arguments for word in words):
                found[int(entry)] = arguments
    return found


def serve_pid():
    """The process that holds the lock of the data directory. (A child that is about to become a server looks like it.)"""
    with open(f"{DATA_DIR}/serve/lock", encoding="utf-8") as file:
        pid = int(file.read())
    assert pid in processes("serve") and is_alive(pid), f"process {pid} is not serve"
    return pid


def kill_serve(how=signal.SIGKILL):
    pid = serve_pid()
    os.kill(pid, how)
    wait("serve is gone", lambda: not is_alive(pid), 60, 0.01)


def is_alive(pid):
    """True for a process that is there and not a zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def start_serve(*arguments, healthy_within=30):
    """Starts `serve` on the same directory and address, and waits until it answers. Without arguments it gets those of its first
    start."""
    arguments = arguments or [word for word in os.environ.get("MARTLET_SERVE_ARGUMENTS", "").split("\n") if word]
    with open(f"{SCRATCH}/serve.log", "ab") as log:
        child = subprocess.Popen(
            [BINARY, "serve", "--data-dir", DATA_DIR, "--listen", LISTEN, *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def healthy():
        assert child.poll() is None, f"serve ended with status {child.returncode}: {last_words()}"
        return health() == 200

    wait("serve is healthy", healthy, healthy_within, 0.02)
    return child


def last_words():
    with open(f"{SCRATCH}/serve.log", "rb") as log:
        log.seek(0, os.SEEK_END)
        log.seek(max(0, log.tell() - 2000))
        return log.read().decode(errors="replace")


def health():
    from raw_http import get  # late: raw_http imports this module
    try:
        return get("/health").status
    except OSError:
        return None


def martlet(*words, check=True):
    done = subprocess.run(
        [BINARY, *words, "--data-dir", DATA_DIR], capture_output=True, text=True, timeout=120, check=False)
    assert not check or done.returncode == 0, f"martlet {words}: {done.returncode}: {done.stdout}{done.stderr}"
    return done


def bundle():
    """The authorities of this Martlet, as a file."""
    path = f"{SCRATCH}/bundle.pem"
    if not os.path.exists(path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(martlet("ca").stdout)
    return path


def settled_messages(identifier):
    """The messages, once no late one of what went before comes any more."""
    seen = []

    def settled():
        seen.append(messages(identifier))
        return len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]

    wait("nothing is told any more", settled, 30, 0.5)
    return seen[-1]


def told(identifier, *fragments, seconds=30):
    """Waits for an event with these words, which may come after what it tells of; returns the last such message."""
    return wait(f"an event says {fragments}", lambda: next(
        (one for one in reversed(messages(identifier)) if all(words in one for words in fragments)), None), seconds, 0.1)


def messages(identifier):
    """The messages of an instance's events, oldest first."""
    events = rds.describe_events(SourceType="db-instance", SourceIdentifier=identifier, Duration=60)["Events"]
    return [event["Message"] for event in events]
