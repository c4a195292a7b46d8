"""Writes keras_image_layers.json: what Keras makes of small images with each layer.

    pip install keras tensorflow-cpu numpy
    python make_image_layers.py

For each case: the layer by its Keras name and settings, one sample in, its weights, and what comes
out. The settings are chosen where layers differ: odd sizes, steps that do not divide, kernels of even
size, windows at the edges, channels that fill no vector.
"""

import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy

generator = numpy.random.default_rng(20240502)


def numbers(*shape):
    """Rounded, so that Float32 and the file hold the same and the file stays short."""
    return numpy.round(generator.uniform(-1, 1, shape), 2).astype("float32")


def case(kind, shape, **settings):
    layer = getattr(keras.layers, kind)(**settings)
    x = numbers(1, *shape)
    layer.build((None, *shape))
    layer.set_weights([numbers(*w.shape) for w in layer.weights])
    y = numpy.array(layer(x))
    return {
        "kind": kind, "shape": shape, "settings": settings, "inputs": x.flatten().tolist(),
        "weights": [w.flatten().tolist() for w in layer.get_weights()],
        "output_shape": list(y.shape[1:]),
        "outputs": [float(f"{value:.6g}") for value in y.flatten()],
    }



cases = []
for padding in ("same", "valid"):
    for kernel, strides in (([3, 3], [1, 1]), ([2, 4], [1, 1]), ([3, 3], [2, 2]), ([5, 3], [2, 3]),
                            ([1, 1], [1, 1]), ([2, 2], [3, 3])):
        settings = {"kernel_size": kernel, "strides": strides, "padding": padding}
        cases.append(case("Conv2D", [6, 7, 2], filters=3, activation="relu", **settings))
        cases.append(case("Conv2DTranspose", [3, 5, 2], filters=2, activation="linear", **settings))
    cases.append(case("Conv2D", [4, 3, 2], filters=17, kernel_size=[3, 3], strides=[1, 1],
                      padding=padding, activation="tanh"))
    cases.append(case("Conv2D", [3, 4, 9], filters=1, kernel_size=[3, 3], strides=[1, 1],
                      padding=padding, activation="sigmoid"))
    for kernel, strides in ((3, 1), (4, 2)):
        settings = {"kernel_size": kernel, "strides": strides, "padding": padding}
        cases.append(case("Conv1D", [9, 2], filters=3, activation="elu", **settings))
        cases.append(case("Conv1DTranspose", [5, 2], filters=3, activation="linear", **settings))
    for pool, strides in (([2, 2], [2, 2]), ([3, 2], [2, 1]), ([3, 3], [3, 3])):
        settings = {"pool_size": pool, "strides": strides, "padding": padding}
        cases.append(case("MaxPooling2D", [7, 6, 1], **settings))
        cases.append(case("AveragePooling2D", [7, 6, 1], **settings))
    cases.append(case("MaxPooling1D", [7, 3], pool_size=3, strides=2, padding=padding))
    cases.append(case("AveragePooling1D", [7, 3], pool_size=3, strides=2, padding=padding))
for interpolation in ("nearest", "bilinear"):
    for size in ([2, 2], [3, 2]):
        cases.append(case("UpSampling2D", [3, 4, 2], size=size, interpolation=interpolation))
cases.append(case("UpSampling1D", [4, 3], size=3))
cases.append(case("Flatten", [2, 3, 2]))
cases.append(case("Reshape", [2, 3, 2], target_shape=[4, -1]))
cases.append(case("Cropping2D", [5, 6, 2], cropping=[[1, 0], [2, 1]]))
cases.append(case("ZeroPadding2D", [2, 3, 2], padding=[[1, 0], [2, 1]]))
cases.append(case("Cropping1D", [5, 2], cropping=[1, 2]))
cases.append(case("ZeroPadding1D", [3, 2], padding=[1, 2]))

path = pathlib.Path(__file__).parent / "keras_image_layers.json"
path.write_text(json.dumps({"keras": keras.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(f"{path.name}: {len(cases)} cases, {path.stat().st_size // 1024} KiB")
