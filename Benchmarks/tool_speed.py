#!/usr/bin/env python3
"""Seconds and peak memory of the built tool's commands on Datasets/digits.csv.

    python3 Benchmarks/tool_speed.py [--tool .build/release/aepca]

Needs nothing but Python. Prints Markdown; every time is the median of the runs.
"""

import argparse
import datetime
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from training_cases import peak_bytes, processor

HERE = Path(__file__).resolve().parent
DIGITS = HERE.parent / "Datasets/digits.csv"
TRAINING_ROWS = 1437


def run(command):
    """-> seconds of one run. Output goes nowhere, as it would to a file."""
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()}")
    return seconds


def peak(command):
    """-> peak bytes of one run, read while it lasts; 0 when it ends too soon."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        most = 0
        while process.poll() is None:
            most = max(most, peak_bytes(process.pid))
            time.sleep(0.001)
    return most


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", default=str(HERE.parent / ".build/release/aepca"))
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = DIGITS.read_text().splitlines(keepends=True)
        train, test = Path(folder, "train.csv"), Path(folder, "test.csv")
        train.write_text("".join(lines[:TRAINING_ROWS + 1]))
        test.write_text("".join(lines[:1] + lines[TRAINING_ROWS + 1:]))
        model, linear = Path(folder, "digits.aepca"), Path(folder, "linear.aepca")
        output = ["--quiet", "-o", str(Path(folder, "out.csv"))]
        fit = ["fit", str(train), "--components", "8", "--seed", "0", "--quiet", "-o"]
        commands = [
            ("`--help`", ["--help"], 4 * options.runs),
            ("`fit`, 1,437 × 64, 8 components", fit + [str(model)], options.runs),
            ("`fit --method pca`, the same", fit + [str(linear), "--method", "pca"], options.runs),
            ("`transform`, 360 rows", ["transform", str(model), str(test)] + output, options.runs),
            ("`reconstruct`, 360 rows", ["reconstruct", str(model), str(test)] + output,
             options.runs),
        ]
        print(f"{datetime.date.today()}, {processor()}\n")
        print("| Command | seconds | peak MiB |\n|---|--:|--:|")
        for title, arguments, runs in commands:
            command = [options.tool] + arguments
            run(command)
            seconds = statistics.median(run(command) for _ in range(runs))
            print(f"| {title} | {seconds:.4f} | {peak(command) / 2**20:.1f} |")


if __name__ == "__main__":
    main()
