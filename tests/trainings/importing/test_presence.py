"""Who was there, by a list that is brought afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from tests.trainings.importing.conftest import again, apply
from tests.trainings.sessions import make_person, make_session, register
from trainings import attending
from trainings.importing import applying
from trainings.importing.foreseeing import foresee
from trainings.models import Attendance, AttendanceMark, Registration

LONG_AGO = datetime(2026, 3, 3, 18, tzinfo=UTC)


def test_list_brought_after_the_session_says_who_was_there(brought, dana):
    session = make_session(capacity=9, starts=(timezone.now() - timedelta(hours=5),))
    register(session, person=make_person("Yann Noël", "yann@boeuf.example"), by=dana)
    rows = [
        ["Zoé", "oui", "x"],
        ["Paul", "2 ", "2"],
        ["Marie", "", "absente"],
        ["Jean", "", "peut-être"],
        ["Yann Noël", "", "✓"],
    ]
    mails = ["z@x.example", "", "", "", "yann@boeuf.example"]
    people = [[*one, mail] for one, mail in zip(rows, mails, strict=True)]
    file = brought(session, *people, heads=["Nom", "Accompagnant", "Présent", "E-mail"])
    with translation.override("en"):
        notes = [[*each.notes][-1:] for each in foresee(again(file))]
    assert notes == [
        ["will be marked present"],
        ["will be marked present, with the helper"],
        ["No e-mail and no phone: nothing can be told later."],
        ["Whether they were there is not understood: “peut-être”. Nobody is marked present."],
        ["will be marked present"],
    ]
    for _time in range(2):
        assert apply(file) == [*["registered"] * 4, "already"]
        seen = Attendance.objects.filter(is_present=True, marked_at=session.dates.get().ends_at).order_by("pk")
        assert sorted(seen.values_list("registration__person__name", "is_helper")) == [
            ("Paul", False),
            ("Paul", True),
            ("Yann Noël", False),
            ("Zoé", False),
        ]


@pytest.mark.parametrize("starts", [(timezone.now() + timedelta(days=2),), (LONG_AGO, LONG_AGO + timedelta(days=7))])
def test_presence_is_not_taken_over_where_the_day_is_not_sure(db, brought, starts):
    file = brought(make_session(starts=starts), ["Zoé", "x"], heads=["Nom", "Présence"])
    with translation.override("en"):
        assert foresee(again(file))[0].notes[-1].startswith("Not marked present: the session has ")
    assert (apply(file), Attendance.objects.count()) == (["registered"], 0)


def test_nobody_is_present_before_the_session_begins(db, brought):
    """In the morning of the day somebody has ticked who will come tonight."""
    morning = LONG_AGO - timedelta(hours=9)
    file = brought(make_session(starts=(LONG_AGO,)), ["Zoé", "x"], heads=["Nom", "Présence"])
    with translation.override("en"):
        (each,) = foresee(again(file), at=morning)
    assert (each.heads, each.notes[-1]) == (
        0,
        "Not marked present: the session has not begun. Who comes is marked at the door.",
    )
    applying.apply_good(file=again(file), is_told=False, by=None, at=morning)
    assert (Registration.objects.count(), Attendance.objects.count()) == (1, 0)


def test_who_is_there_is_marked_from_the_first_minute(db, brought):
    file = brought(make_session(starts=(LONG_AGO,)), ["Zoé", "x"], heads=["Nom", "Présence"])
    applying.apply_good(file=again(file), is_told=False, by=None, at=LONG_AGO)
    assert Attendance.objects.get().marked_at == LONG_AGO


@pytest.mark.parametrize(
    ("typed", "heads"),
    [
        ("Oui", 1),
        ("X", 1),
        ("☑", 1),
        ("1", 1),
        ("Présent(e)", 1),
        ("ja", 1),
        ("les deux", 2),
        ("non", 0),
        ("", 0),
        ("0", 0),
    ],
)
def test_usual_words_for_who_was_there_are_understood(db, brought, typed, heads):
    file = brought(make_session(starts=(LONG_AGO,)), ["Zoé", "oui", typed], heads=["Nom", "Accompagnant", "Présent"])
    assert [each.heads for each in foresee(again(file))] == [heads]


def test_helper_who_has_no_seat_is_not_marked(brought, dana):
    session = make_session(starts=(LONG_AGO,))
    alone = register(session, person=make_person("Zoé", "zoe@x.example"), by=dana)
    apply(brought(session, ["Zoé", "zoe@x.example", "oui", "2"], heads=["Nom", "E-mail", "Accompagnant", "Présent"]))
    assert [*Attendance.objects.values_list("registration", "is_helper")] == [(alone.pk, False)]


def test_mark_of_a_list_that_was_taken_back_at_the_door_stays_taken_back(db, brought):
    file = brought(make_session(starts=(LONG_AGO,)), ["Zoé", "x"], heads=["Nom", "Présent"])
    apply(file)
    attending.unmark(key=AttendanceMark.objects.get().key)
    apply(file)
    assert Attendance.objects.count() == 0
