from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts.inviting import invite
from accounts.roles import Role


class Command(BaseCommand):
    help = "Gives a role to an e-mail address, and tells its holder by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", required=True, help=", ".join(Role.values))
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, choices=[code for code, _ in settings.LANGUAGES]
        )
        parser.add_argument(
            "--again", action="store_true", help="send the mail again to someone who already has the role"
        )

    def handle(self, *, email: str, role: str, name: str, language: str, again: bool, **options: Any) -> None:
        if role not in Role:
            raise CommandError(f"There is no role {role}. There are: {', '.join(Role.values)}.")
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email}: {error.messages[0]}") from error
        invitation = invite(email=email, role=Role(role), by=None, name=name, language=language, again=again)
        self.stdout.write(f"{invitation.user.email}: {role}")
