"""The participation report of a city, and the balance of the whole: the PDF out of one release."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from figures.definition import Unit
from figures.saying import shown
from rendering import pdf
from rendering.downloads import fictitious
from reports.answer import answer
from reports.models import Release
from reports.reading import KeyFigure, Reading
from reports.wording import OF_A_CITY

# Those of the first page that are drawn large.
LARGE = ("sessions-held", "participants", "shops", "reach")


def render(release: Release) -> bytes:
    """In the language that is active. Raises reports.models.ContentChanged."""
    return pdf.render(html(release))


def html(release: Release) -> str:
    reading = Reading(release)
    context = {
        "reading": reading,
        "release": release,
        "letterhead": release.programme.letterhead,
        "made_at": release.made_at,
        "foot": " · ".join([release.reference, *fictitious()]),
        "tables": reading.tables,
        "large": list(_large(reading)),
        "sentences": [*sentences(reading)] if release.city else [],
        "answer": [] if release.city else answer(reading),
    }
    return render_to_string("reports/pdf/city.html" if release.city else "reports/pdf/balance.html", context)


def _large(reading: Reading) -> Iterator[KeyFigure]:
    """Of a city they say whose they are: its own shops' people also came to the sessions of others, and others to its own."""
    for figure in (reading.figures[code] for code in LARGE if code in reading.figures):
        is_named = reading.release.city and figure.code in OF_A_CITY
        yield replace(figure, name=str(OF_A_CITY[figure.code])) if is_named else figure


def sentences(reading: Reading) -> Iterator[str]:
    """What a mayor reads first."""
    yield _at_its_sessions(reading)
    yield from _of_its_shops(reading)
    if not reading.is_empty:
        yield from _reach(reading)
    yield from _maturity(reading)
    yield from _first_topic(reading)
    yield from _usefulness(reading)
    yield from _next(reading)


def _at_its_sessions(reading: Reading) -> str:
    """Whoever came to them."""
    if reading.is_empty:
        return _("No session has been held with %(city)s in this period.") % {"city": reading.about}
    sessions, everybody, theirs = (
        _count(reading, "sessions-held"),
        _heads(reading, "participants"),
        _heads(reading, "of-the-city"),
    )
    held = ngettext("%(n)s session was held", "%(n)s sessions were held", sessions) % {"n": sessions}
    came = ngettext("%(n)s participant came", "%(n)s participants came", everybody) % {"n": everybody}
    told = {"held": held, "came": came, "n": theirs, "city": reading.about}
    if everybody and not theirs:
        return _("With %(city)s, %(held)s: %(came)s, none of them of %(city)s.") % told
    return _("With %(city)s, %(held)s: %(came)s, %(n)s of them of %(city)s.") % told


def _of_its_shops(reading: Reading) -> Iterator[str]:
    """Those who count as the city's own, to whatever session they came."""
    participants, shops = (_count(reading, code) for code in ("participants", "shops"))
    if participants:
        from_shops = ngettext("%(n)s shop", "%(n)s shops", shops) % {"n": shops}
        yield ngettext(
            "%(n)s participant of %(city)s, from %(shops)s, came to a session, there or elsewhere.",
            "%(n)s participants of %(city)s, from %(shops)s, came to a session, there or elsewhere.",
            participants,
        ) % {"n": participants, "city": reading.about, "shops": from_shops}


def _reach(reading: Reading) -> Iterator[str]:
    """Of shops whose city is known: it may be fewer than came."""
    reach = reading.figures.get("reach")
    if reach and reach.own.exact is not None:
        n, shops = int(reach.numerator or 0), int(reach.denominator or 0)
        told = {"n": n, "shops": shops, "city": reading.about, "share": reach.own.words, "whole": reach.whole.words}
        yield (
            ngettext(
                "%(n)s of the %(shops)s shops of %(city)s took part: %(share)s; in all cities with a session it is %(whole)s.",
                "%(n)s of the %(shops)s shops of %(city)s took part: %(share)s; in all cities with a session it is %(whole)s.",
                n,
            )
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
    if not topics or not topics.is_own or not topics.own_heads:
        return
    shops, share = topics.rows[0].own
    told = {"topic": topics.rows[0].label, "n": shops.words}
    if shops.exact and share.exact:
        told["of"] = shown(shops.exact / share.exact, Unit.COUNT)
        yield _("Recommended most often: “%(topic)s” (to %(n)s of the %(of)s shops that have a result).") % told
    elif shops.exact:
        yield _("Recommended most often: “%(topic)s” (shops: %(n)s).") % told


def _usefulness(reading: Reading) -> Iterator[str]:
    row = _row(reading, "satisfaction", "usefulness")
    if row and row.own and row.own[0].exact is not None:
        answered = reading.not_all_counted
        few = _(
            "%(share)s of the %(n)s answers that are counted of these sessions call them useful or very useful; %(answered)s answered, and answers are counted five by five."
        )
        all_of_them = _("%(share)s of the %(n)s who answered after these sessions found them useful or very useful.")
        told = {"share": row.own[0].words, "n": row.own[1].words, "answered": shown(Fraction(answered), Unit.COUNT)}
        yield (few if answered else all_of_them) % told


def _next(reading: Reading) -> Iterator[str]:
    coming = reading.tables.get("coming")
    n = len(coming.rows) if coming else 0
    if n:
        yield ngettext("%(n)s more session is planned.", "%(n)s more sessions are planned.", n) % {"n": n}


def _row(reading: Reading, table: str, code: str) -> Any:
    found = reading.tables.get(table)
    return next((row for row in found.rows if row.code == code), None) if found and found.is_own else None


def _heads(reading: Reading, column: str) -> int:
    """At the sessions of the city, added up."""
    found = reading.tables.get("sessions")
    cells = (one for row in found.rows for one in row.cells) if found else ()
    return sum(int(one.exact or 0) for one in cells if one.head and one.head.code == column)


def _count(reading: Reading, code: str) -> int:
    return int(reading.number(code) or 0)
