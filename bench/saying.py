"""How figures are printed: medians of rounds with their spread, and the machine they were taken on."""

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path


def median(values: Sequence[float], digits: int = 1) -> str:
    """The median of the rounds, with the least and the most of them."""
    least, most = (f"{value:,.{digits}f}" for value in (min(values), max(values)))
    return f"{statistics.median(values):,.{digits}f} ({least} to {most})"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def say(text: str = "") -> None:
    print(text, flush=True)


class Machine:
    """Says what else the machine was doing: figures taken on a busy one are compared within a run only."""

    def __init__(self) -> None:
        self.load_before = os.getloadavg()[0]

    def say(self) -> None:
        model = next((line for line in _cpu_info() if line.startswith("model name")), "").partition(": ")[2]
        say(
            f"\nMachine: {os.cpu_count()} x {model or platform.machine()}, {platform.system()}, Python "
            f"{platform.python_version()}; load {self.load_before:.1f} before, {os.getloadavg()[0]:.1f} after."
        )


def _cpu_info() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text().splitlines() if file.exists() else []
