"""Comparing finely, on a machine that is not quiet too: all load generators stay connected, and take turns of a quarter of a
second, by SIGSTOP and SIGCONT. A stranger's noise then falls on all alike. It tells transactions per second and processor time; a
latency would include the time a load generator was stopped.
"""

import glob
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time

from contestants import PASSWORD

TURN_S = 0.25
# Nothing of it is counted: connections are made, which PgBouncer's clients do not wait for, and fresh server processes read their
# catalogues.
WARM_UP_S = 2


class Player:
    """A load generator that runs while it has its turn. Its log tells the transactions of each second."""

    def __init__(self, load, way, seconds):
        environment = {**os.environ, "PGSSLMODE": "require" if load.tls else "disable", "PGPASSWORD": PASSWORD}
        self.way, self.logs = way, tempfile.mkdtemp(prefix="martlet-bench-", dir="/dev/shm")
        command = load.command(way, seconds)
        command[-1:-1] = ["--log", f"--log-prefix={self.logs}/log", "--aggregate-interval=1"]
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(WARM_UP_S)
        self.process.send_signal(signal.SIGSTOP)

    def begin(self, at):
        """From the second `at` on it counts."""
        self.cpu, self.used, self.at = self._cpu(), 0, at

    def _cpu(self):
        return self.way.program.cpu_seconds() if self.way.program else 0

    def turn(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGCONT)
        time.sleep(TURN_S)
        self.process.send_signal(signal.SIGSTOP)
        self.used += time.monotonic() - began

    def result(self):
        """Transactions per second, and µs of the hop's processor time for each. Its time is up: it ends as soon as it runs."""
        used = self._cpu() - self.cpu
        self.process.send_signal(signal.SIGCONT)
        _, err = self.process.communicate(timeout=60)
        count = 0
        for path in glob.glob(f"{self.logs}/log.*"):
            with open(path, encoding="ascii") as file:
                rows = [line.split() for line in file]
            count += sum(int(row[1]) for row in rows if int(row[0]) >= self.at)
        if self.process.returncode != 0 or count == 0:
            raise RuntimeError((err.strip().splitlines() or ["no result"])[-1])
        return count / self.used, used * 1e6 / count

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.logs)


def play(load, ways, seconds):
    """`(tps, µs)` of each, in turns for `seconds` in all."""
    rounds = max(4, round(seconds / TURN_S / len(ways)))
    limit = round((rounds * TURN_S * 1.2 + WARM_UP_S) * len(ways)) + 3
    players = []
    try:
        for way in ways:
            players.append(Player(load, way, limit))
        began = int(time.time()) + 1
        time.sleep(began - time.time())
        for player in players:
            player.begin(began)
        for _ in range(rounds):
            for player in random.sample(players, len(players)):
                player.turn()
        time.sleep(max(0, began + limit - time.time()))
        return [player.result() for player in players]
    finally:
        for player in players:
            player.kill()


def table(loads, ways, seconds):
    """Lines of Markdown."""
    lines = [f"Turns of {TURN_S} s, {seconds} s for each line.", "",
             f"| workload | clients | {' | '.join(way.label for way in ways)} | "
             f"{' | '.join(f'÷ {way.label}' for way in ways[:-1])} |",
             "|---|---:|" + "---:|" * (2 * len(ways) - 1)]
    for load in loads:
        suited = [way for way in ways if load.suits(way)]
        results = dict(zip((way.name for way in suited), play(load, suited, seconds)))
        ours = results[ways[-1].name][0]
        cells = [f"{results[way.name][0]:,.0f}" + (f", {results[way.name][1]:.1f} µs" if way.program else "")
                 if way.name in results else "–" for way in ways]
        cells += [f"{ours / results[way.name][0]:.3f}" if way.name in results else "–" for way in ways[:-1]]
        lines.append(f"| {load.family} | {load.clients} | {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    return lines
