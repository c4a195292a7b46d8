#!/usr/bin/env python3
"""What it costs that components come in order: one fit for every k, beside a fit for each k.

    python3 Benchmarks/order_cost.py                       # uses .build/release/aepca
    python3 Benchmarks/order_cost.py --sets iris --ks 2,3

For every set and every K, three kinds of models see the training rows: the default one of K
components, one of K without order (`--no-ordered`), and one without order of each j below K. The
table shows the explained variance of test rows, as the scorecard defines it: of all K with and
without order, and over j = 1 … K−1 the mean and the largest shortfall of the first j of K behind
the model of j alone, with the smallest gain over linear PCA of j components. Needs NumPy.
"""

import argparse
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import reference_sets
from scorecard import HERE, score_rows

SETS = "iris,wine,penguins,breast_cancer,digits"


class Fits:
    """Models of one set, each fitted once, and what they explain of the test rows."""

    def __init__(self, options, name, folder):
        self.options, self.name, self.folder = options, name, folder
        self.paths = reference_sets.write(name, folder)
        self.tables = [reference_sets.read_table(path) for path in self.paths]

    @cache
    def model(self, components, kind):
        path = self.folder / f"{self.name}-{components}{kind}.aepca"
        subprocess.run(
            [self.options.tool, "fit", str(self.paths[0]), "--components", str(components), kind,
             "--seed", str(self.options.seed), "--quiet", "-o", str(path)], check=True)
        return path

    @cache
    def explained(self, components, kind, of=None):
        output = self.folder / "back.csv"
        command = [self.options.tool, "reconstruct", str(self.model(of or components, kind)),
                   str(self.paths[1]), "--components", str(components), "--quiet",
                   "-o", str(output)]
        subprocess.run(command, check=True)
        (header, train), (_, test) = self.tables
        return score_rows(header, train, test, reference_sets.read_table(output))[0]


def line(fits, count):
    ordered, free = fits.explained(count, "--ordered"), fits.explained(count, "--no-ordered")
    behind, above = [], []
    for j in range(1, count):
        first = fits.explained(j, "--ordered", of=count)
        behind.append(fits.explained(j, "--no-ordered") - first)
        above.append(first - fits.explained(j, "--method=pca"))
    print(f"| {fits.name} | {count} | {ordered:.3f} | {free:.3f} | {free - ordered:+.4f} | "
          f"{sum(behind) / len(behind):+.4f} | {max(behind):+.4f} | {min(above):+.4f} |", flush=True)
    return free - ordered, behind


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--tool", default=str(HERE.parent / ".build/release/aepca"))
    parser.add_argument("--sets", default=SETS)
    parser.add_argument("--ks", default="2,3,5,8")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("| Set | K | all K | without order | cost of order | first j: mean shortfall | largest | "
          "least above PCA |\n|---|" + "--:|" * 7)
    costs, shortfalls = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.sets.split(","):
            fits = Fits(options, name, Path(folder) / name)
            usable = len(fits.tables[0][0])
            for count in (int(k) for k in options.ks.split(",")):
                if count >= usable:
                    continue
                cost, behind = line(fits, count)
                costs.append(cost)
                shortfalls += behind
    print(f"\nAll K with order: {sum(costs) / len(costs):.4f} less on average, at most "
          f"{max(costs):.4f}; the first j of K: {sum(shortfalls) / len(shortfalls):.4f} less than "
          f"models of their own on average over {len(shortfalls)} cells.")


if __name__ == "__main__":
    main()
