"""What the tests of checkpoints share: a job, its input, its oracle, and one try of it.

A job is a line of programs that ends in a store. Its oracle is what the same line stores without checkpoints, in one go.
The programs are those of a build with -DSP_FAULT (make fault-build), which has fail points (common/base/fault.h)."""
import glob
import gzip
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("SP_FAULT_BIN", os.path.join(ROOT, "build/fault-points/bin"))
TRY_SECONDS = 120  # after this long a try hangs, which is a failure

PATHS = ["/", "/about", "/cart", "/item/1", "/item/2", "/item/3", "/login", "/search?q=%C3%A9", "/static/a.css", "/x"]


def make_input(folder, seed, events, files=1, late=(0.005, 60000, 400000)):
    """Writes `events` events into `files` files: times rise with gaps and disorder, some are late, some lines are bad. LATE is the
    share of late events, and how late they are (ms, from and to). Returns the paths."""
    rng = random.Random(seed)
    outs = [open(os.path.join(folder, f"in{i}.ndjson"), "w", encoding="utf-8") for i in range(files)]
    now = [1714556398000] * files
    for n in range(events):
        which = rng.randrange(files)
        now[which] += rng.choice([0, 1, 3, 7, 20, 250]) if rng.random() < 0.999 else 90000
        ms = now[which]
        roll = rng.random()
        if roll < 0.05:
            ms -= rng.randrange(4000)
        elif roll < 0.05 + late[0]:
            ms -= rng.randrange(late[1], late[2])
        if rng.random() < 0.0005:
            outs[which].write(rng.choice(['{"ts":"2024-05-01T1\n', "garbage\n", '{"n":1}\n', "\n"]))
        sec, milli = divmod(ms, 1000)
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(sec)) + f".{milli:03d}Z"
        outs[which].write(json.dumps({"ts": text, "path": rng.choice(PATHS), "user": rng.randrange(200), "ms": round(rng.random() * 900, 2),
                                      "big": rng.choice([10**30 + n, -(10**24) * n, 3.25e-18, 7]), "seq": n},
                                     separators=(",", ":")) + "\n")
    for out in outs:
        out.close()
    return [out.name for out in outs]


class Line:
    """A kind of job: the line with {names} for its files, and how its store is read."""

    def __init__(self, name, text, store, files=1, events=120000, **inputs):
        self.name, self.text, self.store, self.files, self.events, self.inputs = name, text, store, files, events, inputs

    def command(self, inputs, out):
        return self.text.format(input=" ".join(inputs), out=out, reject=f"--reject {out}/capture.rejects", late=f"--late {out}/late")

    def result(self, out):
        return (read_sqlite(f"{out}/s.db") if self.store == "sqlite" else read_dir(f"{out}/d"))


def read_sqlite(path):
    """The sorted rows of the table t; as texts, so that types count."""
    if not os.path.exists(path):
        return None
    db = sqlite3.connect(path)
    try:
        columns = sorted(r[1] for r in db.execute("PRAGMA table_info(t)"))
        if not columns:
            return None
        names = ",".join('"%s"' % c for c in columns)
        return [repr(columns)] + sorted(repr(r) for r in db.execute(f"SELECT {names} FROM t"))
    finally:
        db.close()


def read_dir(path):
    """The sorted lines of all files below `path`, each with its folder; files that readers do not see are left out."""
    rows = []
    for folder, folders, names in os.walk(path):
        folders[:] = [f for f in folders if not f.startswith(".")]
        for name in names:
            if name.startswith(".") or name.startswith("_"):
                continue
            full = os.path.join(folder, name)
            opener = gzip.open if name.endswith(".gz") else open
            with opener(full, "rb") as f:
                rows += [f"{os.path.relpath(folder, path)}|{line!r}" for line in f.read().split(b"\n") if line]
    return sorted(rows)


