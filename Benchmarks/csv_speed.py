#!/usr/bin/env python3
"""Reading, writing and whole commands on CSV files beside the peers, in one run.

    swift build --package-path Benchmarks -c release --static-swift-stdlib
    python Benchmarks/csv_speed.py [--rows 1000000] [--rounds 3] [--ours PROGRAM] [--tool PROGRAM]

Needs numpy, polars, pandas, pyarrow, duckdb; scikit-learn, torch, onnx and onnxruntime for the whole processes. Programs take
turns, two threads each; a figure is the median of its turns. Processor seconds are each
program's own, which is what to compare on a machine with other work. Reading ends with a matrix or a table of
columns, as the program's users get it; our writing also waits for the disk. Prints Markdown.
"""

import argparse
import datetime
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

READER = """
import os, sys, time
os.environ["POLARS_MAX_THREADS"] = "2"
peer, path = sys.argv[1:3]
if peer == "polars":
    import polars
    work = lambda: polars.read_csv(path)
elif peer == "polars to_numpy":
    import polars
    work = lambda: polars.read_csv(path).to_numpy()
elif peer == "pyarrow":
    import pyarrow, pyarrow.csv
    pyarrow.set_cpu_count(2)
    work = lambda: pyarrow.csv.read_csv(path)
elif peer == "DuckDB":
    import duckdb
    duckdb.sql("set threads = 2; set enable_progress_bar = false")
    work = lambda: duckdb.sql(f"select * from '{path}'").fetchnumpy()
elif peer == "pandas":
    import pandas
    work = lambda: pandas.read_csv(path)
elif peer.startswith("write"):
    import numpy
    rows, columns, kind = int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    x = (numpy.random.default_rng(1).random((rows, columns)) - 0.5) * 10
    x = x.astype(numpy.float32 if kind == "float" else numpy.float64)
    if peer == "write polars":
        import polars
        frame = polars.DataFrame(x)
        work = lambda: frame.write_csv(path)
    else:
        import pandas
        frame = pandas.DataFrame(x)
        work = lambda: frame.to_csv(path, index=False)
print("ready", flush=True)
for line in sys.stdin:
    wall, own = time.perf_counter(), time.process_time()
    work()
    print(time.perf_counter() - wall, time.process_time() - own, 0, flush=True)
"""

PROCESS = """
import os, sys
os.environ["POLARS_MAX_THREADS"] = "2"
os.environ["OMP_NUM_THREADS"] = "2"
import numpy
route, path, out = sys.argv[1:4]
if route.startswith("polars"):
    import polars
    frame = polars.read_csv(path)
    x = frame.to_numpy()
    if "float32" in route:
        x = x.astype(numpy.float32)
else:
    import pandas
    x = pandas.read_csv(path).to_numpy()
if "scikit-learn" in route:
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler
    scores = PCA(3).fit_transform(StandardScaler().fit_transform(x))
elif "numpy" in route:
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    scores = x @ numpy.linalg.eigh(x.T @ x / len(x))[1][:, ::-1][:, :3]
elif "ONNX" in route:
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(sys.argv[4], options)
    x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype(numpy.float32)
    scores = session.run(None, {"x": x})[0]
else:
    import torch
    torch.set_num_threads(2)
    layers = [torch.nn.Linear(30, 64), torch.nn.Tanh(), torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 3)]
    with torch.no_grad():
        x = torch.from_numpy(((x - x.mean(axis=0)) / x.std(axis=0)).astype(numpy.float32))
        scores = torch.nn.Sequential(*layers)(x).numpy()
if route.startswith("polars"):
    polars.DataFrame(scores).write_csv(out)
else:
    pandas.DataFrame(scores).to_csv(out, index=False)
"""


