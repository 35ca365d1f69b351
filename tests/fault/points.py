#!/usr/bin/env python3
"""points.py [--seeds N] [--times 1,2] [--points a,b] -- kills a job once at each fail point, and compares with the oracle.

The points are those of the sources of the programs, so a new one is tested without a change here. For each program and
point, and each K of --times, a job is tried with SP_FAULT=PROGRAM:POINT:K:kill, and then run to its end. Each point of a
program must be reached in at least one of the lines. The last line is "N passed, N failed"."""
import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from faultlib import BY_NAME, ROOT, Case, Job

NAMES = ["tumbling-key", "hopping-lateness", "sessions-update", "merged", "dir-partitions", "dir-gzip"]
PROGRAMS = ["sp-capture", "sp-window", "sp-agg", "sp-sink", "sp-run"]
# The file "COMMITTED" is written through the same function as snapshots, with these points behind its prefix.
NOT_KILLED = {"read"}  # a place to slow a program down


def points_of_sources():
    """The names in fault_point("...") and fault_fails("..."), and the table of names in the sources that build them."""
    text = subprocess.run(["git", "grep", "-hoE", r'fault_(point|fails)\("[A-Za-z-]+"\)', "--", "common", "cmd"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r'"([A-Za-z-]+)"', text)) - NOT_KILLED
    return sorted(names)


def try_point(case, program, point, k, action="kill"):
    """Returns (reached, fault)."""
    job = Job(case)
    env = {"SP_FAULT": f"{program}:{point}:{k}:{action}", "SP_READ_SIZE": "8192", "SP_FAULT_SLOW": "sp-capture:read:200"}
    status, text = job.finish(job.start(10, **env))
    job.wait_idle()
    reached = f"fault: {program} {point}" in text
    fault = None
    if reached:
        status = job.run_out()
        wrong = [f"the last run ended with {status}: {job.log[-1][-400:]}"] if status != 0 else job.differences()
        if wrong:
            fault = f"{case.line.name}: {program}:{point}:{k}: " + "; ".join(wrong)
    elif status != 0:
        fault = f"{case.line.name}: {program}:{point}:{k}: not reached, and the run ended with {status}: {text[-300:]}"
    if fault is None:
        job.remove()
    return reached, fault


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--times", default="1,3")
    parser.add_argument("--points", default="")
    args = parser.parse_args()
    points = args.points.split(",") if args.points else points_of_sources()
    passed, wrong, reached_by = 0, [], {p: set() for p in points}
    times = [int(k) for k in args.times.split(",")]
    cases = [Case(BY_NAME[name], 10 + i, events=15000) for i, name in enumerate(NAMES)]
    work = []
    for n, point in enumerate(points):
        for program in PROGRAMS:
            # Each seed is another line: the lines take turns, and every point is tried in lines of all kinds.
            for seed in range(args.seeds):
                for k in times:
                    work.append((cases[(n + 2 * seed) % len(cases)], program, point, k))
    reachable = find_reachable(cases, points)
    work = [w for w in work if (w[0].line.name, w[1], w[2]) in reachable]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for (case, program, point, k), (reached, fault) in zip(work, pool.map(lambda w: try_point(*w), work)):
            if reached:
                reached_by[point].add(program)
            if fault:
                print(fault, flush=True)
                wrong.append(fault)
            else:
                passed += 1
    for point in points:
        if not reached_by[point]:
            wrong.append(point)
            print(f"{point}: no program reached this fail point")
    for case in cases:
        case.remove()
    print(f"{len(points)} fail points, {len(work)} runs")
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def find_reachable(cases, points):
    """Which program comes to which point in which line, from one run without a kill: {(line, program, point)}."""
    found = set()
    for case in cases:
        job = Job(case)
        job.finish(job.start(10, SP_FAULT_ALL=job.trace, SP_READ_SIZE="8192", SP_FAULT_SLOW="sp-capture:read:200"))
        for name in os.listdir(job.trace):
            if name.startswith("all-"):
                with open(os.path.join(job.trace, name), encoding="utf-8") as f:
                    for line in f:
                        program, point = line.split()
                        found.add((case.line.name, program, point))
        job.remove()
    # Points that only a repaired job reaches are tried everywhere.
    seen = {point for _, _, point in found}
    for point in points:
        if point not in seen:
            found |= {(case.line.name, program, point) for case in cases for program in PROGRAMS}
    return found


if __name__ == "__main__":
    sys.exit(main())
