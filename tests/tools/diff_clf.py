#!/usr/bin/env python3
"""diff_clf.py -- compare sp-capture on a real access log with a regular expression in Python, line by line.

usage: diff_clf.py FILE.gz
Last line: "N passed, N failed"."""
import datetime, gzip, json, re, subprocess, sys

QUOTED = r'"((?:[^"\\]|\\.)*)"'
LINE = re.compile(r'(\S+) \S+ (.+) \[([^\]]+)\] ' + QUOTED + r' (\d+|-) (\d+|-) ' + QUOTED + " " + QUOTED)
REQUEST = re.compile(r"([A-Za-z_-]+) (.+) ([A-Z]+/[0-9.]+)|([A-Za-z_-]+) ([/*].*)")
ESCAPE = re.compile(rb'\\(?:x([0-9A-Fa-f]{2})|(["\\]))')


def text(s):
    if s is None or s == "-":
        return "null"
    raw = ESCAPE.sub(lambda m: bytes([int(m[1], 16)]) if m[1] else m[2], s.encode())
    return json.dumps(raw.decode("utf-8", "replace"), ensure_ascii=False)


def event(m):
    client, user, when, request, status, size, referer, agent = m.groups()
    t = datetime.datetime.strptime(when, "%d/%b/%Y:%H:%M:%S %z").astimezone(datetime.timezone.utc)
    method, path, query, protocol = None, request, None, None
    r = REQUEST.fullmatch(request)
    if r:
        method, path, protocol = (r[1], r[2], r[3]) if r[3] else (r[4], r[5], None)
        path, mark, rest = path.partition("?")
        query = rest if mark else None
    fields = [("ts", '"' + t.strftime("%Y-%m-%dT%H:%M:%SZ") + '"'), ("client", text(client)), ("user", text(user)),
              ("method", text(method)), ("path", text(path)), ("query", text(query)), ("protocol", text(protocol)),
              ("status", "null" if status == "-" else status), ("bytes", "null" if size == "-" else size),
              ("referer", text(referer)), ("agent", text(agent))]
    return "{" + ",".join(f'"{k}":{v}' for k, v in fields) + "}"


def main():
    lines = gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="\n").read().splitlines()
    matches = [LINE.fullmatch(line) for line in lines]
    want = [event(m) for m in matches if m]
    bad = [i for i, m in enumerate(matches, 1) if not m]
    r = subprocess.run(["sp-capture", sys.argv[1]], capture_output=True)
    got = r.stdout.decode().splitlines()
    rejected = [int(n) for n in re.findall(r":(\d+): ", r.stderr.decode())]
    passed = sum(a == b for a, b in zip(got, want)) + (rejected == bad)
    failed = max(len(want), len(got)) + 1 - passed
    for a, b in [(a, b) for a, b in zip(got, want) if a != b][:5]:
        print(" is    ", a, "\n should", b)
    print(f"rejected: lines {rejected}, should {bad}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
