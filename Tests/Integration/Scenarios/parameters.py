"""Parameter groups: metadata from the server, formulas, immediate and pending changes, values that keep the server down."""

from martlet_client import (
    COMBINATION, VALUE, ask, connect, create, create_available, delete_and_wait, describe, martlet, modify, name, note,
    processes, rds, refused, remember, settled_messages, told, unchanged, value, wait, wait_for)

newest = rds.describe_db_engine_versions(Engine="postgres", DefaultOnly=True)["DBEngineVersions"][0]
family = newest["DBParameterGroupFamily"]
group, other, identifier = name("group"), name("other"), name("tuned")


def parameters(which=group, **more):
    pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=which, **more)
    return {found["ParameterName"]: found for page in pages for found in page["Parameters"]}


def change(*changes, which=group):
    rds.modify_db_parameter_group(DBParameterGroupName=which, Parameters=[
        {"ParameterName": parameter, "ParameterValue": text, "ApplyMethod": method} for parameter, text, method in changes])


def membership():
    found = describe(identifier)["DBParameterGroups"]
    assert len(found) == 1, found
    return found[0]["DBParameterGroupName"], found[0]["ParameterApplyStatus"]


def in_sync(which=group):
    wait("the group is in sync", lambda: membership() == (which, "in-sync"), 20, 0.01)


def is_pending(which=group):
    """A change that is in force meanwhile may still be on its way to the status."""
    wait("the group waits for the reboot", lambda: membership() == (which, "pending-reboot"), 20, 0.05)


def show(database, parameter):
    return ask(database, f"SHOW {parameter}")


note("what there is: the server's own list")
made = rds.create_db_parameter_group(
    DBParameterGroupName=group, DBParameterGroupFamily=family, Description="tuned")["DBParameterGroup"]
assert made["DBParameterGroupArn"].endswith(f":pg:{group}"), made
every = parameters()
assert len(every) > 250, len(every)
buffers = every["shared_buffers"]
assert buffers["ParameterValue"] == "{DBInstanceClassMemory/32768}" and buffers["Source"] == "system", buffers
assert buffers["ApplyType"] == "static" and buffers["AllowedValues"] == "16-1073741823", buffers
assert buffers["Description"].startswith("(8kB) "), buffers
assert every["synchronous_commit"]["AllowedValues"] and every["autovacuum"]["AllowedValues"] == "0,1"
assert not every["archive_command"]["IsModifiable"] and not every["data_directory"]["IsModifiable"]
assert parameters(Source="user") == {}
defaults = rds.describe_engine_default_parameters(DBParameterGroupFamily=family, MaxRecords=20)["EngineDefaults"]
assert defaults["DBParameterGroupFamily"] == family and defaults["Marker"] and len(defaults["Parameters"]) == 20, defaults
assert f"default.{family}" in [found["DBParameterGroupName"] for found in rds.describe_db_parameter_groups()["DBParameterGroups"]]

note("an instance begins with all of its group, formulas evaluated for its class")
change(("max_connections", "LEAST({DBInstanceClassMemory/21474836},77)", "pending-reboot"), ("work_mem", "5000", "immediate"))
database = create_available(identifier, DBParameterGroupName=group)
assert membership() == (group, "in-sync"), membership()
assert show(database, "max_connections") == "50" and show(database, "work_mem") == "5000kB"
assert int(ask(database, "SELECT setting FROM pg_settings WHERE name = 'shared_buffers'")) == (1 << 30) // 32768

note("a dynamic change is there at once, and nothing is restarted")
started = ask(database, "SELECT pg_postmaster_start_time()")
with connect(database) as session:
    change(("work_mem", "8192", "immediate"), ("log_min_duration_statement", "250", "immediate"))
    assert membership()[1] in ("applying", "in-sync"), membership()
    in_sync()
    assert show(database, "work_mem") == "8MB" and show(database, "log_min_duration_statement") == "250ms"
    wait("a session that was there has it too", lambda: value(session, "SHOW work_mem") == "8MB", 20)
assert ask(database, "SELECT pg_postmaster_start_time()") == started
assert describe(identifier)["DBInstanceStatus"] == "available"
told(identifier, "Finished updating DB parameter group.")
events = rds.describe_events(SourceType="db-parameter-group", SourceIdentifier=group)["Events"]
assert "Updated parameter work_mem to 8192 with apply method immediate" in [event["Message"] for event in events], events

