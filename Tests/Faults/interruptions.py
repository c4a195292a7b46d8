"""Signals and kills at any moment: nothing partial, nothing lost that a checkpoint kept."""

import os
import random
import signal
import subprocess
import time

from faults import Place, expect, table, tool_has

import bad_models

KILLS = 50
FILES = {"good.csv": table(150), "long.csv": table(40000)}


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
    place.run(arguments).must(0)
    return time.time() - start


def kill_after(place, arguments, seconds):
    """True when the run was killed before it ended."""
    process = place.start(arguments.split())
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


def resumed(arguments, goal):
    """Kills one fit after the other and goes on from its checkpoint, to the same bytes."""
    def work():
        draw = random.Random(7)
        with Place(FILES) as place:
            whole = duration(place, arguments + " -o expected")
            expected = place.read("expected")
            count = chains = 0
            while count < goal:
                chains += 1
                in_chain = 0
                while in_chain < 8 and kill_after(
                        place, arguments + " -o out --checkpoint ck --checkpoint-seconds 0",
                        draw.uniform(0, whole * 0.6)):
                    in_chain += 1
                    expect("out" not in place.names() or place.read("out") == expected, "half a file")
                count += in_chain
                option = "--resume" if "ck" in place.names() else "--checkpoint"
                place.run(f"{arguments} -o out {option} ck").must(0)
                expect(place.read("out") == expected, f"another model after {in_chain} kills")
                for name in ("ck", "out"):
                    os.remove(place.at(name))
            expect(not [name for name in place.names() if name.startswith(".")], "not removed")
            print(f"  {count} kills of {chains} fits gone on with: {arguments}", flush=True)
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
    yield "kill -9: fit gone on with, cross-validated", resumed(
        "fit good.csv -k 3 --effort quick --quiet", KILLS)
    yield "kill -9: fit gone on with, rows held out", resumed(
        "fit good.csv -k 2 --effort quick --quiet --validation-fraction 0.2", KILLS // 2)
    yield "kill -9: fit gone on with, layers given", resumed(
        "fit good.csv -k 2 --encoder=none --linear-path --epochs 400 --quiet --optimizer sgd "
        "--learning-rate 0.01 --validation-fraction 0.2", KILLS // 2)
