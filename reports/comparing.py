"""Two campaigns side by side, and whether they may be compared."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from figures.definition import Definition, Filters, Value
from figures.saying import NOTHING, as_shown, has_n, shown
from programmes.models import Campaign
from rendering import dates

# Two campaigns whose lengths differ by less than this many days are of one length.
SAME_LENGTH = 7
# Of fewer than these one alone moves a share by more than three points.
FEW = 30


@dataclass(frozen=True, slots=True)
class Side:
    campaign: Campaign
    found: Value
    words: str
    is_shown: bool

    @property
    def n(self) -> int | None:
        return self.found.n if self.is_shown else None

    @property
    def days(self) -> int:
        return (self.campaign.ends_on - self.campaign.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """`reasons` say what stands against comparing them; `difference` is the first less the second."""

    sides: tuple[Side, Side]
    difference: str
    reasons: list[str]
    has_n: bool

    @property
    def is_comparable(self) -> bool:
        return not self.reasons


def compare(
    definition: Definition, filters: Filters, first: Campaign, second: Campaign, *, is_public: bool
) -> Comparison:
    """The whole campaigns, up to the as-of moment; the period of the filters is left out."""
    whole = replace(filters, since=None, until=None)
    narrowed = [replace(whole, campaign=each.pk) for each in (first, second)]
    one, two = (
        _side(definition, each, campaign, is_public) for each, campaign in zip(narrowed, (first, second), strict=True)
    )
    reasons = [
        *_running(first, localdate(filters.as_of)),
        *_running(second, localdate(filters.as_of)),
        *_lengths(one, two),
        *(_measures(definition.measured_with, narrowed) if definition.measured_with else []),
        *(_nothing(side) for side in (one, two) if side.found.value is None),
        *(_few(side) for side in (one, two) if has_n(definition.unit, side.found.denominator) and _is_few(side)),
    ]
    is_over = any(has_n(definition.unit, side.found.denominator) for side in (one, two))
    return Comparison((one, two), _difference(definition, one, two), reasons, is_over)


def _side(definition: Definition, filters: Filters, campaign: Campaign, is_public: bool) -> Side:
    found = definition.compute(filters)
    is_shown = not is_public or definition.may_show(found)
    return Side(campaign, found, shown(found.value, definition.unit) if is_shown else NOTHING, is_shown)


def _difference(definition: Definition, one: Side, two: Side) -> str:
    """Of the two as they are shown, so that whoever reckons it finds the same."""
    if not (one.is_shown and two.is_shown) or one.found.value is None or two.found.value is None:
        return NOTHING
    difference = as_shown(one.found.value, definition.unit) - as_shown(two.found.value, definition.unit)
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return sign + shown(abs(difference), definition.unit)


def _running(campaign: Campaign, day: date) -> list[str]:
    if campaign.ends_on < day:
        return []
    end = dates.day(campaign.ends_on)
    if day < campaign.starts_on:
        return [_("{campaign} has not begun.").format(campaign=campaign)]
    return [_("{campaign} is not over: it runs until {day}.").format(campaign=campaign, day=end)]


def _lengths(one: Side, two: Side) -> list[str]:
    if abs(one.days - two.days) < SAME_LENGTH:
        return []
    told = [
        ngettext("{campaign} has {n} day", "{campaign} has {n} days", side.days).format(
            campaign=side.campaign, n=side.days
        )
        for side in (one, two)
    ]
    return [_("They are not equally long: {first}, {second}.").format(first=told[0], second=told[1])]


def _measures(measured_with: Callable[[Filters], frozenset[str]], narrowed: list[Filters]) -> list[str]:
    """Nothing is said of a side on which nothing was answered."""
    first, second = (measured_with(each) for each in narrowed)
    if not first or not second or first == second:
        return []
    return [_("They were not asked the same questions: the questionnaire has changed.")]


def _nothing(side: Side) -> str:
    return _("Nothing was counted in {campaign}.").format(campaign=side.campaign)


def _is_few(side: Side) -> bool:
    return side.n is not None and 0 < side.n < FEW


def _few(side: Side) -> str:
    """Also where the other is many: it is the smaller that moves."""
    words = ngettext(
        "In {campaign} it is over {n} alone: a single one moves it much.",
        "In {campaign} it is over {n} alone: a few move it much.",
        side.n or 0,
    )
    return words.format(campaign=side.campaign, n=side.n)
