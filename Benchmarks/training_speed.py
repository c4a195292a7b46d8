#!/usr/bin/env python3
"""Training steps per second of aepca's engine beside PyTorch, Keras and scikit-learn, in one run.

    swift build --package-path Benchmarks -c release --static-swift-stdlib
    python3 -m venv venv && venv/bin/pip install -r Benchmarks/requirements-peers.txt
    venv/bin/python Benchmarks/training_speed.py

Every program trains the same model on the same batches. They take turns, round after round; the
figure of each is the median of its rounds, at the number of threads that suits it best. A turn in
which other programs kept the processors busy is taken again. Prints Markdown.
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
from typing import NamedTuple

from gemm_peak import gemm_peaks
from training_cases import CASES, machine_seconds, peak_bytes, process_seconds, processor
from training_peers import PEERS

HERE = Path(__file__).resolve().parent


class Figure(NamedTuple):
    """A program at its best; greater is faster."""

    rate: float
    peak: int
    how: str


def environment(threads):
    """The number of threads for the libraries that read it only at their start."""
    names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
    return os.environ | {name: str(threads) for name in names}


def plural(threads):
    return f"{threads} thread{'s' if threads > 1 else ''}"


class Ours:
    """The engine's own program: one process for each turn, as it starts in milliseconds."""

    def __init__(self, program, case, run, seconds):
        self.command = [program, case.name.removesuffix("-pair"), run, str(seconds)]
        self.label = {"threads-1": plural(1), "threads-2": plural(2),
                      "two-models": "1 thread each"}[run]

    def turn(self):
        """-> steps per second, the same per second of own time, peak bytes, processor seconds."""
        before = os.times()
        with subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True) as process:
            peak = 0
            while process.poll() is None:
                peak = max(peak, peak_bytes(process.pid))
                time.sleep(0.02)
            lines = process.stdout.read().splitlines()
        if process.returncode or not lines:
            raise SystemExit(f"{' '.join(self.command)}: exit {process.returncode}")
        after, line = os.times(), json.loads(lines[-1])
        spent = (after.children_user - before.children_user
                 + after.children_system - before.children_system)
        return float(line["steps_per_second"]), float(line["by_own_time"]), peak, spent

    def close(self):
        pass


