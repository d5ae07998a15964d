from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import demo


class Command(BaseCommand):
    help = "Makes up people and activity for the demo, once. Refuses to run anywhere else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="of the chance that makes them up (1)")
        parser.add_argument("--who", action="store_true", help="only say who can sign in")

    def handle(self, *args: Any, seed: int, who: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not the demo: made-up people have no place here. script/demo starts one.")
        if who:
            self.stdout.write("Who can sign in (their codes come to the inbox page):\n  " + "\n  ".join(demo.who()))
            return
        self.stdout.write(f"{demo.make(seed)} diagnostics made up.")
