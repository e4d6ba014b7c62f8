"""A managed master password under a key of one's own: no key, no password; with the key back all is as it was."""

import json

from martlet_client import (
    ask, create_available, delete_and_wait, describe, kill_serve, kms, modify, name, note, parameters, rds, refused, secrets,
    start_serve, wait, wait_for)

identifier = name("sealed")
key = kms.create_key(Description="master passwords")["KeyMetadata"]
kms.create_alias(AliasName="alias/masters", TargetKeyId=key["KeyId"])


def password():
    return json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["password"]


note("made under it")
refused("KMSKeyNotAccessibleFault", "alias/nobody", rds.create_db_instance, **parameters(
    identifier, MasterUserPassword=None, ManageMasterUserPassword=True, MasterUserSecretKmsKeyId="alias/nobody"))
database = create_available(
    identifier, MasterUserPassword=None, ManageMasterUserPassword=True, MasterUserSecretKmsKeyId="alias/masters")
assert database["MasterUserSecret"]["KmsKeyId"] == key["Arn"], database["MasterUserSecret"]
arn = database["MasterUserSecret"]["SecretArn"]
first = password()
assert ask(database, "SELECT 1", password=first) == 1

note("the key is disabled: nobody reads or rotates, and the database goes on")
kms.disable_key(KeyId=key["KeyId"])
refused("DecryptionFailure", "disabled", secrets.get_secret_value, SecretId=arn)
refused("EncryptionFailure", "disabled", secrets.rotate_secret, SecretId=arn)
refused("KMSKeyNotAccessibleFault", "disabled", rds.modify_db_instance, DBInstanceIdentifier=identifier,
        RotateMasterUserPassword=True, ApplyImmediately=True)
assert describe(identifier)["DBInstanceStatus"] == "available" and ask(database, "SELECT 1", password=first) == 1
kill_serve()
start_serve()
wait_for(identifier)
refused("DecryptionFailure", "disabled", secrets.get_secret_value, SecretId=arn)

note("it is enabled again")
kms.enable_key(KeyId=key["KeyId"])
assert password() == first
secrets.rotate_secret(SecretId=arn)
second = wait("another password is current", lambda: (current := password()) != first and current, 20)
wait_for(identifier)
assert ask(database, "SELECT 1", password=second) == 1

note("turned off, and on again under AWS's own key")
modify(identifier, ManageMasterUserPassword=False, MasterUserPassword="correct-horse-battery")
assert "MasterUserSecret" not in describe(identifier)
managed = modify(identifier, ManageMasterUserPassword=True)["MasterUserSecret"]
assert managed["KmsKeyId"] == kms.describe_key(KeyId="alias/aws/secretsmanager")["KeyMetadata"]["Arn"], managed
delete_and_wait(identifier)
