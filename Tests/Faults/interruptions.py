"""Signals and kills at any moment: nothing partial, nothing lost that a checkpoint kept."""

import math
import os
import random
import signal
import subprocess
import time

from faults import DATASETS, Place, expect, table, tool_has

import bad_models

KILLS = 50
FILES = {"good.csv": table(150), "long.csv": table(40000)}


def pictures(rows):
    """Digits of 8 by 8 pixels."""
    with open(os.path.join(DATASETS, "digits.csv"), encoding="utf-8") as file:
        return "".join(line for line, _ in zip(file, range(rows + 1)))


def large_pictures(rows):
    """Discs on 28 by 28 pixels, as the course's models want them."""
    draw = random.Random(2)
    lines = [",".join(f"pixel_{row}_{column}" for row in range(28) for column in range(28))]
    for _ in range(rows):
        across, down, size = draw.uniform(8, 20), draw.uniform(8, 20), draw.uniform(9, 60)
        lines.append(",".join(
            "255" if (row - down) ** 2 + (column - across) ** 2 < size else "0"
            for row in range(28) for column in range(28)))
    return "\n".join(lines) + "\n"


def spoilt(text):
    """The same rows with noise on their numbers."""
    draw = random.Random(4)
    header, *lines = text.splitlines()
    rows = [line.split(",") for line in lines]
    return "\n".join([header] + [
        ",".join([f"{float(cell) + draw.gauss(0, .3):.4f}" for cell in row[:-1]] + row[-1:])
        for row in rows]) + "\n"


def series(rows):
    """Waves of 24 columns in order."""
    draw = random.Random(6)
    lines = [",".join(f"t{column}" for column in range(24))]
    for _ in range(rows):
        phase, step = draw.uniform(0, 6), draw.uniform(.2, .6)
        lines.append(",".join(f"{math.sin(phase + step * t) + draw.gauss(0, .05):.4f}"
                              for t in range(24)))
    return "\n".join(lines) + "\n"


PICTURE_FILES = {
    "digits.csv": pictures(160), "large.csv": large_pictures(40), "series.csv": series(120),
    "good.csv": table(150), "noisy.csv": spoilt(table(150)),
}
# Every other way of training, held out or cross-validated.
FITS = [
    "fit digits.csv --image 8x8 -k 3 --effort quick --validation-fraction 0.2",
    "fit digits.csv --image 8x8 --preset dense-lab --epochs 10",
    "fit digits.csv --image 8x8 --latent-map --epochs 20 --validation-fraction 0.2",
    "fit digits.csv --image 8x8 --preset dense-lab --validation-fraction 0.2",
    "fit large.csv --image 28x28 --preset conv-lab --epochs 6 --validation-fraction 0.2",
    "fit digits.csv --image 8x8 -k 4 --noise salt-pepper:0.3 --effort quick --epochs 8",
    "fit series.csv --sequence -k 3 --effort quick --validation-fraction 0.2",
    "fit good.csv -k 2 --noise gaussian:0.2 --exclude side --effort quick",
    "fit good.csv -k 2 --noise mask:0.2 --effort quick --validation-fraction 0.2",
    "fit noisy.csv --target good.csv -k 2 --effort quick",
    "fit noisy.csv --target good.csv -k 2 --effort quick --validation-fraction 0.2",
    "fit good.csv -k auto --effort quick",
    "fit good.csv -k 2 --effort quick --validation noisy.csv",
]


def signalled(number):
    def work():
        with Place(FILES) as place:
            place.write("out", "old")
            process = place.start("fit good.csv -k 3 --effort thorough -o out".split())
            while not [name for name in place.names() if name.startswith(".out")]:
                time.sleep(0.01)
            process.send_signal(number)
            process.communicate()
            expect(process.returncode == -number, f"ended with {process.returncode}")
            expect(place.names() == ["good.csv", "long.csv", "out"], f"left: {place.names()}")
            expect(place.read("out") == b"old", "the old file is gone")
    return work


