"""The second factor of staff: an authenticator app (TOTP) and recovery codes."""

import time

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from outbox.sealing import seal, unseal


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Secrets are encrypted at rest: a copy of the database opens nothing."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or was used before. Wait for the next one, then try again."),
    }

    def encrypt(self, text: str) -> str:
        return seal({"secret": text})

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)["secret"]


def remember_used_code(authenticator: Authenticator, code: str) -> None:
    """A code works once. allauth forgets it after one period, but with tolerance a code stays valid for longer."""
    if authenticator.type == Authenticator.Type.TOTP:
        lifetime = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        cache.set(TOTP(authenticator)._get_used_cache_key(code), "y", timeout=lifetime)


@transaction.atomic
def forget_second_factor(user: User) -> None:
    """For someone whose phone and recovery codes are lost: the next sign-in leads to setting up a new one."""
    Authenticator.objects.filter(user=user).delete()


def enrol_for_demo(user: User) -> None:
    """Gives a demo person a second factor whose code the demo's inbox shows."""
    _only_in_demo()
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)


def demo_codes() -> list[tuple[User, str | None]]:
    """Each member of staff with the code that the app would show now, or None before a second factor is set up."""
    _only_in_demo()
    apps = {app.user_id: app for app in Authenticator.objects.filter(type=Authenticator.Type.TOTP)}
    return [(user, _current_code(apps[user.pk]) if user.pk in apps else None) for user in User.objects.staff()]


def _current_code(app: Authenticator) -> str:
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    return str(format_hotp_value(hotp_value(decrypt(app.data["secret"]), counter)))


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise ImproperlyConfigured("Only the demo shows the codes of its people.")
