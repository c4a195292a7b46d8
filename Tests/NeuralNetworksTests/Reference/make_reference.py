"""Writes pytorch.json: what PyTorch makes of small models from fixed weights.

    pip install torch numpy
    python make_reference.py

For each case: inputs, targets, mask, weights, the outputs, the loss, and the weights after ten
steps on the whole batch. Float64 throughout, so that the comparison shows our rounding alone.
Kernels are written as [inputs, units], the transpose of PyTorch's.
"""

import json
import pathlib

import numpy
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
generator = numpy.random.default_rng(20240501)
ROWS, WIDTH = 12, 6


def numbers(*shape, scale=1.0):
    """Rounded, so that Float32 and Float64 read nearly the same and the file stays short."""
    return numpy.round(generator.uniform(-scale, scale, shape), 4)


class Parts(nn.Module):
    """Layers by the names they bear in the Swift model, and how they are joined."""

    def __init__(self, parts, join):
        super().__init__()
        self.parts = nn.ModuleDict(parts)
        self.join = join

    def forward(self, x):
        return self.join(self.parts, x)


ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": torch.relu,
    "leakyRelu": lambda x: nn.functional.leaky_relu(x, 0.01),
    "elu": nn.functional.elu,
    "gelu": nn.functional.gelu,
    "silu": nn.functional.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": nn.functional.softplus,
    "softmax": lambda x: torch.softmax(x, dim=1),
}


def entries(loss, y, t):
    f = nn.functional
    return {
        "meanSquaredError": lambda: (y - t) ** 2,
        "meanAbsoluteError": lambda: (y - t).abs(),
        "huber": lambda: f.huber_loss(y, t, reduction="none", delta=0.3),
        "binaryCrossEntropy": lambda: f.binary_cross_entropy(y, t, reduction="none"),
        "binaryCrossEntropyFromLogits":
            lambda: f.binary_cross_entropy_with_logits(y, t, reduction="none"),
        "categoricalCrossEntropy": lambda: -t * torch.log(y),
    }[loss]()


def mean_loss(loss, y, t, mask, weights):
    total = (entries(loss, y, t) * mask * weights).sum()
    if loss == "categoricalCrossEntropy":
        return total / mask.amax(dim=1).sum()
    return total / mask.sum()


def named(model):
    """Weights by the names and shapes of the Swift model."""
    result = {}
    for name, part in model.parts.items():
        if isinstance(part, nn.Linear):
            result[f"{name}/kernel"] = part.weight.detach().numpy().T
            if part.bias is not None:
                result[f"{name}/bias"] = part.bias.detach().numpy()
        elif isinstance(part, nn.PReLU):
            result[f"{name}/alpha"] = part.weight.detach().numpy()
        elif isinstance(part, nn.BatchNorm1d):
            result[f"{name}/gamma"] = part.weight.detach().numpy()
            result[f"{name}/beta"] = part.bias.detach().numpy()
            result[f"{name}/moving_mean"] = part.running_mean.numpy()
            result[f"{name}/moving_variance"] = part.running_var.numpy()
    return {k: numpy.round(v, 9).flatten().tolist() for k, v in result.items()}


def optimizer_for(kind, model, rate):
    kernels = [p.weight for p in model.parts.values() if isinstance(p, nn.Linear)]
    ids = {id(p) for p in kernels}
    others = [p for p in model.parameters() if id(p) not in ids]
    return {
        "sgd": lambda: torch.optim.SGD(model.parameters(), lr=rate),
        "momentum": lambda: torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9),
        "adam": lambda: torch.optim.Adam(model.parameters(), lr=rate),
        "adamW": lambda: torch.optim.AdamW(
            [{"params": kernels, "weight_decay": 0.3}, {"params": others, "weight_decay": 0.0}],
            lr=rate),
    }[kind]()


