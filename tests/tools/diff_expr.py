#!/usr/bin/env python3
"""diff_expr.py [--seed N] [--programs N] -- compares expressions with jq itself.

Random programs of the native grammar run over random events, in three ways:
  native  build/tools/expr_native, thousands of programs; what it would hand over to libjq is not compared
  whole   build/tools/expr_eval, the whole of common/expr with libjq
  syntax  random sequences of tokens: what the native parser refuses, jq must refuse, too
Numbers in the events are such that doubles are exact where that matters, since jq 1.6 has only doubles. Results are
compared to 1e-15. The last line is "N passed, N failed".
"""
import argparse
import json
import random
import subprocess
import sys

NAMES = ["a", "b", "c", "n", "s", "t", "x y", "é", "k\"q"]
STRINGS = ["", "a", "b", "ab", "abc", "GR", "é", "日本", "\U0001f600", "a\nb", 'q"q', "back\\slash", "Z", "x/y", "\x7f", "aé"]
FEW = ["a", "ab", "GR", "é", "a\nb"]  # few, so that comparisons are sometimes true
NUMBERS = ["0", "1", "2", "3", "-1", "-7", "10", "0.5", "2.25", "-1.75", "1e3", "1000000", "503", "123456789012", "25E-2",
           "1e300", "-1e300", "1e-300", "1234567", "-0", "0.0", "1.0", "100e-2", "0.015625"]


