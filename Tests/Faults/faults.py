"""What every fault is tried with: runs of the tool, files that are bad, and what must hold after."""

import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

TOOL = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/aepca")
DATASETS = os.path.join(os.path.dirname(__file__), "..", "..", "Datasets")
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGTRAP, signal.SIGBUS,
           signal.SIGFPE}


class Failure(Exception):
    """A promise that was not kept."""


class Skip(Exception):
    """A case that this machine cannot try, with the reason."""


def expect(holds, message):
    if not holds:
        raise Failure(message)


class Run:
    """One run that has ended: its code, what it said, and no crash."""

    def __init__(self, process, output, errors):
        self.code = process.returncode
        self.output = output
        self.errors = errors.decode("utf-8", "replace")
        if -self.code in CRASHES or "Fatal error" in self.errors:
            raise Failure(f"crashed ({self.code}): {self.errors[-300:]}")

    def must(self, code, *words):
        expect(self.code == code, f"expected exit {code}, found {self.code}: {self.errors[:300]}")
        for word in words:
            expect(word in self.errors, f"expected '{word}' in: {self.errors[:300]}")
        return self


class Place:
    """A folder of its own for each case, gone afterwards."""

    def __init__(self, files):
        self.path = tempfile.mkdtemp(prefix="aepca-fault-")
        for name, contents in files.items():
            self.write(name, contents)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def at(self, name):
        return os.path.join(self.path, name)

    def write(self, name, contents):
        with open(self.at(name), "wb") as file:
            file.write(contents if isinstance(contents, bytes) else contents.encode())

    def read(self, name):
        with open(self.at(name), "rb") as file:
            return file.read()

    def names(self):
        return sorted(os.listdir(self.path))

    def start(self, arguments, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.Popen(
            [TOOL] + arguments, cwd=self.path, stderr=subprocess.PIPE, **options)

    def run(self, arguments, input=None, limits=None, timeout=120, **options):
        """Runs to the end; `arguments` may be a line of words."""
        if isinstance(arguments, str):
            arguments = arguments.split()
        if input is not None:
            options["stdin"] = subprocess.PIPE
        if limits:
            def limit():
                for kind, value in limits.items():
                    soft, hard = value if isinstance(value, tuple) else (value, value)
                    resource.setrlimit(getattr(resource, kind), (soft, hard))
            options["preexec_fn"] = limit
        process = self.start(arguments, **options)
        try:
            output, errors = process.communicate(input, timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failure(f"did not end in {timeout} s")
        return Run(process, output, errors)

    def refuses(self, arguments, code, *words, **options):
        """The run fails with one line that says what is meant, and leaves nothing behind."""
        before = {name: self.read(name) for name in self.names() if os.path.isfile(self.at(name))}
        run = self.run(arguments, **options).must(code, *words)
        lines = [line for line in run.errors.splitlines() if line.startswith("aepca: ")]
        if code != 64:
            expect(len(lines) == 1, f"expected one line of error, found: {run.errors[:300]}")
        after = {name: self.read(name) for name in self.names() if os.path.isfile(self.at(name))}
        expect(before == after, f"left something: {sorted(set(after) ^ set(before))}")
        return run


def table(rows=200, seed=1):
    """Numbers on a curve, with noise and a category."""
    draw = random.Random(seed)
    lines = ["a,b,c,side"]
    for _ in range(rows):
        t = draw.uniform(-2, 2)
        lines.append(f"{t + draw.gauss(0, .1):.4f},{t * t:.4f},{3 * t:.4f},{'left' if t < 0 else 'right'}")
    return "\n".join(lines) + "\n"


def safetensors(header, tensors=b""):
    text = header.encode() if isinstance(header, str) else header
    return struct.pack("<Q", len(text)) + text + tensors


def tool_has(command):
    done = subprocess.run([TOOL, command, "--help"], capture_output=True, text=True)
    return f"USAGE: aepca {command}" in done.stdout
