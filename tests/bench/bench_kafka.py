#!/usr/bin/env python3
"""bench_kafka.py -- sp-publish and sp-capture compared with a bare librdkafka loop and kcat, on a running broker.

Each reads from a pipe or writes to one; they run in turn, and the medians of the rounds are printed. Then comes the
latency: the time from an event's entry into sp-publish to its row from sp-agg, at 10,000 events a second. Nothing here
passes or fails by time."""
import argparse
import json
import os
import signal
import statistics
import subprocess
import threading
import time

a = argparse.ArgumentParser()
a.add_argument("--broker", required=True)
a.add_argument("--events", type=int, default=5000000)
a.add_argument("--rounds", type=int, default=7)
a.add_argument("--latency-seconds", type=int, default=10)
a = a.parse_args()
URI = "kafka://" + a.broker
EVENTS = "build/bench/kafka-%d.ndjson" % a.events
topics = iter(range(10 ** 6))


def shell(command):
    start = time.monotonic()
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True)
    return time.monotonic() - start


def topic(partitions):
    name = "bench%d-%d" % (partitions, next(topics))
    shell("sp-publish %s/%s --create partitions=%d,retention.ms=-1 </dev/null" % (URI, name, partitions))
    return name


# kcat does not flush at the end: with the linger.ms of the others it would wait all of it.
PRODUCE = {
    "sp-publish": "cat {events} | sp-publish {uri}/{topic}",
    "bare loop": "cat {events} | build/bench/kafka_loop produce {broker} {topic}",
    "kcat": "cat {events} | kcat -P -b {broker} -t {topic} -X enable.idempotence=true -z lz4 -X linger.ms=100 -X sticky.partitioning.linger.ms=10 "
            "-X queue.buffering.max.kbytes=65536 -X batch.num.messages=100000 -X queue.buffering.max.messages=1000000",
}
CONSUME = {
    "sp-capture": "sp-capture {uri}/{topic} -e | cat >/dev/null",
    "bare loop": "build/bench/kafka_loop consume {broker} {topic} | cat >/dev/null",
    "kcat": "kcat -C -q -e -b {broker} -t {topic} -X isolation.level=read_committed -X check.crcs=true "
            "-X fetch.wait.max.ms=10 -X queued.min.messages=1000000 -X queued.max.messages.kbytes=65536 | cat >/dev/null",
}


def compare(title, times):
    bare = statistics.median(times["bare loop"])
    print(title)
    for name, t in times.items():
        m = statistics.median(t)
        print("  %-12s %7.2f s  %6.0f k/s  %3.0f %% of the bare loop" % (name, m, a.events / m / 1000, 100 * bare / m))


def turned(contestants, by):
    """The first of a round meets a broker that has just done something else, so each is the first in turn."""
    c = list(contestants.items())
    return c[by % len(c):] + c[:by % len(c)]


def rates(partitions):
    put, got = {n: [] for n in PRODUCE}, {n: [] for n in CONSUME}
    for r in range(a.rounds):
        full = None
        for name, command in turned(PRODUCE, r):
            t = topic(partitions)
            put[name].append(shell(command.format(events=EVENTS, uri=URI, broker=a.broker, topic=t)))
            full = full or t
        os.sync()  # writes reach the disk now, not while others read
        for name, command in turned(CONSUME, r):
            got[name].append(shell(command.format(uri=URI, broker=a.broker, topic=full)))
    compare("into %d partition(s)" % partitions, put)
    compare("out of %d partition(s)" % partitions, got)


def latency():
    t = topic(1)
    rows = subprocess.Popen(["bash", "-c", "sp-capture %s/%s | sp-agg --emit update n=count last='last(.sent)'" % (URI, t)],
                            stdout=subprocess.PIPE, start_new_session=True)
    feed = subprocess.Popen(["sp-publish", URI + "/" + t], stdin=subprocess.PIPE)
    took, total = [], 10000 * a.latency_seconds

    def read():
        for line in rows.stdout:
            row = json.loads(line)
            if row["n"] % 50 == 0:
                took.append(time.time() - row["last"])
            if row["n"] == total:
                break
    reader = threading.Thread(target=read)
    reader.start()
    start = time.monotonic()
    for burst in range(total // 50):
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + ".%03dZ" % (now % 1 * 1000)
        feed.stdin.write(b"".join(b'{"ts":"%s","sent":%.6f,"k":%d}\n' % (stamp.encode(), now, i) for i in range(50)))
        feed.stdin.flush()
        ahead = start + (burst + 1) * 0.005 - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
    feed.stdin.close()
    feed.wait()
    reader.join(30)
    os.killpg(rows.pid, signal.SIGKILL)
    rows.wait()
    took = sorted(took[len(took) // 5:])  # the first second or two: connections, a new topic
    print("latency at 10,000 events/s, sp-publish | topic | sp-capture | sp-agg: p50 %.1f ms, p99 %.1f ms" %
          (1000 * took[len(took) // 2], 1000 * took[len(took) * 99 // 100]))


shell("build/bench/gen %d > %s" % (a.events, EVENTS))
rates(1)
rates(6)
latency()
