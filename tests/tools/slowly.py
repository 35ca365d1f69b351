#!/usr/bin/env python3
"""slowly.py N -- standard input to standard output, about N lines a second."""
import sys
import time

rate = int(sys.argv[1])
start = time.monotonic()
for i, line in enumerate(sys.stdin.buffer):
    sys.stdout.buffer.write(line)
    if i % (rate // 50 + 1) == 0:
        sys.stdout.buffer.flush()
        ahead = i / rate - (time.monotonic() - start)
        if ahead > 0:
            time.sleep(ahead)
