"""Sessions that say whose they are, so that those of one person can be ended."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as Before
from django.test import Client

from accounts.forgetting import end_sessions
from accounts.models import Browser
from accounts.signing_in import send_code

pytestmark = pytest.mark.django_db
bringing = import_module("accounts.migrations.0004_browsers")


def asked_a_code(rf, address):
    request = rf.post("/")
    request.session = Client().session
    send_code(request, address)
    request.session.save()


def test_session_says_whose_it_is_and_to_whom_a_code_was_sent(rf, alice, signed_in):
    signed_in(alice)
    asked_a_code(rf, "New@x.example")
    assert {*Browser.objects.values_list("login", "address")} == {(alice.pk, ""), (None, "new@x.example")}


def test_sessions_of_one_are_ended_in_one_statement_and_those_of_others_stay(
    rf, alice, bob, signed_in, django_assert_num_queries
):
    for user in (alice, alice, bob):
        signed_in(user)
    for address in (alice.email, bob.email):
        asked_a_code(rf, address)
    Client().session.save()
    with django_assert_num_queries(1):
        assert end_sessions(alice, {alice.email}) == 3
    assert {*Browser.objects.values_list("login", "address")} == {(bob.pk, ""), (None, bob.email), (None, "")}


def test_request_under_way_does_not_bring_an_ended_session_back(alice, signed_in):
    browser = signed_in(alice)
    session = browser.session
    session["late"] = True  # read before, kept after
    end_sessions(alice, ())
    with pytest.raises(UpdateError):
        session.save()
    assert not Browser.objects.exists()


def test_sessions_from_before_go_on(alice, client):
    old = Before()
    old.update({"_auth_user_id": str(alice.pk), "diagnostics": ["x"]})
    old.save()
    bringing.bring_sessions(apps, None)
    (kept,) = Browser.objects.all()
    assert (kept.session_key, kept.login, kept.get_decoded()["diagnostics"]) == (old.session_key, alice.pk, ["x"])
    assert not old.exists(old.session_key)
    bringing.take_sessions_back(apps, None)
    assert old.exists(kept.session_key)
