import pytest
from django.urls import reverse

import surveys.tasks  # noqa: F401  the contexts of its mails, as the worker finds them
import trainings.tasks  # noqa: F401
from accounts.applying import apply_roles
from accounts.inviting import invite
from accounts.roles import Role
from tests.accounts.conftest import app_code, with_app
from tests.accounts.conftest import signed_in as signed_in_by_pages
from tests.remembered import remembered


@pytest.fixture
def staff(db):
    """The browser of programme staff who have shown their second factor."""
    remembered("roles", apply_roles)
    dana = with_app(invite(email="dana@programme.example", role=Role.PROGRAMME_STAFF, by=None, name="Dana").user)
    browser = signed_in_by_pages(dana)
    browser.post(reverse("mfa_reauthenticate"), {"code": app_code()})
    return browser
