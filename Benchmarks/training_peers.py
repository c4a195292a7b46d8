#!/usr/bin/env python3
"""Training steps per second of one peer, one model, one number of threads, in a process of its own.

    python3 Benchmarks/training_peers.py --peer torch-fused --case default-128 --threads 2

prints one JSON line. With --serve it gets ready (compiles, warms up), says so, and then times
`--seconds` of training for each line on standard input, so that programs can take turns.
"""

import argparse
import json
import os
import sys
import time
import warnings

from training_cases import CASES, peak_bytes

PEERS = {
    "torch-eager": "PyTorch eager",
    "torch-fused": "PyTorch fused Adam",
    "torch-compiled": "PyTorch compiled",
    "keras": "Keras fit",
    "sklearn": "scikit-learn",
}
SEED = 1


class Unsupported(Exception):
    """The peer has no such model."""


def samples(case):
    import numpy

    generator = numpy.random.default_rng(SEED)
    return generator.standard_normal((case.rows, case.widths[0]), dtype=numpy.float32)


def torch_trainer(case, threads, kind):
    """The plain loop: rows in memory, a new order each epoch, no loader in between."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    functions = {"silu": torch.nn.SiLU, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
    layers = []
    for inputs, outputs, activation in zip(case.widths, case.widths[1:], case.activations):
        layers.append(torch.nn.Linear(inputs, outputs))
        if activation != "linear":
            layers.append(functions[activation]())
    model = torch.nn.Sequential(*layers)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=kind != "torch-eager")
    data = torch.from_numpy(samples(case))

    def loss(batch):
        return torch.nn.functional.mse_loss(model(batch), batch)

    if kind == "torch-compiled":
        loss = torch.compile(loss)

    def epoch():
        for chosen in torch.randperm(case.rows).split(case.batch):
            adam.zero_grad(set_to_none=True)
            loss(data[chosen]).backward()
            adam.step()

    return lambda epochs: [epoch() for _ in range(epochs)]


def keras_trainer(case, threads):
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
    import keras

    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [keras.Input((case.widths[0],))]
        + [keras.layers.Dense(width, activation=activation)
           for width, activation in zip(case.widths[1:], case.activations)])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    data = samples(case)
    return lambda epochs: model.fit(
        data, data, batch_size=case.batch, epochs=epochs, shuffle=True, verbose=0)


def sklearn_trainer(case, threads):
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor
    from threadpoolctl import threadpool_limits

    if case.activation not in ("tanh", "relu", "logistic"):
        raise Unsupported(f"MLPRegressor has no {case.activation}")
    threadpool_limits(limits=threads)
    # It warns whenever the epochs that it was asked for are over.
    warnings.simplefilter("ignore", ConvergenceWarning)
    data = samples(case)
    # Its latent layer is activated like the others; the optimizer keeps its state between fits.
    model = MLPRegressor(
        hidden_layer_sizes=case.widths[1:-1], activation=case.activation, solver="adam", alpha=0,
        tol=0, batch_size=case.batch, max_iter=1, n_iter_no_change=1_000_000_000, warm_start=True,
        learning_rate_init=1e-3, random_state=SEED)

    def train(epochs):
        model.set_params(max_iter=epochs)
        model.fit(data, data)

    return train


def trainer(peer, case, threads):
    if peer == "keras":
        return keras_trainer(case, threads)
    if peer == "sklearn":
        return sklearn_trainer(case, threads)
    return torch_trainer(case, threads, peer)


class Stopwatch:
    """Times training; remembers how many epochs fill the asked time."""

    def __init__(self, train, case):
        self.train, self.case, self.epochs = train, case, 1

    def rates(self, seconds):
        """Steps per second on the clock, and per second of the process's own time."""
        while True:
            began, own = time.perf_counter(), time.process_time()
            self.train(self.epochs)
            elapsed, own = time.perf_counter() - began, time.process_time() - own
            trained, rate = self.epochs, self.epochs / elapsed
            enough, self.epochs = elapsed >= 0.7 * seconds, max(1, round(rate * seconds))
            if enough:
                steps = trained * self.case.batches
                return {"steps_per_second": steps / elapsed, "by_own_time": steps / own}


def serve(peers, cases, trainer):
    """The command line that programs which take turns are driven by."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peer", choices=peers, required=True)
    parser.add_argument("--case", choices=cases, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--serve", action="store_true", help="time once for each line read")
    options = parser.parse_args()
    case = cases[options.case]

    def answer(**values):
        print(json.dumps({"case": case.name, "peer": options.peer, "threads": options.threads,
                          **values, "peak_bytes": peak_bytes()}), flush=True)

    try:
        train = trainer(options.peer, case, options.threads)
    except (Unsupported, ImportError) as problem:
        answer(unsupported=str(problem))
        return
    train(1)
    stopwatch = Stopwatch(train, case)
    stopwatch.rates(options.seconds)
    if not options.serve:
        answer(**stopwatch.rates(options.seconds))
        return
    answer(ready=True)
    for _ in sys.stdin:
        answer(**stopwatch.rates(options.seconds))


if __name__ == "__main__":
    serve(PEERS, CASES, trainer)
