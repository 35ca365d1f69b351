#!/usr/bin/env python3
"""diff_checkpoint.py [--seed N] [--cuts N] [--jobs N] [CASE ...] -- sp-agg under checkpoints, cut at every line.

For each case, one sp-agg reads a windowed stream with a barrier after every line and writes a snapshot at each. Then,
for each of these snapshots, a new sp-agg loads it and reads the rest of the stream. The rows before the barrier and the
rows after it must be those of a run without checkpoints, byte for byte. So must the late events. A last run of each
case is started anew for every single line. The cases are all stores, ways to emit, and functions; --cuts N goes on with
random ones until N cuts were made. Prints "N passed, N failed"; a cut is one test."""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import diff_pipeline as pipeline

JOB = "t.00000001"
TUMBLING, HOPPING, CUMULATE = pipeline.KINDS[0], pipeline.KINDS[2], pipeline.KINDS[4]
SESSION, GLOBAL, COUNT = pipeline.KINDS[5], pipeline.KINDS[7], pipeline.KINDS[8]
NO_LATENESS, LATENESS = {"delay": 2000, "lateness": 0}, {"delay": 1000, "lateness": 15000}
BASIC = ("n", "s", "a", "lo", "hi")


def run_id(number):
    return f"{number:032x}"


class Job:
    """The folder of checkpoints of one sp-agg, and the control lines of its stream."""

    def __init__(self, folder):
        self.dir = os.path.join(folder, "job")
        self.place = os.path.join(self.dir, "sp-agg")
        os.makedirs(self.place, mode=0o700)
        os.chmod(self.dir, 0o700)
        with open(os.path.join(self.dir, "FORMAT"), "w", encoding="utf-8") as f:
            f.write(json.dumps({"sp": 1, "job": JOB, "cwd": "/", "shard": None}, separators=(",", ":")) + "\n")

    def start(self, run, epoch):
        line = {"$sp": "start", "v": 1, "job": JOB, "run": run_id(run), "dir": self.dir,
                "from": {"epoch": str(epoch[0]), "run": run_id(epoch[1]) if epoch[0] else ""},
                "path": ["sp-capture", "sp-window"]}
        return json.dumps(line, separators=(",", ":")).encode() + b"\n"

    def snapshot(self, epoch):
        return os.path.join(self.place, f"{epoch[0]}-{run_id(epoch[1])}.snap")

    def clear(self):
        for name in os.listdir(self.place):
            if name.endswith(".snap"):
                os.unlink(os.path.join(self.place, name))


def barrier(kind, epoch):
    """A control line whose sums are not checked under --loose."""
    return (f'{{"$sp":"{kind}","run":"{run_id(epoch[1])}","epoch":"{epoch[0]}","bytes":"0",'
            f'"sum":"0000000000000000"}}\n').encode()


def rows_of(output):
    return [line for line in output.splitlines(True) if not line.startswith(b'{"$sp":')]


