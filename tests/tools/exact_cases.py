#!/usr/bin/env python3
"""exact_cases.py -- prints tests/unit/state/exact_cases.h: lists of numbers with their sum, mean and sample variance,
computed in fractions. A result is a decimal if it has at most 38 places and fits in 127 bits, else the nearest double."""
import random
from decimal import Decimal, localcontext
from fractions import Fraction

random.seed(20240501)


def decimal():
    digits = random.choice([1, 3, 6, 12, 17, 19, 25, 38])
    n = random.randrange(10**digits)
    scale = random.choice([0, 0, 2, 3, 6, 15, 20, 38])
    if n >= 2**127:
        n //= 10
    text = str(n).rjust(scale + 1, "0")
    text = text[: len(text) - scale] + ("." + text[len(text) - scale :] if scale else "")
    return random.choice(["", "-"]) + text


def real():
    return repr(random.choice([1, -1]) * random.uniform(1, 10) * 10.0 ** random.choice([-300, -60, 45, 60, 200, 300]))


def value(text):
    """The value as struct num reads it: exact if it fits, else a double."""
    f = Fraction(text)
    return f if exact(f) is not None else Fraction(float(text))


def exact(f):
    for scale in range(39):
        if 10**scale % f.denominator == 0:
            n = f * 10**scale
            return (int(n), scale) if abs(n) < 2**127 else None
    return None


def shown(f):
    e = exact(f)
    if e is None:
        return nearest(f)
    n, scale = e
    text = str(abs(n)).rjust(scale + 1, "0")
    return ("-" if n < 0 else "") + text[: len(text) - scale] + ("." + text[len(text) - scale :] if scale else "")


def nearest(f):
    """The nearest double, or, beyond the doubles, 17 digits."""
    try:
        return repr(float(f))
    except OverflowError:
        with localcontext() as c:
            c.prec = 17
            return str((Decimal(f.numerator) / Decimal(f.denominator)).normalize()).lower()


def root(f):
    """The double nearest to the square root: it is computed to 400 digits first."""
    with localcontext() as c:
        c.prec = 400
        d = (Decimal(f.numerator) / Decimal(f.denominator)).sqrt()
    return nearest(Fraction(d))


print("/* exact_cases.h -- made by tests/tools/exact_cases.py: numbers, their sum, mean, variance and its root. */")
print("static const struct {\n\tconst char *values, *sum, *mean, *variance, *deviation;\n} exact_cases[] = {")
for case in range(120):
    kinds = random.choice([[decimal], [decimal], [decimal, real], [real]])
    n = random.choice([2, 2, 3, 5, 8, 16])
    texts = [random.choice(kinds)() for _ in range(n)]
    if case % 4 == 0:  # numbers that cancel each other
        texts += [t[1:] if t[0] == "-" else "-" + t for t in texts[1:]]
    v = [value(t) for t in texts]
    s = sum(v)
    var = (len(v) * sum(x * x for x in v) - s * s) / (len(v) * (len(v) - 1))
    print('\t{ "%s",\n\t\t"%s", "%s", "%s", "%s" },' % (" ".join(texts), shown(s), shown(s / len(v)), nearest(var), root(var)))
print("};")
