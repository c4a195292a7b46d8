#!/usr/bin/env python3
"""Seconds of `aepca fit` and what its model is worth, beside PyTorch on the same rows, in one run.

    venv/bin/python Benchmarks/fit_speed.py                 # about eight minutes
    venv/bin/python Benchmarks/fit_speed.py --sets arm --ks 3 --rounds 1 --no-transform

Needs numpy and torch. Programs take turns, and each figure is the median of its turns. Ours is the
time of the whole command, from CSV to model file; that of the peers is training alone, from rows in
memory. Processor seconds are a program's own and change least when others keep the machine busy.
The score is the scorecard's explained variance of the same test rows. Then `aepca transform` of
100,000 rows. Prints Markdown.
"""

import argparse
import concurrent.futures
import datetime
import math
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy

import fit_peers
import reference_sets
import scorecard
from training_cases import processor

HERE = Path(__file__).resolve().parent
VALIDATION_SHARE = 0.12
ARM_ROWS, BIG_ROWS = 10_000, 100_000


def arm(rows, columns):
    """Joint positions of a robot's arm in space, seen by sensors that mix them, with noise.

    Four parts of length 1, each in a direction of its own: eight angles bend into twelve numbers.
    """
    random = numpy.random.default_rng(1)
    mixing = random.standard_normal((12, columns))
    turn, lift = random.uniform(-numpy.pi / 2, numpy.pi / 2, (2, rows, 4))
    parts = [numpy.cos(lift) * numpy.cos(turn), numpy.cos(lift) * numpy.sin(turn), numpy.sin(lift)]
    joints = numpy.concatenate([part.cumsum(axis=1) for part in parts], axis=1)
    return joints @ mixing + 0.3 * random.standard_normal((rows, columns))


def write_table(path, numbers):
    header = ",".join(f"sensor_{j + 1}" for j in range(numbers.shape[1]))
    numpy.savetxt(path, numbers, fmt="%.5f", delimiter=",", header=header, comments="")


