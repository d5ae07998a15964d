"""What shops need beside what is planned: topics recommended and asked for, by city and topic, and the seats that are coming.

For staff alone: numbers of a single shop are among them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Func, JSONField, QuerySet, Sum, Value
from django.utils.translation import gettext as _

from diagnostics.models import Diagnostic
from programmes.models import City, Programme
from trainings.models import Interest, Session, Topic


class By(StrEnum):
    BOTH = "both"
    CITY = "city"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Numbers:
    """`recommended`: shops whose latest result names the topic. `interested`: people who asked to be told of it, and whose
    wish stands. `sessions`, `seats`, `free`: to come, drafts included."""

    recommended: int = 0
    interested: int = 0
    sessions: int = 0
    seats: int = 0
    free: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """None stands for all cities, or all topics."""

    city: City | None
    topic: Topic | None
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Needs:
    """Lines with the most wanted first, and their sum, in which a session of several cities counts once."""

    lines: list[Line]
    total: Numbers


Key = tuple[int | None, int | None]


def needs_of(programme: Programme, by: By, at: datetime) -> Needs:
    """In a fixed number of queries."""
    topics = {topic.pk: topic for topic in Topic.objects.filter(programme=programme)}
    cities = {city.pk: city for city in City.objects.filter(programme=programme)} if by != By.TOPIC else {}
    recommended = _recommended(programme, {topic.code: pk for pk, topic in topics.items()}, by)
    interested = _grouped(_interests(programme), by, "city")
    planned = {_key(by, city, topic): row for city, topic, *row in _planned(programme, by, at)}
    keys = {*recommended, *interested, *planned}
    lines = [
        Line(cities.get(city or 0), topics.get(topic or 0), _numbers((city, topic), recommended, interested, planned))
        for city, topic in keys
    ]
    return Needs(sorted(lines, key=_order), _total(programme, recommended, interested, at))


def _numbers(key: Key, recommended: Counter[Key], interested: Counter[Key], planned: dict[Key, list[int]]) -> Numbers:
    sessions, seats, taken = planned.get(key, (0, 0, 0))
    return Numbers(recommended[key], interested[key], sessions, seats, max(seats - taken, 0))


def _total(programme: Programme, recommended: Counter[Key], interested: Counter[Key], at: datetime) -> Numbers:
    found = _coming(programme, at).aggregate(sessions=Count("pk"), seats=Sum("capacity"), taken=Sum("seats_taken"))
    seats, taken = found["seats"] or 0, found["taken"] or 0
    return Numbers(recommended.total(), interested.total(), found["sessions"], seats, max(seats - taken, 0))


def _order(line: Line) -> tuple[int, str, int]:
    numbers = line.numbers
    name = line.city.name_key if line.city else ""
    return -(numbers.recommended + numbers.interested), name, line.topic.order if line.topic else 0


def _key(by: By, city: int, topic: int) -> Key:
    return (None if by == By.TOPIC else city), (None if by == By.CITY else topic)


def _recommended(programme: Programme, topics: dict[str, int], by: By) -> Counter[Key]:
    """Out of the results that were handed over."""
    code = Func("result", Value("$.topics[*].code"), function="jsonb_path_query", output_field=JSONField())
    code.set_returning = True
    results = Diagnostic.objects.counting().filter(programme=programme, city__isnull=False)
    rows = results.order_by().values("city").annotate(code=code, n=Count("pk")).values_list("city", "code", "n")
    found: Counter[Key] = Counter()
    for city, name, count in rows:
        if name in topics:
            found[_key(by, city, topics[name])] += count
    return found


def _interests(programme: Programme) -> QuerySet[Interest]:
    return Interest.objects.standing().filter(topic__programme=programme)


def _grouped(rows: QuerySet[Interest], by: By, city: str) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for place, topic, count in rows.order_by().values_list(city, "topic").annotate(n=Count("pk")):
        found[_key(by, place, topic)] += count
    return found


def _coming(programme: Programme, at: datetime) -> QuerySet[Session]:
    states = (Session.State.DRAFT, Session.State.OPEN, Session.State.CLOSED)
    coming = Session.objects.filter(programme=programme, topic__isnull=False, starts_at__gt=at, state__in=states)
    return coming.order_by()


def _planned(programme: Programme, by: By, at: datetime) -> Iterator[tuple[int, int, int, int, int]]:
    """City, topic, sessions, seats, seats taken; a session stands with each of its cities."""
    grouped = {By.BOTH: ("cities", "topic"), By.CITY: ("cities",), By.TOPIC: ("topic",)}[by]
    sums = {"n": Count("pk"), "seats": Sum("capacity"), "taken": Sum("seats_taken")}
    for row in _coming(programme, at).values(*grouped).annotate(**sums):
        yield row.get("cities") or 0, row.get("topic") or 0, row["n"], row["seats"], row["taken"]


def columns() -> list[str]:
    return [
        _("city"),
        _("training topic"),
        _("shops it is recommended to"),
        _("people who asked to be told"),
        _("sessions planned"),
        _("seats planned"),
        _("seats free"),
    ]


def table(needs: Needs) -> Iterable[tuple[object, ...]]:
    """With its head and its sum, for a spreadsheet."""
    yield tuple(columns())
    for line in needs.lines:
        yield (_name(line.city), _name(line.topic), *_cells(line.numbers))
    yield _("Sum"), "", *_cells(needs.total)


def _name(row: City | Topic | None) -> str:
    return str(row) if row else ""


def _cells(numbers: Numbers) -> tuple[int, ...]:
    return numbers.recommended, numbers.interested, numbers.sessions, numbers.seats, numbers.free
