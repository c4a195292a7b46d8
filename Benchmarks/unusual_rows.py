#!/usr/bin/env python3
"""How well unusual rows are found: aepca's error and distance, PyOD's AutoEncoder and PCA.

    python3 Benchmarks/unusual_rows.py [--tool .build/release/aepca] [--seeds 3] [NAME ...]

Each set has rows of one kind, and rarer ones of another kind, a tenth of all. Every method learns
from half of the usual rows and scores the other half and all unusual ones, of which it has seen none;
with --mixed it learns from all rows, without being told which is which, and scores those. The figure
is the area under the ROC curve: 1 when every unusual row scores above every usual one, 0.5 by chance. Sets are
made from scikit-learn's labelled tables: one class against some of another. Peers standardise the
columns themselves. Needs scikit-learn, pyod and torch.
"""

import argparse
import csv
import subprocess
import tempfile
from pathlib import Path

import numpy
from sklearn import datasets
from sklearn.metrics import roc_auc_score

HERE = Path(__file__).resolve().parent


def mixed(usual, unusual, generator, share=0.1):
    """Rows of both kinds in random order, and which are unusual."""
    count = max(5, int(len(usual) * share / (1 - share)))
    chosen = unusual[generator.permutation(len(unusual))[:count]]
    rows = numpy.concatenate([usual, chosen])
    labels = numpy.repeat([0, 1], [len(usual), len(chosen)])
    order = generator.permutation(len(rows))
    return rows[order], labels[order]


def sets(seed):
    generator = numpy.random.default_rng(seed)
    cancer, wine = datasets.load_breast_cancer(), datasets.load_wine()
    digits, iris = datasets.load_digits(), datasets.load_iris()

    def classes(data, usual, unusual):
        rows = data.data[:, data.data.std(0) > 0]
        return mixed(
            rows[numpy.isin(data.target, usual)], rows[numpy.isin(data.target, unusual)], generator)

    yield "breast cancer: malignant", *classes(cancer, [1], [0])
    yield "wine: grignolino", *classes(wine, [0, 2], [1])
    yield "iris: versicolor", *classes(iris, [0, 2], [1])
    yield "digits: 0 among 1 to 9", *classes(digits, range(1, 10), [0])
    yield "digits: 3 among 8", *classes(digits, [8], [3])
    yield "digits: 7 among 1", *classes(digits, [1], [7])
    angles = generator.uniform(-2, 2, (1200, 2))
    a, b = angles.T
    surface = numpy.stack([a, b, a * b, numpy.sin(2 * a), b**2, numpy.cos(2 * b)], 1)
    surface += generator.normal(0, 0.05, surface.shape)
    strange = surface + generator.normal(0, 0.5, surface.shape)
    yield "curved surface: rows off it", *mixed(surface[:1000], strange[1000:], generator)


def parted(rows, labels, generator):
    """Rows to learn from, usual ones alone, then rows to score and which of those are unusual."""
    usual = numpy.flatnonzero(labels == 0)
    learnt = generator.permutation(usual)[:len(usual) // 2]
    left = numpy.setdiff1d(numpy.arange(len(rows)), learnt)
    return rows[learnt], rows[left], labels[left]


def ours(tool, learnt, rows, effort, components):
    with tempfile.TemporaryDirectory() as folder:
        table, new = Path(folder, "t.csv"), Path(folder, "n.csv")
        model = Path(folder, "m.aepca")
        names = [f"c{column}" for column in range(rows.shape[1])]
        for path, content in ((table, learnt), (new, rows)):
            with open(path, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(names)
                writer.writerows(content.tolist())
        kinds = [word for name in names for word in ("--kind", f"{name}=number")]
        subprocess.run(
            [tool, "fit", table, "-k", components, "--effort", effort, *kinds, "--quiet", "-o",
             model], check=True)
        done = subprocess.run(
            [tool, "score", model, new, "--quiet"], check=True, capture_output=True, text=True)
        scores = list(csv.DictReader(done.stdout.splitlines()))
        return [[float(row[name]) for row in scores] for name in ("distance", "error")]


def pyod_scores(method, learnt, rows, seed, components):
    if method == "PCA":
        from pyod.models.pca import PCA
        detector = PCA(n_components=components, random_state=seed)
    else:
        from pyod.models.auto_encoder import AutoEncoder
        detector = AutoEncoder(random_state=seed, verbose=0)
    return detector.fit(learnt).decision_function(rows)


def linear_error(learnt, rows, components):
    from sklearn.decomposition import PCA
    deviation = numpy.where(learnt.std(0) > 0, learnt.std(0), 1)
    scaled = (rows - learnt.mean(0)) / deviation
    model = PCA(n_components=components).fit((learnt - learnt.mean(0)) / deviation)
    return ((scaled - model.inverse_transform(model.transform(scaled)))**2).mean(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", type=Path, default=HERE.parent / ".build/release/aepca")
    parser.add_argument("--effort", default="quick")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--mixed", action="store_true", help="learn from unusual rows too")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    tool = options.tool.resolve()
    found = {}
    for seed in range(options.seeds):
        for name, rows, labels in sets(seed):
            if options.names and not any(word in name for word in options.names):
                continue
            # A quarter of the columns, eight at most: the same for every method that asks.
            components = max(1, min(8, rows.shape[1] // 4))
            learnt = rows
            if not options.mixed:
                learnt, rows, labels = parted(rows, labels, numpy.random.default_rng(seed))
            varies = learnt.std(0) > 0
            learnt, rows = learnt[:, varies], rows[:, varies]
            distance, error = ours(tool, learnt, rows, options.effort, str(components))
            scores = {
                "aepca": distance,
                "aepca's error": error,
                "linear error": linear_error(learnt, rows, components),
                "PyOD PCA": pyod_scores("PCA", learnt, rows, seed, None),
                "PyOD AutoEncoder": pyod_scores("AutoEncoder", learnt, rows, seed, None),
            }
            areas = {method: roc_auc_score(labels, values) for method, values in scores.items()}
            found.setdefault(name, (rows.shape, []))[1].append(areas)
    methods = list(next(iter(found.values()))[1][0])
    print("| Set | rows × columns | " + " | ".join(methods) + " |")
    print("|---|--:|" + "--:|" * len(methods))
    for name, (shape, areas) in found.items():
        means = [numpy.mean([area[method] for area in areas]) for method in methods]
        cells = [f"**{x:.3f}**" if x >= max(means) - 5e-4 else f"{x:.3f}" for x in means]
        print(f"| {name} | {shape[0]:,} × {shape[1]} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
