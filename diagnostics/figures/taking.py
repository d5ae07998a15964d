"""Self-diagnostics started and completed, and how long they take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from diagnostics.figures import tallies as tallying
from diagnostics.figures.rows import completed_rows, started_rows
from diagnostics.figures.tallies import ENDED, Measure, Tally, tallies, tally
from figures.counting import Histogram, median_of
from figures.definition import Definition, Filters, Protection, Unit, Value, count, share

OF_DIAGNOSTICS = frozenset({"campaign", "cities", "sub_sector", "since", "until"})
BREAKDOWNS = ("month", "quarter", "campaign", "city", "grouping", "sub_sector")


@dataclass(frozen=True, slots=True)
class Tallied:
    """A figure made of the tally of a measure: `value` of all, or of each part by itself."""

    measure: Measure
    value: Callable[[Tally], Value]

    def whole(self, filters: Filters) -> Value:
        return self.value(tally(self.measure, filters))

    def parts(self, filters: Filters, by: str) -> dict[Any, Value] | None:
        if by not in (*BREAKDOWNS, "year"):
            return None
        return {part: self.value(found) for part, found in tallies(self.measure, filters, by).items()}


def histogram(found: Tally) -> Histogram:
    """Of a tally whose keys are whole numbers."""
    return sorted((int(number), n) for number, n in found.items())


STARTED = Tallied(tallying.STARTED, lambda found: count(found.total()))
FINISHED = Tallied(tallying.STARTED, lambda found: share(found[ENDED], found.total()))
COMPLETED = Tallied(tallying.MINUTES, lambda found: count(found.total()))
MINUTES = Tallied(tallying.MINUTES, lambda found: median_of(histogram(found)))


def started(filters: Filters) -> Value:
    """Self-diagnostics begun, from 0; n is the same. Source: Diagnostic.started_at."""
    return STARTED.whole(filters)


def completed(filters: Filters) -> Value:
    """Self-diagnostics that have their result, from 0; n is the same. Source: Diagnostic.completed_at."""
    return COMPLETED.whole(filters)


def finished(filters: Filters) -> Value:
    """Those completed by then (numerator) of those begun in the period (denominator, n), a ratio from 0 to 1; None without any.
    Source: Diagnostic."""
    return FINISHED.whole(filters)


def minutes(filters: Filters) -> Value:
    """Minutes from the start to the result, each one begun: the one in the middle; n counts those completed, None without any.
    Source: Diagnostic."""
    return MINUTES.whole(filters)


def _define(code: str, counting: Tallied, **said: Any) -> Definition:
    given: Mapping[str, Any] = {"unit": Unit.COUNT, "rows": completed_rows, **said}
    return Definition(code=code, split=counting.parts, accepts=OF_DIAGNOSTICS, breakdowns=BREAKDOWNS, **given)


FIGURES: Sequence[Definition] = (
    _define(
        "diagnostics-started",
        STARTED,
        compute=started,
        rows=started_rows,
        name=_("Self-diagnostics started"),
        words=_("Self-diagnostics that were begun, by the day of the beginning; one that is done again counts again."),
        sentence=ngettext_lazy(
            "{value} self-diagnostic was started.", "{value} self-diagnostics were started.", "count"
        ),
    ),
    _define(
        "diagnostics-completed",
        COMPLETED,
        compute=completed,
        name=_("Self-diagnostics completed"),
        words=_(
            "Self-diagnostics that have their result, by the day of the result; one that is done again counts again."
        ),
        sentence=ngettext_lazy(
            "{value} self-diagnostic was completed.", "{value} self-diagnostics were completed.", "count"
        ),
    ),
    _define(
        "diagnostics-finished",
        FINISHED,
        compute=finished,
        rows=started_rows,
        unit=Unit.SHARE,
        name=_("Self-diagnostics completed, of those started"),
        words=_("Those that have their result by the as-of date, of the self-diagnostics begun in the period."),
        sentence=ngettext_lazy(
            "Of {n} self-diagnostic started, {value} were completed.",
            "Of {n} self-diagnostics started, {value} were completed.",
            "count",
        ),
    ),
    _define(
        "diagnostic-minutes",
        MINUTES,
        compute=minutes,
        unit=Unit.MINUTES,
        protection=Protection.FEW,
        name=_("Time taken for the self-diagnostic"),
        words=_(
            "From the first page to the result, pauses included, in minutes begun: half took so long or less. The median, because some "
            "come back days later."
        ),
        sentence=ngettext_lazy(
            "{n} self-diagnostic had its result within {value}.",
            "Half of {n} self-diagnostics had their result within {value}.",
            "count",
        ),
    ),
)
