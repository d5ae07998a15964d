"""The figures of self-diagnostics with ten times as many of them, beside plain SQL over the rows."""

import time
from collections.abc import Callable, Mapping

from django.db import connection

from bench.saying import say
from diagnostics.figures import FIGURES
from figures.definition import Filters
from programmes.models import Programme

TIMES, AIM = 10, 1.5

# The latest completed of each shop and campaign, written for this table alone.
COUNTING = """
FROM diagnostics_diagnostic d WHERE score IS NOT NULL
AND NOT EXISTS (SELECT FROM diagnostics_diagnostic o WHERE o.previous_id = d.id AND o.completed_at IS NOT NULL)
AND NOT EXISTS (
    SELECT FROM diagnostics_diagnostic o
    JOIN businesses_membership m ON m.person_id = o.person_id AND m.business_id = o.business_id AND m.state = 'approved'
    WHERE o.business_id = d.business_id AND o.campaign_id = d.campaign_id AND o.completed_at > d.completed_at)"""
SCORES = f"SELECT city_id, avg(score), percentile_cont(0.5) WITHIN GROUP (ORDER BY score) {COUNTING} GROUP BY GROUPING SETS ((), (city_id))"
PLAIN: Mapping[str, str] = {
    "diagnostics-started": "SELECT city_id, count(*) FROM diagnostics_diagnostic GROUP BY GROUPING SETS ((), (city_id))",
    "diagnostic-minutes": """SELECT city_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY completed_at - started_at)
        FROM diagnostics_diagnostic GROUP BY GROUPING SETS ((), (city_id))""",
    "score-mean": SCORES,
    "score-median": SCORES,
}
type Taken = dict[str, tuple[float, float | None]]


def measure(*, rounds: int) -> Taken:
    """Milliseconds of each figure, whole and by city, and of the plain SQL for the same, in turns: the least of the rounds, which other
    work on the machine has disturbed least."""
    filters = Filters(Programme.objects.get(code="commerce-connecte").pk)
    found: Taken = {}
    for definition in FIGURES:
        ways: list[Callable[[], object]] = [lambda one=definition: (one.compute(filters), one.split(filters, "city"))]
        if definition.code in PLAIN:
            ways.append(lambda sql=PLAIN[definition.code]: _fetched(sql))
        turns = [[_milliseconds(way) for way in ways] for _round in range(rounds + 1)][1:]
        ours, *plain = (min(column) for column in zip(*turns, strict=True))
        found[definition.code] = (ours, plain[0] if plain else None)
    return found


def say_ratios(before: Taken, after: Taken, *, rows: int) -> None:
    say(
        f"\nFigures of {rows // TIMES:,} and of {rows:,} self-diagnostics, whole and by city, milliseconds; aim at most {AIM} times"
    )
    for code, (ours, plain) in after.items():
        ratio = ours / before[code][0]
        beside = f"; plain SQL {plain:,.0f}, {plain / ours:.1f} times ours" if plain else ""
        say(
            f"  {code:24} {before[code][0]:5.0f} {ours:5.0f}, ratio {ratio:.2f}{'' if ratio <= AIM else '  TOO MUCH'}{beside}"
        )


def _fetched(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
