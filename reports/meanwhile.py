"""Then, now, and what came between: a figure as the portal knew it on a day, as it counts the same time today, and why they differ."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from businesses.models import Merge
from figures.definition import Definition, Filters, Value
from figures.saying import shown
from reports.forms import end_of

# As many as are named; the number of all is said beside them.
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """`late` are rows that count by now and were not known then; `merges` are duplicates that became one since."""

    moment: datetime
    then: Value
    now: Value
    then_words: str
    now_words: str
    late: list[Any]
    late_number: int
    merges: list[Merge]
    merges_number: int

    @property
    def has_changed(self) -> bool:
        return self.then.value != self.now.value


def meanwhile(definition: Definition, filters: Filters, day: date) -> Meanwhile:
    """What had happened by the end of that day, as it was known then and as it is known now. A merge is undone in no count: the number
    of then already has the shops and people as they are today."""
    moment = end_of(day)
    now = replace(filters, as_of=min(moment, filters.as_of), known_at=None)
    then = replace(now, known_at=moment)
    late = _late(definition, now, then)
    merged = Merge.objects.filter(merged_at__gt=moment, undone_at=None).select_related("business", "person")
    of_programme = merged.exclude(kind=Merge.Kind.BUSINESS) | merged.filter(business__programme=filters.programme)
    before, after = definition.compute(then), definition.compute(now)
    return Meanwhile(
        moment,
        before,
        after,
        shown(before.value, definition.unit),
        shown(after.value, definition.unit),
        late=[*late[:MOST_NAMED]] if late is not None else [],
        late_number=late.count() if late is not None else 0,
        merges=[*of_programme[:MOST_NAMED]],
        merges_number=of_programme.count(),
    )


def _late(definition: Definition, now: Filters, then: Filters) -> QuerySet[Any] | None:
    if definition.rows is None:
        return None
    return definition.rows(now).exclude(pk__in=definition.rows(then).order_by().values("pk"))
