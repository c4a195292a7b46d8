#!/usr/bin/env python3
"""How well errors of reconstruction find unusual rows: aepca, PyOD's AutoEncoder and PCA.

    python3 Benchmarks/unusual_rows.py [--tool .build/release/aepca] [--seeds 3] [NAME ...]

Each set has rows of one kind, and rarer ones of another kind mixed in, a tenth of all. Every method
learns from the mixed rows without being told which is which and scores them; the figure is the area
under the ROC curve: 1 when every unusual row scores above every usual one, 0.5 by chance. Sets are
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


def ours(tool, rows, effort, components):
    with tempfile.TemporaryDirectory() as folder:
        table, model = Path(folder, "t.csv"), Path(folder, "m.aepca")
        names = [f"c{column}" for column in range(rows.shape[1])]
        with open(table, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows(rows.tolist())
        kinds = [word for name in names for word in ("--kind", f"{name}=number")]
        subprocess.run(
            [tool, "fit", table, "-k", components, "--effort", effort, *kinds, "--quiet", "-o",
             model], check=True)
        done = subprocess.run(
            [tool, "score", model, table, "--quiet"], check=True, capture_output=True, text=True)
        return [float(line.split(",")[0]) for line in done.stdout.splitlines()[1:]]


def pyod_scores(method, rows, seed, components):
    if method == "PCA":
        from pyod.models.pca import PCA
        detector = PCA(n_components=components, random_state=seed)
    else:
        from pyod.models.auto_encoder import AutoEncoder
        detector = AutoEncoder(random_state=seed, verbose=0)
    return detector.fit(rows).decision_scores_


def linear_error(rows, components):
    from sklearn.decomposition import PCA
    scaled = (rows - rows.mean(0)) / rows.std(0)
    model = PCA(n_components=components).fit(scaled)
    return ((scaled - model.inverse_transform(model.transform(scaled)))**2).mean(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", type=Path, default=HERE.parent / ".build/release/aepca")
    parser.add_argument("--effort", default="quick")
    parser.add_argument("--seeds", type=int, default=3)
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
            scores = {
                "aepca": ours(tool, rows, options.effort, str(components)),
                "linear error": linear_error(rows, components),
                "PyOD PCA": pyod_scores("PCA", rows, seed, None),
                "PyOD AutoEncoder": pyod_scores("AutoEncoder", rows, seed, None),
            }
            areas = {method: roc_auc_score(labels, values) for method, values in scores.items()}
            found.setdefault((name, rows.shape), []).append(areas)
    methods = list(next(iter(found.values()))[0])
    print("| Set | rows × columns | " + " | ".join(methods) + " |")
    print("|---|--:|" + "--:|" * len(methods))
    for (name, shape), areas in found.items():
        means = [numpy.mean([area[method] for area in areas]) for method in methods]
        cells = [f"**{x:.3f}**" if x >= max(means) - 5e-4 else f"{x:.3f}" for x in means]
        print(f"| {name} | {shape[0]:,} × {shape[1]} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