def write_set(name, folder):
    """-> paths of the training and the test rows, the latter a fifth of all."""
    if name == "digits":
        return reference_sets.write(name, folder)
    folder.mkdir()
    numbers = arm(ARM_ROWS * 5 // 4, 20)
    paths = [folder / "train.csv", folder / "test.csv"]
    for path, part in zip(paths, (numbers[:ARM_ROWS], numbers[ARM_ROWS:])):
        write_table(path, part)
    return paths


class Rows:
    """A set as the peers get it: columns that vary, standardised, validation rows apart."""

    def __init__(self, paths):
        self.paths = paths
        self.header, self.train = reference_sets.read_table(paths[0])
        _, self.test = reference_sets.read_table(paths[1])
        known = numpy.array(self.train, float)
        self.mean, self.deviation = known.mean(axis=0), known.std(axis=0)
        self.varies = self.deviation > 1e-12 * numpy.maximum(1, abs(self.mean))
        order = numpy.random.default_rng(0).permutation(len(known))
        judges = round(VALIDATION_SHARE * len(known))
        scaled = self.scaled(known)
        self.parts = (scaled[order[judges:]], scaled[order[:judges]],
                      self.scaled(numpy.array(self.test, float)))

    def scaled(self, numbers):
        return ((numbers - self.mean) / numpy.where(self.varies, self.deviation, 1))[
            :, self.varies].astype(numpy.float32)

    def score_table(self, table):
        """-> explained variance of the test rows as a header and rows give them back."""
        return scorecard.score_rows(self.header, self.train, self.test, table)[0]

    def score(self, back):
        """The same from a peer's standardised numbers."""
        numbers = numpy.tile(self.mean, (len(back), 1))
        numbers[:, self.varies] += back * self.deviation[self.varies]
        return self.score_table((self.header, numbers.tolist()))


class Turn(NamedTuple):
    """One fit: seconds on the clock, processor seconds of its own, explained variance."""

    seconds: float
    own: float
    worth: float = math.nan


def timed(command):
    """Runs one of our commands."""
    before = os.times()
    seconds, problem = scorecard.run([str(word) for word in command], 600)
    if problem:
        raise SystemExit(f"{' '.join(map(str, command))}: {problem}")
    after = os.times()
    return Turn(seconds, after.children_user + after.children_system
                - before.children_user - before.children_system)


def ours(rows, k, arguments, options, folder):
    model, output = folder / "model.aepca", folder / "back.csv"
    fit = timed([options.tool, "fit", rows.paths[0], "-k", k, "--quiet", "-o", model, *arguments])
    timed([options.tool, "reconstruct", model, rows.paths[1], "--quiet", "-o", output])
    return fit._replace(worth=rows.score_table(reference_sets.read_table(output)))


def recipe(rows, k, pool):
    _, back, seconds, own = pool.submit(fit_peers.recipe, *rows.parts, k).result()
    return Turn(seconds, own, rows.score(back))


def tuned(rows, k, options, pool):
    """Ten fits, one to a processor at a time; the least validation error wins."""
    began = time.perf_counter()
    fits = [pool.submit(fit_peers.configuration, *rows.parts, k, chosen, options.tuned_steps)
            for chosen in fit_peers.configurations()]
    found = [fit.result() for fit in fits]
    return Turn(time.perf_counter() - began, sum(own for *_, own in found),
                rows.score(min(found, key=lambda fit: fit[0])[1]))


def take_turns(programs, options):
    """-> {name: Turn} of medians. Who has taken --enough seconds in all sits out further rounds."""
    turns = {name: [] for name in programs}
    for _ in range(options.rounds):
        for name, program in programs.items():
            if sum(turn.seconds for turn in turns[name]) < options.enough:
                turns[name].append(program())
    for name, taken in turns.items():
        print(f"  {name}: " + ", ".join(f"{t.seconds:.2f} s (own {t.own:.2f})" for t in taken),
              file=sys.stderr)
    return {name: Turn(*map(statistics.median, zip(*taken))) for name, taken in turns.items()}


def measure(title, rows, k, options, pool, folder):
    """-> lines of the table, one for each program."""
    print(f"{title}, k = {k}", file=sys.stderr)
    found = take_turns({
        "linear PCA": partial(ours, rows, k, ["--method", "pca"], options, folder),
        "aepca quick": partial(ours, rows, k, ["--effort", "quick"], options, folder),
        "aepca standard": partial(ours, rows, k, ["--effort", "standard"], options, folder),
        "Keras recipe": partial(recipe, rows, k, pool),
        "tuned, best of ten": partial(tuned, rows, k, options, pool),
    }, options)
    standard, lines = found["aepca standard"], []
    for place, (name, turn) in enumerate(found.items()):
        lines.append(
            f"| {'' if place else f'{title}, k = {k}'} | {name} | {turn.worth:.3f} "
            f"| {turn.worth - standard.worth:+.3f} | {turn.seconds:.2f} "
            f"| {turn.seconds / standard.seconds:.2f}× | {turn.own:.2f} "
            f"| {turn.own / standard.own:.2f}× |")
    return lines


def transform(options, folder):
    """-> the lines of the second table."""
    numbers = arm(BIG_ROWS, 30)
    known, table, model = folder / "known.csv", folder / "big.csv", folder / "big.aepca"
    write_table(known, numbers[:ARM_ROWS])
    write_table(table, numbers)
    timed([options.tool, "fit", known, "-k", 3, "--quiet", "-o", model])
    command = [options.tool, "transform", model, table, "--quiet", "-o", folder / "codes.csv"]
    print("transform", file=sys.stderr)
    found = take_turns({
        codes: partial(timed, command + ["--codes", codes]) for codes in ("refined", "encoder")
    }, options)
    lines = ["| `aepca transform`, 100,000 × 30, k = 3 | seconds | processor seconds "
             "| rows a second |", "|---|--:|--:|--:|"]
    for codes, turn in found.items():
        lines.append(f"| `--codes {codes}` | {turn.seconds:.2f} | {turn.own:.2f} "
                     f"| {BIG_ROWS / turn.seconds:,.0f} |")
    return lines


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--tool", default=str(HERE.parent / ".build/release/aepca"))
    parser.add_argument("--sets", type=lambda text: text.split(","), default=["digits", "arm"])
    parser.add_argument("--ks", type=lambda text: [int(k) for k in text.split(",")],
                        default=[3, 8])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--enough", type=float, default=20,
                        help="seconds after which a program takes no more turns")
    parser.add_argument("--tuned-steps", type=int, default=3000,
                        help="steps of each of the ten configurations")
    parser.add_argument("--no-transform", action="store_true")
    options = parser.parse_args()
    if unknown := [name for name in options.sets if name not in ("digits", "arm")]:
        parser.error(f"no set named '{unknown[0]}'; there are digits, arm")
    return options


def main():
    options, cores = parse(), os.cpu_count()
    lines = ["| Table | Program | explained variance | gap | seconds | ratio "
             "| processor seconds | ratio |", "|---|---|" + "--:|" * 6]
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch, \
            concurrent.futures.ProcessPoolExecutor(cores, context) as pool:
        list(pool.map(fit_peers.warm_up, range(cores)))
        folder = Path(scratch)
        for name in options.sets:
            rows = Rows(write_set(name, folder / name))
            title = f"{name}, {len(rows.train):,} × {len(rows.header)}"
            for k in options.ks:
                lines += measure(title, rows, k, options, pool, folder)
        if not options.no_transform:
            lines += ["", *transform(options, folder)]
    print("\n".join(lines))
    print(f"\n{datetime.date.today()}, {processor()}, {cores} cores; median of up to "
          f"{options.rounds} turns; gap and ratios to aepca standard. "
          f"torch {version('torch')}, numpy {version('numpy')}.")


if __name__ == "__main__":
    main()
