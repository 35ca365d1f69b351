#!/usr/bin/env python3
"""make_cases.py -- writes cases.tsv and the inputs for the comparison with Flink, the same ones every time.

An input has one line "TS_MS KEY VALUE" for each event, tab-separated, in order of arrival."""
import gzip
import os
import random
import re
from datetime import datetime

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = 1714560000000  # 2024-05-01T10:40:00Z


def write(name, events):
    with open(os.path.join(HERE, "inputs", name), "w") as f:
        for ts, key, value in events:
            f.write(f"{ts}\t{key}\t{value}\n")


def disorder(seed, n, step, jitter, keys, ties=0.0, base=BASE, far=0.0):
    """n events, about step ms apart, each up to jitter ms late, some much later, some with equal times."""
    rnd = random.Random(seed)
    out, last = [], base
    for i in range(n):
        ts = base + i * step - rnd.randrange(jitter + 1)
        if rnd.random() < far:
            ts -= rnd.randrange(20 * jitter + 1)
        if rnd.random() < ties:
            ts = last
        last = ts
        out.append((ts, rnd.choice(keys), rnd.randrange(-1000, 1000)))
    return out


def edges(size):
    """Events at, just before and just after the edges of windows, out of order."""
    out, v = [], 0
    for k in (0, 1, 2, 1, 3, 2, 5, 4, 6, 3, 9):
        for d in (-1, 0, 1):
            v += 1
            out.append((BASE + k * size + d, "ab"[v % 2], v))
    return out


def sessions(seed, gap):
    """Gaps equal to the session gap, 1 ms less and 1 ms more, and events that join two sessions."""
    rnd = random.Random(seed)
    out, ts = [], BASE
    for i in range(400):
        ts += rnd.choice((1, gap // 2, gap - 1, gap, gap + 1, 2 * gap, 3 * gap))
        back = rnd.choice((0, 0, 0, gap // 2, gap - 1, gap, gap + 1, 2 * gap, 5 * gap))
        out.append((ts - back, rnd.choice("abc"), i))
    return out


def apache():
    """The real log: time, status, bytes, without the truncated line, which sp-capture rejects."""
    line = re.compile(r'\S+ \S+ \S+ \[([^]]+)\] "[^"]*" (\d+) (\S+) "[^"]*" "[^"]*"$')
    out = []
    with gzip.open(os.path.join(HERE, "..", "data", "apache_access.log.gz"), "rt") as f:
        for text in f:
            m = line.match(text.rstrip("\n").replace('\\"', "'"))
            if m:
                ts = int(datetime.strptime(m[1], "%d/%b/%Y:%H:%M:%S %z").timestamp() * 1000)
                out.append((ts, m[2], 0 if m[3] == "-" else int(m[3])))
    return out


def main():
    os.makedirs(os.path.join(HERE, "inputs"), exist_ok=True)
    abc = ["a", "b", "c", "", "ü", "a b"]
    write("disorder.tsv", disorder(1, 2000, 500, 4000, abc, ties=0.1))
    write("far.tsv", disorder(2, 2000, 500, 4000, abc, ties=0.1, far=0.1))
    write("negative.tsv", disorder(3, 500, 700, 3000, abc, base=-200000, far=0.05))
    write("edges.tsv", edges(10000))
    write("sessions.tsv", sessions(4, 10000))
    write("apache.tsv", apache())
    # Two days around each change of New York's clocks in 2013, an event every seven minutes, in order.
    dst = [(t, "k%d" % (i % 3), i % 101) for day in (1362805200000, 1383364800000)
           for i, t in enumerate(range(day, day + 3 * 86400000, 7 * 60000))]
    write("dst.tsv", dst)
    cases = []

    def case(name, source, kind, size, advance=0, offset=0, delay=0, lateness=0, zone="UTC"):
        cases.append("\t".join(map(str, (name, source + ".tsv", kind, size, advance, offset, delay, lateness, zone))))

    for source in ("disorder", "far", "negative"):
        for delay, lateness in ((0, 0), (2000, 0), (2000, 7000), (0, 30000)):
            tag = f"{source}-d{delay}-l{lateness}"
            case("tumbling-" + tag, source, "tumbling", 10000, delay=delay, lateness=lateness)
            case("hopping-" + tag, source, "hopping", 30000, 10000, delay=delay, lateness=lateness)
            case("session-" + tag, source, "session", 3000, delay=delay, lateness=lateness)
    case("tumbling-offset", "far", "tumbling", 60000, offset=15000, delay=1000)
    case("hopping-offset", "far", "hopping", 60000, 20000, offset=5000, delay=1000, lateness=5000)
    case("hopping-odd", "far", "hopping", 50000, 20000, delay=1000, lateness=5000)
    case("hopping-60-panes", "disorder", "hopping", 60000, 1000, delay=4000)
    for lateness in (0, 1, 10000, 25000):
        case(f"tumbling-edges-l{lateness}", "edges", "tumbling", 10000, lateness=lateness)
        case(f"hopping-edges-l{lateness}", "edges", "hopping", 20000, 10000, lateness=lateness)
        case(f"session-edges-l{lateness}", "edges", "session", 10000, lateness=lateness)
        for delay in (0, 15000):
            case(f"session-bridges-d{delay}-l{lateness}", "sessions", "session", 10000, delay=delay, lateness=lateness)
    case("apache-10s-45s", "apache", "tumbling", 10000, delay=45000)
    case("apache-10s-50s", "apache", "tumbling", 10000, delay=50000)
    case("apache-hopping", "apache", "hopping", 3600000, 600000, delay=60000)
    case("apache-session", "apache", "session", 5000, delay=20000, lateness=10000)
    case("cumulate", "disorder", "sql-cumulate", 60000, 10000, delay=4000)
    case("cumulate-apache", "apache", "sql-cumulate", 86400000, 3600000)
    case("day-new-york", "dst", "sql-tumbling", 86400000, zone="America/New_York")
    case("cumulate-day-new-york", "dst", "sql-cumulate", 86400000, 21600000, zone="America/New_York")
    with open(os.path.join(HERE, "cases.tsv"), "w") as f:
        f.write("# name\tinput\tkind\tsize\tadvance\toffset\tdelay\tlateness\tzone\n")
        f.write("\n".join(cases) + "\n")


if __name__ == "__main__":
    main()
