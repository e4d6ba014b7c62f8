"""Parameter and option groups with MariaDB: its own list of variables, changes at once and with a reboot, the audit plugin."""

import subprocess

from martlet_client import (
    COMBINATION, DATA_DIR, PASSWORD, VALUE, create, describe, name, note, rds, refused, status, told, unchanged, wait, wait_for)
from mysql_client import server_process

version = rds.describe_db_engine_versions(Engine="mariadb", DefaultOnly=True)["DBEngineVersions"][0]
family, major = version["DBParameterGroupFamily"], version["MajorEngineVersion"]
group, options, identifier = name("group"), name("options"), name("tuned")


def parameters(**more):
    pages = rds.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=group, **more)
    return {found["ParameterName"]: found for page in pages for found in page["Parameters"]}


def change(*changes):
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[
        {"ParameterName": parameter, "ParameterValue": text, "ApplyMethod": method} for parameter, text, method in changes])


def apply_status():
    return describe(identifier)["DBParameterGroups"][0]["ParameterApplyStatus"]


def in_sync():
    wait("the group is in sync", lambda: apply_status() == "in-sync", 20, 0.01)


def membership():
    return [(found["OptionGroupName"], found["Status"]) for found in describe(identifier)["OptionGroupMemberships"]]


def ask(statement):
    """What the server itself says, over its own socket."""
    done = subprocess.run(
        ["mariadb", "--no-defaults", "-S", f"{data}/mysql.sock", "-u", "cruddur", "-NBe", statement],
        env={"PATH": "/usr/bin:/bin", "MYSQL_PWD": PASSWORD}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split("\t")


def audit():
    try:
        with open(f"{data}/../log/audit/server_audit.log", encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


note("what there is: the server's own variables")
rds.create_db_parameter_group(DBParameterGroupName=group, DBParameterGroupFamily=family, Description="tuned")
every = parameters()
pool = every["innodb_buffer_pool_size"]
assert pool["ParameterValue"] == "{DBInstanceClassMemory*3/4}" and pool["ApplyType"] == "dynamic", pool
assert every["slow_query_log"]["DataType"] == "boolean" and every["long_query_time"]["DataType"] == "float"
assert every["binlog_format"]["AllowedValues"] == "MIXED,STATEMENT,ROW", every["binlog_format"]
assert every["innodb_ft_min_token_size"]["ApplyType"] == "static"
closed = ["datadir", "tmpdir", "plugin_dir", "secure_file_priv", "init_file", "general_log_file", "skip_networking", "socket",
          "log_error", "innodb_data_home_dir", "skip_grant_tables", "ssl_key", "wsrep_notify_cmd", "innodb_doublewrite",
          "lower_case_table_names"]
assert [which for which in closed if every.get(which, {"IsModifiable": False})["IsModifiable"]] == []

note("an instance begins with all of its group")
change(("max_connections", "LEAST({DBInstanceVCPU*30},100)", "immediate"), ("innodb_ft_min_token_size", "4", "pending-reboot"))
create(identifier, Engine="mariadb", DBParameterGroupName=group)
instance = wait_for(identifier)
data = f"{DATA_DIR}/instances/{instance['DbiResourceId']}/data"
assert ask("SELECT @@max_connections, @@innodb_ft_min_token_size, @@innodb_buffer_pool_size") == ["60", "4", str(3 << 28)]
assert apply_status() == "in-sync" and membership() == [(f"default:mariadb-{major.replace('.', '-')}", "in-sync")]

note("dynamic variables change at once, and go back when they are reset")
before = server_process(instance)
change(("slow_query_log", "1", "immediate"), ("long_query_time", "0.5", "immediate"), ("time_zone", "+02:00", "immediate"),
       ("sql_mode", "STRICT_TRANS_TABLES,NO_ZERO_DATE", "immediate"))
in_sync()
assert ask("SELECT @@global.slow_query_log, @@global.long_query_time, @@global.time_zone, @@global.sql_mode") == [
    "1", "0.500000", "+02:00", "STRICT_TRANS_TABLES,NO_ZERO_DATE"]
rds.reset_db_parameter_group(DBParameterGroupName=group, Parameters=[
    {"ParameterName": parameter, "ApplyMethod": "immediate"} for parameter in ("slow_query_log", "long_query_time")])
in_sync()
assert ask("SELECT @@global.slow_query_log, @@global.long_query_time") == ["0", "10.000000"]
assert server_process(instance) == before, "nothing was restarted"

note("a static one waits for the reboot")
change(("innodb_ft_min_token_size", "5", "pending-reboot"), ("autocommit", "0", "pending-reboot"))
wait("it waits", lambda: apply_status() == "pending-reboot", 20)
assert ask("SELECT @@innodb_ft_min_token_size") == ["4"]
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
in_sync()
assert ask("SELECT @@innodb_ft_min_token_size, @@global.autocommit, @@global.time_zone") == ["5", "0", "+02:00"]

note("what must be refused is refused")
with unchanged():
    for changed, code, words in [
        (("datadir", "/etc", "pending-reboot"), VALUE, "datadir cannot be modified"),
        (("general_log_file", "/tmp/x", "immediate"), VALUE, "general_log_file cannot be modified"),
        (("innodb_ft_min_token_size", "3", "immediate"), COMBINATION, "static"),
        (("binlog_format", "LOUD", "immediate"), VALUE, "MIXED,STATEMENT,ROW"),
        (("max_connections", "3", "immediate"), VALUE, "10-100000"),
    ]:
        refused(code, words, rds.modify_db_parameter_group, DBParameterGroupName=group, Parameters=[
            {"ParameterName": changed[0], "ParameterValue": changed[1], "ApplyMethod": changed[2]}])

note("a value that only the server can refuse, and what it does to a reboot")
change(("default_storage_engine", "nosuch", "immediate"))
wait("failed-to-apply", lambda: apply_status() == "failed-to-apply", 20)
told(identifier, "Unknown storage engine 'nosuch'")
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait("incompatible-parameters", lambda: status(identifier) == "incompatible-parameters", 60)
told(identifier, "incompatible-parameters", "nosuch")
rds.reset_db_parameter_group(DBParameterGroupName=group, ResetAllParameters=True)
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
in_sync()

note("option groups: what there is, and what there is not")
offered = rds.describe_option_group_options(EngineName="mariadb", MajorEngineVersion=major)["OptionGroupOptions"]
assert [option["Name"] for option in offered] == ["MARIADB_AUDIT_PLUGIN"], offered
assert offered[0]["MinimumRequiredMinorEngineVersion"].startswith(f"{major}."), offered[0]
assert rds.describe_option_group_options(EngineName="postgres")["OptionGroupOptions"] == []
rds.create_option_group(OptionGroupName=options, EngineName="mariadb", MajorEngineVersion=major, OptionGroupDescription="audit")
with unchanged():
    for option, words in [("MEMCACHED", "MEMCACHED"), ("OEM", "OEM")]:
        refused(VALUE, words, rds.modify_option_group, OptionGroupName=options, ApplyImmediately=True,
                OptionsToInclude=[{"OptionName": option}])
    refused((VALUE, COMBINATION), "applied at once", rds.modify_option_group, OptionGroupName=options, ApplyImmediately=False,
            OptionsToInclude=[{"OptionName": "MARIADB_AUDIT_PLUGIN"}])
    refused(VALUE, "SERVER_AUDIT_EVENTS", rds.modify_option_group, OptionGroupName=options, ApplyImmediately=True,
            OptionsToInclude=[{"OptionName": "MARIADB_AUDIT_PLUGIN", "OptionSettings": [
                {"Name": "SERVER_AUDIT_EVENTS", "Value": "EVERYTHING"}]}])
    refused("InvalidOptionGroupStateFault", "default:", rds.delete_option_group,
            OptionGroupName=f"default:mariadb-{major.replace('.', '-')}")
    refused("OptionGroupNotFoundFault", "nobody", rds.describe_option_groups, status=404, OptionGroupName="nobody")

note("the audit plugin is loaded while the server runs, and writes")
rds.modify_db_instance(DBInstanceIdentifier=identifier, OptionGroupName=options, ApplyImmediately=True)
before = server_process(instance)
made = rds.modify_option_group(
    OptionGroupName=options, ApplyImmediately=True,
    OptionsToInclude=[{"OptionName": "MARIADB_AUDIT_PLUGIN", "OptionSettings": [
        {"Name": "SERVER_AUDIT_EVENTS", "Value": "CONNECT,QUERY_DDL"}]}])["OptionGroup"]
assert made["Options"][0]["OptionName"] == "MARIADB_AUDIT_PLUGIN", made
wait("the option is in effect", lambda: membership() == [(options, "in-sync")], 20)
ask("CREATE DATABASE seen; SELECT 'unseen'")
wait("it is in the log", lambda: "CREATE DATABASE seen" in audit(), 30)
assert "unseen" not in audit() and ",cruddur," in audit(), audit()
ours = [line for line in audit().splitlines() if ",rdsadmin," in line and "SET GLOBAL server_audit_" not in line]
assert ours == [], ours  # the plugin tells of its own settings whoever changes them
assert server_process(instance) == before, "nothing was restarted"
rds.reboot_db_instance(DBInstanceIdentifier=identifier)
wait_for(identifier)
ask("CREATE DATABASE again")
wait("it writes after a reboot as well", lambda: "CREATE DATABASE again" in audit(), 30)
refused("InvalidOptionGroupStateFault", identifier, rds.delete_option_group, OptionGroupName=options)
note("and is taken away")
rds.modify_option_group(OptionGroupName=options, ApplyImmediately=True, OptionsToRemove=["MARIADB_AUDIT_PLUGIN"])
wait("the option is gone", lambda: membership() == [(options, "in-sync")], 20)
ask("CREATE DATABASE later")
assert "CREATE DATABASE later" not in audit(), audit()
rds.modify_db_instance(
    DBInstanceIdentifier=identifier, OptionGroupName=f"default:mariadb-{major.replace('.', '-')}", ApplyImmediately=True)
rds.delete_option_group(OptionGroupName=options)
