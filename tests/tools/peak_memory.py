#!/usr/bin/env python3
"""peak_memory.py COMMAND... -- runs it; its largest resident memory in KB goes to standard error, as the last line."""
import resource
import subprocess
import sys

status = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
