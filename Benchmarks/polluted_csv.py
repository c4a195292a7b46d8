#!/usr/bin/env python3
"""How well polluted CSV files are read without any hint, beside pandas and DuckDB.

    swift build -c release --static-swift-stdlib --product aepca
    python Benchmarks/polluted_csv.py [--tool PROGRAM] [--rows 12] [--pollock FOLDER]

Needs pandas and duckdb. One made-up sales table is polluted in every way that the public Pollock benchmark
(Vitagliano et al., 2023, doi:10.14778/3594512.3594518) pollutes its own: a separator too many or too few or a stray
quote in any cell, a row with another separator, and whole files written unusually. With --pollock a checkout of
github.com/HPI-Information-Systems/Pollock is read instead, with its weights. A file's score is Pollock's, from 0 to 10:
one point for reading at all, nine for precision, recall and F1 of header, records and cells. Prints Markdown.
"""

import argparse
import collections
import csv
import functools
import io
import json
import re
import subprocess
import tempfile
import warnings
from pathlib import Path

import dateutil.parser
import duckdb
import pandas

HERE = Path(__file__).resolve().parent
HEADER = ["Day", "Hour", "Units", "Code", "Price", "Article", "Text", "Note"]
ARTICLES = ["Rain coat", "Table, round 48\"", "Men's socks", "Lamp, small", "Hat"]
TEXTS = ["Light, warm and dry, for every weather.", "It's made to last.", "Box of 5\" nails, steel."]


def sales(count):
    return [
        [f"{13 + row % 15}/0{1 + row % 9}/2021", f"{10 + row % 14}:{10 + row % 50}", str(row * 7 % 13),
         f"AB-{1000 + 37 * row}", f"{row * 731 % 997 / 10}", ARTICLES[row % 5], TEXTS[row % 3], ""]
        for row in range(count)
    ]


class File:
    """A table as text, with what may be wrong in it."""

    def __init__(self, rows, delimiter=",", quote='"', escape='"', end="\r\n"):
        self.rows = [[self.cell(cell, quote, escape, delimiter) for cell in row] for row in rows]
        self.delimiters = [[delimiter] * (len(row) - 1) for row in rows]
        self.ends = [end] * len(rows)

    @staticmethod
    def cell(text, quote, escape, delimiter):
        if not any(mark in text for mark in (delimiter, ",", '"', quote)):
            return text
        return quote + text.replace(quote, escape + quote) + quote

    def text(self):
        lines = []
        for cells, delimiters, end in zip(self.rows, self.delimiters, self.ends):
            lines.append("".join(cell + mark for cell, mark in zip(cells, [*delimiters, end])))
        return "".join(lines)


def cases(count):
    """Each polluted text: its kind, its weight and the rows a reader should find."""
    data = sales(count)
    table = [HEADER, *data]

    def case(kind, file, expected=table):
        return kind, file if isinstance(file, str) else file.text(), expected

    yield case("nothing", File(table))
    yield case("empty file", "", [])
    yield case("header only", File(table[:1]), table[:1])
    yield case("one row", File(table[:2]), table[:2])
    yield case("no header", File(data), data)
    file = File(table)
    file.ends[-1] = ""
    yield case("no or two last line ends", file)
    file = File(table)
    file.ends[-1] = "\r\n\r\n"
    yield case("no or two last line ends", file)
    yield case("lines before the header", File([["Sales"] + [""] * 7, [""] * 8, *table]))
    for lines in (2, 3):
        expected = [[" ".join([name] * lines) for name in HEADER], *data]
        yield case("header of several lines", File([HEADER] * (lines - 1) + table), expected)
    for width in (7, 8, 9):
        second = [(row + ["x"])[:width] for row in table]
        yield case("a second table below", File(table + second))
    for end in ("\n", "\r"):
        yield case("other line ends", File(table, end=end))
    for delimiter in (";", "\t", ", ", " "):
        name = {"\t": "tab", " ": "space"}.get(delimiter, f"'{delimiter}'")
        yield case(f"delimiter {name}", File(table, delimiter=delimiter))
    yield case("other quote", File(table, quote="'", escape="'"))
    yield case("quotes escaped otherwise or not", File(table, escape="\\"))
    yield case("quotes escaped otherwise or not", File(table, escape=""))
    for row in range(len(table)):
        where = "the header" if row == 0 else "a row"
        for column in range(len(HEADER)):
            file = File(table)
            file.rows[row][column] = "," + file.rows[row][column]
            yield case(f"a separator too many in {where}", file)
            if column > 0:
                file = File(table)
                file.delimiters[row][column - 1] = ""
                yield case(f"a separator too few in {where}", file)
            file = File(table)
            cell = file.rows[row][column]
            at = 1 if cell.startswith('"') else 0
            file.rows[row][column] = cell[:at] + '"' + cell[at:]
            expected = [list(cells) for cells in table]
            expected[row][column] = '"' + expected[row][column]
            yield case(f"a stray quote in {where}", file, expected)
        file = File(table)
        file.delimiters[row] = [" "] * (len(HEADER) - 1)
        yield case("blanks as separators of one row", file)


