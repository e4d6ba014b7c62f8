"""What the chaos tests share: their seed, an operation that `serve` dies over, whom nobody owns, and the rounds.

MARTLET_CHAOS_SEED repeats a run (the moments are as random as the machine, the choices are not); MARTLET_CHAOS_KILLS is
the number of rounds.
"""

import os
import random
import threading
import time
import traceback

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, HTTPClientError, ReadTimeoutError

from martlet_client import is_alive, kill_serve, processes

KILLS = int(os.environ["MARTLET_CHAOS_KILLS"])
SEED = os.environ["MARTLET_CHAOS_SEED"]

choose = random.Random(SEED)
print(f"seed {SEED}, {KILLS} kills: repeat with MARTLET_CHAOS_SEED={SEED} MARTLET_CHAOS_KILLS={KILLS}", flush=True)


def start_and_kill(label, call, pause, waits):
    """Returns whether the call was accepted; None when the server died before it answered. Where it `waits`, the pause begins
    with the answer."""
    outcome = []

    def perform():
        try:
            call()
            outcome.append(True)
        except (EndpointConnectionError, ConnectionClosedError, ReadTimeoutError, HTTPClientError):
            outcome.append(None)
        except Exception as error:  # noqa: BLE001 - told by the caller
            outcome.append(error)

    caller = threading.Thread(target=perform)
    caller.start()
    if waits:
        caller.join()
    time.sleep(pause)
    kill_serve()
    caller.join()
    if isinstance(outcome[0], Exception):
        raise AssertionError(f"{label}: {outcome[0]}") from outcome[0]
    return outcome[0]


def stray_servers(owned):
    """Processes of instances other than those, by their resource identifiers."""
    return [
        f"process {pid}: {words}" for pid, words in processes().items()
        if "/instances/db-" in words and not any(one in words for one in owned) and is_alive(pid)]


def rounds(perform, leaks):
    """Runs `perform(number)` for each kill; the first that fails ends the test, and tells what was still there."""
    for number in range(1, KILLS + 1):
        try:
            perform(number)
        except Exception:
            traceback.print_exc()
            print(f"failed at kill {number}; still there: {leaks()}", flush=True)
            raise SystemExit(1) from None