def case(name, model, outputs, loss="meanSquaredError", optimizer="adam", rate=0.01, clip=None,
         masked=False, chances=False):
    inputs = numbers(ROWS, WIDTH)
    targets = numbers(ROWS, outputs)
    if chances:
        targets = (targets > 0.2).astype(float)
    mask = numpy.ones((ROWS, outputs))
    weights = numpy.ones(outputs)
    if masked:
        mask = (generator.uniform(size=mask.shape) > 0.3).astype(float)
        weights = numpy.round(generator.uniform(0.2, 2, outputs), 3)
    for parameter in model.parameters():
        parameter.data = torch.from_numpy(numbers(*parameter.shape, scale=0.7))
    x, t, m, w = map(torch.from_numpy, (inputs, targets, mask, weights))
    result = {
        "name": name, "loss_kind": loss, "optimizer": optimizer, "rate": rate, "clip": clip,
        "inputs": inputs.flatten().tolist(), "targets": targets.flatten().tolist(),
        "mask": mask.flatten().tolist() if masked else None,
        "column_weights": weights.tolist() if masked else None, "columns": outputs,
        "weights": named(model),
    }
    model.eval()
    with torch.no_grad():
        y = model(x)
        result["outputs"] = numpy.round(y.numpy(), 9).flatten().tolist()
        result["loss"] = mean_loss(loss, y, t, m, w).item()
    model.train()
    steps = optimizer_for(optimizer, model, rate)
    losses = []
    for _ in range(10):
        steps.zero_grad()
        value = mean_loss(loss, model(x), t, m, w)
        value.backward()
        if clip:
            nn.utils.clip_grad_norm_(model.parameters(), clip, error_if_nonfinite=True)
        steps.step()
        losses.append(value.item())
    result["losses"] = losses
    result["after"] = named(model)
    return result


def chain(activation, outputs=3, last=lambda y: y):
    return Parts(
        {"hidden": nn.Linear(WIDTH, 7), "out": nn.Linear(7, outputs)},
        lambda p, x: last(p["out"](activation(p["hidden"](x)))))


cases = [case(f"activation {k}", chain(f), 3) for k, f in ACTIVATIONS.items()]
for loss in ("meanSquaredError", "meanAbsoluteError", "huber", "binaryCrossEntropy",
             "binaryCrossEntropyFromLogits", "categoricalCrossEntropy"):
    last = {"binaryCrossEntropy": torch.sigmoid,
            "categoricalCrossEntropy": ACTIVATIONS["softmax"]}.get(loss, lambda y: y)
    for masked in (False, True):
        cases.append(case(
            f"loss {loss}" + (" masked" if masked else ""), chain(torch.tanh, 5, last), 5, loss,
            masked=masked, chances="Entropy" in loss,
            # Signs can cancel to exactly 0, and Adam would blow a rounding of that up.
            optimizer="sgd" if loss == "meanAbsoluteError" else "adam"))
for optimizer in ("sgd", "momentum", "adam", "adamW"):
    for clip in (None, 0.05):
        cases.append(case(
            f"optimizer {optimizer}" + (" clipped" if clip else ""), chain(torch.tanh), 3,
            optimizer=optimizer, rate=0.02, clip=clip))
cases.append(case("layer prelu", Parts(
    {"hidden": nn.Linear(WIDTH, 7), "slope": nn.PReLU(7), "out": nn.Linear(7, 3)},
    lambda p, x: p["out"](p["slope"](p["hidden"](x)))), 3))
cases.append(case("layer batch norm", Parts(
    # No bias before it: its gradient is exactly 0.
    {"hidden": nn.Linear(WIDTH, 7, bias=False), "norm": nn.BatchNorm1d(7), "out": nn.Linear(7, 3)},
    lambda p, x: p["out"](torch.tanh(p["norm"](p["hidden"](x))))), 3))


def joined(p, x):
    once = torch.tanh(p["shared"](x))
    twice = torch.tanh(p["shared"](once))
    both = torch.cat([once, x, twice], dim=1)
    return p["left"](both) + p["right"](twice)


cases.append(case("composition", Parts(
    {"shared": nn.Linear(WIDTH, WIDTH), "left": nn.Linear(3 * WIDTH, 3),
     "right": nn.Linear(WIDTH, 3)}, joined), 3))

path = pathlib.Path(__file__).parent / "pytorch.json"
path.write_text(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}) + "\n")
print(f"{path.name}: {len(cases)} cases, {path.stat().st_size // 1024} KiB")
