"""Then, now, and what came between: a figure as a report said it, as the portal knew it then, as it counts the same time today, and
why they differ."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from businesses.models import Merge
from figures.definition import Definition, Filters, Protection, Value
from figures.saying import shown
from reports.behind import read
from reports.forms import NarrowForm, end_of
from reports.gathering import codes_of
from reports.models import Release, ReleaseQuerySet
from reports.reading import Reading
from reports.tables import Cell

# As many as are named; the number of all is said beside them.
MOST_NAMED = 50
MOST_OFFERED = 50


@dataclass(frozen=True, slots=True)
class Some:
    """Rows: the first of them, to be named, and how many there are."""

    named: list[Any]
    number: int


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """`said` is what stands in the report, where one was asked for. `late` are rows that count by now and were not known then, `gone`
    those that counted then and no longer do, `merged` duplicates among what is counted that became one since."""

    moment: datetime
    then: Value
    now: Value
    then_words: str
    now_words: str
    late: Some
    gone: Some
    merged: Some
    release: Release | None = None
    said: Cell | None = None

    @property
    def is_corrected(self) -> bool:
        """What was known then comes to another number today."""
        return self.said is not None and not self.said.is_held_back and self.said.exact != self.then.value

    @property
    def has_changed(self) -> bool:
        return self.is_corrected or self.then.value != self.now.value or bool(self.late.number + self.gone.number)


def may_look_back(definition: Definition, *, is_public: bool) -> bool:
    """Others than staff only at what is open: of two numbers that are protected none can be the difference."""
    return not definition.undated and (not is_public or definition.protection is Protection.NONE)


def holding(asked: NarrowForm, filters: Filters, found: ReleaseQuerySet, chosen: str) -> list[Release]:
    """Of these releases the latest that say this figure about what is asked for, and the one that was chosen. None is about a trade or
    a kind of session."""
    narrower = {"campaign": filters.campaign, "since": filters.since, "until": filters.until}
    told = found.filter(**asked.place, **{name: value for name, value in narrower.items() if value})
    is_held = asked.definition.code in codes_of(asked.cleaned_data.get("city"))
    if not is_held or filters.sub_sector or filters.kind:
        told = told.none()
    return [*(told | found.filter(reference=chosen)).latest_first().defer("content")[:MOST_OFFERED]]


def since_release(definition: Definition, release: Release) -> Meanwhile:
    """About what that release is about, as of its moment. Raises ContentChanged."""
    subject = release.subject
    filters = replace(subject.filters(release.as_of), cities=subject.cities)
    figure = Reading(release).figures.get(definition.code)
    found = _between(definition, filters, release.made_at)
    return replace(found, release=release, said=figure.own if figure else None)


def since_day(definition: Definition, filters: Filters, day: date) -> Meanwhile:
    """What had happened by the end of that day, as it was known then and as it is known now."""
    moment = end_of(day)
    return _between(definition, replace(filters, as_of=min(moment, filters.as_of)), moment)


def _between(definition: Definition, now: Filters, moment: datetime) -> Meanwhile:
    """What changed without a trace (a merge, a correction) is as it is today in the number of then, too: only a report still has it."""
    then = replace(now, known_at=moment)
    before, after = definition.compute(then), definition.compute(now)
    return Meanwhile(
        moment,
        before,
        after,
        shown(before.value, definition.unit),
        shown(after.value, definition.unit),
        late=_some(_only_in(definition, now, then)),
        gone=_some(_only_in(definition, then, now)),
        merged=_pairs(_merged(definition, now, moment)),
    )


def _some(rows: QuerySet[Any]) -> Some:
    return Some(read(rows.model, [*rows.values_list("pk", flat=True)[:MOST_NAMED]]), rows.count())


def _pairs(merges: QuerySet[Merge]) -> Some:
    return Some([*merges.select_related("business", "person")[:MOST_NAMED]], merges.count())


def _only_in(definition: Definition, these: Filters, those: Filters) -> QuerySet[Any]:
    assert definition.rows  # noqa: S101  what is dated has rows: a test of the registry holds it
    return definition.rows(these).exclude(pk__in=definition.rows(those).order_by().values("pk"))


def _merged(definition: Definition, filters: Filters, moment: datetime) -> QuerySet[Merge]:
    """Of the shops or people that the figure counts once."""
    if not definition.each_once or not definition.rows:
        return Merge.objects.none()
    counted = definition.rows(filters).order_by().values(definition.each_once)
    kept = {f"{definition.each_once.rpartition('__')[-1]}__in": counted}
    return Merge.objects.filter(merged_at__gt=moment, undone_at=None, **kept)
