#!/usr/bin/env python3
"""cron_story.py [--seeds N] [--first S] [--hours H] [--keep] -- a job as cron runs it, hour after hour, with crashes.

Each hour two logs grow, now and then one is rotated (renamed), and a new file comes; a line may be half written while the
job runs. In each third hour the job is killed at a random moment: one program, sp-run alone, or everything. At noon the
logs are copied to another file system. The last run has --end. Then the rows in SQLite must equal those of one run without
checkpoints over all files, and the files of --late and --reject must be equal as multisets: nothing lost, nothing twice.

The order of events differs between 24 runs and one, so the story keeps to what makes the result the same: the files lag
behind one another by less than --delay, and late events are hours late. An hour's events are a burst of some minutes, and late
ones stand behind more than 1,000 of them: sp-capture looks so far ahead when it merges, and a late event there would let
its file go before the others. Programs from $SP_BIN (default build/bin). The last line is
"N passed, N failed"."""
import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("SP_BIN", os.path.join(ROOT, "build/bin")))
START, HOUR = 1714521600, 3600  # 2024-05-01T00:00:00Z
LAG, BURST, DISORDER = 60, 100, 30  # seconds; together less than --delay
LOOK_AHEAD = 1000  # events
WAIT_SECONDS = 60  # after this long a run hangs, which is a failure

LINES = {
    "tumbling": "sp-capture --reject {out}/rejects logs/* | sp-window --tumbling 10m --delay 5m --late {out}/late | "
                "sp-agg --by .k n=count 's=sum(.v)' 'lo=min(.v)' 'hi=max(.v)' | sp-sink 'sqlite:{out}/s.db?table=t'",
    "sessions": "sp-capture --reject {out}/rejects logs/* | sp-window --session 1m --delay 5m | "
                "sp-agg --late {out}/late --by .k n=count 's=sum(.v)' | sp-sink 'sqlite:{out}/s.db?table=t'",
    "no windows": "sp-capture --reject {out}/rejects logs/* | sp-sink 'sqlite:{out}/s.db?table=t'",
}


