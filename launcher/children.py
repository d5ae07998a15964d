"""Processes that end with the one that started them, also when that one is killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from .places import ROOT
from .saying import Stop

PR_SET_PDEATHSIG = 1


def end_with_parent(signum: int) -> Callable[[], None]:
    """What a child does before it becomes its program: ask Linux for a signal when its parent dies.

    It runs after the change of user, which would clear the wish. Elsewhere than on Linux only the ordinary end of the
    command stops the children, not its being killed.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def ask() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, UNWINDING)
        if libc is None:
            return
        libc.prctl(PR_SET_PDEATHSIG, signum)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signum)

    return ask


UNWINDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@contextmanager
def signals_held_back() -> Iterator[None]:
    """Those that end a command come when this is over. In the middle of a fork Python would lose what they raise, and with it the end
    of the command, or would know nothing of the process that has just begun."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, UNWINDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Child:
    """One long-running program, with its log file.

    It is ended by the signal of its liking, by force after a while; orphaned, it gets a signal that it must not sit out.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        user: int | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals | None = None,
        patience: float = 10,
    ) -> None:
        self.name, self.command, self.log = name, command, log
        self.env, self.cwd, self.user = env, cwd, user
        self.stop_signal, self.orphan_signal, self.patience = stop_signal, orphan_signal or stop_signal, patience
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log, signals_held_back():
            self.process = subprocess.Popen(  # noqa: S603  # the commands are our own
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which ends its children in good order
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
                preexec_fn=end_with_parent(self.orphan_signal),  # noqa: PLW1509  # the launcher has no threads
            )

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def wait(self) -> int:
        return 1 if self.process is None else self.process.wait()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.ask_to_stop()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that is gone
            os.killpg(self.process.pid, signal.SIGKILL)  # whatever of its own children is still there
        self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        with suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    def wait_until(self, is_ready: Callable[[], bool], *, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not is_ready():
            if self.has_ended:
                raise Stop(f"{self.name} ended while starting. It said:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise Stop(f"{self.name} is not ready after {timeout:.0f} s. It said:\n{self.last_words()}")
            time.sleep(0.01)


@contextmanager
def running(*children: Child) -> Iterator[None]:
    try:
        for child in children:
            child.start()
        yield
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()


@dataclass(frozen=True)
class Service:
    url: str
    child: Child | None = None  # none where it runs elsewhere


def stop_on_signals() -> None:
    """Let the signals that end a command unwind it, so that every child is stopped."""

    def unwind(signum: int, frame: FrameType | None) -> None:
        for each in UNWINDING:
            signal.signal(each, signal.SIG_IGN)  # once is enough; unwinding takes a moment
        raise KeyboardInterrupt

    for each in UNWINDING:
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:  # nohup means to outlive the terminal
            signal.signal(each, unwind)


def run(command: Sequence[str | Path], *, env: Mapping[str, str]) -> int:
    """Run a program to its end, its output shown; it too ends with us."""
    process = None
    try:
        with signals_held_back():
            process = subprocess.Popen(  # noqa: S603  # the commands are our own
                command,
                env=env,
                cwd=ROOT,
                preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509  # the launcher has no threads
            )
        return process.wait()
    except KeyboardInterrupt:
        if process is not None:
            process.terminate()
            process.wait()
        raise


@dataclass(frozen=True)
class Outcome:
    succeeded: bool
    output: str


def try_out(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, user: int | None = None) -> Outcome:
    """Run a short program, as that user; one that is missing or may not be run has failed too."""
    try:
        done = subprocess.run(  # noqa: S603  # the commands are our own
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=env,
            cwd="/",
            timeout=600,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Outcome(succeeded=False, output=str(error))
    return Outcome(succeeded=done.returncode == 0, output=done.stdout)
