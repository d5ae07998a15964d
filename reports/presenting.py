"""What the page of a figure shows."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from figures.definition import Definition, Filters, Protection, Unit, Value
from figures.saying import NOTHING, Sentence, sentences, shown
from programmes.models import Programme
from reports.parting import TABLES, TITLES, Part, breakdowns_for, parts_of
from reports.trending import Trend, trend_of

IN_TIME, ROWS = "time", "rows"


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways to look at a figure; one is shown at a time."""

    by: str
    title: Any
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Table:
    by: str
    title: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Row:
    """A row behind the figure, with its page in the admin where there is one."""

    label: str
    link: str


@dataclass(frozen=True)
class FigureView:
    """A figure under its filters, for one reader. `said` are the filters in words, `by` is the way that was chosen to look at it:
    a breakdown, "time" for as many months or quarters as fit, or "rows"."""

    definition: Definition
    programme: Programme
    filters: Filters
    said: list[object]
    is_public: bool
    order: str = ""
    by: str = ""

    @cached_property
    def found(self) -> Value:
        return self.definition.compute(self.filters)

    @property
    def is_shown(self) -> bool:
        return not self.is_public or self.definition.may_show(self.found)

    @property
    def is_in_releases(self) -> bool:
        """This reader has it out of releases alone."""
        return self.is_public and self.definition.protection is Protection.JOINT

    @property
    def words(self) -> str:
        return shown(self.found.value, self.definition.unit) if self.is_shown else NOTHING

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """What a share or a mean was made of, and n."""
        if not self.is_shown:
            return []
        unit = Unit.EURO if self.definition.code.startswith("vouchers") else Unit.COUNT
        made_of = [(_("Numerator"), self.found.numerator, unit), (_("Denominator"), self.found.denominator, unit)]
        known = [(name, shown(value, each)) for name, value, each in made_of if value is not None]
        return [*known, (_("n"), shown(Fraction(self.found.n), Unit.COUNT))]

    @property
    def sentences(self) -> list[Sentence]:
        if not self.is_shown:
            return []
        return sentences(self.definition, self.found, self.filters, self.said, self.programme.languages)

    @cached_property
    def ways(self) -> list[Way]:
        """Each is counted when it is asked for: all at once take longer than anybody wants to wait."""
        breakdowns = breakdowns_for(self.definition, is_public=self.is_public)
        titles: dict[str, Any] = {IN_TIME: _("Over time")} if "month" in breakdowns else {}
        titles |= {by: TITLES[by] for by in TABLES if by in breakdowns}
        if not self.is_public and self.definition.rows:
            titles[ROWS] = _("The rows behind it")
        wanted = IN_TIME if self.by in ("month", "quarter") else self.by
        shown = wanted if wanted in titles else next(iter(titles), "")
        return [Way(by, title, by == shown) for by, title in titles.items()]

    @cached_property
    def way(self) -> str:
        return next((way.by for way in self.ways if way.is_shown), "")

    @cached_property
    def trend(self) -> Trend | None:
        by = self.by if self.by in ("month", "quarter") else ""
        return trend_of(self.definition, self.filters, self.programme, by, is_public=self.is_public)

    @cached_property
    def shown_table(self) -> Table | None:
        """None where the way is not a breakdown."""
        return self.table(self.way) if self.way in TABLES else None

    def table(self, by: str) -> Table:
        """One breakdown, in the order that was asked for; what is recommended most stands first."""
        if by in ("month", "quarter"):
            trend = trend_of(self.definition, self.filters, self.programme, by, is_public=self.is_public)
            return Table(by, str(TITLES[by]), trend.parts if trend else [])
        parts = parts_of(self.definition, self.filters, by, self.programme, is_public=self.is_public)
        order = self.order or ("-value" if by == "topic" else "")
        return Table(by, str(TITLES[by]), _ordered(parts, order))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a file must say so that it can be understood without this page."""
        return [
            (_("Programme"), self.programme.name),
            (_("Figure"), str(self.definition.name)),
            (_("Definition"), str(self.definition.words)),
            (_("Unit"), str(self.definition.unit.value)),
            (_("Value of the whole"), self.words),
            (_("As of"), date_format(localtime(self.filters.as_of), "DATETIME_FORMAT")),
            (_("Filters"), "; ".join(map(str, self.said)) or _("none")),
            *([(_("Left out"), str(self.found.note))] if self.found.note else []),
            *(
                [(_("Held back"), _("Numbers of few shops are not shown to others than staff."))]
                if self.is_public
                else []
            ),
        ]


def _ordered(parts: list[Part], order: str) -> list[Part]:
    if order not in ("value", "-value"):
        return parts[::-1] if order == "-name" else parts
    known = [part for part in parts if part.value is not None]
    nothing = [part for part in parts if part.value is None]
    return [*sorted(known, key=lambda part: part.value or 0, reverse=order == "-value"), *nothing]


def row_of(row: Model, user: User) -> Row:
    meta: Any = row._meta
    is_there = type(row) in admin.site._registry and user.has_perm(f"{meta.app_label}.view_{meta.model_name}")
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]) if is_there else ""
    return Row(str(row), link)
