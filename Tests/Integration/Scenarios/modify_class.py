"""A change of class changes what the server does with memory; storage settings; engine version."""

from martlet_client import ask, create_available, describe, modify, name, note, rds, wait_for

identifier = name("grow")
database = create_available(identifier)
resource = database["DbiResourceId"]


def settings(instance):
    with_buffers = "SELECT setting::int FROM pg_settings WHERE name = "
    return tuple(ask(instance, f"{with_buffers}'{setting}'") for setting in ("shared_buffers", "max_connections"))


def formulas(gib):
    return ((gib << 30) // 32768, min((gib << 30) // 9531392, 5000))


assert settings(database) == formulas(1), settings(database)
note("db.t3.micro to db.t3.small, at once")
answer = rds.modify_db_instance(
    DBInstanceIdentifier=identifier, DBInstanceClass="db.t3.small", ApplyImmediately=True)["DBInstance"]
assert answer["DBInstanceStatus"] == "modifying", answer["DBInstanceStatus"]
database = wait_for(identifier)
assert database["DBInstanceClass"] == "db.t3.small" and database["PendingModifiedValues"] == {}, database
assert settings(database) == formulas(2), settings(database)
note("and back, the data is still there")
database = modify(identifier, DBInstanceClass="db.t3.micro")
assert settings(database) == formulas(1), settings(database)
assert database["DbiResourceId"] == resource

note("retention, windows, protection, tags copy: at once, without a restart")
before = ask(database, "SELECT pg_postmaster_start_time()")
database = modify(
    identifier, BackupRetentionPeriod=0, PreferredBackupWindow="03:00-04:00", PreferredMaintenanceWindow="tue:05:00-tue:06:00",
    CopyTagsToSnapshot=True, AutoMinorVersionUpgrade=False)
assert database["PreferredBackupWindow"] == "03:00-04:00", database
assert database["PreferredMaintenanceWindow"] == "tue:05:00-tue:06:00", database
assert database["CopyTagsToSnapshot"] is True and database["AutoMinorVersionUpgrade"] is False, database
assert ask(database, "SELECT pg_postmaster_start_time()") == before

note("the same values again change nothing")
database = modify(identifier, DBInstanceClass="db.t3.micro")
assert ask(database, "SELECT pg_postmaster_start_time()") == before
assert describe(identifier)["DBInstanceStatus"] == "available"

note("storage grows")
database = modify(identifier, AllocatedStorage=25)
assert database["AllocatedStorage"] == 25, database
