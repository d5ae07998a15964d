"""The privacy notice of a programme as the page shows it: its headings, and the times of retention.yaml where it names a rule."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import ngettext

from portal.retention import retention

NAME = re.compile(r"\{([a-z-]+)\}")
HEADING = "# "


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    is_heading: bool


def paragraphs(text: str) -> Iterator[Paragraph]:
    """An empty line ends one; one that begins with "# " is a heading."""
    for part in re.split(r"\n\s*\n", with_times(text).strip()):
        yield Paragraph(part.removeprefix(HEADING), part.startswith(HEADING))


def with_times(text: str) -> str:
    """In it {person} becomes "3 years", in the language that is active; a name of no such rule stays as it is."""
    return NAME.sub(lambda found: time_of(found[1]) or found[0], text)


def time_of(name: str) -> str:
    """How long a rule keeps; empty where there is none of the name, or it counts no time."""
    rule = retention().rules.get(name)
    number, _space, unit = rule.keep.partition(" ") if rule else ("", "", "")
    if not number.isdecimal():
        return ""
    n = int(number)
    if unit.startswith("day"):
        return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
    return ngettext("%(n)s year", "%(n)s years", n) % {"n": n}


def unknown_in(texts: Iterable[str]) -> set[str]:
    """Names that stand in texts and are those of no time."""
    return {name for text in texts for name in NAME.findall(text) if not time_of(name)}
