"""Memory and idle CPU of control plane and gateway with 10 instances, then 100 running instances on this machine."""

import os
import time

import report
from martlet import Martlet, first_answer

RUNNING = 10
MANY = int(os.environ.get("MARTLET_BENCH_MANY", "100"))
IDLE_S = 10


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def available_gib():
    with open("/proc/meminfo", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("MemAvailable:")) / (1 << 20)


def make(martlet, names):
    """At most four are on their way at a time."""
    api = martlet.api()
    for offset in range(0, len(names), 4):
        for identifier in names[offset:offset + 4]:
            api.create(identifier)
        for identifier in names[offset:offset + 4]:
            assert first_answer(api.wait(identifier, "available", 180)) == 1


def main():
    martlet = Martlet()
    try:
        make(martlet, [f"running{number:03}" for number in range(RUNNING)])
        martlet.wait_for_full_pool()
        time.sleep(2)
        processes = {"serve": martlet.process.pid, "gateway": martlet.gateway()}
        before = {name: cpu_seconds(pid) for name, pid in processes.items()}
        time.sleep(IDLE_S)
        used = {name: cpu_seconds(pid) - before[name] for name, pid in processes.items()}
        memory = {name: resident_mib(pid) for name, pid in processes.items()}
        print(f"      memory {memory}, CPU seconds in {IDLE_S} s {used}", flush=True)
        report.limit(f"resident memory, serve + gateway, {RUNNING} running", sum(memory.values()), "MiB", 60)
        report.limit(f"idle CPU, serve + gateway, {RUNNING} running", 100 * sum(used.values()) / IDLE_S, "% of a core", 1)

        began, free = time.monotonic(), available_gib()
        names = [f"running{number:03}" for number in range(RUNNING, MANY)]
        make(martlet, names)
        took = time.monotonic() - began
        api = martlet.api()
        began = time.monotonic()
        for number in range(MANY):
            assert first_answer(api.wait(f"running{number:03}", "available")) == 1
        asked = time.monotonic() - began
        report.fact(
            f"{MANY} running instances", f"{len(names)} more in {took:.0f} s, {free - available_gib():.1f} GiB; "
            f"one query through each in {asked:.1f} s")
    finally:
        martlet.close()
