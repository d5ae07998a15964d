from datetime import timedelta

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from businesses.models import Call, Person
from businesses.reaching import reach, settle, told
from outbox.models import Mail
from tests.programmes.admin_requests import request_by, told_by

pytestmark = pytest.mark.django_db
TEMPLATE = "trial/letter"


def tell(person, **more):
    given = {"language": "fr", "ids": {"seat": 7}, "about": "Un siège est libre", "key": "seat/7", **more}
    return reach(person=person, template=TEMPLATE, **given)


@pytest.mark.parametrize("channel", ["phone", "post"])
def test_person_who_prefers_no_mail_is_on_the_call_list(channel):
    call = tell(Person.objects.create(name="Zoé", email="zoe@shop.example", phone="081", channel=channel))

    assert (call.state, call.about, call.ids, call.language) == ("open", "Un siège est libre", {"seat": 7}, "fr")
    assert (list(Call.objects.open()), Mail.objects.count()) == ([call], 0)


@pytest.mark.parametrize("email", ["", "not an address", "a@b.be, c@d.be", "a@b.be\nBcc: eve@b.be"])
def test_person_whom_mail_does_not_reach_is_on_the_call_list(email):
    tell(Person.objects.create(name="Zoé", email=email), secrets={"link": "s3cr3t"})

    assert (Call.objects.count(), Mail.objects.count()) == (1, 0)
    assert "s3cr3t" not in str(Call.objects.values())


def test_person_with_mail_gets_the_mail():
    mail = tell(Person.objects.create(email="zoe@shop.example"))

    assert (mail.to, mail.template, mail.ids, mail.key) == ("zoe@shop.example", TEMPLATE, {"seat": 7}, "seat/7")
    assert not Call.objects.exists()


@pytest.mark.parametrize("email", ["zoe@shop.example", ""])
def test_asked_twice_under_one_key_is_told_once(email):
    person = Person.objects.create(email=email)

    assert tell(person) == tell(person)
    assert tell(person, key="seat/8") != tell(person)
    assert told(["seat/7", "seat/8", "seat/9"]) == {"seat/7", "seat/8"}


def test_without_a_key_each_is_a_line():
    person = Person.objects.create()

    assert tell(person, key="") != tell(person, key="")


def test_long_matter_is_cut_to_the_column():
    assert len(tell(Person.objects.create(), about="é" * 400).about) == 250


def test_outcome_is_noted_once_with_by_and_at(charlie):
    tell(Person.objects.create())
    first = settle(calls=Call.objects.all(), outcome="told", by=charlie)
    second = settle(calls=Call.objects.all(), outcome="posted", by=None)
    call = Call.objects.get()

    assert (first, second, call.state, call.outcome, call.done_by) == (1, 0, "done", "told", charlie)
    assert call.done_at


@pytest.mark.parametrize("changes", [{"state": "done"}, {"outcome": "told"}, {"state": "open", "outcome": "told"}])
def test_done_without_time_and_outcome_is_impossible(changes):
    tell(Person.objects.create())

    with pytest.raises(IntegrityError, match="call_done_has_its_time_and_outcome"):
        Call.objects.update(**changes)


@pytest.mark.parametrize(
    ("action", "outcome"),
    [("told", "told"), ("posted", "posted"), ("not_reached", "not-reached"), ("not_needed", "not-needed")],
)
def test_staff_notes_the_outcome_by_action(rf, action, outcome):
    call = tell(Person.objects.create(name="Zoé", phone="081 12 34 56"))
    pages = admin.site.get_model_admin(Call)
    request = request_by(rf, action=action, _selected_action=call.pk)
    getattr(pages, action)(request, Call.objects.all())
    call.refresh_from_db()

    assert (call.outcome, call.done_by, len(told_by(request))) == (outcome, request.user, 1)


def test_list_shows_whom_to_call_and_changes_nothing_by_hand(rf):
    call = tell(Person.objects.create(name="Zoé", phone="081 12 34 56"))
    pages = admin.site.get_model_admin(Call)

    listed = pages.changelist_view(request_by(rf)).render().content.decode()
    assert "081 12 34 56" in listed
    assert 'name="_save"' not in pages.change_view(request_by(rf), str(call.pk)).render().content.decode()
    with pytest.raises(PermissionDenied):
        pages.add_view(request_by(rf))


@pytest.fixture
def calls():
    """Two to be made, the later one listed first, and one that was made."""
    zoe = Person.objects.create(name="Zoé", phone="081 12 34 56")
    made = [tell(zoe, about=about, key=about) for about in ("later", "earlier", "told already")]
    Call.objects.filter(pk=made[1].pk).update(asked_at=timezone.now() - timedelta(days=9))
    settle(calls=Call.objects.filter(pk=made[2].pk), outcome="told", by=None)


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("", ["earlier", "later"]),
        ("?outcome=told", ["told already"]),
        ("?outcome=all", ["told already", "later", "earlier"]),
        ("?outcome=nonsense", []),
    ],
)
def test_list_opens_on_what_is_to_be_called_longest_waiting_first(calls, rf, query, listed):
    shown = call_list(rf, query).context_data
    assert [call.about for call in shown["cl"].result_list] == listed


def test_what_came_of_a_call_has_its_columns_only_where_it_is_listed(calls, rf):
    columns = [call_list(rf, query).context_data["cl"].list_display for query in ("", "?outcome=all")]
    assert ["outcome" in shown for shown in columns] == [False, True]


def call_list(rf, query):
    request = request_by(rf)
    request.GET = QueryDict(query.removeprefix("?"))
    return admin.site.get_model_admin(Call).changelist_view(request)


def test_outcome_needs_the_right_to_change(rf):
    reader = User.objects.create_user("reader@programme.example", is_staff=True)

    assert not admin.site.get_model_admin(Call).has_settle_permission(request_by(rf, reader))
