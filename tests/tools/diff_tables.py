#!/usr/bin/env python3
"""diff_tables.py -- events that sp-sink writes as TSV, CSV (with any delimiter) or NDJSON and sp-capture reads back.

The events are random: names and strings of all of Unicode with many quotes, backslashes, tabs, newlines and delimiters,
empty strings, null, numbers of any form, texts that resemble numbers, true, false, arrays and objects. What comes back must
be the same event, but for what the manual pages say a format cannot hold. Each file is read with reads of several sizes
(SP_READ_SIZE). Last line: "N passed, N failed".
usage: diff_tables.py [TABLES [SEED]]"""
import json, os, random, re, subprocess, sys

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
PIECES = ["a", "b c", '"', '""', ",", ";", "|", "\t", "\n", "\r\n", "\r", "\\", "\\t", "\\n", "\\N", "\\\\", '\\"', "'", "#", " ", "  ", "sep=;",
          "0", "1", "-1", "1.50", "1e5", "01", "1,5", "1.234,56", "NaN", "true", "null", "é", "\U0001f600", "\x01", "\x7f", "\u2028", "\ufeff"]
NUMBERS = ["0", "-0", "1.50", "1e5", "-2.5E-3", "12345678901234567890123", "0.1"]
# A table is written with these options of sp-sink and read with these of sp-capture.
FORMATS = [("ndjson", [], []), ("tsv", [], []), ("tsv", [], ["--quote", "none"]), ("csv", [], []), ("csv", ["--delimiter", ";"], []),
           ("csv", ["--delimiter", "|"], []), ("csv", ["--delimiter", "^"], ["--delimiter", "^"])]


def text(rng):
    if rng.random() < 0.1:
        c = chr(rng.choice([rng.randint(1, 0x2ff), rng.randint(0x300, 0xd7ff), rng.randint(0xe000, 0x10ffff)]))
        return c + rng.choice(["", "x"])
    return "".join(rng.choice(PIECES) for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 6])))


def value(rng):
    """Returns a random value as JSON text."""
    kind = rng.random()
    if kind < 0.7:
        return json.dumps(text(rng), ensure_ascii=rng.random() < 0.5)
    if kind < 0.8:
        return rng.choice(NUMBERS)
    return rng.choice(["null", "true", "false", "[]", "{}", '[1,"x\\ty"]', '{"k":"a,\\"b\\\\"}'])


def expected(name, v):
    """Returns the value, parsed, that must come back in format NAME for V."""
    parsed = parse(v)
    if name == "ndjson" or parsed is None or NUMBER.match(v):
        return parsed
    # true, false, arrays and objects become their text.
    if not isinstance(parsed, str):
        return v
    if parsed == "" and name == "tsv":
        return None
    return ("number", parsed) if NUMBER.match(parsed) else parsed


def parse(line):
    return json.loads(line, parse_float=lambda t: ("number", t), parse_int=lambda t: ("number", t))


def run(command, data, **env):
    r = subprocess.run(command, input=data, capture_output=True, env=dict(os.environ, **env))
    return r.returncode, r.stdout, r.stderr.decode()


def one(rng, name, write, read):
    """Writes and reads one table. Returns what differs, or None."""
    names = ["ts", "n"] + list(dict.fromkeys(t for t in (text(rng) for _ in range(rng.randint(0, 5))) if t not in ("", "ts", "n")))
    rows = [[value(rng) for _ in names[2:]] for _ in range(rng.randint(1, 20))]
    lines, want = [], []
    for i, row in enumerate(rows):
        ts = f"2024-05-01T10:{i:02}:00Z"
        cells = [f'"{ts}"', str(i)] + row
        lines.append("{" + ",".join(f"{json.dumps(n)}:{c}" for n, c in zip(names, cells)) + "}\n")
        want.append({n: expected(name, c) for n, c in zip(names, cells)})
    status, table, err = run(["sp-sink", "--format", name, *write, "-"], "".join(lines).encode())
    if status:
        return f"sp-sink: {status} {err}"
    for size in ("1", "7", "1048576"):
        status, out, err = run(["sp-capture", "--format", name, *read], table, SP_READ_SIZE=size)
        got = [parse(line) for line in out.decode().split("\n")[:-1]]
        if (status, err, got) != (0, "", want):
            different = [pair for pair in zip(got, want) if pair[0] != pair[1]]
            return f"reads of {size}: {table[:1000]!r}\n {status} {err} {len(got)} of {len(want)}: {different[:2]}"
    return None


def main():
    count, seed = (int(a) for a in (sys.argv[1:] + ["60", "1"][len(sys.argv) - 1:]))
    rng, passed, failed = random.Random(seed), 0, 0
    for i in range(count):
        fault = one(rng, *FORMATS[i % len(FORMATS)])
        passed, failed = passed + (fault is None), failed + (fault is not None)
        if fault:
            print(f"table {i} of seed {seed}, {FORMATS[i % len(FORMATS)]}: {fault}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
