"""The six models whose training is timed, the same for every program."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """Standard-normal rows, reconstructed with mean squared error by Adam at 1e-3, all in Float32.

    Hidden layers are activated; the output and, unless it is the only hidden layer, the latent
    layer are linear. Rows are shuffled every epoch.
    """

    name: str
    title: str
    widths: tuple[int, ...]
    activation: str
    batch: int
    batches: int
    models: int = 1

    @property
    def rows(self):
        return self.batch * self.batches

    @property
    def work(self):
        """Floating-point operations of a step: each weight forward, back and in its gradient."""
        products = [left * right for left, right in zip(self.widths, self.widths[1:])]
        return self.batch * (6 * sum(products) - 2 * products[0])

    @property
    def activations(self):
        """One for each weight matrix, `linear` where nothing is applied."""
        last = len(self.widths) - 2
        latent = None if last == 1 else last // 2
        return ["linear" if i in (last, latent) else self.activation for i in range(last + 1)]


DEEP = (64, 256, 256, 128, 8, 128, 256, 256, 64)
SMALL = (30, 64, 32, 3, 32, 64, 30)


def title(widths, rest):
    return "-".join(map(str, widths)) + " " + rest


CASES = {case.name: case for case in [
    Case("default-128", title(DEEP, "silu, 128"), DEEP, "silu", 128, 100),
    Case("default-128-pair", "two such models side by side", DEEP, "silu", 128, 100, models=2),
    Case("small-32", title(SMALL, "tanh, 32"), SMALL, "tanh", 32, 100),
    Case("small-256", title(SMALL, "tanh, 256"), SMALL, "tanh", 256, 100),
    Case("wide-2048", "784-36-784 relu, 2048", (784, 36, 784), "relu", 2048, 20),
    Case("middle-128", "64-128-64-8-64-128-64 tanh, 128", (64, 128, 64, 8, 64, 128, 64), "tanh",
         128, 100),
]}


def peak_bytes(process="self"):
    """The most memory a process has held; 0 when it is gone.

    VmHWM and not ru_maxrss: the latter starts at the size of the program that launched it.
    """
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


TICKS = os.sysconf("SC_CLK_TCK")


def machine_seconds():
    """Processor seconds that all programs together, and hosts above, have taken so far."""
    user, nice, system, _, _, interrupts, soft, stolen, *_ = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system + interrupts + soft + stolen) / TICKS


def process_seconds(process):
    """Processor seconds of one process so far; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def processor():
    """The name of the processor, for the head of a table."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()
