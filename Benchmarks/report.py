"""Figures as a table: median, spread, ratio, and whether the figure wanted is reached."""

import os
import platform
import statistics
import sys

ROWS = []


def spoken(value, unit):
    if unit == "s":
        return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"
    if unit == "/s":
        return f"{value:,.0f} /s" if value >= 100 else f"{value:.1f} /s"
    return f"{value:.2f} {unit}".strip()


def summary(values, unit):
    """`median (lowest – highest)`"""
    if len(values) == 1:
        return spoken(values[0], unit)
    return f"{spoken(statistics.median(values), unit)} ({spoken(min(values), unit)} – {spoken(max(values), unit)})"


def compare(what, ours, theirs, peer, unit, wanted, at_most):
    """A row with the ratio of the medians, ours to theirs."""
    ratio = statistics.median(ours) / statistics.median(theirs)
    reached = ratio <= wanted if at_most else ratio >= wanted
    limit = f"{'≤' if at_most else '≥'} {wanted:g} ×"
    ROWS.append((what, summary(ours, unit), f"{summary(theirs, unit)} {peer}", f"{ratio:.2f} ×", limit, reached))


def limit(what, value, unit, most):
    """A row with a figure of ours alone."""
    ROWS.append((what, spoken(value, unit), "", "", f"≤ {most:g} {unit}".strip(), value <= most))


def at_least(what, value, unit, least):
    """A row with a figure of ours alone that must be reached."""
    ROWS.append((what, spoken(value, unit), "", "", f"≥ {spoken(least, unit)}", value >= least))


def fact(what, text, reached=True):
    ROWS.append((what, text, "", "", "works", reached))


def machine():
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) / (1 << 20)
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}, {platform.machine()}"


def finish(path):
    """Prints the table and writes it to `path`; ends with 1 when a figure is missed."""
    lines = [f"Measured on {machine()}; median (lowest – highest), everything in one run, in turns.", "",
             "| what | Martlet | peer | ratio | wanted | |", "|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(row[:5])} | {'reached' if row[5] else '**missed**'} |" for row in ROWS]
    text = "\n".join(lines) + "\n"
    print("\n" + text)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    sys.exit(0 if all(row[5] for row in ROWS) else 1)
