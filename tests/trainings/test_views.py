from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from trainings.interests import ask, confirm, link_token, withdraw
from trainings.models import Interest


@pytest.fixture(autouse=True)
def _in_english(settings, client):
    settings.LANGUAGE_CODE = "en"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def interest(photos, namur):
    return ask(topic=photos, city=namur, language="fr", email="alice@example.org")


def url_of(interest):
    return reverse("trainings:interest_confirm", args=[link_token(interest)])


def old_url_of(interest, monkeypatch):
    long_ago = (timezone.now() - timedelta(days=15)).timestamp()
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: long_ago)
        return url_of(interest)


def heading(response):
    return response.content.decode().split("<h1>")[1].split("</h1>")[0]


def test_page_asks_and_changes_nothing(client, interest):
    response = client.get(url_of(interest))
    assert heading(response) == "Shall we tell you when a session opens?"
    assert "Des photos qui vendent, Namur" in response.content.decode()
    assert [*Interest.objects.standing()] == []


def test_yes_confirms_and_says_so(client, interest):
    response = client.post(url_of(interest), {"do": "confirm"}, follow=True)
    assert heading(response) == "We will tell you"
    assert [*Interest.objects.standing()] == [interest]


def test_link_used_again_says_that_it_is_confirmed(client, interest):
    confirm(interest=interest)
    assert heading(client.get(url_of(interest))) == "We will tell you"


def test_no_withdraws_and_says_so(client, interest):
    response = client.post(url_of(interest), {"do": "withdraw"}, follow=True)
    assert heading(response) == "You get no mail from us about sessions"
    assert [*Interest.objects.pending()] == []


def test_withdrawn_is_not_confirmed_by_the_old_page(client, interest):
    withdraw(interest=interest)
    client.post(url_of(interest), {"do": "confirm"})
    assert [*Interest.objects.standing()] == []


def test_link_too_old_confirms_no_more_but_withdraws(client, interest, monkeypatch):
    url = old_url_of(interest, monkeypatch)
    assert heading(client.get(url)) == "This link is too old"
    client.post(url, {"do": "confirm"})
    assert [*Interest.objects.standing()] == []
    client.post(url, {"do": "withdraw"})
    assert [*Interest.objects.pending()] == []


def test_link_too_old_still_ends_what_was_confirmed(client, interest, monkeypatch):
    confirm(interest=interest)
    client.post(old_url_of(interest, monkeypatch), {"do": "withdraw"})
    assert [*Interest.objects.standing()] == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_altered_is_told_in_plain_words(client, interest, method):
    response = getattr(client, method)(url_of(interest)[:-2] + "/", {"do": "confirm"})
    assert (response.status_code, heading(response)) == (404, "This link is not complete")
    assert [*Interest.objects.standing()] == []


def test_page_is_not_kept_by_browsers(client, interest):
    assert "no-store" in client.get(url_of(interest)).headers["Cache-Control"]


def test_page_is_the_same_few_queries_for_one_topic_and_three(
    client, photos, payments, namur, django_assert_num_queries
):
    one = ask(topic=photos, city=namur, language="fr", email="alice@example.org")
    with django_assert_num_queries(2):
        client.get(url_of(one))
    ask(topic=payments, city=namur, language="fr", email="alice@example.org")
    with django_assert_num_queries(2):
        client.get(url_of(one))
