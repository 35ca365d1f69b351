#!/usr/bin/env python3
"""diff_pipeline.py [SEED] -- sp-window | sp-agg against reference.py, row for row, on random streams (disorder, late
events, ties, equal bounds, empty and unicode keys, nulls, missing fields, huge and tiny numbers), for every kind of
window, function and way to emit; on streams of few keys with many open windows or sessions and many rejected events; and
against itself, byte for byte, for different sizes of reads, with --expand and with slices, with AVX2 and without, with
the watermark lines and without them. Prints "N passed, N failed"."""
import json
import os
import random
import subprocess
import sys
import tempfile
from decimal import getcontext
from fractions import Fraction

import reference

getcontext().prec = 60
BASE = 1714560000000

FOLDS = [
    ("n", "count", [], None), ("nv", "count", ["v"], None), ("s", "sum", ["v"], None), ("a", "avg", ["v"], None),
    ("lo", "min", ["x"], None), ("hi", "max", ["x"], None), ("f", "first", ["x"], None), ("l", "last", ["x"], None),
    ("y", "any", ["x"], None), ("var", "var", ["v"], None), ("sd", "stddev", ["v"], None),
    ("am", "arg_min", ["x", "v"], None), ("ax", "arg_max", ["x", "v"], None), ("d", "delta", ["v"], None),
    ("r", "rate", ["v"], None), ("cd", "count_distinct", ["x"], None), ("ad", "approx_distinct", ["x"], None),
    ("q", "quantile", ["v", Fraction(9, 10)], None), ("m", "median", ["v"], None),
    ("aq", "approx_quantile", ["v", Fraction(1, 2)], None), ("c", "collect", ["x"], None),
    ("tk", "topk", ["x", Fraction(2)], None), ("h", "histogram", ["v", Fraction(-10), Fraction(10), Fraction(4)], None),
    ("cs", "collect_set", ["x"], None), ("du", "duration", [], None), ("nw", "count", [], ["v", ">=", 5]), ("sw", "sum", ["v"], ["x", "==", "b"]),
]
SHORT = ("n", "s", "f", "lo", "cs", "q", "nw")


def text_of(fold):
    name, function, args, where = fold
    args = ["." + a if isinstance(a, str) else f"{float(a):g}" for a in args]
    call = f"{name}={function}" + (f"({', '.join(args)})" if args else "")
    return call + (f" where .{where[0]} {where[1]} {json.dumps(where[2])}" if where else "")


def number(rnd, plain):
    pick = rnd.random() * (0.8 if plain else 1)
    if pick < 0.5:
        return str(rnd.randrange(-20, 20))
    if pick < 0.8:
        return f"{rnd.randrange(-10000, 10000) / 100:.2f}"
    return rnd.choice(["0.1", "0.2", "1e3", "1.50", "-0", "12345678901234567890123", "1e150", "-1e150", "1e-150",
                       "9007199254740993", "0.30000000000000000004", "1E2", "-7.25e-3"])


def tangled(seed, n):
    """Two keys with many sessions that are open at once: times are far from sorted, every fourth event is rejected."""
    rnd = random.Random(seed)
    for _ in range(n):
        ts = BASE + rnd.randrange(150000)
        v = '"x"' if rnd.random() < 0.25 else number(rnd, True)
        yield f'{{"ts":"{reference.stamp(ts)}","k":{rnd.randrange(2)},"v":{v},"x":{rnd.randrange(4)}}}'


def stream(seed, n, bad=False, plain=False):
    if bad == "tangled":
        return list(tangled(seed, n))
    rnd = random.Random(seed)
    keys = ['"a"', '"b"', '""', '"\\u00e9"', '"é"', '"🙂 x"', "null", "1", "1.0", '"1"', "true", '"a\\nb"', "[1,2]", None]
    keys = rnd.sample(keys, rnd.randrange(3, len(keys)))
    lines, now = [], BASE
    for _ in range(n):
        now += rnd.choice((0, 0, 1, 700, 1000, 2500, 4000, rnd.randrange(9000)))
        if rnd.random() < 0.01:
            now += rnd.randrange(100000)
        ts = now - (rnd.randrange(6000) if rnd.random() < 0.4 else 0) - (rnd.randrange(60000) if rnd.random() < 0.1 else 0)
        if rnd.random() < 0.1:
            ts -= ts % 1000
        fields = [f'"ts":"{reference.stamp(ts)}"']
        key = rnd.choice(keys)
        if key is not None:
            fields.append(f'"k":{key}')
        fields.append(f'"g":{rnd.randrange(3)}')
        if rnd.random() < 0.9:
            fields.append('"v":' + (number(rnd, plain) if rnd.random() < 0.9 else "null"))
        if bad and rnd.random() < 0.03:
            fields.append('"v2":"x"')
            fields = [f.replace('"v":', '"v0":').replace('"v2"', '"v"') for f in fields]
        if rnd.random() < 0.9:
            fields.append('"x":' + rnd.choice(['"b"', '"c"', '"é"', "null", "3", "3.0", "-1.5", "true", "[1]", '{"z":1}', "1e2"]))
        lines.append("{" + ",".join(fields) + "}")
    return lines


