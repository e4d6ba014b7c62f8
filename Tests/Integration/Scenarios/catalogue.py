"""What is on offer: engine versions, classes, quotas, certificates."""

import re

from martlet_client import client, note, rds, refused

note("engine versions: those that are installed, and no others")
versions = rds.describe_db_engine_versions()["DBEngineVersions"]
assert versions and all(v["Engine"] and v["EngineVersion"] and v["DBParameterGroupFamily"] for v in versions), versions
postgres = rds.describe_db_engine_versions(Engine="postgres")["DBEngineVersions"]
assert postgres and all(v["Engine"] == "postgres" for v in postgres), postgres
newest = postgres[-1]
major = newest["EngineVersion"].split(".")[0]
assert newest["DBParameterGroupFamily"] == f"postgres{major}", newest
assert newest["DBEngineDescription"] == "PostgreSQL", newest
assert rds.describe_db_engine_versions(Engine="postgres", EngineVersion=newest["EngineVersion"])["DBEngineVersions"] == [newest]
assert rds.describe_db_engine_versions(Engine="postgres", EngineVersion="9.0")["DBEngineVersions"] == []
assert rds.describe_db_engine_versions(DBParameterGroupFamily=f"postgres{major}")["DBEngineVersions"] != []
default = rds.describe_db_engine_versions(Engine="postgres", DefaultOnly=True)["DBEngineVersions"]
assert len(default) == 1, default

note("classes that can be ordered")
options = []
for page in rds.get_paginator("describe_orderable_db_instance_options").paginate(Engine="postgres"):
    options += page["OrderableDBInstanceOptions"]
classes = {option["DBInstanceClass"] for option in options}
assert {"db.t3.micro", "db.t3.small", "db.t3.medium"} <= classes, classes
assert all(option["Engine"] == "postgres" for option in options)
one = rds.describe_orderable_db_instance_options(Engine="postgres", DBInstanceClass="db.t3.micro")["OrderableDBInstanceOptions"]
assert one and all(option["DBInstanceClass"] == "db.t3.micro" for option in one), one
assert {zone["Name"] for zone in one[0]["AvailabilityZones"]} == {"us-east-1a", "us-east-1b", "us-east-1c"}, one[0]
refused(("InvalidParameterValue", "MissingParameter"), "Engine", rds.describe_orderable_db_instance_options)

note("quotas and certificates")
quotas = {q["AccountQuotaName"]: q for q in rds.describe_account_attributes()["AccountQuotas"]}
assert quotas["DBInstances"]["Used"] == 0 and quotas["DBInstances"]["Max"] > 0, quotas
for certificate in rds.describe_certificates()["Certificates"]:
    assert certificate["CertificateIdentifier"] and certificate["ValidTill"], certificate
    assert re.fullmatch(r"[0-9a-f]{40}", certificate["Thumbprint"]), certificate

note("the same in a region of another partition")
china = client("rds", "cn-north-1")
assert china.describe_db_engine_versions(Engine="postgres")["DBEngineVersions"] != []
