"""script/demo: the whole portal on this machine, with demo people and demo activity, until Ctrl-C."""

import argparse
import fcntl
import json
import secrets
import shlex
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from . import commands
from .children import Child, run, running, stop_on_signals
from .places import ROOT
from .postgres import durable_folder
from .saying import Stop, end_with, say
from .services import run_folder, services
from .setup import build, environment
from .system import need_libraries

# Thrown away by --fresh; what was built from the code stays.
DATA = ["postgres", "files", "inbox", "beat", "secret-key", "who.txt"]
HOST = "127.0.0.1"
# The mail catcher makes these only where the whole folder is missing.
MAILDIR = ("inbox/cur", "inbox/new", "inbox/tmp")


def main(arguments: Sequence[str]) -> int:
    started = time.perf_counter()
    stop_on_signals()
    options = parse(arguments)
    var = options.var.resolve()
    need_libraries()
    with only_one(var), run_folder() as folder, ExitStack() as stack:
        need_port(options.port)
        if options.fresh:
            throw_away(var)
        say("Starting PostgreSQL and Valkey ...")
        own = stack.enter_context(services(run=folder, data=durable_folder(var / "postgres")))
        env = demo_environment(var, port=options.port, smtp_port=free_port(), services=own.env)
        prepare(var, env, seed=options.seed)
        parts = programs(var, env, port=options.port)
        stack.enter_context(running(*parts))
        wait_until_ready(parts[0], options.port)
        say(welcome(var, options.port, seconds=time.perf_counter() - started))
        keep_running([*own.children, *parts], news=news_of_activity(options.port))
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description="Runs the portal on this machine until Ctrl-C.")
    parser.add_argument("--port", type=int, default=8000, help="of the web server on localhost (8000)")
    parser.add_argument("--fresh", action="store_true", help="throw away what earlier runs kept, and start anew")
    parser.add_argument("--seed", type=int, default=1, help="of the chance that makes up the demo activity (1)")
    parser.add_argument(
        "--var", type=Path, default=ROOT / "var" / "demo", help="where the demo keeps its data (var/demo)"
    )
    return parser.parse_args(arguments)


# Before it starts


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    var.mkdir(parents=True, exist_ok=True)
    with (var / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(f"A demo already runs on {var}. End it first (Ctrl-C where it runs).") from None
        yield


def need_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Stop(
                f"Port {port} cannot be used ({error.strerror}). Choose another: script/demo --port {port + 1}"
            ) from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def throw_away(var: Path) -> None:
    for name in DATA:
        place = var / name
        if place.is_symlink() or place.is_file():
            shutil.rmtree(place.resolve(), ignore_errors=True)
            place.unlink()
        elif place.exists():
            shutil.rmtree(place)


def prepare(var: Path, env: Mapping[str, str], *, seed: int) -> None:
    build(var, env)
    for folder in ("log", "files", "beat", *MAILDIR):
        (var / folder).mkdir(parents=True, exist_ok=True)
    command = [*commands.prepare_data(), "demo", "--seed", str(seed), "--who", str(var / "who.txt")]
    if run(commands.here(command), env=env):
        raise Stop("The demo's data could not be prepared; what went wrong stands above.")


def demo_environment(var: Path, *, port: int, smtp_port: int, services: Mapping[str, str]) -> dict[str, str]:
    return environment(
        var,
        **services,
        TREMPLIN_DEMO="1",
        TREMPLIN_SECRET_KEY=kept_secret(var / "secret-key"),
        TREMPLIN_BASE_URL=f"http://localhost:{port}",
        SMTP_HOST=HOST,
        SMTP_PORT=str(smtp_port),
    )


def kept_secret(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


# While it runs


def programs(var: Path, env: Mapping[str, str], *, port: int) -> list[Child]:
    """The web server first; the mail catcher keeps each message as a file, which the demo's inbox page shows."""

    def part(name: str, command: commands.Command, orphan_signal: signal.Signals | None = None) -> Child:
        log = var / "log" / f"{name}.log"
        return Child(name, commands.here(command), log=log, env=env, orphan_signal=orphan_signal)

    mail = f"-m aiosmtpd --nosetuid --listen {HOST}:{env['SMTP_PORT']} --class aiosmtpd.handlers.Mailbox"
    children = [
        part("web", commands.web(host=HOST, port=port)),
        # Asked to stop it finishes the tasks at hand; orphaned it must not: they are rows, the next worker takes them up.
        part("worker", commands.worker(), orphan_signal=signal.SIGKILL),
        part("beat", commands.beat(var / "beat" / "schedule")),
        part("mail", ["python", *shlex.split(mail), str(var / "inbox")]),
    ]
    for child in children:
        child.log.unlink(missing_ok=True)
    return children


def wait_until_ready(web: Child, port: int) -> None:
    try:
        web.wait_until(lambda: readiness(port).get("ready") is True, timeout=60)
    except Stop as reason:
        raise Stop(f"{reason}\n/readyz: {json.dumps(readiness(port))}") from None


def readiness(port: int) -> dict[str, object]:
    """What /readyz says; nothing as long as nobody answers."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=5) as answer:
            said = answer.read()
    except urllib.error.HTTPError as error:
        said = error.read()
    except OSError:
        return {}
    with suppress(ValueError):
        return dict(json.loads(said))
    return {}


def welcome(var: Path, port: int, *, seconds: float) -> str:
    address = f"http://localhost:{port}"
    who = (var / "who.txt").read_text().strip() if (var / "who.txt").exists() else ""
    lines = [
        f"\nReady after {seconds:.0f} s. A worker loads the demo's activity meanwhile, the first time.",
        f"  The portal      {address}/",
        f"  For staff       {address}/admin/",
        f"  Mails it sent   {address}/demo/inbox/",
        f"  What it logs    {var / 'log'}",
    ]
    return "\n".join([*lines, *(["", who] if who else []), "", "Ctrl-C ends it."])


def news_of_activity(port: int) -> Iterator[str]:
    """What there is to say each time that one asks, mostly nothing, until the worker has loaded the demo's activity."""
    started = time.perf_counter()
    while not (part := activity(port)).get("ok"):
        if part.get("state") == "failed":
            yield "The demo's activity could not be loaded; log/worker.log says why. Started anew, the demo tries again."
            return
        yield ""
    yield f"The demo's activity is there, after {time.perf_counter() - started:.0f} s more."


def activity(port: int) -> dict[str, object]:
    checks = readiness(port).get("checks")
    return dict(checks["demo"]) if isinstance(checks, dict) and "demo" in checks else {}


def keep_running(children: Sequence[Child], *, news: Iterator[str], at_most: int = 20) -> None:
    """What ends is started again, as an engine of containers would; what keeps ending ends the demo."""
    restarts = dict.fromkeys(children, 0)
    while True:
        time.sleep(0.5)
        if heard := next(news, ""):
            say(heard)
        for child in children:
            if not child.has_ended:
                continue
            restarts[child] += 1
            if restarts[child] > at_most:
                raise Stop(f"{child.name} keeps ending. It said:\n{child.last_words()}")
            say(f"{child.name} ended and is started again ({child.log}).")
            child.start()


if __name__ == "__main__":
    end_with(lambda: main(sys.argv[1:]))
