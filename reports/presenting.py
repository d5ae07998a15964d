"""What the page of a figure shows."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from figures.definition import Definition, Filters, Protection, Unit, Value
from figures.saying import NOTHING, Sentence, has_n, sentences, shown
from programmes.models import Programme
from rendering import dates
from reports.adding import why_not
from reports.parting import HEADS, TABLES, TITLES, Part, breakdowns_for, parts_of
from reports.trending import PERIODS, Trend, may_choose, trend_of

IN_TIME, ROWS = "time", "rows"


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways to look at a figure; one is shown at a time."""

    by: str
    title: Any
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`head` names what the parts are; `notes` say what is left out, and why the parts do not add up."""

    by: str
    title: str
    head: str
    parts: list[Part]
    notes: list[str]


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
    def is_compared(self) -> bool:
        """Campaign with campaign: where it may be asked for of one, and is not one ranking in each."""
        is_asked = not self.is_public or self.definition.protection in (Protection.NONE, Protection.ANSWERS)
        return is_asked and "campaign" in self.definition.accepts and not self.definition.is_ranking

    @property
    def words(self) -> str:
        if not self.is_shown:
            return NOTHING
        if self.definition.is_ranking:
            return shown(Fraction(self.found.n), Unit.COUNT)
        return shown(self.found.value, self.definition.unit)

    @property
    def numbers(self) -> list[str]:
        """What a share or a mean was made of, and n."""
        if not self.is_shown or self.definition.is_ranking:
            return []
        said = [_("counted over n = {n}")] if has_n(self.definition.unit, self.found.denominator) else []
        return [*self._made_of, *(each.format(n=shown(Fraction(self.found.n), Unit.COUNT)) for each in said)]

    @property
    def _made_of(self) -> list[str]:
        made_of = zip((self.found.numerator, self.found.denominator), self.definition.made_of, strict=True)
        part, whole = (None if value is None else shown(value, unit) for value, unit in made_of)
        words = _("{part} out of {whole}") if self.definition.unit is Unit.SHARE else _("{part} in all, for {whole}")
        return [words.format(part=part, whole=whole)] if part and whole else []

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
        wanted = IN_TIME if self.by in PERIODS else self.by
        shown = wanted if wanted in titles else next(iter(titles), "")
        return [Way(by, title, by == shown) for by, title in titles.items()]

    @cached_property
    def way(self) -> str:
        return next((way.by for way in self.ways if way.is_shown), "")

    @property
    def may_choose_periods(self) -> bool:
        return may_choose(self.definition, is_public=self.is_public)

    @cached_property
    def trend(self) -> Trend | None:
        return self._trend(self.by if self.by in PERIODS else "")

    def _trend(self, by: str) -> Trend | None:
        return trend_of(self.definition, self.filters, self.programme, by, is_public=self.is_public)

    @cached_property
    def shown_table(self) -> Table | None:
        """None where the way is neither a breakdown nor over time."""
        if self.way == IN_TIME:
            return self._over_time(self.trend)
        return self.table(self.way) if self.way in TABLES else None

    def table(self, by: str) -> Table:
        """One breakdown, in the order that was asked for; what is recommended most stands first."""
        if by in PERIODS:
            return self._over_time(self._trend(by)) or Table(by, str(TITLES[by]), _("Period"), [], [])
        parts = parts_of(self.definition, self.filters, by, self.programme, is_public=self.is_public)
        order = self.order or ("-value" if by == "topic" else "")
        return Table(by, str(TITLES[by]), str(HEADS[by]), _ordered(parts, order), self._why_not(parts, by))

    def _over_time(self, trend: Trend | None) -> Table | None:
        if trend is None:
            return None
        notes = [trend.note] if trend.note else self._why_not(trend.parts, trend.by)
        return Table(trend.by, str(TITLES[trend.by]), _("Period"), trend.parts, notes)

    def _why_not(self, parts: list[Part], by: str) -> list[str]:
        return why_not(self.definition, self.found, parts, by) if self.is_shown else []

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a file must say so that it can be understood without this page."""
        return [
            (_("Programme"), self.programme.name),
            (_("Figure"), str(self.definition.name)),
            (_("Definition"), str(self.definition.words)),
            (_("Unit"), str(self.definition.unit.value)),
            (_("Value of the whole"), self.words),
            (_("As of"), dates.moment(self.filters.as_of)),
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
