"""Sends people to a web server, and says what that took of it."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.client import Step
from bench.servers import Cpu, Web


@dataclass(frozen=True)
class Spent:
    """Seconds, by the clock and of the CPU, and every step of every one of them."""

    seconds: float
    used: Cpu
    steps: list[list[Step]]

    @property
    def cpu(self) -> float:
        return self.used.web + self.used.database


def send(server: Web, task: dict) -> Spent:
    before = server.cpu()
    command = [sys.executable, "-m", "bench.client", str(server.port), json.dumps(task)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own
    time.sleep(0.1)  # what was answered is still being tidied up
    said = json.loads(answer.stdout)
    return Spent(said["seconds"], server.cpu() - before, said["done"])
