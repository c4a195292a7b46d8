"""Where results go: whole or not at all, links and permissions kept, devices left alone."""

import os
import stat
import subprocess

from faults import TOOL, Place, Skip, expect, table

import bad_models

FILES = {"good.csv": table()}
FIT = "fit good.csv -k 1 --method pca -o "


def with_model(work):
    def case():
        with Place(FILES) as place:
            place.write("m", bad_models.models()["pca"])
            work(place)
    return case


def keeps_permissions(place):
    place.write("out", "old")
    os.chmod(place.at("out"), 0o640)
    place.run(FIT + "out").must(0)
    expect(stat.S_IMODE(os.stat(place.at("out")).st_mode) == 0o640, "another mode")


def follows_links(place):
    os.mkdir(place.at("far"))
    place.write("far/target", "old")
    os.symlink("far/target", place.at("link"))
    place.run("transform m good.csv -o link").must(0)
    expect(os.path.islink(place.at("link")), "the link was replaced")
    expect(place.read("far/target").startswith(b"pc_1"), "the target was not written")
    expect(os.listdir(place.at("far")) == ["target"], "something is left beside the target")


def loop_of_links(place):
    os.symlink("loop", place.at("loop"))
    place.refuses("transform m good.csv -o loop", 73, "loop", "symbolic links")


def to_null(place):
    place.run("transform m good.csv -o /dev/null").must(0)
    expect(stat.S_ISCHR(os.stat("/dev/null").st_mode), "/dev/null was replaced")


def to_full(place):
    for command in ("transform m good.csv", "reconstruct m good.csv", "csv good.csv", "inspect m",
                    "compare good.csv --components 1 --effort quick", FIT + "/dev/full"):
        with open("/dev/full", "wb") as full:
            place.run(command, stdout=full).must(74, "No space left on device")


def to_pipe(place):
    os.mkfifo(place.at("pipe"))
    process = place.start("transform m good.csv -o pipe".split())
    with open(place.at("pipe"), "rb") as pipe:
        text = pipe.read()
    expect(process.wait() == 0 and text.startswith(b"pc_1,pc_2\n") and text.count(b"\n") == 201,
           "the pipe was not written")
    expect(stat.S_ISFIFO(os.stat(place.at("pipe")).st_mode), "the pipe was replaced")


def appended(place):
    command = f"echo first > log; {TOOL} transform m good.csv -o /dev/stdout >> log"
    subprocess.run(command, shell=True, cwd=place.path, check=True)
    expect(place.read("log").startswith(b"first\npc_1,pc_2\n"), "the log was written over")


def head(place):
    place.write("long.csv", table(60000))
    for command in ("transform m long.csv", "reconstruct m long.csv", "csv long.csv"):
        done = subprocess.run(
            ["bash", "-c", f"{TOOL} {command} | head -1; exit ${{PIPESTATUS[0]}}"],
            cwd=place.path, capture_output=True)
        expect(done.returncode == 0 and done.stderr == b"", f"{command}: {done}")


def closed_streams(place):
    shell = lambda line: subprocess.run(["bash", "-c", line], cwd=place.path, capture_output=True)
    done = shell(f"{TOOL} transform m good.csv >&-")
    expect(done.returncode == 74, f"closed output: {done}")
    done = shell(f"{TOOL} transform m good.csv -o out 2>&-")
    expect(done.returncode == 0 and place.read("out").startswith(b"pc_1"), "closed errors")
    done = shell(f"{TOOL} transform m nowhere.csv -o out2 2>&- 0>&- 1>&-")
    expect(done.returncode == 66 and "out2" not in place.names(), f"all closed: {done}")
    done = shell(f"{TOOL} transform m - -o out3 0>&-")
    expect(done.returncode == 74 and "out3" not in place.names(), f"closed input: {done}")


def refused(path, code, *words):
    def work(place):
        os.mkdir(place.at("folder"))
        for command, ending in (("transform m good.csv", ""), (FIT[:-4], ""),
                                ("compare good.csv --components 1", ".csv")):
            os.makedirs(place.at("folder.csv"), exist_ok=True)
            place.refuses(f"{command} -o {path}{ending}", code, *words)
    return work


def read_only_folder(place):
    if os.geteuid() != 0:
        nobody = {}
    else:
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    os.mkdir(place.at("locked"))
    os.chmod(place.at("locked"), 0o555)
    os.chmod(place.path, 0o755)
    copy = "/tmp/aepca-fault-tool"
    subprocess.run(["install", "-m", "755", TOOL, copy], check=True)
    try:
        done = subprocess.run([copy, *"transform m good.csv -o locked/out".split()],
                              cwd=place.path, capture_output=True, **nobody)
    finally:
        os.remove(copy)
    expect(done.returncode == 73 and b"permission denied" in done.stderr, f"{done}")
    expect(os.listdir(place.at("locked")) == [], "something is left")


def read_only_file(place):
    if os.geteuid() == 0:
        raise Skip("root may write anywhere")
    place.write("out", "old")
    os.chmod(place.at("out"), 0o444)
    place.refuses("transform m good.csv -o out", 73, "permission denied")


def failing_halfway(place):
    """A bad line far behind what was written already."""
    place.write("late.csv", table(60000) + "1,2\n")
    place.write("out", "old")
    place.refuses("transform m late.csv -o out", 65, "late.csv:60002")
    place.refuses("reconstruct m late.csv -o new", 65, "late.csv:60002")


def two_outputs(place):
    """The loadings or latents cannot be made, so neither is the model."""
    for option in ("loadings", "latents"):
        place.refuses(FIT + f"out --{option} nowhere/l.csv", 73, "nowhere/l.csv")


def abandoned(place):
    """What a killed writer left goes with the next run; a living writer's stays."""
    place.write(".out.aepca-999999-0", "half")
    place.write(".mine.txt", "kept")
    place.run(FIT + "out").must(0)
    expect(place.names() == sorted([".mine.txt", "good.csv", "m", "out"]), f"{place.names()}")


def eight_at_once(place):
    commands = [f"transform m good.csv -o out --quiet --threads {n % 3 + 1}" for n in range(8)]
    processes = [place.start(command.split()) for command in commands]
    expect(all(process.wait() == 0 for process in processes), "one of eight failed")
    alone = place.run("transform m good.csv").output
    expect(place.read("out") == alone, "not one whole file")
    expect(place.names() == ["good.csv", "m", "out"], f"left: {place.names()}")


def long_names(place):
    name = "é" * 127
    place.run(FIT + name).must(0)
    expect(name in place.names(), "not written")
    place.refuses(FIT + "x" * 256, 73, "too long")


def cases():
    for work in (keeps_permissions, follows_links, loop_of_links, to_null, to_full, to_pipe,
                 appended, head, closed_streams, read_only_folder, read_only_file,
                 failing_halfway, two_outputs, abandoned, eight_at_once, long_names):
        yield "output: " + work.__name__.replace("_", " "), with_model(work)
    yield "output: a folder", with_model(refused("folder", 73, "folder"))
    yield "output: in no folder", with_model(refused("nowhere/out", 73, "nowhere/out"))
    yield "output: below a file", with_model(refused("good.csv/out", 73, "good.csv/out"))
