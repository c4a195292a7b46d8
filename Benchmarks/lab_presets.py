#!/usr/bin/env python3
"""The course lab's two models of 28 x 28 pixels, by aepca and by Keras, judged on the same pictures.

    python3 Benchmarks/lab_presets.py TRAIN.csv TEST.csv [--tool .build/release/aepca] [--seeds 5]

dense-lab gives pictures back from 36 numbers; conv-lab takes out static, six in ten pixels black or
white at random. Both programs have the same layers, Adam at 1e-3, batches of 2,048, as many epochs (50
and 10 unless --epochs says otherwise), stop early by the same rule and hold 12 % of the rows out to
judge by. Keras and the row named "same static" learn from one noisy copy of each picture, drawn once,
as in the lab; `fit --noise` draws its own. The figure is the mean squared error of test pixels, black 0
and white 1, of one noisy copy that all share: mean and deviation over the seeds. Tables have a row of
784 numbers for each picture, may be gzip files, and other columns are left out. Needs Keras.
"""

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import numpy

HERE = Path(__file__).resolve().parent
SIDE = 28
SHARE = 0.6
HELD_OUT = 0.12
EPOCHS = {"dense-lab": 50, "conv-lab": 10}
BATCH = 2048


def pixels(path):
    """Pictures from 0 to 1, a row each."""
    import pandas

    table = pandas.read_csv(path).select_dtypes("number").to_numpy(float)
    columns = SIDE * SIDE
    if table.shape[1] < columns:
        raise SystemExit(f"{path}: expected {columns} columns of pixels, found {table.shape[1]}")
    table = table[:, -columns:]
    return table / (255 if table.max() > 1 else 1)


def static(pictures, seed):
    """Black or white in place of six pixels in ten."""
    generator = numpy.random.default_rng(seed)
    hit = generator.random(pictures.shape) < SHARE
    return numpy.where(hit, generator.random(pictures.shape) < 0.5, pictures)


def write(path, pictures):
    names = ",".join(f"pixel_{y}_{x}" for y in range(SIDE) for x in range(SIDE))
    numpy.savetxt(path, pictures, fmt="%.5g", delimiter=",", header=names, comments="")


def ours(tool, preset, epochs, seed, train, test, options):
    """Test error and processor seconds of a fit by the command line."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder, f"{name}.csv") for name in ("noisy", "clean", "test", "back")}
        model = Path(folder, "m.aepca")
        noisy, clean = train
        write(paths["clean"], clean)
        learnt = paths["clean"]
        if noisy is not None:
            write(paths["noisy"], noisy)
            learnt = paths["noisy"]
            options = [*options, "--target", paths["clean"]]
        write(paths["test"], test)
        before = os.times()
        subprocess.run(
            [tool, "fit", learnt, "--preset", preset, "--epochs", str(epochs), "--seed", str(seed),
             "--validation-fraction", str(HELD_OUT), *options, "--quiet", "-o", model], check=True)
        after = os.times()
        subprocess.run(
            [tool, "reconstruct", model, paths["test"], "--quiet", "-o", paths["back"]], check=True)
        back = numpy.loadtxt(paths["back"], delimiter=",", skiprows=1)
        spent = (after.children_user + after.children_system
                 - before.children_user - before.children_system)
        return back, spent


def keras_model(preset):
    import keras
    from keras import layers

    if preset == "dense-lab":
        return keras.Sequential([
            keras.Input((SIDE * SIDE,)), layers.Dense(36, activation="relu"),
            layers.Dense(SIDE * SIDE)])

    def convolution(filters, padding="same", activation="relu"):
        return layers.Conv2D(filters, 3, padding=padding, activation=activation)

    parts = [keras.Input((SIDE, SIDE, 1))]
    for filters in (64, 32, 16):
        parts += [convolution(filters), layers.MaxPooling2D(2, padding="same")]
    for filters, padding in ((16, "same"), (32, "same"), (64, "valid")):
        parts += [convolution(filters, padding), layers.UpSampling2D(2)]
    return keras.Sequential([*parts, convolution(1, activation=None)])


def keras_fit(preset, epochs, seed, train, test):
    """Test pictures as Keras gives them back, and its processor seconds."""
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = keras_model(preset)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")

    def shaped(rows):
        rows = rows.astype(numpy.float32)
        return rows if preset == "dense-lab" else rows.reshape(-1, SIDE, SIDE, 1)

    noisy, clean = train
    learnt = clean if noisy is None else noisy
    order = numpy.random.default_rng(seed).permutation(len(clean))
    stop = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=10, min_delta=1e-4, restore_best_weights=True)
    before = os.times()
    model.fit(
        shaped(learnt[order]), shaped(clean[order]), batch_size=BATCH, epochs=epochs,
        validation_split=HELD_OUT, callbacks=[stop], verbose=0)
    after = os.times()
    back = model.predict(shaped(test), batch_size=BATCH, verbose=0).reshape(len(test), -1)
    return back, after.user + after.system - before.user - before.system


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("train", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("--tool", type=Path, default=HERE.parent / ".build/release/aepca")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, help="in place of the preset's own")
    parser.add_argument("--presets", nargs="+", choices=list(EPOCHS), default=list(EPOCHS))
    parser.add_argument("--programs", nargs="+", help="only those whose name has one of these words")
    options = parser.parse_args()
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tool = options.tool.resolve()
    clean, test = pixels(options.train), pixels(options.test)
    print(f"{len(clean):,} pictures to fit on, {len(test):,} to test by, {options.seeds} seeds.\n")
    print("| Model | epochs | program | test error | deviation | processor s |")
    print("|---|--:|---|--:|--:|--:|")
    for preset in options.presets:
        epochs = options.epochs or EPOCHS[preset]
        noisy_test = static(test, 1_000_000) if preset == "conv-lab" else test
        found = {}
        for seed in range(options.seeds):
            noisy = static(clean, seed) if preset == "conv-lab" else None
            train = noisy, clean
            programs = {
                "aepca": lambda: ours(
                    tool, preset, epochs, seed, (None, clean), noisy_test,
                    ["--noise", f"salt-pepper:{SHARE}"] if preset == "conv-lab" else []),
                "Keras": lambda: keras_fit(preset, epochs, seed, train, noisy_test),
            }
            if preset == "conv-lab":
                programs["aepca, same static"] = lambda: ours(
                    tool, preset, epochs, seed, train, noisy_test, [])
            for name, fit in programs.items():
                if options.programs and not any(word in name for word in options.programs):
                    continue
                back, seconds = fit()
                error = numpy.mean((back - test)**2)
                found.setdefault(name, []).append((error, seconds))
        for name, runs in found.items():
            errors, seconds = numpy.array(runs).T
            print(f"| {preset} | {epochs} | {name} | {errors.mean():.4f} | {errors.std():.4f} | "
                  f"{numpy.median(seconds):.1f} |", flush=True)


if __name__ == "__main__":
    main()
