"""Runs the benchmarks that are named and reports them as one table."""

import sys

import api
import clone
import create
import footprint
import report
import volume

ALL = {"create": create.main, "api": api.main, "footprint": footprint.main}
MORE = {"volume": volume.main, "clone": clone.main}

for name in sys.argv[2:] or ALL:
    print(f"\n      {name}", flush=True)
    {**ALL, **MORE}[name]()
report.finish(sys.argv[1])
