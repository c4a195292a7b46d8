"""Small machines: full disks, little memory, few descriptors, no threads, small files."""

import os
import subprocess

from faults import Place, Skip, expect, table

import bad_models

FILES = {"good.csv": table(2000)}


def disk(size):
    """A file system of so many bytes, on a folder of its own."""
    class Disk(Place):
        def __enter__(self):
            os.mkdir(self.at("disk"))
            if os.geteuid() != 0:
                raise Skip("mounting a small disk needs root")
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.at("disk")],
                capture_output=True)
            if done.returncode != 0:
                raise Skip("this system mounts no tmpfs")
            return self

        def __exit__(self, *_):
            subprocess.run(["umount", self.at("disk")])
            super().__exit__()
    return Disk(FILES)


WRITES = [
    ("a model", "fit good.csv -k 2 --effort quick --epochs 1 -o disk/out"),
    ("linear components", "fit good.csv -k 2 --method pca -o disk/out --loadings disk/l.csv"),
    ("latents at once", "fit good.csv -k 2 --method pca -o disk/out --latents disk/l.csv"),
    ("latents", "transform m good.csv -o disk/out"),
    ("reconstructions", "reconstruct m good.csv -o disk/out"),
    ("a table", "datasets iris -o disk/out"),
    ("a report", "compare good.csv --components 1 --effort quick -o disk/out.json"),
    ("a checkpoint", "fit good.csv -k 2 --effort quick -o out --checkpoint disk/out"),
]


def full_disk(command, free):
    def work():
        with disk("8k") as place:
            place.write("m", bad_models.models()["net"])
            with open(place.at("disk/filler"), "wb") as filler:
                filler.write(b"x" * 4096 * (2 - free))
            run = place.run(command, timeout=300)
            expect(run.code in (73, 74), f"exit {run.code}: {run.errors[:300]}")
            expect("No space left on device" in run.errors, run.errors[:300])
            left = set(os.listdir(place.at("disk"))) - {"filler"}
            expect(not left and "out" not in place.names(), f"left: {left}")
    return work


def checkpoint_fills_up():
    """The first checkpoint fits, later ones do not: the fit says so and goes on."""
    with disk("24k") as place:
        run = place.run(
            "fit good.csv -k 2 --effort quick -o out --checkpoint disk/ck --checkpoint-seconds 0",
            timeout=300).must(0)
        expect("the checkpoint was not written" in run.errors, run.errors)
        expect(os.listdir(place.at("disk")) == ["ck"], f"{os.listdir(place.at('disk'))}")
        place.run("inspect out").must(0)


def little_memory(command, kibibytes):
    def work():
        with Place(FILES) as place:
            place.write("m", bad_models.models()["net"])
            place.write("big.csv", table(150000))
            run = place.run(command, limits={"RLIMIT_AS": kibibytes << 10}, timeout=200)
            if run.code == 127:
                raise Skip("too little for the loader itself")
            expect(run.code in (0, 71), f"exit {run.code}: {run.errors[:300]}")
            if run.code == 71:
                expect("bytes" in run.errors or "MiB" in run.errors, run.errors[:300])
                expect("out" not in place.names(), "a file is left")
            expect(not [name for name in place.names() if name.startswith(".")], "left over")
    return work


def small_files():
    with Place(FILES) as place:
        place.write("m", bad_models.models()["net"])
        place.refuses("reconstruct m good.csv -o out", 74, "File too large",
                      limits={"RLIMIT_FSIZE": 8192})


def few_descriptors():
    with Place(FILES) as place:
        place.write("m", bad_models.models()["net"])
        run = place.run("transform m good.csv -o out", limits={"RLIMIT_NOFILE": 4})
        # The loader opens one library after the other, then ours are the model, table and result.
        expect(run.code in (0, 66, 73, 74, 127), f"exit {run.code}: {run.errors[:200]}")
        expect(run.code == 0 or "out" not in place.names(), "half a file")


def no_more_threads():
    """The same bytes when the system gives no further thread."""
    with Place(FILES) as place:
        place.write("m", bad_models.models()["net"])
        alone = place.run("transform m good.csv --threads 1").must(0).output
        options = {}
        if os.geteuid() == 0:
            raise Skip("the limit on processes does not bind root")
        run = place.run("transform m good.csv --threads 8", limits={"RLIMIT_NPROC": 1}, **options)
        expect(run.code in (0, 71), f"exit {run.code}: {run.errors[:200]}")
        expect(run.code == 71 or run.output == alone, "other bytes")


def little_time():
    """Out of processor time (SIGXCPU) nothing is left behind."""
    with Place({"good.csv": table(20000)}) as place:
        run = place.run("fit good.csv -k 3 --effort thorough -o out",
                        limits={"RLIMIT_CPU": (2, 9)}, timeout=300)
        expect(run.code != 0 and place.names() == ["good.csv"], f"{run.code} {place.names()}")


def small_stack():
    with Place(FILES) as place:
        run = place.run("fit good.csv -k 2 --method pca -o out",
                        limits={"RLIMIT_STACK": 256 << 10})
        expect(run.code in (0, 71), f"exit {run.code}")


def giant_settings():
    with Place(FILES) as place:
        place.refuses(
            ["fit", "good.csv", "-k", "2", "-o", "out", "--encoder", "dense 900000"], 71,
            limits={"RLIMIT_AS": 1 << 30})


def cases():
    for what, command in WRITES:
        for free in (0, 1):
            # What is smaller than a page finds room in one.
            if free == 0 or what not in ("a checkpoint", "a table", "a report"):
                yield f"disk full: {what}, {free} pages free", full_disk(command, free)
    yield "disk full: later checkpoints", checkpoint_fills_up
    for kibibytes in (90000, 150000, 250000, 400000, 700000):
        for command in ("transform m big.csv -o out --threads 1",
                        "fit big.csv -k 2 --effort quick --epochs 1 -o out --threads 2",
                        "fit big.csv -k 2 --method pca -o out --threads 2"):
            yield f"ulimit -v {kibibytes}: {command}", little_memory(command, kibibytes)
    for work in (small_files, few_descriptors, no_more_threads, little_time, small_stack,
                 giant_settings):
        yield "limits: " + work.__name__.replace("_", " "), work
