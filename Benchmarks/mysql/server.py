"""A MariaDB on TCP and on a Unix socket, with sysbench's tables."""

import subprocess
import time

from processes import Program, as_postgres, free_port, own

DATABASE = USER = PASSWORD = "sbtest"
TABLES, ROWS = 4, 20_000
# Sized like a small instance of RDS's m classes; everything that makes a commit durable stays on.
SETTINGS = {
    "innodb-buffer-pool-size": "256M", "max-connections": "300", "innodb-flush-log-at-trx-commit": "1", "sync-binlog": "1",
    "innodb-log-file-size": "512M", "skip-name-resolve": "ON", "bind-address": "127.0.0.1",
}


def sysbench(host, port, script, *arguments):
    return ["sysbench", script, "--db-driver=mysql", f"--mysql-host={host}", f"--mysql-port={port}", f"--mysql-user={USER}",
            f"--mysql-password={PASSWORD}", f"--mysql-db={DATABASE}", f"--tables={TABLES}", f"--table-size={ROWS}", *arguments]


class Server:
    def __init__(self, directory):
        own(directory, "mysql")
        self.directory, self.port, self.host = directory, free_port(), "127.0.0.1"
        self.socket, data, user = f"{directory}/mysql.sock", f"{directory}/data", as_postgres("mysql")
        self._once([*user, "env", f"TMPDIR={directory}", "mariadb-install-db", "--no-defaults", f"--datadir={data}",
                    "--auth-root-authentication-method=normal", "--skip-test-db"])
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        self.program = Program("mariadbd", directory, [
            *user, "env", f"TMPDIR={directory}", "mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}",
            f"--port={self.port}", *settings])
        self.program.wait_for(self.host, self.port)
        time.sleep(0.5)
        self._once(["mariadb", "--no-defaults", "-S", self.socket, "-u", "root", "-e",
                    f"create database {DATABASE}; create user {USER}@'%' identified by '{PASSWORD}'; "
                    f"grant all on {DATABASE}.* to {USER}@'%'"])
        self._once(sysbench(self.host, self.port, "oltp_read_write", "prepare"))

    def _once(self, command):
        done = subprocess.run(command, check=False, cwd=self.directory, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{command[-1]}: {done.stderr or done.stdout}")

    def close(self):
        self.program.close()
