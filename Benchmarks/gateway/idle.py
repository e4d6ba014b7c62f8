"""What idle connections cost in the memory of a gateway, and whether coming and going leaves something behind.

A PostgreSQL with 5,000 backends would measure PostgreSQL; behind the gateway stands a server that lets everyone in and is silent.
Counted is the resident memory of the process; what the kernel keeps for a socket is the same for all.
"""

import os
import resource
import selectors
import socket
import struct
import threading
import time

from contestants import DATABASE, USER, HAProxy, Martlet, PgBouncer
from processes import own, free_port

CHURN = 30_000


def message(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


WELCOME = b"".join([
    message(b"R", struct.pack("!i", 0)),
    *(message(b"S", name + b"\0" + value + b"\0") for name, value in [
        (b"server_version", b"15.0"), (b"client_encoding", b"UTF8"), (b"standard_conforming_strings", b"on"),
        (b"DateStyle", b"ISO, MDY"), (b"TimeZone", b"UTC"), (b"integer_datetimes", b"on")]),
    message(b"K", struct.pack("!ii", 1, 2)),
    message(b"Z", b"I"),
])
STARTUP_BODY = struct.pack("!i", 196608) + b"user\0" + USER.encode() + b"\0database\0" + DATABASE.encode() + b"\0\0"
STARTUP = struct.pack("!i", len(STARTUP_BODY) + 4) + STARTUP_BODY


class SilentServer:
    """Answers every start-up with a welcome, and every query with "no rows"; nothing else ever."""

    def __init__(self, directory):
        self.directory, self.port = directory, free_port()
        self.socket = f"{directory}/.s.PGSQL.{self.port}"
        self.selector = selectors.DefaultSelector()
        self.welcomed = set()
        for listener in (self._listen(socket.AF_UNIX, self.socket), self._listen(socket.AF_INET, ("127.0.0.1", self.port))):
            self.selector.register(listener, selectors.EVENT_READ, "listener")
        own(self.socket)
        self.running = True
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _listen(self, family, address):
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen(4096)
        listener.setblocking(False)
        return listener

    def _serve(self):
        while self.running:
            for key, _ in self.selector.select(0.2):
                if key.data == "listener":
                    client = key.fileobj.accept()[0]
                    self.selector.register(client, selectors.EVENT_READ, None)
                else:
                    self._answer(key.fileobj)
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()

    def _answer(self, client):
        try:
            got = client.recv(4096)
            if got and got[:1] != b"X":
                client.sendall(WELCOME if client not in self.welcomed else message(b"I") + message(b"Z", b"I"))
                self.welcomed.add(client)
                return
        except OSError:
            pass
        self.selector.unregister(client)
        self.welcomed.discard(client)
        client.close()

    def close(self):
        self.running = False
        self.thread.join()
        os.unlink(self.socket)


def enter(contestant):
    client = socket.create_connection((contestant.host, contestant.port), timeout=30)
    client.sendall(STARTUP)
    got = b""
    while not got.endswith(message(b"Z", b"I")):
        part = client.recv(4096)
        if not part:
            raise RuntimeError(f"{contestant.name} closed: {got[:200]!r}")
        got += part
    return client


def leave(client):
    client.sendall(message(b"X"))
    client.close()


def measure(contestant, count):
    """Bytes for each idle connection; growth in bytes after `CHURN` who came and went (for Martlet), else None."""
    leave(enter(contestant))
    time.sleep(0.5)
    before = contestant.program.resident_bytes()
    clients = [enter(contestant) for _ in range(count)]
    time.sleep(1)
    each = (contestant.program.resident_bytes() - before) / count
    for client in clients:
        leave(client)
    if contestant.name != "martlet":
        return each, None
    time.sleep(1)
    settled = contestant.program.resident_bytes()
    for _ in range(CHURN):
        leave(enter(contestant))
    time.sleep(1)
    return each, contestant.program.resident_bytes() - settled


def table(directory, count):
    """Lines of Markdown."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    place = f"{directory}/idle"
    os.mkdir(place, 0o755)
    own(place)
    server = SilentServer(place)
    lines = [f"| {count:,} idle connections | resident memory for each |", "|---|---|"]
    ways = []
    try:
        ways.append(HAProxy(place, server.port))
        ways.append(PgBouncer(place, "session", place, server.port))
        ways.append(Martlet(place, server.socket))
        for way in ways:
            each, growth = measure(way, count)
            lines.append(f"| {way.label} | {each / 1024:.2f} KiB |")
            if growth is not None:
                lines.append(f"| {way.label}: growth after {CHURN:,} more connects and disconnects | {growth / 1024:.0f} KiB |")
    finally:
        for way in ways:
            way.program.close()
        server.close()
    return lines
