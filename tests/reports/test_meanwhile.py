from datetime import timedelta

import pytest
from django.utils import timezone

from businesses import merging
from figures.definition import Filters
from reports import registry
from reports.meanwhile import meanwhile
from tests.programmes.makers import make_business, make_programme
from tests.reports.world import NEW_YEAR
from trainings.models import AttendanceMark, Registration, Session

MERGED_AT = timezone.now() - timedelta(days=1)


@pytest.fixture
def late(year):
    """All was recorded ten days ago, but the paper of Chloé, five days ago."""
    known = timezone.now() - timedelta(days=10)
    for model in (Session, Registration, AttendanceMark):
        model.objects.update(recorded_at=known)
    marks = AttendanceMark.objects.filter(registration__person=year.people["Chloé"])
    marks.update(recorded_at=known + timedelta(days=5))
    return year


def asked(year, code, days=7):
    day = timezone.localdate() - timedelta(days=days)
    return meanwhile(registry.definition_of(code), Filters(year.programme.pk, as_of=NEW_YEAR), day)


def test_late_paper_is_what_came_between(late):
    found = asked(late, "participants")
    assert (found.then.value, found.now.value, found.late_number) == (7, 8, 1)
    assert [row.person for row in found.late] == [late.people["Chloé"]]


def test_nothing_came_after_the_paper(late):
    found = asked(late, "participants", days=2)
    assert (found.has_changed, found.late, found.merges) == (False, [], [])


def test_merges_of_the_programme_since_are_named(late):
    twin = make_business(late.programme, "Fleurs Dupont")
    other = make_programme("other")
    merging.merge(kept=late.shops.flowers, gone=twin, by=None, at=MERGED_AT)
    merging.merge(kept=make_business(other), gone=make_business(other), by=None, at=MERGED_AT)
    found = asked(late, "shops")
    assert [merge.business for merge in found.merges] == [late.shops.flowers]
    assert asked(late, "shops", days=1).merges_number == 0
