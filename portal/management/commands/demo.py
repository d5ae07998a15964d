from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.demo import loading, people


class Command(BaseCommand):
    help = "Makes up the people of the demo and asks a worker for its activity, once. Refuses to run anywhere else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="of the chance that makes them up (1)")
        parser.add_argument("--who", action="store_true", help="only say who can sign in")

    def handle(self, *args: Any, seed: int, who: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not the demo: made-up people have no place here. script/demo starts one.")
        if who:
            self.stdout.write("Who can sign in (their codes come to the inbox page):\n  " + "\n  ".join(people.who()))
            return
        job = loading.begin(seed)
        self.stdout.write(f"The demo's activity: {job.get_state_display()}.")
