#!/usr/bin/env python3
"""diff_flink.py [CASE ...] -- compares sp's windows with the results of Apache Flink in tests/flink, row for row.

Rows are compared in the order of their windows and keys; rows of one key and window (revisions, where lateness is
allowed) and late events in the order in which they were written. Prints "N passed, N failed"."""
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flink")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def ms(text):
    d = datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH
    return (d.days * 86400 + d.seconds) * 1000 + d.microseconds // 1000


def stamp(t):
    return datetime.utcfromtimestamp(t // 1000).strftime("%Y-%m-%dT%H:%M:%S") + ".%03dZ" % (t % 1000)


def options(kind, size, advance, offset, zone):
    whole = "day" if zone != "UTC" and int(size) == 86400000 else size + "ms"
    out = {"tumbling": ["--tumbling", whole], "hopping": ["--hopping", whole, "--advance", advance + "ms"],
           "session": ["--session", size + "ms"], "sql-tumbling": ["--tumbling", whole],
           "sql-cumulate": ["--cumulate", whole, "--advance", advance + "ms"]}[kind]
    if offset != "0":
        out += ["--offset", offset + "ms"]
    return out + (["--tz", zone] if zone != "UTC" else [])


def run_sp(case, folder):
    _, source, kind, size, advance, offset, delay, lateness, zone = case
    with open(os.path.join(HERE, "inputs", source)) as f:
        events = [line.rstrip("\n").split("\t") for line in f]
    lines = "".join('{"ts":"%s","k":%s,"v":%s}\n' % (stamp(int(t)), json.dumps(k), v) for t, k, v in events)
    late = os.path.join(folder, "late")
    if kind.startswith("sql-"):
        delay = "3600000"  # Flink SQL's watermarks are periodic, and no event was late
    window = ["sp-window", *options(kind, size, advance, offset, zone), "--delay", delay + "ms", "--lateness",
              lateness + "ms"]
    agg = ["sp-agg", "--by", ".k", "n=count", "s=sum(.v)", "lo=min(.v)", "hi=max(.v)"]
    (agg if kind == "session" else window).extend(["--late", late])
    w = subprocess.run(window, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    a = subprocess.run(agg, input=w.stdout, stdout=subprocess.PIPE, check=True)
    rows, lates = [], []
    for r in map(json.loads, a.stdout.decode().splitlines()):
        if not r.get("retracted"):
            rows.append((ms(r["window_start"]), ms(r["window_end"]), r["k"], r["n"], r["s"], r["lo"], r["hi"]))
    if os.path.exists(late):
        with open(late) as f:
            lates = [(ms(r["ts"]), r["k"], r["v"]) for r in map(json.loads, f)]
    return rows, lates


def expected(name):
    rows, lates = [], []
    with open(os.path.join(HERE, "expected", name + ".tsv")) as f:
        for line in f:
            kind, *r = line.rstrip("\n").split("\t")
            if kind == "row":
                rows.append((int(r[0]), int(r[1]), r[2], *map(int, r[3:])))
            else:
                lates.append((int(r[0]), r[1], int(r[2])))
    return rows, lates


def first_difference(name, what, got, want):
    for i in range(max(len(got), len(want))):
        g, w = got[i] if i < len(got) else None, want[i] if i < len(want) else None
        if g != w:
            print(f"{name}: {what} {i + 1} of {len(want)}: sp has {g}, Flink {w}")
            return


def main():
    with open(os.path.join(HERE, "cases.tsv")) as f:
        cases = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    passed = failed = 0
    for case in cases:
        if sys.argv[1:] and case[0] not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            got_rows, got_late = run_sp(case, folder)
        want_rows, want_late = expected(case[0])
        order = lambda r: (r[1], r[0], r[2])
        same = True
        for what, got, want in (("row", sorted(got_rows, key=order), sorted(want_rows, key=order)),
                                ("late event", got_late, want_late)):
            if got != want:
                same = False
                first_difference(case[0], what, got, want)
        passed, failed = passed + same, failed + (not same)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
