"""A release as it is read: its figures and tables in the reader's language, made from what was frozen and from nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from figures.definition import Unit, form_of
from figures.saying import NOTHING, cell, has_n, shown
from programmes.folding import folded
from questionnaires.texts import said
from rendering import dates
from reports.attributes import SCORE
from reports.models import Release
from reports.plain import HELD_BACK
from reports.still_open import StillOpen
from reports.tables import NUMBERS, Cell, Head, Row, Table, narrowed, tells
from reports.wording import HEADS, HEADS_OF, ROWS, TITLES


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """The subject's own, over `n`, beside the whole; a share or a mean has a numerator and a denominator of its own."""

    code: str
    unit: str
    name: str
    definition: str
    own: Cell
    whole: Cell
    n: int | None
    numerator: Fraction | None
    denominator: Fraction | None

    @property
    def over(self) -> int | None:
        """None for what is not shared out."""
        return self.n if has_n(Unit[self.unit], self.denominator) else None

    @property
    def is_counted(self) -> bool:
        return tells(self.own) or tells(self.whole)


class Reading:
    """Of one release. Raises ContentChanged where the content is not what its checksum was taken of."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.content: Mapping[str, Any] = release.checked_content()

    @property
    def about(self) -> str:
        return str(said(self.content["subject"]["names"]))

    @property
    def period(self) -> str:
        return str(said(self.content["period"]["names"]))

    @property
    def since(self) -> date:
        return date.fromisoformat(self.content["period"]["since"])

    @property
    def until(self) -> date:
        return date.fromisoformat(self.content["period"]["until"])

    @property
    def as_of(self) -> datetime:
        return localtime(datetime.fromisoformat(self.content["as_of"]))

    @property
    def floor(self) -> int:
        return int(self.content["floor"])

    @property
    def shops(self) -> int | None:
        """How many there are in the city; None: not known."""
        found: int | None = self.content["shops"]
        return found

    @property
    def is_whole(self) -> bool:
        return bool(self.content["subject"]["code"] == "whole")

    @property
    def is_empty(self) -> bool:
        """Nobody has come yet."""
        return self.number("sessions-held") == 0

    @property
    def first_training(self) -> date | None:
        """The day on which trainings began or will begin, as announced by then."""
        day = self.content["first_training"]
        return date.fromisoformat(day) if day else None

    @property
    def wishes_until(self) -> str:
        """Until when what came of the wishes of the period is counted, where that goes on after its end; "" where it does not."""
        funnel = self.content["tables"].get("funnel") or {}
        if not funnel.get("rows") or funnel.get("is_not_counted") or funnel.get("is_too_small"):
            return ""
        day = date.fromisoformat(funnel["as_of"]) if funnel.get("as_of") else self.as_of.date()
        told = _("What came of these wishes is counted until %(day)s, also after the end of the period.")
        return told % {"day": dates.day(day)} if day > self.until else ""

    @property
    def open_surveys(self) -> str:
        """That answers were not all in when it was counted; "" where they were, or where a release of old does not say."""
        found = self.content.get("open_surveys")
        return StillOpen(found["surveys"], date.fromisoformat(found["until"])).then() if found else ""

    @property
    def checksum_lines(self) -> list[str]:
        """In groups of eight, to be compared by eye."""
        return [self.release.checksum[start : start + 8] for start in range(0, 64, 8)]

    @cached_property
    def figures(self) -> dict[str, KeyFigure]:
        return {one["code"]: self._figure(one) for one in self.content["figures"]}

    @property
    def counted(self) -> list[KeyFigure]:
        return [figure for figure in self.figures.values() if figure.is_counted]

    @property
    def uncounted(self) -> str:
        """Names of the figures of which there is nothing in this period, one after the other."""
        names = [figure.name for figure in self.figures.values() if not figure.is_counted]
        return pgettext("between parts of a sentence", "; ").join(names)

    @cached_property
    def tables(self) -> dict[str, Table]:
        found = {
            code: self._table(code, self.content["tables"][code]) for code in TITLES if code in self.content["tables"]
        }
        return {code: table for code, table in found.items() if table.is_mostly_hidden or (table.rows and table.heads)}

    @property
    def not_all_counted(self) -> int:
        """How many answered, where something is said of fewer answers than that; 0 where all are counted, or it is not known."""
        table = self.tables.get("satisfaction")
        over = {row.code: row.own for row in table.rows if row.own and row.own[0].exact is not None} if table else {}
        if "response-rate" not in over:
            return 0
        rate, present = (one.exact or Fraction() for one in over.pop("response-rate"))
        answered = int(rate * present)
        return answered if any((n.exact or 0) < answered for _value, n in over.values()) else 0

    @property
    def words(self) -> list[tuple[str, str]]:
        """How each figure is called and what it counts, by name."""
        named = ((str(said(one["name"])), str(said(one["definition"]))) for one in self.content["words"].values())
        return sorted(named, key=lambda told: folded(told[0]))

    def sentence(self, code: str, value: Cell, n: int) -> str:
        """About this value over so many, as it was worded when it was released."""
        told = self.content["words"][code]
        form = told["sentences"][form_of(Unit[told["unit"]], value.exact or Fraction(), n)]
        return str(said(form)).format(value=value.words, n=shown(Fraction(n), Unit.COUNT))

    def number(self, code: str) -> Fraction | None:
        """The subject's own; None where nothing was counted."""
        return self.figures[code].own.exact if code in self.figures else None

    def _figure(self, one: Mapping[str, Any]) -> KeyFigure:
        told, unit, mine = self.content["words"][one["code"]], one["unit"], one["own"]
        own, whole = (
            _read(each["value"], unit, is_held_back=each.get("is_held_back")) for each in (mine, one["whole"])
        )
        name, definition = (str(said(told[words])) for words in ("name", "definition"))
        numerator, denominator = (_fraction(mine.get(part)) for part in ("numerator", "denominator"))
        return KeyFigure(one["code"], unit, name, definition, own, whole, mine["n"], numerator, denominator)

    def _table(self, code: str, plain: Mapping[str, Any]) -> Table:
        heads = tuple(self._head(code, column) for column in plain["columns"])
        rows = tuple(self._row(code, heads, row) for row in plain["rows"])
        return narrowed(replace(self._standing(code, plain), heads=heads, rows=rows))

    def _standing(self, code: str, plain: Mapping[str, Any]) -> Table:
        """Whose numbers they are, and what must be said of them."""
        place = str(said(plain["instead"]["names"])) if plain.get("instead") else ""
        is_own = not (plain.get("is_not_counted") or plain.get("is_too_small"))
        is_hidden = not is_own and not plain["columns"]
        notes = (*self._notes(plain, place), *self._of_answers(code), *self._of_wishes(code))
        return Table(
            code,
            title=str(TITLES[code]),
            row_head=str(ROWS[code]),
            heads=(),
            rows=(),
            about=place or self.about,
            is_own=is_own,
            is_too_small=bool(plain.get("is_too_small")),
            is_mostly_hidden=is_hidden,
            notes=notes,
        )

    def _notes(self, plain: Mapping[str, Any], place: str) -> Iterator[str]:
        has_whole = any(column["is_whole"] for column in plain["columns"])
        if plain.get("is_not_counted"):
            yield _not_counted(self.about, has_whole=has_whole)
        if plain.get("is_too_small"):
            yield _too_small(self.about, place, self.floor, has_whole=has_whole)
        if day := plain.get("as_of"):
            yield _("Counted as of %(day)s.") % {"day": dates.day(date.fromisoformat(day))}

    def _of_answers(self, code: str) -> Iterator[str]:
        if code != "satisfaction":
            return
        if self.release.city:
            yield _(
                "Answers are anonymous and have no city: these are of the sessions that the city took part in, whole, whoever came to them."
            )
        yield _(
            "The response rate is of all participants who were present. The other lines are of fewer than have answered: answers are counted five by five, and a question may be skipped."
        )

    def _of_wishes(self, code: str) -> Iterator[str]:
        if code == "funnel" and self.wishes_until:
            yield self.wishes_until

    def _head(self, table: str, column: Mapping[str, Any]) -> Head:
        known = HEADS_OF.get(table, HEADS).get(column["code"]) or HEADS.get(column["code"])
        words = str(known) if known else str(said(self.content["words"][column["code"]]["name"]))
        return Head(column["code"], words, column["unit"], column["is_whole"])

    def _row(self, table: str, heads: Sequence[Head], row: Mapping[str, Any]) -> Row:
        units = [self._unit(head, row["code"]) for head in heads]
        read = (_read(value, unit) for value, unit in zip(row["cells"], units, strict=True))
        told = (
            Cell("", None, head.unit) if self._repeats(head, row["code"]) else one
            for one, head in zip(read, heads, strict=True)
        )
        cells = tuple(replace(one, head=head) for one, head in zip(told, heads, strict=True))
        return Row(row["code"], _label(table, row), cells)

    def _repeats(self, head: Head, code: str) -> bool:
        """Whether it says over how many a count is, which is over itself."""
        counted = self.content["words"].get(code)
        return bool(head.code == "answers" and counted and not has_n(Unit[counted["unit"]], None))

    def _unit(self, head: Head, code: str) -> str:
        """Where each row is a figure of its own, the unit is that figure's."""
        return self.content["words"][code]["unit"] if head.unit == "VALUE" else head.unit


