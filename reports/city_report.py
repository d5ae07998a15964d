"""The participation report of a city, and the balance of the whole: the PDF out of one release."""

from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rendering import pdf
from reports.answer import answer
from reports.models import Release
from reports.reading import Reading

# Those of the first page that are drawn large.
LARGE = ("sessions-held", "participants", "shops", "reach")


def render(release: Release) -> bytes:
    """In the language that is active. Raises reports.models.ContentChanged."""
    return pdf.render(html(release))


def html(release: Release) -> str:
    reading = Reading(release)
    programme = release.programme
    context = {
        "reading": reading,
        "release": release,
        "programme_name": programme.name,
        "programme_line": programme.tagline,
        "colour": programme.colour,
        "colour_dark": programme.colour_dark,
        "made_at": release.made_at,
        "tables": reading.tables,
        "large": [reading.figures[code] for code in LARGE if code in reading.figures],
        "sentences": [*sentences(reading)] if release.city else [],
        "answer": [] if release.city else answer(reading),
    }
    return render_to_string("reports/pdf/city.html" if release.city else "reports/pdf/balance.html", context)


def sentences(reading: Reading) -> Iterator[str]:
    """What a mayor reads first."""
    if reading.is_empty:
        yield _("No session has been held with %(city)s in this period yet.") % {"city": reading.about}
    else:
        yield _attendance(reading)
        yield from _reach(reading)
    yield from _maturity(reading)
    yield from _first_topic(reading)
    yield from _usefulness(reading)
    yield from _next(reading)


def _attendance(reading: Reading) -> str:
    sessions, participants, shops = (_count(reading, code) for code in ("sessions-held", "participants", "shops"))
    held = ngettext("%(n)s session was held", "%(n)s sessions were held", sessions) % {"n": sessions}
    came = ngettext("%(n)s participant came", "%(n)s participants came", participants) % {"n": participants}
    from_shops = ngettext("%(n)s shop", "%(n)s shops", shops) % {"n": shops}
    told = {"held": held, "came": came, "shops": from_shops, "city": reading.about}
    return _("With %(city)s, %(held)s; %(came)s, from %(shops)s.") % told


def _reach(reading: Reading) -> Iterator[str]:
    reach = reading.figures.get("reach")
    if reach and reach.own.exact is not None and reading.shops:
        told = {"share": reach.own.words, "shops": reading.shops, "whole": reach.whole.words, "city": reading.about}
        yield (
            _("That is %(share)s of the %(shops)s shops of %(city)s; in all cities with a session it is %(whole)s.")
            % told
        )
    elif not reading.shops:
        yield _("How many shops there are in %(city)s is not known: no share is given.") % {"city": reading.about}


def _maturity(reading: Reading) -> Iterator[str]:
    """Of a city that is too small, in whose place a grouping stands, nothing is said."""
    row = _row(reading, "scores", "score")
    if row and row.own and row.whole and None not in (row.own[0].exact, row.whole[0].exact):
        told = {"own": row.own[0].words, "whole": row.whole[0].words, "city": reading.about}
        yield (
            _(
                "In the self-diagnostic, shops of %(city)s have %(own)s points out of 100 on average; in the whole programme %(whole)s."
            )
            % told
        )


def _first_topic(reading: Reading) -> Iterator[str]:
    topics = reading.tables.get("topics")
    if topics and topics.is_own and topics.own_heads and topics.rows[0].own[0].exact:
        yield _("What would serve most of them: “%(topic)s”.") % {"topic": topics.rows[0].label}


def _usefulness(reading: Reading) -> Iterator[str]:
    row = _row(reading, "satisfaction", "usefulness")
    if row and row.own and row.own[0].exact is not None:
        told = {"share": row.own[0].words, "n": row.own[1].words}
        yield _("%(share)s of the %(n)s who answered after these sessions found them useful or very useful.") % told


def _next(reading: Reading) -> Iterator[str]:
    coming = reading.tables.get("coming")
    n = len(coming.rows) if coming else 0
    if n:
        yield ngettext("%(n)s more session is planned.", "%(n)s more sessions are planned.", n) % {"n": n}


def _row(reading: Reading, table: str, code: str) -> Any:
    found = reading.tables.get(table)
    return next((row for row in found.rows if row.code == code), None) if found and found.is_own else None


def _count(reading: Reading, code: str) -> int:
    return int(reading.number(code) or 0)
