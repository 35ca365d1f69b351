#!/usr/bin/env python3
"""Every conversion of --time-format against Python's strptime and glibc's, on random times.

A format is put together at random: a date, a time of day, a zone, and parts that say something again (a weekday, a
week). A random time is written by the format. sp-capture must read it as Python does, or as glibc's strptime(3) does
where Python lacks a conversion, and both must give the time that was written. Then one part of the text is changed. If
a part contradicts the others, sp-capture must reject the text; if a digit is changed, sp-capture must either reject the
text or read it as Python does.

usage: diff_strptime.py [--seed N] [--formats N]
"""

import argparse
import collections
import ctypes
import json
import os
import random
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
PYTHON = set("aAwdbBmyYHIpMSfzZjUWcxXGuV%")

DATES = ["%Y-%m-%d", "%Y%m%d", "%d/%b/%Y", "%B %d, %Y", "%d %h %Y", "%e.%m.%Y", "%m/%d/%y", "%D", "%F", "%x", "%y%m%d",
         "%C%y-%m-%d", "%Y-%j", "%Y%j", "%j of %y", "%G-W%V-%u", "%G%V%u", "%G/%V/%a", "%A %V %G", "%g %V %u", "%V %w %G",
         "%Y %U %w", "%Y %U %u", "%a %U %Y", "%Y %W %u", "%W %A %y", "%C%y %W %w", "%Ey %Om %Od", "%-d.%-m.%Y",
         "%Y %n %m%t%d", "100%% %Y-%m-%d"]
CLOCKS = ["%H:%M:%S", "%T", "%X", "%H%M%S", "%I:%M:%S %p", "%p %I.%M.%S", "%l:%M:%S %P", "%r", "%k:%M:%S", "%H:%M", "%R",
          "%H", "%I %p", "%H:%M:%S.%f", "%T,%f", "%T.%L", "%T:%-L", ""]
ZONES = ["", "", "%z", " %z", " %Z", " %z %Z"]
# Parts that say again what the date says already.
AGAIN = ["", "", "", " %a", " %A", " %u", " %w", " %j", " %U", " %W", " %G", " %V", " %g %V", " %y", " %C", " %b", " %h", " %e"]
WHOLE = ["%c", "%s", "%s.%f", "%s %z", "%a %b %e %T %Y"]


def glibc_strptime(text, form):
    """Returns the local time that glibc's strptime(3) reads, or None."""
    class Tm(ctypes.Structure):
        _fields_ = [(n, ctypes.c_int) for n in "sec min hour mday mon year wday yday isdst".split()] + [
            ("gmtoff", ctypes.c_long), ("zone", ctypes.c_char_p)]
    libc = ctypes.CDLL(None)
    libc.strptime.restype = ctypes.c_char_p
    tm = Tm(mday=1, year=70)
    rest = libc.strptime(text.encode(), form.encode(), ctypes.byref(tm))
    if rest is None or rest:
        return None
    try:
        return datetime(tm.year + 1900, tm.mon + 1, tm.mday, tm.hour, tm.min, tm.sec, tzinfo=timezone.utc)
    except ValueError:
        return None


def letters(form):
    """Returns the letters of the conversions of a format."""
    return re.findall(r"%[-_0^#EO]*(.)", form)


