#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The floor: how long it takes to pass the bytes of files through, doing nothing with them. No packages needed.

    floor.py FILE...

"read" is read() into one buffer of 1 MiB again and again: the bytes end in the second level of cache. "whole" is read()
into a buffer that holds all of it and was touched before, so that the bytes end in memory; left out above 4 GiB. "copy"
is a copy of as many bytes from memory to memory, by what it takes of 64 MiB. All are warm: the files are read once
before, and the buffers touched.
"""
import json
import os
import sys
import time

SMALL, LARGE, MOST = 1 << 20, 64 << 20, 4 << 30


def read_all(paths, view, step):
    """Seconds for reading all bytes of all files into the view: to its start each time, or one after the other."""
    start = time.perf_counter()
    at = 0
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        while got := os.readv(descriptor, [view[at:at + step]]):
            at += got if len(view) > step else 0
        os.close(descriptor)
    return time.perf_counter() - start


def touched(size):
    """A buffer whose pages are there."""
    view = memoryview(bytearray(size))
    view[::4096] = bytes(len(range(0, size, 4096)))
    return view


def copy():
    """Seconds for a byte."""
    source, target = touched(LARGE), touched(LARGE)
    start = time.perf_counter()
    target[:] = source
    return (time.perf_counter() - start) / LARGE


def main():
    paths = sys.argv[1:]
    total = sum(os.path.getsize(path) for path in paths)
    read_all(paths, memoryview(bytearray(SMALL)), SMALL)
    found = {"read": read_all(paths, memoryview(bytearray(SMALL)), SMALL)}
    if total <= MOST:
        found["whole"] = read_all(paths, touched(total + SMALL), SMALL)
    found["copy"] = copy() * total
    print(json.dumps({"seconds": found["read"], "floor": found, "bytes": total}))


if __name__ == "__main__":
    main()
