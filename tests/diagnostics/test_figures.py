"""Each figure against rows counted by hand and against plain SQL that knows nothing of its code."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection

from businesses.models import SubSector
from diagnostics import taking
from diagnostics.figures import FIGURES
from diagnostics.models import Diagnostic
from figures.definition import Filters
from tests.diagnostics.shops import MAY, reload, take, take_again, without_question

BY_CODE = {definition.code: definition for definition in FIGURES}
JUNE = datetime(2026, 6, 30, 12, tzinfo=UTC)
SCORES = (10, 20, 40, 80)


@pytest.fixture
def year(commerce, namur, florist):
    """Four shops with a result of a day in May, of 10, 20, 40 and 80 points, after 4, 6, 10 and 60 minutes; the last is a baker's of no city.
    One more was begun on the day after."""
    for number, score in enumerate(SCORES):
        is_last = number == 3
        found = take(commerce, "bakery" if is_last else "florist", at=MAY, city=None if is_last else namur)
        minutes = (4, 6, 10, 60)[number]
        profile = {"visibility": score, "security": score + 1} if number else {"visibility": score}
        Diagnostic.objects.filter(pk=found.pk).update(
            score=score, profile=profile, started_at=MAY - timedelta(minutes=minutes)
        )
    taking.start(
        programme=commerce,
        sub_sector=florist,
        city=namur,
        staff_size="alone",
        language="fr",
        at=MAY + timedelta(days=1),
    )
    return commerce


def filtered(year, **narrowed):
    return Filters(**{"programme": year.pk, "as_of": JUNE, **narrowed})


def computed(year, code, **narrowed):
    return BY_CODE[code].compute(filtered(year, **narrowed))


def parts(year, code, by):
    return {key: (part.value, part.n) for key, part in BY_CODE[code].split(filtered(year), by).items()}


def test_started_completed_and_time_taken(year):
    codes = ("diagnostics-started", "diagnostics-completed", "diagnostics-finished", "diagnostic-minutes")
    assert [computed(year, code).value for code in codes] == [5, 4, Fraction(4, 5), 8]


def test_scores(year):
    codes = ("score-mean", "score-lower-quarter", "score-median", "score-upper-quarter")
    assert [computed(year, code).value for code in codes] == [Fraction(75, 2), 15, 30, 60]
    assert {computed(year, code).n for code in codes} == {4}


def test_scores_by_trade_and_by_dimension(year, florist):
    bakery = SubSector.objects.get(programme=year, code="bakery")
    assert parts(year, "score-mean", "sub_sector") == {florist.pk: (Fraction(70, 3), 3), bakery.pk: (80, 1)}
    found = parts(year, "score-mean", "dimension")
    assert found == {"visibility": (Fraction(75, 2), 4), "security": (Fraction(143, 3), 3)}


def test_topics_are_ranked_by_the_shops_to_which_they_were_recommended(year):
    found = {code: value for code, (value, _n) in parts(year, "topics-recommended", "topic").items()}
    plain = {}
    for result in Diagnostic.objects.completed().values_list("result", flat=True):
        for topic in result["topics"]:
            plain[topic["code"]] = plain.get(topic["code"], 0) + 1
    assert found == plain != {}


def test_shop_counts_once_by_its_latest_as_of_that_day(year):
    first = Diagnostic.objects.get(score=10)
    take_again(first, at=MAY + timedelta(days=10))
    codes = ("score-mean", "topics-recommended", "diagnostics-completed")
    assert [computed(year, code).n for code in codes] == [4, 4, 5]
    assert computed(year, "score-lower-quarter", as_of=MAY + timedelta(days=9)).value == 15
    assert computed(year, "score-mean", as_of=MAY + timedelta(days=9)).value == Fraction(75, 2)


def test_period_and_place_narrow_what_counts(year, namur):
    assert computed(year, "diagnostics-started", since=date(2026, 5, 5)).value == 1
    assert computed(year, "diagnostics-completed", until=date(2026, 5, 3)).value == 0
    assert computed(year, "score-mean", cities=frozenset([namur.pk])).value == Fraction(70, 3)


def test_nothing_is_divided_by_nought(year):
    found = {code: computed(year, code, until=date(2026, 5, 3)).value for code in BY_CODE}
    assert {code for code, value in found.items() if value is not None} == {
        "diagnostics-started",
        "diagnostics-completed",
        "topics-recommended",
    }


def test_versions_are_what_the_scores_were_measured_with(year):
    assert len(BY_CODE["score-mean"].measured_with(filtered(year))) == 1
    reload(without_question(Diagnostic.objects.first().version.questions[-1]["code"]))
    take(year, at=MAY + timedelta(days=2))
    assert len(BY_CODE["score-mean"].measured_with(filtered(year))) == 2


@pytest.mark.parametrize("code", BY_CODE)
@pytest.mark.parametrize("by", ["month", "city", "sub_sector", "campaign"])
def test_parts_make_the_whole_where_rows_have_one(year, code, by):
    definition = BY_CODE[code]
    found = definition.split(filtered(year), by)
    missing = 1 if by == "city" else 0
    assert sum(part.n for part in found.values()) == computed(year, code).n - missing


PLAIN = {
    "diagnostics-started": "SELECT count(*) FROM diagnostics_diagnostic WHERE started_at <= %(at)s",
    "diagnostics-completed": "SELECT count(*) FROM diagnostics_diagnostic WHERE completed_at <= %(at)s",
    "diagnostic-minutes": """SELECT extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY completed_at - started_at)) / 60
        FROM diagnostics_diagnostic WHERE completed_at <= %(at)s""",
    "score-mean": "SELECT avg(score) FROM diagnostics_diagnostic WHERE completed_at <= %(at)s",
    "score-median": """SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY score)
        FROM diagnostics_diagnostic WHERE completed_at <= %(at)s""",
}


@pytest.mark.parametrize("code", PLAIN)
def test_figure_is_what_plain_sql_counts(year, code):
    with connection.cursor() as cursor:
        cursor.execute(PLAIN[code], {"at": JUNE})
        plain = cursor.fetchone()[0]
    assert float(computed(year, code).value) == pytest.approx(float(plain))
