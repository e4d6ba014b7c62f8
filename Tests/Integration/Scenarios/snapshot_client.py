"""What the scenarios about snapshots share."""

import os
import time

from botocore.exceptions import ClientError

from martlet_client import DATA_DIR, rds, remember, wait, wait_for


def snapshot_of(identifier):
    """The snapshot; None when there is none."""
    try:
        return rds.describe_db_snapshots(DBSnapshotIdentifier=identifier)["DBSnapshots"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "DBSnapshotNotFound":
            return None
        raise


def wait_for_snapshot(identifier, wanted="available", seconds=120):
    """Waits for a status; None waits until it is gone."""

    def reached():
        found = snapshot_of(identifier)
        status = found["Status"] if found else None
        assert status == wanted or status != "failed", found
        return (found or True) if status == wanted else None

    return wait(f"snapshot {identifier} is {wanted}", reached, seconds)


def take(identifier, instance, **more):
    made = rds.create_db_snapshot(DBSnapshotIdentifier=identifier, DBInstanceIdentifier=instance, **more)["DBSnapshot"]
    assert made["Status"] == "creating" and made["PercentProgress"] < 100, made
    return wait_for_snapshot(identifier)


def restore(identifier, snapshot, **more):
    rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier=identifier, DBSnapshotIdentifier=snapshot, **more)
    instance = wait_for(identifier, seconds=120)
    remember(instance)
    return instance


def directories():
    """What is on the shelf."""
    try:
        return sorted(os.listdir(f"{DATA_DIR}/snapshots"))
    except FileNotFoundError:
        return []


def files_of(directory):
    """The files of a snapshot, largest first."""
    found = []
    for root, _, names in os.walk(f"{DATA_DIR}/snapshots/{directory}"):
        found += [os.path.join(root, one) for one in names]
    return sorted(found, key=os.path.getsize, reverse=True)


def snapshot_messages(identifier):
    events = rds.describe_events(SourceType="db-snapshot", SourceIdentifier=identifier, Duration=60)["Events"]
    return [event["Message"] for event in events]


