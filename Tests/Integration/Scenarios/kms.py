"""Keys of KMS: what they encrypt is read again after kill -9, by them alone, and only while they are enabled."""

from martlet_client import client, error_of, everything, kill_serve, kms, note, refused, start_serve

CONTEXT = {"app": "cruddur", "stage": "test"}


def new_key(**arguments):
    return kms.create_key(**arguments)["KeyMetadata"]


def opened(blob, context=CONTEXT, **more):
    return kms.decrypt(CiphertextBlob=blob, EncryptionContext=context, **more)


note("a key, its names, what it encrypts")
key = new_key(Description="for tests", Tags=[{"TagKey": "App", "TagValue": "cruddur"}])
assert key["KeyState"] == "Enabled" and key["KeySpec"] == "SYMMETRIC_DEFAULT" and key["KeyManager"] == "CUSTOMER", key
kms.create_alias(AliasName="alias/cruddur", TargetKeyId=key["KeyId"])
blob = kms.encrypt(KeyId="alias/cruddur", Plaintext=b"\x00secret\xff", EncryptionContext=CONTEXT)["CiphertextBlob"]
assert len(blob) <= 6144 and b"secret" not in blob
answer = opened(blob)
assert answer["Plaintext"] == b"\x00secret\xff" and answer["KeyId"] == key["Arn"], answer
data = kms.generate_data_key(KeyId=key["Arn"], KeySpec="AES_256")
assert len(data["Plaintext"]) == 32 and opened(data["CiphertextBlob"], {})["Plaintext"] == data["Plaintext"]
assert "Plaintext" not in kms.generate_data_key_without_plaintext(KeyId=key["KeyId"], NumberOfBytes=7)
assert len(kms.generate_random(NumberOfBytes=100)["Plaintext"]) == 100
assert opened(kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x" * 4096)["CiphertextBlob"], {})["Plaintext"] == b"x" * 4096

note("rotated: old and new ciphertexts open")
before = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["CurrentKeyMaterialId"]
kms.rotate_key_on_demand(KeyId=key["KeyId"])
after = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["CurrentKeyMaterialId"]
newer = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"newer")["CiphertextBlob"]
assert before != after and opened(blob)["KeyMaterialId"] == before and opened(newer, {})["KeyMaterialId"] == after
kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=120)
assert kms.get_key_rotation_status(KeyId=key["KeyId"])["RotationPeriodInDays"] == 120
assert [r["RotationType"] for r in kms.list_key_rotations(KeyId=key["KeyId"])["Rotations"]] == ["ON_DEMAND"]

note("re-encrypted under another key, without its plaintext leaving")
other = new_key()
moved = kms.re_encrypt(
    CiphertextBlob=blob, SourceEncryptionContext=CONTEXT, DestinationKeyId=other["KeyId"],
    DestinationEncryptionContext={"now": "another"})
assert moved["SourceKeyId"] == key["Arn"] and moved["KeyId"] == other["Arn"], moved
assert opened(moved["CiphertextBlob"], {"now": "another"})["Plaintext"] == b"\x00secret\xff"

note("what must be refused")
for code, fragment, call, arguments in [
    ("InvalidCiphertextException", "context", kms.decrypt, {"CiphertextBlob": blob}),
    ("InvalidCiphertextException", "", kms.decrypt, {"CiphertextBlob": b"nonsense"}),
    ("InvalidCiphertextException", "", kms.decrypt,
     {"CiphertextBlob": blob[:-1] + bytes([blob[-1] ^ 1]), "EncryptionContext": CONTEXT}),
    ("IncorrectKeyException", "key", kms.decrypt,
     {"CiphertextBlob": blob, "EncryptionContext": CONTEXT, "KeyId": other["KeyId"]}),
    ("InvalidCiphertextException", "region", client("kms", "eu-west-1").decrypt,
     {"CiphertextBlob": blob, "EncryptionContext": CONTEXT}),
    ("NotFoundException", "is not found", kms.describe_key, {"KeyId": "alias/nobody"}),
    ("NotFoundException", "Invalid keyId", kms.describe_key, {"KeyId": "nobody"}),
    ("ValidationException", "4096", kms.encrypt, {"KeyId": key["KeyId"], "Plaintext": b"x" * 4097}),
    ("UnsupportedOperationException", "KeySpec", kms.create_key, {"KeySpec": "RSA_2048"}),
    ("AlreadyExistsException", "already exists", kms.create_alias,
     {"AliasName": "alias/cruddur", "TargetKeyId": other["KeyId"]}),
    ("AccessDeniedException", "AWS managed", kms.disable_key,
     {"KeyId": kms.describe_key(KeyId="alias/aws/rds")["KeyMetadata"]["KeyId"]}),
    ("MalformedPolicyDocumentException", "JSON", kms.put_key_policy, {"KeyId": key["KeyId"], "Policy": "{"}),
    ("RequestEntityTooLarge", "65536", kms.create_key, {"Description": "x" * 66_000}),
]:
    refused(code, fragment, call, **arguments)

note("disabled, enabled, given up, kept")
kms.disable_key(KeyId=key["KeyId"])
refused("DisabledException", "is disabled", kms.decrypt, CiphertextBlob=blob, EncryptionContext=CONTEXT)
kms.enable_key(KeyId=key["KeyId"])
assert opened(blob)["Plaintext"]
assert kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)["KeyState"] == "PendingDeletion"
refused("KMSInvalidStateException", "pending deletion", kms.decrypt, CiphertextBlob=blob, EncryptionContext=CONTEXT)
kms.cancel_key_deletion(KeyId=key["KeyId"])
kms.enable_key(KeyId=key["KeyId"])

note("killed after every answer: each is kept")
for turn in range(5):
    made = new_key(Description=f"turn {turn}")
    kms.create_alias(AliasName=f"alias/turn-{turn}", TargetKeyId=made["KeyId"])
    word = kms.encrypt(KeyId=made["KeyId"], Plaintext=f"turn {turn}".encode())["CiphertextBlob"]
    kill_serve()
    start_serve()
    assert opened(word, {}, KeyId=f"alias/turn-{turn}")["Plaintext"] == f"turn {turn}".encode()
assert opened(blob)["Plaintext"] == b"\x00secret\xff" and opened(newer, {})["Plaintext"] == b"newer"
assert kms.list_resource_tags(KeyId=key["KeyId"])["Tags"] == [{"TagKey": "App", "TagValue": "cruddur"}]

note("pages")
seen = [k["KeyId"] for page in kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 3}) for k in page["Keys"]]
assert len(seen) == len(set(seen)) == 8, seen
aliases = kms.get_paginator("list_aliases").paginate(PaginationConfig={"PageSize": 2})
assert "alias/aws/rds" in [a["AliasName"] for page in aliases for a in page["Aliases"]]
assert error_of(kms.list_keys, Marker="?")[0] == "InvalidMarkerException"
assert everything()["instances"] == []
