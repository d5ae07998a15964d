"""Rows of a spreadsheet, pasted: what each cell says, what it would change, and changing it. What is empty changes nothing."""

import csv
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from programmes import engaging
from programmes.engaging import Draft
from programmes.folding import folded
from programmes.gazetteer import Gazetteer
from programmes.models import Campaign, City, Engagement, EngagementQuerySet
from programmes.models.engagements import Reason, State

MOST_ROWS = 1000
# Without a row of heads the columns are these, as on the grid.
HEADS = {
    "city": gettext_noop("City"),
    "contact": gettext_noop("Contact"),
    "state": gettext_noop("State"),
    "reason": gettext_noop("Reason of the refusal"),
    "invited_on": gettext_noop("Invited"),
    "council_on": gettext_noop("Council decision"),
    "next_action": gettext_noop("Next action"),
    "owner": gettext_noop("Owner"),
    "due_on": gettext_noop("Due"),
    "last_contact_on": gettext_noop("Last contact"),
    "email": gettext_noop("E-mail"),
    "phone": gettext_noop("Phone"),
}
# What other files of the portal call them.
ALSO = {"invited_on": gettext_noop("Invited on")}
DAYS = re.compile(
    r"(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4}|\d{2})\Z|(?P<Y>\d{4})-(?P<M>\d{2})-(?P<D>\d{2})\Z"
)
CHOICES: Mapping[str, type[State] | type[Reason]] = {"state": State, "reason": Reason}


@dataclass(frozen=True, slots=True)
class Table:
    """The cells as they were pasted; `fields` says what each column is, "" for one that is not read."""

    fields: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    unread: tuple[str, ...] = ()

    @property
    def may_miss_days(self) -> bool:
        """Whether the days of the invitations may stand in a column that is not read."""
        return bool(self.unread) and "invited_on" not in self.fields


@dataclass(slots=True)
class Outcome:
    """What comes of one row."""

    number: int
    name: str
    mistakes: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    is_new: bool = False

    @property
    def fate(self) -> str:
        if self.mistakes:
            return "bad"
        return "new" if self.is_new else "changed" if self.changes else "same"


@dataclass(frozen=True, slots=True)
class Outcomes:
    rows: Sequence[Outcome]
    unread: Sequence[str] = ()

    @property
    def good(self) -> int:
        return sum(row.fate in ("new", "changed") for row in self.rows)

    @property
    def digest(self) -> str:
        """Of everything that was shown: whoever applies says what was on the screen."""
        shown = repr([(row.name, row.fate, row.changes, row.mistakes) for row in self.rows])
        return hashlib.sha256(shown.encode()).hexdigest()


class LooksDifferentNow(Exception):
    """Since it was shown, something of it has changed; nothing was written."""


class QuoteNotClosed(ValueError):
    """A cell begins with a quotation mark, and swallows all that follows it."""


def read(text: str) -> Table:
    """Cells between tabs, as spreadsheets copy them; or between semicolons. Raises QuoteNotClosed."""
    separator = "\t" if "\t" in text or ";" not in text else ";"
    lines = csv.reader(StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=separator)
    try:
        rows = [(number, tuple(cell.strip() for cell in cells)) for number, cells in enumerate(lines, start=1)]
    except csv.Error as error:
        raise QuoteNotClosed from error
    filled = [(number, cells) for number, cells in rows if any(cells)][: MOST_ROWS + 1]
    heads = tuple(_field_of(head) for head in filled[0][1]) if filled else ()
    if "city" not in heads:
        return Table(tuple(HEADS), tuple(filled))
    unread = [head for head, name in zip(filled[0][1], heads, strict=True) if head and not name]
    return Table(heads, tuple(filled[1:]), tuple(unread))


@cache
def _words(language: str) -> Mapping[str, str]:
    with translation.override(language):
        return {folded(translation.gettext(words)): name for name, words in (*HEADS.items(), *ALSO.items())}


def _field_of(head: str) -> str:
    """What a column is called in any language of the portal."""
    plain = folded(head)
    return next((_words(code)[plain] for code, _name in settings.LANGUAGES if plain in _words(code)), "")


def foresee(*, table: Table, campaign: Campaign, by: User, owners: Mapping[int, User]) -> Outcomes:
    """What would come of it, by the rules that it is written by."""
    return _Paste(table, campaign, by, owners, Engagement.objects.of(campaign)).outcomes


