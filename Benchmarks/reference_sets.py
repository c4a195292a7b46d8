"""The scorecard's seven sets, cut from Datasets/ into training rows (80 %) and test rows (20 %).

The peers' figures in reference/ were measured on exactly these rows, so every set is compared with
a checksum: a change of NumPy's generator or of a data set is an error, never a different score.
"""

import csv
import hashlib
import io
from pathlib import Path

import numpy as np

DATASETS = Path(__file__).resolve().parent.parent / "Datasets"
SPLIT_SEED, BLANK_SEED = 20261122, 20261123
TEST_SHARE, BLANK_SHARE = 0.2, 0.05

# SHA-256 of the training text followed by the test text, as `texts` writes them.
CHECKSUMS = {
    "iris": "55bbe05dd4e6af4e3cf66eeda4e3cb9366079d51c1b97f15b2326695c7847337",
    "wine": "dd1cc7c5b81f9c6232a8bfc11c17d2ded530068e468249a9336102d4a5302d22",
    "penguins": "e7ee8d614937a608cec20da72f43add90b345ca350f9a2385da24c4a47a5b0c2",
    "breast_cancer": "1215b837bf05e5eeeb55c2205c079d95281a38ee10d446af6a6209fcbad3a0f7",
    "digits": "0f0b4e3525a2fa425abd79b2e4d0411416c509a494665ecd1fc604205fd02d91",
    "penguins_mixed": "72ec2a52fb8b19dab3876a8d13d47594974a1fdf2d8c3561677b9f936a80d81d",
    "wine_mixed": "dc654c464e6d1b5e7c34a405455f7432f783386d7e8b90d59f609500253a83a5",
}


class SetError(Exception):
    """A set that is not the one the peers were measured on."""


def read_table(path):
    """The header and the rows of a CSV file, cells as text."""
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, rows


def blanked(cells, generator_seed, share):
    """Cells emptied at random, column after column."""
    columns, rows = len(cells[0]), len(cells)
    empty = np.random.default_rng(generator_seed).random((columns, rows)) < share
    return [["" if empty[j, i] else cell for j, cell in enumerate(row)]
            for i, row in enumerate(cells)]


def measurements(name, count):
    header, rows = read_table(DATASETS / f"{name}.csv")
    return header[:count], [row[:count] for row in rows]


def penguins():
    """The birds that were measured, their four measurements."""
    header, rows = read_table(DATASETS / "penguins.csv")
    return header[2:6], [row[2:6] for row in rows if "NA" not in row[2:6]]


def penguins_mixed():
    """Every bird and every column but the year; missing cells are empty."""
    header, rows = read_table(DATASETS / "penguins.csv")
    return header[:7], [["" if cell == "NA" else cell for cell in row[:7]] for row in rows]


def wine_mixed():
    """The cultivar as text before the measurements, one cell in twenty emptied."""
    header, rows = read_table(DATASETS / "wine.csv")
    return [header[-1]] + header[:-1], blanked(
        [[row[-1]] + row[:-1] for row in rows], BLANK_SEED, BLANK_SHARE)


SETS = {
    "iris": lambda: measurements("iris", 4),
    "wine": lambda: measurements("wine", 13),
    "penguins": penguins,
    "breast_cancer": lambda: measurements("breast_cancer", 30),
    "digits": lambda: measurements("digits", 64),
    "penguins_mixed": penguins_mixed,
    "wine_mixed": wine_mixed,
}


def parts(name):
    """-> header, training rows, test rows; rows of either part keep the order of the file."""
    header, rows = SETS[name]()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(rows))
    held_out = np.zeros(len(rows), bool)
    held_out[order[len(rows) - round(TEST_SHARE * len(rows)):]] = True
    return (header, [row for row, out in zip(rows, held_out) if not out],
            [row for row, out in zip(rows, held_out) if out])


def text(header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def write(name, folder):
    """Writes train.csv and test.csv into the folder; -> their paths."""
    header, train, test = parts(name)
    texts = [text(header, train), text(header, test)]
    found = hashlib.sha256("".join(texts).encode()).hexdigest()
    if found != CHECKSUMS[name]:
        raise SetError(f"{name}: expected checksum {CHECKSUMS[name]}, found {found}")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "train.csv", folder / "test.csv"]
    for path, content in zip(paths, texts):
        path.write_text(content, encoding="utf-8")
    return paths
