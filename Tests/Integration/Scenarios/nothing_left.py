"""Whoever made things here has taken all of them away. Keys and secrets wait for their end, as on AWS."""

from martlet_client import ec2, kms, name, rds, secrets

own = name("")
assert rds.describe_db_instances()["DBInstances"] == []
assert rds.describe_db_snapshots()["DBSnapshots"] == []
assert secrets.list_secrets()["SecretList"] == []
for found, key in (
        (rds.describe_db_subnet_groups()["DBSubnetGroups"], "DBSubnetGroupName"),
        (rds.describe_db_parameter_groups()["DBParameterGroups"], "DBParameterGroupName"),
        (rds.describe_option_groups()["OptionGroupsList"], "OptionGroupName"),
        (ec2.describe_security_groups()["SecurityGroups"], "GroupName"),
        (kms.list_aliases()["Aliases"], "AliasName")):
    assert not [one[key] for one in found if own in one[key]], found
keys = [kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in kms.list_keys()["Keys"]]
assert {one["KeyState"] for one in keys if one["KeyManager"] == "CUSTOMER"} <= {"PendingDeletion"}, keys
