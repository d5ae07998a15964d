"""What a figure counts, said once: pages, reports, spreadsheets and answers to parliament take it from its definition."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from math import ceil
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from figures.days import midnight
from figures.disclosure import may_publish
from figures.figure import Figure

type Words = Any  # a text or a lazy one: it is said in the reader's language


class Unit(Enum):
    """What the number is a number of; a share is a ratio from 0 to 1 and shown in percent."""

    COUNT = _("number")
    MEAN = _("mean")
    SHARE = _("percent")
    POINTS = _("points out of 100")
    EURO = _("euro")
    MINUTES = _("minutes")


class Protection(Enum):
    """What must not be shown of few: answers, wishes, scores and opinions, and how long somebody took. Cities, sessions, how many came to
    them, modules and what the public pays are nobody's secret.

    ANSWERS come in boxes of which each is large enough by itself. FEW is what others than staff read of the whole, split by one thing
    that is no place. JOINT is what they have out of releases alone, in which it is protected together with all that was released before.
    """

    NONE = "none"
    ANSWERS = "answers"
    FEW = "few"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows count. Rows are named by their keys; None and "" let everything through.

    `as_of` looks at when something happened, `known_at` at when the portal learnt it: late paper lies between the two.
    Both days of a period belong to it. Raises PeriodReversed.
    """

    programme: int
    campaign: int | None = None
    cities: frozenset[int] | None = None
    sub_sector: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    as_of: datetime = field(default_factory=timezone.now)
    known_at: datetime | None = None
    # Questions of a survey that fewer have answered after a session are left out: of two sums none can be the difference.
    least: int = 0

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise PeriodReversed

    def happened(self, path: str) -> Q:
        """What happened in the period and by `as_of`, by the moment on this path."""
        return self.in_period(path) & Q((f"{path}__lte", self.as_of))

    def in_period(self, path: str) -> Q:
        """What lies in the period, also what is still to come; its days are those of the calendar here."""
        wanted = Q()
        if self.since:
            wanted &= Q((f"{path}__gte", midnight(self.since)))
        if self.until:
            wanted &= Q((f"{path}__lt", midnight(self.until + timedelta(days=1))))
        return wanted

    def known(self, path: str) -> Q:
        """What the portal knew at `known_at`, by the moment of recording on this path; everything where it is None."""
        return Q((f"{path}__lte", self.known_at)) if self.known_at else Q()


class PeriodReversed(ValueError):
    """The period ends before it begins."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number with what stands behind it; None where nothing was counted. `note` says what was left out of this one."""

    value: Fraction | None
    n: int
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    note: Words = ""


def count(n: int) -> Value:
    return Value(Fraction(n), n)


def share(part: int | Fraction, whole: int | Fraction, n: int | None = None) -> Value:
    """A part of a whole; `n` is how many rows stand behind it, where that is not the whole itself."""
    ratio = Fraction(part) / Fraction(whole) if whole else None
    return Value(ratio, int(whole) if n is None else n, Fraction(part), Fraction(whole))


def mean(total: int | Fraction, n: int) -> Value:
    return Value(Fraction(total) / n if n else None, n, Fraction(total), Fraction(n))


def form_of(unit: Unit, value: Fraction, n: int) -> int:
    """The number that the words of a sentence agree with: a count itself, else n. 2 stands for all above 1."""
    return min(2, ceil(value if unit is Unit.COUNT else n))


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure: `compute` counts it, `rows` are what it has counted, for staff.

    `accepts` names the filters that it can take; `breakdowns` the ways in which it may be split; `sentence` has
    {value} and {n}, stands on its own, and agrees with `count` (see form_of). `kinds` are the values of the filter "kind"
    with their words. `split` counts all parts of one breakdown at once, by their keys, or returns None for one that it
    leaves to `compute`, part by part. `made_of` are the units of the numerator and of the denominator. `measured_with` names
    what the numbers were asked with: where it differs, two campaigns are not comparable. `undated` says why it can only be
    counted as of now, where its rows keep no time. `each_once` is the path from a row to the shop or person that counts once:
    merging two of them changes the number. `apart` says why some count in the whole and in none of its parts. Of what is a ranking the
    whole is all there is: it is said by its n, and read in its parts.
    """

    code: str
    name: Words
    words: Words
    unit: Unit
    compute: Callable[[Filters], Value]
    sentence: Words
    made_of: tuple[Unit, Unit] = (Unit.COUNT, Unit.COUNT)
    accepts: frozenset[str] = frozenset({"campaign", "cities", "since", "until"})
    breakdowns: tuple[str, ...] = ()
    protection: Protection = Protection.NONE
    rows: Callable[[Filters], QuerySet[Any]] | None = None
    kinds: Sequence[tuple[str, Words]] = ()
    split: Callable[[Filters, str], Mapping[Any, Value] | None] | None = None
    measured_with: Callable[[Filters], frozenset[str]] | None = None
    undated: Words = ""
    each_once: str = ""
    apart: Words = ""
    is_ranking: bool = False

    def figure(self, filters: Filters, *, said: Mapping[str, str] | None = None, is_public: bool = True) -> Figure:
        """Its value under these filters, `said` in words. What must not be shown of few is None unless staff asks."""
        found = self.compute(filters)
        is_shown = not is_public or self.may_show(found)
        return Figure(
            name=str(self.name),
            definition=str(self.words),
            unit=str(self.unit.value),
            value=found.value if is_shown else None,
            n=found.n,
            numerator=found.numerator if is_shown else None,
            denominator=found.denominator if is_shown else None,
            since=filters.since,
            until=filters.until,
            as_of=filters.as_of,
            filters=said or {},
            note=str(found.note),
        )

    def form(self, number: int) -> str:
        """The sentence that agrees with this number; {value} and {n} are still to be put in."""
        return str(self.sentence.format(count=number, value="{value}", n="{n}"))

    def may_show(self, found: Value) -> bool:
        """To others than staff: what is protected only from the floor on, or that there is none."""
        if self.protection in (Protection.ANSWERS, Protection.FEW):
            return found.n == 0 or may_publish(found.n)
        return self.protection is Protection.NONE
