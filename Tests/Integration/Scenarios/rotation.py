"""Managed passwords rotate, and no client that reads the secret again is ever left without one that works."""

import json
import threading
import time

import psycopg
from martlet_client import (
    client, conninfo, create_available, describe, kill_serve, modify, name, note, rds, secrets, start_serve, told, wait, wait_for)

identifier = name("rotation")
database = create_available(identifier, MasterUserPassword=None, ManageMasterUserPassword=True)
arn = database["MasterUserSecret"]["SecretArn"]


def password(reader=secrets):
    return current(reader)[1]


def current(reader=secrets):
    """(version, password) as the secret tells them."""
    answer = reader.get_secret_value(SecretId=arn)
    return answer["VersionId"], json.loads(answer["SecretString"])["password"]


def login(word):
    psycopg.connect(**conninfo(database, password=word, sslmode="require")).close()


class Client(threading.Thread):
    """Keeps a password until it is refused, then reads the secret: there has to be another one, which works.

    Only a further rotation between reading and logging in is an excuse, and then the secret has yet another one.
    """

    def __init__(self):
        super().__init__(daemon=True)
        self.reader = client("secretsmanager")
        self.stopping = threading.Event()
        self.logins = self.renewals = 0
        self.failure = None

    def run(self):
        try:
            version, word = current(self.reader)
            while not self.stopping.is_set():
                version, word = self.log_in(version, word)
                self.logins += 1
                time.sleep(0.01)
        except Exception as error:  # Told by the main thread.
            self.failure = str(error)

    def log_in(self, version, word):
        for _ in range(5):
            try:
                login(word)
                return version, word
            except psycopg.OperationalError as error:
                assert "password authentication failed" in str(error), f"refused for another reason: {error}"
                refused = version
            version, word = current(self.reader)
            self.renewals += 1
            assert version != refused, f"version {version} is current and refused"
        raise AssertionError("five passwords in a row were refused")


note("ten rotations under the eyes of four clients")
crowd = [Client() for _ in range(4)]
for one in crowd:
    one.start()
for turn in range(10):
    former = password()
    if turn % 2:
        version = secrets.rotate_secret(SecretId=arn)["VersionId"]
    else:
        rds.modify_db_instance(DBInstanceIdentifier=identifier, RotateMasterUserPassword=True, ApplyImmediately=True)
        version = None
    # The answer waits for the new value, but not for ever on a slow machine.
    wait("another password is current", lambda: password() != former, 20)
    wait_for(identifier)
    described = secrets.describe_secret(SecretId=arn)
    stages = described["VersionIdsToStages"]
    assert sorted(s for given in stages.values() for s in given) == ["AWSCURRENT", "AWSPREVIOUS"], stages
    assert version is None or stages[version] == ["AWSCURRENT"], stages
    time.sleep(0.3)
    for one in crowd:
        assert one.failure is None, one.failure
for one in crowd:
    one.stopping.set()
for one in crowd:
    one.join(30)
    assert one.failure is None, one.failure
    assert one.renewals >= 1, "it met no rotation"
note(f"{sum(one.logins for one in crowd)} logins, {sum(one.renewals for one in crowd)} passwords read again")

note("serve dies under way: it ends in the same place")
for pause in (0.0, 0.005, 0.02, 0.05):
    former = password()
    secrets.rotate_secret(SecretId=arn)
    time.sleep(pause)
    kill_serve()
    start_serve()
    wait_for(identifier)
    now = wait("another password is current", lambda: password() if password() != former else None, 20)
    login(now)
    wait("the rotation has ended", lambda: describe(identifier)["MasterUserSecret"]["SecretStatus"] == "active", 20)
    assert len(secrets.describe_secret(SecretId=arn)["VersionIdsToStages"]) == 2

note("the schedule: RDS's seven days, another, none")
described = secrets.describe_secret(SecretId=arn)
assert described["RotationEnabled"] and described["RotationRules"]["AutomaticallyAfterDays"] == 7, described
assert abs((described["NextRotationDate"] - described["LastRotatedDate"]).total_seconds() - 7 * 86_400) < 1, described
secrets.rotate_secret(SecretId=arn, RotateImmediately=False, RotationRules={"ScheduleExpression": "rate(30 days)"})
assert secrets.describe_secret(SecretId=arn)["RotationRules"]["AutomaticallyAfterDays"] == 30
secrets.cancel_rotate_secret(SecretId=arn)
described = secrets.describe_secret(SecretId=arn)
assert not described["RotationEnabled"] and "NextRotationDate" not in described, described
told(identifier, "Reset master credentials.")

note("a new password of the owner's own ends it")
modify(identifier, ManageMasterUserPassword=False, MasterUserPassword="correct-horse-battery")
login("correct-horse-battery")
