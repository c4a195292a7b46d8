#!/usr/bin/env python3
"""Sizes of tables compressed by aepca within a bound, and by others.

    python3 Benchmarks/compression.py [--tool .build/release/aepca] [--effort quick] [NAME ...]

A model is fitted to a table and then compresses it, so that its own size is not counted: it is for
tables of one kind that come again and again; the column "model" says what it would add. Every size
is in percent of the CSV. Beside it stand gzip -9, zstd -19 and Parquet (zstd, level 19) of the same
numbers, which are exact, and at the same bound "quantised": steps of twice the bound as whole
numbers of as few bytes as hold them, column after column, the bytes of equal rank together, with the
names, least values and steps that reading them again takes, zstd -19.
Tables are of Datasets/ and of scikit-learn, and made here. Needs scikit-learn, pandas, pyarrow and
zstd on the path.
"""

import argparse
import io
import subprocess
import tempfile
import zlib
from pathlib import Path

import numpy
import pandas
from sklearn import datasets

HERE = Path(__file__).resolve().parent
BOUNDS = [0.001, 0.01, 0.05]


def tables():
    found = {}
    for name in ["iris", "wine", "penguins", "breast_cancer", "digits"]:
        found[name] = pandas.read_csv(HERE.parent / f"Datasets/{name}.csv")
    housing = datasets.make_low_rank_matrix(20_000, 30, effective_rank=4, random_state=0)
    noise = numpy.random.default_rng(0).normal(0, 1e-4, housing.shape)
    found["low_rank"] = frame((housing + noise) * 100, 6)
    angles = numpy.random.default_rng(1).uniform(-2, 2, (20_000, 3))
    views = numpy.random.default_rng(2).normal(0, 1, (3, 12))
    sensors = numpy.sin(angles @ views) + numpy.random.default_rng(3).normal(
        0, 0.002, (20_000, 12))
    found["sensors"] = frame(sensors, 5)
    return found


def frame(rows, decimals):
    return pandas.DataFrame(
        rows.round(decimals), columns=[f"c{column}" for column in range(rows.shape[1])])


def zstd(content):
    return len(subprocess.run(
        ["zstd", "-19", "--no-check", "-c"], input=content, capture_output=True,
        check=True).stdout)


def quantised(table, bound):
    """Bytes of the numbers in steps of twice the bound, and of all other columns as text."""
    parts = [",".join(table.columns).encode()]
    for name in table.columns:
        column = table[name]
        if not pandas.api.types.is_numeric_dtype(column):
            codes, words = pandas.factorize(column)
            parts += [codes.astype(numpy.int8).tobytes(), "\n".join(map(str, words)).encode()]
            continue
        deviation = column.std(ddof=0)
        step = 2 * bound * deviation if deviation > 0 else 1
        parts[0] += numpy.array([column.min(), step]).tobytes()
        values = ((column - column.min()) / step).round().fillna(-1).astype(numpy.int64)
        width = max(1, (int(values.max()).bit_length() + 8) // 8)
        planes = values.to_numpy().view(numpy.uint8).reshape(-1, 8)[:, :width].T
        parts.append(numpy.ascontiguousarray(planes).tobytes())
    return min(zstd(b"".join(parts)), sum(zstd(part) for part in parts))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", type=Path, default=HERE.parent / ".build/release/aepca")
    parser.add_argument("--effort", default="quick")
    parser.add_argument("--components", default="auto")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    tool = options.tool.resolve()
    names = ["gzip -9", "zstd -19", "Parquet", "quantised", "ours, no model", "ours, linear", "ours"]
    print("| Table | CSV, bytes | bound | " + " | ".join(names) + " | model |")
    print("|---|--:|--:|" + "--:|" * (len(names) + 1))
    for name, table in tables().items():
        if options.names and name not in options.names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            source, model, packed = (Path(folder, x) for x in ("d.csv", "m.aepca", "d.aez"))
            table.to_csv(source, index=False)
            content = source.read_bytes()
            parquet = io.BytesIO()
            table.to_parquet(parquet, compression="zstd", compression_level=19, index=False)
            gzip = len(zlib.compress(content, 9)) + 12
            subprocess.run(
                [tool, "fit", source, "-k", options.components, "--effort", options.effort,
                 "--quiet", "-o", model], check=True)
            for bound in BOUNDS:
                done = subprocess.run(
                    [tool, "compress", model, source, "--max-error", str(bound), "--sizes", "-o",
                     packed], check=True, capture_output=True, text=True)
                said = {line[:22].strip(): int(line[22:].split()[0])
                        for line in done.stderr.splitlines() if line.startswith("  ")}
                back = subprocess.run(
                    [tool, "decompress", model, packed], check=True, capture_output=True)
                check(table, pandas.read_csv(io.BytesIO(back.stdout)), bound)
                sizes = [gzip, zstd(content), len(parquet.getvalue()), quantised(table, bound),
                         said["quantised, no model"], said["linear components"],
                         packed.stat().st_size]
                cells = [f"{100 * size / len(content):.2f}" for size in sizes]
                share = 100 * model.stat().st_size / len(content)
                print(f"| {name} | {len(content):,} | {bound:g} | " + " | ".join(cells)
                      + f" | {share:.0f} |", flush=True)


def check(before, after, bound):
    """Stops when a cell is further off than it may be."""
    for name in before.columns:
        old, new = before[name], after[name]
        if pandas.api.types.is_numeric_dtype(old):
            assert (old.isna() == new.isna()).all(), name
            off = (old - new).abs().max()
            assert off <= bound * old.std(ddof=0) * (1 + 1e-9) + 1e-12, (name, off)
        else:
            assert (old.fillna("") == new.fillna("")).all(), name


if __name__ == "__main__":
    main()
