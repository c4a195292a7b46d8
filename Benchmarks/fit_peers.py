"""What a user of PyTorch would fit instead: the usual recipe, and a search of ten configurations.

Rows come in memory and standardised, training rows and those that judge apart. Every fit has a
process and one thread of its own: on networks this small a second thread only makes it slower.
Adam is the fused one, batches are cut from a tensor in memory, and the imports are not timed.
"""

import time

import numpy

SEED = 0
RECIPE_BATCH, PATIENCE, RECIPE_EPOCHS = 32, 10, 500
TUNED_BATCH, CONFIGURATIONS = 128, 10


def network(width, code, hidden, activation, skip=False):
    """Dense layers to the code and mirrored back; `skip` adds a linear path to either half."""
    from torch import nn

    class Half(nn.Module):
        def __init__(self, widths):
            super().__init__()
            layers = []
            for inputs, outputs in zip(widths, widths[1:]):
                layers += [nn.Linear(inputs, outputs), activation()]
            self.curved = nn.Sequential(*layers[:-1])
            self.linear = nn.Linear(widths[0], widths[-1]) if skip else None

        def forward(self, x):
            y = self.curved(x)
            return y if self.linear is None else y + self.linear(x)

    widths = [width, *hidden, code]
    return nn.Sequential(Half(widths), Half(widths[::-1]))


def train(model, optimizer, train_rows, judge_rows, batch, epochs, patience, schedule=None):
    """-> the least validation error; the model ends with the weights that had it."""
    import torch
    from torch.nn.functional import mse_loss

    rows, judges = torch.from_numpy(train_rows), torch.from_numpy(judge_rows)
    best, kept, stale = float("inf"), None, 0
    for _ in range(epochs):
        for chosen in torch.randperm(len(rows)).split(batch):
            optimizer.zero_grad(set_to_none=True)
            mse_loss(model(rows[chosen]), rows[chosen]).backward()
            optimizer.step()
            if schedule:
                schedule.step()
        with torch.no_grad():
            error = mse_loss(model(judges), judges).item()
        stale += 1
        if error < best:
            best, stale = error, 0
            kept = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        if stale >= patience:
            break
    model.load_state_dict(kept)
    return best


def outcome(model, error, test, began, own):
    """-> validation error, test rows given back, seconds, processor seconds."""
    import torch

    with torch.no_grad():
        back = model(torch.from_numpy(test)).numpy()
    return error, back, time.perf_counter() - began, time.process_time() - own


def recipe(train_rows, judge_rows, test, code):
    """p-64-32-k-32-64-p relu, Adam 1e-3, Keras's batch of 32, early stopping, best weights kept."""
    import torch

    began, own = time.perf_counter(), time.process_time()
    torch.manual_seed(SEED)
    model = network(train_rows.shape[1], code, (64, 32), torch.nn.ReLU)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    error = train(model, adam, train_rows, judge_rows, RECIPE_BATCH, RECIPE_EPOCHS, PATIENCE)
    return outcome(model, error, test, began, own)


def configurations():
    random = numpy.random.default_rng(SEED)
    for _ in range(CONFIGURATIONS):
        yield {
            "activation": str(random.choice(["ReLU", "ELU", "SiLU", "Tanh"])),
            "hidden": [int(random.choice([64, 96, 128]))] * int(random.choice([1, 2, 3])),
            "skip": bool(random.random() < 0.5),
            "rate": float(10 ** random.uniform(-3.3, -2.2)),
            "decay": float(10 ** random.uniform(-4, -1)),
        }


def configuration(train_rows, judge_rows, test, code, chosen, steps):
    """One of the ten: AdamW whose rate falls to zero over the steps, best epoch kept."""
    import torch

    began, own = time.perf_counter(), time.process_time()
    torch.manual_seed(SEED)
    model = network(train_rows.shape[1], code, chosen["hidden"],
                    getattr(torch.nn, chosen["activation"]), chosen["skip"])
    adam = torch.optim.AdamW(
        model.parameters(), lr=chosen["rate"], weight_decay=chosen["decay"], fused=True)
    batches = -(-len(train_rows) // TUNED_BATCH)
    epochs = max(1, round(steps / batches))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, epochs * batches)
    error = train(model, adam, train_rows, judge_rows, TUNED_BATCH, epochs, epochs, schedule)
    return outcome(model, error, test, began, own)


def warm_up(_):
    """Imports, and everything that PyTorch puts off until its first step."""
    import torch

    torch.set_num_threads(1)
    rows = numpy.random.default_rng(SEED).standard_normal((256, 8), dtype=numpy.float32)
    recipe(rows, rows, rows, 2)
    configuration(rows, rows, rows, 2, next(configurations()), 4)
    time.sleep(1)  # keeps this worker from taking the warm-up of its neighbour