def write(form, t, zone_name, change=None):
    """Returns the time T in a format. If CHANGE is the number of a conversion, that one gets a wrong value."""
    number = -1

    def one(match):
        nonlocal number
        number += 1
        flag, letter = match.groups()
        at = t
        if number == change:
            # A day of another month, year and week, with another weekday.
            at = t + timedelta(days=1 + 366 + 31)
        if letter in "eklLPsgChDFTRrntcxXGVuUWjf":
            iso = at.isocalendar()
            hour12 = at.hour % 12 or 12
            text = {"e": "%2d" % at.day, "k": "%2d" % at.hour, "l": "%2d" % hour12, "P": "am" if at.hour < 12 else "pm",
                    "L": "%03d" % (at.microsecond // 1000), "s": str((at - EPOCH) // timedelta(seconds=1)),
                    "g": "%02d" % (iso[0] % 100), "C": "%02d" % (at.year // 100), "G": "%04d" % iso[0], "n": "\n", "t": "\t",
                    "f": "%06d" % at.microsecond}.get(letter)
            if letter == "L" and flag == "-":
                text = str(at.microsecond // 1000)
            return text if text is not None else at.strftime("%" + letter)
        if letter == "Z":
            return zone_name
        return at.strftime("%" + letter)
    return re.sub(r"%([-_0^#EO]*)(.)", one, form)


def capture(form, texts):
    """Returns what sp-capture reads: the instant of each text, or None."""
    lines = "".join(json.dumps({"i": i, "t": text}) + "\n" for i, text in enumerate(texts))
    done = subprocess.run(["sp-capture", "--in-order", "-t", ".t", "--time-format", form, "--reject", "/dev/null"],
                          input=lines.encode(), capture_output=True)
    if done.returncode not in (0, 65):
        return done.stderr.decode().strip()
    got = [None] * len(texts)
    for line in done.stdout.splitlines():
        event = json.loads(line)
        ts = event["ts"][:-1]
        if "." in ts:
            ts = ts[:26].ljust(26, "0")
        # Python has no year 0.
        got[event["i"]] = None if ts.startswith("0000") else datetime.fromisoformat(ts).replace(tzinfo=timezone.utc)
    return got


def python_reads(text, form):
    """Returns the instant that Python reads, None if it refuses the text, "none" if it refuses the format."""
    try:
        t = datetime.strptime(text, form)
    except ValueError:
        return None
    except re.error:
        return "none"
    return t.replace(tzinfo=timezone.utc) if t.tzinfo is None else t


def make_format(r):
    """Returns a random format."""
    if r.random() < 0.1:
        return r.choice(WHOLE)
    date, clock = r.choice(DATES), r.choice(CLOCKS)
    have = set(letters(date))
    zone = r.choice(ZONES) if clock else ""
    again = r.choice(AGAIN)
    # Weeks are compared with a date that has its year.
    if " %V" == again and "G" not in have and "g" not in have:
        again = " %G %V"
    if again == " %G" and "V" not in have:
        again = " %V %G"
    if again == " %C" and not have & set("YyDFx"):
        again = ""
    return date + again + (r.choice([" ", "T", "  "]) if clock else "") + clock + zone


def round_to(form, t):
    """Returns T without the parts that the format does not write."""
    have = set(letters(form))
    if have & set("sc"):
        return t if "f" in have else t.replace(microsecond=0)
    if not have & set("STXr"):
        t = t.replace(second=0)
    if not have & set("MTXRr"):
        t = t.replace(minute=0)
    if not have & set("HIklTXRr"):
        t = t.replace(hour=0)
    if "L" in have:
        return t.replace(microsecond=t.microsecond // 1000 * 1000)
    return t if "f" in have else t.replace(microsecond=0)


def random_time(r, form):
    """Returns a random time that the format can hold: %y is 1969 to 2068."""
    have = set(letters(form))
    first, last = (1970, 2067) if have & set("ygDx") else (1000, 9000) if "C" not in have else (1000, 9000)
    day = datetime(first, 1, 3, tzinfo=timezone.utc) + timedelta(days=r.randrange((last - first) * 365))
    if r.random() < 0.3:
        # The ends of years are where weeks differ.
        day = datetime(day.year, 1, 1, tzinfo=timezone.utc) + timedelta(days=r.randrange(-4, 5))
        day = day if day.year >= first else day.replace(year=first)
    t = day + timedelta(seconds=r.randrange(86400), microseconds=r.choice([0, r.randrange(1000000)]))
    return round_to(form, t)


class Checker:
    def __init__(self, r):
        self.r, self.failed, self.passed = r, 0, collections.Counter()

    def fail(self, form, text, is_, should):
        self.failed += 1
        if self.failed <= 20:
            print("%r by %r is %s, should be %s" % (text, form, is_, should))

    def oracle(self, form, text):
        """Returns what another program reads, or 'none' if there is no other program for the format."""
        have = set(letters(form))
        # The last of two years counts for the others, and a modifier confuses glibc.
        if (have & set("YFc") and have & set("yCDx")) or (have & set("Gg") and have & set("UW")) or len(have) < len(letters(form)) or re.search("%[EO]", form):
            return "none"
        if have <= PYTHON and not re.search("%[-_0^#EO]", form):
            return python_reads(text, form)
        if have & set("fLPgGVuUWwzZ") or "%-" in form or (have & set("j") and have & set("aA")):
            return "none"
        return glibc_strptime(text, form)

    def format(self, form, count):
        r, have = self.r, letters(form)
        texts, wants = [], []
        for _ in range(count):
            offset = r.choice([0, 7200, -12600, 20700]) if "z" in have and "s" not in have else 0
            zone_name = "UTC" if offset == 0 else "XST"
            zone_name = r.choice([zone_name, "GMT"]) if offset == 0 else zone_name
            local = random_time(r, form).replace(tzinfo=timezone(timedelta(seconds=offset)))
            at = local.astimezone(timezone.utc)
            text = write(form, local, zone_name)
            texts.append(text)
            wants.append(at)
            also = self.oracle(form, text)
            # Python's strptime does not accept the name XST.
            if also not in ("none", None) and also != at:
                self.fail(form, text, "%s by the other program" % also, at)
            self.passed["compared"] += also not in ("none", None)
            # A part that contradicts the others.
            fields = [i for i, c in enumerate(have) if c in "aAuwjUWGgVyCbhe" and is_contradiction(form, local, i)]
            if fields:
                texts.append(write(form, local, zone_name, r.choice(fields)))
                wants.append(None)
                self.passed["contradictions"] += 1
            # Another digit.
            places = [i for i, c in enumerate(text) if c.isdigit()]
            i = r.choice(places)
            texts.append(text[:i] + r.choice("0123456789") + text[i + 1:])
            wants.append("python")
        got = capture(form, texts)
        if isinstance(got, str):
            return self.fail(form, texts[0], got, wants[0])
        for text, is_, want in zip(texts, got, wants):
            if want == "python":
                other = self.oracle(form, text)
                if is_ is None or other in ("none", None):
                    continue
                want = other
            if is_ != want:
                self.fail(form, text, is_, want)
            else:
                self.passed["read"] += 1
        for c in have:
            self.passed["%" + c] += count


def is_contradiction(form, at, number):
    """Returns True if a wrong value of a conversion contradicts the year, the month and the day of the format."""
    have = letters(form)
    one = "%" + have[number]
    return {"Y", "m", "d"} <= set(have) and have[number] not in "Ymd" and write(one, at, "") != write(one, at, "", 0)


def main():
    # glibc reads %s as a time in the zone of TZ.
    os.environ["TZ"] = "UTC"
    time.tzset()
    a = argparse.ArgumentParser()
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--formats", type=int, default=400)
    o = a.parse_args()
    r = random.Random(o.seed)
    check = Checker(r)
    forms = WHOLE + [d + " %H:%M:%S" for d in DATES] + ["%Y-%m-%d " + c for c in CLOCKS] + [
        "%Y-%m-%d" + x for x in AGAIN if x not in (" %G", " %V", " %g %V")]
    for form in forms + [make_format(r) for _ in range(o.formats)]:
        check.format(form, 12)
    for letter in "YCymbBhdejaAuwUWGgVHkIlpPMSfLzZscxXDFTRrnt%":
        if check.passed["%" + letter] < 12:
            check.fail("%" + letter, "", "never compared", "tried")
    print("seed %d: %d read, %d by another program, %d contradictions, %d failed" % (
        o.seed, check.passed["read"], check.passed["compared"], check.passed["contradictions"], check.failed))
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
