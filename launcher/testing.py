"""script/test: style, types, floors and migrations, then every test, with throwaway services."""

import argparse
import secrets
import shutil
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from .children import Child, run, running, stop_on_signals
from .places import PYTHON, ROOT
from .saying import end_with, say, step
from .services import run_folder, services
from .setup import build, environment
from .system import need_chromium, need_libraries

LEFT_BY_EARLIER_RUNS = ["files", "inbox"]


def main(arguments: Sequence[str]) -> int:
    started = time.perf_counter()
    stop_on_signals()
    options, pytest_arguments = parse(arguments)
    need_libraries()
    chromium = need_chromium()
    var = ROOT / "var" / "test"
    with run_folder() as folder, ExitStack() as stack:
        with step("PostgreSQL and Valkey started"):
            own = stack.enter_context(services(run=folder))
        env = test_environment(var, chromium=chromium, services=own.env)
        tidy(var)
        build(var, env)
        if options.mutants:
            return run([PYTHON, "-m", "tests.mutants", *pytest_arguments], env=env)
        failed = [] if pytest_arguments else failed_checks(env, folder)
        say()
        if run(tests(pytest_arguments, long=options.long), env=env):
            failed.append("pytest")
    seconds = time.perf_counter() - started
    say(f"\n{'Failed: ' + ', '.join(failed) if failed else 'Everything passed'}, after {seconds:.0f} s.")
    return 1 if failed else 0


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="script/test",
        description="Runs the whole test suite. With arguments for pytest (a folder, -k NAME) only those tests run.",
        allow_abbrev=False,
    )
    parser.add_argument("--long", action="store_true", help="also the tests with full counts")
    parser.add_argument("--mutants", action="store_true", help="take out each guard in turn; its test must fail")
    return parser.parse_known_args(arguments)


def test_environment(var: Path, *, chromium: str, services: Mapping[str, str]) -> dict[str, str]:
    return environment(var, **services, TREMPLIN_SECRET_KEY=secrets.token_urlsafe(50), TREMPLIN_CHROMIUM=chromium)


def tidy(var: Path) -> None:
    var.mkdir(parents=True, exist_ok=True)
    for name in LEFT_BY_EARLIER_RUNS:
        shutil.rmtree(var / name, ignore_errors=True)


def tests(pytest_arguments: Sequence[str], *, long: bool) -> list[str]:
    """All of them on two cores, a file at a time, in the order of tests/conftest.py; those that are named start sooner in one process."""
    spread = ["--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder"] if not pytest_arguments else []
    return [PYTHON, "-m", "pytest", *spread, *([] if long else ["-m", "not long"]), *pytest_arguments]


# Checks


def failed_checks(env: Mapping[str, str], folder: Path) -> list[str]:
    """All at once, since the slowest leaves a core free; each says what it found only when it found something."""
    failed = []
    every = checks(env, folder)
    with running(*every):
        for check in every:
            with step(check.name):
                code = check.wait()
            if code:
                failed.append(check.name)
                say(f"{check.log.read_text(errors='replace')}\n  {check.name} failed")
    return failed


def checks(env: Mapping[str, str], folder: Path) -> list[Child]:
    named = {
        "types (mypy)": [tool("mypy"), "--no-error-summary", *typed_packages()],
        "style (ruff check)": [tool("ruff"), "check", "--quiet"],
        "layout (ruff format)": [tool("ruff"), "format", "--check", "--quiet"],
        "floors (lint-imports)": [tool("lint-imports")],
        "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    }
    return [
        Child(name, command, log=folder / f"check-{number}.log", env=env)
        for number, (name, command) in enumerate(named.items())
    ]


def tool(name: str) -> str:
    return str(Path(PYTHON).parent / name)


def typed_packages() -> list[str]:
    """The apps of the floors, as pyproject.toml lists them, and the launcher."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [*project["tool"]["importlinter"]["root_packages"], "launcher"]


if __name__ == "__main__":
    end_with(lambda: main(sys.argv[1:]))
