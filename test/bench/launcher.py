"""Runs commands and measures them from outside: one JSON request per line on stdin, one JSON answer per line on stdout.

Request: {"commands": [[program, argument, ...], ...], "cwd": folder, "env": {...}, "sync": bool}. All commands of a
request start at once. Answer: {"wall", "cpu" (seconds), "peak" (bytes), "codes", "errors" (ends of their stderr)}.

The clock runs from just before the first process starts until the last one was waited for. Peak memory is the
`ru_maxrss` that `wait4` reports, the largest among the commands: it holds for a process with all its threads; of the
child processes that it starts in turn it holds the largest one, not their sum. This program is kept small because Linux
counts the memory of the starting process against the started one until its exec.
"""

import json
import os
import sys
import tempfile
import time

PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def measure(request):
    os.chdir(request["cwd"])
    if request["sync"]:
        os.sync()
    null = os.open(os.devnull, os.O_RDWR)
    errors = [open_temporary() for _ in request["commands"]]
    start = time.perf_counter()
    running = {}
    for place, command in enumerate(request["commands"]):
        actions = [
            (os.POSIX_SPAWN_DUP2, null, 0),
            (os.POSIX_SPAWN_DUP2, null, 1),
            (os.POSIX_SPAWN_DUP2, errors[place], 2),
        ]
        running[os.posix_spawnp(command[0], command, request["env"], file_actions=actions)] = place
    codes = [0] * len(running)
    cpu = 0.0
    peak = 0
    while running:
        pid, status, usage = os.wait4(-1, 0)
        codes[running.pop(pid)] = os.waitstatus_to_exitcode(status)
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss * PEAK_UNIT)
    wall = time.perf_counter() - start
    os.close(null)
    return {"wall": wall, "cpu": cpu, "peak": peak, "codes": codes, "errors": [end_of(file) for file in errors]}


def open_temporary():
    handle, name = tempfile.mkstemp()
    os.unlink(name)
    return handle


def end_of(handle):
    size = os.lseek(handle, 0, os.SEEK_END)
    os.lseek(handle, max(0, size - 2000), os.SEEK_SET)
    text = os.read(handle, 2000).decode("utf-8", "replace")
    os.close(handle)
    return text


for line in sys.stdin:
    print(json.dumps(measure(json.loads(line))), flush=True)
