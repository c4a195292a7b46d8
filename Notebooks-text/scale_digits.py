#!/usr/bin/env python3
"""Scale the 8 × 8 digits to 28 × 28 pixels between 0 and 1.

    python3 scale_digits.py Datasets/digits.csv > digits28.csv

Pixels between the centres of the old ones are interpolated linearly, so that the numbers carry
nothing new: a stand-in for pictures of that size that can be shipped. Only Python's own library is
used.
"""

import csv
import sys

OLD, NEW = 8, 28


def positions():
    """For each new place the old place before it, and the share of the one after that."""
    found = []
    for place in range(NEW):
        position = min(OLD - 1.0, max(0.0, (place + 0.5) * OLD / NEW - 0.5))
        before = min(OLD - 2, int(position))
        found.append((before, position - before))
    return found


PLACES = positions()


def scaled(pixels):
    """The pixels of a larger picture, row by row."""
    result = []
    for top, down in PLACES:
        for left, right in PLACES:
            corner = OLD * top + left
            upper = pixels[corner] * (1 - right) + pixels[corner + 1] * right
            lower = pixels[corner + OLD] * (1 - right) + pixels[corner + OLD + 1] * right
            result.append((upper * (1 - down) + lower * down) / 16)
    return result


def main():
    with open(sys.argv[1], encoding="ascii", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow([f"p{place}" for place in range(NEW * NEW)])
        for row in rows:
            writer.writerow([f"{value:.4g}" for value in scaled([float(cell) for cell in row])])


if __name__ == "__main__":
    main()
