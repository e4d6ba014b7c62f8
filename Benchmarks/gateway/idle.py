"""What idle connections cost in the memory of a gateway, and whether coming and going leaves something behind.

A PostgreSQL with 5,000 backends would measure PostgreSQL; behind the gateway stands a server that asks everyone for a password,
takes any, answers queries with nothing, and is silent otherwise. Everyone makes some queries before being idle, so that a gateway
that treats those who talk in another way has come to do so. Counted is the resident memory of the process; what the kernel keeps
for a socket is the same for all.
"""

import os
import resource
import selectors
import socket
import ssl
import struct
import threading
import time

from contestants import DATABASE, PASSWORD, USER, Certificate, HAProxy, Martlet, PgBouncer
from processes import own, free_port

QUERIES = 12


def message(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


# AuthenticationCleartextPassword. The gateway refuses a server that asks for nothing.
CHALLENGE = message(b"R", struct.pack("!i", 3))
WELCOME = b"".join([
    message(b"R", struct.pack("!i", 0)),
    *(message(b"S", name + b"\0" + value + b"\0") for name, value in [
        (b"server_version", b"15.0"), (b"client_encoding", b"UTF8"), (b"standard_conforming_strings", b"on"),
        (b"DateStyle", b"ISO, MDY"), (b"TimeZone", b"UTC"), (b"integer_datetimes", b"on")]),
    message(b"K", struct.pack("!ii", 1, 2)),
    message(b"Z", b"I"),
])
READY = message(b"Z", b"I")
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
STARTUP_BODY = struct.pack("!i", 196608) + b"user\0" + USER.encode() + b"\0database\0" + DATABASE.encode() + b"\0\0"
STARTUP = struct.pack("!i", len(STARTUP_BODY) + 4) + STARTUP_BODY


class SilentServer:
    """Asks for a password, welcomes whoever sends one, and answers every query with "no rows"; nothing else ever."""

    def __init__(self, directory):
        self.directory, self.port = directory, free_port()
        self.socket = f"{directory}/.s.PGSQL.{self.port}"
        self.selector = selectors.DefaultSelector()
        self.stages = {}
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
                stage = self.stages.get(client, 0)
                client.sendall([CHALLENGE, WELCOME, message(b"I") + READY][stage])
                self.stages[client] = min(stage + 1, 2)
                return
        except OSError:
            pass
        self.selector.unregister(client)
        self.stages.pop(client, None)
        client.close()

    def close(self):
        self.running = False
        self.thread.join()
        os.unlink(self.socket)


def dial(contestant, trust):
    """A socket, encrypted where `trust` (an SSLContext) is given."""
    client = socket.create_connection((contestant.host, contestant.port), timeout=30)
    if trust is None:
        return client
    client.sendall(SSL_REQUEST)
    if client.recv(1) != b"S":
        raise RuntimeError(f"{contestant.name} offers no TLS")
    return trust.wrap_socket(client)


def receive(client, contestant, *ends):
    got = b""
    while not got.endswith(ends):
        part = client.recv(4096)
        if not part:
            raise RuntimeError(f"{contestant.name} closed: {got[:200]!r}")
        got += part
    return got


def enter(contestant, trust=None, queries=0):
    client = dial(contestant, trust)
    client.sendall(STARTUP)
    if receive(client, contestant, READY, CHALLENGE).endswith(CHALLENGE):
        client.sendall(message(b"p", PASSWORD.encode() + b"\0"))
        receive(client, contestant, READY)
    for _ in range(queries):
        client.sendall(message(b"Q", b";\0"))
        receive(client, contestant, READY)
    return client


def leave(client):
    client.sendall(message(b"X"))
    client.close()


def weigh(contestant, count, trust):
    """Bytes for each idle connection."""
    leave(enter(contestant, trust, QUERIES))
    time.sleep(0.5)
    before = contestant.program.resident_bytes()
    clients = [enter(contestant, trust, QUERIES) for _ in range(count)]
    time.sleep(1)
    each = (contestant.program.resident_bytes() - before) / count
    for client in clients:
        leave(client)
    time.sleep(1)
    return each


def grow(contestant, churn, trust):
    """By how many bytes `churn` who come and go make it larger; those who came before have made room already."""
    before = contestant.program.resident_bytes()
    for _ in range(churn):
        leave(enter(contestant, trust))
    time.sleep(1)
    return contestant.program.resident_bytes() - before


def table(directory, count, churn):
    """Lines of Markdown."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    place = f"{directory}/idle"
    os.mkdir(place, 0o755)
    own(place)
    server, certificate, ways = SilentServer(place), Certificate(place), []
    trust = ssl.create_default_context(cafile=certificate.leaf)
    trust.check_hostname = False
    lines = [f"| resident memory for each of {count:,} idle connections | plain | TLS |", "|---|---:|---:|"]
    try:
        ways.append(HAProxy(place, server.port))
        ways.append(PgBouncer(place, "session", place, server.port, certificate))
        ways.append(Martlet(place, server.socket, certificate))
        for way in ways:
            weights = [weigh(way, count, None)] + ([weigh(way, count, trust)] if way.name != "haproxy" else [])
            cells = [f"{each / 1024:.2f} KiB" for each in weights] + ["–"] * (2 - len(weights))
            lines.append(f"| {way.label} | {' | '.join(cells)} |")
        growths = [grow(ways[-1], churn, None), grow(ways[-1], churn, trust)]
        lines.append(f"| Martlet: growth after {churn:,} more connects and disconnects | "
                     f"{' | '.join(f'{growth / 1024:.0f} KiB' for growth in growths)} |")
    finally:
        for way in ways:
            way.program.close()
        server.close()
    return lines
