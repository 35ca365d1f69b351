#!/usr/bin/env python3
"""pty.py -- runs a command with its standard output on a small terminal, and prints what a user would see.

    pty.py COLUMNSxLINES COMMAND... < STEPS

STEPS are lines for the command's standard input (a pipe), but for these:
    %wait TEXT      wait until TEXT is on the screen (at most 20 s)
    %show           print a line "-- screen" and the screen
    %resize CxL     change the size of the terminal
    %kill NAME      send the command a signal (INT, TERM)
At the end of STEPS the input is closed. When the command has ended, everything that was ever on the screen is printed,
scrolled away or not, and "-- status N".
"""
import fcntl, os, re, select, signal, struct, subprocess, sys, termios, time, unicodedata


def columns(c):
    if unicodedata.combining(c) or c == "\u200d" or c == "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


class Screen:
    """The part of ECMA-48 that sp-sink uses; any other sequence fails the test."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.rows, self.top, self.y, self.x = [[]], 0, 0, 0

    def feed(self, text):
        for part in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.?|[^\x1b]", text, re.S):
            if part[0] == "\x1b":
                self.escape(part)
            else:
                self.put(part)

    def escape(self, part):
        kind, number = part[-1], part[2:-1]
        if kind == "m":
            return
        if kind == "A":
            self.y = max(self.top, self.y - int(number or 1))
        elif part == "\x1b[J":
            del self.rows[self.y + 1 :]
            del self.rows[self.y][self.x :]
        else:
            raise SystemExit("pty.py: unexpected escape sequence %r" % part)

    def put(self, c):
        if c == "\n":
            self.y += 1
        elif c == "\r":
            self.x = 0
        else:
            if self.x + columns(c) > self.width:
                self.x, self.y = 0, self.y + 1
            self.fill()
            row = self.rows[self.y]
            row[self.x : self.x + columns(c)] = [c] + [""] * (columns(c) - 1)
            self.x += columns(c)
        self.fill()

    def fill(self):
        while len(self.rows) <= self.y:
            self.rows.append([])
        while len(self.rows[self.y]) < self.x:
            self.rows[self.y].append(" ")
        self.top = max(self.top, self.y + 1 - self.height)

    def resize(self, width, height):
        """Lines that have become too long are wrapped, as terminals do."""
        rows = []
        for y, row in enumerate(self.rows):
            if y == self.y:
                self.y = len(rows)
            rows += [row[i : i + width] for i in range(0, max(len(row), 1), width)]
        self.rows, self.width, self.height, self.top = rows, width, height, 0
        self.fill()

    def text(self, from_row):
        return "\n".join("".join(r).rstrip() for r in self.rows[from_row:]).rstrip("\n")


class Run:
    def __init__(self, size, command):
        width, height = map(int, size.split("x"))
        self.master, slave = os.openpty()
        self.screen = Screen(width, height)
        self.set_size(width, height)
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=slave)
        os.close(slave)
        self.closed = False

    def set_size(self, width, height):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def read(self, seconds):
        if self.closed or not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        self.closed = not data
        self.screen.feed(data.decode("utf-8", "replace"))
        return bool(data)

    def wait(self, text):
        deadline = time.monotonic() + 20
        while text not in self.screen.text(self.screen.top):
            if time.monotonic() > deadline or (self.closed and not self.read(0)):
                print("pty.py: not within 20 s:", repr(text))
                return
            self.read(0.05)

    def step(self, line):
        word, _, rest = line.partition(" ")
        if word == "%wait":
            self.wait(rest)
        elif word == "%show":
            while self.read(0):
                pass
            print("-- screen\n" + self.screen.text(self.screen.top))
        elif word == "%resize":
            width, height = map(int, rest.split("x"))
            self.screen.resize(width, height)
            self.set_size(width, height)
            self.process.send_signal(signal.SIGWINCH)
        elif word == "%kill":
            self.process.send_signal(getattr(signal, "SIG" + rest))
        else:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()

    def end(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        while not self.closed:
            self.read(1)
        print("-- end\n" + self.screen.text(0))
        print("-- status", self.process.wait())


def main():
    run = Run(sys.argv[1], sys.argv[2:])
    for line in sys.stdin:
        run.step(line.rstrip("\n"))
    run.end()


main()
