"""Why the parts of a figure do not add up to it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from figures.definition import Definition, Unit, Value
from reports.parting import Part

PLACES = ("city", "grouping")


def why_not(definition: Definition, whole: Value, parts: Sequence[Part], by: str) -> list[str]:
    """Nothing where they do. Where parts are held back no number is said: it would tell theirs."""
    if not all(part.is_shown for part in parts):
        return [_("Parts of few answers are held back: the others do not add up to the whole."), *_apart(definition)]
    numbers = [part.found.n for part in parts]
    if definition.unit is not Unit.COUNT and len(parts) > 1 and {*numbers} == {whole.n}:
        return [_("Each is counted over the same {n}: they do not add up.").format(n=whole.n)]
    missing = whole.n - sum(numbers)
    if not parts or not missing:
        return []
    if by in PLACES and (missing < 0 or definition.apart):
        return [_several_places(), *_apart(definition)]
    return [_left_out(missing, whole.n), *_apart(definition)] if missing > 0 else [_several()]


def _several_places() -> str:
    return _("A session of several cities counts in each of them, and once in the whole.")


def _several() -> str:
    return _("Who was counted in several of these parts is one in the whole: together the parts are more.")


def _left_out(missing: int, whole: int) -> str:
    return _("{missing} of {whole} belong to none of these parts.").format(missing=missing, whole=whole)


def _apart(definition: Definition) -> list[str]:
    return [str(definition.apart)] if definition.apart else []
