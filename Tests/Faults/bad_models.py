"""Model files and checkpoints that are damaged, hostile, or of something else."""

import json
import struct

from faults import Place, expect, safetensors, table, tool_has

FILES = {"good.csv": table(), "other.csv": table(200, seed=2)}
FIT = "fit good.csv -k 2 --effort quick --quiet "


def models():
    """Good ones, made once."""
    if not models.made:
        with Place(FILES) as place:
            place.run(FIT + "--epochs 3 -o net").must(0)
            place.run("fit good.csv -k 2 --method pca -o pca").must(0)
            place.run(FIT + "-o done --checkpoint ck --checkpoint-seconds 0").must(0)
            models.made = {name: place.read(name) for name in ("net", "pca", "ck", "done")}
    return models.made


models.made = None


def of_model(change, *words, kind="net"):
    def work():
        with Place(FILES) as place:
            place.write("m", change(models()[kind]))
            for command in ("transform m good.csv -o out", "inspect m", "reconstruct m good.csv",
                            "compare good.csv --model m"):
                place.refuses(command, 65, "m: ", *words)
    return work


def of_checkpoint(change, *words):
    def work():
        with Place(FILES) as place:
            place.write("ck", change(models()["ck"]))
            place.refuses(FIT + "-o out --resume ck", 65, "ck: ", *words)
    return work


def flipped(share, bit=0):
    def change(data):
        data = bytearray(data)
        data[int(share * (len(data) - 1))] ^= 1 << bit
        return bytes(data)
    return change


def with_nan(data):
    size = struct.unpack("<Q", data[:8])[0]
    data = bytearray(data)
    data[8 + size:8 + size + 4] = struct.pack("<f", float("nan"))
    return bytes(data)


def newer(data):
    return data.replace(b'ormat_version\\":1', b'ormat_version\\":9')


def claims(**tensor):
    return lambda _: safetensors(json.dumps({"__metadata__": {"aepca": "{}"}, "x": tensor}), b"1234")


def header(text):
    return lambda _: safetensors(text)


MODEL_CASES = [
    ("an empty model", lambda _: b"", "cut short"),
    ("a model of seven bytes", lambda data: data[:7], "cut short"),
    ("a table for a model", lambda _: table().encode(), "expected a model file"),
    ("a model cut in its header", lambda data: data[:200], "cut short"),
    ("a model cut by one byte", lambda data: data[:-1], "cut short"),
    ("a model with a byte more", lambda data: data + b"x", "expected a model file of"),
    ("a header of 2^60 bytes", lambda _: struct.pack("<Q", 1 << 60) + b"{}", "expected a model"),
    ("a header of 1 GB", lambda _: struct.pack("<Q", 1 << 30) + b"{}", "expected a model"),
    ("JSON a million deep", header("[" * 1000000), "expected a model"),
    ("objects 100,000 deep", header('{"a":' * 100000), "expected a model"),
    ("2^60 elements", claims(dtype="F32", shape=[1 << 60], data_offsets=[0, 4]), "'x'"),
    ("a shape that overflows", claims(dtype="F32", shape=[1 << 32, 1 << 32, 1], data_offsets=[0, 4]),
     "'x'"),
    ("a negative shape", claims(dtype="F32", shape=[-1], data_offsets=[0, 4]), "'x'"),
    ("a place outside the file", claims(dtype="F32", shape=[4], data_offsets=[0, 16]), "cut short"),
    ("a place of 2^62", claims(dtype="F32", shape=[1], data_offsets=[1 << 62, (1 << 62) + 4]), "'x'"),
    ("an unknown type", claims(dtype="Q7", shape=[1], data_offsets=[0, 4]), "'x'"),
    ("a later format", newer, "install a newer aepca"),
    ("a NaN among the weights", with_nan, "checksum"),
    ("a document without a checksum", lambda data: data.replace(b'"digest":"', b'"dipest":"'),
     "checksum"),
] + [(f"a bit flipped at {share:.0%}", flipped(share, bit), "")
     for share, bit in ((.02, 0), (.3, 3), (.6, 7), (.999, 1))]

