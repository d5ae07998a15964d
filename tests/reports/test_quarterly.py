"""Quarterly reports, made by the clock and announced by mail."""

from datetime import UTC, datetime

import pytest
from django.test import override_settings

import reports.tasks  # noqa: F401  the context of its mail, as the worker finds it
from outbox import leasing
from outbox.jobs import make
from outbox.mail import render
from outbox.models import Job, Mail
from programmes.models import Official
from reports import quarterly
from reports.models import Release
from tests.conftest import user

JULY = datetime(2016, 7, 2, 6, tzinfo=UTC)


@pytest.fixture
def officials(cities):
    """Two speak for Namur, one did for Dinant, one does for Wavre, which has no session."""
    found = {
        name: user(f"{name}@cities.example", "city-official", language="en") for name in ("ann", "bea", "cas", "dan")
    }
    for name, city in (("ann", "namur"), ("bea", "namur"), ("cas", "dinant"), ("dan", "wavre")):
        Official.objects.create(user=found[name], city=cities.cities[city])
    Official.objects.filter(user=found["cas"]).update(withdrawn_at=JULY)
    return found


def run():
    for job in Job.objects.filter(kind=quarterly.KIND, state=Job.State.REQUESTED):
        make(leasing.take(Job, job.pk))


def test_city_that_took_part_gets_its_report_and_its_officials_a_mail(cities, officials):
    quarterly.ask_for_all(JULY)
    run()
    assert [one.reference for one in Release.objects.all()] == ["CC-2016Q2-NAMUR-1"]
    mails = Mail.objects.filter(template=quarterly.TEMPLATE).order_by("to")
    assert [one.to for one in mails] == ["ann@cities.example", "bea@cities.example"]


def test_clock_that_comes_again_makes_nothing_twice(cities, officials):
    for _round in range(2):
        quarterly.ask_for_all(JULY)
        run()
    assert Job.objects.filter(kind=quarterly.KIND).count() == 1
    assert Mail.objects.filter(template=quarterly.TEMPLATE).count() == 2


@override_settings(BASE_URL="https://portal.example")
def test_mail_leads_to_the_release(cities, officials):
    quarterly.ask_for_all(JULY)
    run()
    message = render(Mail.objects.filter(template=quarterly.TEMPLATE).first(), {})
    assert message.subject == "Namur: the report of Quarter 2 of 2016 is there"
    assert "https://portal.example/reports/commerce-connecte/releases/CC-2016Q2-NAMUR-1/" in message.body
