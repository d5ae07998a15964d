import logging

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal import fonts


class Command(BaseCommand):
    help = "Makes the web fonts from the typeface's package; does nothing where they are fresh."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="make them also where they are fresh")

    def handle(self, *, again: bool, **options: object) -> None:
        logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells the story of every glyph
        for path in fonts.make(settings.VAR_DIR / "fonts", again=again):
            self.stdout.write(f"{path.name}: {path.stat().st_size} bytes")
