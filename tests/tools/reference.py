#!/usr/bin/env python3
"""reference.py SPEC.json < events.ndjson -- prints what sp-window | sp-agg must print. It is plain and slow, and was
written from the manual pages and Flink's definitions (WindowOperator, EventTimeTrigger, MergingWindowSet), not from sp's
code.

The state of a group is the list of its events; each result is computed from that list, exactly, with fractions.
Rows are dicts whose results are fractions, strings, lists, None, or Approx (a check of an approximate result). Late events
and the number of rejected events are returned with them.

SPEC: {"kind": "tumbling|hopping|cumulate|session|global|count", "size": ms, "advance": ms, "gap": ms, "offset": ms,
"delay": ms, "lateness": ms, "n": 3, "emit": "close|update", "by": ["k", ...],
"folds": [{"name": "s", "function": "sum", "args": ["v", ...], "where": ["v", ">=", 5] or null}, ...],
"top": {"n": 2, "order": "s", "ascending": false, "per": ["k"]} or null}"""
import json
import math
import sys
from datetime import datetime, timezone
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FOREVER = 1 << 62


class Reject(Exception):
    """The event cannot be added; nothing has changed."""


class Approx:
    """A result that is an approximation: TEST returns true for an acceptable value."""

    def __init__(self, text, test):
        self.text, self.test = text, test

    def __repr__(self):
        return self.text


# ---- JSON as jq has it ----

def parse(line):
    """Numbers become fractions, so that nothing is lost."""
    return json.loads(line, parse_int=Fraction, parse_float=lambda s: Fraction(Decimal(s)))


def jq_rank(v):
    if v is None:
        return 0
    if isinstance(v, bool):
        return 2 if v else 1
    return {Fraction: 3, str: 4, list: 5, dict: 6}[type(v)]


def jq_compare(a, b):
    if jq_rank(a) != jq_rank(b):
        return -1 if jq_rank(a) < jq_rank(b) else 1
    if isinstance(a, (Fraction, str)) and not isinstance(a, bool):
        return (a > b) - (a < b)
    if isinstance(a, list):
        for x, y in zip(a, b):
            if jq_compare(x, y):
                return jq_compare(x, y)
        return (len(a) > len(b)) - (len(a) < len(b))
    if isinstance(a, dict):
        r = jq_compare(sorted(a), sorted(b))
        return r or next((c for c in (jq_compare(a[k], b[k]) for k in sorted(a)) if c), 0)
    return 0


jq_key = cmp_to_key(jq_compare)


def canonical(v):
    """Returns the same text for equal values: the key for grouping."""
    if isinstance(v, dict):
        return ("o",) + tuple((k, canonical(v[k])) for k in sorted(v))
    if isinstance(v, list):
        return ("a",) + tuple(map(canonical, v))
    return (jq_rank(v), v)


# ---- functions: each from the list of (event time, arrival, values) of a group ----

def numbers(rows):
    return [r[2][0] for r in rows if r[2][0] is not None]


def sample_variance(xs):
    if len(xs) < 2:
        return None
    mean = sum(xs) / len(xs)
    return sum((x - mean) ** 2 for x in xs) / (len(xs) - 1)


def percentile_cont(xs, p):
    """SQL's PERCENTILE_CONT: linear between the two nearest ranks."""
    if not xs:
        return None
    xs = sorted(xs)
    at = p * (len(xs) - 1)
    low = math.floor(at)
    return xs[low] if low == at else xs[low] + (xs[low + 1] - xs[low]) * (at - low)


def square_root(v):
    return None if v is None else Fraction(Decimal(v.numerator).sqrt() / Decimal(v.denominator).sqrt())


def present(rows):
    return [r for r in rows if r[2][0] is not None]


def by_time(rows):
    return sorted(present(rows), key=lambda r: (r[0], r[1]))


def delta(rows):
    rows = by_time(rows)
    return rows[-1][2][0] - rows[0][2][0] if rows else None


def rate(rows):
    rows = by_time(rows)
    seconds = Fraction(rows[-1][0] - rows[0][0], 1000) if rows else 0
    return delta(rows) / seconds if seconds else None