class Case:
    def __init__(self, name, spec, lines, names=None, options=(), derived=()):
        self.name, self.spec, self.lines = name, spec, lines
        folds = pipeline.FOLDS if names is None else [f for f in pipeline.FOLDS if f[0] in names]
        self.spec = dict(spec, folds=[{"text": pipeline.text_of(f)} for f in folds] + [{"text": d} for d in derived])
        self.options = list(options)
        self.failures = []
        self.cuts = 0
        # Rows of --emit DURATION depend on the clock, except for the last row of each window.
        # A session is retracted only if a row of it was written before, so that depends on the clock too.
        self.final_only = "--emit" in self.options

    def command(self, folder, *more):
        late = ["--late", os.path.join(folder, "late")] if self.spec["kind"] == "session" else []
        return pipeline.agg_command(self.spec, "--reject", os.path.join(folder, "reject"), *late, *self.options, *more)

    def wanted(self, rows):
        if not self.final_only:
            return rows
        out = []
        for row in (json.loads(row) for row in rows):
            if row.get("final") and not row.get("retracted"):
                del row["revision"]
                out.append(row)
        return out

    def windowed(self):
        data = "".join(line + "\n" for line in self.lines).encode()
        if self.spec["kind"] in ("global", "count"):
            return data.splitlines(True)
        command = pipeline.window_command(self.spec, *self.spec.get("window_options", ()))
        out = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        lines = out.splitlines(True)
        return lines[:-1] if lines[-1].startswith(b'{"$sp":"end"') else lines

    def fail(self, what):
        self.failures.append(f"{self.name}: {what}")

    def late(self, folder):
        path = os.path.join(folder, "late")
        if not os.path.exists(path):
            return b""
        with open(path, "rb") as f:
            return f.read()

    def uncut(self, lines, folder):
        """Rows and late events of a run without checkpoints."""
        os.mkdir(folder)
        end = [b'{"$sp":"end","v":1}\n'] if self.spec["kind"] not in ("global", "count") else []
        r = subprocess.run(self.command(folder), input=b"".join(lines + end), stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, check=False)
        if r.returncode:
            raise SystemExit(f"{self.name}: status {r.returncode}: {r.stderr.decode()}")
        return rows_of(r.stdout), self.late(folder)

    def record(self, job, lines, folder, keep):
        """Reads LINES with a barrier after each and keeps the snapshots. Returns the rows before each barrier."""
        rows, before = [], []
        # The only pipe that is waited for is the output, so the messages go to a file.
        with open(os.path.join(folder, "messages"), "wb") as messages, \
                subprocess.Popen(self.command(folder, "--loose"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=messages, bufsize=0) as p:
            out = os.fdopen(os.dup(p.stdout.fileno()), "rb")
            p.stdin.write(job.start(1, (0, 0)))
            for i, line in enumerate(lines, 1):
                p.stdin.write(line + barrier("barrier", (i, 1)))
                for got in iter(out.readline, b""):
                    if got.startswith(b'{"$sp":"barrier"'):
                        break
                    if not got.startswith(b'{"$sp":'):
                        rows.append(got)
                else:
                    break
                os.link(job.snapshot((i, 1)), os.path.join(keep, str(i)))
                before.append(len(rows))
            p.stdin.write(barrier("end", (len(lines) + 1, 1)))
            p.stdin.close()
            rows += rows_of(out.read())
            out.close()
        if p.returncode or len(before) != len(lines):
            with open(os.path.join(folder, "messages"), "rb") as f:
                self.fail(f"with barriers: status {p.returncode}: {f.read().decode()}")
            return None, None
        return rows, before

    def resume(self, job, snapshot, epoch, data, folder, last):
        """Loads the snapshot of EPOCH, reads DATA and the control line of kind LAST. Returns the rows."""
        job.clear()
        if snapshot:
            os.link(snapshot, job.snapshot(epoch))
        stream = job.start(2, epoch) + data + barrier(last, (epoch[0] + 1, 2))
        r = subprocess.run(self.command(folder, "--loose"), input=stream, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           check=False)
        if r.returncode:
            self.fail(f"after epoch {epoch[0]}: status {r.returncode}: {r.stderr.decode()}")
            return None
        return rows_of(r.stdout)

    def compare(self, what, rows, want):
        got, want = self.wanted(rows), self.wanted(want)
        if got == want:
            return
        at = next((i for i, (x, y) in enumerate(zip(got, want)) if x != y), min(len(got), len(want)))
        self.fail(f"{what}: row {at + 1} of {len(want)} ({len(got)}):\n  got  {got[at:at + 1]}\n  want {want[at:at + 1]}\n"
                  f"  {' '.join(self.command('.'))}")

    def chain(self, job, lines, windowing, folder, want, want_late):
        """One process for each line: what is saved must survive any number of restarts."""
        rows, snapshot = [], None
        for i, line in enumerate(lines):
            epoch = (i, 2) if i else (0, 0)
            # sp-window writes the windowing line again after each start.
            data = line if line is windowing else windowing + line
            got = self.resume(job, snapshot, epoch, data, folder, "end" if i == len(lines) - 1 else "stop")
            if got is None:
                return
            rows += got
            snapshot = os.path.join(folder, "chain")
            if os.path.exists(snapshot):
                os.unlink(snapshot)
            os.link(job.snapshot((i + 1, 2)), snapshot)
        self.cuts += 1
        self.compare("a process for each line", rows, want)
        if self.late(folder) != want_late:
            self.fail("a process for each line: other late events")

    def run(self, folder):
        os.mkdir(folder)
        keep, work = os.path.join(folder, "keep"), os.path.join(folder, "work")
        os.mkdir(keep)
        os.mkdir(work)
        lines = self.windowed()
        windowing = lines[0] if lines[0].startswith(b'{"$sp":"windowing"') else b""
        want, want_late = self.uncut(lines, os.path.join(folder, "uncut"))
        job = Job(folder)
        rows, before = self.record(job, lines, work, keep)
        if rows is None:
            return
        self.compare("with barriers", rows, want)
        if self.late(work) != want_late:
            self.fail("with barriers: other late events")
        for i in range(1, len(lines) + 1):
            rest = lines[i:]
            again = windowing + b"".join(rest)
            got = self.resume(job, os.path.join(keep, str(i)), (i, 1), again, work, "end")
            self.cuts += 1
            if got is None:
                continue
            self.compare(f"cut after line {i} of {len(lines)}", rows[:before[i - 1]] + got, want)
            if self.late(work) != want_late:
                self.fail(f"cut after line {i}: other late events")
        os.unlink(os.path.join(work, "late")) if os.path.exists(os.path.join(work, "late")) else None
        shutil.rmtree(job.place)
        os.mkdir(job.place, 0o700)
        self.chain(job, lines, windowing, work, want, want_late)
        shutil.rmtree(folder)


def cases(seed):
    """All stores and ways to emit with a few functions, and all functions once in each store."""
    made = []

    def add(name, spec, names=BASIC, n=70, options=(), bad=False, derived=()):
        lines = pipeline.stream(seed + len(made), n, bad=bad)
        made.append(Case(name, dict({"by": ["k"]}, **spec), lines, names, options, derived))

    every = ("--emit", "1ms")
    for name, kind in (("tumbling", TUMBLING), ("hopping", HOPPING), ("cumulate", CUMULATE), ("session", SESSION)):
        for time_name, times in (("", NO_LATENESS), (" lateness", LATENESS)):
            spec = dict(kind, **times)
            add(f"{name}{time_name}", dict(spec, emit="close"))
            add(f"{name}{time_name} update", dict(spec, emit="update"))
            add(f"{name}{time_name} every", spec, options=every)
        add(f"{name} functions", dict(kind, **LATENESS), names=None)
    add("expand", dict(HOPPING, **NO_LATENESS, window_options=["--expand"]))
    add("global", GLOBAL)
    add("global update", dict(GLOBAL, emit="update"))
    add("global every", GLOBAL, options=every)
    add("global functions", GLOBAL, names=None)
    add("global no keys", dict(GLOBAL, by=[]), names=None)
    add("count", dict(COUNT))
    add("count update", dict(COUNT, emit="update"))
    add("count functions", COUNT, names=None)
    for name, kind in (("tumbling", TUMBLING), ("hopping", HOPPING), ("global", GLOBAL)):
        top = {"n": 2, "order": "s", "ascending": False, "per": ["g"]}
        add(f"{name} top", dict(kind, **(NO_LATENESS if kind is not GLOBAL else {}), by=["k", "g"], top=top), names=("n", "s"))
    other = ("--max-keys", "2", "--overflow", "other")
    for name, kind in (("tumbling", TUMBLING), ("hopping", HOPPING), ("session", SESSION), ("global", GLOBAL)):
        add(f"{name} overflow", dict(kind, **(LATENESS if kind is not GLOBAL else {})), options=other)
    add("derived", dict(TUMBLING, **LATENESS), names=("n", "s"), derived=("per=round(s / n, 2)",))
    tangled = dict(SESSION, delay=1000, lateness=200000)
    add("tangled sessions", dict(tangled, emit="update"), bad="tangled", n=90)
    add("rejected lines", dict(HOPPING, **LATENESS), bad=True)
    return made


def random_case(seed):
    rnd = random.Random(seed)
    kind = rnd.choice(pipeline.KINDS)
    spec = dict(kind, by=rnd.choice((["k"], [], ["k", "g"])), emit=rnd.choice(("close", "update")))
    if kind["kind"] not in ("global", "count"):
        spec.update(rnd.choice(pipeline.TIMES))
    names = [f[0] for f in rnd.sample(pipeline.FOLDS, rnd.randrange(1, 6))]
    return Case(f"random {seed}", spec, pipeline.stream(seed, rnd.randrange(20, 120), bad=rnd.random() < 0.3), names)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--cuts", type=int, default=0)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("case", nargs="*")
    args = options.parse_args()
    chosen = [c for c in cases(args.seed * 1000) if not args.case or c.name in args.case]
    # Snapshots in memory: durability is not what is tested here.
    shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=shm) as folder, ThreadPoolExecutor(args.jobs) as pool:
        def run(numbered):
            numbered[1].run(os.path.join(folder, str(numbered[0])))
            return numbered[1]
        done = list(pool.map(run, enumerate(chosen)))
        while sum(c.cuts for c in done) < args.cuts:
            more = [random_case(args.seed * 100000 + len(done) + i) for i in range(args.jobs * 4)]
            done += pool.map(run, enumerate(more, len(done)))
    failed = [f for c in done for f in c.failures]
    for f in failed[:5]:
        print(f)
    print(f"{sum(c.cuts for c in done) - len(failed)} passed, {len(failed)} failed")
    sys.exit(len(failed) > 0)


if __name__ == "__main__":
    main()
