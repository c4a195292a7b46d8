#!/usr/bin/env python3
"""Seconds of linear PCA beside NumPy and scikit-learn on the same numbers, in one run.

    swift build --package-path Benchmarks -c release --static-swift-stdlib
    python Benchmarks/pca_speed.py [--rounds 5]

Needs numpy and scikit-learn. Each program holds the table, uses as many threads as there are
processors, and is warmed up; they take turns, and each figure is the median of its turns.
NumPy's routes are those one would write: the centred table's covariance and its eigenvectors, and
its singular values. Prints Markdown.
"""

import argparse
import datetime
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

from training_cases import processor

HERE = Path(__file__).resolve().parent
OURS = HERE / ".build/release/pca-turns"

# Rows, columns, components, our solver, the peers' routes.
CASES = [
    (100_000, 500, 10, "auto", ["covariance", "sklearn covariance_eigh"]),
    (20_000, 500, 10, "auto", ["covariance", "svd", "sklearn covariance_eigh"]),
    (4_000, 3_000, 10, "auto", ["covariance", "sklearn randomized"]),
    (4_000, 3_000, 10, "covariance_eigh", ["covariance"]),
    (2_000, 10_000, 10, "auto", ["sklearn randomized"]),
]

PEER = """
import sys, time
import numpy
from sklearn.decomposition import PCA

path, rows, columns, route, count = sys.argv[1], *map(int, sys.argv[2:4]), sys.argv[4], int(sys.argv[5])
x = numpy.fromfile(path).reshape(rows, columns)

def covariance():
    centred = x - x.mean(axis=0)
    values, axes = numpy.linalg.eigh(centred.T @ centred / (rows - 1))
    return values[::-1][:count], axes[:, ::-1][:, :count]

def svd():
    _, values, axes = numpy.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    return values[:count] ** 2 / (rows - 1), axes[:count]

def sklearn():
    fitted = PCA(count, svd_solver=route.split()[1], random_state=0).fit(x)
    return fitted.explained_variance_, fitted.components_

work = {"covariance": covariance, "svd": svd}.get(route, sklearn)
print("ready", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    variances = work()[0]
    print(time.perf_counter() - began, 0, *variances, flush=True)
"""


def table(rows, columns, path):
    """Thirty directions of falling size and noise, in Float64."""
    random = numpy.random.default_rng(0)
    weights = random.standard_normal((30, columns)) * (0.8 ** numpy.arange(30))[:, None]
    with open(path, "wb") as file:
        for start in range(0, rows, 1000):
            block = min(1000, rows - start)
            numbers = random.standard_normal((block, 30)) @ weights
            (numbers + 0.5 * random.standard_normal((block, columns))).tofile(file)


class Program:
    def __init__(self, command, line, environment):
        self.line = line
        self.times = []
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=environment)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit(f"{command[0]}: did not start")

    def turn(self):
        self.process.stdin.write(self.line + "\n")
        self.process.stdin.flush()
        numbers = [float(word) for word in self.process.stdout.readline().split()]
        self.times.append(numbers[0])
        self.residual, self.variances = numbers[1], numpy.array(numbers[2:])

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def measure(case, options, path):
    rows, columns, count, solver, routes = case
    # Whatever tunes Debian's OpenBLAS must not tune that of NumPy.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    threads = os.cpu_count()
    ours = Program([OURS, path, rows, columns], f"{solver} {count} {threads}", environment)
    peers = [
        Program([sys.executable, "-c", PEER, path, rows, columns, route, count], "go", environment)
        for route in routes
    ]
    for round_number in range(options.rounds + 1):
        for program in [ours, *peers]:
            program.turn()
            if round_number == 0:
                program.times.clear()
    for program in [ours, *peers]:
        program.end()
    seconds = statistics.median(ours.times)
    best = min(statistics.median(peer.times) for peer in peers)
    gap = max(
        numpy.abs(ours.variances - peer.variances).max() / peer.variances[0] for peer in peers)
    others = ", ".join(
        f"{route} {statistics.median(peer.times):.3f}" for route, peer in zip(routes, peers))
    print(f"| {rows:,} × {columns:,}, {count} components | {solver} | {seconds:.3f} | {others} "
          f"| {seconds / best:.2f} | {gap:.0e} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", type=int, nargs="*", help="positions in CASES")
    options = parser.parse_args()
    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} threads each\n")
    print("| Table | our solver | aepca, s | peers, s | ratio to the fastest | variances differ by |")
    print("|---|---|--:|---|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.f64")
        for position, case in enumerate(CASES):
            if options.cases is None or position in options.cases:
                table(*case[:2], path)
                measure(case, options, path)


if __name__ == "__main__":
    main()
