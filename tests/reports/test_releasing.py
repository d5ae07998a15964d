import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from businesses.models import Business
from programmes.models import Engagement
from reports import periods
from reports.models import ContentChanged, Frozen, Release, checksum_of
from reports.releasing import DayToCome
from tests.reports.cities import OCTOBER


def figures(released):
    return {one["code"]: (one["own"]["value"], one["whole"]["value"]) for one in released.content["figures"]}


def cells(released, table):
    return {row["code"]: row["cells"] for row in released.content["tables"][table]["rows"]}


def test_release_of_a_city_has_its_figures_beside_the_whole(cities):
    found = figures(cities.released("namur"))
    expected = {
        "sessions-held": ("2", "3"),
        "participants": ("17", "28"),
        "shops": ("16", "27"),
        "reach": ("1/25", "1/25"),
        "mobilisations": ("2", "3"),
        "shops-visited": ("60", "60"),
        "sessions-planned": ("1", "1"),
    }
    assert {code: found[code] for code in expected} == expected


def test_release_lists_the_sessions_of_the_city_with_all_who_came(cities):
    rows = cells(cities.released("namur"), "sessions")
    assert [row[0] for row in rows.values()] == ["2016-05-10", "2016-06-07"]
    assert [row[2:] for row in rows.values()] == [["10", "10"], ["13", "7"]]


def test_sessions_of_a_release_are_read_with_their_cities_at_once(cities):
    with CaptureQueriesContext(connection) as asked:
        found = cities.released("namur").content["tables"]
    assert (len(found["sessions"]["rows"]), len(found["coming"]["rows"])) == (2, 1)
    of_one = re.compile(r'"trainings_session_cities"."session_id" = \d|"trainings_topic"."id" = \d')
    assert [one["sql"] for one in asked if of_one.search(one["sql"])] == []


def test_release_says_where_the_city_stands(cities):
    [row] = cells(cities.released("namur"), "engagement").values()
    assert (row[0]["en"], row[1:]) == ("Taking part", ["2016-03-01", "2016-02-08"])


def test_invitation_after_the_last_change_of_state_is_told(cities):
    found = Engagement.objects.filter(city=cities.cities["namur"])
    found.update(invited_on=date(2016, 3, 20))
    [row] = cells(cities.released("namur"), "engagement").values()
    assert row[1:] == ["2016-03-01", "2016-03-20"]
    found.update(invited_on=date(2016, 10, 5))
    [row] = cells(
        cities.released("namur", at=OCTOBER + timedelta(hours=1), on=date(2016, 10, 3)), "engagement"
    ).values()
    assert row[1:] == ["2016-03-01", None]


def test_release_of_the_whole_says_who_refused_and_why(cities):
    released = cities.released()
    assert cells(released, "refusals") == {"no-staff": ["1"]}
    assert figures(released)["cities-refused"] == ("1", "1")


def test_asking_again_gives_the_same_release(cities):
    first = cities.released("namur", period=periods.of_quarter(2016, 2))
    Business.objects.all().update(city=None)
    again = cities.released("namur", period=periods.of_quarter(2016, 2), at=OCTOBER + timedelta(days=9))
    assert (again.pk, again.checksum) == (first.pk, first.checksum)
    assert first.reference == "CC-2016Q2-NAMUR-1"


def test_reference_is_the_same_in_whatever_language_it_is_asked_for(cities):
    cities.cities["namur"].names = {"fr": "Namur", "nl": "Namen"}
    with translation.override("nl"):
        assert cities.released("namur").reference == "CC-2016-NAMUR-1"


def test_running_period_has_one_release_a_day(cities):
    today = cities.released("namur")
    later = cities.released("namur", at=OCTOBER + timedelta(hours=3))
    tomorrow = cities.released("namur", at=OCTOBER + timedelta(days=1))
    assert later == today
    assert [today.reference, tomorrow.reference] == ["CC-2016-NAMUR-1", "CC-2016-NAMUR-2"]
    assert today.is_preliminary


def test_release_as_of_a_day_past_counts_until_its_end(cities):
    released = cities.released("namur", on=date(2016, 6, 7))
    assert figures(released)["sessions-held"] == ("2", "2")
    assert released.as_of == datetime(2016, 6, 7, 21, 59, 59, 999999, tzinfo=UTC)


def test_release_of_a_day_to_come_is_refused(cities):
    with pytest.raises(DayToCome):
        cities.released("namur", on=date(2016, 10, 5))


def test_city_without_sessions_has_a_release_that_says_so(cities):
    released = cities.released("wavre")
    assert figures(released)["sessions-held"] == ("0", "3")
    assert figures(released)["turnout"] == (None, "1")
    assert cells(released, "sessions") == {}
    assert cells(released, "scores")["score"][:2] == [None, "0"]


def test_campaign_without_anything_has_a_release(cities):
    campaign = cities.programme.campaigns.get(code="campaign-2017")
    released = cities.released(period=periods.of_campaign(campaign), at=datetime(2017, 2, 1, tzinfo=UTC))
    assert figures(released)["participants"] == ("0", "0")
    assert cells(released, "scores") == {}


def test_release_is_never_changed(cities):
    released = cities.released("namur")
    with pytest.raises(Frozen):
        released.save()
    with pytest.raises(Frozen):
        Release.objects.all().update(checksum="")
    with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
        QuerySet(Release).filter(pk=released.pk).update(checksum="0" * 64)


def test_release_whose_content_was_changed_is_refused(cities):
    released = cities.released("namur")
    assert released.checked_content()["floor"] == 5
    assert checksum_of(released.content) == released.checksum
    released.content["figures"][0]["own"]["value"] = "9"
    with pytest.raises(ContentChanged):
        released.checked_content()


def test_table_of_which_most_would_be_held_back_is_a_sentence(cities):
    released = cities.released("namur")
    table = released.content["tables"]["families"]
    assert (table["rows"], table["columns"], table["is_too_small"], table["instead"]) == ([], [], True, None)


def test_scores_and_topics_of_a_city_stand_beside_the_whole(cities):
    released = cities.released("namur")
    assert cells(released, "scores")["score"][1::2] == ["16", "27"]
    assert cells(released, "topics")["first-steps"] == ["11", "11/16", "18", "2/3"]