def extreme(rows, sign):
    values = numbers(rows)
    return min(values, key=cmp_to_key(lambda a, b: sign * jq_compare(a, b))) if values else None


def arg_extreme(rows, sign):
    """The value where BY is least (greatest); of equal ones the first that arrived; nulls are skipped."""
    rows = sorted((r for r in rows if None not in r[2]), key=lambda r: r[1])
    best = None
    for r in rows:
        if best is None or sign * jq_compare(r[2][1], best[2][1]) < 0:
            best = r
    return best[2][0] if best else None


def distinct(rows):
    seen = {}
    for r in sorted(rows, key=lambda r: r[1]):
        if r[2][0] is not None:
            seen.setdefault(canonical(r[2][0]), r[2][0])
    return list(seen.values())


def topk(rows, k):
    """The K most frequent values; of equally frequent ones the first in jq's order."""
    counts = {}
    for r in present(rows):
        counts[canonical(r[2][0])] = counts.get(canonical(r[2][0]), 0) + 1
    best = sorted(distinct(rows), key=lambda v: (-counts[canonical(v)], jq_key(v)))
    return [{"value": v, "count": Fraction(counts[canonical(v)])} for v in best[:int(k)]]


def histogram(xs, low, high, bins):
    """As SQL's width_bucket(): BINS bins of equal width in [LOW, HIGH), and the counts under and over."""
    counts = [Fraction(0)] * int(bins)
    for x in xs:
        if low <= x < high:
            counts[math.floor((x - low) * bins / (high - low))] += 1
    return {"low": low, "high": high, "under": Fraction(sum(x < low for x in xs)), "counts": counts,
            "over": Fraction(sum(x >= high for x in xs))}


def approx_distinct(rows):
    n = len(distinct(rows))
    return Approx(f"about {n}", lambda v: v is not None and abs(v - n) <= max(1, Fraction(n, 20)))


def approx_quantile(rows, p):
    """DDSketch: within 1 % of the value at a rank next to the exact one, for values up to 10^35 apart."""
    xs = sorted(numbers(rows))
    if not xs:
        return None
    at = p * (len(xs) - 1)
    near = (xs[math.floor(at)], xs[math.ceil(at)])
    sizes = [abs(x) for x in xs if x]
    if sizes and max(sizes) > 10 ** 30 * min(sizes):
        return Approx("anything", lambda v: True)
    slack = Fraction(101, 10000)
    return Approx(f"about {float(near[0])}", lambda v: v is not None and any(abs(v - x) <= slack * abs(x) for x in near))


def result(function, args, rows):
    rows = sorted(rows, key=lambda r: r[1])
    xs = numbers(rows) if args else []
    return {
        "count": lambda: Fraction(len(xs) if args else len(rows)),
        "sum": lambda: sum(xs) if xs else None,
        "avg": lambda: sum(xs) / len(xs) if xs else None,
        "min": lambda: extreme(rows, 1),
        "max": lambda: extreme(rows, -1),
        "first": lambda: by_time(rows)[0][2][0] if present(rows) else None,
        "last": lambda: by_time(rows)[-1][2][0] if present(rows) else None,
        "any": lambda: present(rows)[0][2][0] if present(rows) else None,
        "var": lambda: sample_variance(xs),
        "stddev": lambda: square_root(sample_variance(xs)),
        "arg_min": lambda: arg_extreme(rows, 1),
        "arg_max": lambda: arg_extreme(rows, -1),
        "delta": lambda: delta(rows),
        "rate": lambda: rate(rows),
        "duration": lambda: Fraction(max(r[0] for r in rows) - min(r[0] for r in rows)) if rows else None,
        "count_distinct": lambda: Fraction(len(distinct(rows))),
        "approx_distinct": lambda: approx_distinct(rows),
        "quantile": lambda: percentile_cont(xs, args[1]),
        "median": lambda: percentile_cont(xs, Fraction(1, 2)),
        "approx_quantile": lambda: approx_quantile(rows, args[1]),
        "collect": lambda: [r[2][0] for r in by_time(rows)],
        "topk": lambda: topk(rows, args[1]),
        "histogram": lambda: histogram(xs, *args[1:]),
        "collect_set": lambda: distinct(rows),
    }[function]()


