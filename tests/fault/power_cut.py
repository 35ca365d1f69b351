#!/usr/bin/env python3
"""power_cut.py [N] [--mutant NAME] [--seed S] [--lines a,b] [--jobs N] -- cuts the power of running jobs, and compares what
they store in the end with the oracle. Needs root, for loop mounts.

A job runs on an ext4 image (its folder of checkpoints and its store on one image, or on two). At a random moment after a
commit, or where a program has stopped at a fail point, all programs are stopped (SIGSTOP). When each of them is in state T,
the image is copied: the copy has what a disk has when its power fails. The copy is mounted, which replays the journal,
checked (fsck), and the job runs on there to its end. A cut has lost something if

  * the file system is damaged, or the job cannot go on, or
  * what is stored in the end is not what the oracle stores, or
  * the store has an older epoch than COMMITTED had before the cut: somebody may have acted on it.

The image is mounted with commit=300, so that the kernel writes nothing by itself, and with noauto_da_alloc, because ext4
else hides a missing fsync before a rename. It is neither frozen nor synced: a frozen image has also what was never
synced. With --mutant (no-file-fsync, no-dir-fsync) the programs leave out one kind of sync, and the result is turned
round: at least one cut must lose something, or the test is void.

Prints cuts and losses; the last line is "N passed, N failed"."""
import argparse
import glob
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from faultlib import BY_NAME, Case, Job

IMAGE_MB = 64
WAIT_SECONDS = 60   # for a first commit, for state T
LAST_CUT_MS = 600   # a random cut comes at most so long after the first commit
SLOW = {"SP_READ_SIZE": "8192", "SP_FAULT_SLOW": "sp-capture:read:4000"}  # so that a job lives about a second

# Where a program stops itself before the cut, as (program, point); the other half of the cuts is at random moments.
AIMS = [("sp-sink", "before-COMMITTED"), ("sp-sink", "after-manifest"), ("sp-sink", "between-renames"), ("sp-sink", "before-dirsync"),
        ("sp-sink", "before-done"), ("sp-sink", "after-commit"), ("sp-sink", "committed-after-rename"), ("sp-sink", "committed-after-dirsync"),
        ("sp-capture", "after-snap"), ("sp-capture", "after-rename"), ("sp-agg", "before-forward"), ("sp-window", "after-rename")]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")


class Disk:
    """An ext4 file system in a file, mounted at a folder."""

    def __init__(self, folder, name, template):
        self.image, self.place = os.path.join(folder, name + ".img"), os.path.join(folder, name)
        os.mkdir(self.place)
        run("cp", "--sparse=always", template, self.image)
        self.mount()

    def mount(self):
        run("mount", "-o", "loop,commit=300,noauto_da_alloc", self.image, self.place)

    def unmount(self):
        subprocess.run(["umount", self.place], capture_output=True)

    def copy(self):
        run("cp", "--sparse=always", self.image, self.image + ".cut")

    def replace(self):
        """Puts the copy in the place of the image: replays its journal, checks it, and mounts it. Returns what fsck says
        if the file system is damaged."""
        self.unmount()
        os.rename(self.image + ".cut", self.image)
        self.mount()
        self.unmount()
        checked = subprocess.run(["fsck.ext4", "-fn", self.image], capture_output=True, text=True)
        self.mount()
        return checked.stdout if checked.returncode != 0 else None


def session(leader):
    """The processes of the session of `leader`, which sp-run leads: {pid: state}."""
    found = {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="utf-8", errors="replace") as f:
                text = f.read()
        except OSError:
            continue  # it has ended meanwhile
        fields = text[text.rindex(")") + 2:].split()
        if int(fields[3]) == leader:
            found[int(path.split("/")[2])] = fields[0]
    return found


