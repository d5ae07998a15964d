"""The result's trainings with their next sessions nearby."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from diagnostics import sharing
from tests.trainings.evenings import make_evening
from trainings.models import Topic

NO_DATES = "No dates are planned near you yet."


@pytest.fixture
def topic(completed):
    """The first that is recommended."""
    code = completed.result["topics"][0]["code"]
    return Topic.objects.get(programme=completed.programme, code=code)


@pytest.fixture
def page(completed, holding):
    """page() is the result, in English."""
    client = holding(completed)
    return lambda: client.get(
        reverse("diagnostics:result", args=[completed.public_id]), headers={"accept-language": "en"}
    )


def test_without_any_date_the_result_says_how_to_be_told(page):
    response = page()
    assert (NO_DATES in response.text, response.context["has_dates"]) == (True, False)


def test_next_session_stands_beside_its_topic(page, topic, namur):
    evening = make_evening(namur, topic, capacity=12)
    response = page()
    assert [len(sessions) for _topic, sessions in response.context["topics"]] == [1, 0, 0, 0, 0]
    assert f'href="{reverse("trainings:session", args=[evening.uid])}"' in response.text
    assert (NO_DATES in response.text, "12 seats left" in response.text) == (False, True)


def test_who_reads_a_shared_result_sees_the_dates_and_is_asked_nothing(completed, client, topic, namur):
    evening = make_evening(namur, topic)
    token = sharing.share(diagnostic=completed).token
    text = client.get(reverse("diagnostics:shared", args=[token]), headers={"accept-language": "en"}).text
    assert str(evening.uid) in text
    assert (NO_DATES in text, "Tell me when one opens" in text) == (False, False)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_are_the_same_for_one_session_and_for_three(page, topic, namur, django_assert_num_queries, count):
    for day in range(count):
        make_evening(namur, topic, starts=[timezone.now() + timedelta(days=5 + day)])
    page()
    with django_assert_num_queries(6):
        page()
