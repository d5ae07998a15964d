"""The self-diagnostic in the room of a session: its screen, its code, and who began there."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import diagnostics.views.room
from accounts.applying import apply_roles
from accounts.roles import Role
from diagnostics import figures, links, rooms, taking
from diagnostics.models import Diagnostic
from rendering.qr import qr_svg
from tests.accounts.conftest import app_code, with_app
from tests.accounts.conftest import signed_in as signed_in_by_app
from tests.conftest import user
from tests.diagnostics.joining import begin, join_url
from tests.diagnostics.shops import finish, take_again
from tests.trainings.sessions import make_session
from trainings import doors

NEW_KEY = "another-key-0123456789-abcdefghij-klmnopqrst"
EVENING = datetime(2036, 11, 13, 18, tzinfo=UTC)  # Thursday, seven o'clock in Namur


def room_url(session):
    return reverse("diagnostics:room", args=[session.uid])


# From the code to a diagnostic


def test_code_on_the_screen_leads_to_a_diagnostic_of_this_session(client, session, shop):
    diagnostic = begin(client, session, shop)

    assert (diagnostic.session, diagnostic.person, diagnostic.sub_sector_id) == (session, None, shop["sub_sector"])


def test_diagnostic_begun_elsewhere_is_of_no_session(client, session, shop):
    client.get(join_url(session))
    client.post(reverse("diagnostics:start", args=[session.programme.code]), shop)

    assert Diagnostic.objects.get().session is None


@pytest.mark.parametrize("write", [str.lower, rooms.shown, lambda code: f" {code[:2]}-{code[2:]} "])
def test_code_is_typed_as_one_likes(client, session, write):
    response = client.get(reverse("diagnostics:join"), {"code": write(rooms.code_of(session))})

    assert response.url == rooms.start_path(session)


def test_code_has_nothing_that_is_mistaken_and_is_of_one_session(session):
    code = rooms.code_of(session)

    assert re.fullmatch(f"[{links.CODE_ALPHABET}]{{6}}", code)
    assert code != rooms.code_of(make_session(session.programme))


def test_code_printed_before_the_key_was_changed_still_opens(client, session, settings):
    old = join_url(session)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = NEW_KEY

    assert old != join_url(session)
    assert client.get(old).status_code == 302


def test_wrong_code_is_told_and_kept_in_its_field(client, session):
    response = client.get(reverse("diagnostics:join"), {"code": "<WRONG>"})

    assert (response.status_code, 'value="&lt;WRONG&gt;"' in response.text) == (404, True)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2036, 11, 11, 22, 59, tzinfo=UTC), False),  # a minute before midnight in Namur
        (datetime(2036, 11, 11, 23, 0, tzinfo=UTC), True),
        (EVENING, True),
        (datetime(2036, 11, 15, 22, 59, tzinfo=UTC), True),
        (datetime(2036, 11, 15, 23, 0, tzinfo=UTC), False),
    ],
)
def test_room_is_open_from_the_day_before_to_two_days_after(rf, commerce, at, is_open):
    session = make_session(commerce, starts=(EVENING,))
    found = []
    with suppress(rooms.UnknownCode):
        found.append(rooms.by_code(rf.get("/"), rooms.code_of(session), at=at))

    assert (found == [session]) is rooms.is_open(session, at) is is_open


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_session_that_is_not_held_has_no_room(client, session, shop, state):
    start = rooms.start_path(session)
    cancelled_at = timezone.now() if state == "cancelled" else None
    type(session).objects.filter(pk=session.pk).update(state=state, cancelled_at=cancelled_at)

    assert client.get(join_url(session)).status_code == 404
    client.post(start, shop)
    assert Diagnostic.objects.get().session is None


def test_address_kept_from_a_session_that_is_over_begins_a_diagnostic_like_any_other(client, session, shop):
    long_ago = timezone.now() - timedelta(days=30)
    session.dates.update(starts_at=long_ago, ends_at=long_ago + timedelta(hours=3))
    session.settle_dates()

    response = client.get(rooms.start_path(session))
    client.post(rooms.start_path(session), shop)

    assert ("Soirée" in response.text, Diagnostic.objects.get().session) == (False, None)


@pytest.mark.parametrize("change", [lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), lambda token: "x"])
def test_address_with_a_changed_session_carries_none(client, session, shop, change):
    start = reverse("diagnostics:start", args=[session.programme.code], query={"room": change(rooms.token_of(session))})

    assert client.get(start).status_code == 200
    client.post(start, shop)
    assert Diagnostic.objects.get().session is None


def test_session_of_another_programme_is_not_carried(rf, session, commerce):
    elsewhere = make_session(starts=(timezone.now(),))
    request = rf.get("/", {"room": rooms.token_of(elsewhere)})
    request.session = {}

    assert rooms.carried_by(request, elsewhere.programme) == elsewhere
    assert rooms.carried_by(request, commerce) is None


def test_wrong_codes_are_sixty_and_right_ones_as_many_as_the_room_has(client, session):
    wrong = reverse("diagnostics:join", args=["AAAAAA"])
    for _ in range(59):
        client.get(wrong)
    assert [client.get(join_url(session)).status_code for _ in range(3)] == [302] * 3
    assert [client.get(wrong).status_code for _ in range(2)] == [404, 429]
    assert client.get(join_url(session)).status_code == 429


def test_search_of_a_trade_without_javascript_stays_in_the_room(client, session):
    token = rooms.token_of(session)
    page = client.get(rooms.start_path(session)).text

    assert f'<input type="hidden" name="room" value="{token}">' in page
    assert "You are taking part in “Soirée”, Namur." in page


# The screen


def test_screen_shows_the_code_the_address_and_a_square_that_says_both(signed_in, session, tom, monkeypatch):
    encoded = []
    monkeypatch.setattr(diagnostics.views.room, "qr_svg", lambda *said: encoded.append(said[0]) or qr_svg(*said))

    page = signed_in(tom).get(room_url(session)).text

    assert encoded == [f"http://localhost:8000{join_url(session)}"]
    assert rooms.shown(rooms.code_of(session)) in page
    assert "localhost:8000/diagnostic/join<" in page
    assert 'class="qr"' in page


def test_screen_counts_what_was_started_here_and_what_is_completed(signed_in, session, tom, client, shop):
    for number in range(3):
        one = begin(Client(), session, shop)
        if number:
            finish(one, at=timezone.now())
    taking.start(programme=session.programme, sub_sector=one.sub_sector, city=None, staff_size="alone", language="fr")

    part = signed_in(tom).get(room_url(session), headers={"HX-Request": "true"}).text

    assert re.findall(r"<dd>(\d+)</dd>", part) == ["3", "2"]


def test_counts_have_their_definition_and_a_date(session, commerce, client, shop):
    one = begin(client, session, shop)
    began = one.started_at
    finish(one, at=began + timedelta(minutes=10))
    take_again(one, at=began + timedelta(minutes=20))

    def at(minutes):
        taken = figures.taken_in_the_room(session, began + timedelta(minutes=minutes))
        return int(taken.started.value), int(taken.completed.value)

    assert [at(-1), at(0), at(10), at(30)] == [(0, 0), (1, 0), (1, 1), (1, 1)]
    assert figures.taken_in_the_room(session).completed.until == timezone.localdate()


def test_screen_gives_no_answer_no_score_and_no_name(signed_in, session, tom, client, shop, alice):
    person = alice.persons.create(name="Zoé Secret", email="zoe@example.org")
    one = begin(client, session, shop)
    Diagnostic.objects.filter(pk=one.pk).update(person=person)
    trainer = signed_in(tom)
    before = shape(trainer.get(room_url(session)))
    done = finish(one, at=timezone.now())

    after = shape(trainer.get(room_url(session)))
    part = trainer.get(room_url(session), headers={"HX-Request": "true"}).text
    for said in ("Zoé", "zoe@", done.sub_sector.name, str(done.public_id), links.own_code(done)):
        assert said not in after + part
    # All that a completed one changes on the page is one figure.
    pairs = zip(before.split("<"), after.split("<"), strict=True)
    assert [(was, now) for was, now in pairs if was != now] == [("dd>0", "dd>1")]


def shape(response):
    """The page without what differs with every request."""
    return re.sub(r'(csrfmiddlewaretoken" value)="\w+"', r"\1", response.text)


def test_screen_is_for_who_gives_the_session_and_for_staff(signed_in, session, tom, alice):
    apply_roles()
    other = user("otto@agency.example", Role.TRAINER, name="Otto")
    make_session(session.programme, trainers=[other], starts=(session.starts_at,))
    official = user("omar@namur.example", Role.CITY_OFFICIAL)
    dana = signed_in_by_app(with_app(user("dana@x.example", Role.PROGRAMME_STAFF, is_staff=True)))
    dana.post(reverse("mfa_reauthenticate"), {"code": app_code()})
    url = room_url(session)

    assert [signed_in(one).get(url).status_code for one in (tom, other, alice, official)] == [200, 404, 404, 404]
    assert dana.get(url).status_code == 200
    assert Client().get(url).url.startswith(reverse("account_login"))


def test_screen_of_no_session_is_nowhere(signed_in, tom):
    assert signed_in(tom).get("/diagnostic/rooms/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_screen_opens_with_the_pin_of_the_door_as_long_as_the_door(client, session, monkeypatch):
    other = make_session(session.programme, starts=(session.starts_at,))
    kept = client.session
    kept[doors.OPENED] = [str(session.uid)]
    kept.save()

    assert client.get(room_url(session)).status_code == 200
    assert client.get(room_url(other)).url.startswith(reverse("account_login"))
    long_ago = timezone.now() - timedelta(days=4)
    session.dates.update(starts_at=long_ago, ends_at=long_ago + timedelta(hours=3))
    session.settle_dates()
    assert client.get(room_url(session)).status_code == 302
    assert client.get(room_url(session), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_screen_before_and_after_says_when_its_code_works(signed_in, session, tom):
    def page(days):
        starts = timezone.now() + timedelta(days=days)
        session.dates.update(starts_at=starts, ends_at=starts + timedelta(hours=3))
        session.settle_dates()
        return signed_in(tom).get(room_url(session), headers={"accept-language": "en"}).text

    early, over = page(10), page(-10)
    assert ("The code works from" in early, 'class="qr"' in early) == (True, True)
    assert ("The session is over" in over, 'class="qr"' in over) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_screen_are_the_same_for_one_and_for_three(
    signed_in, session, tom, shop, count, django_assert_num_queries
):
    for _ in range(count):
        begin(Client(), session, shop)
    trainer = signed_in(tom)
    trainer.get(room_url(session))

    with django_assert_num_queries(7):
        trainer.get(room_url(session), headers={"HX-Request": "true"})
