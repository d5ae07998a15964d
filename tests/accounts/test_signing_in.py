import re
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User, normalised_address
from outbox import tasks
from outbox.models import Mail
from tests.accounts.conftest import ask_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
CONFIRM = "/accounts/sign-in/code/"


def user_of(client):
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id) if user_id else None


def test_known_address_signs_in_end_to_end(client, alice, smtp):
    asked = ask_code(client, "Alice@Example.ORG")
    tasks.send(Mail.objects.get().pk)

    body = smtp.messages[0].get_body(("plain",)).get_content()
    code = re.match(r"(\d{6}) is your code", body)[1]
    typed = type_code(client, code)

    assert (asked.status_code, asked.url) == (302, CONFIRM)
    assert smtp.recipients == [["alice@example.org"]]
    assert (typed.status_code, typed.url) == (302, "/my/")
    assert user_of(client) == alice
    assert User.objects.count() == 1


def test_unknown_address_gets_account_by_same_page(client):
    ask_code(client, "new@example.org")
    assert User.objects.count() == 0

    type_code(client, code_sent_to("new@example.org"))

    user = User.objects.get()
    assert (user.email, user.language, user.is_staff, user.has_usable_password()) == (
        "new@example.org",
        "en",
        False,
        False,
    )
    assert user_of(client) == user


def test_session_before_sign_in_is_kept(client):
    session = client.session
    session["diagnostic"] = 7
    session.save()
    ask_code(client, "new@example.org")
    type_code(client, code_sent_to("new@example.org"))
    assert client.session["diagnostic"] == 7


def test_target_is_kept_and_never_elsewhere(client):
    asked = ask_code(client, "new@example.org", next="/my/?keep=1")
    assert asked.url == CONFIRM + "?next=%2Fmy%2F%3Fkeep%3D1"
    typed = type_code(client, code_sent_to("new@example.org"), next="/my/?keep=1")
    assert typed.url == "/my/?keep=1"

    other = Client()
    ask_code(other, "new@example.org", next="https://evil.example/")
    assert type_code(other, code_sent_to("new@example.org"), next="https://evil.example/").url == "/my/"


def test_code_in_another_browser_opens_nothing(client):
    ask_code(client, "new@example.org")
    other = Client()
    ask_code(other, "other@example.org")
    type_code(other, code_sent_to("new@example.org"))
    assert user_of(other) is None


def test_wrong_code_says_so_and_the_right_one_still_works(client, alice):
    ask_code(client, alice.email)
    wrong = type_code(client, "000000" if code_sent_to(alice.email) != "000000" else "111111")
    assert wrong.status_code == 200
    assert "This code is not right" in wrong.content.decode()
    assert user_of(client) is None
    type_code(client, f" {code_sent_to(alice.email)[:3]} {code_sent_to(alice.email)[3:]} ")
    assert user_of(client) == alice


def test_three_wrong_codes_end_it(client, alice):
    ask_code(client, alice.email)
    for _ in range(3):
        type_code(client, "nothing")
    right = type_code(client, code_sent_to(alice.email))
    assert (right.status_code, right.url) == (302, "/accounts/sign-in/")
    assert user_of(client) is None


def test_tries_are_counted_even_when_the_session_forgets(client, alice):
    """Many requests at once all read the session as it was: the count must not stand there."""
    ask_code(client, alice.email)
    before = dict(client.session)
    for _ in range(3):
        type_code(client, "nothing")
        session = client.session
        session.update(before)
        session.save()
    type_code(client, code_sent_to(alice.email))
    assert user_of(client) is None


def test_expired_code_opens_nothing(client, alice, settings):
    ask_code(client, alice.email)
    session = client.session
    session["sign_in"] = session["sign_in"] | {"sent_at": time.time() - settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT - 1}
    session.save()
    typed = type_code(client, code_sent_to(alice.email))
    assert (typed.status_code, typed.url) == (302, "/accounts/sign-in/")
    assert user_of(client) is None


