#!/usr/bin/env python3
"""Run the commands of a walk-through again and put their real output under them.

    python3 Notebooks-text/refresh.py [--tool .build/release/aepca] [--check] [FILE.md ...]

Every block marked `sh` or `bash` runs in one scratch folder that has Datasets/ in it, and one marked
`swift` as a program of its own, linked with the library that the tool was built from; a block marked
`text` right after it becomes what was printed, and a picture that the page shows is taken from that
folder when a block made it. --check writes nothing and exits 1 when a text differs; --run writes
nothing and only wants every block to end well; --short does so with few epochs and short clips.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BLOCK = re.compile(
    r"```(?P<language>sh|bash|swift)\n(?P<commands>.*?)```\n(?:\n```text\n(?P<output>.*?)```\n)?",
    re.DOTALL)
PICTURE = re.compile(r"!\[[^]]*\]\((?P<name>[\w-]+\.(?:png|svg))\)")
# What makes a block short: how long it trains, and on how much.
SHORTER = [(re.compile(r"--epochs \d+"), "--epochs 2"), (re.compile(r"--frames \d+"), "--frames 40"),
           (re.compile(r"--effort (?:standard|thorough)"), "--effort quick")]
# Of the library alone: the tool's own code has a main of its own.
NOT_LINKED = {"AepcaCLI", "ArgumentParser", "ArgumentParserToolInfo"}


def refreshed(document, tool, pictures=None, short=False):
    """The document with the output of each block, in the order of the page.

    Its pictures are put into a folder where one is given."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(HERE.parent / "Datasets", Path(folder, "Datasets"))
        environment = os.environ | {
            "PATH": f"{tool.parent}:{os.environ['PATH']}", "NOTEBOOKS": str(HERE)}

        def run(block):
            commands = block["commands"]
            if short:
                for pattern, shorter in SHORTER:
                    commands = pattern.sub(shorter, commands)
            command = ["bash", "-euc", commands]
            if block["language"] == "swift":
                command = [compiled(block["commands"], tool, folder)]
            done = subprocess.run(
                command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
            if done.returncode:
                raise SystemExit(f"exit {done.returncode}:\n{block['commands']}{done.stdout}")
            cell = f"```{block['language']}\n{block['commands']}```\n"
            lines = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
            # What printed nothing so far, or is new, gets its output when there is some.
            return cell if not lines else f"{cell}\n```text\n{lines}```\n"

        result = BLOCK.sub(run, document)
        for name in PICTURE.findall(document):
            if pictures and Path(folder, name).exists():
                shutil.copyfile(Path(folder, name), pictures / name)
        return result


def compiled(source, tool, folder):
    """The path of a program built from a cell and the objects of the built library."""
    build = tool.parent
    Path(folder, "main.swift").write_text(source, encoding="utf-8")
    objects = [
        path for path in sorted(build.glob("*.build/**/*.o"))
        if path.relative_to(build).parts[0].removesuffix(".build") not in NOT_LINKED]
    maps = [
        word for path in sorted((HERE.parent / "Sources").glob("*/**/module.modulemap"))
        for word in ("-Xcc", f"-fmodule-map-file={path}")]
    maps += [
        word for path in sorted(build.glob("*.build/module.modulemap"))
        for word in ("-Xcc", f"-fmodule-map-file={path}")]
    done = subprocess.run(
        ["swiftc", "-O", "-swift-version", "6", "-static-stdlib", "main.swift", "-o", "cell", "-I", build / "Modules",
         *maps, *objects, "-lstdc++", "-lpng16"], cwd=folder)
    if done.returncode:
        raise SystemExit(f"swiftc: exit {done.returncode}:\n{source}")
    return str(Path(folder, "cell"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", type=Path, default=HERE.parent / ".build/release/aepca")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--run", action="store_true", help="run every block, write nothing")
    parser.add_argument("--short", action="store_true", help="as --run, with less to compute")
    parser.add_argument("files", nargs="*", type=Path, default=sorted(HERE.glob("*.md")))
    options = parser.parse_args()
    if options.tool.name != "aepca" or not options.tool.exists():
        parser.error(f"{options.tool}: expected the built tool, named aepca")
    different = 0
    for path in options.files:
        before = path.read_text(encoding="utf-8")
        writes = not (options.run or options.short or options.check)
        start = time.monotonic()
        after = refreshed(
            before, options.tool.resolve(), HERE if writes else None, options.short)
        different += before != after
        if options.run or options.short:
            print(f"{path.name}: ran in {time.monotonic() - start:.0f} s", flush=True)
            continue
        if writes:
            path.write_text(after, encoding="utf-8")
        print(f"{path.name}: {'as before' if before == after else 'different'}")
    sys.exit(1 if options.check and different else 0)


if __name__ == "__main__":
    main()
