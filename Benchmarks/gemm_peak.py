#!/usr/bin/env python3
"""What a large matrix product reaches on this machine, in floating-point operations per second.

    venv/bin/python Benchmarks/gemm_peak.py

NumPy's wheels bring an OpenBLAS of their own that knows present processors, which Debian's does
not. One process on each core, one thread each, the best of some turns: other work on the machine
only ever lowers it.
"""

import os
import subprocess
import sys

SIZE = 2048


def measure(turns):
    import time

    import numpy

    left = numpy.random.default_rng(1).standard_normal((SIZE, SIZE), dtype=numpy.float32)
    right, product = left.copy(), numpy.empty_like(left)
    best = 0.0
    for _ in range(turns):
        began = time.process_time()
        numpy.matmul(left, right, out=product)
        best = max(best, 2 * SIZE**3 / (time.process_time() - began))
    return best


def gemm_peaks(turns=12):
    """-> {cores: operations per second} for one core and for two at once, by their own time."""
    command = [sys.executable, __file__, str(turns)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    peaks = {}
    for cores in (1, 2):
        workers = [subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE)
                   for _ in range(cores)]
        peaks[cores] = sum(float(worker.communicate()[0]) for worker in workers)
    return peaks


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(measure(int(sys.argv[1])))
    else:
        for cores, peak in gemm_peaks().items():
            print(f"{cores} core{'s' if cores > 1 else ''}: {peak / 1e9:.1f} GFLOP/s")
