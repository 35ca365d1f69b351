#!/usr/bin/env python3
"""diff_columns.py [SEED] -- a column of sp-agg does not depend on its neighbours. Every function is run alone, beside each
other function in both orders, and among all of them, over numbers of every shape and other values, in windows and without.
The columns that only take values out, and the keys, are also compared with their definition: every digit as it came, and
numbers ordered and grouped by their exact value. Prints "N passed, N failed"."""
import json
import random
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

NUMERIC = ["sum(.v)", "avg(.v)", "var(.v)", "stddev(.v)", "delta(.v)", "rate(.v)", "quantile(.v, 0.5)", "median(.v)",
           "approx_quantile(.v, 0.9)", "histogram(.v, 0, 10, 5)"]
ANY = ["count", "count(.v)", "min(.v)", "max(.v)", "first(.v)", "last(.v)", "any(.v)", "arg_min(.v, .w)", "arg_max(.w, .v)",
       "count_distinct(.v)", "approx_distinct(.v)", "topk(.v, 3)", "collect(.v)", "collect_set(.v)"]
BIG = "12345678901234567890123456789012345678901"
NUMBERS = ["0", "-0", "7", "-3", "1.50", "1.5", "15e-1", "1.0", "1", "0.1", "0.10", "1e2", "100", "-2.50E+1", "1e-7", BIG,
           BIG[:-1] + "2", BIG + ".0", "-" + BIG, BIG[:-1] + "0.75", "9007199254740993", "1e300", "-1e300", "1e-400",
           "1.7976931348623157e308", "0.30000000000000000000000000000000000000001", "null"]
OTHERS = ["1e400", "2e400", "10e399", "-1e400", '"a"', '"b"', '"1.50"', "true", "false", "[1.50]", '{"a":1e2}']
WINDOWS = [[], ["--tumbling", "10s"], ["--hopping", "20s", "--advance", "5s"], ["--session", "4s"]]


def stream(values):
    """One event a second, some of them out of order."""
    lines = []
    for i, v in enumerate(values):
        at = i if i % 5 else max(0, i - 3)
        lines.append('{"ts":"2024-05-01T00:%02d:%02dZ","v":%s,"w":%s}' % (at // 60, at % 60, v, values[i // 2]))
    return ("\n".join(lines) + "\n").encode()


def run(command, data):
    r = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if r.returncode:
        raise SystemExit(f"{command}: status {r.returncode}: {r.stderr.decode()[:300]}")
    return r.stdout


def members(row):
    """The texts of the members of ROW by name. json.loads() would change the numbers."""
    out, decoder, at = {}, json.JSONDecoder(), 1
    while row[at] != "}":
        at += row[at] == ","
        name, at = decoder.raw_decode(row, at)
        _, end = decoder.raw_decode(row, at + 1)
        # A number that Python reads ends where its text ends.
        out[name] = row[at + 1:end]
        at = end
    return out


def columns(functions, data):
    """The column of each function: the texts of all its rows."""
    rows = run(["sp-agg"] + [f"c{i}={f}" for i, f in enumerate(functions)], data).decode().splitlines()
    rows = [members(r) for r in rows]
    return [[r[f"c{i}"] for r in rows] for i in range(len(functions))]


class Test:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, got, want):
        same = got == want
        self.passed, self.failed = self.passed + same, self.failed + (not same)
        if not same and self.failed <= 20:
            print(f"{what}: {str(got)[:200]}, should be {str(want)[:200]}")

    def neighbours(self, functions, values, window):
        data = stream(values)
        if window:
            data = run(["sp-window"] + window, data)
        alone = {f: columns([f], data)[0] for f in functions}
        for order in (functions, functions[::-1]):
            for f, got in zip(order, columns(order, data)):
                self.check(f"{f} among all, {window}", got, alone[f])
        for f in functions:
            for g in functions:
                if f != g:
                    self.check(f"{f} beside {g}, {window}", columns([f, g], data)[0], alone[f])

    def definition(self, values):
        """Columns without windows, of numbers only: by arrival, and all at different times."""
        data = "".join('{"ts":"2024-05-01T00:%02d:%02dZ","v":%s}\n' % (i // 60, i % 60, v)
                       for i, v in enumerate(values)).encode()
        there = [v for v in values if v != "null"]
        exact = [Fraction(Decimal(v)) for v in there]
        first = {}
        for v, x in zip(there, exact):
            first.setdefault(x, v if x or v[0] != "-" else "0")
        taken = {"min(.v)": there[exact.index(min(exact))], "max(.v)": there[exact.index(max(exact))], "first(.v)": there[0],
                 "last(.v)": there[-1], "any(.v)": there[0], "collect(.v)": "[" + ",".join(there) + "]",
                 "collect_set(.v)": "[" + ",".join(first.values()) + "]", "count_distinct(.v)": str(len(first))}
        for f, got in zip(taken, columns(list(taken), data)):
            self.check(f"{f} of {there}", got, [taken[f]])
        rows = run(["sp-agg", "--by", ".v", "n=count"], data).decode().splitlines()
        keys = [members(r)["v"] for r in rows]
        self.check(f"the keys of {there}", [k for k in keys if k != "null"], list(first.values()))


def main():
    rnd = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    test = Test()
    text = run(["sp-agg", "--help"], b"").decode().split("Functions:")[1]
    known = {re.match(r"\w+", f).group() for f in NUMERIC + ANY}
    test.check("the functions of this test", known, known | set(re.findall(r"^  (\w+)\(", text, re.M)))
    for window in WINDOWS:
        numbers = rnd.sample(NUMBERS, len(NUMBERS)) + rnd.choices(NUMBERS, k=13)
        test.neighbours(NUMERIC + ANY if not window else rnd.sample(NUMERIC, 3) + rnd.sample(ANY, 8), numbers, window)
        test.neighbours(ANY if not window else rnd.sample(ANY, 8), rnd.sample(NUMBERS + OTHERS, 30), window)
    pool = NUMBERS + OTHERS[:4]
    for _ in range(100):
        test.definition(rnd.choices(pool, k=rnd.randrange(2, 40)) + ["3"])
    print(f"{test.passed} passed, {test.failed} failed")
    sys.exit(test.failed > 0)


main()
