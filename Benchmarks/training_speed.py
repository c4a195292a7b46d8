#!/usr/bin/env python3
"""Training steps per second of aepca's engine beside PyTorch, Keras and scikit-learn, in one run.

    swift build --package-path Benchmarks -c release --static-swift-stdlib
    python3 -m venv venv && venv/bin/pip install -r Benchmarks/requirements-peers.txt
    venv/bin/python Benchmarks/training_speed.py

Every program trains the same model on the same batches. They take turns, round after round; the
figure of each is the median of its rounds, at the number of threads that suits it best. Prints
Markdown.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from training_cases import CASES, peak_bytes, processor
from training_peers import PEERS

HERE = Path(__file__).resolve().parent


def environment(threads):
    """The number of threads for the libraries that read it only at their start."""
    names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
    return os.environ | {name: str(threads) for name in names}


def plural(threads):
    return f"{threads} thread{'s' if threads > 1 else ''}"


class Ours:
    """The engine's own program: one process for each turn, as it starts in milliseconds.

    It times one thread, two threads and two models side by side: the median epoch of each.
    """

    def __init__(self, program, case, threads):
        self.command = [program, case.name.removesuffix("-pair")]
        self.labels = {f"threads {count}": plural(count) for count in threads}
        if case.models == 2:
            self.labels = {"two models": "1 thread each"}

    def turn(self):
        """-> (how, steps per second, peak bytes) of each way it ran."""
        with subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True) as process:
            peak = 0
            while process.poll() is None:
                peak = max(peak, peak_bytes(process.pid))
                time.sleep(0.02)
            lines = [json.loads(line) for line in process.stdout.read().splitlines()]
        if process.returncode or not lines:
            raise SystemExit(f"{' '.join(self.command)}: exit {process.returncode}")
        return [(self.labels[line["run"]], float(line["median"]), peak)
                for line in lines if line["run"] in self.labels]

    def close(self):
        pass


class Peer:
    """A peer in one or two processes that stay ready between turns.

    Two models: either two processes of one thread side by side, whose steps are summed, or one
    after the other on all threads, which is the rate of a single model.
    """

    def __init__(self, peer, case, threads, seconds, processes):
        self.label = plural(threads) + (f", {processes} processes" if processes > 1 else "")
        command = [sys.executable, str(HERE / "training_peers.py"), "--peer", peer, "--case",
                   case.name, "--threads", str(threads), "--seconds", str(seconds), "--serve"]
        self.workers = []
        for _ in range(processes):
            self.workers.append(subprocess.Popen(
                command, env=environment(threads), text=True, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL if peer == "keras" else None))
            self.supported = self.answer(self.workers[-1]).get("ready", False)
            if not self.supported:
                self.close()
                return

    @staticmethod
    def answer(worker):
        line = worker.stdout.readline()
        return json.loads(line) if line else {}

    def turn(self):
        for worker in self.workers:
            worker.stdin.write("\n")
            worker.stdin.flush()
        answers = [self.answer(worker) for worker in self.workers]
        return [(self.label, sum(answer["steps_per_second"] for answer in answers),
                 sum(answer["peak_bytes"] for answer in answers))]

    def close(self):
        for worker in self.workers:
            worker.stdin.close()
            worker.wait()
            worker.stdout.close()
        self.workers = []


def competitors(case, options):
    """(program, entry) in the order of their turns: ours first and again halfway."""
    entries = []
    for peer in options.peers:
        layouts = [(threads, 1) for threads in options.threads]
        if case.models == 2:
            layouts = [(1, 2), (max(options.threads), 1)]
        for threads, processes in layouts:
            entry = Peer(peer, case, threads, options.seconds, processes)
            if entry.supported:
                entries.append((peer, entry))
    ours = []
    if not options.peers_only:
        ours = [("aepca", Ours(options.program, case, options.threads))]
    middle = len(entries) // 2
    return ours + entries[:middle] + ours + entries[middle:]


def measure(case, options):
    """-> {program: (steps per second, peak bytes, how)}, each at its best layout."""
    turns = competitors(case, options)
    rates, peaks = defaultdict(list), defaultdict(int)
    try:
        for _ in range(options.rounds):
            for program, entry in turns:
                for how, rate, peak in entry.turn():
                    rates[program, how].append(rate)
                    peaks[program, how] = max(peaks[program, how], peak)
    finally:
        for _, entry in turns:
            entry.close()
    best = {}
    for (program, label), values in rates.items():
        found = statistics.median(values), peaks[program, label], label
        print(f"{case.name} {program}, {label}: " + " ".join(f"{value:.0f}" for value in values)
              + f" steps/s, {found[1] / 2**20:.0f} MiB", file=sys.stderr)
        best[program] = max(best.get(program, found), found)
    return best


def table(results):
    """The rates, the ratio to the fastest peer, and the memory beside that peer's."""
    peers = [peer for peer in PEERS if any(peer in best for best in results.values())]
    lines = ["| Model, batch | aepca | " + " | ".join(PEERS[peer] for peer in peers)
             + " | ratio to the fastest | peak MiB, aepca : fastest |",
             "|---|" + "--:|" * (len(peers) + 3)]
    for name, best in results.items():
        ours = best.get("aepca")
        rivals = [best[peer] for peer in peers if peer in best]
        fastest = max(rivals) if rivals else None
        cells = [f"{entry[0]:,.0f} ({entry[2]})" if entry else "–"
                 for entry in [ours] + [best.get(peer) for peer in peers]]
        ratio = f"**{ours[0] / fastest[0]:.2f}×**" if ours and fastest else "–"
        memory = f"{ours[1] / 2**20:.0f} : {fastest[1] / 2**20:.0f}" if ours and fastest else "–"
        lines.append("| " + " | ".join([CASES[name].title] + cells + [ratio, memory]) + " |")
    return lines


def versions():
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for package in ("torch", "keras", "tensorflow-cpu", "scikit-learn", "numpy"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            pass
    return ", ".join(found)


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--program", default=str(HERE / ".build/release/training-steps"))
    parser.add_argument("--cases", type=lambda text: text.split(","), default=list(CASES))
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(PEERS))
    parser.add_argument("--threads", default=[1, 2],
                        type=lambda text: [int(count) for count in text.split(",")])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1, help="of training in each turn")
    parser.add_argument("--peers-only", action="store_true", help="leave aepca's program out")
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    for given, known in ((options.cases, CASES), (options.peers, PEERS)):
        if unknown := [word for word in given if word not in known]:
            parser.error(f"no '{unknown[0]}'; there are {', '.join(known)}")
    return options


def main():
    options = parse()
    results = {name: measure(CASES[name], options) for name in options.cases}
    print(f"Training steps per second, {datetime.date.today()}, {processor()}, "
          f"{os.cpu_count()} cores, {platform.system()} {platform.release()}; median of "
          f"{options.rounds} turns of {options.seconds:g} s, in brackets what suited each best. "
          f"{versions()}.\n")
    print("\n".join(table(results)))
    if options.json:
        Path(options.json).write_text(json.dumps(
            {name: {program: {"steps_per_second": rate, "peak_bytes": peak, "how": how}
                    for program, (rate, peak, how) in best.items()}
             for name, best in results.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
