"""A real replica of a MariaDB instance, started by hand: any server may follow an instance that keeps its binary log."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

import pymysql

from martlet_client import PASSWORD, bundle, wait
from mysql_client import rows, value


class Replica:
    """Follows the instance's `database`, through its endpoint, with TLS. The master user can log in here, too."""

    def __init__(self, source, database):
        self.directory = tempfile.mkdtemp(prefix="martlet-replica-")
        self.socket = os.path.join(self.directory, "s.sock")
        self.user = pwd.getpwnam("mysql") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        os.chown(self.directory, self.user.pw_uid, self.user.pw_gid)
        self.data = os.path.join(self.directory, "data")
        self.database = database
        self.process = None
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={self.data}", f"--user={self.user.pw_name}",
             f"--tmpdir={self.directory}", "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True, capture_output=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()
        self._follow(source)

    def start(self):
        self.process = subprocess.Popen(
            ["mariadbd", "--no-defaults", f"--datadir={self.data}", f"--socket={self.socket}", f"--port={self.port}",
             "--bind-address=127.0.0.1", f"--user={self.user.pw_name}", f"--pid-file={self.directory}/pid",
             f"--tmpdir={self.directory}", "--server-id=4711", "--read-only", f"--replicate-wild-do-table={self.database}.%",
             "--character-set-server=utf8mb4", "--innodb-buffer-pool-size=32M"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait("the replica answers", self._answers, 60)

    def _answers(self):
        assert self.process.poll() is None, f"mariadbd ended with {self.process.returncode}"
        try:
            self.connect().close()
        except pymysql.MySQLError:
            return False
        return True

    def connect(self):
        """As its administrator."""
        return pymysql.connect(unix_socket=self.socket, user="root", autocommit=True)

    def run(self, *statements):
        with self.connect() as connection:
            for statement in statements:
                rows(connection, statement)

    def _follow(self, source):
        endpoint = source["Endpoint"]
        self.run(
            f"CREATE DATABASE {self.database} CHARACTER SET utf8mb4", f"CREATE USER admin@'%' IDENTIFIED BY '{PASSWORD}'",
            f"GRANT ALL ON {self.database}.* TO admin@'%'",
            f"CHANGE MASTER TO MASTER_HOST='{endpoint['Address']}', MASTER_PORT={endpoint['Port']}, MASTER_USER='admin', "
            f"MASTER_PASSWORD='{PASSWORD}', MASTER_SSL=1, MASTER_SSL_CA='{self._certificates()}', "
            "MASTER_SSL_VERIFY_SERVER_CERT=1, MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1",
            "START SLAVE")
        wait("it follows", lambda: self.state()["Slave_SQL_Running"] == self.state()["Slave_IO_Running"] == "Yes", 30)

    def _certificates(self):
        """The bundle where its server may read it."""
        return shutil.copy(bundle(), os.path.join(self.directory, "ca.pem"))

    def state(self):
        with self.connect() as connection, connection.cursor(pymysql.cursors.DictCursor) as cursor:
            cursor.execute("SHOW SLAVE STATUS")
            return cursor.fetchone()

    def count(self, table):
        """None before the table has come over."""
        state = self.state()
        assert not state["Last_SQL_Error"] and not state["Last_IO_Error"], state
        with self.connect() as connection:
            there = rows(connection, f"SHOW TABLES FROM {self.database} LIKE %s", table)
            return value(connection, f"SELECT count(*) FROM {self.database}.{table}") if there else None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.directory)
