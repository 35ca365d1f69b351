#!/usr/bin/env python3
"""kills.py [--kills N] [--seed S] [--lines a,b] [--mutant NAME] -- kills jobs and compares what they stored with the oracle.

Each job is tried, with another interval each time, until it is done. In each try one program of the line, the whole line or
sp-run is killed: at a random moment, or at a fail point (SP_FAULT) of the phase that was hit least so far. A kill counts
only if an epoch was committed in its try. The run ends after N effective kills (150) of which each program and each phase
has at least ten. Then nothing may be lost and nothing stored twice, and the files of --late and --reject must be equal byte
for byte.

With --mutant NAME the programs have a known defect (SP_MUTANT), and the result is turned round: the defect must be found. That
takes a few kills most of the time, but chance has its part: so the test goes on to three times N, and says how many it took.
Prints a table of the kills; the last line is "N passed, N failed"."""
import argparse
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from faultlib import LINES, BY_NAME, Case, Job

LEAST = 10  # effective kills of each program and of each phase

# Phases, by the fail point that the killed program passed last.
BETWEEN = {"after-dirsync", "prune", "after-snap", "before-forward", "mid-forward", "before-barrier", "mid-barrier-write"}
TRANSACTION = {"before-txn", "in-txn", "before-commit", "after-file-fsync", "before-manifest"}
COMMITTED = {"after-commit", "before-COMMITTED", "after-manifest", "between-renames", "before-dirsync"}
PHASES = ["before the snapshot", "between snapshot and barrier", "in the transaction", "between commit and COMMITTED"]


def phase_of(program, point):
    if program == "sp-sink":
        if point in TRANSACTION:
            return PHASES[2]
        if point in COMMITTED or point.startswith("committed-"):
            return PHASES[3]
        return PHASES[0]
    return PHASES[1] if point in BETWEEN else PHASES[0]


# Where a kill can be aimed at, by phase: (program, points).
AIMS = {
    PHASES[0]: [("sp-capture", ["before-snap", "tmp-open", "mid-write", "before-fsync"]), ("sp-window", ["before-snap", "before-sync-aside", "before-fsync"]),
                ("sp-agg", ["before-snap", "tmp-open", "mid-write"]), ("sp-sink", ["before-snap", "before-fsync"])],
    PHASES[1]: [("sp-capture", ["after-snap", "before-barrier", "mid-barrier-write"]), ("sp-window", ["after-snap", "before-forward", "mid-forward"]),
                ("sp-agg", ["after-snap", "before-forward", "mid-forward"])],
    PHASES[2]: [("sp-sink", ["before-txn", "in-txn", "before-commit", "after-file-fsync", "before-manifest"])],
    PHASES[3]: [("sp-sink", ["after-commit", "before-COMMITTED", "after-manifest", "between-renames", "before-dirsync", "committed-before-fsync",
                             "committed-after-rename"])],
}


class Tally:
    """The effective kills by program and by phase."""

    def __init__(self):
        self.programs, self.phases, self.total, self.repairs, self.idle = Counter(), Counter(), 0, 0, 0

    def enough(self, kills, programs):
        return self.total >= kills and all(self.programs[p] >= LEAST for p in programs) and all(self.phases[p] >= LEAST for p in PHASES)

    def least(self, rng):
        return min(PHASES, key=lambda p: (self.phases[p], rng.random()))

    def show(self):
        print(f"effective kills: {self.total}; tries in which no epoch was committed: {self.idle}; repairs (75): {self.repairs}")
        for name, count in sorted(self.programs.items()):
            print(f"  {name:32} {count:5}")
        for name in PHASES:
            print(f"  {name:32} {self.phases[name]:5}")


def kill_random(job, process, rng, before):
    """Waits until an epoch is committed, then kills a program, sp-run or all of them, or stops the line. Returns who was killed
    and its process, or None."""
    deadline = time.monotonic() + 20
    while job.epoch() <= before and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(rng.random() ** 2 * 0.06)
    if process.poll() is not None:
        return None
    pids = job.pids()
    if not pids:
        return None
    choice = rng.choice(list(pids) + ["sp-run", "all", "stop"])
    if choice == "stop":
        # No kill: the line ends with stop, in the middle of the input.
        process.send_signal(signal.SIGTERM)
        return None
    victims = [process.pid] if choice == "sp-run" else list(pids.values()) + [process.pid] if choice == "all" else [pids[choice]]
    for pid in victims:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return None
    return choice, (pids.get(choice) if choice in pids else None)


def one_try(job, rng, tally, mutant):
    """One try with one kill. Returns (status, text, effective)."""
    before = job.epoch()
    every = rng.choice([1, 3, 5, 10, 20, 40, 80])
    aimed = rng.random() < 0.45
    env = {"SP_MUTANT": mutant} if mutant else {}
    phase = tally.least(rng)
    program, points = rng.choice(AIMS[phase])
    if aimed:
        point = rng.choice(points)
        env["SP_FAULT"] = f"{program}:{point}:{rng.choice([2, 2, 3, 4])}:kill"
    # A try takes a second or so, however fast the programs are.
    env.update(SP_READ_SIZE="8192", SP_FAULT_SLOW=f"sp-capture:read:{rng.choice([300, 800, 1500])}")
    process = job.start(every, end=job.grown, **env)
    victim = None if aimed else kill_random(job, process, rng, before)
    status, text = job.finish(process)
    job.wait_idle()
    moved = job.epoch() > before
    killed, phase_hit = None, None
    if aimed and f"fault: {program} {point}" in text:
        killed, phase_hit = program, phase_of(program, point)
    elif victim:
        killed, pid = victim
        if pid:
            phase_hit = phase_of(killed, job.last_points().get((killed, pid), ""))
    if killed and moved:
        tally.total += 1
        tally.programs[killed] += 1
        if phase_hit:
            tally.phases[phase_hit] += 1
    elif killed:
        tally.idle += 1
    if status == 75:
        tally.repairs += 1
    return status, text