NUMERIC = {"sum", "avg", "var", "stddev", "delta", "rate", "quantile", "median", "approx_quantile", "histogram"}


def holds(where, event):
    if not where:
        return True
    field, op, constant = where
    c = jq_compare(event.get(field), parse(json.dumps(constant)))
    return {">=": c >= 0, "<": c < 0, "==": c == 0}[op]


def values(spec, event):
    """The argument of each function for EVENT (None: not concerned); all are checked before any state changes."""
    out = []
    for f in spec["folds"]:
        if not holds(f.get("where"), event):
            out.append(None)
            continue
        args = [event.get(a) if isinstance(a, str) else a for a in f["args"]]
        if f["function"] in NUMERIC and args[0] is not None and not (
                isinstance(args[0], Fraction) and not isinstance(args[0], bool)):
            raise Reject(f["name"])
        out.append(args)
    return out


# ---- time ----

def ms(text):
    d = datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH
    return (d.days * 86400 + d.seconds) * 1000 + d.microseconds // 1000


def stamp(t):
    text = datetime.fromtimestamp(t // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    return text + (".%03d" % (t % 1000) if t % 1000 else "") + "Z"


def windows_of(spec, ts):
    """The windows that hold TS, in (end, start) order."""
    size, offset = spec["size"], spec.get("offset", 0)
    if spec["kind"] == "tumbling":
        start = ts - (ts - offset) % size
        return [(start, start + size)]
    step = spec["advance"]
    if spec["kind"] == "hopping":
        start = ts - (ts - offset) % step
        out = []
        while start > ts - size:
            out.insert(0, (start, start + size))
            start -= step
        return out
    start = ts - (ts - offset) % size
    return [(start, start + end) for end in range(step, size + 1, step) if ts < start + end]


# ---- the operator ----

class Group:
    """The events of a key in a window, and how often its row was written."""

    def __init__(self, spec, key, start, end, seq):
        self.spec, self.key, self.start, self.end, self.first = spec, key, start, end, seq
        self.folds = [[] for _ in spec["folds"]]
        self.revision, self.fired = 0, False

    def add(self, ts, seq, vals):
        for rows, v in zip(self.folds, vals):
            if v is not None:
                rows.append((ts, seq, v))

    def results(self):
        return {f["name"]: result(f["function"], f["args"], rows) for f, rows in zip(self.spec["folds"], self.folds)}


class Operator:
    def __init__(self, spec):
        self.spec, self.rows, self.late, self.rejected = spec, [], [], 0
        self.groups, self.seq = [], 0
        self.watermark, self.max_ts, self.ended = -FOREVER, None, False
        self.lateness = spec.get("lateness", 0)
        self.windowed = spec["kind"] not in ("global", "count")
        self.update = spec.get("emit") == "update"
        self.repeats = self.update or (self.windowed and self.lateness > 0)

    def write(self, g, final, retracted=False):
        row = {}
        if self.windowed:
            row["window_start"], row["window_end"] = stamp(g.start), stamp(g.end)
        if self.repeats:
            row["revision"], row["final"] = Fraction(g.revision), final
            if retracted:
                row["retracted"] = True
        row.update(zip(self.spec["by"], g.key[1]))
        row.update(g.results())
        self.rows.append(row)
        g.revision += 1

    def forgotten(self, end):
        return self.watermark >= end - 1 + self.lateness

    # Adds one event to a window; if the window has fired already, its row is emitted again at once.
    def into(self, key, start, end, ts, vals):
        g = next((g for g in self.groups if g.key[0] == key[0] and (g.start, g.end) == (start, end)), None)
        if not g:
            g = Group(self.spec, key, start, end, self.seq)
            self.groups.append(g)
            g.fired = self.watermark >= end - 1
        g.add(ts, self.seq, vals)
        if g.fired or self.update:
            self.write(g, False)

    def session(self, key, ts, vals, line):
        start, end = ts, ts + self.spec["gap"]
        touching = sorted((g for g in self.groups if g.key[0] == key[0] and g.start <= end and g.end >= start),
                          key=lambda g: g.start)
        low, high = min([start] + [g.start for g in touching]), max([end] + [g.end for g in touching])
        if self.forgotten(high):
            self.late.append(line)
            return
        merged = Group(self.spec, key, low, high, min([self.seq] + [g.first for g in touching]))
        for g in touching:
            if (g.start, g.end) == (low, high):
                merged.revision = g.revision
            elif g.revision:
                self.write(g, True, retracted=True)
            for into, rows in zip(merged.folds, g.folds):
                into.extend(rows)
            self.groups.remove(g)
        merged.add(ts, self.seq, vals)
        merged.fired = self.watermark >= high - 1
        self.groups.append(merged)
        if merged.fired or self.update:
            self.write(merged, False)

    def without_windows(self, key, ts, vals):
        g = next((g for g in self.groups if g.key[0] == key[0]), None)
        if not g:
            g = Group(self.spec, key, 0, 0, self.seq)
            g.events = 0
            self.groups.append(g)
        g.add(ts, self.seq, vals)
        g.events += 1
        full = self.spec["kind"] == "count" and g.events == self.spec["n"]
        if full or self.update:
            self.write(g, full)
        if full:
            self.groups.remove(g)

    def take(self, event, line):
        ts = ms(event["ts"])
        kind = self.spec["kind"]
        wins = windows_of(self.spec, ts) if kind in ("tumbling", "hopping", "cumulate") else []
        alive = [w for w in wins if not self.forgotten(w[1])]
        key_values = [event.get(k) for k in self.spec["by"]]
        key = (canonical(key_values), key_values)
        try:
            if wins and not alive:
                self.late.append(line)
            else:
                vals = values(self.spec, event)
                if kind == "session":
                    self.session(key, ts, vals, line)
                elif not self.windowed:
                    self.without_windows(key, ts, vals)
                for start, end in alive:
                    self.into(key, start, end, ts, vals)
        except Reject:
            self.rejected += 1
        self.seq += 1
        if self.windowed:
            self.max_ts = ts if self.max_ts is None else max(self.max_ts, ts)
            self.advance(max(self.watermark, self.max_ts - self.spec.get("delay", 0) - 1))

    def advance(self, watermark):
        self.watermark = watermark
        due = [g for g in self.groups if not g.fired and watermark >= g.end - 1]
        for g in self.best(sorted(due, key=lambda g: (g.end, g.start, g.first))):
            self.write(g, self.ended or self.forgotten(g.end))
        for g in due:
            g.fired = True
        self.groups = [g for g in self.groups if not (g.fired and self.forgotten(g.end))]

    def best(self, due):
        """--top: of each window, and each value of the --per keys, the N best in rank order."""
        top = self.spec.get("top")
        if not top:
            return due
        out, buckets = [], {}
        for g in due:
            per = tuple(canonical(v) for k, v in zip(self.spec["by"], g.key[1]) if k in top.get("per", []))
            buckets.setdefault((g.start, g.end, per), []).append(g)
        sign = 1 if top.get("ascending") else -1

        def rank(a, b):
            x, y = a.results()[top["order"]], b.results()[top["order"]]
            if x is None or y is None:
                return (x is None) - (y is None)
            return sign * jq_compare(x, y)
        for group in buckets.values():
            out += sorted(group, key=cmp_to_key(rank))[:top["n"]]
        return out

    def end(self):
        self.ended = True
        if self.windowed:
            self.advance(FOREVER)
        else:
            for g in self.best(sorted(self.groups, key=lambda g: g.first)):
                self.write(g, True)


def run(spec, lines):
    """The rows, the late lines, and how many events were rejected."""
    op = Operator(spec)
    for line in lines:
        op.take(parse(line), line)
    op.end()
    return op.rows, op.late, op.rejected


if __name__ == "__main__":
    with open(sys.argv[1]) as f:
        rows, late, rejected = run(json.load(f), [line.rstrip("\n") for line in sys.stdin])
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=lambda v: repr(v) if isinstance(v, Approx)
                         else int(v) if v.denominator == 1 else float(v)))
    print(f"{len(late)} late, {rejected} rejected", file=sys.stderr)
