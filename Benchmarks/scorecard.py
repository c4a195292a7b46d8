#!/usr/bin/env python3
"""The public scorecard: how well the built tool reconstructs held-out rows, beside its peers.

    python3 Benchmarks/scorecard.py                        # uses .build/release/aepca
    python3 Benchmarks/scorecard.py --sets iris,wine --ks 1,2
    python3 Benchmarks/scorecard.py --check                # the tool's PCA against scikit-learn's
    python3 Benchmarks/scorecard.py -- --effort high       # what follows -- goes to `aepca fit`

For every set and every number of components k that the peers were measured with, `aepca fit` sees
the training rows and `aepca reconstruct` gives the test rows back. Score of the numbers:

    explained variance = 1 - SSE / SST

over the test cells that are not missing, columns in units of their training standard deviation
(population), columns constant in training left out, SST about the training mean. Score of the text
columns, apart: the share of test cells given back exactly. Needs NumPy.
"""

import argparse
import csv
import math
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import reference_sets

HERE = Path(__file__).resolve().parent
PEERS = ["pca", "kpca", "keras", "h2o", "tuned", "recipe_enc", "recipe"]
# The published figures have six digits.
CHECK_TOLERANCE = 1e-6


@dataclass
class Score:
    """What one fit and one reconstruction of the tool were worth."""

    name: str
    components: int
    explained_variance: float
    text_accuracy: float | None
    fit_seconds: float
    reconstruct_seconds: float
    note: str = ""


def number(cell):
    """A cell as a number; NaN when it is none."""
    try:
        return float(cell)
    except ValueError:
        return math.nan


def is_number_column(cells):
    return all(not math.isnan(number(cell)) for cell in cells if cell)


def score_rows(header, train, test, reconstruction):
    """-> explained variance of the numeric cells, share of right text cells (None without text).

    Raises ValueError when the reconstruction does not have the rows and columns of the test part.
    """
    names, rows = reconstruction
    if len(rows) != len(test):
        raise ValueError(f"expected {len(test)} rows, found {len(rows)}")
    if missing := [column for column in header if column not in names]:
        raise ValueError(f"no column '{missing[0]}'")
    error = squares = 0.0
    right = observed_texts = 0
    for j, column in enumerate(header):
        at = names.index(column)
        known, actual = [row[j] for row in train], [row[j] for row in test]
        found = [row[at] for row in rows]
        if not is_number_column(known):
            pairs = [(a, b) for a, b in zip(actual, found) if a]
            right += sum(a == b for a, b in pairs)
            observed_texts += len(pairs)
            continue
        training = np.array([float(cell) for cell in known if cell])
        mean, deviation = training.mean(), training.std()
        if deviation <= 1e-12 * max(1, abs(mean)):
            continue
        x = np.array([number(cell) for cell in actual])
        observed = np.isfinite(x)
        x, y = x[observed], np.array([number(cell) for cell in found])[observed]
        error += np.sum(((x - y) / deviation) ** 2)
        squares += np.sum(((x - mean) / deviation) ** 2)
    accuracy = right / observed_texts if observed_texts else None
    return 1 - error / squares, accuracy


def run(command, limit):
    """-> seconds, and what went wrong in one line ("" when nothing did)."""
    began = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return float(limit), f"stopped after {limit} s"
    except OSError as problem:
        return 0.0, f"{command[0]}: {problem.strerror}"
    seconds = time.perf_counter() - began
    if done.returncode == 0:
        return seconds, ""
    last = (done.stderr.strip().splitlines() or ["no message"])[-1]
    return seconds, f"exit {done.returncode}: {last}"


def measure(name, components, paths, options, folder):
    """Fits, reconstructs and scores; whatever fails is a score of minus infinity with a note."""
    train, test = paths
    model, output = folder / f"{name}-{components}.aepca", folder / f"{name}-{components}.csv"
    fit = [options.tool, "fit", str(train), "--components", str(components),
           "--seed", str(options.seed), "--quiet", "-o", str(model)]
    if options.method:
        fit += ["--method", options.method]
    score = Score(name, components, -math.inf, None, 0.0, 0.0)
    score.fit_seconds, score.note = run(fit + options.fit_options, options.limit)
    if score.note:
        return score
    score.reconstruct_seconds, score.note = run(
        [options.tool, "reconstruct", str(model), str(test), "--quiet", "-o", str(output)],
        options.limit)
    if score.note:
        return score
    header, known = reference_sets.read_table(train)
    _, actual = reference_sets.read_table(test)
    try:
        value, score.text_accuracy = score_rows(
            header, known, actual, reference_sets.read_table(output))
        if math.isfinite(value):
            score.explained_variance = value
        else:
            score.note = "cells that are not finite numbers"
    except (ValueError, OSError, IndexError) as problem:
        score.note = str(problem)
    return score


