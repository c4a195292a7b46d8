#!/usr/bin/env python3
"""Training a convolutional autoencoder: aepca's engine beside Keras and PyTorch, in one run.

    swift build --package-path Benchmarks -c release --static-swift-stdlib
    python3 -m venv venv && venv/bin/pip install -r Benchmarks/requirements-peers.txt
    venv/bin/python Benchmarks/convolution_speed.py

Forward, backward and Adam; programs take turns as in training_speed.py. Prints Markdown: steps per
second, how many times as fast the engine is as each peer at its best, and the peaks of memory.
"""

from convolution_peers import CASES, PEERS
from training_speed import Peer, circumstances, measure, parse


class ConvolutionPeer(Peer):
    program = "convolution_peers.py"


def table(results):
    peers = [peer for peer in PEERS if any(peer in best for best in results.values())]
    lines = ["| Model, batch | aepca | " + " | ".join(PEERS[peer] for peer in peers) + " |",
             "|---|" + "--:|" * (len(peers) + 1)]
    for name, best in results.items():
        ours = best.get("aepca")
        cells = [f"{ours.rate:.1f} ({ours.how}), {ours.peak / 2**20:.0f} MiB" if ours else "–"]
        for peer in peers:
            theirs = best.get(peer)
            if not theirs:
                cells.append("–")
                continue
            ratio = f"**{ours.rate / theirs.rate:.2f}×** " if ours else ""
            cells.append(
                f"{ratio}{theirs.rate:.1f} ({theirs.how}), {theirs.peak / 2**20:.0f} MiB")
        lines.append("| " + " | ".join([CASES[name].title] + cells) + " |")
    return lines


def main():
    options = parse(__doc__, CASES, PEERS)
    results, disturbed = {}, 0
    for name in options.cases:
        results[name], found = measure(CASES[name], options, ConvolutionPeer)
        disturbed += found
    print(circumstances("Training steps per second, times as fast, peak memory", options,
                        disturbed) + "\n")
    print("\n".join(table(results)))


if __name__ == "__main__":
    main()
