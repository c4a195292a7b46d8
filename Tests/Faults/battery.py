#!/usr/bin/env python3
"""The fault battery: bad input, full disks, small limits, signals and kills, against the built tool.

    python3 Tests/Faults/battery.py .build/release/aepca [WORD ...] [-- WORD ...]

Each case asserts the exit code, the message, no crash, and that nothing half-written is left. With
words, only the cases whose names hold one of them are run, and none whose name holds one behind --.
Ends with 1 when a promise was broken.
"""

import sys
import time

import bad_inputs
import bad_models
import changing_files
import interruptions
import limits
import outputs
from faults import Failure, Skip


def main():
    words = sys.argv[2:]
    cut = words.index("--") if "--" in words else len(words)
    words, without = words[:cut], words[cut + 1:]
    modules = (bad_inputs, bad_models, outputs, changing_files, limits, interruptions)
    cases = [case for module in modules for case in module.cases()]
    chosen = [(name, work) for name, work in cases
              if (not words or any(word in name for word in words))
              and not any(word in name for word in without)]
    failed = skipped = 0
    start = time.time()
    for name, work in chosen:
        try:
            work()
        except Skip as reason:
            skipped += 1
            print(f"skipped: {name}: {reason}", flush=True)
        except Failure as failure:
            failed += 1
            print(f"FAILED: {name}: {failure}", flush=True)
    print(f"{len(chosen)} faults tried, {failed} failed, {skipped} skipped, "
          f"{time.time() - start:.0f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
