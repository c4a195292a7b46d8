"""Tables that another program writes to while they are read: refused, never mixed."""

import gzip
import os
import random
import subprocess
import time

from faults import Place, expect, table, tool_has

import bad_models

LONG = []
MOMENTS = 8


def long_table():
    """Far more than a run reads ahead of what it writes."""
    if not LONG:
        LONG.append(table(4000) + "".join(table(4000).partition("\n")[2] for _ in range(120)))
    return LONG[0]


def grow(path):
    with open(path, "ab") as file:
        file.write(b"1,2,3,left\n")


def shrink(path):
    os.truncate(path, os.path.getsize(path) // 2 + 1)


def empty(path):
    os.truncate(path, 0)


def write_over(path):
    """Other digits at the end; the size stays."""
    with open(path, "r+b") as file:
        file.seek(-40, os.SEEK_END)
        file.write(b"9")


CHANGES = (grow, shrink, empty, write_over)


def held_up(command, change, name="long.csv", by_shell=False):
    """The run writes to a pipe that nobody reads for a while, so it is surely halfway."""
    def work():
        with Place({}) as place:
            place.write("m", bad_models.models()["net"])
            text = long_table().encode()
            place.write(name, gzip.compress(text, 1) if name.endswith(".gz") else text)
            os.mkfifo(place.at("pipe"))
            stdin = open(place.at(name), "rb") if by_shell else subprocess.DEVNULL
            process = place.start(command.split(), stdin=stdin)
            with open(place.at("pipe"), "rb") as pipe:
                expect(pipe.read(1) != b"", "nothing was written")
                change(place.at(name))
                rest = pipe.read()
            errors = process.communicate()[1].decode()
            expect(process.returncode == 74, f"exit {process.returncode}: {errors[:300]}")
            expect("changed while it was read" in errors, errors[:300])
            expect(len(rest) > 1 << 16, "it had ended before")
    return work


def at_any_moment(command, change):
    """The result of the table as it was, or as it is when it was opened later, or none."""
    def work():
        draw = random.Random(3)
        with Place({}) as place:
            place.write("m", bad_models.models()["net"])
            place.write("long.csv", long_table())
            start = time.time()
            place.run(command).must(0)
            whole = time.time() - start
            allowed = [place.read("out")]
            change(place.at("long.csv"))
            if place.run(command).code == 0:
                allowed.append(place.read("out"))
            refused = 0
            for _ in range(MOMENTS):
                os.remove(place.at("out"))
                place.write("long.csv", long_table())
                process = place.start(command.split())
                time.sleep(draw.uniform(0, whole / 2))
                change(place.at("long.csv"))
                errors = process.communicate()[1].decode()
                if process.returncode == 0:
                    expect(place.read("out") in allowed, "another result")
                    continue
                refused += 1
                expect(process.returncode in (65, 74), f"exit {process.returncode}: {errors[:300]}")
                expect("long.csv" in errors and errors.startswith("aepca: "), errors[:300])
                expect(place.names() == ["long.csv", "m"], f"left: {place.names()}")
                place.write("out", "")
            print(f"  {refused} of {MOMENTS} met a run that read: {command}, {change.__name__}",
                  flush=True)
    return work


def replaced(place):
    """Another file of the same name, put in its place, is not looked at."""
    place.write("m", bad_models.models()["net"])
    place.write("long.csv", long_table())
    expected = place.run("transform m long.csv").must(0).output
    os.mkfifo(place.at("pipe"))
    process = place.start("transform m long.csv -o pipe".split())
    with open(place.at("pipe"), "rb") as pipe:
        first = pipe.read(1)
        place.write("new.csv", table(5))
        os.replace(place.at("new.csv"), place.at("long.csv"))
        text = first + pipe.read()
    expect(process.wait() == 0 and text == expected, "not the table that was opened")


def in_place(work):
    def case():
        with Place({}) as place:
            work(place)
    return case


def cases():
    for change in CHANGES:
        for command in ("transform m long.csv -o pipe", "reconstruct m long.csv -o pipe",
                        "csv long.csv -o pipe"):
            yield f"changing: {change.__name__}: {command}", held_up(command, change)
    for command in ("score m long.csv -o pipe", "clean m long.csv -o pipe"):
        if tool_has(command.split()[0]):
            yield f"changing: grow: {command}", held_up(command, grow)
    yield "changing: shrink: by the shell", held_up(
        "transform m - -o pipe", shrink, by_shell=True)
    yield "changing: shrink: compressed", held_up(
        "transform m long.csv.gz -o pipe", shrink, name="long.csv.gz")
    for change in (grow, shrink):
        for command in ("fit long.csv -k 2 --method pca -o out --quiet",
                        "fit long.csv -k 2 --method pca --memory 1 -o out --quiet",
                        "compress m long.csv -o out --quiet"):
            yield f"changing: {change.__name__}: {command}", at_any_moment(command, change)
    yield "changing: put in its place", in_place(replaced)
