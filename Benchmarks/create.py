"""From the create call to the first query answered through the endpoint, next to the same by hand on the same disk."""

import threading
import time

import report
from martlet import ENGINE, Martlet, first_answer
from peers import ByHand, MariaDBByHand

ROUNDS = 7
AT_ONCE = 10
# The figures wanted, as ratios to one server by hand: warm pool full, pool empty, ten at once.
WANTED = (0.35, 1.1, 6) if ENGINE == "postgres" else (0.5, 1.5, 6)


def create(api, identifier):
    """Seconds from the call to the first answer."""
    began = time.monotonic()
    api.create(identifier, ENGINE)
    assert first_answer(api.wait(identifier, "available"), ENGINE) == 1
    return time.monotonic() - began


def remove(api, identifier):
    api.call("DeleteDBInstance", DBInstanceIdentifier=identifier, SkipFinalSnapshot="true")
    api.wait(identifier, None)


def together(martlet):
    """Seconds until all of them are usable."""
    failures = []

    def one(number):
        try:
            create(martlet.api(), f"together{number}")
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(AT_ONCE)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    assert not failures, failures
    for number in range(AT_ONCE):
        remove(martlet.api(), f"together{number}")
    return took


def by_hand_of(engine):
    return ByHand() if engine == "postgres" else MariaDBByHand()


def main():
    hand, martlet, without_pool = by_hand_of(ENGINE), Martlet(), Martlet("--warm-pool", "0")
    by_hand, warm, cold, ten = [], [], [], []
    try:
        api = martlet.api()
        hand.once()  # the first one reads the programs from the disk
        for number in range(ROUNDS):
            martlet.wait_for_full_pool()
            by_hand.append(hand.once())
            warm.append(create(api, f"warm{number}"))
            remove(api, f"warm{number}")
            martlet.wait_for_full_pool()
            cold.append(create(without_pool.api(), f"cold{number}"))
            remove(without_pool.api(), f"cold{number}")
            print(f"      round {number + 1}/{ROUNDS}: by hand {by_hand[-1]:.2f} s, warm {warm[-1]:.3f} s, "
                  f"pool empty {cold[-1]:.2f} s", flush=True)
        for _ in range(3):
            martlet.wait_for_full_pool()
            ten.append(together(martlet))
            print(f"      ten at once: {ten[-1]:.2f} s", flush=True)
    finally:
        martlet.close()
        without_pool.close()
        hand.close()
    report.compare(f"{ENGINE}: create to first query, warm pool full", warm, by_hand, "by hand", "s", WANTED[0], at_most=True)
    report.compare(f"{ENGINE}: create to first query, pool empty", cold, by_hand, "by hand", "s", WANTED[1], at_most=True)
    report.compare(f"{ENGINE}: ten created at once, all usable", ten, by_hand, "one by hand", "s", WANTED[2], at_most=True)
