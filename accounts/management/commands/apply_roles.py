from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.applying import apply_roles
from accounts.roles import RoleFileError


class Command(BaseCommand):
    help = "Gives every role the permissions that accounts/roles.yaml says."

    def handle(self, **options: Any) -> None:
        try:
            granted = apply_roles()
        except RoleFileError as error:
            raise CommandError(f"accounts/roles.yaml: {error}") from error
        for role, count in granted.items():
            self.stdout.write(f"{role}: {count} permissions")
