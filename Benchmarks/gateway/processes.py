"""Starting programs for a measurement, each in a session of its own, and telling how much CPU time was used by whom.

The session matters: with the kernel's autogroup scheduling a program that shares the load generator's session shares its part
of the processor too, and loses about 15 % for that alone.
"""

import os
import pwd
import shutil
import socket
import subprocess
import time

BASE = os.environ.get("MARTLET_BENCH_DIR", "/var/tmp")
TICKS = os.sysconf("SC_CLK_TCK")


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def as_postgres(name="postgres"):
    """What to put before a command that refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(name)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]


def own(path, name="postgres"):
    """Gives a path to the user of `as_postgres`."""
    if os.geteuid() == 0:
        user = pwd.getpwnam(name)
        os.chown(path, user.pw_uid, user.pw_gid)


class Program:
    """A program in the foreground, with its log in `directory`, until `close`."""

    def __init__(self, name, directory, command):
        self.name, self.log_path = name, f"{directory}/{name}.log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory, start_new_session=True)
        self.pid = self.process.pid

    def wait_for(self, host, port, seconds=20):
        """Returns when something listens there."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection((host, port), timeout=2).close()
                return self
            except OSError:
                time.sleep(0.05)
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            raise RuntimeError(f"{self.name} does not listen on {host}:{port}:\n{log.read()}")

    def cpu_seconds(self):
        """Of its living threads, in nanosecond steps."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) << 10

    def close(self, signal_number=15):
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Strangers:
    """CPU time of programs that are no part of the measurement: what they take falls on everyone, but not evenly."""

    def __init__(self, ours):
        self.ours = {os.getpid(), *ours}
        self.began, self.used = time.monotonic(), self._ticks()

    def share(self):
        """Since the beginning, as a part of all processors: 0 … 1."""
        used = max(0, self._ticks() - self.used)
        return min(1, used / TICKS / ((time.monotonic() - self.began) * os.cpu_count()))

    def _ticks(self):
        used = 0
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            # When a child has ended its time is its parent's. Kernel threads (children of 2) work for everyone.
            if int(entry) not in self.ours and int(fields[1]) not in self.ours and fields[1] != "2":
                used += sum(map(int, fields[11:15]))
        return used


def scratch_directory(name="gateway"):
    path = f"{BASE}/martlet-bench-{os.getpid()}-{name}"
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path, mode=0o755)
    own(path)
    return path
