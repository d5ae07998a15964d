"""For who gives sessions: the list of one's own, and the page of one."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from tests.conftest import user
from tests.trainings.doors import a_tap, at_door, at_six, expected, send, tonight
from tests.trainings.sessions import make_session
from trainings import doors
from trainings.models import Session

pytestmark = pytest.mark.django_db
LIST = "/trainings/teaching/"


@pytest.fixture
def tom(db):
    return user("tom@training.example", Role.TRAINER, name="Tom")


@pytest.fixture
def his(tom, signed_in):
    client = signed_in(tom)
    client.cookies["django_language"] = "en"
    return client


def listed(client):
    context = client.get(LIST).context
    return [[one.session for one in context[when]] for when in ("coming", "past")]


def page_of(session):
    return reverse("trainings:teaching_session", args=[session.uid])


def test_list_has_ones_own_sessions_to_come_and_past(his, tom):
    tonight()
    later, next_one = tonight(starts=[at_six(9)], trainers=[tom]), tonight(starts=[at_six(2)], trainers=[tom])
    draft = make_session(trainers=[tom], starts=[], state=Session.State.DRAFT)
    past, older = tonight(starts=[at_six(-9)], trainers=[tom]), tonight(starts=[at_six(-20)], trainers=[tom])
    assert listed(his) == [[next_one, later, draft], [past, older]]


def test_empty_list_says_what_will_stand_there(his):
    assert "as soon as the team has entered you as their trainer" in his.get(LIST).content.decode()


def test_list_tells_seats_and_who_waits_and_came(his, tom):
    session = tonight(starts=[at_six(-1)], trainers=[tom], capacity=1)
    registration = expected(session)
    expected(session, "Ann")
    send(at_door(session), session, a_tap(registration))
    page = his.get(LIST).content.decode()
    assert "1 person came · 1 of 1 seats taken" in page
    assert doors.url(session) in page


def test_list_is_the_same_few_queries_for_one_session_and_three(his, tom, django_assert_num_queries):
    for count in (1, 3):
        while tom.sessions.count() < count * 2:
            expected(tonight(starts=[at_six(3)], trainers=[tom]))
            expected(tonight(starts=[at_six(-3)], trainers=[tom]))
        with django_assert_num_queries(12):
            his.get(LIST)


def test_page_has_the_numbers_the_door_and_the_papers(his, tom):
    session = tonight(trainers=[tom], starts=[at_six(), at_six(7)])
    registration = expected(session, with_helper=True)
    send(at_door(session), session, a_tap(registration))
    response = his.get(page_of(session))
    assert [(each.present, each.expected) for each in response.context["evenings"]] == [(1, 2), (0, 2)]
    for said in (
        doors.url(session),
        reverse("trainings:session_sheet", args=[session.uid]),
        "<title>QR code: leads to the page of the door</title>",
    ):
        assert said in response.content.decode()


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        ([5], "The page opens on"),
        ([0], "The page is open until"),
        ([-5], "The page closed on"),
        ([], "no door to open"),
    ],
)
def test_page_says_when_the_door_is_open(his, tom, starts, words):
    session = tonight(trainers=[tom], starts=[at_six(days) for days in starts])
    assert words in his.get(page_of(session)).content.decode()


def test_session_of_somebody_else_does_not_exist(his):
    assert his.get(page_of(tonight())).status_code == 404


def test_pages_are_for_trainers(alice, signed_in):
    session = tonight(trainers=[alice])
    assert [signed_in(alice).get(path).status_code for path in (LIST, page_of(session))] == [403, 403]


def test_ways_lead_there(his, tom, alice, signed_in):
    session = tonight(trainers=[tom])
    pages = {"/my/": LIST, reverse("trainings:session", args=[session.uid]): page_of(session)}
    assert {page: link in his.get(page).content.decode() for page, link in pages.items()} == dict.fromkeys(pages, True)
    hers = signed_in(alice)
    assert [link in hers.get(page).content.decode() for page, link in pages.items()] == [False, False]
