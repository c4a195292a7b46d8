"""Training steps per second beside PyTorch's and scikit-learn's, in one run, as ratios.

    swift build -c release --product training-steps
    pip install torch scikit-learn
    python training_table.py [--rounds 3] [--compile] [CASE ...]

The programs take turns on the same machine, each with one and with two threads; each keeps its
best epoch of all rounds. PyTorch: eager with fused Adam, and compiled when asked for.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time
import warnings

CASES = {
    "default-128": ([64, 256, 256, 128, 8, 128, 256, 256, 64], "silu", 128, 2048),
    "small-32": ([30, 64, 32, 3, 32, 64, 30], "tanh", 32, 4096),
    "small-256": ([30, 64, 32, 3, 32, 64, 30], "tanh", 256, 16384),
    "wide-2048": ([784, 36, 784], "relu", 2048, 8192),
    "middle-128": ([64, 128, 64, 8, 64, 128, 64], "tanh", 128, 4096),
}


def torch_rate(name, threads, compiles):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    widths, activation, batch, rows = CASES[name]
    layers = []
    for index, (inputs, units) in enumerate(zip(widths, widths[1:]), 1):
        layers.append(nn.Linear(inputs, units))
        bottleneck = len(widths) > 3 and units == min(widths)
        if index < len(widths) - 1 and not bottleneck:
            layers.append({"silu": nn.SiLU, "tanh": nn.Tanh, "relu": nn.ReLU}[activation]())
    model = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    table = torch.rand(rows, widths[0]) * 2 - 1

    def step(x):
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.mse_loss(model(x), x)
        loss.backward()
        optimizer.step()

    run = torch.compile(step) if compiles else step
    best = float("inf")
    for _ in range(12):
        start = time.perf_counter()
        for indices in torch.randperm(rows).split(batch):
            run(table[indices])
        best = min(best, time.perf_counter() - start)
    return rows / batch / best


def sklearn_rate(name):
    import numpy
    from sklearn.neural_network import MLPRegressor

    widths, activation, batch, rows = CASES[name]
    if activation == "silu":  # not among its activations
        return 0
    warnings.simplefilter("ignore")
    table = numpy.random.default_rng(1).uniform(-1, 1, (rows, widths[0])).astype("float32")
    model = MLPRegressor(hidden_layer_sizes=widths[1:-1], activation=activation,
                         batch_size=batch, max_iter=1, warm_start=True)
    best = float("inf")
    for _ in range(8):
        start = time.perf_counter()
        model.fit(table, table)
        best = min(best, time.perf_counter() - start)
    return rows / batch / best


def own_rates(name):
    program = pathlib.Path(__file__).parent / ".build/release/training-steps"
    lines = subprocess.run([program, name], capture_output=True, text=True, check=True).stdout
    return {line["run"]: line["steps_per_second"] for line in map(json.loads, lines.splitlines())}


def peer(arguments):
    """A peer in a process of its own, for its thread pool is set once."""
    lines = subprocess.run([sys.executable, __file__, "--peer", *map(str, arguments)],
                           capture_output=True, text=True)
    if lines.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}: {lines.stderr.strip().splitlines()[-1]}")
    return float(lines.stdout.split()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--peer", nargs=3)
    options = parser.parse_args()
    if options.peer:
        kind, name, threads = options.peer
        print(sklearn_rate(name) if kind == "sklearn"
              else torch_rate(name, int(threads), kind == "compiled"))
        return
    kinds = ["fused", "sklearn"] + (["compiled"] if options.compile else [])
    for name in options.cases or CASES:
        own, peers = {}, {}
        for _ in range(options.rounds):
            for run, rate in own_rates(name).items():
                own[run] = max(own.get(run, 0), rate)
            for kind in kinds:
                for threads in (1, 2):
                    rate = peer([kind, name, threads])
                    peers[kind] = max(peers.get(kind, 0), rate)
        fastest = max(peers, key=peers.get)
        one = max(own["threads 1"], own["threads 2"])
        print(f"{name}: {one:,.0f} steps/s, two models {own['two models']:,.0f}; "
              f"{fastest} {peers[fastest]:,.0f}; ratios {one / peers[fastest]:.2f} and "
              f"{own['two models'] / peers[fastest]:.2f}", flush=True)


if __name__ == "__main__":
    main()