class Gen:
    def __init__(self, seed):
        self.r = random.Random(seed)

    # ---- events ----
    def text(self, s):
        """A JSON string, sometimes with escapes that are not necessary."""
        if self.r.random() < 0.7:
            return json.dumps(s, ensure_ascii=False)
        out = ""
        for c in s:
            if self.r.random() < 0.5:
                out += "".join("\\u%04x" % u for u in memoryview(c.encode("utf-16-le")).cast("H"))
            elif c == "/":
                out += "\\/"
            else:
                out += json.dumps(c, ensure_ascii=False)[1:-1]
        return '"' + out + '"'

    def space(self):
        return " " if self.r.random() < 0.1 else ""

    def value(self, depth):
        r = self.r.random()
        if depth <= 0 or r < 0.62:
            return self.r.choice([lambda: self.r.choice(["null", "true", "false"]), lambda: self.r.choice(NUMBERS),
                                  lambda: self.r.choice(NUMBERS), lambda: self.text(self.r.choice(STRINGS))])()
        n = self.r.randrange(4)
        if r < 0.76:
            return "[" + ",".join(self.space() + self.value(depth - 1) + self.space() for _ in range(n)) + "]"
        return self.object(depth - 1, n)

    def object(self, depth, n):
        names = self.r.sample(NAMES, n)
        if depth < 2 and n and self.r.random() < 0.1:  # below the top level the last of equal names counts
            names.append(names[0])
        return "{" + ",".join(self.space() + self.text(k) + self.space() + ":" + self.space() + self.member(k, depth)
                              for k in names) + "}"

    def member(self, name, depth):
        """Mostly a value of the type that the name suggests, so that few programs fail."""
        if self.r.random() < 0.85 and name in "abn":
            return self.r.choice(NUMBERS)
        return self.text(self.r.choice(FEW)) if self.r.random() < 0.85 and name in "st" else self.value(depth)

    def event(self):
        return self.object(3, self.r.randrange(3, len(NAMES)))

    # ---- programs ----
    def name(self):
        n = self.r.choice(NAMES)
        if n.isascii() and n.isalpha() and self.r.random() < 0.8:
            return "." + n
        quoted = json.dumps(n, ensure_ascii=self.r.random() < 0.3)
        return "." + quoted if self.r.random() < 0.5 else "[" + quoted + "]"

    def path(self):
        steps = ""
        for i in range(self.r.choice([1, 1, 1, 2, 2, 3])):
            if i and self.r.random() < 0.3:
                step = "[%d]" % self.r.choice([0, 1, 2, -1, -2, 9])
            else:
                step = self.name()
            steps += "." + step if not steps and step[0] == "[" else step
        return steps

    def literal(self):
        r = self.r.random()
        if r < 0.2:
            return self.r.choice(["null", "true", "false"])
        if r < 0.6:
            return self.r.choice([n for n in NUMBERS if n[0] != "-"] + [".5", "1.", "007", "3.e1"])
        return json.dumps(self.r.choice(STRINGS), ensure_ascii=self.r.random() < 0.3)

    def function(self):
        r = self.r.random()
        if r < 0.7:
            return self.r.choice(["not", "length", "floor", "ascii_downcase", "ascii_upcase"])
        return self.r.choice(["startswith", "endswith"]) + "(" + json.dumps(self.r.choice(STRINGS)) + ")"

    def modulo(self):
        """A remainder of small numbers: beyond 64 bits jq 1.6 is wrong, or dies of SIGFPE (INT64_MIN % -1)."""
        small = lambda: self.r.choice(["3", "7", "-2", "10.9", "1000003", "(.s|length)", "(.t | length)", "0", "-0.5"])
        return "(" + small() + " % " + small() + ")"

    def program(self, depth):
        r = self.r.random()
        if depth <= 0 or r < 0.12:
            return self.path() if self.r.random() < 0.6 else self.literal()
        sub = lambda: self.program(depth - 1)
        blank = lambda: self.r.choice([" ", " ", "", "\n"])
        if r < 0.30:
            return sub() + blank() + self.r.choice("+-*+-*/") + blank() + sub()
        if r < 0.34:
            return self.modulo()
        if r < 0.52:
            return sub() + blank() + self.r.choice(["==", "!=", "<", "<=", ">", ">="]) + blank() + sub()
        if r < 0.66:
            return sub() + " " + self.r.choice(["and", "or"]) + " " + sub()
        if r < 0.72:
            return sub() + " //" + blank() + sub()
        if r < 0.77:
            return "-" + sub()
        if r < 0.86:
            return "(" + sub() + ")" + (self.name() if self.r.random() < 0.3 else "")
        if r < 0.94:
            return sub() + " | " + (self.function() if self.r.random() < 0.5 else
                                    self.r.choice([".", ".a", sub(), ". + .", ".[0]"]))
        elif_ = " elif " + sub() + " then " + sub() if self.r.random() < 0.3 else ""
        return "if " + sub() + " then " + sub() + elif_ + " else " + sub() + " end"

    def typed(self, kind, depth):
        """A program whose value is mostly of KIND: number, string or bool."""
        r, sub = self.r.random(), lambda k: self.typed(k, depth - 1)
        if depth <= 0 or r < 0.2:
            if kind == "bool":
                return self.r.choice(["true", "false", "null", ".c", ".gone"])
            name = self.r.choice([".a", ".b", ".n"] if kind == "number" else [".s", ".t"])
            literal = self.r.choice(NUMBERS) if kind == "number" else json.dumps(self.r.choice(FEW), ensure_ascii=False)
            return name if self.r.random() < 0.7 else literal
        if r < 0.35:
            return "(" + sub(kind) + ")"
        if r < 0.45:
            return "if " + sub("bool") + " then " + sub(kind) + " else " + sub(kind) + " end"
        if r < 0.5:
            return sub(kind) + " // " + sub(kind)
        if kind == "number":
            if r < 0.6:
                return "(" + sub("string") + " | length)"
            if r < 0.65:
                return self.modulo()
            return sub(kind) + self.r.choice([" + ", " - ", "*", " / ", "-", "+"]) + sub(kind)
        if kind == "string":
            return sub(kind) + " + " + sub(kind) if r < 0.75 else "(" + sub(kind) + "|ascii_downcase)"
        if r < 0.6:
            return self.r.choice([".s", ".t"]) + self.r.choice([" == ", " != ", " < "]) + sub("string")
        if r < 0.7:
            k = self.r.choice(["number", "string", "bool"])
            return sub(k) + self.r.choice([" == ", " != ", " < ", "<=", ">", ">="]) + sub(k)
        if r < 0.8:
            return "(" + sub("string") + "|" + self.r.choice(["startswith", "endswith"]) + "(" + \
                json.dumps(self.r.choice(STRINGS)) + "))"
        return sub(kind) + self.r.choice([" and ", " or "]) + sub(kind)

    def any_program(self):
        depth = self.r.randrange(1, 4)
        if self.r.random() < 0.4:
            return self.program(depth)
        return self.typed(self.r.choice(["number", "string", "bool"]), depth + 1)

    def soup(self):
        tokens = [".", ".a", "[", "]", "(", ")", "0", "1.5", '"s"', "+", "-", "*", "/", "%", "==", "<", "and", "or", "not",
                  "//", "|", "if", "then", "else", "end", "elif", ",", "?", "length", ":", "{", "}", "null", "..", "|=", "$x"]
        return " ".join(self.r.choice(tokens) for _ in range(self.r.randrange(1, 8)))


