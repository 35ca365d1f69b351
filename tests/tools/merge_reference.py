#!/usr/bin/env python3
"""merge_reference.py FILE ... -- the merge of sp-capture as a plain program, for comparison. The time of a file is that of
the oldest of its next 1,000 lines; the next line is taken from the file with the earliest time, the first one if equal."""
import sys

LOOK_AHEAD = 1000
files = [open(name).read().splitlines() for name in sys.argv[1:]]


# Times in lines {"ts":"2024-05-01T10:39:58.487Z",...} sort as text.
times = [[line[7:31] for line in lines] for lines in files]
at = [0] * len(files)


def file_time(i):
    return min(times[i][at[i]:at[i] + LOOK_AHEAD], default=None)


file_times = [file_time(i) for i in range(len(files))]
while any(s is not None for s in file_times):
    _, i = min((s, i) for i, s in enumerate(file_times) if s is not None)
    print(files[i][at[i]])
    at[i] += 1
    file_times[i] = file_time(i)
