#!/usr/bin/env python3
"""every_line.py BIN TOOLS -- cuts the input of sp-window at every line by a barrier, and compares with the uncut run.

For each cut, a first run reads the lines before the cut, a barrier, some lines more and another barrier, and then loses
its input, as if the program in front was killed. The store has only committed the first barrier. So a second run continues
after it, from the snapshot, in a new process. Its output must follow that of the first run up to the barrier as if nothing
had happened, and so must the files of --late and --reject. Every seventh cut, the first barrier was not committed either,
and the second run begins anew. Every seventh cut, the second barrier was committed too, but only the end of the line knows
it: a run begins after the first one, reads some lines, and loses its input, before one continues after the second. Exit status 1 if anything differs."""
import os
import random
import shutil
import subprocess
import sys
import tempfile

BIN, TOOLS = sys.argv[1:3]
RUNS = ["0" * 31 + str(i) for i in range(3)]
DIR = os.path.join(tempfile.mkdtemp(), "web")
FILES = ["late", "reject"]
CONFIGURATIONS = [
    ["--tumbling", "1m"],
    ["--tumbling", "1m", "--delay", "20s", "--late"],
    ["--tumbling", "1h", "--tz", "Asia/Kolkata", "--late"],
    ["--hopping", "5m", "--advance", "1m", "--lateness", "1m", "--late"],
    ["--hopping", "150s", "--advance", "1m", "--expand", "--late"],
    ["--cumulate", "10m", "--advance", "2m", "--delay", "5s", "--late"],
    ["--session", "30s", "--delay", "10s"],
]


def corpus(lines, seed):
    """Events in an order that makes some of them late, and lines that are rejected."""
    rng = random.Random(seed)
    now, out = 10 * 3600, []
    for i in range(lines):
        now += rng.choice([0, 1, 7, 20, 61, 400])
        at = max(0, now - rng.choice([0, 0, 0, 5, 30, 90, 300]))
        ts = "2024-05-01T%02d:%02d:%02dZ" % (at // 3600, at // 60 % 60, at % 60)
        out.append(rng.choice(['{"ts":"%s","n":%d}'] * 9 + ['{"ts":"%s","n":%d']) % (ts, i))
        if rng.random() < 0.1:
            out.append("")
    return out


def start(run, epoch, of):
    old = '{"epoch":"%d","run":"%s"}' % (epoch, RUNS[of] if epoch else "")
    return '{"$sp":"start","v":1,"job":"web.00000000","run":"%s","dir":"%s","from":%s,"path":["sp-capture"]}' % (RUNS[run], DIR, old)


def mark(kind, run, epoch):
    return '{"$sp":"%s","run":"%s","epoch":"%d"}' % (kind, RUNS[run], epoch)


def run_window(options, lines, status):
    """The lines that sp-window writes for LINES."""
    text = subprocess.run([TOOLS + "/stream_sums"], input="".join(line + "\n" for line in lines).encode(), stdout=subprocess.PIPE, check=True).stdout
    argv = [BIN + "/sp-window"] + [o for o in options if o != "--late"] + ["--reject", DIR + "/../reject"]
    if "--late" in options:
        argv += ["--late", DIR + "/../late"]
    done = subprocess.run(argv, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != status:
        sys.exit(f"every_line: {' '.join(argv)}: status {done.returncode} and not {status}: {done.stderr.decode()}")
    return done.stdout.decode().splitlines()


def fresh():
    shutil.rmtree(os.path.dirname(DIR), ignore_errors=True)
    os.makedirs(DIR, 0o700)
    with open(DIR + "/FORMAT", "w") as f:
        f.write('{"sp":1,"job":"web.00000000","cwd":"/","shard":null}\n')


def result(out):
    """The output without control lines of checkpoints and without a windowing line that is repeated, and the files."""
    kept, windowing = [], []
    for line in out:
        if line.startswith('{"$sp":"windowing"'):
            if windowing and windowing != [line]:
                sys.exit("every_line: the windowing lines differ")
            if windowing:
                continue
            windowing = [line]
        if not line.startswith(tuple('{"$sp":"%s"' % kind for kind in ("start", "barrier", "stop", "end"))):
            kept.append(line)
    for name in FILES:
        path = os.path.join(os.path.dirname(DIR), name)
        kept.append(open(path).read() if os.path.exists(path) else None)
    return kept


def cut(options, lines, k):
    """The result of the runs that are cut before line K."""
    fresh()
    later = min(k + 9, len(lines))
    first = [start(0, 0, 0)] + lines[:k] + [mark("barrier", 0, 1)] + lines[k:later] + [mark("barrier", 0, 2)]
    out = run_window(options, first, 75)
    at = [i for i, line in enumerate(out) if line.startswith('{"$sp":"barrier"')]
    if k % 7 == 3:
        return result(run_window(options, [start(1, 0, 0)] + lines + [mark("end", 1, 1)], 0))
    if k % 7 == 5:
        run_window(options, [start(1, 1, 0)] + lines[k : k + 4] + [mark("barrier", 1, 2)], 75)
        return result(out[: at[1]] + run_window(options, [start(2, 2, 0)] + lines[later:] + [mark("end", 2, 3)], 0))
    return result(out[: at[0]] + run_window(options, [start(1, 1, 0)] + lines[k:] + [mark("end", 1, 2)], 0))


faults = cuts = 0
for number, configuration in enumerate(CONFIGURATIONS):
    events = corpus(int(os.environ.get("SP_EVERY_LINES", "40")), number)
    fresh()
    whole = result(run_window(configuration, [start(0, 0, 0)] + events + [mark("end", 0, 1)], 0))
    for k in range(len(events) + 1):
        cuts += 1
        if cut(configuration, events, k) != whole:
            print(f"{' '.join(configuration)}: differs when cut before line {k + 1}")
            faults += 1
shutil.rmtree(os.path.dirname(DIR), ignore_errors=True)
print(f"{cuts} cuts, {faults} differ")
sys.exit(1 if faults or cuts == 0 else 0)
