#!/usr/bin/env python3
"""shim_test.py -- the k-th open, write, fsync, rename, unlink or ftruncate of a program of a job fails; the disk is full.

Each case is a job of two runs: the first reads half of the input, the second the rest, and in the second one call fails
(tests/fault/shim.c). Either the program bears it, then the results are right at once; or the run ends with a status of
sysexits(3) and a line that says what failed, and the next run makes the results right: no row lost, none stored twice,
the late file equal byte for byte. The full disks need root, for a tmpfs.

    shim_test.py [--programs LIST] [--calls LIST] [--only CASE] [--all] [--full-disk-only | --no-full-disk]

Without --all, a program with many calls of a kind gets a choice of them. The last line is "N passed, N failed"."""
import argparse
import collections
import concurrent.futures
import copy
import os
import re
import shutil
import subprocess
import sys
import tempfile

# The programs of the ordinary build: those with fail points make calls of their own.
os.environ.setdefault("SP_FAULT_BIN", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/bin"))
import faultlib  # noqa: E402

CALLS = ["open", "write", "fsync", "rename", "unlink", "ftruncate"]
ACTIONS = {"write": ["EIO", "short", "ENOSPC", "torn", "torn-kill"]}  # others: EIO and ENOSPC in turn
MOST = 28  # calls of one kind that are tried, without --all
LINES = [
    (faultlib.Line("late-key", "sp-capture {input} {reject} | sp-window --tumbling 10s --delay 1s {late} | "
                   "sp-agg --by .path n=count 's=sum(.ms)' 'd=count_distinct(.user)' 'q=quantile(.ms,0.9)' | "
                   "sp-sink 'sqlite:{out}/s.db?table=t'", "sqlite", events=3000),
     ["sp-capture", "sp-window", "sp-agg", "sp-sink", "sp-run"]),
    (faultlib.Line("dir", "sp-capture {input} {reject} | sp-sink dir:{out}/d --partition 'p={{.path}}' --roll-every 1ms", "dir", events=600),
     ["sp-sink"]),
]
# What a program may bear without a word: PROGRAM CALL PATH. Everything else must end the run.
MAY_BEAR = re.compile(
    r"sp-\S+ (open|write|rename) (\S*/)?(\.?status\.json(\.tmp)?|exits\.\d+)$"  # what only people and sp-run read
    r"|sp-\S+ open \.$"  # looking for old files to remove
    r"|sp-\S+ unlink "  # a file that is left is removed later
    r"|sp-run (open|write|rename|ftruncate) (\S*/)?(lock|\.?last\.json(\.tmp)?)$"  # the lock itself is not in the file
    r"|sp-sink (open|fsync) out/?$|sp-sink open /dev/urandom$|sp-sink ((write|ftruncate) out/s\.db|fsync out/s\.db(-wal)?)$"
    # SQLite moves its log into the file when it closes; the log is safe before and after.
    r"|sp-capture open in0\.ndjson$")  # looked at twice
ROOT = faultlib.ROOT
shim = None
passed, failed = 0, []
borne = collections.Counter()


class ShimJob(faultlib.Job):
    """A job with an input of its own, which grows between the two runs."""

    def __init__(self, case, base=None):
        super().__init__(copy.copy(case), base)
        # Dead letters name the file that they come from.
        rejects = case.want["capture.rejects"]
        self.case.want = dict(case.want, **{"capture.rejects": rejects and rejects.replace(case.folder.encode(), self.folder.encode())})
        self.inputs = [os.path.join(self.folder, os.path.basename(path)) for path in case.inputs]

    def command(self):
        return self.line.command(self.inputs, self.out)

    def grow(self, share):
        """Makes the inputs the first `share` of those of the case, in whole lines; what is there already stays."""
        for source, path in zip(self.case.inputs, self.inputs):
            with open(source, "rb") as f:
                lines = f.readlines()
            with open(path, "ab") as f:
                f.write(b"".join(lines[: int(len(lines) * share)])[f.tell():])

    def first_half(self):
        self.grow(0.5)
        status, text = self.finish(self.start(1, end=False))
        return None if status == 0 else f"the first run ended with {status}: {text.strip()}"

    def second_half(self, **env):
        self.grow(1)
        return self.finish(self.start(1, **env))


def result(name, faults, job):
    """Notes the result of a case and prints what is wrong."""
    global passed
    if not faults:
        passed += 1
        job.remove()
        return
    failed.append(name)
    with open(os.path.join(job.folder, "log"), "w", encoding="utf-8") as f:
        f.write("\n".join(job.log) + "\n")
    print(f"failed: {name}: " + "; ".join(faults) + f" ({job.folder})", flush=True)


def message_faults(status, text, program, killed):
    """What is wrong with how a failed run ended."""
    faults = []
    if not (64 <= status <= 78 or (killed and status in (137, -9))):
        faults.append(f"status {status}")
    said = [line for line in text.splitlines() if not line.startswith("shim: ")]
    if not any(re.match(rf"{re.escape(program)}: .{{10,}}", line) for line in said) and not killed:
        faults.append(f"no message of {program}: {said}")
    stray = [line for line in said if not re.match(r"sp-[a-z-]+: |bash: ", line)]
    if stray and not killed:
        faults.append(f"stray output {stray[:2]}")
    return faults


def one_fault(case, program, call, k, action):
    """Runs one case; returns (name, faults, job, reached)."""
    name = f"{case.line.name} {program}:{call}:{k}:{action}"
    job = ShimJob(case)
    wrong = job.first_half()
    if wrong:
        return name, [wrong], job, True
    status, text = job.second_half(LD_PRELOAD=shim, SP_SHIM=f"{program}:{call}:{k}:{action}")
    came = re.search(rf"^shim: {program} {call} {k} (.*)$", text, re.M)
    reached = came is not None
    killed, faults = action == "torn-kill", []
    if status == 0:
        faults = ["the run ended with 0, but " + d for d in job.differences()]
        if reached and action != "short":
            what = f"{program} {call} {came[1].replace(job.folder + '/', '')}"
            borne[re.sub(r"[0-9a-f]{32}|\d+", "N", what)] += 1
            if not MAY_BEAR.match(what):
                faults.append(f"the run ended with 0 although a call failed: {what}")
        # It must also be able to go on.
        status = job.run_out()
        if status != 0:
            faults.append(f"the next run ended with {status}: {job.log[-1][-300:]}")
        faults += job.differences()
        return name, faults, job, reached
    if not reached:
        return name, [f"no fault came, and the run ended with {status}: {text.strip()[-300:]}"], job, False
    faults = ["hangs"] if status == "hangs" else message_faults(status, text, program, killed)
    job.wait_idle()
    status = job.run_out()
    if status != 0:
        faults.append(f"the next run ended with {status}: {job.log[-1][-300:]}")
    return name, faults + job.differences(), job, True


def choose(number, everything):
    """Which of 1 to `number` to try: all, or the first and last ones and some between."""
    if everything or number <= MOST:
        return list(range(1, number + 1))
    ends = MOST // 3
    step = (number - 2 * ends) / (MOST - 2 * ends)
    return sorted({*range(1, ends + 1), *(ends + int(step * i) + 1 for i in range(MOST - 2 * ends)), *range(number - ends + 1, number + 1)})


def count_calls(case, programs):
    """How often each program makes each call in the second run, at least: {(program, call): number}. How the input is cut
    into epochs depends on the clock, so the numbers are the least of three runs."""
    counts = []
    for _ in range(3):
        job = ShimJob(case)
        wrong = job.first_half()
        path = os.path.join(job.folder, "counts")
        status, text = (1, wrong) if wrong else job.second_half(LD_PRELOAD=shim, SP_SHIM_COUNT=path)
        if status != 0:
            raise SystemExit(f"shim_test: {case.line.name} without faults ended with {status}: {text}")
        found = {}
        with open(path, encoding="utf-8") as f:
            for line in f:
                program, call, number = line.split()
                found[program, call] = max(int(number), found.get((program, call), 0))
        counts.append(found)
        job.remove()
    return {key: min(c.get(key, 0) for c in counts) for key in counts[0] if key[0] in programs}


def faults_of_calls(options):
    tasks, cases = [], []
    for line, programs in LINES:
        case = faultlib.Case(line, 7)
        cases.append(case)
        programs = [p for p in programs if not options.programs or p in options.programs]
        for (program, call), number in sorted(count_calls(case, programs).items()):
            if options.calls and call not in options.calls:
                continue
            actions = ACTIONS.get(call, ["EIO", "ENOSPC"])
            for i, k in enumerate(choose(number, options.all)):
                for action in actions if options.all else [actions[i % len(actions)]]:
                    tasks.append((case, program, call, k, action))
    if options.only:
        tasks = [t for t in tasks if options.only in f"{t[0].line.name} {t[1]}:{t[2]}:{t[3]}:{t[4]}"]
    reached = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, faults, job, came in pool.map(lambda t: one_fault(*t), tasks):
            reached += came
            result(name, faults, job)
    for case in cases:
        case.remove()
    for what, number in sorted(borne.items()):
        print(f"borne: {what}: {number}")
    print(f"{len(tasks)} calls that fail; {reached} of them came", flush=True)
    # The last calls of a program do not come in every run (count_calls).
    if reached < 0.8 * len(tasks):
        failed.append("reached")
        print("failed: less than 80 % of the faults came", flush=True)


# ---- full disks ----

FULL = [
    # (what is on the small disk, how many KiB of it are free, line)
    ("DIR", 1024, faultlib.Line("full-dir", "sp-capture {input} {reject} | sp-window --tumbling 1d --delay 1h {late} | sp-agg --by .seq n=count 's=sum(.ms)' 'f=first(.path)' | "
                          "sp-sink 'sqlite:{out}/s.db?table=t'", "sqlite", events=60000)),
    ("late", 16, faultlib.Line("full-late", "sp-capture {input} {reject} | sp-window --tumbling 10s --delay 0s {late} | sp-agg n=count | sp-sink 'sqlite:{out}/s.db?table=t'",
                           "sqlite", events=60000)),
    ("store", 2048, faultlib.Line("full-store", "sp-capture {input} {reject} | sp-sink 'sqlite:{out}/s.db?table=t'", "sqlite", events=60000)),
]


def full_disk(what, free, line):
    """A job whose DIR, late file or store is on a disk of 2 MB, of which `free` KiB are free, and which then gets larger."""
    case = faultlib.Case(line, 11)
    job = faultlib.Job(case)
    small = os.path.join(job.folder, "small")
    os.mkdir(small)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small], check=True)
    faults = []
    try:
        if what == "DIR":
            job.dir = os.path.join(small, "job")
        elif what == "store":
            os.rmdir(job.out)
            os.symlink(small, job.out)
        else:
            os.symlink(os.path.join(small, "late"), os.path.join(job.out, "late"))
        if free < 2048:
            with open(os.path.join(small, "filler"), "wb") as f:
                f.write(bytes((2048 - free) << 10))
        status, text = job.finish(job.start(5, end=False))
        if status != 74:
            faults.append(f"status {status}, want 74")
        if "No space left on device" not in text and "full" not in text:
            faults.append(f"no message of a full disk: {text.strip()[-300:]}")
        faults += message_faults(status, text, {"DIR": "sp-agg", "late": "sp-window", "store": "sp-sink"}[what], False)
        job.wait_idle()
        subprocess.run(["mount", "-o", "remount,size=200m", small], check=True)
        status = job.run_out()
        if status != 0:
            faults.append(f"with room, the run ended with {status}: {job.log[-1][-300:]}")
        faults += job.differences()
    finally:
        job.wait_idle()
        subprocess.run(["umount", "-l", small], check=False)
    case.remove()
    result(f"full disk: {what}", faults, job)


def full_disks():
    if os.geteuid() != 0:
        failed.append("full disks")
        print("failed: full disks: only root can mount a tmpfs; run as root, or with --no-full-disk", flush=True)
        return
    for what, free, line in FULL:
        full_disk(what, free, line)


def main():
    global shim
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=lambda text: text.split(","))
    parser.add_argument("--calls", type=lambda text: text.split(","))
    parser.add_argument("--only")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--full-disk-only", action="store_true")
    parser.add_argument("--no-full-disk", action="store_true")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="sp-shim-")
    shim = os.path.join(folder, "shim.so")
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", shim,
                    os.path.join(ROOT, "tests/fault/shim.c")], check=True)
    if not options.full_disk_only:
        faults_of_calls(options)
    if not options.no_full_disk:
        full_disks()
    shutil.rmtree(folder)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


sys.exit(main())
