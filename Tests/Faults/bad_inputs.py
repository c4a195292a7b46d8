"""Tables and options that must be refused by name and place."""

import os

from faults import Place, Skip, expect, table, tool_has

TALL = "a,b\n" + "".join(f"{i},{i * i}\n" for i in range(1, 21))

FILES = {
    "good.csv": table(),
    "ragged.csv": "a,b\n1,2\n2\n3,4\n",
    "long.csv": "a,b\n1,2\n2,3,4\n3,4\n",
    "empty.csv": "",
    "header.csv": "a,b\n",
    "constant.csv": "a,b\n3,3\n3,3\n3,3\n",
    "word.csv": TALL + "21,abc\n",
    "infinite.csv": "a,b\n1,inf\n2,3\n3,4\n",
    "quote.csv": 'a,b\n1,"2\n2,3\n',
    "one.csv": "a,b\n1,2\n",
    "missing_all.csv": "a,b,c,side\n" + ",,,\n" * 20,
    "nul.csv": b"a,b\n1,2\n\x00\x00,3\n4,5\n",
    "binary.csv": bytes(range(256)) * 40,
    "ids.csv": "id\n" + "".join(f"x{i}y\n" for i in range(200)),
    "other.csv": "a,z\n1,2\n3,4\n",
    "words.yaml": "components: [1, 2\n",
    "unknown.yaml": "colour: blue\n",
    "deep.yaml": "a: " + "[" * 20000 + "\n",
    "bomb.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{c}: &{c} [*{p},*{p},*{p},*{p},*{p},*{p},*{p},*{p},*{p}]\n"
        for p, c in zip("abcdefghi", "bcdefghij")),
    "alias.yaml": "seed: &s 3\nepochs: *s\n",
    "giant.yaml": "encoder: dense 1000000, dense 1000000",
}

# Arguments, exit code, words of the message.
REFUSALS = [
    ("fit ragged.csv -k 1 -o out", 65, "ragged.csv:3", "found 1"),
    ("fit long.csv -k 1 -o out", 65, "long.csv:3", "found 3"),
    ("fit empty.csv -k 1 -o out", 65, "empty.csv"),
    ("fit header.csv -k 1 -o out", 65, "header.csv", "rows"),
    ("fit constant.csv -k 1 -o out", 65, "constant.csv", "varies"),
    ("fit word.csv -k 1 -o out", 65, "word.csv:22", "'b'", "abc", "--missing"),
    ("fit infinite.csv -k 1 -o out", 65, "infinite.csv:2", "'b'", "inf"),
    ("fit quote.csv -k 1 -o out", 65, "quote.csv:2", "quote"),
    ("fit one.csv -k 1 -o out", 65, "one.csv"),
    ("fit missing_all.csv -k 1 -o out", 65, "missing_all.csv"),
    ("fit binary.csv -k 1 -o out", 65, "binary.csv"),
    ("fit ids.csv -k 1 -o out", 65, "ids.csv"),
    ("fit good.csv -k 9 -o out", 65, "good.csv", "columns that vary (4)", "found 9"),
    ("fit good.csv -k 9 --method pca -o out", 65, "found 9"),
    ("fit nowhere.csv -k 1 -o out", 66, "nowhere.csv", "no such file"),
    ("fit . -k 1 -o out", 66, "directory"),
    ("fit good.csv/x -k 1 -o out", 66, "good.csv/x"),
    ("fit good.csv -k 1 --validation missing_all.csv -o out", 65, "--validation", "missing"),
    ("fit good.csv -k 1 --validation nowhere.csv -o out", 66, "nowhere.csv"),
    ("fit good.csv -k 1 --validation other.csv -o out", 65, "other.csv", "'b'"),
    ("fit good.csv -k 1 --validation header.csv -o out", 65, "header.csv"),
    ("fit good.csv -k 1 --group nobody -o out", 65, "--group", "nobody"),
    ("fit good.csv -k 1 --config nowhere.yaml -o out", 66, "nowhere.yaml"),
    ("fit good.csv -k 1 --config words.yaml -o out", 64, "words.yaml"),
    ("fit good.csv -k 1 --config unknown.yaml -o out", 64, "colour"),
    ("fit good.csv -k 1 --config deep.yaml -o out", 64, "deep.yaml"),
    ("fit good.csv -k 1 --config bomb.yaml -o out", 64, "bomb.yaml"),
    ("fit good.csv -k 1 --config alias.yaml -o out", 64, "alias.yaml"),
    ("fit good.csv -k 1 --config giant.yaml -o out", 71, "MiB"),
    ("fit good.csv -k 0 -o out", 64, "--components", "found 0"),
    ("fit good.csv -k -1 -o out", 64, "--components"),
    ("fit good.csv -k 1.5 -o out", 64, "--components", "1.5"),
    ("fit good.csv -k 99999999999999999999 -o out", 64, "--components"),
    ("fit good.csv -o out", 64, "--components"),
    ("fit good.csv -k 1", 64, "--output"),
    ("fit good.csv -k 1 -o out --epochs 0", 64, "--epochs"),
    ("fit good.csv -k 1 -o out --epochs 1e3", 64, "--epochs"),
    ("fit good.csv -k 1 -o out --learning-rate nan", 64, "--learning-rate"),
    ("fit good.csv -k 1 -o out --learning-rate 0", 64, "--learning-rate"),
    ("fit good.csv -k 1 -o out --batch-size -5", 64, "--batch-size"),
    ("fit good.csv -k 1 -o out --threads 0", 64, "--threads"),
    ("fit good.csv -k 1 -o out --threads 99999", 64, "--threads"),
    ("fit good.csv -k 1 -o out --validation-fraction 1", 64, "--validation-fraction"),
    ("fit good.csv -k 1 -o out --time-limit 0", 64, "--time-limit"),
    ("fit good.csv -k 1 -o out --seed -1", 64, "--seed"),
    ("fit good.csv -k 1 -o out --encoder dense", 64, "--encoder", "character"),
    ("fit good.csv -k 1 -o out --kind b=colour", 64, "--kind", "colour"),
    ("fit good.csv -k 1 -o out --kind zz=number", 65, "--kind", "zz"),
    ("fit good.csv -k 1 -o out --exclude zz", 65, "--exclude", "zz"),
    ("fit good.csv -k 1 -o out --delimiter xx", 64, "--delimiter"),
    ("fit good.csv -k 1 -o out --method pca --whiten --solver lu", 64, "--solver"),
    ("compare nowhere.csv", 66, "nowhere.csv"),
    ("compare good.csv --components 3...1", 64, "--components"),
    ("compare good.csv -o report.docx", 64, "--output"),
    ("compare good.csv --components 1 --color nothing -o r.html", 65, "nothing"),
    ("csv nowhere.csv", 66, "nowhere.csv"),
    ("datasets nothing", 64, "nothing"),
    ("transmogrify", 64, "transmogrify"),
]


