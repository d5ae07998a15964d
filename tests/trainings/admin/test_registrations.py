from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.roles import Role
from outbox.mail import queue
from outbox.models import Mail
from surveys.telling import INVITE
from tests.trainings.sessions import make_person, make_session, make_shop, register
from tests.trainings.staff import browser_of, do, told, user_as
from trainings import telling
from trainings.models import Registration, SeatEvent, Session

pytestmark = pytest.mark.django_db
REGISTRATIONS = "/admin/trainings/registration/"


def soon(days=20):
    return timezone.now() + timedelta(days=days)


def page_of(registration, name="change"):
    return f"{REGISTRATIONS}{registration.pk}/{name}/"


def seat(session, **fields):
    return register(session, at=timezone.now(), **fields)


def test_cancelling_for_somebody_gives_the_seat_to_who_waits(staff):
    session = make_session(capacity=1, starts=(soon(),))
    first, second = seat(session), seat(session)
    assert staff.get(page_of(first, "cancel")).context["count"] == 1
    assert Registration.objects.get(pk=first.pk).state == "registered"
    do(staff, page_of(first, "cancel"), reason="called")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.cancel_reason, first.cancelled_by.email) == (
        "cancelled",
        "called",
        "dana@programme.example",
    )
    assert second.state == "registered"


def test_move_offers_coming_sessions_with_room_on_the_same_subject(staff):
    session = make_session(starts=(soon(),))
    there, past = (make_session(session.programme, starts=(soon(days),)) for days in (30, -3))
    full = make_session(session.programme, capacity=1, starts=(soon(31),))
    row = seat(session, with_helper=True)
    seat(full)
    make_session(starts=(soon(30),))
    offered = staff.get(page_of(row, "move")).context["form"].fields["to"].queryset
    assert [*offered] == [there]
    for wrong in (past, full):
        assert "to" in do(staff, page_of(row, "move"), to=wrong.pk).context["form"].errors
    Mail.objects.all().delete()
    do(staff, page_of(row, "move"), to=there.pk)
    row.refresh_from_db()
    assert (row.state, row.standing.session, row.standing.seats) == ("cancelled", there, 2)
    assert [mail.template for mail in Mail.objects.all()] == ["trainings/emails/moved"]


def test_overbooking_is_logged_with_who_did_it(staff):
    session = make_session(capacity=1, starts=(soon(),))
    seat(session)
    row = seat(session)
    do(staff, page_of(row, "overbook"))
    row.refresh_from_db()
    assert (row.state, Session.objects.get().overbooked) == ("registered", 1)
    assert SeatEvent.objects.get(kind="overbooked").by.email == "dana@programme.example"


def test_overbooking_needs_the_named_right(roles):
    ada = user_as(Role.ADVISER, "ada@programme.example")
    ada.user_permissions.add(Permission.objects.get(codename="change_registration"))
    session = make_session(capacity=1, starts=(soon(),))
    seat(session)
    row = seat(session)
    browser = browser_of(ada)
    assert browser.get(page_of(row, "overbook")).status_code == 403
    assert browser.post(page_of(row, "overbook")).status_code == 403
    assert "overbook" not in browser.get(page_of(row)).content.decode()
    assert Registration.objects.get(pk=row.pk).state == "waiting"


def test_helper_is_brought_named_and_given_back_and_each_is_in_the_history(staff):
    session = make_session(capacity=2, starts=(soon(),))
    row = seat(session)
    waiting = seat(session, with_helper=True)
    said = [
        told(do(staff, page_of(row, name), **typed))[0]
        for name, typed in (("helper", {"helper_name": "Bob"}), ("helper", {"helper_name": "Robert"}))
    ]
    row.refresh_from_db()
    assert (row.seats, row.helper_name, said) == (2, "Robert", ["A helper comes along.", "The name is kept."])
    said.append(told(do(staff, page_of(row, "leave_helper")))[0])
    row.refresh_from_db()
    assert (row.seats, row.helper_name, Registration.objects.get(pk=waiting.pk).state) == (1, "", "waiting")
    history = LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk").values_list("change_message", flat=True)
    assert [*history] == said
    assert SeatEvent.objects.get(reason="the helper does not come").by.email == "dana@programme.example"


