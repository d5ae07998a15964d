"""The door of a session: its link, its PIN and who is let in, and from when until when."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client

from accounts.applying import apply_roles
from accounts.roles import Role
from tests.accounts.conftest import app_code, with_app
from tests.accounts.conftest import signed_in as signed_in_by_pages
from tests.trainings.doors import a_tap, address, at_door, at_six, expected, send, tonight, types_pin
from tests.trainings.evenings import brussels
from tests.trainings.sessions import make_session
from trainings import doors, scheduling
from trainings.models import Session

pytestmark = pytest.mark.django_db
Standing = doors.Standing


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def heading(response):
    return response.content.decode().split("<h1>")[1].split("</h1>")[0]


def wrong_pin(session):
    return f"{(int(doors.door_pin(session)) + 1) % 10**6:06}"


# The link and the PIN


def test_pin_is_of_this_session_and_this_key():
    one, other = make_session(), make_session()
    assert doors.door_pin(one) == doors.door_pin(Session.objects.get(pk=one.pk))
    assert len({doors.door_pin(one), doors.door_pin(other), doors.door_pin(one, secret="another")}) == 3  # noqa: S106
    assert all(len(doors.door_pin(session)) == 6 and doors.door_pin(session).isdecimal() for session in (one, other))


def test_link_opens_its_session_and_no_other():
    one, other = make_session(), make_session()
    letters = doors.token_of(one).partition("-")[2]
    assert doors.session_of(doors.token_of(one)) == one
    for token in (f"{other.pk}-{letters}", f"{one.pk}-", str(one.pk), f"{one.pk}-{letters}x", f"²-{letters}", "x", "-"):
        assert doors.session_of(token) is None


def test_sheet_printed_before_the_secret_key_was_changed_still_opens_the_door(settings):
    session = tonight()
    token, pin = doors.token_of(session), doors.door_pin(session)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key, of which nothing is known"
    assert doors.session_of(token) == session
    assert (doors.is_pin(session, f"{pin[:3]} {pin[3:]}"), doors.is_pin(session, doors.door_pin(session))) == (
        True,
        True,
    )
    settings.SECRET_KEY_FALLBACKS = []
    assert (doors.session_of(token), doors.is_pin(session, pin)) == (None, False)


def test_draft_has_no_door():
    assert doors.session_of(doors.token_of(make_session(state=Session.State.DRAFT))) is None


# From when until when


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        ((2036, 10, 23, 23, 59), Standing.EARLY),
        ((2036, 10, 24, 0, 0), Standing.OPEN),
        ((2036, 10, 25, 3, 0), Standing.OPEN),
        ((2036, 10, 28, 23, 59), Standing.OPEN),
        ((2036, 10, 29, 0, 0), Standing.OVER),
    ],
)
def test_door_is_open_from_the_day_before_to_two_days_after_on_the_wall_clock(at, standing):
    """From a session on the evening before the clocks go back, 26 October 2036, to one of that night at 02:30."""
    session = make_session(starts=[brussels(2036, 10, 25, 18), brussels(2036, 10, 26, 2, 30, fold=1)])
    assert doors.standing(session, brussels(*at)) == standing


def test_nights_when_clocks_change_are_whole_days():
    session = make_session(starts=[brussels(2036, 3, 30, 18)])
    assert doors.window(session) == doors.Window(brussels(2036, 3, 29), brussels(2036, 4, 2))


@pytest.mark.parametrize(
    ("days", "status", "words"), [(5, 403, "This door is not open yet"), (-5, 410, "This door is closed")]
)
def test_around_its_days_the_page_says_when(client, days, status, words):
    session = tonight(starts=[at_six(days)])
    client.cookies["django_language"] = "en"
    response = client.get(address(session))
    assert (response.status_code, heading(response)) == (status, words)
    assert types_pin(session, client=client).status_code == status
    assert client.get(address(session, "door_taps")).json() == {"why": "early" if days > 0 else "over"}
    assert client.post(address(session, "door_tap")).url == address(session)


def test_session_that_was_cancelled_says_so(client, dana):
    session = tonight()
    scheduling.cancel_session(session=session, by=dana, reason="Snow")
    client.cookies["django_language"] = "en"
    response = client.get(address(session))
    assert (response.status_code, heading(response)) == (410, "This session does not take place")


# Who is let in


def test_pin_opens_this_door_and_no_other(client):
    session, other = tonight(), tonight()
    expected(session)
    assert "Zoé Lambert" not in client.get(address(session)).content.decode()
    assert types_pin(session, client=client).url == address(session)
    assert "Zoé Lambert" in client.get(address(session)).content.decode()
    assert client.get(address(session, "door_taps")).status_code == 200
    assert client.get(address(other, "door_taps")).status_code == 403
    assert 'name="pin"' in client.get(address(other)).content.decode()
    assert client.get("/my/").status_code == 302


def test_wrong_pin_opens_nothing(client):
    session = tonight()
    response = types_pin(session, wrong_pin(session), client)
    assert (response.status_code, "This is not the PIN of this session" in response.content.decode()) == (422, True)
    assert client.get(address(session, "door_taps")).status_code == 403


def test_tries_are_limited_for_an_address():
    sessions = [tonight() for _ in range(11)]
    assert [types_pin(session, wrong_pin(session)).status_code for session in sessions] == [422] * 10 + [429]
    refused = types_pin(sessions[-1])
    assert (refused.status_code, "Too many tries" in refused.content.decode()) == (429, True)


def test_tries_are_limited_for_a_session(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"door_pin": "20/h/key"}
    session, other = tonight(), tonight()
    tries = [types_pin(session, wrong_pin(session)).status_code for _ in range(21)]
    assert tries == [422] * 20 + [429]
    assert types_pin(session).status_code == 429
    assert types_pin(other).status_code == 302


def test_limits_are_by_address_and_by_session(settings):
    assert {rate.rpartition("/")[2] for rate in settings.ACCOUNT_RATE_LIMITS["door_pin"].split(",")} == {"ip", "key"}


def test_right_pin_does_not_use_up_tries():
    session = tonight()
    assert [types_pin(session).status_code for _ in range(12)] == [302] * 12


def test_browser_gets_another_session_key_with_the_pin(client):
    session = tonight()
    types_pin(session, wrong_pin(session), client)
    session_before = client.session
    session_before["place"] = {}
    session_before.save()
    client.cookies["sessionid"] = session_before.session_key
    before = client.session.session_key
    types_pin(session, client=client)
    assert client.session.session_key != before


def test_who_gives_the_session_needs_no_pin_for_it(alice, signed_in):
    session, other = tonight(trainers=[alice]), tonight()
    hers = signed_in(alice)
    assert [hers.get(address(each, "door_taps")).status_code for each in (session, other)] == [200, 403]


@pytest.fixture
def staff(dana):
    apply_roles()
    browser = signed_in_by_pages(with_app(dana))
    browser.post("/accounts/second-factor/again/", {"code": app_code()})
    return browser


def test_staff_need_no_pin_and_type_late_sheets(staff):
    session = tonight(starts=[at_six(-9)])
    registration = expected(session)
    answer = send(
        staff,
        session,
        {"do": "present", "key": "b" * 32, "person": str(registration.uid), "date": session.dates.get().pk},
    )
    assert [*answer.json()["answers"].values()] == [""]
    mark = registration.attendance_marks.get()
    assert mark.at < session.dates.get().starts_at + timedelta(hours=6)
    assert mark.by.email == "dana@programme.example"


def test_staff_without_second_factor_type_the_pin(dana, signed_in):
    apply_roles()
    assert signed_in(dana).get(address(tonight(), "door_taps")).status_code == 403


def test_adviser_who_may_not_change_registrations_types_the_pin(staff, dana):
    dana.groups.set(Group.objects.filter(name=Role.ADVISER))
    assert staff.get(address(tonight(), "door_taps")).status_code == 403


def test_pin_of_a_door_that_is_closed_opens_nothing_any_more():
    session = tonight()
    phone, registration = at_door(session), expected(session)
    for days in (-5, 5):
        session.dates.update(starts_at=at_six(days), ends_at=at_six(days) + timedelta(hours=3))
        session.settle_dates()
        assert send(phone, session, a_tap(registration)).status_code == (410 if days < 0 else 403)
        phone.post(address(session, "door_tap"), a_tap(registration))
    assert registration.attendance_marks.count() == 0


def test_signed_out_nothing_is_open_any_more(alice, signed_in):
    session = tonight()
    client = at_door(session)
    assert client.post(address(session, "door_leave")).url == address(session)
    assert client.get(address(session, "door_taps")).status_code == 403
    hers = signed_in(alice)
    session.trainers.add(alice)
    assert hers.post(address(session, "door_leave")).url == "/trainings/teaching/"


def test_ten_doors_are_open_at_most():
    client, sessions = Client(), [tonight() for _ in range(11)]
    for session in sessions:
        types_pin(session, client=client)
    assert [client.get(address(session, "door_taps")).status_code for session in sessions] == [403] + [200] * 10


def test_page_that_a_phone_keeps_has_no_names_and_is_for_who_has_entered(client):
    session = tonight()
    expected(session)
    assert client.get(address(session) + "?shell").status_code == 403
    page = at_door(session).get(address(session) + "?shell").content.decode()
    assert ("Zoé Lambert" in page, "csrfmiddlewaretoken" in page.split("<main")[1].split("</main")[0]) == (False, False)


def test_worker_reaches_its_own_page_only(client):
    session = tonight()
    response = client.get(address(session, "door_worker"))
    assert (response.headers["Content-Type"], response.headers.get("Service-Worker-Allowed")) == (
        "text/javascript; charset=utf-8",
        None,
    )
    assert address(session, "door_worker").startswith(address(session))
