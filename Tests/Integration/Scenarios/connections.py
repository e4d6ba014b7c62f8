"""The gateway between client and database: volume both ways, half-close, cancel, TLS asked and declined, many at once."""

import errno
import hashlib
import socket
import struct
import subprocess
import threading
import time
import os

import psycopg

from martlet_client import PASSWORD, ask, connect, create_available, name, note, value, wait

database = create_available(name("relay"), DBInstanceClass="db.t3.small")
address = (database["Endpoint"]["Address"], database["Endpoint"]["Port"])

note("64 MB in, 64 MB out, unharmed")
connection = connect(database)
connection.execute("CREATE TABLE bulk (n int, text text)")
rows = "".join(f"{n}\t{'x' * 1000}\n" for n in range(64_000))
with connection.cursor().copy("COPY bulk FROM STDIN") as copy:
    copy.write(rows)
received = hashlib.sha256()
with connection.cursor().copy("COPY (SELECT * FROM bulk ORDER BY n) TO STDOUT") as copy:
    for block in copy:
        received.update(block)
assert received.hexdigest() == hashlib.sha256(rows.encode()).hexdigest()

note("a slow reader holds the server back, not the gateway's memory")
reader = subprocess.Popen(
    ["psql", "--no-psqlrc", "-h", address[0], "-p", str(address[1]), "-U", "cruddur", "-d", "postgres", "-c",
     "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 400000)) TO STDOUT"],
    env={**os.environ, "PGPASSWORD": PASSWORD}, stdout=subprocess.PIPE)
time.sleep(1)
total = 0
while block := reader.stdout.read(1 << 20):
    total += len(block)
assert reader.wait() == 0 and total == 400_000 * 1001, total

note("cancel reaches the right backend")
busy = connect(database)
backend = value(busy, "SELECT pg_backend_pid()")


def cancel_once_it_runs():
    wait("the query runs", lambda: ask(
        database, f"SELECT 1 FROM pg_stat_activity WHERE pid = {backend} AND state = 'active' AND query LIKE '%sleep%'"))
    busy.cancel()


canceller = threading.Thread(target=cancel_once_it_runs)
canceller.start()
try:
    busy.execute("SELECT pg_sleep(120)")
    raise AssertionError("it was not cancelled")
except psycopg.errors.QueryCanceled:
    canceller.join()
assert value(busy, "SELECT 1") == 1

note("encryption asked for")
with socket.create_connection(address, timeout=30) as raw:
    raw.sendall(struct.pack("!ii", 8, 80877103))
    assert raw.recv(1) in (b"N", b"S")
try:
    assert ask(database, "SELECT 1", sslmode="require") == 1
except psycopg.OperationalError as error:
    assert "SSL" in str(error), error

note("nonsense is turned away, and nobody else notices")
for garbage in [b"GET / HTTP/1.1\r\n\r\n", struct.pack("!i", 1 << 30) + b"x" * 64, b"\0" * 8, struct.pack("!ii", 4, 196608)]:
    with socket.create_connection(address, timeout=30) as raw:
        try:
            raw.sendall(garbage)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4096):
                pass
        except OSError as error:  # turned away by a reset, and perhaps before all was said
            assert isinstance(error, ConnectionError) or error.errno == errno.ENOTCONN, error
assert value(busy, "SELECT 1") == 1

note("a client that says nothing does not keep others out")
silent = [socket.create_connection(address, timeout=30) for _ in range(50)]
assert ask(database, "SELECT 1") == 1
for raw in silent:
    raw.close()

note("100 connections at once")
many = [connect(database) for _ in range(100)]
assert all(value(one, "SELECT 1") == 1 for one in many)
for one in many:
    one.close()
