#!/usr/bin/env python3
"""bench.py -- sp and its peers on the same events, in one run; called by scripts/bench.

Each job has contestants: shell commands with the same result. They run in turn, round by round, so that a change of the
machine's speed affects all of them, and their medians are compared. The output of each contestant is read back and
compared with that of the first."""
import argparse
import contextlib
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from datetime import datetime, timezone

B = "build/bench"
COLUMNS = ("{ts:'TIMESTAMP', \"user\":'VARCHAR', country:'VARCHAR', page:'VARCHAR', status:'INTEGER', ms:'DECIMAL(18,3)', "
           "amount:'DECIMAL(18,2)', bytes:'BIGINT', agent:'VARCHAR'}")


def duckdb(query, source, out):
    """DuckDB's command line over SOURCE, the rows to OUT as NDJSON."""
    table = f"read_json('{source}', format='newline_delimited', columns={COLUMNS})"
    sql = f"COPY ({query.format(t=table)}) TO '{out}' (FORMAT json)"
    return f'{B}/venv/bin/duckdb -c "{sql}"'.replace('"user"', '\\"user\\"')


def ms(text):
    text = text.replace(" ", "T").rstrip("Z")
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp() * 1000 + 0.5)


def records(path):
    """The rows of an NDJSON file, or of table t of an SQLite database."""
    with open(path, "rb") as f:
        if f.read(15) != b"SQLite format 3":
            f.seek(0)
            return [json.loads(line) for line in f]
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(r) for r in db.execute("SELECT * FROM t")]


def rows(path, names):
    """The rows of a result as sorted tuples of the columns NAMES; numbers rounded to nine digits."""
    def value(v):
        if isinstance(v, str) and len(v) > 10 and v[4] == "-" and v[7] == "-":
            return ms(v)
        return float(f"{v:.9g}") if isinstance(v, (int, float)) else v
    return sorted(tuple(str(value(r.get(n))) for n in names) for r in records(path))