KINDS = [
    {"kind": "tumbling", "size": 10000},
    {"kind": "tumbling", "size": 7000, "offset": 1500},
    {"kind": "hopping", "size": 20000, "advance": 5000},
    {"kind": "hopping", "size": 30000, "advance": 1000},
    {"kind": "cumulate", "size": 20000, "advance": 5000},
    {"kind": "session", "gap": 3000},
    {"kind": "session", "gap": 1},
    {"kind": "global"},
    {"kind": "count", "n": 3},
]
TIMES = [{"delay": 0, "lateness": 0}, {"delay": 2000, "lateness": 0}, {"delay": 0, "lateness": 15000},
         {"delay": 3000, "lateness": 4000}]


def window_command(spec, *more):
    ms = lambda name: f"{spec[name]}ms"
    kind = spec["kind"]
    out = ["sp-window", "--" + kind, ms("gap") if kind == "session" else ms("size")]
    if "advance" in spec:
        out += ["--advance", ms("advance")]
    if spec.get("offset"):
        out += ["--offset", ms("offset")]
    return out + ["--delay", ms("delay"), "--lateness", ms("lateness"), *more]


def agg_command(spec, *more):
    out = ["sp-agg"]
    for k in spec["by"]:
        out += ["--by", "." + k]
    if spec["kind"] == "count":
        out += ["--count", str(spec["n"])]
    if spec.get("emit") == "update":
        out += ["--emit", "update"]
    top = spec.get("top")
    if top:
        out += ["--top", str(top["n"]), "--order", ("-" if top["ascending"] else "") + top["order"]]
        for k in top["per"]:
            out += ["--per", k]
    return out + list(more) + [f["text"] for f in spec["folds"]]


def sp(spec, data, folder, expand=False, env=None, watermarks=True):
    """Output, late lines and standard error of the pipeline. Without WATERMARKS, a filter drops the watermark lines."""
    late = os.path.join(folder, "late")
    if os.path.exists(late):
        os.unlink(late)
    environ = dict(os.environ, **(env or {}))
    reject = os.path.join(folder, "reject")
    session = spec["kind"] == "session"
    if spec["kind"] not in ("global", "count"):
        command = window_command(spec, *(["--expand"] if expand else []), *([] if session else ["--late", late]))
        data = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True, env=environ).stdout
    if not watermarks:
        data = b"".join(line for line in data.splitlines(True) if not line.startswith(b'{"$sp":"watermark"'))
    agg = agg_command(spec, "--reject", reject, *(["--late", late] if session else []))
    r = subprocess.run(agg, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, env=environ)
    if r.returncode:
        raise SystemExit(f"{agg}: status {r.returncode}: {r.stderr.decode()}")
    lates = open(late, encoding="utf-8").read().splitlines() if os.path.exists(late) else []
    return r.stdout, lates


EXACT = {"count", "sum", "count_distinct", "delta", "duration", "min", "max", "first", "last", "any"}


def equal(got, want, exact):
    if isinstance(want, reference.Approx):
        return want.test(got)
    if isinstance(want, Fraction) and not isinstance(want, bool):
        if not isinstance(got, Fraction) or isinstance(got, bool):
            return False
        if got == want:
            return True
        digits = want.denominator == 1 or set(prime_factors(want.denominator)) <= {2, 5}
        if exact and digits and abs(want) < 10 ** 18 and (want * 10 ** 18).denominator == 1:
            return False
        return abs(got - want) <= abs(want) * Fraction(1, 10 ** 14)
    return reference.canonical(got) == reference.canonical(want)


def prime_factors(n):
    for p in (2, 5):
        while n % p == 0:
            n //= p
            yield p
    if n > 1:
        yield n


def compare(spec, got_bytes, want_rows):
    """Returns None, or the first difference."""
    got = [reference.parse(line) for line in got_bytes.decode().splitlines()]
    functions = {f["name"]: f["function"] for f in spec["folds"]}
    for i in range(max(len(got), len(want_rows))):
        g, w = got[i] if i < len(got) else None, want_rows[i] if i < len(want_rows) else None
        if g is None or w is None or list(g) != list(w):
            return f"row {i + 1} of {len(want_rows)}: sp has {g}, the reference {w}"
        for name in w:
            if not equal(g[name], w[name], functions.get(name) in EXACT):
                return f"row {i + 1}, {name}: sp has {g[name]!r}, the reference {w[name]!r}: {g}"
    return None


