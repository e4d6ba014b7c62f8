"""A gateway that runs out of file descriptors takes no more clients until some are free, loses none, and does not spin."""

import json
import os
import resource
import socket
import subprocess
import time

import psycopg

from martlet_client import DATA_DIR, ask, connect, create_available, name, note, wait

database = create_available(name("narrow"))
endpoint = (database["Endpoint"]["Address"], database["Endpoint"]["Port"])
with open(f"{DATA_DIR}/gateway/gateway.pid", encoding="utf-8") as file:
    gateway = json.load(file)["pid"]


def limit(descriptors):
    subprocess.run(["prlimit", f"--pid={gateway}", f"--nofile={descriptors}:{hard}"], check=True)


hard = resource.prlimit(gateway, resource.RLIMIT_NOFILE)[1]
former = resource.prlimit(gateway, resource.RLIMIT_NOFILE)[0]
with connect(database) as before:
    note("none left: who comes now waits")
    limit(len(os.listdir(f"/proc/{gateway}/fd")))
    waiting = [socket.create_connection(endpoint, 5) for _ in range(20)]
    time.sleep(1)
    with open(f"/proc/{gateway}/stat", encoding="utf-8") as file:
        used = sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
    time.sleep(1)
    with open(f"/proc/{gateway}/stat", encoding="utf-8") as file:
        spent = sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13])) - used
    assert spent < 50, f"it spins: {spent} ticks in a second"
    assert before.execute("SELECT 1").fetchone()[0] == 1, "who was in before works on"
    note("room again: all are served")
    limit(former)
    for client in waiting:
        client.settimeout(20)
        client.sendall(bytes([0, 0, 0, 8, 4, 210, 22, 47]))
        assert client.recv(1) in (b"S", b"N")
        client.close()


def answers():
    try:
        return ask(database, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


wait("new clients are served", answers, 20)
