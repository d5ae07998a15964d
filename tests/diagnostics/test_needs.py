from datetime import timedelta

import pytest
from django.utils import timezone

from diagnostics.needs import By, needs_of, table
from tests.programmes.makers import make_campaign
from tests.trainings.sessions import make_session
from trainings.interests import ask
from trainings.models import Interest, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def wanted(completed, alice):
    """The topic recommended first to a florist of Namur, who asked to be told of it; a session of two cities is planned."""
    programme, namur = completed.programme, completed.city
    topic = Topic.objects.get(programme=programme, code=completed.result["topics"][0]["code"])
    Interest.objects.filter(pk=ask(topic=topic, city=namur, language="fr", user=alice).pk).update(
        confirmed_at=timezone.now()
    )
    cities = [namur, programme.cities.exclude(pk=namur.pk).first()]
    start = timezone.now() + timedelta(days=20)
    make_session(programme, topic=topic, cities=cities, capacity=10, seats_taken=3, starts=(start,), state="draft")
    make_session(programme, topic=topic, cities=cities, starts=(start - timedelta(days=30),))
    return topic


def numbers(line):
    found = line.numbers
    return found.recommended, found.interested, found.sessions, found.seats, found.free


def test_recommended_and_asked_for_stand_beside_what_is_planned(wanted, completed):
    needs = needs_of(completed.programme, By.BOTH, timezone.now())
    first = needs.lines[0]
    assert (first.city, first.topic, numbers(first)) == (completed.city, wanted, (1, 1, 1, 10, 7))
    proposed = len(completed.result["topics"])
    assert (needs.total.recommended, needs.total.sessions, needs.total.seats) == (proposed, 1, 10)


@pytest.mark.parametrize(("by", "lines"), [(By.CITY, 2), (By.TOPIC, 5)])
def test_lines_are_summed_by_city_or_by_topic(wanted, completed, by, lines):
    needs = needs_of(completed.programme, by, timezone.now())
    assert len(needs.lines) == lines
    assert sum(line.numbers.recommended for line in needs.lines) == needs.total.recommended


def test_costs_a_fixed_number_of_queries(wanted, completed, django_assert_num_queries):
    make_campaign(completed.programme, 2040)
    with django_assert_num_queries(6):
        needs_of(completed.programme, By.BOTH, timezone.now())


def test_file_ends_with_the_sum(wanted, completed):
    rows = [*table(needs_of(completed.programme, By.TOPIC, timezone.now()))]
    assert len({len(row) for row in rows}) == 1
    assert rows[-1][2] == len(completed.result["topics"])
