"""The shell scripts, and what the lock must hold."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from launcher import testing
from launcher.places import PYTHON, ROOT
from launcher.setup import environment

SCRIPTS = [ROOT / "script" / name for name in ("bench", "demo", "lock", "test", "uv", "venv")] + [ROOT / ".ci" / "run"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script_can_be_run_and_parsed(script: Path) -> None:
    assert os.access(script, os.X_OK)
    shell = script.read_text().splitlines()[0].removeprefix("#!").split()
    subprocess.run([*shell, "-n", str(script)], check=True)  # noqa: S603


@pytest.mark.parametrize("name", ["demo", "test", "bench"])
def test_script_lets_python_keep_its_bytecode_and_leaves_no_shell(name: str) -> None:
    lines = (ROOT / "script" / name).read_text().splitlines()
    assert any(line.startswith("unset PYTHONDONTWRITEBYTECODE") for line in lines)
    assert lines[-1].startswith("exec .venv/bin/python -m launcher.")


@pytest.mark.parametrize(("lock", "groups"), [("requirements.txt", []), ("requirements-dev.txt", ["demo", "dev"])])
def test_lock_holds_every_requirement_with_hashes(lock: str, groups: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = list(project["project"]["dependencies"])
    for group in groups:
        asked += [each for each in project["dependency-groups"][group] if isinstance(each, str)]
    text = (ROOT / lock).read_text()
    locked = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==", text, re.MULTILINE))
    assert {re.split(r"[\[<>=~! ]", each)[0].lower() for each in asked} <= locked
    assert len(re.findall(r"^\S+==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(locked)


def test_environment_lets_nothing_meant_for_another_portal_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTP_HOST", "smtp.example.org")
    monkeypatch.setenv("TREMPLIN_DEMO", "1")
    monkeypatch.setenv("LANG", "C.UTF-8")
    env = environment(tmp_path, SMTP_PORT="2525")
    assert (env["SMTP_PORT"], env["TREMPLIN_VAR_DIR"], env["LANG"]) == ("2525", str(tmp_path), "C.UTF-8")
    assert not {"SMTP_HOST", "TREMPLIN_DEMO", "PYTHONDONTWRITEBYTECODE"} & set(env)


def test_arguments_of_script_test_go_to_pytest() -> None:
    options, rest = testing.parse(["--long", "tests/house", "-k", "name"])
    assert (options.long, options.mutants, rest) == (True, False, ["tests/house", "-k", "name"])
    assert testing.tests(rest, long=True) == [PYTHON, "-m", "pytest", "tests/house", "-k", "name"]
    spread = ["--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    assert testing.tests([], long=False) == [PYTHON, "-m", "pytest", *spread, "-m", "not long"]


def test_types_are_checked_in_every_app_and_in_the_launcher() -> None:
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert set(testing.typed_packages()) == apps | {"launcher"}
