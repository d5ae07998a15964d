"""The launcher's processes end with it, whenever it is told to end."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.children import Child, running
from launcher.places import ROOT

# A signal that comes while a process is being forked: Python loses what is raised in what it calls after a fork.
TOLD_IN_A_FORK = """
import os, signal, sys, time
from pathlib import Path
from launcher.children import Child, run, running, stop_on_signals
command = [sys.executable, "-c", "import time; time.sleep(60)", sys.argv[1]]
stop_on_signals()
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), {signum}))
try:
    {start}
finally:
    print("ended")
    import psutil
    print(len(psutil.Process().children()), "children left")
"""
STARTS = {
    "a part": "with running(Child('sleeper', command, log=Path(sys.argv[1]))): time.sleep(60)",
    "a command": "run(command, env=os.environ)",
}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_start_ends_the_launcher_and_its_child(
    tmp_path: Path, signum: signal.Signals, start: str
) -> None:
    script = TOLD_IN_A_FORK.format(signum=int(signum), start=STARTS[start])
    command = [sys.executable, "-c", script, tmp_path / "log"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=30, text=True)  # noqa: S603
    assert "KeyboardInterrupt" in ended.stderr
    assert "Exception ignored" not in ended.stderr
    assert ended.stdout.splitlines() == ["ended", "0 children left"]


def test_a_child_hears_what_it_is_asked(tmp_path: Path) -> None:
    child = Child("sleeper", ["sleep", "60"], log=tmp_path / "log")
    with running(child):
        child.ask_to_stop()
        assert child.process is not None
        assert child.process.wait(5) == -signal.SIGTERM
