"""What Martlet is compared with: PostgreSQL and MariaDB set up by hand, and moto's server."""

import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
import http.client

from martlet import API, free_port, scratch_directory


def programs():
    """The newest installed PostgreSQL's programs."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    return found[-1] if found else os.path.dirname(shutil.which("initdb") or sys.exit("no initdb"))


class ByHand:
    """`initdb`, `pg_ctl start`, `createuser`: what a person types. Servers refuse to run as root, so it is postgres then."""

    def __init__(self):
        self.directory = scratch_directory("by-hand")
        self.prefix = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.directory, user.pw_uid, user.pw_gid)
            self.prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]

    def run(self, program, *arguments):
        subprocess.run(
            [*self.prefix, f"{programs()}/{program}", *arguments], check=True, cwd=self.directory,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def once(self):
        """Seconds for one server with one user; it is removed again outside of that time."""
        data = f"{self.directory}/data"
        began = time.monotonic()
        self.run("initdb", "-D", data, "-U", "postgres")
        self.run("pg_ctl", "-D", data, "-w", "-l", f"{self.directory}/log", "-o",
                 f"-c listen_addresses='' -c unix_socket_directories={self.directory}", "start")
        self.run("createuser", "-h", self.directory, "-U", "postgres", "cruddur")
        took = time.monotonic() - began
        self.run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(data)
        return took

    def close(self):
        shutil.rmtree(self.directory)


class MariaDBByHand:
    """`mariadb-install-db`, `mariadbd`, `CREATE USER`: what a person types; as root for the user mysql."""

    def __init__(self):
        self.directory = scratch_directory("by-hand")
        self.prefix = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("mysql")
            os.chown(self.directory, user.pw_uid, user.pw_gid)
            self.prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]
        # Ours may be one that only we can write to.
        self.environment = {**os.environ, "TMPDIR": self.directory}

    def run(self, *words, **options):
        return subprocess.run(
            [*self.prefix, *words], cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, **options)

    def client(self, program, *words):
        return self.run(program, "--no-defaults", f"--socket={self.directory}/sock", "--user=root", *words)

    def once(self):
        """Seconds for one server with one user; it is removed again outside of that time."""
        data = f"{self.directory}/data"
        began = time.monotonic()
        self.run("mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                 "--skip-test-db", check=True)
        server = subprocess.Popen(
            [*self.prefix, shutil.which("mariadbd", path="/usr/sbin:/usr/libexec:/usr/bin"), "--no-defaults",
             f"--datadir={data}", f"--socket={self.directory}/sock", "--skip-networking"],
            cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        while not os.path.exists(f"{self.directory}/sock"):
            assert server.poll() is None, "mariadbd ended"
            time.sleep(0.005)
        while self.client("mariadb", "-e", "CREATE USER cruddur IDENTIFIED BY 'correct-horse-battery'").returncode != 0:
            time.sleep(0.005)
        took = time.monotonic() - began
        server.kill()
        server.wait(60)
        shutil.rmtree(data)
        os.unlink(f"{self.directory}/sock")
        return took

    def close(self):
        shutil.rmtree(self.directory)


class Moto:
    """`moto_server` on one port; it does not check signatures."""

    def __init__(self):
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        program = os.path.join(os.path.dirname(sys.executable), "moto_server")
        self.process = subprocess.Popen(
            [program, "-p", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection(self.host, timeout=2)
                connection.request("GET", "/moto-api/")
                connection.getresponse().read()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("moto_server does not answer")

    def api(self):
        return API(self.host, "AKIAIOSFODNN7EXAMPLE", "secret")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
