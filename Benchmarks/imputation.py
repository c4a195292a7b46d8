#!/usr/bin/env python3
"""Fill cells missing at random with aepca and with scikit-learn's imputers, from the same rows.

    python3 Benchmarks/imputation.py [--tool .build/release/aepca] [--seeds 3] [NAME ...]

Of every table a tenth of the cells of numbers are taken out at random. Each program learns from that
table as it is and fills it. The figure is the root mean square error of the cells taken out, each
column divided by its standard deviation: the mean of a column has about 1. Peers standardise the
columns first, as their documentation advises. Tables are the numeric columns of Datasets/ and of
scikit-learn's own. Needs scikit-learn.
"""

import argparse
import csv
import subprocess
import tempfile
import time
from pathlib import Path

import numpy
from sklearn import datasets
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

HERE = Path(__file__).resolve().parent


def tables():
    """Name to rows of numbers; constant columns left out."""
    loaders = {
        "iris": datasets.load_iris, "wine": datasets.load_wine,
        "breast_cancer": datasets.load_breast_cancer, "diabetes": datasets.load_diabetes,
        "digits": datasets.load_digits, "linnerud": datasets.load_linnerud,
    }
    found = {name: load().data for name, load in loaders.items()}
    found["penguins"] = numbers(HERE.parent / "Datasets/penguins.csv")
    roll, _ = datasets.make_swiss_roll(1500, noise=0.2, random_state=0)
    found["swiss_roll"] = roll
    curve = numpy.random.default_rng(0).uniform(-2, 2, (800, 2))
    noise = numpy.random.default_rng(1).normal(0, 0.05, (800, 6))
    a, b = curve.T
    found["surface"] = numpy.stack([a, b, a * b, a**2, numpy.sin(2 * b), a + b], 1) + noise
    return {
        name: rows[:, rows.std(0) > 0].astype(float) for name, rows in found.items()}


def numbers(path):
    """Columns of a CSV file that hold numbers, rows with a missing one left out."""
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)

    def value(cell):
        try:
            return float(cell)
        except ValueError:
            return numpy.nan

    cells = numpy.array([[value(cell) for cell in row] for row in rows])
    cells = cells[:, numpy.isnan(cells).mean(0) < 0.5]
    return cells[~numpy.isnan(cells).any(1)]


def ours(tool, effort, components):
    """A function that fills missing cells by the command line."""

    def fill(rows):
        with tempfile.TemporaryDirectory() as folder:
            messy, model, clean = (Path(folder, name) for name in ("m.csv", "m.aepca", "c.csv"))
            names = [f"c{column}" for column in range(rows.shape[1])]
            with open(messy, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(names)
                writer.writerows([["" if numpy.isnan(x) else repr(float(x)) for x in row]
                                  for row in rows])
            kinds = [word for name in names for word in ("--kind", f"{name}=number")]
            subprocess.run(
                [tool, "fit", messy, "--components", components, "--effort", effort, *kinds,
                 "--quiet", "--output", model], check=True)
            subprocess.run(
                [tool, "clean", model, messy, "--only-missing", "--quiet", "--output", clean],
                check=True)
            return numpy.loadtxt(clean, delimiter=",", skiprows=1, ndmin=2)

    return fill


def scaled(imputer):
    """A function that fills missing cells of standardised columns."""

    def fill(rows):
        center, scale = numpy.nanmean(rows, 0), numpy.nanstd(rows, 0)
        scale[scale == 0] = 1
        return imputer.fit_transform((rows - center) / scale) * scale + center

    return fill


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", type=Path, default=HERE.parent / ".build/release/aepca")
    parser.add_argument("--effort", default="standard")
    parser.add_argument("--components", default="auto")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    methods = {
        "mean": scaled(SimpleImputer()),
        "KNNImputer": scaled(KNNImputer()),
        "IterativeImputer": scaled(IterativeImputer(max_iter=30, random_state=0)),
        "aepca": ours(options.tool.resolve(), options.effort, options.components),
    }
    print("| Table | rows × columns | " + " | ".join(methods) + " | aepca, s |")
    print("|---|--:|" + "--:|" * (len(methods) + 1))
    for name, rows in tables().items():
        if options.names and name not in options.names:
            continue
        errors = {method: [] for method in methods}
        seconds = 0
        for seed in range(options.seeds):
            hidden = numpy.random.default_rng(seed).random(rows.shape) < 0.1
            messy = numpy.where(hidden, numpy.nan, rows)
            for method, fill in methods.items():
                start = time.monotonic()
                filled = fill(messy)
                if method == "aepca":
                    seconds += time.monotonic() - start
                difference = ((filled - rows) / rows.std(0))[hidden]
                errors[method].append(numpy.sqrt(numpy.mean(difference**2)))
        means = {method: numpy.mean(found) for method, found in errors.items()}
        best = min(means.values())
        cells = [f"**{x:.3f}**" if x <= best * 1.0005 else f"{x:.3f}" for x in means.values()]
        shape = f"{rows.shape[0]:,} × {rows.shape[1]}"
        print(f"| {name} | {shape} | " + " | ".join(cells)
              + f" | {seconds / options.seeds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
