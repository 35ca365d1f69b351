#!/usr/bin/env python3
"""diff_json.py [COUNT [SEED]] -- json_check() and json_check_value() against Python's json module.

Thousands of texts, mutated from valid and invalid ones, go through `build/unit/json/test_json verdicts`, with AVX2 and with
SP_PLAIN=1. Python's module is the reference after some additional checks, because it is more lenient: it accepts NaN and
Infinity, halves of surrogate pairs and any depth, and it has no rules for events, whose names may not occur twice or begin
with $sp.
"""
import json
import os
import random
import subprocess
import sys

PROGRAM = os.path.join(os.path.dirname(__file__), "../../build/unit/json/test_json")
SEEDS = [
    rb'{"ts":"2024-05-01T10:39:58.487Z","user":"u040201","status":302,"ms":3.377,"ok":true,"none":null}',
    rb'{"a":{"b":[1,-2.5e+10,{"c":"\u00e9\ud83d\ude00\n"}]},"\u0024x":[],"":{}}',
    '{ "é€😀" : "Ωμέγα" , "k\\"" : [ [ ] , { } , "" ] }'.encode(),
    rb'{"$sp":"watermark","ts":"1"}', rb'{"a":1,"a":2}', rb'{"a":1,"\u0061":2}', rb'{"x":{"a":1,"a":2,"$sp":3}}',
    rb'[0,-0,1e5,1E-5,0.1e+2,123456789012345678901234567890]', rb'"\ud83d\ude00\ud800"', rb' \t"\/" ', b'1', b'null',
    b'[' * 127 + b']' * 127, b'{"a":' + b'[' * 128 + b']' * 128 + b'}', b'"\x7f\xc2\x80\xf4\x8f\xbf\xbf\xed\x9f\xbf"',
    b'[NaN,Infinity,-Infinity]', b'\xef\xbb\xbf{}', b'"' + b'long string ' * 20 + b'"',
    b'{' + b','.join(b'"c%d":%d' % (i, i * 37 % 101) for i in range(300)) + b'}',
]
PIECES = [b'"', b'\\', b'\\u', b'\\ud800', b'\\udc00', b'{', b'}', b'[', b']', b',', b':', b'0', b'-', b'.', b'e', b'E5', b'+', b' ',
          b'\t', b'\n', b'\x0b', b'\x00', b'\x1f', b'\x7f', b'\x80', b'\xc3\xa9', b'\xed\xa0\x80', b'\xf4\x90\x80\x80', b'true', b'null',
          b'"a":1,', b'"$sp":1,', b'NaN', b'\\u0024', b'"":', b'1,', b'\xe2\x82', b'\xff']


def mutate(rng):
    text = bytearray(rng.choice(SEEDS))
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 6))):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(6)
        if kind == 0 and text:
            text[at % len(text)] = rng.randrange(256)
        elif kind == 1:
            text[at:at] = rng.choice(PIECES)
        elif kind == 2:
            del text[at:at + rng.choice((1, 1, 2, 5))]
        elif kind == 3:
            text[at:at + 1] = rng.choice(PIECES)
        elif kind == 4:
            end = rng.randrange(at, min(len(text), at + 40) + 1)
            text[at:at] = text[at:end]
        elif rng.randrange(4) == 0:
            del text[at:]
    return bytes(text)


def refuse(what):
    raise ValueError(what)


class Pairs(list):
    """An object as the list of its members in order, with names that occur twice."""


def look(value, depth):
    """Checks depth and surrogates without recursion, which Python limits."""
    todo = [(value, depth)]
    while todo:
        v, d = todo.pop()
        if isinstance(v, list):
            if d > 128:
                refuse("too deep")
            for x in v:
                if isinstance(v, Pairs):
                    todo += [(x[0], d + 1), (x[1], d + 1)]
                else:
                    todo.append((x, d + 1))
        elif isinstance(v, str) and any(0xD800 <= ord(c) <= 0xDFFF for c in v):
            refuse("half of a pair")


def expected(data):
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=refuse, parse_int=float, parse_float=float,
                           object_pairs_hook=Pairs)
        look(value, 1)
    except (ValueError, RecursionError):
        return "00"
    if not isinstance(value, Pairs):
        return "10"
    names = [n for n, _ in value]
    return "11" if len(set(names)) == len(names) and not any(n.startswith("$sp") for n in names) else "10"


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    sys.setrecursionlimit(5000)
    texts = SEEDS + [mutate(rng) for _ in range(count)]
    want = [expected(t) for t in texts]
    hexes = "".join(t.hex() + "\n" for t in texts)
    wrong = 0
    for plain in ("0", "1"):
        run = subprocess.run([PROGRAM, "verdicts"], input=hexes, text=True, capture_output=True, check=True,
                             env={**os.environ, "SP_PLAIN": plain})
        got = run.stdout.split()
        if len(got) != len(texts):
            sys.exit(f"diff_json: {len(got)} verdicts on {len(texts)} texts")
        for t, w, g in zip(texts, want, got):
            if w != g:
                wrong += 1
                if wrong <= 10:
                    print(f"SP_PLAIN={plain}: {t[:300]!r}: python {w}, sp {g}")
    print(f"{len(texts)} texts: {want.count('11')} events, {want.count('10')} other values")
    print(f"{2 * len(texts) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