def test_helper_without_a_free_seat_is_refused_in_words(staff):
    session = make_session(capacity=1, starts=(soon(),))
    row = seat(session)
    assert told(do(staff, page_of(row, "helper"), helper_name="Bob")) == ["There are not enough free seats any more."]
    assert "helper_name" in do(staff, page_of(row, "helper"), helper_name="x" * 151).context["form"].errors
    assert (Registration.objects.get().seats, LogEntry.objects.count()) == (1, 0)


def test_what_can_be_done_about_the_helper_is_offered(staff):
    def offered(row):
        return [words for _url, words in staff.get(page_of(row)).context["tools"] if "helper" in words]

    session = make_session(starts=(soon(),))
    alone, pair = seat(session), seat(session, with_helper=True)
    assert [offered(alone), offered(pair)] == [["Bring a helper"], ["Name the helper", "The helper does not come"]]
    do(staff, page_of(pair, "cancel"))
    assert offered(pair) == []


@pytest.mark.parametrize("name", ["helper", "leave_helper"])
def test_helper_is_the_affair_of_who_may_change_registrations(roles, name):
    row = seat(make_session(starts=(soon(),)))
    ada = user_as(Role.ADVISER, "ada@programme.example")
    ada.groups.clear()
    ada.user_permissions.add(Permission.objects.get(codename="view_registration"))
    browser = browser_of(ada)
    assert (browser.get(page_of(row)).status_code, browser.post(page_of(row, name)).status_code) == (200, 403)
    assert browser.get(page_of(row)).context["tools"] == []
    assert Registration.objects.get().seats == 1


def test_page_says_what_was_mailed_and_what_happened(staff):
    session = make_session(capacity=1, starts=(soon(),))
    seat(session)
    shown = staff.get(page_of(seat(session)))
    assert [words for _mail, words in shown.context["mails"]] == ["On the waiting list"]
    assert [event.kind for event in shown.context["events"]] == ["queued"]
    assert shown.context["place"] == 1
    assert 'name="_save"' not in shown.content.decode()


def test_mails_of_other_apps_are_said_in_words_too(staff):
    row = seat(make_session(starts=(soon(),)))
    queue(template=INVITE, to="x@y.example", language="en", ids={}, key=f"{telling.subject(row)}invite")
    words = [said for _mail, said in staff.get(page_of(row)).context["mails"]]
    assert "What did you think of the session?" in words
    assert "What did you think of the session?" in staff.get("/admin/outbox/mail/").text


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(staff, django_assert_num_queries, count):
    session = make_session(starts=(soon(),))
    for number in range(count):
        seat(session, person=make_person(f"Zoé {number}"))
    staff.get(REGISTRATIONS)
    with django_assert_num_queries(8):
        shown = staff.get(REGISTRATIONS).content.decode()
    assert shown.count("Zoé ") == count


def test_second_cancelling_says_so_and_does_no_harm(staff):
    row = seat(make_session(starts=(soon(),)))
    for _ in range(2):
        shown = do(staff, page_of(row, "cancel"))
    assert told(shown) == ["It is cancelled; the seat goes to who waits."]
    assert SeatEvent.objects.filter(kind="cancelled").count() == 1


@pytest.mark.parametrize(
    ("term", "names"),
    [("zoe fleurs", ["Zoé"]), ("dupont", ["Yann Dupont", "Zoé"]), ("0470 11", ["Yann Dupont"]), ("nobody", [])],
)
def test_each_word_is_found_in_the_person_or_in_the_shop(staff, term, names):
    session = make_session(starts=(soon(),))
    seat(session, person=make_person("Zoé"), business=make_shop(session, "Fleurs Dupont"))
    seat(session, person=make_person("Yann Dupont", phone="0470112233"))
    found = staff.get(REGISTRATIONS, {"q": term}).context["cl"].result_list
    assert sorted(row.person.name for row in found) == names