def numeric_table(path, rows, columns=30):
    """Five directions and noise, about twelve digits a number, as measurements are written."""
    import numpy
    import polars

    random = numpy.random.default_rng(1)
    x = random.normal(size=(rows, 5)) @ random.normal(size=(5, columns))
    x += 0.1 * random.normal(size=x.shape)
    powers = random.integers(-1, 4, columns)
    frame = {f"x{j}": numpy.round(x[:, j] * 10.0 ** powers[j], 10 - powers[j]) for j in range(columns)}
    polars.DataFrame(frame).write_csv(path)


def text_table(path, rows):
    """Eight columns of words, sentences in quotes and a few numbers."""
    import numpy

    random = numpy.random.default_rng(2)
    words = ["amber", "birch", "cedar, red", "dune", "elm", "fir \"\"noble\"\"", "grove", "heath"]
    picks = random.integers(0, 8, (rows, 5))
    numbers = random.normal(size=(rows, 2)).round(6)
    with open(path, "w") as file:
        file.write("id,kind,place,text,more,note,x,y\n")
        for row in range(rows):
            a, b, c, d, e = (words[k] for k in picks[row])
            file.write(
                f'"r{row}","{a}","{b}","{c} and {d} stand by the {e}","{e}","",'
                f"{numbers[row][0]},{numbers[row][1]}\n")


def onnx_encoder(path):
    """The encoder 30-64-32-3 with tanh, weights at random, for ONNX Runtime."""
    import numpy
    import onnx
    from onnx import helper, numpy_helper

    random, nodes, weights, last = numpy.random.default_rng(3), [], [], "x"
    for layer, (inputs, units) in enumerate([(30, 64), (64, 32), (32, 3)]):
        names = [f"{part}{layer}" for part in ("weights", "bias", "sum", "value")]
        for name, shape in zip(names, [(inputs, units), (units,)]):
            values = random.normal(0, inputs**-0.5, shape).astype(numpy.float32)
            weights.append(numpy_helper.from_array(values, name))
        nodes.append(helper.make_node("Gemm", [last, *names[:2]], names[2:3]))
        last = names[2]
        if units > 3:
            nodes.append(helper.make_node("Tanh", [last], names[3:]))
            last = names[3]
    edges = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["rows", columns])
             for name, columns in (("x", 30), (last, 3))]
    graph = helper.make_graph(nodes, "encoder", edges[:1], edges[1:], weights)
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


class Program:
    def __init__(self, name, command, line):
        self.name, self.line, self.times = name, line, []
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit(f"{name}: did not start")

    def turn(self):
        self.process.stdin.write(self.line + "\n")
        self.process.stdin.flush()
        self.times.append([float(word) for word in self.process.stdout.readline().split()[:2]])

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        # The first turn fills caches.
        times = self.times[1:] or self.times
        return [statistics.median(turn[k] for turn in times) for k in range(2)]


def turns(title, programs, rounds):
    for _ in range(rounds + 1):
        for program in programs:
            program.turn()
    figures = {program.name: program.end() for program in programs}
    ours = figures.pop("aepca")
    print(f"| {title} | aepca | {ours[0]:.2f} | {ours[1]:.2f} | |")
    for name, (wall, own) in figures.items():
        print(f"| | {name} | {wall:.2f} | {own:.2f} | **{own / ours[1]:.2f}×** |", flush=True)


def whole(commands):
    """Wall and processor seconds and peak MiB of commands run one after another."""
    wall = own = peak = 0
    for command in commands:
        began = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command[0]}: {errors}")
        wall += time.perf_counter() - began
        own += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss / 1024)
    return wall, own, peak


