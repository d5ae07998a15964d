"""Whose protected counts stand in a table: the subject's own, or those of a greater place where it is too small, beside the whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from typing import Any

from programmes.models import Grouping
from reports.linking import GROUPING, WHOLE
from reports.plain import HELD_BACK, Cells, Column, Json, number
from reports.subjects import Subject

type ByPlace = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be seen of one place that was counted: no number where there is nothing, None where it is held back."""

    place: str
    numbers: Mapping[str, int | None]
    amounts: Mapping[str, int]
    total: int | None
    is_mostly_hidden: bool

    def number(self, code: str) -> int | None:
        return None if self.is_mostly_hidden else self.numbers.get(code, 0)

    def part(self, code: str, of: int | None) -> Cells:
        """A number and its share of others, where these are shown too."""
        n = self.number(code)
        if n is None or of is None:
            return [HELD_BACK if n is None else str(n), HELD_BACK]
        return [str(n), number(Fraction(n, of)) if of else None]

    def mean(self, code: str, behind: str = "") -> Cells:
        """What is added up under this code over how many it is, and how many these are."""
        n = self.number(behind or code)
        if n is None:
            return [HELD_BACK, HELD_BACK]
        return [number(Fraction(self.amounts[code], n)) if n else None, str(n)]

    def count(self, code: str) -> Cells:
        n = self.number(code)
        return [HELD_BACK if n is None else str(n)]


def shown_in(counts: ByPlace, place: str) -> Shown:
    """Of a place that was there to be counted: where it stands in no row, there was nothing."""
    found = counts.get(place, {"numbers": {}, "amounts": {}, "total": 0, "is_mostly_hidden": False})
    return Shown(place, **found)


@dataclass(frozen=True, slots=True)
class Places:
    """The subject as it was when all were counted, and the groupings that counted its city then, the smallest first."""

    subject: Subject
    is_counted: bool
    groupings: Sequence[Grouping]


def places_of(subject: Subject, counted: Mapping[str, Any]) -> Places:
    """`counted` is the content of protected counts: of what came later, or had other cities then, they say nothing."""
    if subject.city:
        return Places(subject, subject.city.code in counted["cities"], _groupings(subject, counted["groupings"]))
    then = counted["groupings"].get(subject.grouping.code) if subject.grouping else None
    return Places(subject, not subject.grouping or then == sorted(subject.cities or ()), [])


def _groupings(subject: Subject, counted: Mapping[str, Sequence[int]]) -> Sequence[Grouping]:
    city = subject.city.pk if subject.city else None
    codes = [code for code, cities in counted.items() if city in cities]
    found = subject.programme.groupings.offered().filter(code__in=codes)
    return sorted(found, key=lambda grouping: (len(counted[grouping.code]), grouping.code))


@dataclass(frozen=True, slots=True)
class Beside:
    """`own` is None for the whole itself, and where neither the subject nor a grouping of it is large enough, or it was not counted;
    `instead` is the grouping that stands in its place. `whole` is None where even that is too small."""

    subject: Subject
    own: Shown | None
    whole: Shown | None
    is_counted: bool = True
    instead: Grouping | None = None

    @property
    def codes(self) -> set[str]:
        """Of what there is anything."""
        return {code for each in self.shown for code, n in each.numbers.items() if n != 0}

    def columns(self, columns: Sequence[Column]) -> list[Column]:
        is_alone = self.subject.cities is None
        of_whole = [replace(column, is_whole=not is_alone) for column in columns] if self.whole else []
        return [*(columns if self.own else []), *of_whole]

    def cells(self, cells_of: Callable[[Shown], Cells]) -> Cells:
        return [cell for each in self.shown for cell in cells_of(each)]

    @property
    def shown(self) -> list[Shown]:
        return [each for each in (self.own, self.whole) if each]

    @property
    def said(self) -> Json:
        """What a reader must know: that the subject was not counted, or is too small, and what stands in its place."""
        is_shown = self.whole is not None if self.subject.cities is None else self.own is not None and not self.instead
        instead = {"code": self.instead.code, "names": self.instead.names} if self.instead else None
        return {
            "is_not_counted": not self.is_counted,
            "is_too_small": self.is_counted and not is_shown,
            "instead": instead,
        }


def beside(places: Places, counts: ByPlace) -> Beside:
    """Out of the protected counts of one attribute."""
    whole = shown_in(counts, WHOLE)
    own, instead = _large_enough(places, counts)
    return Beside(places.subject, own, None if whole.is_mostly_hidden else whole, places.is_counted, instead)


def _large_enough(places: Places, counts: ByPlace) -> tuple[Shown | None, Grouping | None]:
    """The subject, or else the first grouping of which most may be shown."""
    subject = places.subject
    if subject.cities is None or not places.is_counted:
        return None, None
    found = ((shown_in(counts, f"{GROUPING}{each.code}"), each) for each in places.groupings)
    tried = chain([(shown_in(counts, subject.code), None)], found)
    return next(((shown, instead) for shown, instead in tried if not shown.is_mostly_hidden), (None, None))
