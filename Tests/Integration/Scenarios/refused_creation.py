"""CreateDBInstance: every rule for its parameters, one at a time. Nothing may come of a refused call."""

from martlet_client import create_available, name, note, parameters, rds, refused, unchanged

VALUE = "InvalidParameterValue"
COMBINATION = "InvalidParameterCombination"
MISSING = "MissingParameter"
ANY = (VALUE, COMBINATION, MISSING)
# For what Martlet does not do yet: refused, never recorded.
UNSUPPORTED = (VALUE, COMBINATION, "NotImplemented")

# (what is changed, codes, a piece of the message)
CASES = [
    # Identifiers
    ({"DBInstanceIdentifier": None}, MISSING, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": ""}, (VALUE, MISSING), "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "1st"}, VALUE, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "-db"}, VALUE, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "db-"}, VALUE, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "my--db"}, VALUE, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "my_db"}, VALUE, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "my.db"}, VALUE, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "dätabase"}, VALUE, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "a/../../etc"}, VALUE, "DBInstanceIdentifier"),
    ({"DBInstanceIdentifier": "d" * 64}, VALUE, "DBInstanceIdentifier"),
    # Engine, version, class
    ({"Engine": None}, MISSING, "Engine"),
    ({"Engine": "postgresql"}, VALUE, "engine"),
    ({"Engine": "oracle-ee"}, UNSUPPORTED, "engine"),
    ({"EngineVersion": "99.1"}, (VALUE, COMBINATION), "99.1"),
    ({"EngineVersion": "latest"}, (VALUE, COMBINATION), "latest"),
    ({"DBInstanceClass": None}, MISSING, "DBInstanceClass"),
    ({"DBInstanceClass": "db.t3.gigantic"}, (VALUE, COMBINATION), "db.t3.gigantic"),
    ({"DBInstanceClass": "t3.micro"}, (VALUE, COMBINATION), "t3.micro"),
    # Master user
    ({"MasterUsername": None}, ANY, "MasterUsername"),
    ({"MasterUsername": "admin"}, VALUE, "admin cannot be used as it is a reserved word used by the engine"),
    ({"MasterUsername": "rdsadmin"}, VALUE, "reserved word"),
    ({"MasterUsername": "PG_monitor"}, VALUE, "MasterUsername"),
    ({"MasterUsername": "1st"}, VALUE, "MasterUsername"),
    ({"MasterUsername": "_me"}, VALUE, "MasterUsername"),
    ({"MasterUsername": "o'brien"}, VALUE, "MasterUsername"),
    ({"MasterUsername": "u" * 64}, VALUE, "MasterUsername"),
    # Password
    ({"MasterUserPassword": None}, ANY, "MasterUserPassword"),
    ({"MasterUserPassword": "short-7"}, VALUE,
     "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."),
    ({"MasterUserPassword": "p" * 129}, VALUE, "MasterUserPassword"),
    ({"MasterUserPassword": "with/slash"}, VALUE, "MasterUserPassword"),
    ({"MasterUserPassword": 'with"quote'}, VALUE, "MasterUserPassword"),
    ({"MasterUserPassword": "with@sign1"}, VALUE, "MasterUserPassword"),
    ({"MasterUserPassword": "with space"}, VALUE, "MasterUserPassword"),
    ({"MasterUserPassword": "pässwörter"}, VALUE, "MasterUserPassword"),
    ({"MasterUserPassword": "new\nline-1"}, VALUE, "MasterUserPassword"),
    ({"ManageMasterUserPassword": True}, (VALUE, COMBINATION), "MasterUserPassword"),
    # Storage
    ({"AllocatedStorage": None}, ANY, "AllocatedStorage"),
    ({"AllocatedStorage": 19}, (VALUE, COMBINATION), "storage"),
    ({"AllocatedStorage": 65537}, (VALUE, COMBINATION), "storage"),
    ({"AllocatedStorage": -5}, (VALUE, COMBINATION), "storage"),
    ({"AllocatedStorage": "many"}, ("MalformedInput", VALUE), "AllocatedStorage"),
    ({"MaxAllocatedStorage": 20}, (VALUE, COMBINATION), "MaxAllocatedStorage"),
    ({"StorageType": "floppy"}, VALUE, "floppy"),
    ({"StorageType": "gp2", "Iops": 3000}, (VALUE, COMBINATION), "iops"),
    ({"StorageType": "io1", "AllocatedStorage": 100}, ANY, "iops"),
    # Port
    ({"Port": 1149}, VALUE, "port"),
    ({"Port": 65536}, VALUE, "port"),
    ({"Port": 0}, VALUE, "port"),
    ({"Port": -1}, VALUE, "port"),
    # Database name
    ({"DBName": "1st"}, VALUE, "DBName"),
    ({"DBName": "my-database"}, VALUE, "DBName"),
    ({"DBName": "d" * 64}, VALUE, "DBName"),
    ({"DBName": "template0"}, VALUE, "DBName"),
    # Backups and windows
    ({"BackupRetentionPeriod": -1}, VALUE, "retention"),
    ({"BackupRetentionPeriod": 36}, VALUE, "retention"),
    ({"PreferredBackupWindow": "25:00-26:00"}, VALUE, "PreferredBackupWindow"),
    ({"PreferredBackupWindow": "01:00"}, VALUE, "PreferredBackupWindow"),
    ({"PreferredBackupWindow": "01:00-01:29"}, VALUE, "window"),
    ({"PreferredMaintenanceWindow": "sun:05:00-sun:05:29"}, VALUE, "window"),
    ({"PreferredMaintenanceWindow": "someday:05:00-someday:06:00"}, VALUE, "PreferredMaintenanceWindow"),
    ({"PreferredMaintenanceWindow": "05:00-06:00"}, VALUE, "PreferredMaintenanceWindow"),
    ({"PreferredBackupWindow": "05:00-06:00", "PreferredMaintenanceWindow": "sun:05:30-sun:06:30"},
     (VALUE, COMBINATION), "window"),
    # Network
    ({"DBSubnetGroupName": "nowhere"}, "DBSubnetGroupNotFoundFault", "nowhere"),
    ({"AvailabilityZone": "us-east-1q"}, (VALUE, "InvalidVPCNetworkStateFault", "InvalidSubnet"), "us-east-1q"),
    ({"AvailabilityZone": "eu-west-1a"}, (VALUE, "InvalidVPCNetworkStateFault", "InvalidSubnet"), "eu-west-1a"),
    ({"VpcSecurityGroupIds": ["sg-0123456789abcdef0"]}, (VALUE, "InvalidGroup.NotFound"), "sg-0123456789abcdef0"),
    # Performance Insights
    ({"EnablePerformanceInsights": True, "PerformanceInsightsRetentionPeriod": 8}, (VALUE, COMBINATION),
     "PerformanceInsightsRetentionPeriod"),
    ({"PerformanceInsightsRetentionPeriod": 7}, COMBINATION, "Performance"),
    # Tags
    ({"Tags": [{"Key": "aws:mine", "Value": "1"}]}, VALUE, "aws:"),
    ({"Tags": [{"Key": "k" * 129, "Value": "1"}]}, VALUE, "tag"),
    ({"Tags": [{"Key": "a", "Value": "v" * 257}]}, VALUE, "tag"),
    ({"Tags": [{"Key": f"k{n}", "Value": ""} for n in range(51)]}, (VALUE, "InvalidTagQuotaExceeded", "TagQuotaExceeded"), "tag"),
    # What Martlet does not do yet is refused by name
    ({"MultiAZ": True}, UNSUPPORTED, "MultiAZ"),
    ({"KmsKeyId": "alias/aws/rds"}, COMBINATION, "KmsKeyId"),
    ({"MonitoringInterval": 60}, UNSUPPORTED, "MonitoringInterval"),
    ({"DBParameterGroupName": "mine"}, (*UNSUPPORTED, "DBParameterGroupNotFound"), "mine"),
    ({"EnableCloudwatchLogsExports": ["slowquery"]}, "InvalidParameterCombination", "slowquery"),
    ({"CharacterSetName": "latin1"}, UNSUPPORTED, "CharacterSetName"),
    ({"Domain": "d-1234567890"}, UNSUPPORTED, "Domain"),
]

with unchanged():
    for changes, codes, fragment in CASES:
        refused(codes, fragment, rds.create_db_instance, **parameters(name("refused"), **changes))
note(f"{len(CASES)} creations refused")

first = create_available(name("taken"))
note("a duplicate, in any case of letters")
with unchanged():
    refused("DBInstanceAlreadyExists", "exists", rds.create_db_instance, status=400, **parameters(name("taken")))
    refused("DBInstanceAlreadyExists", "exists", rds.create_db_instance, **parameters(name("taken").upper()))