CHECKPOINT_CASES = [
    ("an empty checkpoint", lambda _: b"", "cut short"),
    ("a checkpoint cut short", lambda data: data[:len(data) // 2], "cut short"),
    ("a table for a checkpoint", lambda _: table().encode(), "expected a checkpoint"),
    ("a model for a checkpoint", lambda _: models()["net"], "expected a checkpoint"),
    ("a bit flipped in a checkpoint", flipped(.7), "checksum"),
    ("a checkpoint of a later format", newer, "checkpoint format 1"),
]

OTHER_FITS = [
    ("fit other.csv -k 2 --effort quick",
     "the table differs: good.csv (200 rows of 4 columns, digest ", ") when it was made, other.csv ("),
    ("fit shorter.csv -k 2 --effort quick",
     "good.csv (200 rows of 4 columns", "shorter.csv (199 rows of 4 columns"),
    ("fit narrow.csv -k 2 --effort quick", "narrow.csv (200 rows of 3 columns"),
    ("fit good.csv -k 2 --effort quick --exclude side", "good.csv (200 rows of 3 columns"),
    ("fit good.csv -k 1 --effort quick",
     "--components differs: 2 when it was made from good.csv, 1 here"),
    ("fit good.csv -k 2 --effort standard",
     "--effort differs: quick when it was made from good.csv, standard here"),
    ("fit good.csv -k 2 --effort quick --seed 5", "--seed differs: 0 when", "5 here"),
    ("fit good.csv -k 2 --effort quick --scale robust",
     "--scale differs: standard when", "robust here"),
    ("fit good.csv -k 2 --effort quick --no-ordered", "--ordered differs: true when", "false here"),
    ("fit good.csv -k 2 --effort quick --noise gaussian:0.1", "--noise differs: none when"),
    ("fit good.csv -k 2 --effort quick --target other.csv",
     "--target differs: none when it was made from good.csv, other.csv (200 rows of 4 columns"),
    ("fit good.csv -k 2 --effort quick --validation other.csv",
     "--validation differs: none when it was made from good.csv, other.csv (200 rows of 4 columns"),
    ("fit good.csv -k 2 --effort quick --group side", "the table differs: good.csv (200 rows"),
    ("fit narrow.csv -k 2 --effort quick --sequence", "narrow.csv (200 rows of 3 columns"),
]


def other_fit(arguments, *words):
    def work():
        with Place(FILES) as place:
            place.write("ck", models()["ck"])
            lines = table().splitlines(keepends=True)
            place.write("shorter.csv", "".join(lines[:-1]))
            place.write("narrow.csv", "".join(line.rpartition(",")[0] + "\n" for line in lines))
            place.refuses(arguments + " -o out --resume ck --quiet", 65, "of another fit", *words)
    return work


def usage(arguments, code, *words):
    def work():
        with Place(FILES) as place:
            place.write("ck", models()["ck"])
            place.write("m", models()["net"])
            place.write("p", models()["pca"])
            place.write("word.csv", "a,b,c,side\nx,1,2,left\n")
            place.write("late_word.csv", "a,b,c,side\n1,1,2,left\n1,2,3,left\n1,x,y,left\n")
            place.write("latents.csv", "latent_1,latent_2\n1,\n")
            place.write("far.csv", "a,b,c,side\n1,1,3,left\n,,1e308,\n")
            place.write("far_latents.csv", "latent_1,latent_2\n1,1\n1e300,-1e300\n")
            place.write("far_scores.csv", "pc_1,pc_2\n1,1\n1.7e308,-1.7e308\n")
            place.refuses(arguments, code, *words)
    return work


USAGES = [
    (FIT + "-o out --resume nowhere", 66, "nowhere"),
    (FIT + "-o out --resume .", 66, "directory"),
    (FIT + "-o out --checkpoint nowhere/ck", 73, "nowhere/ck"),
    (FIT + "-o out --checkpoint good.csv", 73, "good.csv", "expected a checkpoint"),
    (FIT + "-o out --checkpoint -", 64, "--checkpoint"),
    (FIT + "-o out --checkpoint ck --time-limit 5", 64, "--time-limit"),
    ("fit good.csv -k 1 --method pca -o out --checkpoint x", 64, "--checkpoint", "pca"),
    (FIT + "-o out --checkpoint x --checkpoint-seconds -1", 64, "--checkpoint-seconds"),
    ("transform m other.csv --components 3 -o out", 64, "--components"),
    ("transform m nowhere.csv -o out", 66, "nowhere.csv"),
    ("transform nowhere good.csv -o out", 66, "nowhere"),
    ("transform good.csv good.csv -o out", 65, "expected a model"),
    ("transform m latents.csv -o out", 65, "latents.csv", "'a'"),
    ("transform m good.csv --keep zz -o out", 65, "zz"),
    ("transform m word.csv -o out", 65, "word.csv:2", "'a'", "x"),
    ("transform m late_word.csv -o out", 65, "late_word.csv:4", "'b'", "x"),
    ("decode m latents.csv -o out", 65, "latents.csv:2", "latent_2"),
    ("decode m good.csv -o out", 65, "latent_1"),
    ("decode p latents.csv -o out", 65, "pc_1"),
    ("reconstruct m good.csv --keep a -o out", 64, "--keep"),
    ("inspect nowhere", 66, "nowhere"),
] + [
    # What is computed of them is no number any more.
    (f"{command} {model} far.csv -o out", 65, "far.csv:3", "too large to compute with")
    for command, model in (("transform", "m"), ("reconstruct", "m"), ("clean", "m"),
                           ("score", "m"), ("score", "p"))
] + [
    ("decode m far_latents.csv -o out", 65, "far_latents.csv:3", "too large to compute with"),
    ("decode p far_scores.csv -o out", 65, "far_scores.csv:3", "too large to compute with"),
]


def compresses_far_cells():
    """Compression needs no model for a cell: the bound holds for any."""
    with Place(FILES) as place:
        for kind in ("net", "pca"):
            place.write("m", models()[kind])
            place.write("far.csv", "a,b,c,side\n1,1,3,left\n,,1e308,\n-1e308,2,-1e300,right\n")
            run = place.run("compress m far.csv --max-error 0.5 -o far.aez")
            expect(run.code in (0, 65), f"exit {run.code}: {run.errors[:200]}")
            if run.code == 65:
                continue
            place.run("decompress m far.aez -o back.csv").must(0)
            rows = [line.split(",") for line in place.read("back.csv").decode().splitlines()]
            expect(abs(float(rows[2][2]) / 1e308 - 1) < 1e-9, f"{rows}")


def finished_checkpoint():
    """All that was done is taken from it, to the same bytes."""
    with Place(FILES) as place:
        place.write("ck", models()["ck"])
        place.run(FIT + "-o again --resume ck").must(0)
        expect(place.read("again") == models()["done"], "another model")


def replaced_checkpoint():
    with Place(FILES) as place:
        place.write("ck", models()["ck"])
        run = place.run("fit other.csv -k 2 --effort quick -o out --checkpoint ck").must(0)
        expect("it is replaced" in run.errors, run.errors)


def python_reads_it():
    """The layout of safetensors: a length, JSON, tensors without gaps."""
    for data in (models()["net"], models()["ck"]):
        size = struct.unpack("<Q", data[:8])[0]
        document = json.loads(data[8:8 + size])
        document.pop("__metadata__")
        ends = sorted(tensor["data_offsets"] for tensor in document.values())
        expect(ends[0][0] == 0 and ends[-1][1] == len(data) - 8 - size, "gaps")
        expect(all(a[1] == b[0] for a, b in zip(ends, ends[1:])), "gaps")


def cases():
    for name, change, *words in MODEL_CASES:
        yield name, of_model(change, *words)
    for name, change, *words in CHECKPOINT_CASES:
        yield name, of_checkpoint(change, *words)
    for arguments, *words in OTHER_FITS:
        yield "checkpoint: " + arguments, other_fit(arguments, *words)
    for arguments, code, *words in USAGES:
        yield arguments, usage(arguments, code, *words)
    yield "a checkpoint of a fit that ended", finished_checkpoint
    yield "--checkpoint onto one of another fit", replaced_checkpoint
    yield "models and checkpoints are safetensors", python_reads_it
    yield "compress: cells of 1e308", compresses_far_cells
    if tool_has("score"):
        yield "score: a damaged model", of_score
    if tool_has("clean"):
        yield "clean: a damaged model", of_clean


def of_score():
    with Place(FILES) as place:
        place.write("m", flipped(.5)(models()["net"]))
        place.refuses("score m good.csv -o out", 65, "checksum")


def of_clean():
    with Place(FILES) as place:
        place.write("m", flipped(.5)(models()["net"]))
        place.refuses("clean m good.csv -o out", 65, "checksum")
