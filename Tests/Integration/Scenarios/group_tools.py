"""The groups that servers are in, as the kernel shows them, and what `martlet status` says of them."""

import json

from martlet_client import DATA_DIR, martlet

V1_NAMES = {"io": "blkio"}


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def report():
    return json.loads(martlet("status", "--output", "json").stdout)


def row(identifier):
    return next(one for one in report()["instances"] if one["identifier"] == identifier)


def hierarchies(*controllers):
    """The mount point of each controller: {"cpu": (top, version), …}."""
    found = {}
    for line in text("/proc/self/mountinfo").splitlines():
        fields = line.split(" ")
        kind, options = fields[fields.index("-") + 1], fields[-1].split(",")
        for controller in controllers:
            if kind == "cgroup" and V1_NAMES.get(controller, controller) in options:
                found.setdefault(controller, (fields[4], 1))
            elif kind == "cgroup2" and controller in text(fields[4] + "/cgroup.controllers").split():
                found[controller] = (fields[4], 2)
    return found


def ours():
    """The group of this installation."""
    return "martlet-" + json.loads(text(f"{DATA_DIR}/installation.json"))["id"]
