from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from programmes.format import Groupings, Programme
from questionnaires import describing
from questionnaires.format import Part
from surveys.format import Survey

FILES: dict[str, type[Part]] = {**describing.FILES, "programme": Programme, "groupings": Groupings, "survey": Survey}


class Command(BaseCommand):
    help = "Writes the tables of docs/questionnaire-format.md and docs/schemas/ out of the format.py of each app."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")

    def handle(self, *, check: bool, **options: Any) -> None:
        wanted = describing.described(settings.BASE_DIR / "docs", FILES)
        stale = {path: text for path, text in wanted.items() if is_stale(path, text)}
        names = ", ".join(str(path.relative_to(settings.BASE_DIR)) for path in stale)
        if check and stale:
            raise CommandError(f"out of date: {names}; run manage.py describe_format")
        for path, text in stale.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.stdout.write(f"Written: {names}." if stale else "Everything is up to date.")


def is_stale(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text(encoding="utf-8") != text
