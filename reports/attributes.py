"""Who counts by an attribute, and where: shops by family of trades, results by theme and by topic, slips by reason.

Rows and not yet counts: what is held back is decided over lots that are counted together, in whatever release (see linking.py).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Func, JSONField, Value

from businesses.models import Family
from diagnostics.figures.rows import counting_rows
from figures.definition import Filters
from surveys.figures import slips
from trainings.figures.participants import heads
from trainings.models import Topic

# The key of a city; None: it is not known in which.
type City = int | None

NOT_KNOWN = "-"
SCORE = "score"
WANTING = "wanting"
SLIP_CITIES = "registration__session__cities"
FUNNEL = {"slips-booked": slips.booked_rows, "slips-attended": slips.attended_rows, "slips-better": slips.better_rows}


@dataclass(frozen=True, slots=True)
class Counted:
    """One shop, result or slip in one of its cities: the columns in which it counts, and what else is added up of it.

    A unit has the same columns in all of its rows, whatever the filters.
    """

    unit: int | str
    city: City
    columns: tuple[str, ...]
    amounts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`is_of_cities`: False where no city by itself has any released.

    `possible` are all columns that there could be in a programme. Where it is given, how many there are in a place, all columns
    together, is nobody's secret; that none is of this column is not said either, where it would tell of others.
    `is_joint`: a unit has most columns at once (a result all themes), so that those that have the same ones are one lot; else each
    column has lots of its own.
    `behind` names the column over which an amount is: a mean or a share is shown where that number is.
    """

    code: str
    rows: Callable[[Filters], Iterator[Counted]]
    possible: Callable[[int], Iterable[str]] | None = None
    is_of_cities: bool = True
    is_joint: bool = False
    behind: Callable[[str], str] = str


def _families(filters: Filters) -> Iterator[Counted]:
    """Different shops of the participants, in the cities of which they are participants."""
    shops = heads(filters).filter(registration__business__isnull=False).order_by()
    family = "registration__business__sub_sector__family__code"
    for shop, city, code in shops.values_list("registration__business", "place", family).distinct():
        yield Counted(shop, city, (code or NOT_KNOWN,))


def _scores(filters: Filters) -> Iterator[Counted]:
    """One result a shop: its score and those of its dimensions, 0 to 100."""
    rows: Any = counting_rows(filters).order_by().values_list("pk", "city", "score", "profile")
    # No iterator(): of a cursor PostgreSQL expects that few rows are fetched, and takes minutes where it needs a second.
    for pk, city, score, profile in rows:
        points = {SCORE: score} | {code: each for code, each in profile.items() if each is not None}
        yield Counted(pk, city, tuple(sorted(points)), points)


def _topics(filters: Filters) -> Iterator[Counted]:
    """One result a shop, by the topics that were recommended to it."""
    codes = Func("result", Value("$.topics[*].code"), function="jsonb_path_query_array", output_field=JSONField())
    rows: Any = counting_rows(filters).order_by().values_list("pk", "city", codes)
    for pk, city, topics in rows:
        yield Counted(pk, city, tuple(sorted(topics)))


def _wishes(filters: Filters) -> Iterator[Counted]:
    """Slips that want a training, in all cities of their session; what became of them is added up."""
    became = {code: _keys(rows(filters)) for code, rows in FUNNEL.items()}
    for pk, city in slips.wanting_rows(filters).order_by().values_list("pk", SLIP_CITIES):
        yield Counted(pk, city, (WANTING,), {code: int(pk in keys) for code, keys in became.items()})


def _reasons(rows: Callable[[Filters], Any], reason: str) -> Callable[[Filters], Iterator[Counted]]:
    """Slips by reason; what somebody says later for another reason is another unit."""

    def counted(filters: Filters) -> Iterator[Counted]:
        for pk, city, why in rows(filters).order_by().values_list("pk", SLIP_CITIES, reason):
            yield Counted(f"{pk} {why}", city, (why,))

    return counted


def _keys(rows: Any) -> set[int]:
    return {*rows.order_by().values_list("pk", flat=True)}


def _all_families(programme: int) -> Iterator[str]:
    yield NOT_KNOWN
    yield from Family.objects.filter(programme=programme).values_list("code", flat=True)


def _all_topics(programme: int) -> Iterator[str]:
    yield from Topic.objects.filter(programme=programme).values_list("code", flat=True)


FAMILIES = Attribute("families", _families, _all_families)
SCORES = Attribute("scores", _scores, is_joint=True)
# Each shop has at most five: with how many have a result, their sum is as good as known.
TOPICS = Attribute("topics", _topics, _all_topics)
WISHES = Attribute("funnel", _wishes, is_of_cities=False, behind=lambda _code: WANTING)
STOPPED = Attribute("stopped", _reasons(slips.stopped_rows, "outcome_reason"), is_of_cities=False)
DECLINING = Attribute("declining", _reasons(slips.declining_rows, "reason"), is_of_cities=False)
ATTRIBUTES = (FAMILIES, SCORES, TOPICS, WISHES, STOPPED, DECLINING)
