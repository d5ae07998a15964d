"""What README.md, .env.example and LICENSE promise."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

from launcher.places import ROOT
from launcher.setup import environment

README = (ROOT / "README.md").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SETTINGS = (ROOT / "portal" / "settings.py").read_text()


def test_readme_documents_every_variable_and_no_other() -> None:
    tables = "\n".join(line.split("|")[1] for line in README.splitlines() if line.startswith("| "))
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", tables))
    read = set(re.findall(r"\benv(?:_flag|_list)?\(\s*\"([A-Z_]+)\"", SETTINGS))
    named = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    assert documented == read | named | {"UV", "TREMPLIN_CHROMIUM"}


def test_compose_passes_every_setting_on_that_makes_sense_there() -> None:
    read = set(re.findall(r"\benv(?:_flag|_list)?\(\s*\"([A-Z_]+)\"", SETTINGS))
    passed = set(re.findall(r"^  ([A-Z_]+):", COMPOSE, re.MULTILINE))
    assert read - passed == {"TREMPLIN_DEMO", "TREMPLIN_DEBUG", "TREMPLIN_VAR_DIR"}
    assert passed <= read


def test_example_environment_names_only_what_compose_reads() -> None:
    assert set(example()) <= set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))


def test_example_environment_leaves_the_secrets_empty() -> None:
    assert {name for name, value in example().items() if not value} == {"TREMPLIN_SECRET_KEY", "POSTGRES_PASSWORD"}


def test_production_environment_passes_the_deployment_check() -> None:
    env = {
        **environment(settings.VAR_DIR),  # where fonts and static files are made, as in the image
        **example(),
        "TREMPLIN_SECRET_KEY": "eM3-vKq0wZ7rT1yXc9LdN5bHs2JgF8pQaU6oIiRtEwYkVhBz4x",
        "DATABASE_URL": "postgresql://portal:secret@postgres/portal",
        "REDIS_URL": "redis://valkey:6379/0",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=env)  # noqa: S603
    assert (done.stderr, done.returncode) == ("", 0)
    assert "no issues" in done.stdout


@pytest.mark.parametrize("name", ["TREMPLIN_SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_variable_is_named(name: str) -> None:
    env = environment(
        settings.VAR_DIR, TREMPLIN_SECRET_KEY="x" * 50, DATABASE_URL="postgresql:///x", REDIS_URL="redis://x"
    )
    del env[name]
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=env)  # noqa: S603
    assert done.returncode == 1
    assert f"Set the environment variable {name} (the README's table says what it is)." in done.stderr


def test_licence_is_whole() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert re.findall(r"^(\d+)\. ", licence, re.MULTILINE) == [str(number) for number in range(1, 16)]
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert licence.endswith(
        "All other changes or additions to this Appendix require the production of a new EUPL version.\n"
    )


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
