"""Writes lab_models.json: what PyTorch makes of the two autoencoders of a course's lab.

    pip install torch numpy
    python make_lab_models.py

784 -> 36 relu -> 784, and the convolutional one of 28 x 28 pixels. Weights, inputs and targets are not
written but drawn by the generator below, which the Swift test repeats: SplitMix64, in the order of the
Swift model's weights and in their layout. Written are some outputs, the loss of each of ten Adam
steps on one batch, and of each weight some entries and the sum of squares before and after. Float64
throughout, so that the comparison shows our rounding alone.
"""

import json
import pathlib

import numpy
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
ROWS, STEPS, RATE = 6, 10, 1e-3
MASK = 2**64 - 1


class Draws:
    """Numbers in -1..<1 with 24 bits, the same in any language."""

    def __init__(self, seed):
        self.state = seed

    def number(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        value = self.state
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
        return ((value ^ (value >> 31)) >> 40) / 2**23 - 1

    def array(self, shape, scale):
        count = int(numpy.prod(shape))
        # Rounded to Float32 as the Swift side holds it.
        values = numpy.array([self.number() for _ in range(count)]) * scale
        return values.astype(numpy.float32).astype(numpy.float64).reshape(shape)


def dense():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 36), nn.ReLU(), nn.Linear(36, 784))


def convolution(inputs, outputs, padding=1):
    return nn.Conv2d(inputs, outputs, 3, padding=padding)


def convolutional():
    layers = []
    for inputs, outputs in ((1, 64), (64, 32), (32, 16)):
        layers += [convolution(inputs, outputs), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True)]
    layers += [convolution(16, 16), nn.ReLU(), nn.Upsample(scale_factor=2)]
    layers += [convolution(16, 32), nn.ReLU(), nn.Upsample(scale_factor=2)]
    layers += [convolution(32, 64, padding=0), nn.ReLU(), nn.Upsample(scale_factor=2)]
    return nn.Sequential(*layers, convolution(64, 1), nn.Flatten())


def swift_layout(values):
    """[outputs, inputs, ...] to [..., inputs, outputs]."""
    if values.ndim == 4:
        return values.transpose(2, 3, 1, 0)
    return values.T if values.ndim == 2 else values


def torch_layout(values):
    if values.ndim == 4:
        return values.transpose(3, 2, 0, 1)
    return values.T if values.ndim == 2 else values


def sample(model):
    """Of each weight the sum of squares and some entries, evenly spread."""
    found = []
    for parameter in model.parameters():
        values = swift_layout(parameter.detach().numpy()).flatten()
        places = sorted({int(place) for place in numpy.linspace(0, len(values) - 1, 12)})
        found.append({"squares": float((values**2).sum()), "places": places,
                      "entries": [float(f"{values[place]:.9g}") for place in places]})
    return found


def case(name, model, seed):
    draws = Draws(seed)
    for parameter in model.parameters():
        shape = swift_layout(parameter.detach().numpy()).shape
        # Glorot's limit for kernels, a little for biases.
        area = int(numpy.prod(shape[:-2])) if len(shape) > 1 else 0
        scale = (6 / (area * (shape[-2] + shape[-1]))) ** 0.5 if area else 0.05
        parameter.data = torch.from_numpy(
            numpy.ascontiguousarray(torch_layout(draws.array(shape, scale))))
    x = torch.from_numpy(numpy.abs(draws.array((ROWS, 1, 28, 28), 1.0)))
    target = torch.from_numpy(numpy.abs(draws.array((ROWS, 784), 1.0)))
    result = {"name": name, "seed": seed, "before": sample(model)}
    with torch.no_grad():
        outputs = model(x)
    result["outputs"] = [float(f"{value:.9g}") for value in outputs[:, ::37].flatten()]
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    result["losses"] = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), target)
        loss.backward()
        optimizer.step()
        result["losses"].append(loss.item())
    result["after"] = sample(model)
    with torch.no_grad():
        outputs = model(x)
    result["outputs_after"] = [float(f"{value:.9g}") for value in outputs[:, ::37].flatten()]
    return result


cases = [case("dense", dense(), 11), case("convolutional", convolutional(), 12)]
path = pathlib.Path(__file__).parent / "lab_models.json"
path.write_text(json.dumps({"torch": torch.__version__.split("+")[0], "cases": cases}) + "\n")
print(f"{path.name}: {path.stat().st_size // 1024} KiB")
