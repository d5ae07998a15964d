import mailbox
import re
from email.message import EmailMessage
from types import ModuleType

import pytest
from allauth.mfa.models import Authenticator
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import NoReverseMatch, clear_url_caches, include, path, reverse

from accounts import second_factor
from accounts.inviting import invite
from accounts.roles import Role
from portal.inbox import demo_urls
from portal.urls import urlpatterns as routes
from tests.accounts.conftest import app_code, ask_code, code_sent_to, type_code
from tests.accounts.test_pages import assert_safe

pytestmark = pytest.mark.django_db
INBOX = "/demo/inbox/"


@pytest.fixture
def demo(settings, tmp_path):
    """The demo's settings and routes, and an empty inbox."""
    settings.DEMO, settings.BASE_URL, settings.DEMO_INBOX_DIR = True, "http://localhost:8000", tmp_path / "inbox"

    settings.ROOT_URLCONF = ModuleType("with_inbox")
    settings.ROOT_URLCONF.urlpatterns = [*demo_urls(), path("", include("portal.urls"))]
    clear_url_caches()
    yield settings
    clear_url_caches()


def put(folder, subject, text, *, date, sender="portal@example.org"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "alice@example.org", subject
    message.set_content(text)
    letter = mailbox.MaildirMessage(message)
    letter.set_date(date)
    mailbox.Maildir(folder).add(letter)


def test_without_demo_there_is_no_inbox(client, settings):
    assert settings.DEMO is False
    assert client.get(INBOX).status_code == 404
    assert demo_urls() == []
    assert not [route for route in routes if "demo" in str(route.pattern)]
    with pytest.raises(NoReverseMatch):
        reverse("demo_inbox")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://demo.localhost", True),
        ("https://tremplin.example", False),
        ("http://192.168.1.4:8000", False),
        ("http://0.0.0.0:8000", False),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_demo_is_refused_away_from_this_machine(settings, url, allowed):
    settings.DEMO, settings.BASE_URL = True, url
    found = [error.id for error in run_checks(tags=["security"]) if error.id == "accounts.E001"]
    assert found == ([] if allowed else ["accounts.E001"])
    assert len(demo_urls()) == (1 if allowed else 0)


def test_production_may_be_anywhere(settings):
    settings.DEMO, settings.BASE_URL = False, "https://tremplin.example"
    assert [error.id for error in run_checks(tags=["security"]) if error.id == "accounts.E001"] == []


def test_empty_inbox_says_what_will_appear(client, demo):
    response = client.get(INBOX)
    assert_safe(response)
    assert "Nothing has been sent yet" in response.content.decode()


def test_mails_are_shown_newest_first_and_left_alone(client, demo):
    put(demo.DEMO_INBOX_DIR, "Older", "See http://localhost:8000/my/ now", date=1_000_000)
    put(demo.DEMO_INBOX_DIR, "Newer é", "<script>alert(1)</script>", date=2_000_000)
    files = sorted(demo.DEMO_INBOX_DIR.rglob("*"))
    response = client.get(INBOX)
    html = response.content.decode()
    assert_safe(response)
    assert re.findall(r"<h3>(.*)</h3>", html) == ["Newer é", "Older"]
    assert '<a href="http://localhost:8000/my/" rel="nofollow">' in html
    assert "portal@example.org" in html
    assert "&lt;script&gt;" in html
    assert "A tool of the demonstration" in html
    assert sorted(demo.DEMO_INBOX_DIR.rglob("*")) == files


def test_codes_of_staff_are_shown_and_open_the_admin(client, demo, dana, alice, novice):
    html = client.get(INBOX).content.decode()
    rows = re.findall(r"<tr><td>.*?(\d{6}|none yet).*?</td><td>(\S+@\S+) ", html)
    assert rows in ([(app_code(shift), "dana@example.org"), ("none yet", "nora@example.org")] for shift in (0, -1))
    other = Client()
    ask_code(other, dana.email)
    type_code(other, code_sent_to(dana.email))
    assert other.post("/accounts/sign-in/second-factor/", {"code": rows[0][0]}).url == "/admin/"


def test_demo_people_get_a_second_factor_once(demo, roles):
    ada = invite(email="ada@example.org", role=Role.ADVISER, by=None).user
    second_factor.enrol_for_demo(ada)
    before = Authenticator.objects.get(user=ada, type="totp").data
    second_factor.enrol_for_demo(ada)
    assert Authenticator.objects.get(user=ada, type="totp").data == before
    assert [user.email for user, code in second_factor.demo_codes() if code] == ["ada@example.org"]


def test_outside_the_demo_no_code_is_told(dana):
    for refused in (second_factor.demo_codes, lambda: second_factor.enrol_for_demo(dana)):
        with pytest.raises(ImproperlyConfigured):
            refused()
