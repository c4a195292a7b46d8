"""Writes reference.csv: the TwoNN dimension of the sets in Datasets/, by scikit-dimension.

    pip install scikit-dimension==0.5.0
    python make_reference.py

Each line is: set, different rows, dimension. Rows that repeat others are taken out first, as the
library does; numbers keep the units of the file.
"""

import csv
import pathlib

import numpy
from skdim.id import TwoNN

HERE = pathlib.Path(__file__).resolve().parent
DATASETS = HERE.parents[2] / "Datasets"
COLUMNS = {"iris": 4, "wine": 13, "breast_cancer": 30, "digits": 64}

with open(HERE / "reference.csv", "w", newline="") as file:
    write = csv.writer(file, lineterminator="\n").writerow
    for name, count in COLUMNS.items():
        path = DATASETS / f"{name}.csv"
        rows = numpy.loadtxt(path, delimiter=",", skiprows=1, usecols=range(count))
        rows = numpy.unique(rows, axis=0)
        write([name, len(rows), repr(float(TwoNN().fit(rows).dimension_))])