def ignored_hangup():
    """Under nohup a hangup does not end the run."""
    with Place(FILES) as place:
        process = place.start("fit good.csv -k 1 --effort quick -o out".split(),
                              preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        time.sleep(0.2)
        process.send_signal(signal.SIGHUP)
        process.communicate()
        expect(process.returncode == 0 and "out" in place.names(), "the hangup ended it")


def duration(place, arguments):
    start = time.time()
    place.run(arguments, timeout=900).must(0)
    return time.time() - start


def kill_after(place, arguments, seconds):
    """True when the run was killed before it ended."""
    process = place.start(arguments.split() if isinstance(arguments, str) else arguments)
    try:
        process.communicate(timeout=seconds)
        expect(process.returncode == 0, f"exit {process.returncode}")
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True


def killed(arguments):
    """Kills at random moments of a run that replaces an old result."""
    def work():
        draw = random.Random(11)
        with Place(FILES) as place:
            place.write("m", bad_models.models()["net"])
            whole = duration(place, arguments)
            expected = place.read("out")
            count = 0
            for _ in range(KILLS):
                place.write("out", "old")
                count += kill_after(place, arguments, draw.uniform(0, whole))
                expect(place.read("out") in (b"old", expected), "half a file")
                left = [name for name in place.names() if name.startswith(".")]
                # The one of this kill: those of kills before were removed by this run, if it came
                # so far.
                expect(len(left) <= 2, f"left: {left}")
                expect(all(name.startswith(".out.aepca-") for name in left), f"left: {left}")
            place.run(arguments).must(0)
            expect(not [name for name in place.names() if name.startswith(".")], "not removed")
            expect(place.read("out") == expected, "other bytes")
            print(f"  {count} of {KILLS} kills met a run under way: {arguments}", flush=True)
    return work


def resumed(arguments, goal, files=FILES):
    """Kills one fit after the other and goes on from its checkpoint, to the same bytes.

    Each run has another number of threads, on which nothing may depend.
    """
    if isinstance(arguments, str):
        arguments = arguments.split()

    def work():
        draw = random.Random(7)
        with Place(files) as place:
            whole = duration(place, arguments + ["-o", "expected"])
            expected = place.read("expected")
            count = chains = 0
            while count < goal:
                chains += 1
                in_chain = 0
                while in_chain < 8 and kill_after(
                        place, arguments + "-o out --checkpoint ck --checkpoint-seconds 0".split()
                        + ["--threads", draw.choice("12")], draw.uniform(0, whole * 0.6)):
                    in_chain += 1
                    expect("out" not in place.names() or place.read("out") == expected, "half a file")
                count += in_chain
                option = "--resume" if "ck" in place.names() else "--checkpoint"
                place.run(arguments + ["-o", "out", option, "ck"], timeout=900).must(0)
                expect(place.read("out") == expected, f"another model after {in_chain} kills")
                for name in ("ck", "out"):
                    os.remove(place.at(name))
            expect(not [name for name in place.names() if name.startswith(".")], "not removed")
            print(f"  {count} kills of {chains} fits gone on with: "
                  f"{' '.join(arguments)}", flush=True)
    return work


def cases():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        yield f"signal: {signal.Signals(number).name}", signalled(number)
    yield "signal: SIGHUP under nohup", ignored_hangup
    yield "kill -9: fit", killed("fit good.csv -k 1 --method pca -o out --quiet")
    yield "kill -9: transform", killed("transform m long.csv -o out --quiet")
    yield "kill -9: reconstruct", killed("reconstruct m long.csv -o out --quiet")
    if tool_has("compress"):
        yield "kill -9: compress", killed(
            "compress m long.csv --max-error 0.1 -o out --quiet")
    for command in ("score", "clean"):
        if tool_has(command):
            yield f"kill -9: {command}", killed(f"{command} m long.csv -o out --quiet")
    yield "kill -9: fit gone on with, cross-validated", resumed(
        "fit good.csv -k 3 --effort quick --quiet", KILLS)
    yield "kill -9: fit gone on with, rows held out", resumed(
        "fit good.csv -k 2 --effort quick --quiet --validation-fraction 0.2", KILLS // 2)
    yield "kill -9: fit gone on with, layers given", resumed(
        "fit good.csv -k 2 --encoder=none --linear-path --epochs 400 --quiet --optimizer sgd "
        "--learning-rate 0.01 --validation-fraction 0.2", KILLS // 2)
    for arguments in FITS:
        words = arguments.split() + ["--quiet"]
        if "--latent-map" in words:
            words += ["--encoder", "conv 6 3 relu, maxpool 2, conv 2 3 relu"]
        yield f"kill -9: gone on with: {arguments}", resumed(words, KILLS // 5, PICTURE_FILES)
