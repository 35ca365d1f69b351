#!/usr/bin/env python3
"""diff_csv.py -- compare sp-capture --format csv and tsv with Python's csv module on generated tables.

The tables contain quotes, doubled quotes, separators, newlines, CRLF, empty fields, numbers, and text that resembles
numbers. Each table is read with reads of several sizes (SP_READ_SIZE). Last line: "N passed, N failed".
usage: diff_csv.py [TABLES [SEED]]"""
import csv, io, json, os, random, re, subprocess, sys

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
PIECES = ["", "a", "b c", "\"", "\"\"", ",", "\t", "\n", "\r\n", "\r", "é", "\U0001f600", "\\", "\\t", "\\n", "'", "0", "1", "-1", "1.50", "1e5",
          "01", "+1", ".5", "1.", "-", "--1", "NaN", "true", "null", " ", " 1", "12345678901234567890123", "x" * 40]


def text(rng):
    return "".join(rng.choice(PIECES) for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 6])))


def table(rng, separator):
    """Returns the bytes of a random table, and its rows as lists of (text, whether it was quoted)."""
    columns = rng.randint(2, 8)
    newline = rng.choice(["\n", "\r\n"])
    names = [f"c{i}" + rng.choice(["", " d", '"', ",", "é"]) for i in range(columns)]
    out, rows = [], []
    for fields in [names] + [[text(rng) for _ in range(columns)] for _ in range(rng.randint(0, 30))]:
        written, row = [], []
        for f in fields:
            must = any(c in f for c in (separator, '"', "\n", "\r"))
            quoted = must or rng.random() < 0.2
            written.append('"' + f.replace('"', '""') + '"' if quoted else f)
            row.append((f, quoted))
        out.append(separator.join(written))
        rows.append(row)
    return (newline.join(out) + rng.choice(["", newline])).encode(), rows


def unescape(f):
    """Returns F, a field of TSV without quotes, with its escapes resolved."""
    return re.sub(r"\\([tnr\\])", lambda m: {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}[m[1]], re.sub(r'\A\\"', '"', f))


def value(field, separator):
    f, quoted = field
    if separator == "\t" and not quoted:
        f = unescape(f)
    if f == "":
        return '""' if quoted else "null"
    return f if NUMBER.match(f) else json.dumps(f, ensure_ascii=False)


def is_empty(row):
    """Returns whether ROW has only delimiters and blanks, so that sp-capture skips it."""
    return all(not quoted and f.strip(" \t") == "" for f, quoted in row)


def expected(data, rows, separator):
    """Returns the events that the table must become. Python's csv module must read the same rows from it first."""
    read = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator, strict=True))
    assert read == [[f for f, _ in row] for row in rows], (data, read)
    names = [json.dumps(unescape(f) if separator == "\t" and not quoted else f, ensure_ascii=False) for f, quoted in rows[0]]
    return ["{" + ",".join(f"{n}:{value(f, separator)}" for n, f in zip(names, row)) + "}" for row in rows[1:] if not is_empty(row)]


def capture(data, name, read_size):
    env = dict(os.environ, SP_READ_SIZE=str(read_size))
    r = subprocess.run(["sp-capture", "--format", name, "--time", "now"], input=data, capture_output=True, env=env)
    return r.returncode, [re.sub(r'^\{"ts":"[^"]*",', "{", line) for line in r.stdout.decode().split("\n")[:-1]], r.stderr.decode()


def main():
    count, seed = (int(a) for a in (sys.argv[1:] + ["60", "1"][len(sys.argv) - 1:]))
    rng, passed, failed = random.Random(seed), 0, 0
    for i in range(count):
        name, separator = rng.choice([("csv", ","), ("csv", ","), ("tsv", "\t")])
        data, rows = table(rng, separator)
        want = (0, expected(data, rows, separator), "")
        for size in (1, 7, 1 << 20):
            got = capture(data, name, size)
            if got == want:
                passed += 1
            else:
                failed += 1
                print(f"table {i}, reads of {size}: {data!r}\n is     {got}\n should {want}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
