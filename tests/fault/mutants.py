#!/usr/bin/env python3
"""mutants.py [NAME ...] -- proves that the kill and power-cut tests find known defects.

Each defect is built into the programs behind SP_MUTANT (common/base/fault.h). The test that must find it runs at the size
that it has in ./scripts/check, and stops at the first thing that is wrong. The last line is "N passed, N failed"."""
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
KILLS = ["eof-is-end", "trust-pointer", "forward-before-snapshot", "prune-by-committed", "position-read-not-written", "lookahead-not-dropped",
         "late-not-cut", "wheel-not-rebuilt", "wide-sums-lost", "store-empty-accepted", "commit-by-rows", "sum-not-checked", "end-at-eof",
         "seq-not-saved", "manifest-after-renames"]
POWER = ["no-file-fsync", "no-dir-fsync"]


def run(name):
    begin = time.monotonic()
    if name in POWER:
        command = ["power_cut.py", "30", "--mutant", name]
    else:
        command = ["kills.py", "--mutant", name]
    done = subprocess.run([sys.executable, os.path.join(HERE, command[0]), *command[1:]], capture_output=True, text=True)
    found = done.returncode == 0
    reason = [line for line in done.stdout.splitlines() if line.startswith("mutant ") or "cuts, " in line]
    return found, f"{name:28} {'found' if found else 'NOT FOUND'} after {time.monotonic() - begin:4.0f} s: {(reason or ['?'])[0][:150]}"


def main():
    names = sys.argv[1:] or KILLS + POWER
    failed = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for found, text in pool.map(run, names):
            print(text, flush=True)
            failed += not found
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
