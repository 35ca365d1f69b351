#!/usr/bin/env python3
"""slowly.py N -- copies standard input to standard output, at most N lines a second, also after a pause, and each line at
once."""
import sys
import time

rate = int(sys.argv[1])
step = rate // 50 + 1
due = time.monotonic()
for i, line in enumerate(sys.stdin.buffer):
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    if i % step == 0:
        now = time.monotonic()
        due = max(due + step / rate, now)
        time.sleep(due - now)
