"""Comparing finely, on a machine that is not quiet too: all load generators stay connected, and take turns of a quarter of a
second, by SIGSTOP and SIGCONT. A stranger's noise then falls on all alike. It tells transactions per second and processor time; a
latency would include the time a load generator was stopped.
"""

import os
import random
import re
import signal
import subprocess
import time

from contestants import PASSWORD

TURN_S = 0.25
# A fresh server process reads its catalogues; nothing of that is counted for or against anyone, because all have as much of it.
FIRST_TURN_S = 0.6


class Player:
    """A load generator that runs while it has its turn."""

    def __init__(self, load, way, seconds):
        environment = {**os.environ, "PGSSLMODE": "require" if load.tls else "disable", "PGPASSWORD": PASSWORD}
        self.way = way
        self.process = subprocess.Popen(
            load.command(way, seconds), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        self.cpu = way.program.cpu_seconds() if way.program else 0
        self.used = 0
        time.sleep(FIRST_TURN_S)
        self.process.send_signal(signal.SIGSTOP)
        self.used = FIRST_TURN_S

    def turn(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGCONT)
        time.sleep(TURN_S)
        self.process.send_signal(signal.SIGSTOP)
        self.used += time.monotonic() - began

    def result(self):
        """Transactions per second, and µs of the hop's processor time for each. Its time is up: it ends as soon as it runs."""
        self.process.send_signal(signal.SIGCONT)
        out, err = self.process.communicate(timeout=60)
        count = re.search(r"actually processed: (\d+)", out)
        if not count:
            raise RuntimeError((err.strip().splitlines() or ["no result"])[-1])
        used = self.way.program.cpu_seconds() - self.cpu if self.way.program else 0
        return int(count[1]) / self.used, used * 1e6 / max(1, int(count[1]))

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def play(load, ways, seconds):
    """`(tps, µs)` of each, in turns for `seconds` in all."""
    rounds = max(4, round(seconds / TURN_S / len(ways)))
    length = rounds * TURN_S * len(ways)
    began, players = time.monotonic(), []
    limit = round(length * 1.2 + FIRST_TURN_S * len(ways)) + 3
    try:
        for way in ways:
            players.append(Player(load, way, limit))
        for _ in range(rounds):
            for player in random.sample(players, len(players)):
                player.turn()
        time.sleep(max(0, began + FIRST_TURN_S * len(ways) + limit - time.monotonic()))
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
