"""IAM database authentication: tokens that are good, every way of not being good, and the way in that there is not."""

import glob
import os
import shutil
import subprocess

import boto3
from martlet_client import (
    DATA_DIR, REGION, ask, connect, create_available, describe, login_refused, messages, modify, name, note, rds, status, value,
    wait, wait_for)


def token(instance, user, client=rds, region=REGION, **changes):
    end = {"DBHostname": instance["Endpoint"]["Address"], "Port": instance["Endpoint"]["Port"], **changes}
    return client.generate_db_auth_token(DBUsername=user, Region=region, **end)


identifier = name("iam")
database = create_available(identifier)
assert database["IAMDatabaseAuthenticationEnabled"] is False
started = ask(database, "SELECT pg_postmaster_start_time()")
with connect(database) as master:
    master.execute("CREATE ROLE ann LOGIN")
    master.execute("GRANT rds_iam TO ann")
    master.execute("CREATE ROLE bob LOGIN PASSWORD 'bobs-own-password'")

note("off: a token is only a wrong password")
with login_refused(database, user="ann", password=token(database, "ann"), sslmode="require"):
    pass

note("on: members of rds_iam log in with tokens, the others with passwords; nothing was restarted")
rds.modify_db_instance(DBInstanceIdentifier=identifier, ApplyImmediately=True, EnableIAMDatabaseAuthentication=True)
database = wait_for(identifier)
assert database["IAMDatabaseAuthenticationEnabled"] is True
assert ask(database, "SELECT current_user", user="ann", password=token(database, "ann"), sslmode="require") == "ann"
assert ask(database, "SELECT pg_postmaster_start_time()") == started
assert ask(database, "SELECT 1", user="bob", password="bobs-own-password") == 1

note("granted and revoked by SQL, at once")
with connect(database) as master:
    master.execute("GRANT rds_iam TO bob")
    assert ask(database, "SELECT current_user", user="bob", password=token(database, "bob"), sslmode="require") == "bob"
    with login_refused(database, user="bob", password="bobs-own-password"):
        pass
    master.execute("REVOKE rds_iam FROM bob")
    assert ask(database, "SELECT 1", user="bob", password="bobs-own-password") == 1

note("tokens that are not good: the client hears RDS's text, the events the reason")
forged = boto3.client("rds", region_name=REGION, aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
                      aws_secret_access_key="x" * 40)
unknown = boto3.client("rds", region_name=REGION, aws_access_key_id="AKIAUNKNOWN000000000",
                       aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"])
bad = {
    "another user": token(database, "bob"),
    "another host": token(database, "ann", DBHostname="elsewhere.example"),
    "another port": token(database, "ann", Port=database["Endpoint"]["Port"] + 1),
    "another region": token(database, "ann", region="eu-west-1"),
    "a forged signature": token(database, "ann", client=forged),
    "an unknown key": token(database, "ann", client=unknown),
    "no token": "a password",
}
for what, text in bad.items():
    with login_refused(database, user="ann", password=text, sslmode="require") as said:
        assert 'PAM authentication failed for user "ann"' in said, (what, said)
with login_refused(database, user="ann", password=token(database, "ann"), sslmode="disable") as said:
    assert "no pg_hba.conf entry" in said, said
told = wait(
    "the reasons are in the events",
    lambda: [m for m in messages(identifier) if "IAM database authentication failed for user ann" in m], 15)
assert all("X-Amz" not in message for message in told), told
wait("as many as there were", lambda: len(
    {m for m in messages(identifier) if "IAM database authentication failed" in m}) >= 5, 15)

note("around the gateway there is no way for others")
data = glob.glob(f"{DATA_DIR}/instances/{database['DbiResourceId']}/data")[0]
if os.geteuid() == 0 and shutil.which("setpriv"):
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "psql", "-X", "-h", data, "-U", "ann", "-d",
         "postgres", "-c", "SELECT 1"], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode != 0 and "Permission denied" in done.stderr, done.stderr
else:
    note("skipped: not root")

note("renamed: tokens are for the new name")
renamed = name("iam2")
former = database
rds.modify_db_instance(DBInstanceIdentifier=identifier, NewDBInstanceIdentifier=renamed, ApplyImmediately=True)
database = wait_for(renamed)
if database["Endpoint"]["Address"] != former["Endpoint"]["Address"]:
    with login_refused(database, user="ann", password=token(former, "ann"), sslmode="require"):
        pass
assert ask(database, "SELECT 1", user="ann", password=token(database, "ann"), sslmode="require") == 1

note("off again: at once, without a restart; who is in stays in")
with connect(database, user="ann", password=token(database, "ann"), sslmode="require") as inside:
    database = modify(renamed, EnableIAMDatabaseAuthentication=False)
    assert database["IAMDatabaseAuthenticationEnabled"] is False
    with login_refused(database, user="ann", password=token(database, "ann"), sslmode="require"):
        pass
    assert value(inside, "SELECT current_user") == "ann"
assert ask(database, "SELECT pg_postmaster_start_time()") == started
assert status(renamed) == "available" and describe(renamed)["DBInstanceStatus"] == "available"
