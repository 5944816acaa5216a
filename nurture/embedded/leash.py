"""Run as a script: leash.py PARENT PROGRAM ARGUMENT...; becomes the program, which ends when the parent ends.

A program of its own, because running Python between fork and exec of a process with threads may deadlock.
Standard library only, and nothing slow: it is on the way of every start.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, program: list[str]) -> None:
    if sys.platform == "linux":  # elsewhere the held lock of the data directory tells of a left-over child
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("the parent ended first")
    os.execv(program[0], program)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