def refusal(arguments, code, *words):
    def work():
        with Place(FILES) as place:
            if not words or tool_has(arguments.split()[0]) or code == 64:
                place.refuses(arguments, code, *words)
    return work


def nul_bytes():
    with Place(FILES) as place:
        run = place.run("csv nul.csv")
        expect(run.code in (0, 65), f"exit {run.code}: {run.errors[:200]}")


def huge_field():
    with Place({}) as place:
        place.write("big.csv", "a,b\n1,2\n3," + "9" * (8 << 20) + "\n")
        run = place.run("fit big.csv -k 1 -o out --method pca")
        expect(run.code == 65 and "out" not in place.names(), f"exit {run.code}")
        expect(len(run.errors) < 2000, "the message holds the field")


def many_columns():
    with Place({}) as place:
        names = ",".join(f"c{i}" for i in range(20000))
        rows = "\n".join(",".join(str((i * j) % 7) for i in range(20000)) for j in range(3))
        place.write("wide.csv", names + "\n" + rows + "\n")
        run = place.run("csv wide.csv --describe", timeout=120)
        expect(run.code == 0, run.errors[:200])


def unterminated_quote_over_everything():
    with Place({}) as place:
        place.write("q.csv", 'a,b\n"1,2\n' + "3,4\n" * 500000)
        place.refuses("fit q.csv -k 1 -o out", 65, "q.csv:2")


def few_rows():
    with Place({"few.csv": "\n".join(table(8).splitlines()[:9]) + "\n"}) as place:
        run = place.run("fit few.csv -k 1 --effort quick -o out").must(0)
        expect("8 cross-validated rows" in run.errors, run.errors)


def far_outlier():
    for scale in ("robust", "none"):
        lines = table().splitlines()
        cells = lines[78].split(",")
        lines[78] = ",".join(["1e12"] + cells[1:])
        with Place({"far.csv": "\n".join(lines) + "\n"}) as place:
            run = place.run(f"fit far.csv -k 2 --method pca --scale {scale} -o out").must(0)
            expect("'a'" in run.errors and "row 78" in run.errors, run.errors)
            value = float(run.errors.split("explained variance ")[1].split()[0])
            expect(0 < value <= 1, f"explained variance {value}")


def page_escapes_names():
    if not os.path.exists("/usr/share/javascript/chart.js"):
        raise Skip("libjs-chart.js is not installed")
    hostile = table().replace("a,b,c,side", '"<script>alert(1)</script>","b""onload=x",c,side')
    hostile = hostile.replace("left", "</td><img src=x onerror=y>")
    with Place({"hostile.csv": hostile}) as place:
        place.run("compare hostile.csv --components 1 --color side --effort quick -o r.html",
                  timeout=300).must(0)
        page = place.read("r.html").decode()
        for text in ("<script>alert(1)", "<img src=x", '"onload=x'):
            expect(text not in page.split("<body")[1].split("<script")[0], f"page holds {text}")
        expect("</script>alert" not in page and "<script>alert(1)</script>" not in page,
               "a name ends a script")


def formulas():
    with Place({"f.csv": '"=HYPERLINK(1)",b\n-1,-2\n@x,+3\n'}) as place:
        plain = place.run("csv f.csv").must(0).output
        safe = place.run("csv f.csv --escape-formulas").must(0).output
        expect(plain == b"=HYPERLINK(1),b\n-1,-2\n@x,+3\n", f"{plain}")
        expect(safe == b"'=HYPERLINK(1),b\n-1,-2\n'@x,+3\n", f"{safe}")


def config_of_itself():
    with Place(FILES) as place:
        place.write("loop.yaml", "config: loop.yaml\n")
        run = place.run("fit good.csv -k 1 --config loop.yaml -o out")
        expect(run.code in (64, 65) and "out" not in place.names(), f"exit {run.code}")


def input_is_output():
    with Place(FILES) as place:
        before = place.read("good.csv")
        place.refuses("fit good.csv -k 99 --method pca -o good.csv", 65)
        expect(place.read("good.csv") == before, "the input was touched")


def cases():
    for arguments, code, *words in REFUSALS:
        yield arguments, refusal(arguments, code, *words)
    yield "NUL bytes", nul_bytes
    yield "a field of 8 MB", huge_field
    yield "20,000 columns", many_columns
    yield "a quote that is never closed", unterminated_quote_over_everything
    yield "eight rows", few_rows
    yield "a cell of 1e12", far_outlier
    yield "names that are HTML", page_escapes_names
    yield "cells that are formulas", formulas
    yield "a configuration of itself", config_of_itself
    yield "a failing run onto its own input", input_is_output
