"""The server, and the ways to it: straight, HAProxy, PgBouncer in both modes, Martlet's gateway."""

import glob
import json
import os
import shutil
import subprocess
import sys
import time

from processes import Program, as_postgres, free_port, own

DATABASE = "bench"
USER = PASSWORD = "bench"
SCALE = 20
# Sized like a small instance of RDS's m classes; everything that makes a commit durable stays on.
SETTINGS = {
    "shared_buffers": "256MB", "max_connections": "1200", "fsync": "on", "synchronous_commit": "on", "max_wal_size": "2GB",
    "checkpoint_timeout": "15min", "autovacuum": "off", "log_min_messages": "fatal", "listen_addresses": "127.0.0.1",
}

# How Martlet's own servers give memory back (PostgreSQLServer+Launch.swift), for everybody: by itself glibc does it, or not,
# depending on what a session did before, which makes a fifth of the time of some queries a matter of luck.
ALLOCATION = ["MALLOC_TRIM_THRESHOLD_=2097152", "MALLOC_TOP_PAD_=262144", "MALLOC_MMAP_THRESHOLD_=2097152"]


def programs():
    """The directory of the newest installed PostgreSQL's programs."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    return found[-1] if found else os.path.dirname(shutil.which("initdb") or sys.exit("no initdb"))


class Certificate:
    """One self-signed certificate for everyone: what is compared is the encryption, not the trust."""

    def __init__(self, directory):
        self.directory, self.leaf, self.key = directory, f"{directory}/leaf.pem", f"{directory}/key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-keyout", self.key, "-out", self.leaf], check=True, capture_output=True)
        os.chmod(self.key, 0o600)
        own(self.key)


class Server:
    """PostgreSQL on TCP and on a Unix socket, with pgbench's tables."""

    def __init__(self, directory, certificate=None):
        self.directory, self.port, self.host = directory, free_port(), "127.0.0.1"
        data = f"{directory}/data"
        self._once("initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        settings = {**SETTINGS, "port": self.port, "unix_socket_directories": directory}
        if certificate:
            settings |= {"ssl": "on", "ssl_cert_file": certificate.leaf, "ssl_key_file": certificate.key}
        with open(f"{data}/postgresql.auto.conf", "a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.program = Program("postgres", directory, [*as_postgres(), "env", *ALLOCATION, f"{programs()}/postgres", "-D", data])
        self.program.wait_for(self.host, self.port)
        self._wait_until_ready()
        self._once("createdb", "-h", directory, "-p", str(self.port), "-U", USER, DATABASE)
        self._once("pgbench", "-h", directory, "-p", str(self.port), "-U", USER, "-i", "-q", "-s", str(SCALE), DATABASE)
        self._ask_for_passwords(data)

    def _ask_for_passwords(self, data):
        """Martlet's gateway lets nobody through whom the server did not ask for a credential."""
        self._once("psql", "-h", self.directory, "-p", str(self.port), "-U", USER, "-c",
                   f"ALTER USER {USER} PASSWORD '{PASSWORD}'", "postgres")
        with open(f"{data}/pg_hba.conf", "w", encoding="utf-8") as file:
            file.write("local all all password\nhost all all 127.0.0.1/32 password\n")
        self._once("pg_ctl", "reload", "-D", data)

    @property
    def socket(self):
        return f"{self.directory}/.s.PGSQL.{self.port}"

    def _wait_until_ready(self):
        """It listens before it lets anyone in."""
        deadline = time.monotonic() + 30
        command = [f"{programs()}/pg_isready", "-q", "-h", self.directory, "-p", str(self.port)]
        while subprocess.run(command, check=False).returncode != 0 and time.monotonic() < deadline:
            time.sleep(0.1)

    def _once(self, program, *arguments):
        done = subprocess.run([*as_postgres(), f"{programs()}/{program}", *arguments], check=False, cwd=self.directory,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr}")

    def run(self, sql):
        """Statements in pgbench's database, until one fails."""
        subprocess.run(["psql", "-q", "-h", self.directory, "-p", str(self.port), "-U", USER, "-d", DATABASE, "-v",
                        "ON_ERROR_STOP=1"], input=sql, text=True, check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "PGPASSWORD": PASSWORD})

    def close(self):
        self.program.close(2)  # SIGINT: fast shutdown


class Direct:
    """No hop at all: the server's own TCP port."""
    name, label, program = "direct", "direct TCP", None

    def __init__(self, server):
        self.host, self.port = server.host, server.port


class HAProxy:
    """TCP mode with what it does by default: a thread for each processor."""
    name, label = "haproxy", "HAProxy"

    def __init__(self, directory, server_port):
        self.host, self.port = "127.0.0.1", free_port()
        path = f"{directory}/haproxy.cfg"
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""global
  maxconn 9000
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen database
  bind {self.host}:{self.port}
  server one 127.0.0.1:{server_port}
""")
        self.program = Program(self.name, directory, ["haproxy", "-db", "-f", path]).wait_for(self.host, self.port)


class PgBouncer:
    """To the Unix socket, where it would stand."""

    def __init__(self, directory, mode, socket_directory, server_port, certificate=None, database=DATABASE):
        self.name, self.label = f"pgbouncer-{mode}", f"PgBouncer ({mode})"
        self.host, self.port = "127.0.0.1", free_port()
        users, path = f"{directory}/users.txt", f"{directory}/{self.name}.ini"
        with open(users, "w", encoding="utf-8") as file:
            file.write(f'"{USER}" "{PASSWORD}"\n')
        tls = f"client_tls_sslmode = allow\nclient_tls_key_file = {certificate.key}\n" \
              f"client_tls_cert_file = {certificate.leaf}\n" if certificate else ""
        # In session mode every client needs a server connection of its own, in transaction mode the default of 20 serve all.
        pool = "default_pool_size = 9000\n" if mode == "session" else ""
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""[databases]
{database} = host={socket_directory} port={server_port} user={USER} password={PASSWORD}
[pgbouncer]
listen_addr = {self.host}
listen_port = {self.port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = {mode}
max_client_conn = 9000
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
{pool}{tls}""")
        command = [*as_postgres(), "pgbouncer", path]
        self.program = Program(self.name, directory, command).wait_for(self.host, self.port)


class Martlet:
    """The gateway process alone, with a table written by hand; listening on a loopback address of its own, as it does."""
    name, label = "martlet", "Martlet"

    def __init__(self, directory, socket, certificate=None, label="Martlet", binary=None, wire="postgres"):
        self.label, self.host = label, "127.83.0.1"
        self.name = label.lower().replace(" ", "-")
        self.port = free_port(self.host)
        route = {
            "id": "db-BENCH", "name": "bench", "address": self.host, "port": self.port, "wire": wire,
            "socketPath": socket, "gate": "open", "reservedUsers": ["rdsadmin"], "holdTimeoutMs": 30000,
        }
        if certificate:
            route["tls"] = {"certificateFile": certificate.leaf, "privateKeyFile": certificate.key,
                            "fingerprint": "bench", "isRequired": False}
        data = f"{directory}/{self.name}"
        os.makedirs(f"{data}/gateway", mode=0o700)
        with open(f"{data}/gateway/routes.json", "w", encoding="utf-8") as file:
            json.dump({"format": 1, "revision": 1, "routes": [route]}, file)
        command = [binary or os.environ["MARTLET_BINARY"], "gateway", "--data-dir", data]
        self.program = Program(self.name, directory, command).wait_for(self.host, self.port)
