"""That answers are not all in when a report is asked for before its surveys have closed."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from programmes.models import Official
from reports import spreadsheets
from reports.asking import AskForm
from reports.reading import Reading
from surveys.models import Survey
from tests.conftest import user
from trainings.models import Attendance, Session

NOVEMBER = datetime(2016, 11, 4, tzinfo=UTC)
TOLD = "When this was counted, 1 survey was still open, until 20 October 2016: its answers were not all in."


def test_release_says_for_ever_that_answers_were_not_all_in(cities):
    cities.released()
    assert Reading(cities.released()).open_surveys == TOLD


def test_release_after_all_surveys_closed_says_nothing(cities):
    assert Reading(cities.released(at=NOVEMBER)).open_surveys == ""


def test_day_long_over_is_counted_with_all_answers_that_came_since(cities):
    assert Reading(cities.released(on=date(2016, 6, 30), at=NOVEMBER)).open_surveys == ""


def test_release_of_a_city_speaks_of_its_own_sessions_only(cities):
    namur, dinant = (Reading(cities.released(name)).open_surveys for name in ("namur", "dinant"))
    assert (namur, dinant) == ("", TOLD)


def test_session_to_which_nobody_came_has_nobody_to_answer(cities):
    Attendance.objects.filter(registration__session=cities.sessions["third"]).update(is_present=False)
    assert Reading(cities.released()).open_surveys == ""


def test_programme_without_a_survey_has_none_open(cities):
    Survey.objects.all().delete()
    assert Reading(cities.released()).open_surveys == ""


def test_page_of_a_release_and_its_workbook_say_it(cities, ministry):
    release = cities.released()
    page = ministry.get(reverse("reports:release", args=[cities.programme.code, release.reference])).content.decode()
    assert TOLD in page
    method = load_workbook(BytesIO(spreadsheets.xlsx(release)))["Method"]
    assert ("Surveys", TOLD) in [*method.iter_rows(values_only=True)]


@pytest.fixture
def recent(cities):
    """The session of Dinant alone was yesterday."""
    over = timezone.now() - timedelta(days=1)
    Session.objects.filter(pk=cities.sessions["third"].pk).update(starts_at=over - timedelta(hours=3), ends_at=over)


def asked_by(person, cities):
    return AskForm(None, programme=cities.programme, user=person).fields["period"].help_text


def test_who_asks_is_told_before_of_what_may_be_asked_about(cities, recent, ministry):
    page = ministry.get(reverse("reports:reports", args=[cities.programme.code])).content.decode()
    assert "1 survey is still open, until" in page
    for name, told in (("namur", False), ("dinant", True)):
        person = user(f"{name}@city.example", "city-official", name=name)
        Official.objects.create(user=person, city=cities.cities[name])
        assert bool(asked_by(person, cities)) is told
