"""Posters for shop windows: a session to come, or those of a city, with codes that say through which city people came."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from outbox.jobs import Made, maker, report_step
from outbox.models import Job
from programmes.models import City
from rendering import pdf
from rendering.qr import qr_svg
from trainings import documents, moments
from trainings.models import Session
from trainings.presenting import SessionView

KIND = "poster"
KEPT = timedelta(days=30)
# More are not read in passing.
MOST = 4


def address_of(session: Session, city: City) -> str:
    """Leads to the page of a session, and says through which city one came; short enough to be typed from paper."""
    return settings.BASE_URL + reverse("short_address", args=[session.uid.hex[:8], city.code])


def poster_of(city: City, sessions: Sequence[Session], language: str) -> documents.Document:
    """Of the first few of these; they come with their names. Whatever stands on the poster is part of its key."""
    shown = sessions[:MOST]
    stands = repr([[each.titles, each.topic_id, each.bring, moments.spans(each), *_place(each)] for each in shown])
    key = hashlib.sha256(f"{stands} {[each.pk for each in shown]}".encode()).hexdigest()[:32]
    args = {"city": city.pk, "sessions": [each.pk for each in shown], "language": language}
    return documents.Document(KIND, f"{city.pk}:{language}:{key}", args)


def _place(session: Session) -> tuple[str, ...]:
    return session.venue, session.address, session.host.name


@maker(KIND)
def make(job: Job) -> Made | None:
    """None where all of them are gone from the programme meanwhile."""
    found = Session.objects.to_come().filter(pk__in=job.args["sessions"]).with_names()
    sessions, city = [*found], City.objects.select_related("programme").get(pk=job.args["city"])
    if not sessions:
        return None
    with translation.override(job.args["language"]):
        report_step(job, 1, 2, _("Setting the pages"))
        html = poster_html(city, sessions, job)
        name = f"{slugify(f'{_("poster")} {city.name}')[:70].strip('-')}.pdf"
        return Made(content=pdf.render(html), name=name, content_type=documents.PDF, kept_for=KEPT)


def poster_html(city: City, sessions: Sequence[Session], job: Job) -> str:
    programme = city.programme
    context = {
        "city": city,
        "programme": programme,
        "letterhead": programme.letterhead,
        "made_at": job.requested_at,
        "notices": [_notice(session, city, job.requested_at) for session in sessions],
    }
    return render_to_string("trainings/pdf/poster.html", context)


def _notice(session: Session, city: City, at: datetime) -> Mapping[str, object]:
    view, address = SessionView(session, at), address_of(session, city)
    return {
        "title": session.title,
        "promise": session.topic.promise if session.topic else "",
        "when": view.when,
        "further_dates": view.further_dates,
        "place": _("Online") if session.kind == Session.Kind.WEBINAR else _place_in_words(session),
        "price": view.price_in_short,
        "bring": view.bring,
        "address": address,
        "address_shown": address.split("://", 1)[-1].rstrip("/"),
        "qr": _code(address),
    }


def _place_in_words(session: Session) -> str:
    """The city only where the address does not name it."""
    where = [part for part in (session.venue, session.address) if part]
    city = session.host.name
    return ", ".join(where if any(city in part for part in where) else [*where, city])


def _code(address: str) -> SafeString:
    return qr_svg(address, _("QR code: leads to the page of this session"))
