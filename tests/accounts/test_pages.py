from html.parser import HTMLParser

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings as portal_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.csp import build_policy

from accounts import urls
from accounts.inviting import invite
from accounts.roles import Role
from tests.accounts.conftest import ask_code, code_sent_to, signed_in, type_code

pytestmark = pytest.mark.django_db

PUBLIC = ["/accounts/sign-in/", "/accounts/sign-in/inactive/"]
OWN = [
    "/accounts/sign-out/",
    "/accounts/second-factor/",
    "/accounts/second-factor/again/",
    "/accounts/second-factor/app/remove/",
    "/accounts/second-factor/recovery-codes/new/",
]
ADMIN = [
    "/admin/",
    "/admin/accounts/",
    "/admin/accounts/user/",
    "/admin/accounts/user/invite/",
    "/admin/outbox/mail/",
]


class Inline(HTMLParser):
    """Collects what the policy would refuse: style and script within the page, handlers, javascript: links."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        data = given.get("type", "").endswith("json")
        if tag == "style" or (tag == "script" and "src" not in given and not data):
            self.found.append(self.get_starttag_text())
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(self.get_starttag_text())


def inline(response):
    parser = Inline()
    parser.feed(response.content.decode())
    return parser.found


def assert_safe(response):
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == build_policy(portal_settings.SECURE_CSP)
    assert inline(response) == []


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_keeps_the_policy(client, path):
    assert_safe(client.get(path))


def test_page_of_the_code_keeps_the_policy(client):
    ask_code(client, "new@example.org")
    assert_safe(client.get("/accounts/sign-in/code/"))
    assert_safe(type_code(client, "wrong"))


def test_page_of_the_second_factor_keeps_the_policy(client, dana):
    ask_code(client, dana.email)
    type_code(client, code_sent_to(dana.email))
    assert_safe(client.get("/accounts/sign-in/second-factor/"))


def test_pages_of_setting_up_keep_the_policy(novice):
    client = signed_in(novice)
    assert_safe(client.get("/accounts/second-factor/"))
    assert_safe(client.get("/accounts/second-factor/app/"))


def test_own_and_admin_pages_keep_the_policy(root):
    user = invite(email="tom@example.org", role=Role.TRAINER, by=root).user
    client = signed_in(root)
    RecoveryCodes.activate(root)
    client.post("/accounts/second-factor/again/", {"code": RecoveryCodes.activate(root).get_unused_codes()[0]})
    pages = [*OWN, "/accounts/second-factor/recovery-codes/", *ADMIN, f"/admin/accounts/user/{user.pk}/change/"]
    for path in [*pages, f"/admin/accounts/user/{user.pk}/history/", f"/admin/accounts/user/{user.pk}/delete/"]:
        assert_safe(client.get(path))


def test_form_of_admin_is_in_the_portals_colours(root):
    html = signed_in(root).get("/admin/").content.decode()
    assert "css/admin.css" in html
    assert "dark_mode.css" not in html
    assert "theme.js" not in html


WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.mark.parametrize("route", sorted({f"/accounts/{route.pattern}" for route in urls.urlpatterns}))
@pytest.mark.parametrize("who", ["anonymous", "pending", "novice", "staff"])
def test_get_changes_nothing(who, route, request):
    client = Client()
    if who == "pending":
        ask_code(client, "new@example.org")
    elif who != "anonymous":
        client = signed_in(request.getfixturevalue({"novice": "novice", "staff": "dana"}[who]))
    with CaptureQueriesContext(connection) as queries:
        client.get(route)
        client.head(route)
    wrote = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
    assert [sql for sql in wrote if "accounts_browser" not in sql] == []
    assert (client.session.get("_auth_user_id") is not None) == (who in ("novice", "staff"))


def test_admin_keeps_get_and_sign_out_apart(root):
    client = signed_in(root)
    client.get("/admin/logout/")
    assert "_auth_user_id" in client.session
