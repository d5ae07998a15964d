"""Quarterly reports, made by the clock and announced by mail."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import override_settings

import reports.tasks  # noqa: F401  the context of its mail, as the worker finds it
from outbox import leasing
from outbox.jobs import MAKERS, make
from outbox.mail import render
from outbox.models import ATTEMPTS, Job, Mail
from programmes.models import Official
from reports import quarterly
from reports.models import Release
from tests.conftest import user
from trainings.models import Session

# A month after the quarter: the surveys of its last sessions are closed.
AUGUST = datetime(2016, 8, 1, 6, tzinfo=UTC)


@pytest.fixture
def officials(cities):
    """Two speak for Namur, one did for Dinant, one does for Wavre, which has no session."""
    found = {
        name: user(f"{name}@cities.example", "city-official", language="en") for name in ("ann", "bea", "cas", "dan")
    }
    for name, city in (("ann", "namur"), ("bea", "namur"), ("cas", "dinant"), ("dan", "wavre")):
        Official.objects.create(user=found[name], city=cities.cities[city])
    Official.objects.filter(user=found["cas"]).update(withdrawn_at=AUGUST)
    return found


def run():
    for job in Job.objects.filter(kind=quarterly.KIND, state=Job.State.REQUESTED):
        make(leasing.take(Job, job.pk))


def test_city_that_took_part_gets_its_report_and_its_officials_a_mail(cities, officials):
    quarterly.ask_for_all(AUGUST)
    run()
    assert [one.reference for one in Release.objects.all()] == ["CC-2016Q2-NAMUR-1"]
    mails = Mail.objects.filter(template=quarterly.TEMPLATE).order_by("to")
    assert [one.to for one in mails] == ["ann@cities.example", "bea@cities.example"]


@pytest.mark.parametrize(("day", "code"), [(date(2016, 7, 31), "2016-q1"), (date(2016, 8, 1), "2016-q2")])
def test_quarter_waits_until_its_surveys_are_closed(cities, officials, day, code):
    assert quarterly.quarter_due(day).code == code
    assert [subject.period.code for subject in quarterly.due(day)] == [code] * (code == "2016-q2")


def test_report_asked_by_hand_before_is_not_the_one_of_the_quarter(cities, officials):
    early = cities.released(
        "namur", period=quarterly.quarter_due(AUGUST.date()), at=datetime(2016, 7, 4, 9, tzinfo=UTC)
    )
    quarterly.ask_for_all(AUGUST)
    run()
    made = Release.objects.latest_first().first()
    assert (early.as_of_on, made.as_of_on) == (date(2016, 7, 4), AUGUST.date())
    assert Mail.objects.filter(template=quarterly.TEMPLATE, ids={"release": made.pk}).count() == 2


@pytest.mark.parametrize("state", [Session.State.CANCELLED, Session.State.DRAFT])
def test_city_whose_sessions_did_not_take_place_gets_no_report(cities, officials, state):
    called_off_at = AUGUST - timedelta(days=90) if state == Session.State.CANCELLED else None
    Session.objects.update(state=state, cancelled_at=called_off_at)
    assert quarterly.due(AUGUST.date()) == []


@pytest.fixture
def failing(cities, officials, monkeypatch):
    """A maker that always crashes."""

    def crash(_job):
        raise RuntimeError

    for kind in (quarterly.KIND, quarterly.AHEAD):
        monkeypatch.setitem(MAKERS, kind, crash)


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize(
    ("kind", "ask"), [(quarterly.KIND, quarterly.ask_for_all), (quarterly.AHEAD, quarterly.protect_ahead)]
)
def test_what_failed_waits_for_a_hand(kind, ask):
    ask(AUGUST)
    asked = Job.objects.filter(kind=kind).count()
    for job in Job.objects.filter(kind=kind):
        for _attempt in range(ATTEMPTS):
            Job.objects.filter(pk=job.pk).update(not_before=None)
            make(leasing.take(Job, job.pk))
    ask(AUGUST)
    assert [job.state for job in Job.objects.filter(kind=kind, superseded_at=None)] == [Job.State.FAILED] * asked
    assert Job.objects.filter(kind=kind).count() == asked


def test_clock_that_comes_again_makes_nothing_twice(cities, officials):
    for _round in range(2):
        quarterly.ask_for_all(AUGUST)
        run()
    assert Job.objects.filter(kind=quarterly.KIND).count() == 1
    assert Mail.objects.filter(template=quarterly.TEMPLATE).count() == 2


@override_settings(BASE_URL="https://portal.example")
def test_mail_leads_to_the_release(cities, officials):
    quarterly.ask_for_all(AUGUST)
    run()
    message = render(Mail.objects.filter(template=quarterly.TEMPLATE).first(), {})
    assert message.subject == "Namur: the report of Quarter 2 of 2016 is there"
    assert "https://portal.example/reports/commerce-connecte/releases/CC-2016Q2-NAMUR-1/" in message.body