class Run:
    def __init__(self, folder, available):
        self.folder, self.available, self.passed, self.failed = folder, available, 0, 0

    def check(self, what, wrong):
        self.passed, self.failed = self.passed + (not wrong), self.failed + bool(wrong)
        if wrong:
            print(f"{what}: {wrong}"[:600])

    def folds(self, names):
        return [{"name": f[0], "function": f[1], "args": f[2], "where": f[3], "text": text_of(f)} for f in FOLDS
                if f[1] in self.available and (names is None or f[0] in names)]

    def case(self, seed, n, spec, bad=False, names=None):
        spec = dict(spec, folds=self.folds(names))
        lines = stream(seed, n, bad, plain="top" in spec)
        data = ("\n".join(lines) + "\n").encode()
        rows, late, _ = reference.run(spec, lines)
        what = f"seed {seed}, " + json.dumps({k: v for k, v in spec.items() if k != "folds"})
        out, lates = sp(spec, data, self.folder)
        self.check(what, compare(spec, out, rows))
        self.check(what + ", late", None if lates == late else f"{len(lates)} late events, not {len(late)}")
        if spec["kind"] in ("hopping", "cumulate", "session"):
            again, _ = sp(spec, data, self.folder, watermarks=False)
            self.check(what + " without watermark lines", None if again == out else "other bytes")
        return spec, data, out

    def same(self, spec, data, out):
        """The output is the same, byte for byte, for every size of reads and every way to compute it."""
        what = json.dumps({k: v for k, v in spec.items() if k != "folds"})
        for env in ({"SP_READ_SIZE": "1"}, {"SP_READ_SIZE": "7"}, {"SP_READ_SIZE": "65536"}, {"SP_READ_SIZE": "1048576"},
                    {"SP_PLAIN": "1"}):
            again, _ = sp(spec, data, self.folder, env=env)
            self.check(f"{what} with {env}", None if again == out else "other bytes")
        if spec["kind"] in ("hopping", "cumulate"):
            again, _ = sp(spec, data, self.folder, expand=True)
            self.check(f"{what} with --expand", None if again == out else "other bytes")


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    text = subprocess.run(["sp-agg", "--help"], stdout=subprocess.PIPE, check=True).stdout.decode()
    functions = text.split("Functions:")[1]
    available = {f[1] for f in FOLDS if any(f"\n  {f[1]}{end}" in functions for end in "(, ")}
    missing = {f[1] for f in FOLDS} - available
    with tempfile.TemporaryDirectory() as folder:
        run = Run(folder, available)
        run.check("sp-agg --help names all functions", f"not {sorted(missing)}" if missing else None)
        for kind in KINDS:
            windowed = kind["kind"] not in ("global", "count")
            for i, times in enumerate(TIMES if windowed else [{}]):
                for emit in ("close", "update"):
                    seed += 1
                    spec = dict(kind, **times, emit=emit, by=["k"])
                    names = None if i == 0 or emit == "close" else SHORT
                    n = (300 if emit == "close" else 120) // (2 if kind.get("size") == 30000 else 1)
                    made = run.case(seed, n, spec, bad=i % 2 == 1, names=names)
                    if i == 2 or not windowed:
                        run.same(*made)
        for kind in (KINDS[0], KINDS[2], KINDS[7]):
            for per in ([], ["k"]):
                seed += 1
                top = {"n": 2, "order": "s", "ascending": bool(per), "per": per}
                run.case(seed, 300, dict(kind, delay=1000, lateness=0, by=["k", "g"], top=top), names=("n", "s"))
        for kind in ({"kind": "session", "gap": 300}, {"kind": "session", "gap": 3000},
                     {"kind": "hopping", "size": 200000, "advance": 1000}, {"kind": "hopping", "size": 50000, "advance": 700},
                     {"kind": "cumulate", "size": 60000, "advance": 500}, {"kind": "tumbling", "size": 200}):
            for times in ({"delay": 200000, "lateness": 0}, {"delay": 1000, "lateness": 200000},
                          {"delay": 20000, "lateness": 30000}):
                for emit in ("close", "update"):
                    seed += 1
                    n = 12 if "advance" in kind else 150
                    run.case(seed, n, dict(kind, **times, emit=emit, by=["k"]), bad="tangled", names=SHORT)
        for by in ([], ["k", "g"]):
            seed += 1
            run.case(seed, 200, dict(KINDS[2], delay=1000, lateness=5000, by=by), names=SHORT)
    print(f"{run.passed} passed, {run.failed} failed")
    sys.exit(run.failed > 0)


if __name__ == "__main__":
    main()