@transaction.atomic
def apply(*, table: Table, campaign: Campaign, by: User, owners: Mapping[int, User], digest: str) -> Outcomes:
    """Writes the good rows, if all is as it was shown. Raises LooksDifferentNow."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    known = Engagement.objects.of(campaign).select_for_update(of=("self",)).order_by("pk")
    paste = _Paste(table, campaign, by, owners, known)
    if paste.outcomes.digest != digest:
        raise LooksDifferentNow
    engaging.write(paste.drafts)
    return paste.outcomes


class _Paste:
    """Goes through the rows in their order, and drafts what each would write."""

    def __init__(
        self, table: Table, campaign: Campaign, by: User, owners: Mapping[int, User], known: EngagementQuerySet
    ) -> None:
        self.campaign, self.by, self.owners = campaign, by, owners
        self.may_miss_days = table.may_miss_days
        self.cities = Gazetteer(City.objects.offered().filter(programme=campaign.programme_id))
        self.known = {row.city_id: row for row in known.select_related("owner")}
        self.seen: set[int] = set()
        self.drafts: list[Draft] = []
        rows = [(number, dict(zip(table.fields, cells, strict=False))) for number, cells in table.rows[:MOST_ROWS]]
        self.outcomes = Outcomes([self._next(number, said) for number, said in rows], table.unread)

    def _next(self, number: int, said: Mapping[str, str]) -> Outcome:
        outcome = Outcome(number, said.get("city", ""))
        found = self.cities.called(outcome.name)
        if len(found) != 1:
            outcome.mistakes.append(_several(found) if found else _("No city of the programme is called so."))
        elif found[0].pk in self.seen:
            outcome.mistakes.append(_("This city stands in an earlier row too."))
        else:
            self.seen.add(found[0].pk)
            self._draft(outcome, found[0], said)
        return outcome

    def _draft(self, outcome: Outcome, city: City, said: Mapping[str, str]) -> None:
        values, outcome.mistakes = understood(said, self.owners)
        outcome.name = city.name
        if outcome.mistakes:
            return
        row = self.known.get(city.pk) or Engagement(campaign=self.campaign, city=city)
        outcome.is_new = row.pk is None
        before = {name: "" if outcome.is_new else _shown(row, name) for name in engaging.EDITABLE}
        try:
            draft = engaging.drafted(row=row, values=values, by=self.by)
        except ValidationError as error:
            outcome.mistakes = [*error.messages]
            return
        if self.may_miss_days and row.invited_on and not before["invited_on"]:
            outcome.mistakes = [_no_day()]
            return
        self.drafts.append(draft)
        after = {name: _shown(row, name) for name in engaging.EDITABLE}
        outcome.changes = [(_(HEADS[name]), before[name], after[name]) for name in after if before[name] != after[name]]


def _several(cities: Sequence[City]) -> str:
    return _("Several cities are called so: %(names)s.") % {
        "names": ", ".join(f"{city} ({city.code})" for city in cities)
    }


def _no_day() -> str:
    """Today would be a guess."""
    told = _("The day of the invitation is missing, and a column is not read: call the one with that day “%(head)s”.")
    head = HEADS["invited_on"]
    return told % {"head": _(head)}


def _shown(row: Engagement, name: str) -> str:
    value = getattr(row, f"get_{name}_display")() if name in CHOICES else getattr(row, name)
    return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else str(value or "")


def understood(said: Mapping[str, str], owners: Mapping[int, User]) -> tuple[dict[str, Any], list[str]]:
    """What the cells of a row say, and what is wrong with them."""
    values: dict[str, Any] = {}
    mistakes = []
    for name in engaging.EDITABLE:
        if typed := said.get(name, ""):
            try:
                values[name] = _value(name, typed, owners)
            except ValueError:
                is_day = name.endswith("_on")
                words = (
                    _("%(head)s: “%(typed)s” is no day.") if is_day else _("“%(typed)s” can’t be read as: %(head)s.")
                )
                mistakes.append(words % {"typed": typed[:60], "head": _(HEADS[name])})
    return values, mistakes


def _value(name: str, typed: str, owners: Mapping[int, User]) -> Any:
    """Raises ValueError."""
    if name.endswith("_on"):
        return day_of(typed)
    if name in CHOICES:
        return _chosen(name, folded(typed))
    if name == "owner":
        plain = folded(typed)
        return _one([user for user in owners.values() if plain in (folded(user.name), folded(user.email))])
    return typed


def _chosen(name: str, typed: str) -> str:
    """The choice that is called so, or else the only one that begins so: “refusé” for “refusée”."""
    spellings = _spellings(name)
    exact = [value for value, words in spellings if typed in words]
    return str(_one(exact or [value for value, words in spellings if any(each.startswith(typed) for each in words)]))


def _one(found: Sequence[Any]) -> Any:
    if len(found) != 1:
        raise ValueError
    return found[0]


@cache
def _spellings(name: str) -> Sequence[tuple[str, Collection[str]]]:
    """Each choice with its code, and its words in every language of the portal."""
    return [(value, {folded(value), *_in_all_languages(label)}) for value, label in CHOICES[name].choices]


def _in_all_languages(label: Any) -> Iterator[str]:
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield folded(str(label))


def day_of(typed: str) -> date:
    """2016-02-08, 8/2/2016, 8.2.16. Raises ValueError."""
    found = DAYS.match(typed)
    if not found:
        raise ValueError(typed)
    said = found.groupdict()
    if said["Y"]:
        return date(int(said["Y"]), int(said["M"]), int(said["D"]))
    year = int(said["y"])
    return date(year if year > 99 else 2000 + year, int(said["m"]), int(said["d"]))