class Logs:
    """The log files of the story: log files in folder `path`, and what is written to them each hour."""

    def __init__(self, path, rng):
        self.path, self.rng, self.number, self.events, self.bad = path, rng, 0, 0, 0
        self.half = {"a.log": "", "b.log": ""}  # of each growing file: the rest of a line that is half written
        os.mkdir(path)

    def line(self, low, high, may_be_late):
        """A line of a random kind; its event time is in (low, high] but for late events."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.003:
            self.bad += 1
            return rng.choice(["garbage %d", '{"ts":"no time %d"}', '{"k":%d,"v":']) % self.bad + "\n"
        self.number += 1
        self.events += 1
        at = rng.randint(low + 1, high) if roll > 0.03 or not may_be_late else START - rng.randint(1, 3) * HOUR
        return json.dumps({"ts": at, "k": "k%d" % rng.randrange(12), "v": rng.randrange(1000) / 10, "n": self.number}) + "\n"

    def text(self, high, count, hour):
        """`count` lines whose times rise up to high, out of order by at most DISORDER."""
        steps = sorted(self.rng.randint(high - BURST, high) for _ in range(count))
        return "".join(self.line(at - DISORDER, at, hour >= 4 and n > LOOK_AHEAD + 50) for n, at in enumerate(steps))

    def rotate(self, name):
        n = 1
        while os.path.exists(os.path.join(self.path, "%s.%d" % (name, n))):
            n += 1
        with open(os.path.join(self.path, name), "a", encoding="utf-8") as out:
            out.write(self.half[name])
        self.half[name] = ""
        os.rename(os.path.join(self.path, name), os.path.join(self.path, "%s.%d" % (name, n)))

    def grow(self, hour, last):
        rng, now = self.rng, START + (hour + 1) * HOUR
        for name in self.half:
            if hour > 0 and rng.random() < 0.2 and os.path.exists(os.path.join(self.path, name)):
                self.rotate(name)
            text, self.half[name] = self.half[name] + self.text(now - rng.randrange(LAG), rng.randint(1100, 1500), hour), ""
            cut = len(text.rstrip("\n").rsplit("\n", 1)[0]) + rng.randint(5, 15)
            if last and name == "a.log":
                text = text.rstrip("\n")  # read only by the run with --end
            elif not last and rng.random() < 0.4 and cut < len(text):
                text, self.half[name] = text[:cut], text[cut:]
            with open(os.path.join(self.path, name), "a", encoding="utf-8") as out:
                out.write(text)
        if rng.random() < 0.4:
            with open(os.path.join(self.path, "new-%02d.log" % hour), "w", encoding="utf-8") as out:
                out.write(self.text(now - rng.randrange(LAG), rng.randint(1, 300), hour))

    def move(self, path):
        """Copies the files to another file system, as a restored backup or a new container does."""
        shutil.copytree(self.path, path)
        shutil.rmtree(self.path)
        self.path = path


def pids_of(job, sp_run):
    """{name: pid} of what runs: sp-run, its shell, and the programs that hold their locks."""
    pids = {"sp-run": sp_run}
    try:
        with open("/proc/%d/task/%d/children" % (sp_run, sp_run), encoding="ascii") as f:
            pids["line"] = int(f.read().split()[0])
    except (OSError, IndexError):
        pass
    for name in os.listdir(job) if os.path.isdir(job) else []:
        try:
            with open(os.path.join(job, name, "lock"), encoding="ascii") as f:
                pids[name] = int(json.loads(f.read())["pid"])
        except (OSError, ValueError, KeyError):
            pass
    return pids


class Story:
    def __init__(self, seed, kind, folder, other):
        self.rng = random.Random(seed)
        self.folder, self.other, self.kind = folder, other, kind
        self.job = os.path.join(folder, "job")
        self.hits, self.misses, self.last_seconds = Counter(), 0, 0.1
        self.faults = []
        os.mkdir(os.path.join(folder, "out"))
        self.logs = Logs(os.path.join(folder, "disk"), self.rng)
        os.symlink(self.logs.path, os.path.join(folder, "logs"))

    def fault(self, text):
        self.faults.append(text)

    def start(self, *options):
        # The messages of each run; the restarts are read from there.
        self.errors = open(os.path.join(self.folder, "errors"), "ab")
        return subprocess.Popen(["sp-run", "--wait", "--every", "20ms", *options, "job", LINES[self.kind].format(out="out")], cwd=self.folder,
                                stdin=subprocess.DEVNULL, stderr=self.errors, env=dict(os.environ, PATH=BIN + ":" + os.environ["PATH"]))

    def run(self, *options):
        """One run without a crash; 0 is its only right end."""
        began = time.monotonic()
        process = self.start(*options)
        try:
            status = process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            status = "none: it hangs"
        if status != 0:
            with open(os.path.join(self.folder, "errors"), encoding="utf-8", errors="replace") as f:
                self.fault("exit status %s: %s" % (status, "".join(f.readlines()[-6:]).strip()))
        self.last_seconds = time.monotonic() - began

    def run_and_crash(self):
        """One run that is killed at a random moment: everything at once, sp-run, or a program, after which sp-run goes on."""
        process = self.start()
        time.sleep(self.rng.random() * self.last_seconds)
        pids = pids_of(self.job, process.pid)
        victim = self.rng.choice(["all", "all", "sp-run"] + [name for name in pids if name.startswith("sp-") and name != "sp-run"])
        if process.poll() is not None:
            self.misses += 1
            return
        try:
            # A lock names the last holder; its process may be gone.
            if victim == "all":
                os.kill(process.pid, signal.SIGSTOP)  # so that it starts nothing new
                if "line" in pids:
                    os.killpg(pids["line"], signal.SIGKILL)
                os.kill(process.pid, signal.SIGKILL)
            else:
                os.kill(pids[victim], signal.SIGKILL)
            self.hits[victim] += 1
        except ProcessLookupError:
            self.misses += 1
            if victim == "all":
                os.kill(process.pid, signal.SIGKILL)
        try:
            status = process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            status = None
        if status not in (0, -signal.SIGKILL):
            self.fault("after a crash of %s sp-run ended with %s" % (victim, status))

    def tell(self, hours):
        for hour in range(hours):
            self.logs.grow(hour, hour == hours - 1)
            if hour == hours // 2 and self.other:
                self.logs.move(os.path.join(self.other, "moved"))
                os.remove(os.path.join(self.folder, "logs"))
                os.symlink(self.logs.path, os.path.join(self.folder, "logs"))
            if hour % 3 == 2:
                self.run_and_crash()
            else:
                self.run()
        self.run("--end")
        self.compare()

    def compare(self):
        os.mkdir(os.path.join(self.folder, "want"))
        line = LINES[self.kind].format(out="want")
        done = subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=self.folder, stderr=subprocess.DEVNULL,
                              env=dict(os.environ, PATH=BIN + ":" + os.environ["PATH"]), check=False)
        if done.returncode != 0:
            self.fault("the run without checkpoints ended with %d" % done.returncode)
        for what, read in [("rows", rows), ("late events", lines_of("late")), ("rejected lines", raw_of("rejects"))]:
            got, want = Counter(read(os.path.join(self.folder, "out"))), Counter(read(os.path.join(self.folder, "want")))
            lost, twice = want - got, got - want
            if not want and not (what == "late events" and self.kind == "no windows"):
                self.fault("no %s: the test compares nothing" % what)
            if lost or twice:
                self.fault("%s: %d lost, %d too many of %d, such as %s" % (what, sum(lost.values()), sum(twice.values()), sum(want.values()),
                                                                        next(iter(lost or twice))))


def rows(folder):
    """The rows of the table, with their columns by name, so that the order in which columns were added does not count."""
    db = sqlite3.connect(os.path.join(folder, "s.db"))
    db.row_factory = sqlite3.Row
    try:
        return [json.dumps(dict(r), sort_keys=True) for r in db.execute("SELECT * FROM t")]
    except sqlite3.Error as error:
        return [str(error)]
    finally:
        db.close()


def lines_of(name):
    def read(folder):
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                return f.read().splitlines()
        except FileNotFoundError:
            return []
    return read


def raw_of(name):
    """The lines that were rejected, without the place, which moves with the files. A dead letter that is torn stays as it is."""
    def raw(line):
        try:
            return json.dumps(json.loads(line).get("raw"))
        except ValueError:
            return "torn: " + line
    return lambda folder: [raw(line) for line in lines_of(name)(folder)]


def other_file_system(folder):
    """A folder on another file system than `folder`, or None."""
    for place in ["/dev/shm", "/tmp", "/var/tmp", os.path.join(ROOT, "build")]:
        if os.path.isdir(place) and os.access(place, os.W_OK) and os.stat(place).st_dev != os.stat(folder).st_dev:
            return tempfile.mkdtemp(prefix="cron-story.", dir=place)
    return None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--hours", type=int, default=24)
    arguments.add_argument("--keep", action="store_true", help="keep the folder of a story that failed")
    options = arguments.parse_args()
    passed = failed = 0
    hits, misses = Counter(), 0
    for seed in range(options.first, options.first + options.seeds):
        kind = list(LINES)[(seed - 1) % len(LINES)]
        folder = tempfile.mkdtemp(prefix="cron-story.")
        other = other_file_system(folder)
        story = Story(seed, kind, folder, other)
        began = time.monotonic()
        story.tell(options.hours)
        hits, misses = hits + story.hits, misses + story.misses
        print("seed %d, %s: %d events, %d bad lines, %d crashes that hit, %.1f s%s%s" % (
            seed, kind, story.logs.events, story.logs.bad, sum(story.hits.values()), time.monotonic() - began,
            "" if other else ", no second file system", "".join("\n  " + fault for fault in story.faults)))
        passed, failed = passed + (not story.faults), failed + bool(story.faults)
        if options.keep and story.faults:
            print("  kept: %s" % folder)
        else:
            for f in [folder, other] if other else [folder]:
                shutil.rmtree(f, ignore_errors=True)
    print("crashes: %s; %d came when the run had ended" % (", ".join("%s %d" % h for h in sorted(hits.items())), misses))
    if sum(hits.values()) < options.seeds * options.hours // 9:
        print("too few crashes hit a run")
        failed += 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
