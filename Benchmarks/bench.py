"""Runs the benchmarks that are named and reports them as one table."""

import sys

import api
import create
import footprint
import report

ALL = {"create": create.main, "api": api.main, "footprint": footprint.main}

for name in sys.argv[2:] or ALL:
    print(f"\n      {name}", flush=True)
    ALL[name]()
report.finish(sys.argv[1])