def run_job(case, rng, tally, kills, programs, mutant):
    """Tries a job until it is done. Returns what is wrong, or None."""
    # Half of the jobs find a part of their input, and stop with open windows until the file has grown. Several files have to
    # grow together, as their times do: cron_story.py does that.
    job = Job(case, share=rng.choice([1.0, 0.3 + rng.random() / 2]) if case.line.files == 1 else 1.0)
    tries = 0
    while True:
        status, text = one_try(job, rng, tally, mutant)
        tries += 1
        # A line that was stopped in the middle has committed what it has read, and is tried again.
        if status == 0 and job.ended() and not job.grown:
            job.grow()
        elif (status == 0 and job.ended()) or tally.enough(kills, programs):
            break
        if status in (64, 65, 66, 70, 73, 77, 78, "hangs") or tries > 400:
            return keep(job, f"{job.line.name}: a try ended with {status}: {text.strip()[-600:]}")
    if not job.grown:
        job.grow()
    status = job.run_out()
    if status != 0:
        return keep(job, f"{job.line.name}: the last run ended with {status}: {job.log[-1][-600:]}")
    faults = job.differences()
    if faults:
        return keep(job, f"{job.line.name} (seed {case.seed}, {tries} tries): " + "; ".join(faults))
    job.remove()
    return None


def keep(job, fault):
    """Leaves the job's folder and a log of all tries for the person who looks for the cause. Returns `fault`."""
    with open(os.path.join(job.folder, "log"), "w", encoding="utf-8") as f:
        f.write(fault + "\n\n" + job.command() + "\n\n" + "\n".join(job.log) + "\n")
    print(f"kept: {job.folder}", file=sys.stderr)
    return fault


def bad_luck(case, mutant):
    """Faults that no kill shows, each with the status that it must give: a filter that drops lines, and a store that was
    replaced by an empty one. Returns what is wrong."""
    wrong, env = [], {"SP_MUTANT": mutant} if mutant else {}
    job = Job(case)
    lossy = job.command().replace("| sp-window", "| awk '$0 !~ /\"seq\":5077[,}]/' | sp-window")
    status, text = job.finish(job.start(20, command=lossy, **env))
    if status != 65:
        wrong.append(f"a filter that drops a line: status {status}, want 65: {text.strip()[-300:]}")
    job.remove()
    job = Job(case)
    for _ in range(5):
        kill_random(job, process := job.start(5, **env), random.Random(1), 0)
        job.finish(process)
        job.wait_idle()
        if job.epoch() > 0:
            break
    for name in os.listdir(job.out):
        if name.startswith("s.db"):
            os.unlink(os.path.join(job.out, name))
    status, text = job.finish(job.start(20, **env))
    if status != 65:
        wrong.append(f"a store that was replaced: status {status}, want 65: {text.strip()[-300:]}")
    job.remove()
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", default="")
    parser.add_argument("--mutant")
    args = parser.parse_args()
    if args.mutant:
        args.kills *= 3
    lines = [BY_NAME[n] for n in args.lines.split(",")] if args.lines else LINES
    cases = {}
    tally, wrong, jobs = Tally(), [], 0
    programs = ["sp-capture", "sp-window", "sp-agg", "sp-sink", "sp-run"]
    first = BY_NAME["tumbling-key"]
    cases[first.name] = Case(first, args.seed)
    luck = bad_luck(cases[first.name], args.mutant)
    if luck and args.mutant:
        wrong += luck
    for line in lines:
        if line.name not in cases:
            cases[line.name] = Case(line, args.seed)
    lock = threading.Lock()

    def more():
        return not tally.enough(args.kills, programs) and not (args.mutant and wrong) and len(wrong) < 5 and jobs < 3 * args.kills

    def work(number):
        nonlocal jobs
        own = random.Random(args.seed * 1000 + number)
        while more():
            with lock:
                case = cases[lines[jobs % len(lines)].name]
                jobs += 1
            fault = run_job(case, own, tally, args.kills, programs, args.mutant)
            if fault:
                print(fault, flush=True)
                wrong.append(fault)

    # Jobs wait for disks and for one another's epochs most of the time, so several run at once.
    with ThreadPoolExecutor(max_workers=3) as pool:
        list(pool.map(work, range(3)))
    for case in cases.values():
        case.remove()
    tally.show()
    if args.mutant:
        print(f"mutant {args.mutant}: " + (f"after {tally.total} kills, {wrong[0]}" if wrong else "NOT FOUND"))
        print(f"{int(bool(wrong))} passed, {int(not wrong)} failed")
        return 0 if wrong else 1
    for fault in luck:
        print(fault)
    if not wrong and not tally.enough(args.kills, programs):
        wrong.append(f"{jobs} jobs did not give {args.kills} effective kills, {LEAST} of each program and phase")
        print(wrong[-1])
    failed = len(wrong) + len(luck)
    print(f"{tally.total + jobs + 2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
