#!/usr/bin/env python3
"""The end of a line with checkpoints, played for the tests of sp-capture.

    sp-capture --checkpoint DIR ... | play_end.py DIR STORE [--commits N] [--mute]

Appends the lines before each barrier, stop or end line to the file STORE and then writes DIR/COMMITTED, as an end does
that keeps its promise. STORE.epoch has the epoch of the store. Lines after the last barrier are dropped. A stream that
does not go on where STORE is, is an error. Exit status: 0 after stop or end, 75 if the stream ends without, 1 for an
error.
  --commits N   dies after N commits, in the middle of the stream
  --mute        takes the lines, but never writes COMMITTED
"""
import json
import os
import sys


def main():
    folder, store = sys.argv[1:3]
    limit = int(sys.argv[sys.argv.index("--commits") + 1]) if "--commits" in sys.argv else None
    mute = "--mute" in sys.argv
    last = ["0", ""]
    if os.path.exists(store + ".epoch"):
        with open(store + ".epoch") as f:
            last = f.read().split("\n")[:2]
    waiting, started, commits = [], False, 0
    for line in sys.stdin.buffer:
        if not line.startswith(b'{"$sp":'):
            if not started:
                sys.exit("play_end: an event before the start line")
            waiting.append(line)
            continue
        control = json.loads(line)
        if control["$sp"] == "start":
            origin = [control["from"]["epoch"], control["from"]["run"]]
            if started or origin != last or control["path"] != ["sp-capture"]:
                sys.exit(f"play_end: the stream goes on at {origin}, the store is at {last}")
            started = True
            continue
        n = sum(map(len, waiting))
        if not started or control["bytes"] != str(n) or int(control["epoch"]) <= int(last[0]):
            sys.exit(f"play_end: {control} after {n} bytes and epoch {last[0]}")
        last = [control["epoch"], control["run"]]
        with open(store, "ab") as f:
            f.writelines(waiting)
        with open(store + ".epoch", "w") as f:
            f.write("\n".join(last))
        waiting = []
        commits += 1
        if not mute:
            with open(f"{folder}/COMMITTED.new", "w") as f:
                f.write('{"epoch":"%s","run":"%s","path":["sp-capture","play-end"],"pace":"0"}\n' % tuple(last))
            os.rename(f"{folder}/COMMITTED.new", f"{folder}/COMMITTED")
        if commits == limit:
            os._exit(1)
        if control["$sp"] in ("stop", "end"):
            with open(store + ".last", "w") as f:
                f.write(control["$sp"])
            sys.exit(0 if not sys.stdin.buffer.readline() else "play_end: lines after " + control["$sp"])
    sys.exit(75)


main()
