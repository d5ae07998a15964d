"""What must be made before the portal runs, in one Django process: `build` files out of files, `data` in the database."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import django
from django.core.management import CommandError, call_command

from .places import programmes
from .saying import step


def build() -> None:
    with step("Catalogues compiled"):
        call_command("catalogues", "compile", stdout=StringIO())
    with step("Fonts made"):
        call_command("fonts", stdout=StringIO())
    with step("Static files collected"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def prepare_data() -> None:
    if unapplied_migrations():
        with step("Database migrated"):
            call_command("migrate", interactive=False, verbosity=0)
    call_command("apply_roles", stdout=StringIO())
    for folder in programmes():
        with step(f"{folder.name} loaded"):
            call_command("load_programme", str(folder), stdout=StringIO())


def unapplied_migrations() -> int:
    from django.db import connection  # noqa: PLC0415  # after django.setup()
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare_demo(seed: int, who: Path) -> None:
    """Demo people, and activity asked of the worker, once; `who` is the file that says afterwards who can sign in."""
    with step("Demo people ready"):
        call_command("demo", seed=seed, stdout=StringIO())
    with who.open("w") as file:
        call_command("demo", who=True, stdout=file)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m launcher.preparing", description=__doc__)
    parser.add_argument("what", nargs="+", choices=["build", "data", "demo"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--who", type=Path, default=os.devnull)
    asked = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    logging.disable(logging.INFO)  # the steps say what is done; libraries would fill pages
    try:
        prepare(asked)
    except CommandError as error:
        sys.exit(str(error))


def prepare(asked: argparse.Namespace) -> None:
    if "build" in asked.what:
        build()
    if "data" in asked.what:
        prepare_data()
    if "demo" in asked.what:
        prepare_demo(asked.seed, asked.who)


if __name__ == "__main__":
    main(sys.argv[1:])
