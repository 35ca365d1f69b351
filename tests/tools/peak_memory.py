#!/usr/bin/env python3
"""peak_memory.py COMMAND... -- runs COMMAND and prints its largest resident memory, in KB, as the last line of standard
error."""
import resource
import subprocess
import sys

status = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
