from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.privacy import purging


class Command(BaseCommand):
    help = "Forgets what its time is over of: the rules of portal/retention.yaml, as every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many rows each rule would take")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        counts = purging.purge(dry_run=dry_run)
        for rule, count in counts.items():
            self.stdout.write(f"{'failed' if count is None else count:>8}  {rule}")
        for rule, function in purging.by_the_hour().items():
            self.stdout.write(f"{'':>8}  {rule}: {function} sees to it at other times")
        if failed := [rule for rule, count in counts.items() if count is None]:
            raise CommandError(f"Could not be applied: {', '.join(failed)}. The log says why.")