def checkout(folder):
    """The cases of a Pollock checkout, and the weight of each."""
    weights = json.loads((folder / "pollock_weights.json").read_text())
    for path in sorted((folder / "polluted_files" / "csv").glob("*.csv")):
        kind = re.sub(r"\d+(_col\d+)?$|(_row)?\d+_col\d+$|_\d+_0x20$", "", path.stem)
        kind = path.stem if path.stem.startswith("file") else kind
        expected = rows_of((folder / "polluted_files" / "clean" / path.name).read_text("utf-8-sig"))
        yield kind, path.read_bytes(), expected, weights.get(path.name, -1)


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@functools.cache
def canonical(cell):
    """Numbers, dates, times and sums of money however they are written; other text in small letters."""
    for number in (int, float):
        try:
            return str(number(cell))
        except ValueError:
            pass
    if time := re.fullmatch(r"(\d\d?):(\d\d)(?::(\d\d)(?:\.0+)?)?", cell):
        return f"{int(time[1]):02}:{time[2]}:{time[3] or '00'}"
    if sum_of_money := re.fullmatch(r"\$([\d.]+)", cell):
        return "$" + str(float(sum_of_money[1]))
    try:
        return str(dateutil.parser.parse(cell)) if 0 < len(cell) < 40 else cell.lower()
    except (ValueError, OverflowError, TypeError):
        return {"true": "1", "false": "0"}.get(cell.lower(), cell.lower())


def agreement(expected, found):
    """Precision, recall and F1 of what was found, in any order."""
    if not expected:
        return 3.0
    common = sum((collections.Counter(expected) & collections.Counter(found)).values())
    if common == 0:
        return 0.0
    precision, recall = common / len(found), common / len(expected)
    return precision + recall + 2 * precision * recall / (precision + recall)


def score(expected, found):
    if found is None:
        return 0.0
    if not expected:
        return 10.0
    names = [canonical(name) for name in expected[0]], [canonical(name) for row in found[:1] for name in row]
    records = [["".join(map(canonical, row)) for row in rows[1:]] for rows in (expected, found)]
    cells = [[cell for row in rows for cell in row] for rows in (expected, found)]
    return 1.0 + agreement(*names) + agreement(*records) + agreement(*cells)


def aepca(tool, path):
    run = subprocess.run([tool, "csv", path, "--quiet", "--threads", "1"], capture_output=True, check=False)
    return rows_of(run.stdout.decode()) if run.returncode == 0 else None


def with_pandas(path):
    frame = pandas.read_csv(path, sep=None, engine="python", dtype=object, on_bad_lines="skip")
    return rows_of(frame.to_csv(index=False))


def with_duckdb(connection, path):
    lenient = {"strict_mode": False, "ignore_errors": True, "null_padding": True}
    try:
        frame = connection.read_csv(path, **lenient).df()
    except duckdb.Error:
        # Its parallel reader refuses some quotes and asks for the other one.
        frame = connection.read_csv(path, parallel=False, **lenient).df()
    return rows_of(frame.to_csv(index=False))


def attempt(reader, path):
    try:
        return reader(path)
    except Exception:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--tool", default=str(HERE.parent / ".build" / "release" / "aepca"))
    parser.add_argument("--rows", type=int, default=12)
    parser.add_argument("--pollock", type=Path)
    arguments = parser.parse_args()
    csv.field_size_limit(1 << 30)
    warnings.simplefilter("ignore")
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    readers = {
        "aepca csv": functools.partial(aepca, arguments.tool),
        "pandas, sep=None": with_pandas,
        "DuckDB, automatic": functools.partial(with_duckdb, connection),
    }
    if arguments.pollock:
        files = list(checkout(arguments.pollock))
    else:
        files = [(kind, text.encode(), rows, 1) for kind, text, rows in cases(arguments.rows)]
    scores = {name: collections.defaultdict(list) for name in readers}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "data.csv")
        for kind, content, expected, _ in files:
            Path(path).write_bytes(content)
            for name, reader in readers.items():
                scores[name][kind].append(score(expected, attempt(reader, path)))
    order = list(dict.fromkeys(kind for kind, *_ in files))
    print(f"| Pollution | files | {' | '.join(readers)} |\n|---|--:|{'--:|' * len(readers)}")

    def line(title, count, figures):
        shown = [f"{figure:.3f}" for figure in figures]
        best = max(shown, key=float)
        print(f"| {title} | {count} | {' | '.join(f'**{s}**' if s == best else s for s in shown)} |")

    for kind in order:
        means = [sum(found[kind]) / len(found[kind]) for found in scores.values()]
        line(kind, len(scores["aepca csv"][kind]), means)
    totals = [sum(sum(found[kind]) for kind in order) / len(files) for found in scores.values()]
    line("all, each file as much", len(files), totals)
    if arguments.pollock:
        whole = sum(weight for *_, weight in files)
        weighted = []
        for found in scores.values():
            places = {kind: iter(found[kind]) for kind in order}
            weighted.append(sum(next(places[kind]) * weight for kind, _, _, weight in files) / whole)
        line("all, weighted", len(files), weighted)
    print(f"\npandas {pandas.__version__}, DuckDB {duckdb.__version__}")


if __name__ == "__main__":
    main()