class Peer:
    """A peer in one or two processes that stay ready between turns.

    Two models: either two processes of one thread side by side, whose steps are summed, or one
    after the other on all threads, which is the rate of a single model.
    """

    program = "training_peers.py"

    def __init__(self, peer, case, threads, seconds, processes):
        self.label = plural(threads) + (f", {processes} processes" if processes > 1 else "")
        command = [sys.executable, str(HERE / self.program), "--peer", peer, "--case",
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
        """-> steps per second, the same per second of own time, peak bytes, processor seconds."""
        spent = sum(process_seconds(worker.pid) for worker in self.workers)
        for worker in self.workers:
            worker.stdin.write("\n")
            worker.stdin.flush()
        answers = [self.answer(worker) for worker in self.workers]
        return (sum(answer["steps_per_second"] for answer in answers),
                sum(answer["by_own_time"] for answer in answers),
                sum(answer["peak_bytes"] for answer in answers),
                sum(process_seconds(worker.pid) for worker in self.workers) - spent)

    def close(self):
        for worker in self.workers:
            worker.stdin.close()
            worker.wait()
            worker.stdout.close()
        self.workers = []


def competitors(case, options, kind):
    """(program, entry) in the order of their turns: ours first and again halfway."""
    entries = []
    for peer in options.peers:
        layouts = [(threads, 1) for threads in options.threads]
        if case.models == 2:
            layouts = [(1, 2), (max(options.threads), 1)]
        for threads, processes in layouts:
            entry = kind(peer, case, threads, options.seconds, processes)
            if entry.supported:
                entries.append((peer, entry))
    ours = []
    if not options.peers_only:
        runs = ["two-models"] if case.models == 2 else [f"threads-{n}" for n in options.threads]
        ours = [("aepca", Ours(options.program, case, run, options.seconds)) for run in runs]
    middle = len(entries) // 2
    return ours + entries[:middle] + ours + entries[middle:]


def foreign_share(began, others_before, spent=0.0):
    """The processors that other programs kept busy since, as a number of them."""
    return (machine_seconds() - others_before - spent) / max(time.perf_counter() - began, 1e-3)


def quiet_turn(entry, options):
    """A turn in which other programs took little; after --patience seconds any turn will do.

    -> the turn's answer, and whether it was quiet.
    """
    end = time.monotonic() + options.patience
    while True:
        began, before = time.perf_counter(), machine_seconds()
        time.sleep(0.3)
        late = time.monotonic() > end
        if foreign_share(began, before) > options.noise and not late:
            continue
        began, before = time.perf_counter(), machine_seconds()
        answer = entry.turn()
        quiet = foreign_share(began, before, answer[3]) <= options.noise
        if quiet or late:
            return answer, quiet


def measure(case, options, kind=Peer):
    """-> {program: Figure} of each program's best layout, peers being of a kind."""
    turns = competitors(case, options, kind)
    rates, own, peaks = defaultdict(list), defaultdict(list), defaultdict(int)
    disturbed = 0
    try:
        for _ in range(options.rounds):
            for program, entry in turns:
                (rate, own_rate, peak, _), quiet = quiet_turn(entry, options)
                key = program, entry.label
                disturbed += not quiet
                rates[key].append(rate)
                own[key].append(own_rate)
                peaks[key] = max(peaks[key], peak)
    finally:
        for _, entry in turns:
            entry.close()
    best = {}
    for (program, label), values in rates.items():
        key = program, label
        figures = own[key] if options.by_own_time else values
        found = Figure(statistics.median(figures), peaks[key], label)
        print(f"{case.name} {program}, {label}: " + " ".join(f"{value:.4g}" for value in values)
              + f" steps/s; by own time {statistics.median(own[key]):.4g}; "
              f"{found.peak / 2**20:.0f} MiB", file=sys.stderr)
        best[program] = max(best.get(program, found), found)
    if disturbed:
        print(f"{case.name}: other programs disturbed {disturbed} of "
              f"{options.rounds * len(turns)} turns", file=sys.stderr)
    return best, disturbed


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
        cells = [f"{entry.rate:,.0f} ({entry.how})" if entry else "–"
                 for entry in [ours] + [best.get(peer) for peer in peers]]
        ratio = f"**{ours.rate / fastest.rate:.2f}×**" if ours and fastest else "–"
        memory = (f"{ours.peak / 2**20:.0f} : {fastest.peak / 2**20:.0f}" if ours and fastest
                  else "–")
        lines.append("| " + " | ".join([CASES[name].title] + cells + [ratio, memory]) + " |")
    return lines


def shares(results, peaks):
    """The arithmetic of our steps, padding not counted, beside what a large product does."""
    cells = []
    for name, best in results.items():
        if ours := best.get("aepca"):
            cores = 2 if CASES[name].models == 2 else int(ours.how.split()[0])
            share = ours.rate * CASES[name].work / peaks[cores]
            cells.append(f"{CASES[name].title} {share:.0%}")
    return (f"Share of the peak that NumPy's OpenBLAS reaches on a product of 2048 x 2048 Float32, "
            f"{peaks[1] / 1e9:.0f} GFLOP/s on one core and {peaks[2] / 1e9:.0f} on two: "
            + "; ".join(cells) + ".")


def versions():
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for package in ("torch", "keras", "tensorflow-cpu", "scikit-learn", "numpy"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            pass
    return ", ".join(found)


def circumstances(what, options, disturbed):
    """What stands above a table."""
    kind = " of own processor time" if options.by_own_time else ""
    return (f"{what}{kind}, {datetime.date.today()}, {processor()}, "
            f"{os.cpu_count()} cores, {platform.system()} {platform.release()}; median of "
            f"{options.rounds} turns of {options.seconds:g} s, in brackets what suited each best. "
            f"{versions()}."
            + (f" Other programs disturbed {disturbed} turns: measure again." if disturbed else ""))


def parse(description=__doc__, cases=CASES, peers=PEERS):
    parser = argparse.ArgumentParser(
        description=description.split("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--program", default=str(HERE / ".build/release/training-steps"))
    parser.add_argument("--cases", type=lambda text: text.split(","), default=list(cases))
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(peers))
    parser.add_argument("--threads", default=[1, 2],
                        type=lambda text: [int(count) for count in text.split(",")])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1, help="of training in each turn")
    parser.add_argument("--noise", type=float, default=0.1,
                        help="processors that other programs may keep busy during a turn")
    parser.add_argument("--patience", type=float, default=60,
                        help="seconds to wait for a quiet turn")
    parser.add_argument("--by-own-time", action="store_true",
                        help="one thread each, by its processor time: for a busy machine")
    parser.add_argument("--peers-only", action="store_true", help="leave aepca's program out")
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    if options.by_own_time:
        options.threads, options.noise = [1], float("inf")
    for given, known in ((options.cases, cases), (options.peers, peers)):
        if unknown := [word for word in given if word not in known]:
            parser.error(f"no '{unknown[0]}'; there are {', '.join(known)}")
    return options


def main():
    options = parse()
    results, disturbed = {}, 0
    for name in options.cases:
        results[name], found = measure(CASES[name], options)
        disturbed += found
    print(circumstances("Training steps per second", options, disturbed) + "\n")
    print("\n".join(table(results)))
    print("\n" + shares(results, gemm_peaks()))
    if options.json:
        Path(options.json).write_text(json.dumps(
            {name: {program: figure._asdict() for program, figure in best.items()}
             for name, best in results.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