def test_code_works_once(client, alice):
    ask_code(client, alice.email)
    pending = client.session["sign_in"]
    code = code_sent_to(alice.email)
    type_code(client, code)
    assert "sign_in" not in client.session
    client.post("/accounts/sign-out/")
    assert user_of(client) is None
    type_code(client, code)
    assert user_of(client) is None
    assert code not in str(pending)


def test_new_code_replaces_the_old_one(client, alice):
    ask_code(client, alice.email)
    old = code_sent_to(alice.email)
    while code_sent_to(alice.email) == old:
        ask_code(client, alice.email)
    type_code(client, old)
    assert user_of(client) is None
    type_code(client, code_sent_to(alice.email))
    assert user_of(client) == alice


def test_address_gets_five_codes_in_ten_minutes(alice):
    for _ in range(5):
        assert ask_code(Client(), alice.email).status_code == 302
    refused = ask_code(Client(), alice.email)
    assert refused.status_code == 200
    assert "Too many codes were asked for" in refused.content.decode()
    assert Mail.objects.count() == 5


def test_room_behind_one_network_address_signs_in(db):
    assert [ask_code(Client(), f"shop{i}@example.org").status_code for i in range(25)] == [302] * 25


def without_secrets(html):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html).replace("known", "x").replace("other", "x")


def test_known_and_unknown_addresses_get_the_same_answer_by_the_same_queries(db):
    User.objects.create_user("known@example.org")
    answers = {}
    for name in ("warm", "known", "other"):
        client, address = Client(), f"{name}@example.org"
        with CaptureQueriesContext(
            connection,
        ) as queries:
            asked = ask_code(client, address)
            page = client.get(asked.url)
            wrong = type_code(client, "nothing")
        shape = [re.sub(r"'[^']*'|\d+|%s", "?", query["sql"]) for query in queries]
        answers[name] = (
            asked.status_code,
            asked.url,
            without_secrets(page.content.decode()),
            without_secrets(wrong.content.decode()),
            shape,
        )
    assert answers["known"] == answers["other"]
    assert {mail.template for mail in Mail.objects.all()} == {"account/emails/sign_in_code"}


def test_inactive_user_is_told_only_after_the_code(client, alice):
    alice.is_active = False
    alice.save()
    assert ask_code(client, alice.email).url == CONFIRM
    assert type_code(client, code_sent_to(alice.email)).url == "/accounts/sign-in/inactive/"
    assert user_of(client) is None


@pytest.mark.parametrize(
    "address", ["", "alice", "a@b@c.org", "a@" + "é" * 63 + ".org", "alice@example.org\nBcc: x@example.org"]
)
def test_bad_address_sends_nothing(client, db, address):
    response = ask_code(client, address)
    assert response.status_code == 200
    assert Mail.objects.count() == 0


def test_lookalike_address_is_another_or_the_same_mailbox(client):
    assert normalised_address(" Alice@EXÄMPLE.org ") == "alice@xn--exmple-cua.org"
    ask_code(client, "alice@exämple.org")
    assert Mail.objects.get().to == "alice@xn--exmple-cua.org"


def test_sign_out_needs_a_post(client, alice):
    client.force_login(alice)
    assert client.get("/accounts/sign-out/").status_code == 200
    assert user_of(client) == alice
    assert client.post("/accounts/sign-out/").url == "/"
    assert user_of(client) is None


def test_code_is_sealed_and_mail_is_in_the_language_asked(client, smtp):
    client.cookies.load({"django_language": "fr"})
    ask_code(client, "new@example.org")
    mail = Mail.objects.get()
    assert mail.language == "fr"
    assert code_sent_to("new@example.org") not in str(vars(mail))
    tasks.send(mail.pk)
    mail.refresh_from_db()
    assert mail.secrets_sealed == ""


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "password/reset/",
        "password/change/",
        "password/set/",
        "email/",
        "social/connections/",
        "confirm-email/",
    ],
)
def test_pages_of_allauth_that_nobody_needs_do_not_exist(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404
