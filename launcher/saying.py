"""What the commands tell the person in front of them."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn


class Stop(Exception):
    """The command cannot go on; the message says what is wrong and what to do."""


def say(text: str = "") -> None:
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    say(f"  {what} ({time.perf_counter() - started:.1f} s)")


def end_with(command: Callable[[], int]) -> NoReturn:
    """Run a command and end the process with its exit code; a reason to stop is said without a traceback."""
    try:
        sys.exit(command())
    except Stop as reason:
        print(f"\n{reason}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
