import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

import accounts.tasks  # noqa: F401  the contexts of its mails, as the worker finds them
from accounts.applying import apply_roles
from accounts.inviting import invite
from accounts.models import User
from accounts.roles import Role
from outbox.models import Mail
from outbox.sealing import unseal
from tests.remembered import remembered

SECRET = generate_totp_secret()


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def roles(db):
    remembered("roles", apply_roles)


@pytest.fixture
def alice(db):
    return User.objects.create_user("alice@example.org", name="Alice")


@pytest.fixture
def dana(roles):
    """Programme staff, with an authenticator app."""
    return with_app(invite(email="dana@example.org", role=Role.PROGRAMME_STAFF, by=None, name="Dana").user)


@pytest.fixture
def root(roles):
    """An administrator, with an authenticator app."""
    return with_app(invite(email="root@example.org", role=Role.ADMINISTRATOR, by=None, name="Ruth").user)


@pytest.fixture
def novice(roles):
    """Programme staff whose second factor is not set up yet."""
    return invite(email="nora@example.org", role=Role.PROGRAMME_STAFF, by=None, name="Nora").user


def with_app(user):
    TOTP.activate(user, SECRET)
    return user


def app_code(offset=0):
    """What the app shows now, or so many periods from now."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + offset))


def code_sent_to(address):
    """The code of the latest mail to this address, out of the sealed row."""
    return unseal(Mail.objects.filter(to=address, template="account/emails/sign_in_code").latest("pk").secrets_sealed)[
        "code"
    ]


def ask_code(client, address, follow=False, **data):
    return client.post("/accounts/sign-in/", {"email": address, **data}, follow=follow)


def type_code(client, code, **data):
    return client.post("/accounts/sign-in/code/", {"code": code, **data})


def signed_in(user, *, second_factor=True):
    """A browser in which this user has signed in by the pages, all the way."""
    client = Client()
    ask_code(client, user.email)
    type_code(client, code_sent_to(user.email))
    if second_factor and Authenticator.objects.filter(user=user, type="totp").exists():
        client.post("/accounts/sign-in/second-factor/", {"code": app_code()})
        cache.clear()  # the same half minute may be used again by the test itself
    return client
