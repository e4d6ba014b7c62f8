"""Results as Markdown: medians, ratios of runs that followed each other, and how far they spread."""

import os
import platform
import statistics
from collections import defaultdict

# What issue 3 asks of Martlet's transactions per second, by peer: the least ratio.
GOALS = {"haproxy": 1.0, "pgbouncer-session": 1.0}
DIRECT_GOALS = {32: 0.80}
DIRECT_GOAL_RECONNECT = 0.9
PEERS = ["direct", "haproxy", "pgbouncer-session"]


class Results:
    """`workload → contestant → [one result for each round]`; None where a run failed."""

    def __init__(self):
        self.runs = defaultdict(lambda: defaultdict(list))
        self.labels = {}

    def add(self, workload, contestant, result):
        self.runs[workload][contestant.name].append(result)
        self.labels[contestant.name] = contestant.label

    def median(self, workload, name, what):
        values = [getattr(run, what) for run in self.runs[workload].get(name, []) if run]
        return statistics.median(values) if values else None

    def ratios(self, workload, ours, theirs):
        """One for each round: the two ran within seconds of each other."""
        pairs = zip(self.runs[workload].get(ours, []), self.runs[workload].get(theirs, []))
        return [mine.tps / other.tps for mine, other in pairs if mine and other]


def spread(values):
    if not values:
        return "–"
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def goal(workload, peer):
    if peer != "direct":
        # PgBouncer reuses a server connection where all others have the server start a new process.
        return None if workload.reconnects else GOALS.get(peer)
    return DIRECT_GOAL_RECONNECT if workload.reconnects else DIRECT_GOALS.get(workload.clients)


def judged(values, wanted):
    if not values or wanted is None:
        return spread(values)
    return spread(values) + (" ✓" if statistics.median(values) >= wanted else f" ✗ (≥ {wanted:g})")


def speed(results, ours="martlet"):
    lines = []
    names = [name for name in results.labels if name != ours]
    for family in dict.fromkeys(load.family for load in results.runs):
        head = [results.labels[name] for name in names] + [results.labels[ours]]
        head += [f"÷ {results.labels[name]}" for name in PEERS if name in results.labels]
        lines += ["", f"**{family}**: transactions per second", "", f"| clients | {' | '.join(head)} |",
                  "|---:|" + "---:|" * len(head)]
        for load in (load for load in results.runs if load.family == family):
            medians = [results.median(load, name, "tps") for name in [*names, ours]]
            cells = [f"{value:,.0f}" if value else "–" for value in medians]
            cells += [judged(results.ratios(load, ours, name), goal(load, name)) for name in PEERS if name in results.labels]
            lines.append(f"| {load.clients} | {' | '.join(cells)} |")
    return lines


def cost(results):
    names = list(results.labels)
    lines = ["", "p99 latency in ms, and processor time of the hop for each transaction in µs", "",
             f"| workload | clients | {' | '.join(results.labels[name] for name in names)} |",
             "|---|---:|" + "---:|" * len(names)]
    for load in results.runs:
        cells = []
        for name in names:
            late, used = results.median(load, name, "p99_ms"), results.median(load, name, "cpu_us")
            cells.append("–" if late is None else f"{late:.2f}" + (f", {used:.1f}" if name != "direct" else ""))
        lines.append(f"| {load.family} | {load.clients} | {' | '.join(cells)} |")
    return lines


def method(given):
    """How the figures came about."""
    return (f"{given.rounds} rounds of {given.seconds} s in turns; medians, ratios of the same round as median "
            "(lowest–highest).")


def publish(lines, path):
    """Shows the lines, and writes them to a file where one is named."""
    text = "\n".join(lines) + "\n"
    print("\n" + text)
    if path:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def machine():
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(file.readline().split()[1]) / (1 << 20)
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release()}"


def strangers(results):
    shares = [run.strangers for ways in results.runs.values() for runs in ways.values() for run in runs if run]
    return f"Other programs used {100 * statistics.median(shares):.0f} % of the processors in the median run, " \
        f"{100 * max(shares):.0f} % in the worst." if shares else ""
