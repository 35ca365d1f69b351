#!/usr/bin/env python3
"""each_once.py FILE TOPIC -- succeeds if every line of FILE (events with a user) is in TOPIC (lines "KEY VALUE") exactly
once, in its order within its key. Otherwise prints how many are lost, twice, out of order or not of FILE."""
import collections
import re
import sys

key_of = re.compile(rb'"user":"([^"]*)"')
want, got = collections.defaultdict(list), collections.defaultdict(list)
for line in open(sys.argv[1], "rb"):
    want[key_of.search(line)[1]].append(line)
for line in open(sys.argv[2], "rb"):
    key, value = line.split(b" ", 1)
    got[key].append(value)
if want == got:
    sys.exit(0)
lost = twice = foreign = disorder = 0
for key in want.keys() | got.keys():
    w, g = collections.Counter(want[key]), collections.Counter(got[key])
    lost += sum((w - g).values())
    more = g - w
    twice += sum(n for line, n in more.items() if line in w)
    foreign += sum(n for line, n in more.items() if line not in w)
    disorder += w == g and want[key] != got[key]
sys.exit("%d lost, %d twice, %d foreign, %d keys out of order" % (lost, twice, foreign, disorder))