note("a static change, and a dynamic one that is to wait, come with the reboot")
change(("max_connections", "60", "pending-reboot"), ("jit", "0", "pending-reboot"))
is_pending()
assert show(database, "max_connections") == "50" and show(database, "jit") == "on"
assert "pending-reboot" in martlet("status").stdout, martlet("status").stdout
change(("work_mem", "9216", "immediate"))
wait("the immediate one does not wait", lambda: show(database, "work_mem") == "9MB", 30)
is_pending()
assert show(database, "max_connections") == "50"
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
in_sync()
assert show(database, "max_connections") == "60" and show(database, "jit") == "off"

note("a formula follows the class")
change(("max_connections", "{DBInstanceClassMemory/21474836}", "pending-reboot"))
database = modify(identifier, DBInstanceClass="db.t3.small")
in_sync()
assert show(database, "max_connections") == "100", show(database, "max_connections")
database = modify(identifier, DBInstanceClass="db.t3.micro")

note("rds.force_ssl is the gateway's to see to")
assert ask(database, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") is not None
change(("rds.force_ssl", "1", "immediate"))
in_sync()
try:
    connect(database, sslmode="disable").close()
except Exception as error:  # whatever the driver makes of it
    assert "no pg_hba.conf entry" in str(error), error
else:
    raise AssertionError("a login without TLS was let in")
change(("rds.force_ssl", "0", "immediate"))
in_sync()
connect(database, sslmode="disable").close()
assert show(database, "rds.force_ssl") == "0"

note("a library of the list is loaded")
change(("shared_preload_libraries", "auto_explain,pg_stat_statements", "pending-reboot"),
       ("auto_explain.log_min_duration", "0", "immediate"))
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
assert show(database, "shared_preload_libraries") == "auto_explain,pg_stat_statements"

note("what must be refused is refused, and changes nothing")
CASES = [
    (("archive_command", "touch /tmp/owned", "immediate"), VALUE, "archive_command cannot be modified"),
    (("data_directory", "/etc", "pending-reboot"), VALUE, "data_directory cannot be modified"),
    (("shared_preload_libraries", "basebackup_to_shell", "pending-reboot"), VALUE, "basebackup_to_shell"),
    (("session_preload_libraries", "auto_explain", "immediate"), VALUE, "session_preload_libraries cannot be modified"),
    (("ssl_passphrase_command", "id", "immediate"), VALUE, "ssl_passphrase_command cannot be modified"),
    (("listen_addresses", "*", "pending-reboot"), VALUE, "listen_addresses cannot be modified"),
    (("application_name", "x'\narchive_command = 'id", "immediate"), VALUE, "control characters"),
    (("rds.extensions", "file_fdw", "pending-reboot"), VALUE, "rds.extensions cannot be modified"),
    (("no_such_parameter", "1", "immediate"), VALUE, "Could not find parameter with name: no_such_parameter"),
    (("work_mem", "8MB", "immediate"), VALUE, "Invalid parameter value: 8MB for: work_mem allowed values are: 64-2147483647"),
    (("work_mem", "{DBInstanceClassMemory/", "immediate"), VALUE, "work_mem"),
    (("max_connections", "10", "immediate"), COMBINATION, "cannot use immediate apply method for static parameter"),
    (("synchronous_commit", "perhaps", "immediate"), VALUE, "remote_write"),
]
before = parameters()
with unchanged():
    for (parameter, text, method), code, words in CASES:
        refused(code, words, rds.modify_db_parameter_group, DBParameterGroupName=group, Parameters=[
            {"ParameterName": "geqo", "ParameterValue": "0", "ApplyMethod": "immediate"},
            {"ParameterName": parameter, "ParameterValue": text, "ApplyMethod": method}])
    refused(VALUE, "Cannot modify a default parameter group", rds.modify_db_parameter_group,
            DBParameterGroupName=f"default.{family}", Parameters=[
                {"ParameterName": "geqo", "ParameterValue": "0", "ApplyMethod": "immediate"}])
    refused("InvalidDBParameterGroupState", "still members", rds.delete_db_parameter_group, DBParameterGroupName=group)
    refused("InvalidDBParameterGroupState", f"default.{family}", rds.delete_db_parameter_group,
            DBParameterGroupName=f"default.{family}")
    refused("DBParameterGroupNotFound", "nobody", rds.describe_db_parameters, status=404, DBParameterGroupName="nobody")
    refused("DBParameterGroupAlreadyExists", group, rds.create_db_parameter_group,
            DBParameterGroupName=group, DBParameterGroupFamily=family, Description="again")
assert parameters() == before

note("a value that only the server can refuse: named, and the rest stays in effect")
change(("timezone", "Mars/Olympus", "immediate"), ("work_mem", "10240", "immediate"))
wait("failed-to-apply", lambda: membership() == (group, "failed-to-apply"), 20)
assert show(database, "work_mem") == "10MB" and show(database, "timezone") == "UTC"
told(identifier, "timezone: setting could not be applied")
rds.reset_db_parameter_group(DBParameterGroupName=group, Parameters=[
    {"ParameterName": "timezone", "ApplyMethod": "immediate"}])
in_sync()

note("a value that keeps the server down: incompatible-parameters, in the server's own words, and one try")
change(("max_connections", "3", "pending-reboot"))
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait("incompatible-parameters", lambda: describe(identifier)["DBInstanceStatus"] == "incompatible-parameters", 60)
last = told(identifier, "incompatible-parameters")
assert "must be less than max_connections" in last, last
assert "max_connections" in martlet("status").stdout, martlet("status").stdout
log = f"{describe(identifier)['DbiResourceId']}"
wait("nobody tries the same again", lambda: not processes("postgres", log), 10)
assert [message for message in settled_messages(identifier) if "incompatible-parameters" in message] == [last]
note("the cure: another value, and a reboot")
change(("max_connections", "40", "pending-reboot"))
answer = rds.reboot_db_instance(DBInstanceIdentifier=identifier)["DBInstance"]
assert answer["DBInstanceStatus"] == "rebooting", answer["DBInstanceStatus"]
wait_for(identifier)
in_sync()
assert show(database, "max_connections") == "40"
note("memory that no host has is the same")
change(("shared_buffers", "{DBInstanceClassMemory*2000000}", "pending-reboot"))
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait("incompatible-parameters", lambda: describe(identifier)["DBInstanceStatus"] == "incompatible-parameters", 60)
note("memory that the host does not have is the same; a dynamic value can be changed without a reboot")
change(("shared_buffers", "1073741823", "pending-reboot"))
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait("incompatible-parameters", lambda: describe(identifier)["DBInstanceStatus"] == "incompatible-parameters", 60)
rds.reset_db_parameter_group(DBParameterGroupName=group, Parameters=[
    {"ParameterName": "shared_buffers", "ApplyMethod": "pending-reboot"}])
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)