def _not_counted(subject: str, *, has_whole: bool) -> str:
    told = {"subject": subject}
    if has_whole:
        return (
            _(
                "“%(subject)s” was added or changed after this was counted, and has no numbers of its own here: only the whole programme is shown."
            )
            % told
        )
    return _("“%(subject)s” was added or changed after this was counted, and has no numbers of its own here.") % told


def _too_small(subject: str, place: str, floor: int, *, has_whole: bool) -> str:
    """The sentence that stands for what is mostly held back; `place` is a grouping that stands in its place, "" where there is none."""
    told = {"subject": subject, "place": place, "floor": floor}
    if place:
        return (
            _(
                "%(subject)s has too few here to be shown (fewer than %(floor)s, or as many as would tell them): “%(place)s” stands in its place."
            )
            % told
        )
    if has_whole:
        return (
            _(
                "%(subject)s has too few here to be shown (fewer than %(floor)s, or as many as would tell them): only the whole programme is shown."
            )
            % told
        )
    return _("There are too few here to be shown: fewer than %(floor)s, or as many as would tell them.") % told


def _label(table: str, row: Mapping[str, Any]) -> str:
    if names := said(row["names"]):
        return str(names)
    return _("All themes together") if row["code"] == SCORE else _("Not known")


def _read(value: Any, unit: str, *, is_held_back: bool | None = False) -> Cell:
    if is_held_back or value == HELD_BACK:
        return Cell(_("not shown"), None, unit, is_held_back=True)
    if value is None:
        return Cell(NOTHING, None, unit)
    if unit == "DAY":
        day = date.fromisoformat(value)
        return Cell(date_format(day, "SHORT_DATE_FORMAT"), day, unit)
    if unit not in NUMBERS:
        return Cell(str(said(value)), str(said(value)), unit)
    exact = Fraction(value)
    return Cell(_brief(exact, NUMBERS[unit]), None, unit, exact=exact)


def _fraction(value: str | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _brief(value: Fraction, unit: Unit) -> str:
    """Points stand below a head that says so; of what cost nothing there is nothing to say."""
    if unit is Unit.EURO and not value:
        return NOTHING
    if unit is not Unit.POINTS:
        return shown(value, unit)
    number = cell(value, unit)
    return number_format(number, force_grouping=True) if number is not None else NOTHING