def processes(title, ours, peers, rounds):
    runs = {"aepca": ours, **peers}
    times = {name: [] for name in runs}
    for _ in range(rounds):
        for name, commands in runs.items():
            times[name].append(whole(commands))
    figures = {name: [statistics.median(turn[k] for turn in turns) for k in range(3)] for name, turns in times.items()}
    own = figures["aepca"][1]
    for place, (name, (wall, cpu, peak)) in enumerate(figures.items()):
        ratio = "" if name == "aepca" else f"**{cpu / own:.2f}×**"
        print(f"| {'' if place else title} | {name} | {wall:.2f} | {cpu:.2f} | {ratio} | {peak:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--make", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours", default=HERE / ".build/release/csv-turns")
    parser.add_argument("--tool", default=HERE.parent / ".build/release/aepca")
    options = parser.parse_args()
    rows, rounds, python = options.rows, options.rounds, sys.executable
    if options.make:
        numeric_table(f"{options.make}/numbers.csv", rows)
        text_table(f"{options.make}/texts.csv", rows // 2)
        return
    with tempfile.TemporaryDirectory() as folder:
        numbers, texts, out = (f"{folder}/{name}.csv" for name in ("numbers", "texts", "out"))
        # By a process of its own: a child's peak memory begins with what its parent holds.
        subprocess.run([python, __file__, "--rows", str(rows), "--make", folder], check=True)

        print("| Work | Program | seconds | processor seconds | ratio |\n|---|---|--:|--:|--:|")
        for title, path, peers in [
            (f"read {rows:,} × 30 numbers, {os.path.getsize(numbers) / 1e6:.0f} MB", numbers,
             ["polars", "polars to_numpy", "pyarrow", "DuckDB", "pandas"]),
            (f"read {rows // 2:,} × 8 quoted texts, {os.path.getsize(texts) / 1e6:.0f} MB", texts,
             ["polars", "pyarrow", "pandas"]),
        ]:
            turns(title, [Program("aepca", [options.ours], f"read {path} 2")]
                  + [Program(peer, [python, "-c", READER, peer, path], "go") for peer in peers], rounds)
        for columns, kind in [(3, "float"), (3, "double"), (30, "float"), (30, "double")]:
            shape = [rows, columns, kind]
            turns(f"write {rows:,} × {columns}, {'Float32' if kind == 'float' else 'Float64'}",
                  [Program("aepca", [options.ours], f"write {out} {rows} {columns} {kind} 2")]
                  + [Program(peer[6:], [python, "-c", READER, peer, out, *shape], "go")
                     for peer in ["write polars"] + (["write pandas"] if columns == 3 else [])], rounds)

        print("\n| Whole processes, CSV to CSV | Program | seconds | processor seconds | ratio | peak MiB |"
              "\n|---|---|--:|--:|--:|--:|")
        tool, model, encoder = options.tool, f"{folder}/pca.aepca", f"{folder}/encoder.aepca"
        fit = [tool, "fit", numbers, "-k", 3, "--method", "pca", "-o", model, "--threads", 2]
        transform = [tool, "transform", model, numbers, "-o", out, "--threads", 2]
        processes("three components of PCA and their scores", [fit + ["--latents", out]], {
            route: [[python, "-c", PROCESS, route, numbers, out]]
            for route in ["polars float32 + numpy", "polars + numpy", "pandas + scikit-learn"]}, rounds)
        processes("by two commands: fit", [fit], {}, rounds)
        processes("and transform", [transform], {}, rounds)
        small = f"{folder}/small.csv"
        with open(numbers) as source, open(small, "w") as target:
            target.writelines(line for _, line in zip(range(5001), source))
        subprocess.run([tool, "fit", small, "-k", "3", "--encoder", "dense 64 tanh, dense 32 tanh", "--codes",
                        "encoder", "-o", encoder, "--quiet"], check=True)
        onnx_encoder(f"{folder}/encoder.onnx")
        processes("30-64-32-3 tanh encoder", [[tool, "transform", encoder, numbers, "-o", out, "--threads", 2]], {
            route: [[python, "-c", PROCESS, route, numbers, out, f"{folder}/encoder.onnx"]]
            for route in ["polars + ONNX Runtime", "polars + PyTorch", "pandas + PyTorch"]}, rounds)
    from training_cases import processor
    print(f"\n{datetime.date.today()}, {processor()}, {os.cpu_count()} cores; median of {rounds} turns.")


if __name__ == "__main__":
    main()
