#!/usr/bin/env python3
"""Run the commands of a walk-through again and put their real output under them.

    python3 Notebooks-text/refresh.py [--tool .build/release/aepca] [--check] [FILE.md ...]

Every block marked `sh` runs in one scratch folder that has Datasets/ in it; a block marked `text`
right after it becomes what the commands printed. --check writes nothing and exits 1 when a text
differs.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BLOCK = re.compile(r"```sh\n(?P<commands>.*?)```\n(?:\n```text\n(?P<output>.*?)```\n)?", re.DOTALL)


def refreshed(document, tool):
    """The document with the output of each block, in the order of the page."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(HERE.parent / "Datasets", Path(folder, "Datasets"))
        environment = os.environ | {"PATH": f"{tool.parent}:{os.environ['PATH']}"}

        def run(block):
            done = subprocess.run(
                ["sh", "-euc", block["commands"]], cwd=folder, env=environment, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                raise SystemExit(f"exit {done.returncode}:\n{block['commands']}{done.stdout}")
            if block["output"] is None:
                return block[0]
            lines = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
            return f"```sh\n{block['commands']}```\n\n```text\n{lines}```\n"

        return BLOCK.sub(run, document)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", type=Path, default=HERE.parent / ".build/release/aepca")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("files", nargs="*", type=Path, default=sorted(HERE.glob("*.md")))
    options = parser.parse_args()
    if options.tool.name != "aepca" or not options.tool.exists():
        parser.error(f"{options.tool}: expected the built tool, named aepca")
    different = 0
    for path in options.files:
        before = path.read_text(encoding="utf-8")
        after = refreshed(before, options.tool.resolve())
        different += before != after
        if not options.check:
            path.write_text(after, encoding="utf-8")
        print(f"{path.name}: {'as before' if before == after else 'different'}")
    sys.exit(1 if options.check and different else 0)


if __name__ == "__main__":
    main()