def run(command):
    """Wall seconds, processor seconds and greatest memory (MB) of one run."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(["/usr/bin/time", "-f", "%M", "-o", f"{B}/memory", "bash", "-o", "pipefail", "-c", command],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"bench: status {done.returncode}: {command}\n{done.stderr.decode()[-500:]}")
    with open(f"{B}/memory") as f:
        memory = int(f.read().split()[-1]) / 1024
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, memory


class Work:
    """PAIR names two contestants and a mark: the median of the ratios of the second to the first, run by run, is printed
    beside the mark. Two runs that follow each other meet the same machine, so their ratio varies less than their times."""
    def __init__(self, name, title, contestants, compare=None, scale=None, pair=None):
        self.name, self.title, self.contestants = name, title, contestants
        self.compare, self.scale, self.pair = compare, scale or {}, pair

    def measure(self, runs):
        print(f"\n## {self.title}\n")
        taken = {n: [] for n, _ in self.contestants}
        for i in range(runs):
            for n, command in self.contestants:
                if i == 0 or self.scale.get(n, 1) == 1:
                    taken[n].append(run(command))
        base = None
        print("| contestant | wall s | processor s | memory MB | times ours |\n|---|---|---|---|---|")
        for n, _ in self.contestants:
            k = self.scale.get(n, 1)
            wall = statistics.median(t[0] for t in taken[n]) * k
            cpu = statistics.median(t[1] for t in taken[n]) * k
            memory = max(t[2] for t in taken[n])
            base = base or wall
            note = f" (a tenth of the work, x {k})" if k > 1 else ""
            print(f"| {n}{note} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {wall / base:.2f} |", flush=True)
        if self.pair:
            first, second, mark = self.pair
            for what, k in (("wall", 0), ("processor", 1)):
                ratios = [b[k] / a[k] for a, b in zip(taken[first], taken[second])]
                print(f"\n{second} to {first}, {what} time: {statistics.median(ratios):.3f}, the median of {len(ratios)} pairs "
                      f"({min(ratios):.3f} to {max(ratios):.3f})" + (f"; mark: at most {mark:.2f}" if k == 0 else ""), flush=True)
        if self.compare:
            self.check()

    def check(self):
        columns, outputs = self.compare
        want = None
        for n, path, keys in outputs:
            got = rows(path, keys or columns)
            if want is None:
                want = got
            elif got != want:
                diff = [(a, b) for a, b in zip(want, got) if a != b][:2]
                sys.exit(f"bench: {self.name}: {n} has other results: {len(got)} rows, not {len(want)}; {diff}")
        print(f"\nResults are equal: {len(want)} rows.")


def windows(f, tenth):
    """The jobs on one file of events."""
    w1 = "build/bin/sp-window --tumbling 1m --delay 5s"
    agg = "build/bin/sp-agg --by .country n=count 's=sum(.amount)' 'a=avg(.amount)'"
    country = ("SELECT date_trunc('minute', ts) AS window_start, country, count(*) AS n, sum(amount) AS s, avg(amount) AS a "
               "FROM {t} GROUP BY ALL")
    mawk = ("mawk -F'\"' '{{k=substr($4,1,16) \"\\t\" $12; n[k]++; split($23,a,/[:,]/); s[k]+=a[2]}} "
            "END{{for(k in n) print k \"\\t\" n[k] \"\\t\" s[k] \"\\t\" s[k]/n[k]}}' {0}")
    jq = ("jq -r '[.ts[0:16], .country, .amount] | @tsv' {0} | mawk -F'\\t' '{{k=$1 $2; n[k]++; s[k]+=$3}} "
          "END{{for(k in n) print k \"\\t\" n[k] \"\\t\" s[k] \"\\t\" s[k]/n[k]}}'")
    mlr = ("mlr --ijsonl --ojsonl put '$w=substr0($ts,0,15)' then stats1 -a count,sum,mean -f amount -g w,country {0}")
    columns = ["window_start", "country", "n", "s", "a"]
    out = lambda n: f"{B}/out.{n}"
    yield Work("country", "1-minute windows by country: count, sum, avg (sp-window | sp-agg)", [
        ("sp-window \\| sp-agg", f"{w1} < {f} | {agg} > {out('sp')}"),
        ("sp-window --keep \\| sp-agg", f"{w1} --keep .country,.amount < {f} | {agg} > {out('kept')}"),
        ("DuckDB 1.5.6", duckdb(country, f, out("duckdb"))),
        ("mawk, by field position", mawk.format(f) + f" > {out('mawk')}"),
        ("jq \\| mawk", jq.format(tenth) + f" > {out('jq')}"), ("Miller", mlr.format(tenth) + f" > {out('mlr')}")],
        (columns, [("sp", out("sp"), None), ("--keep", out("kept"), None), ("DuckDB", out("duckdb"), None)]), {"jq \\| mawk": 10, "Miller": 10})
    yield Work("sqlite", "the same, validated, into SQLite: sp-capture | sp-window | sp-agg | sp-sink", [
        ("four stages", f"rm -f {out('db')}*; build/bin/sp-capture {f} | {w1} | {agg} | build/bin/sp-sink 'sqlite:{out('db')}?table=t' --key window_start,country"),
        ("DuckDB 1.5.6", duckdb(country, f, out("duckdb"))),
        ("cat FILE \\| cat", f"cat {f} | cat > /dev/null")],
        (columns, [("four stages", out("db"), None), ("DuckDB", out("duckdb"), None)]))
    line = f"build/bin/sp-capture {f} | {w1} | {agg} | build/bin/sp-sink 'sqlite:{{}}?table=t' --key window_start,country"
    yield Work("checkpoint", "the same with checkpoints every second, and without", [
        ("without", f"rm -f {out('plain.db')}*; {line.format(out('plain.db'))}"),
        ("with", f"rm -rf {out('marked.db')}* {out('job')}; build/bin/sp-run --end --every 1s {out('job')} \"{line.format(out('marked.db'))}\"")],
        (columns, [("without", out("plain.db"), None), ("with", out("marked.db"), None)]), pair=("without", "with", 1.10))
    yield Work("alone", "each program alone, from a file", [
        ("cat FILE \\| cat", f"cat {f} | cat > /dev/null"),
        ("sp-capture", f"build/bin/sp-capture {f} | cat > /dev/null"),
        ("sp-window", f"{w1} < {f} | cat > /dev/null"),
        ("sp-agg (1.3 GB, with bounds)", f"{agg} < {B}/windowed > /dev/null"),
        ("sp-agg, global window", f"{agg} < {f} > /dev/null"),
        ("DuckDB 1.5.6", duckdb(country, f, out("duckdb")))])
    page = ("WITH p AS (SELECT date_trunc('minute', ts) AS m, page, count(*) AS n FROM {t} GROUP BY ALL) "
            "SELECT m - INTERVAL 1 MINUTE * i AS window_start, page, sum(n)::BIGINT AS n FROM p, range(10) r(i) GROUP BY ALL")
    yield Work("hopping", "hopping windows, 10 minutes by 1 minute, by page: count", [
        ("sp", f"build/bin/sp-window --hopping 10m --advance 1m --delay 5s < {f} | build/bin/sp-agg --by .page n=count > {out('sp')}"),
        ("DuckDB 1.5.6", duckdb(page, f, out("duckdb")))],
        (["window_start", "page", "n"], [("sp", out("sp"), None), ("DuckDB", out("duckdb"), None)]))
    session = ("WITH a AS (SELECT \"user\", ts, ts - lag(ts) OVER (PARTITION BY \"user\" ORDER BY ts) > INTERVAL 30 SECOND AS gap FROM {t}), "
               "b AS (SELECT \"user\", ts, count(*) FILTER (gap) OVER (PARTITION BY \"user\" ORDER BY ts) AS s FROM a) "
               "SELECT \"user\", min(ts) AS window_start, count(*) AS n FROM b GROUP BY \"user\", s")
    yield Work("session", "sessions of 30 s by user: count", [
        ("sp", f"build/bin/sp-window --session 30s --delay 5s < {f} | build/bin/sp-agg --by .user n=count > {out('sp')}"),
        ("DuckDB 1.5.6", duckdb(session, f, out("duckdb")))],
        (["window_start", "user", "n"], [("sp", out("sp"), None), ("DuckDB", out("duckdb"), None)]))
    exact = ("SELECT date_trunc('hour', ts) AS window_start, count(DISTINCT \"user\") AS u, "
             "quantile_cont(ms::DOUBLE, 0.99) AS p FROM {t} GROUP BY ALL")
    yield Work("exact", "exact distinct users and p99 by hour", [
        ("sp", f"build/bin/sp-window --tumbling 1h --delay 5s < {f} | build/bin/sp-agg 'u=count_distinct(.user)' 'p=quantile(.ms, 0.99)' > {out('sp')}"),
        ("DuckDB 1.5.6", duckdb(exact, f, out("duckdb")))],
        (["window_start", "u", "p"], [("sp", out("sp"), None), ("DuckDB", out("duckdb"), None)]))
    yield Work("panes", "hopping windows by 1 s, of so many overlapping panes, by country: count (rows grow with the panes)", [
        (f"{n} panes", f"build/bin/sp-window --hopping {n}s --advance 1s --delay 5s < {f} | build/bin/sp-agg --by .country n=count > /dev/null")
        for n in (1, 10, 100, 1000)])


def many_keys(f):
    query = "SELECT \"user\", count(*) AS n, sum(bytes)::BIGINT AS s FROM {t} GROUP BY ALL"
    return Work("keys", "10 million events over 10 million users: count and sum by user", [
        ("sp-agg", f"build/bin/sp-agg --by .user n=count 's=sum(.bytes)' < {f} > {B}/out.sp"),
        ("DuckDB 1.5.6", duckdb(query, f, f"{B}/out.duckdb"))],
        (["user", "n", "s"], [("sp", f"{B}/out.sp", None), ("DuckDB", f"{B}/out.duckdb", None)]))


def start_up():
    one = f"{B}/one"
    with open(one, "w") as f:
        f.write('{"ts":"2024-05-01T00:00:00.000Z","user":"u1","n":1}\n')
    loop = lambda c: f"for i in $(seq 200); do {c} < {one} > /dev/null; done"
    return Work("start", "200 starts on one event", [
        ("cat", loop("cat")), ("sp-capture", loop("build/bin/sp-capture")),
        ("sp-window", loop("build/bin/sp-window --tumbling 1m")), ("sp-agg", loop("build/bin/sp-agg --by .user n=count")),
        ("sp-sink", loop("build/bin/sp-sink -")), ("jq", loop("jq -c .")), ("Miller", loop("mlr --ijsonl --ojsonl cat")),
        ("mawk", loop("mawk '{print}'")),
        ("DuckDB", f"for i in $(seq 20); do {B}/venv/bin/duckdb -c \"SELECT 1\" > /dev/null; done")],
        scale={"DuckDB": 10})


def generate(path, *args):
    if not os.path.exists(path):
        with open(path + ".tmp", "w") as f:
            subprocess.run([f"{B}/gen", *map(str, args)], stdout=f, check=True)
        os.rename(path + ".tmp", path)
    subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)  # into the page cache


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--events", type=int, default=5000000)
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--only", default="")
    p.add_argument("--list", action="store_true")
    a = p.parse_args()
    f, tenth, keys = f"{B}/events.{a.events}", f"{B}/events.{a.events // 10}", f"{B}/keys.{2 * a.events}"
    works = [*windows(f, tenth), many_keys(keys), start_up()]
    if a.list:
        print("\n".join(w.name for w in works))
        return
    wanted = [w for w in works if not a.only or w.name in a.only.split(",")]
    generate(f, a.events)
    generate(tenth, a.events // 10)
    if any(w.name == "keys" for w in wanted):
        generate(keys, 2 * a.events, 2 * a.events)
    if any(w.name == "alone" for w in wanted):
        run(f"build/bin/sp-window --tumbling 1m --delay 5s < {f} > {B}/windowed")
    print(f"{a.events} events, {os.path.getsize(f) / 1e6:.0f} MB, {os.cpu_count()} processors; medians of {a.runs} runs in turn")
    for w in wanted:
        w.measure(a.runs)


main()
