#!/usr/bin/env python3
"""Training steps per second of one peer on the convolutional autoencoder, in a process of its own.

    python3 Benchmarks/convolution_peers.py --peer keras --case lab-128 --threads 2

Three convolutions of 3 x 3 with pooling between, 28 x 28 pixels to 4 x 4 x 16, and four with upsampling
back; rows in memory, a new order each epoch, Adam at 1e-3, mean squared error.
"""

import os
from dataclasses import dataclass

from training_peers import SEED, serve

PEERS = {
    "keras": "Keras fit",
    "torch-channels-last": "PyTorch channels-last",
    "torch-channels-first": "PyTorch",
    "torch-compiled": "PyTorch compiled",
}


@dataclass(frozen=True)
class ConvolutionCase:
    name: str
    title: str
    batch: int
    batches: int
    models: int = 1

    @property
    def rows(self):
        return self.batch * self.batches


CASES = {case.name: case for case in [
    ConvolutionCase("lab-128", "28 x 28, batch 128", 128, 8),
    ConvolutionCase("lab-512", "28 x 28, batch 512", 512, 2),
]}


def samples(case):
    import numpy

    generator = numpy.random.default_rng(SEED)
    return generator.standard_normal((case.rows, 28, 28, 1), dtype=numpy.float32)


def torch_trainer(case, threads, kind):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    layers = []
    for inputs, outputs in ((1, 64), (64, 32), (32, 16)):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(),
                   nn.MaxPool2d(2, ceil_mode=True)]
    for inputs, outputs, padding in ((16, 16, 1), (16, 32, 1), (32, 64, 0)):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=padding), nn.ReLU(),
                   nn.Upsample(scale_factor=2)]
    model = nn.Sequential(*layers, nn.Conv2d(64, 1, 3, padding=1))
    data = torch.from_numpy(samples(case)).permute(0, 3, 1, 2)
    data = data.contiguous()
    if kind != "torch-channels-first":
        model = model.to(memory_format=torch.channels_last)
        data = data.to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def loss(batch):
        return nn.functional.mse_loss(model(batch), batch)

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
    from keras import layers

    keras.utils.set_random_seed(SEED)

    def convolution(filters, padding="same", activation="relu"):
        return layers.Conv2D(filters, 3, padding=padding, activation=activation)

    parts = [keras.Input((28, 28, 1))]
    for filters in (64, 32, 16):
        parts += [convolution(filters), layers.MaxPooling2D(2, padding="same")]
    for filters, padding in ((16, "same"), (32, "same"), (64, "valid")):
        parts += [convolution(filters, padding), layers.UpSampling2D(2)]
    model = keras.Sequential(parts + [convolution(1, activation=None)])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    data = samples(case)
    return lambda epochs: model.fit(
        data, data, batch_size=case.batch, epochs=epochs, shuffle=True, verbose=0)


def trainer(peer, case, threads):
    if peer == "keras":
        return keras_trainer(case, threads)
    return torch_trainer(case, threads, peer)


if __name__ == "__main__":
    serve(PEERS, CASES, trainer)
