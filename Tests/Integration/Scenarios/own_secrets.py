"""Secrets of one's own: versions and labels, keys, deletion; after kill -9 all is there, and the disk never held a value."""

import base64
import os

from martlet_client import DATA_DIR, SCRATCH, error_of, kill_serve, kms, note, refused, secrets, start_serve
from volume_tools import has

MARKER = "Marker-7d1f-xyzzy-plugh"


def value(name="app/db", **more):
    return secrets.get_secret_value(SecretId=name, **more)["SecretString"]


def stages(name="app/db"):
    shown = secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
    return {stage: version for version, given in shown.items() for stage in given}


def files():
    """All below the scratch directory, in which the data directory and the log lie."""
    assert DATA_DIR.startswith(SCRATCH), (DATA_DIR, SCRATCH)
    for folder, _, names in os.walk(SCRATCH):
        for one in names:
            path = os.path.join(folder, one)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


def holders(marker):
    """The files that have these bytes in them, plain or in base64, wherever in its groups of three bytes they begin."""
    forms = [marker.encode()]
    for shift in range(3):
        # The first and the last group depend on what stands beside the marker.
        forms.append(base64.b64encode(b"\0" * shift + marker.encode())[4:-4])
    found = []
    for path in files():
        try:
            with open(path, "rb") as file:
                if any(has(file, form) for form in forms):
                    found.append(path)
        except FileNotFoundError:  # the pool is being made
            continue
    return found


note("made, changed, read by label")
made = secrets.create_secret(Name="app/db", SecretString=f"{MARKER} one", Tags=[{"Key": "App", "Value": "cruddur"}])
assert value() == f"{MARKER} one" and stages() == {"AWSCURRENT": made["VersionId"]}
two = secrets.put_secret_value(SecretId="app/db", SecretString=f"{MARKER} two")["VersionId"]
assert stages() == {"AWSCURRENT": two, "AWSPREVIOUS": made["VersionId"]}
assert value(VersionStage="AWSPREVIOUS") == f"{MARKER} one"
three = secrets.put_secret_value(SecretId="app/db", SecretString=f"{MARKER} three", VersionStages=["AWSPENDING"])["VersionId"]
assert value() == f"{MARKER} two"
secrets.update_secret_version_stage(
    SecretId="app/db", VersionStage="AWSCURRENT", RemoveFromVersionId=two, MoveToVersionId=three)
assert stages() == {"AWSCURRENT": three, "AWSPENDING": three, "AWSPREVIOUS": two}, stages()
secrets.create_secret(Name="app/blob", SecretBinary=b"\x00" + MARKER.encode() + b"\xff")
assert secrets.get_secret_value(SecretId="app/blob")["SecretBinary"] == b"\x00" + MARKER.encode() + b"\xff"
secrets.create_secret(Name="app/big", SecretString=MARKER + "x" * (65_536 - len(MARKER)))
assert len(value("app/big")) == 65_536
batch = secrets.batch_get_secret_value(SecretIdList=["app/db", "app/blob", "nobody"])
assert len(batch["SecretValues"]) == 2 and [e["SecretId"] for e in batch["Errors"]] == ["nobody"], batch["Errors"]

note("the same request again is the same version")
token = "01234567-89ab-cdef-0123-456789abcdef"
first = secrets.put_secret_value(SecretId="app/db", SecretString=f"{MARKER} four", ClientRequestToken=token)
assert first["VersionId"] == token
assert secrets.put_secret_value(SecretId="app/db", SecretString=f"{MARKER} four", ClientRequestToken=token)["VersionId"] == token
refused("ResourceExistsException", "already in use", secrets.put_secret_value,
        SecretId="app/db", SecretString="another", ClientRequestToken=token)

note("under a key of one's own")
key = kms.create_key()["KeyMetadata"]
secrets.update_secret(SecretId="app/db", KmsKeyId=key["Arn"])
assert secrets.describe_secret(SecretId="app/db")["KmsKeyId"] == key["Arn"]
kms.disable_key(KeyId=key["KeyId"])
refused("DecryptionFailure", "disabled", secrets.get_secret_value, SecretId="app/db")
refused("EncryptionFailure", "disabled", secrets.put_secret_value, SecretId="app/db", SecretString="x")
kms.enable_key(KeyId=key["KeyId"])
assert value() == f"{MARKER} four"

note("killed after every answer: each is kept")
for turn in range(5):
    version = secrets.put_secret_value(SecretId="app/db", SecretString=f"{MARKER} turn {turn}")["VersionId"]
    kill_serve()
    start_serve()
    assert value() == f"{MARKER} turn {turn}" and stages()["AWSCURRENT"] == version

note("deleted, brought back, deleted for good")
secrets.delete_secret(SecretId="app/db", RecoveryWindowInDays=7)
refused("InvalidRequestException", "marked for deletion", secrets.get_secret_value, SecretId="app/db")
refused("InvalidRequestException", "already scheduled", secrets.create_secret, Name="app/db", SecretString="x")
assert "app/db" not in [s["Name"] for s in secrets.list_secrets()["SecretList"]]
kill_serve()
start_serve()
secrets.restore_secret(SecretId="app/db")
assert value() == f"{MARKER} turn 4"
secrets.delete_secret(SecretId="app/blob", ForceDeleteWithoutRecovery=True)
assert error_of(secrets.describe_secret, SecretId="app/blob")[0] == "ResourceNotFoundException"

note("what must be refused")
for code, fragment, call, arguments in [
    ("ResourceNotFoundException", "can't find", secrets.get_secret_value, {"SecretId": "nobody"}),
    ("ResourceExistsException", "already exists", secrets.create_secret, {"Name": "app/db", "SecretString": "x"}),
    ("InvalidParameterException", "65536", secrets.put_secret_value, {"SecretId": "app/db", "SecretString": "x" * 65_537}),
    ("InvalidRequestException", "No Lambda", secrets.rotate_secret, {"SecretId": "app/db"}),
    ("InvalidRequestException", "Lambda", secrets.rotate_secret, {"SecretId": "app/db", "RotationLambdaARN": "arn:aws:lambda:x"}),
    ("InvalidParameterException", "between 7 and 30", secrets.delete_secret,
     {"SecretId": "app/db", "RecoveryWindowInDays": 31}),
    ("InvalidParameterException", "RemoveFromVersionId", secrets.update_secret_version_stage,
     {"SecretId": "app/db", "VersionStage": "AWSCURRENT", "MoveToVersionId": token}),
]:
    refused(code, fragment, call, **arguments)

note("the scan: no file below the data directory, and no log, holds a value")
checked = list(files())
assert any(path.endswith("store.sqlite-wal") for path in checked) and len(checked) > 5, checked
assert holders(MARKER) == [], holders(MARKER)
for text in (f"{MARKER} when it is there", *(base64.b64encode(f"{'x' * n}{MARKER}".encode()).decode() for n in range(3))):
    with open(f"{DATA_DIR}/store/probe", "w", encoding="utf-8") as file:
        file.write(text)
    assert holders(MARKER) == [f"{DATA_DIR}/store/probe"], (text, holders(MARKER))
os.remove(f"{DATA_DIR}/store/probe")