# ---- running jq and sp ----
def run_jq(programs, events):
    """Returns for each event a list with the [outputs] of each program, [1, 2] for an error; None if one does not compile."""
    body = ",".join("(try [%s] catch [1,2])" % ("\n" + p + "\n") for p in programs)
    done = subprocess.run(["jq", "-c", "[" + body + "]"], input="\n".join(events), capture_output=True, text=True,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
    return [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else None


def run_all(programs, events):
    """The same for many programs. A list that fails is halved, down to the programs that do not compile, which get None."""
    got = run_jq(programs, events)
    if got is not None:
        return [[row[i] for row in got] for i in range(len(programs))]
    if len(programs) == 1:
        return [None]
    half = len(programs) // 2
    return run_all(programs[:half], events) + run_all(programs[half:], events)


def run_sp(tool, set_size, programs, events):
    lines = "".join("%s\t%s\n" % (p.replace("\n", " "), e) for p in programs for e in events)
    done = subprocess.run([tool, str(set_size)], input=lines.encode(), capture_output=True)
    if done.returncode != 0:
        sys.exit("%s: status %d: %s" % (tool, done.returncode, done.stderr.decode()))
    out = done.stdout.decode().split("\n")
    return [out[i * len(events):(i + 1) * len(events)] for i in range(len(programs))]


def equal(a, b):
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or abs(a - b) <= 1e-15 * max(abs(a), abs(b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b


class Count:
    passed = failed = handed = 0

    def fail(self, how, program, event, ours, theirs):
        self.failed += 1
        if self.failed <= 20:
            print("%s: %s\n\tevent %s\n\tsp    %s\n\tjq    %s" % (how, program, event, ours, theirs))

    def compare(self, how, program, event, ours, theirs):
        if how == "native" and ours.startswith("error: ") and ours.endswith("libjq"):
            self.handed += 1
        elif theirs is None or len(theirs) != 1:  # does not compile; error
            ok = ours.startswith("error: ")
            self.passed += ok
            if not ok:
                self.fail(how, program, event, ours, theirs)
        elif ours.startswith("error: ") or not equal(json.loads(ours), theirs[0]):
            self.fail(how, program, event, ours, theirs)
        else:
            self.passed += 1


def compare(count, how, tool, set_size, programs, events):
    theirs = []
    for i in range(0, len(programs), 100):
        theirs += run_all(programs[i:i + 100], events)
    ours = run_sp(tool, set_size, programs, events)
    for p, mine, his in zip(programs, ours, theirs):
        for i, e in enumerate(events):
            count.compare(how, p, e, mine[i], his[i] if his else None)


def syntax(count, tool, programs):
    """A program that is certainly refused (the message has a position), or accepted natively: jq must agree."""
    theirs = []
    for i in range(0, len(programs), 16):
        theirs += run_all(programs[i:i + 16], ["{}"])
    for p, mine, his in zip(programs, run_sp(tool, 1, programs, ["{}"]), theirs):
        if mine[0].startswith("error: ") and mine[0].endswith("libjq"):
            count.handed += 1
        elif mine[0].startswith("error: ") == (his is None):
            count.passed += 1
        else:
            count.fail("syntax", p, "{}", mine[0], his)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--seed", type=int, default=20240501)
    a.add_argument("--programs", type=int, default=1200)
    a.add_argument("--tools", default="build/tools")
    o = a.parse_args()
    g = Gen(o.seed)
    count = Count()
    events = [g.event() for _ in range(12)]
    compare(count, "native", o.tools + "/expr_native", 8, [g.any_program() for _ in range(o.programs)], events)
    share = count.handed / (count.handed + count.passed + count.failed)
    compare(count, "whole", o.tools + "/expr_eval", 8, [g.any_program() for _ in range(o.programs // 15)], events)
    syntax(count, o.tools + "/expr_native", [g.soup() for _ in range(o.programs // 5)])
    print("seed %d; %.0f %% of the native cases would go to libjq" % (o.seed, share * 100))
    print("%d passed, %d failed" % (count.passed, count.failed))
    return 1 if count.failed else 0


if __name__ == "__main__":
    sys.exit(main())