WINDOW = "sp-capture {input} {reject} | sp-window {window} {late}"
LINES = [
    Line("tumbling-key", "sp-capture {input} {reject} | sp-window --tumbling 1m --delay 5s {late} | "
         "sp-agg --by .path n=count 's=sum(.ms)' 'u=count_distinct(.user)' 'p=quantile(.ms,0.9)' | "
         "sp-sink 'sqlite:{out}/s.db?table=t' --key window_start,path", "sqlite"),
    Line("hopping-lateness", "sp-capture {input} {reject} | sp-window --hopping 2m --advance 30s --delay 1s --lateness 5m {late} | "
         "sp-agg --by .path n=count 'a=avg(.ms)' 'w=sum(.big)' 'f=first(.seq)' 'l=last(.seq)' | sp-sink 'sqlite:{out}/s.db?table=t'", "sqlite"),
    Line("sessions-update", "sp-capture {input} {reject} | sp-window --session 20s --delay 2s | "
         "sp-agg --by .user n=count 'm=max(.ms)' 't=topk(.path,3)' --emit update {late} | "
         "sp-sink 'sqlite:{out}/s.db?table=t' --key window_start,user", "sqlite", events=50000, late=(0.05, 20000, 100000)),
    Line("raw", "sp-capture {input} {reject} | sp-sink 'sqlite:{out}/s.db?table=t'", "sqlite", events=60000),
    Line("merged", "sp-capture {input} {reject} | sp-window --tumbling 10s --delay 90s {late} | sp-agg --by .user n=count 'c=collect(.seq)' | "
         "sp-sink 'sqlite:{out}/s.db?table=t' --key window_start,user", "sqlite", files=3),
    Line("dir-partitions", "sp-capture {input} {reject} | sp-window --tumbling 10s --delay 5s {late} | sp-agg --by .path --by .user n=count | "
         "sp-sink dir:{out}/d --partition 'p=%Y-%m-%d-%H-%M' --roll-every 20ms", "dir"),
    Line("dir-gzip", "sp-capture {input} {reject} | sp-sink dir:{out}/d --partition 'u={{.path}}' --format ndjson.gz --roll-every 20ms", "dir", events=60000),
]
BY_NAME = {line.name: line for line in LINES}


def environment(**more):
    env = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"], LC_ALL="C", **more)
    return {k: v for k, v in env.items() if v is not None}


class Case:
    """A line with an input, and what it must store: the oracle. Many jobs can use one case."""

    def __init__(self, line, seed, events=None, base=None):
        self.line, self.seed = line, seed
        self.folder = tempfile.mkdtemp(prefix=f"sp-case-{line.name}-", dir=base)
        self.inputs = make_input(self.folder, seed, events or line.events, line.files, **line.inputs)
        plain = os.path.join(self.folder, "plain")
        os.mkdir(plain)
        # Paths are relative to the folder, because dead letters name the file that they came from.
        command = line.command([os.path.basename(p) for p in self.inputs], plain)
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=TRY_SECONDS)
        if done.returncode != 0:
            raise SystemExit(f"{line.name}: the oracle ended with {done.returncode}\n{command}\n{done.stderr}")
        self.want = contents(line, plain)
        if not self.want["store"]:
            raise SystemExit(f"{line.name}: the oracle is empty")

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def contents(line, out):
    """What a run leaves behind: the store, and the files of --late and --reject byte for byte."""
    all_of = {"store": line.result(out)}
    for name in ("late", "capture.rejects"):
        path = os.path.join(out, name)
        all_of[name] = open(path, "rb").read() if os.path.exists(path) else None
    return all_of


