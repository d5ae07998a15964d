"""Slips in the admin: found, filtered, with their calls; what came of one is noted from the phone."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.applying import apply_roles
from accounts.roles import Role
from businesses.models import Call
from surveys import signing
from tests.conftest import user
from tests.surveys.evenings import head_in, make_evening
from trainings.models import Topic

LIST = "/admin/surveys/slip/"


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def evening(commerce):
    return make_evening(commerce, heads=3)


@pytest.fixture
def slip(evening, commerce):
    """Zoé wants to be called, and a training."""
    topic = Topic.objects.get(programme=commerce, code="photos")
    return signing.sign(head=head_in(evening), name="Zoé", language="fr", topics=[topic], wants_call=True)


def browser(monkeypatch, role):
    apply_roles()
    cache.clear()
    monkeypatch.setattr("accounts.admin_site.is_staff_with_second_factor", lambda request: True)
    monkeypatch.setattr("accounts.access.has_second_factor", lambda request: True)
    client = Client()
    client.force_login(
        user(f"{role.value}@programme.example", role, is_staff=True),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


@pytest.fixture
def staff(db, monkeypatch):
    return browser(monkeypatch, Role.PROGRAMME_STAFF)


@pytest.fixture
def adviser(db, monkeypatch):
    return browser(monkeypatch, Role.ADVISER)


def listed(staff, **query):
    return [row.name for row in staff.get(LIST, query).context["cl"].result_list]


def test_slips_are_found_by_name_and_by_what_is_wanted(slip, evening, staff):
    signing.sign(head=head_in(evening, 1), name="Marc", language="fr", reason="time")
    assert [listed(staff, q="Zoé"), listed(staff, q=slip.person.name.upper())] == [["Zoé"], ["Zoé"]]
    assert listed(staff, wants_call__exact=1) == ["Zoé"]
    assert listed(staff, reason__exact="time") == ["Marc"]
    assert "a call" in staff.get(LIST).text


def test_slips_that_nobody_has_told_of_are_listed(slip, evening, staff):
    signing.tell(
        slip=signing.sign(head=head_in(evening, 1), name="Marc", language="fr", wants_help=True), outcome="done"
    )
    assert (listed(staff, told="no"), listed(staff, told="done")) == (["Zoé"], ["Marc"])


def test_page_of_a_slip_leads_to_its_calls(slip, staff):
    page = staff.get(f"{LIST}{slip.pk}/change/").text
    assert f"/admin/businesses/call/{Call.objects.get().pk}/change/" in page


def test_what_was_said_on_the_phone_is_noted(slip, staff):
    staff.post(f"{LIST}{slip.pk}/outcome/", {"outcome": "not", "reason": "cost"})
    slip.refresh_from_db()
    assert (slip.outcome, slip.outcome_reason) == ("not", "cost")
    assert "Noted: not done." in staff.get(f"{LIST}{slip.pk}/history/").text


def test_outcome_without_its_reason_is_refused_in_words(slip, staff):
    page = staff.post(f"{LIST}{slip.pk}/outcome/", {"outcome": "not"}, follow=True)
    slip.refresh_from_db()
    assert ([str(message) for message in page.context["messages"]], slip.outcome) == (["Tell us why, in one tick."], "")


def test_adviser_reads_slips_and_notes_nothing(slip, adviser):
    page = adviser.get(f"{LIST}{slip.pk}/change/")
    assert (page.status_code, "What came of it, as they said" in page.text) == (200, False)
    assert adviser.post(f"{LIST}{slip.pk}/outcome/", {"outcome": "done"}).status_code == 403
    slip.refresh_from_db()
    assert slip.outcome == ""


@pytest.mark.parametrize("heads", [1, 3])
def test_list_of_slips_asks_as_often_for_three_as_for_one(evening, staff, heads, django_assert_num_queries):
    for place in range(heads):
        signing.sign(head=head_in(evening, place), name=f"Guest {place}", language="fr", wants_call=True)
    staff.get(LIST)
    with django_assert_num_queries(12):
        staff.get(LIST)
