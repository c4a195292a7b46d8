"""Writes trustworthiness.csv: how well two latents keep the neighbours of a set, by scikit-learn.

    pip install scikit-learn==1.9.1
    python make_trustworthiness.py

Each line is: set, columns, rows, neighbours, trustworthiness, continuity. The latents are mixtures of
the first three columns, so that no fit stands between the two programs; continuity is the
trustworthiness with both spaces exchanged.
"""

import csv
import pathlib

import numpy
from sklearn.manifold import trustworthiness

HERE = pathlib.Path(__file__).resolve().parent
DATASETS = HERE.parents[2] / "Datasets"
COLUMNS = {"wine": 13, "breast_cancer": 30}

with open(HERE / "trustworthiness.csv", "w", newline="") as file:
    write = csv.writer(file, lineterminator="\n").writerow
    for name, count in COLUMNS.items():
        rows = numpy.loadtxt(
            DATASETS / f"{name}.csv", delimiter=",", skiprows=1, usecols=range(count))
        # Irrational directions leave no two distances equal, where the order would be arbitrary.
        latents = rows[:, :3] @ numpy.array([[1, 0.3], [2 ** 0.5, -1], [0.1, 3 ** 0.5]])
        for neighbors in (1, 5, 10):
            write([
                name, count, len(rows), neighbors,
                repr(float(trustworthiness(rows, latents, n_neighbors=neighbors))),
                repr(float(trustworthiness(latents, rows, n_neighbors=neighbors)))])