class Job:
    """One job in a folder of its own, to be tried until it is done."""

    def __init__(self, case, base=None, share=1.0):
        """SHARE is the part of each input file that is there at first; grow() adds the rest."""
        self.case, self.line = case, case.line
        self.folder = tempfile.mkdtemp(prefix=f"sp-job-{self.line.name}-", dir=base)
        self.dir = os.path.join(self.folder, "job")
        self.out = os.path.join(self.folder, "out")
        self.trace = os.path.join(self.folder, "trace")
        for d in (self.out, self.trace):
            os.mkdir(d)
        self.log = []
        self.grown = share >= 1
        for path in case.inputs:
            own = os.path.join(self.folder, os.path.basename(path))
            with open(path, "rb") as src, open(own, "wb") as dst:
                dst.write(src.read() if self.grown else src.read(int(os.path.getsize(path) * share)))

    def grow(self):
        """Adds the rest of each input file; the first part may have ended in the middle of a line."""
        for path in self.case.inputs:
            own = os.path.join(self.folder, os.path.basename(path))
            with open(path, "rb") as src, open(own, "ab") as dst:
                src.seek(dst.tell())
                dst.write(src.read())
        self.grown = True

    def command(self):
        return self.line.command([os.path.basename(p) for p in self.case.inputs], self.out)

    def epoch(self):
        """The epoch in COMMITTED; 0: none."""
        try:
            with open(os.path.join(self.dir, "COMMITTED"), encoding="utf-8") as f:
                return int(json.load(f)["epoch"])
        except (FileNotFoundError, ValueError):
            return 0

    def ended(self):
        """Whether the source has read its input to the end, but for a last line that is not whole yet."""
        try:
            with open(os.path.join(self.dir, "sp-capture", "status.json"), encoding="utf-8") as f:
                return json.load(f)["lag_bytes"] < (1 if self.grown else 1000)
        except (FileNotFoundError, ValueError, KeyError):
            return False

    def pids(self):
        """The processes that hold the locks of the job now: {id: pid}."""
        found = {}
        for lock in glob.glob(os.path.join(self.dir, "sp-*", "lock")):
            try:
                with open(lock, encoding="utf-8") as f:
                    pid = int(json.load(f)["pid"])
                os.kill(pid, 0)
                found[os.path.basename(os.path.dirname(lock))] = pid
            except (OSError, ValueError, KeyError):
                pass
        return found

    def start(self, every_ms, end=True, more=(), command=None, **env):
        """Starts one try under sp-run; returns the process."""
        args = [os.path.join(BIN, "sp-run"), "--tries", "1", "--every", f"{every_ms}ms", *(["--end"] if end else []), *more, self.dir, command or self.command()]
        return subprocess.Popen(args, cwd=self.folder, env=environment(SP_FAULT_TRACE=self.trace, **env), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                start_new_session=True)

    def finish(self, process):
        """Waits for a try; returns its status and what it printed."""
        try:
            _, text = process.communicate(timeout=TRY_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            for pid in self.pids().values():
                os.kill(pid, signal.SIGKILL)
            return "hangs", f"no end after {TRY_SECONDS} s"
        self.log.append(f"[{process.returncode}] " + text.strip())
        return process.returncode, text

    def run_out(self):
        """Tries without faults until the job is done, or has failed three times. Returns the last status."""
        status = None
        for _ in range(8):
            status, _ = self.finish(self.start(50))
            if status == 0:
                return 0
            if status not in (75, 74, 69):
                return status
            self.wait_idle()
        return status

    def wait_idle(self, seconds=20):
        """Waits until no program of the job is alive."""
        end = time.monotonic() + seconds
        while self.pids() and time.monotonic() < end:
            time.sleep(0.005)

    def differences(self):
        """What differs from the oracle, in words; an empty list: nothing."""
        got, faults = contents(self.line, self.out), []
        for name, want in self.case.want.items():
            have = got[name]
            if have == want:
                continue
            if name != "store":
                faults.append(f"{name}: {len(have or b'')} bytes, want {len(want or b'')}")
                continue
            have = have or []
            lost, extra = list((Counter(want) - Counter(have)).elements()), list((Counter(have) - Counter(want)).elements())
            faults.append(f"store: {len(lost)} rows lost, {len(extra)} extra; lost {lost[:2]}, extra {extra[:2]}")
        return faults

    def last_points(self):
        """The fail point that each process passed last: {(program, pid): point}."""
        points = {}
        for path in glob.glob(os.path.join(self.trace, "*")):
            program, pid = os.path.basename(path).rsplit(".", 1)
            with open(path, "rb") as f:
                points[program, int(pid)] = f.read().split(b"\0")[0].decode()
        return points

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
