#!/usr/bin/env python3
"""points.py [--seeds N] [--times 1,3] [--points a,b] -- kills jobs at each fail point, and compares with the oracle.

The points are those of the sources, so a new one is tested without a change here. Which program comes to which point, in which
line and in which situation (the first run, a run after a kill, a run that ends with stop), is found by runs without a kill.
Then each program is killed at each of its points, at the K-th time for each K of --times, in N lines or situations, and the
job is run to its end. Each point must have killed once at least. The last line is "N passed, N failed"."""
import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from faultlib import BY_NAME, ROOT, Case, Job

MODES = ["first", "again", "stop"]
NAMES = ["tumbling-key", "hopping-lateness", "sessions-update", "merged", "dir-partitions", "dir-gzip"]
NOT_KILLED = {"read"}  # a place to slow a program down


def points_of_sources():
    """The names in fault_point("...") and fault_fails("...")."""
    text = subprocess.run(["git", "grep", "-hoE", r'fault_(point|fails)\("[A-Za-z-]+"\)', "--", "common", "cmd"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r'"([A-Za-z-]+)"', text)) - NOT_KILLED
    return sorted(names)


SLOW = {"SP_READ_SIZE": "4096", "SP_FAULT_SLOW": "sp-capture:read:400"}


def prepare(case, mode):
    """A job as the mode asks for: "first" has not run; "again" was killed between commit and COMMITTED, so the next run begins
    too early, is refused, and the run after it continues; "stop" has not run, and its next run ends with stop."""
    job = Job(case)
    if mode == "again":
        point = "after-manifest" if case.line.store == "dir" else "before-COMMITTED"
        job.finish(job.start(5, SP_FAULT=f"sp-sink:{point}:3:kill", **SLOW))
        job.wait_idle()
    return job


def try_point(case, mode, program, point, k):
    """Kills the job at POINT once, runs it to its end, and compares. Returns (reached, fault)."""
    job = prepare(case, mode)
    reached = False
    for _ in range(2):
        status, text = job.finish(job.start(5, end=mode != "stop", SP_FAULT=f"{program}:{point}:{k}:kill", **SLOW))
        job.wait_idle()
        reached = reached or f"fault: {program} {point}" in text
        # A run that was refused because it began too early is followed by one that continues.
        if reached or status != 75:
            break
    fault = None
    status = job.run_out()
    wrong = [f"the last run ended with {status}: {job.log[-1][-400:]}"] if status != 0 else job.differences()
    if wrong:
        fault = f"{case.line.name}, {mode}: {program}:{point}:{k}: " + "; ".join(wrong) + f"; kept: {job.folder}"
    else:
        job.remove()
    return reached, fault


def find_reachable(cases):
    """Which program comes to which point in which line and mode, from runs without a kill: {(program, point): [(case, mode)]}."""
    found = {}

    def look(case, mode):
        job = prepare(case, mode)
        for _ in range(2):
            job.finish(job.start(5, end=mode != "stop", SP_FAULT_ALL=job.trace, **SLOW))
        seen = set()
        for name in os.listdir(job.trace):
            if name.startswith("all-"):
                with open(os.path.join(job.trace, name), encoding="utf-8") as f:
                    seen |= {tuple(line.split()) for line in f}
        job.remove()
        return case, mode, seen

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for case, mode, seen in pool.map(lambda w: look(*w), [(case, mode) for mode in MODES for case in cases]):
            for pair in seen:
                found.setdefault(pair, []).append((case, mode))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--times", default="1,3")
    parser.add_argument("--points", default="")
    args = parser.parse_args()
    points = args.points.split(",") if args.points else points_of_sources()
    cases = [Case(BY_NAME[name], 10 + i, events=12000) for i, name in enumerate(NAMES)]
    found = find_reachable(cases)
    work, wrong, passed, hits = [], [], 0, {}
    for n, ((program, point), places) in enumerate(sorted(found.items(), key=lambda item: item[0])):
        if point not in points:
            continue
        # Each seed takes another line and mode, so that every point is tried in lines of several kinds.
        for seed in range(args.seeds):
            case, mode = places[(n + seed * (len(places) // args.seeds + 1)) % len(places)]
            work += [(case, mode, program, point, int(k)) for k in args.times.split(",")]
    with ThreadPoolExecutor(max_workers=(os.cpu_count() or 2) + 1) as pool:
        for (_, _, program, point, _), (reached, fault) in zip(work, pool.map(lambda w: try_point(*w), work)):
            hits[point] = hits.get(point, 0) + reached
            if fault:
                print(fault, flush=True)
                wrong.append(fault)
            else:
                passed += 1
    # Chance decides whether some points are reached: what was missed is tried once more in every place.
    missed = [(program, point) for program, point in sorted(found) if point in points and hits.get(point, 0) == 0]
    for program, point in missed:
        for case, mode in found[program, point]:
            reached, fault = try_point(case, mode, program, point, 1)
            hits[point] = hits.get(point, 0) + reached
            if fault:
                print(fault, flush=True)
                wrong.append(fault)
            if reached:
                break
    for point in points:
        if hits.get(point, 0) == 0:
            wrong.append(point)
            print(f"{point}: no program was killed at this fail point")
    for case in cases:
        case.remove()
    print(f"{len(points)} fail points, {len({(w[2], w[3]) for w in work})} with their programs, {len(work)} runs, {sum(hits.values())} kills")
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
