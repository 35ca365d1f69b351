#!/usr/bin/env python3
"""merge_reference.py FILE ... -- the merge of sp-capture in plain words, for comparison: next comes a line of the
file that stands furthest back; a file stands where the oldest of its next 1,000 lines does; ties by order."""
import sys

LOOK_AHEAD = 1000
files = [open(name).read().splitlines() for name in sys.argv[1:]]


# the times of {"ts":"2024-05-01T10:39:58.487Z" sort as text
times = [[line[7:31] for line in lines] for lines in files]
at = [0] * len(files)


def stands(i):
    return min(times[i][at[i]:at[i] + LOOK_AHEAD], default=None)


standing = [stands(i) for i in range(len(files))]
while any(s is not None for s in standing):
    _, i = min((s, i) for i, s in enumerate(standing) if s is not None)
    print(files[i][at[i]])
    at[i] += 1
    standing[i] = stands(i)