def read_reference():
    """-> {(set, k): {peer: (explained variance, text accuracy)}} in the order of the files."""
    figures = {}
    for file in ("reference.csv", "reference_mixed.csv"):
        with open(HERE / "reference" / file, newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                accuracy = row.get("text_accuracy")
                figures.setdefault((row["set"], int(row["k"])), {})[row["method"]] = (
                    float(row["ev_test"]), float(accuracy) if accuracy else None)
    return figures


def cell(value, bold=False):
    if value is None:
        return "–"
    shown = f"{value:.3f}" if math.isfinite(value) else "failed"
    return f"**{shown}**" if bold else shown


def score_table(scores, figures):
    """One line per set and k; the best figure of a line is bold."""
    lines = ["| Set | k | aepca | " + " | ".join(PEERS) + " | text right | fit, s |",
             "|---|" + "--:|" * (len(PEERS) + 4)]
    for score in scores:
        peers = figures[score.name, score.components]
        values = [score.explained_variance] + [peers.get(peer, (None,))[0] for peer in PEERS]
        best = max(round(value, 3) for value in values if value is not None)
        shown = [cell(value, value is not None and round(value, 3) == best) for value in values]
        lines.append(
            f"| {score.name} | {score.components} | " + " | ".join(shown)
            + f" | {cell(score.text_accuracy)} | {score.fit_seconds:.2f} |")
    return lines


def tally_table(scores, figures, tie):
    """Wins, ties and losses against each peer; a failed fit is a loss and has no gap."""
    lines = ["| Against | wins | ties | losses | mean gap | worst | best |",
             "|---|" + "--:|" * 6]
    for peer in PEERS:
        gaps = [score.explained_variance - figures[score.name, score.components][peer][0]
                for score in scores if peer in figures[score.name, score.components]]
        if not gaps:
            continue
        finite = [gap for gap in gaps if math.isfinite(gap)]
        wins, losses = sum(gap > tie for gap in gaps), sum(gap < -tie for gap in gaps)
        spread = ([sum(finite) / len(finite), min(finite), max(finite)] if finite
                  else [math.nan] * 3)
        lines.append(f"| {peer} | {wins} | {len(gaps) - wins - losses} | {losses} | "
                     + " | ".join(f"{value:+.4f}" for value in spread) + " |")
    return lines


def write_csv(path, scores):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["set", "k", "ev_test", "text_accuracy", "fit_seconds",
                         "reconstruct_seconds", "note"])
        for s in scores:
            writer.writerow([
                s.name, s.components, repr(float(s.explained_variance)),
                "" if s.text_accuracy is None else repr(s.text_accuracy),
                f"{s.fit_seconds:.4f}", f"{s.reconstruct_seconds:.4f}", s.note])


def check_pca(scores, figures):
    """-> the number of numeric sets and k where the tool's PCA is not scikit-learn's."""
    numeric = [score for score in scores if not score.name.endswith("_mixed")]
    failures = 0
    for score in numeric:
        expected = figures[score.name, score.components]["pca"][0]
        if not abs(score.explained_variance - expected) <= CHECK_TOLERANCE:
            failures += 1
            print(f"{score.name} k={score.components}: expected {expected}, found "
                  f"{score.explained_variance} {score.note}", file=sys.stderr)
    print(f"PCA agrees with scikit-learn in {len(numeric) - failures} of {len(numeric)} cases")
    return failures


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--tool", default=str(HERE.parent / ".build/release/aepca"))
    parser.add_argument("--sets", help="only these, separated by commas")
    parser.add_argument("--ks", help="only these numbers of components")
    parser.add_argument("--method", help="passed to `aepca fit`")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tie", type=float, default=0.005, help="gap up to which two are equal")
    parser.add_argument("--limit", type=int, default=600, help="seconds a run of the tool may take")
    parser.add_argument("--csv", help="also write the scores to this file")
    parser.add_argument("--keep", help="folder that keeps models and reconstructions")
    parser.add_argument("--check", action="store_true",
                        help="fit PCA on the numeric sets and compare it with scikit-learn's")
    parser.add_argument("fit_options", nargs="*", help="after --, more options of `aepca fit`")
    options = parser.parse_args()
    if options.check:
        options.method = "pca"
    return options


def wanted(options, figures):
    sets = options.sets.split(",") if options.sets else list(reference_sets.SETS)
    if options.check:
        sets = [name for name in sets if not name.endswith("_mixed")]
    ks = {int(k) for k in options.ks.split(",")} if options.ks else None
    if unknown := [name for name in sets if name not in reference_sets.SETS]:
        raise SystemExit(f"no set named '{unknown[0]}'; there are {', '.join(reference_sets.SETS)}")
    return [(name, k) for name, k in figures if name in sets and (ks is None or k in ks)]


def main():
    options, figures = parse(), read_reference()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.keep or scratch)
        scores, cases = [], wanted(options, figures)
        if not cases:
            raise SystemExit("nothing to measure")
        paths = {name: reference_sets.write(name, folder / name) for name, _ in cases}
        for name, k in cases:
            scores.append(measure(name, k, paths[name], options, folder))
            done = scores[-1]
            print(f"{name} k={k}: {done.explained_variance:.4f} in {done.fit_seconds:.2f} s "
                  f"{done.note}", file=sys.stderr)
    print("\n".join(score_table(scores, figures)), end="\n\n")
    print("\n".join(tally_table(scores, figures, options.tie)), end="\n\n")
    fits, reads = (sum(values) for values in zip(
        *((s.fit_seconds, s.reconstruct_seconds) for s in scores)))
    failed = sum(1 for score in scores if score.note)
    print(f"{len(scores)} fits in {fits:.1f} s, reconstructions in {reads:.1f} s, {failed} failed")
    if options.csv:
        write_csv(options.csv, scores)
    if options.check and check_pca(scores, figures):
        sys.exit(1)


if __name__ == "__main__":
    main()
