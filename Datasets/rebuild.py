#!/usr/bin/env python3
"""Rebuild the tables of this folder, byte for byte, from the packages that publish them.

    python3 -m venv venv && venv/bin/pip install -r Datasets/requirements.txt
    venv/bin/python Datasets/rebuild.py            # writes the CSV files beside this script
    venv/bin/python Datasets/rebuild.py --check    # writes nothing, exits 1 when a file differs

Nothing is scaled, filled in, sorted or left out: every number is the shortest decimal text that
reads back to the same Float64, and rows keep the order of their source.
"""

import argparse
import csv
import io
import re
import sys
from importlib.resources import files
from pathlib import Path

from sklearn import datasets

# The cultivars behind the numbers 1, 2 and 3 of the UCI table.
CULTIVARS = ["barolo", "grignolino", "barbera"]


def number(value):
    """The shortest text of a Float64, without the ".0" of a whole number."""
    return repr(float(value)).removesuffix(".0")


def name(text):
    """A column name that needs no quotes in a shell: "sepal length (cm)" -> sepal_length_cm."""
    return re.sub(r"[^a-z0-9/]+", "_", text.lower()).strip("_")


def table(header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def labelled(source, label, levels):
    """The measurements of a scikit-learn set, its class written as a word in the last column."""
    return table(
        [name(feature) for feature in source.feature_names] + [label],
        ([number(x) for x in row] + [levels[target]]
         for row, target in zip(source.data, source.target)))


def build():
    iris, wine = datasets.load_iris(), datasets.load_wine()
    cancer, digits = datasets.load_breast_cancer(), datasets.load_digits()
    return {
        "iris.csv": labelled(iris, "species", list(iris.target_names)),
        "wine.csv": labelled(wine, "cultivar", CULTIVARS),
        "breast_cancer.csv": labelled(cancer, "diagnosis", list(cancer.target_names)),
        # A digit's label is a number, and a column of numbers is a feature: it lives apart.
        "digits.csv": table(
            digits.feature_names, ([number(x) for x in row] for row in digits.data)),
        "digits_labels.csv": table(["digit"], ([int(target)] for target in digits.target)),
        # The package ships this very file.
        "penguins.csv": files("palmerpenguins").joinpath("data/penguins.csv").read_bytes(),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--check", action="store_true", help="compare, write nothing")
    check = arguments.parse_args().check
    folder, different = Path(__file__).resolve().parent, 0
    for file, content in build().items():
        path = folder / file
        same = path.exists() and path.read_bytes() == content
        different += not same
        if not check:
            path.write_bytes(content)
        print(f"{file}: {len(content)} bytes, {'as before' if same else 'different'}")
    sys.exit(1 if check and different else 0)


if __name__ == "__main__":
    main()