def signal_all(leader, number):
    for pid in session(leader):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def stop_all(leader):
    """Stops all processes of the session, and waits until each of them is in state T. One that is in fsync ends it first."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        signal_all(leader, signal.SIGSTOP)
        states = session(leader)
        if states and all(state in "TZ" for state in states.values()):
            # A process that was started in between would be missing in the list.
            if session(leader) == states:
                return
        time.sleep(0.001)
    raise RuntimeError(f"not all processes stop: {session(leader)}")


def epoch_of_store(line, out):
    """The epoch that the store has; 0: none."""
    if line.store == "dir":
        found = [int(re.match(r"(\d+)-", os.path.basename(p))[1]) for p in glob.glob(f"{out}/d/.sp-job-*/*-*") if re.match(r"\d+-[0-9a-f]{32}(\.done)?$", os.path.basename(p))]
        return max(found, default=0)
    with tempfile.TemporaryDirectory() as copy:  # reading the database itself would change it
        for path in glob.glob(f"{out}/s.db*"):
            shutil.copy(path, copy)
        try:
            return sqlite3.connect(os.path.join(copy, "s.db")).execute("SELECT max(epoch) FROM sp_epoch").fetchone()[0] or 0
        except sqlite3.Error:
            return 0


def wait_for_cut(job, process, rng, aim):
    """Waits for the moment of the cut. Returns False if the job ended before."""
    end = time.monotonic() + WAIT_SECONDS
    while job.epoch() == 0:
        if process.poll() is not None or time.monotonic() > end:
            return False
        time.sleep(0.002)
    if not aim:
        time.sleep(rng.random() * LAST_CUT_MS / 1000)
        return process.poll() is None
    while process.poll() is None and time.monotonic() < end:
        if "T" in session(process.pid).values():
            return True
        time.sleep(0.002)
    return False


class Cut:
    """One job with one cut."""

    def __init__(self, case, images, number, seed, mutant, template):
        self.case, self.images, self.mutant = case, images, mutant
        self.rng = random.Random(f"{seed}-{number}")
        self.folder = tempfile.mkdtemp(prefix="sp-power-")
        self.disks = [Disk(self.folder, f"disk{i}", template) for i in range(images)]

    def play(self):
        """Returns (cut, losses): whether the power was cut while the job ran, and what was lost, in words."""
        job = Job(self.case, base=self.disks[-1].place)
        os.sync()  # the input was there long before the job
        job.dir = os.path.join(self.disks[0].place, "job")
        job.trace = os.path.join(self.folder, "trace")
        os.mkdir(job.trace)
        aim = self.rng.choice(AIMS) if self.rng.random() < 0.5 else None
        env = dict(SLOW, SP_FAULT="%s:%s:%d:stop" % (*aim, self.rng.randrange(2, 9)) if aim else None)
        # Only the line has the defect. In sp-run it would lose FORMAT in every cut, and hide what else is lost.
        command = (f"export SP_MUTANT={self.mutant}; " if self.mutant else "") + job.command()
        process = job.start(self.rng.choice([1, 5, 20]), command=command, **env)
        self.what = f"{job.line.name} on {self.images} disks, " + (f"{aim[0]} at {aim[1]}" if aim else "at a random moment")
        effective = wait_for_cut(job, process, self.rng, aim)
        if effective:
            stop_all(process.pid)
            seen = job.epoch()
            self.what += f", after epoch {seen}"
            for disk in self.disks:
                disk.copy()
        signal_all(process.pid, signal.SIGKILL)
        process.communicate()
        while session(process.pid):
            time.sleep(0.002)
        return (True, self.after(job, seen)) if effective else (False, [])

    def after(self, job, seen):
        """Goes on after the cut. Returns what was lost."""
        losses = [f"fsck: {text}" for text in [disk.replace() for disk in self.disks] if text]
        stored = epoch_of_store(job.line, job.out)
        if stored < seen:
            losses.append(f"COMMITTED said {seen}, but the store has {stored}")
        # A folder that was never made durable is gone; what it held is what is lost.
        os.makedirs(job.out, exist_ok=True)
        status = job.run_out()
        return losses + ([f"the job ends with {status}: {job.log[-1][-300:]}"] if status != 0 else job.differences())

    def remove(self):
        for disk in self.disks:
            disk.unmount()
        shutil.rmtree(self.folder, ignore_errors=True)


def play(case, images, number, args, template):
    """Tries until the power was cut while the job ran. Returns what was lost."""
    for again in range(20):
        cut = Cut(case, images, f"{number}.{again}", args.seed, args.mutant, template)
        try:
            effective, losses = cut.play()
        finally:
            cut.remove()
        if effective:
            return [f"cut {number}: {cut.what}: {loss}" for loss in losses]
    return [f"cut {number}: no job lived long enough"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cuts", type=int, nargs="?", default=30)
    parser.add_argument("--mutant")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--lines", default="tumbling-key,dir-gzip")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    args = parser.parse_args()
    if os.geteuid() != 0:
        print("power_cut.py needs root, for loop mounts: nothing was tested", file=sys.stderr)
        return 77
    if "SP_POWER_CUT" not in os.environ:
        # Mounts of a namespace of our own are gone when this process is.
        os.environ["SP_POWER_CUT"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    print(f"seed {args.seed}", flush=True)
    cases = [Case(BY_NAME[name], args.seed, events=12000) for name in args.lines.split(",")]
    lost, numbers = [], range(args.cuts)
    with tempfile.TemporaryDirectory() as folder:
        template = os.path.join(folder, "empty.img")
        with open(template, "wb") as f:
            f.truncate(IMAGE_MB << 20)
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", template)
        with ThreadPoolExecutor(max_workers=args.jobs) as pool:
            work = pool.map(lambda n: play(cases[n % len(cases)], 1 + n // len(cases) % 2, n, args, template), numbers)
            for losses in work:
                lost += [losses] if losses else []
                for loss in losses:
                    print(loss, flush=True)
    for case in cases:
        case.remove()
    print(f"{args.cuts} cuts, {len(lost)} losses; repeat with --seed {args.seed}")
    if args.mutant:
        print(f"{args.mutant} was {'seen' if lost else 'not seen: the test is void'}")
        print(f"{int(bool(lost))} passed, {int(not lost)} failed")
        return 0 if lost else 1
    print(f"{args.cuts - len(lost)} passed, {len(lost)} failed")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