note("another group: its name at once, its parameters with the reboot")
rds.copy_db_parameter_group(SourceDBParameterGroupIdentifier=group, TargetDBParameterGroupIdentifier=other,
                            TargetDBParameterGroupDescription="a copy")
assert parameters(other, Source="user") == parameters(Source="user")
change(("work_mem", "2048", "immediate"), which=other)
rds.modify_db_instance(DBInstanceIdentifier=identifier, DBParameterGroupName=other, ApplyImmediately=True)
is_pending(other)
assert show(database, "work_mem") == "10MB"
rds.delete_db_parameter_group(DBParameterGroupName=group)
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
in_sync(other)
assert show(database, "work_mem") == "2MB"

note("reset: everything back to the default group")
rds.reset_db_parameter_group(DBParameterGroupName=other, ResetAllParameters=True)
assert parameters(other, Source="user") == {}
wait("dynamic ones are back at once", lambda: show(database, "work_mem") == "4MB", 30)
is_pending(other)
assert show(database, "max_connections") == "40"
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
in_sync(other)
assert show(database, "max_connections") == "112"

note("an instance that never came up can be cured as well")
stillborn = name("stillborn")
change(("max_connections", "3", "pending-reboot"), which=other)
create(stillborn, DBParameterGroupName=other)
wait("incompatible-parameters", lambda: describe(stillborn)["DBInstanceStatus"] == "incompatible-parameters", 60)
change(("max_connections", "30", "pending-reboot"), which=other)
rds.reboot_db_instance(DBInstanceIdentifier=stillborn)
born = wait_for(stillborn)
remember(born)
assert show(born, "max_connections") == "30"
delete_and_wait(stillborn)
