"""Which stretches of time one may ask a report about: those in which the programme had something."""

from datetime import UTC, date, datetime

import pytest

from diagnostics import months, taking
from diagnostics.models import Diagnostic
from reports import periods
from tests.programmes.makers import make_programme
from tests.trainings.sessions import make_session

TODAY = date(2026, 11, 22)


@pytest.fixture
def programme(db):
    """A campaign in the spring of 2016, one that is still to come, and years without any."""
    made = make_programme()
    made.campaigns.create(
        code="campaign-2016", names={"fr": "2016"}, starts_on=date(2016, 2, 1), ends_on=date(2016, 6, 30)
    )
    made.campaigns.create(code="next", names={"fr": "2027"}, starts_on=date(2027, 1, 1), ends_on=date(2027, 6, 30))
    return made


def offered(programme):
    return [period.code for period in periods.offered(programme, TODAY)]


def test_years_in_which_there_was_nothing_are_not_offered(programme):
    assert offered(programme) == ["campaign-2016", "2016", "2016-q2", "2016-q1"]


def test_quarter_of_a_session_held_outside_of_campaigns_is_offered(programme):
    make_session(programme, starts=[datetime(2018, 5, 3, 17, tzinfo=UTC)])
    make_session(programme, starts=[datetime(2019, 5, 3, 17, tzinfo=UTC)], state="draft")
    assert offered(programme) == ["campaign-2016", "2018", "2016", "2018-q2", "2016-q2", "2016-q1"]


def test_quarter_of_diagnostics_that_were_counted_is_offered(commerce, florist, namur):
    for day in (datetime(2019, 8, 1, 9, tzinfo=UTC), datetime(2020, 5, 1, 9, tzinfo=UTC)):
        begun = taking.start(programme=commerce, sub_sector=florist, city=namur, staff_size="alone", language="fr")
        Diagnostic.objects.filter(pk=begun.pk).update(started_at=day, recorded_at=day)
    months.count_due()
    found = [code for code in offered(commerce) if code.startswith(("2018", "2019", "2020", "2021"))]
    assert found == ["2020", "2019", "2020-q2", "2019-q3"]


def test_campaign_that_runs_is_offered_as_far_as_it_has_come(programme):
    programme.campaigns.create(code="now", names={"fr": "2026"}, starts_on=date(2026, 8, 1), ends_on=date(2027, 3, 31))
    assert offered(programme)[:6] == ["now", "campaign-2016", "2026", "2016", "2026-q4", "2026-q3"]


def test_programme_without_anything_offers_nothing(db):
    assert offered(make_programme()) == []
