"""The coming sessions of a city, to be shared: the address of each, and a code to scan."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.models import City
from rendering.qr import qr_svg
from trainings import moments
from trainings.models import Session

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Shared:
    session: Session
    when: str
    cities: str
    url: str

    @property
    def qr(self) -> SafeString:
        return qr_svg(self.url, _("QR code: leads to the page of this session"))


def coming(cities: Iterable[Any]) -> list[Shared]:
    """Those of any of these cities, the next first."""
    named = Prefetch("cities", City.objects.order_by("name_key"))
    keys = [city.pk for city in cities]
    of_them = Session.cities.through.objects.filter(city__in=keys).values("session")
    found = Session.objects.to_come().filter(pk__in=of_them).select_related("topic").prefetch_related(named)
    return [_shared(session) for session in found[:SHOWN]]


def _shared(session: Session) -> Shared:
    return Shared(
        session=session,
        when=moments.day_and_clock(session.starts_at) if session.starts_at else "",
        cities=", ".join(str(city) for city in session.cities.all()),
        url=settings.BASE_URL + reverse("trainings:session", args=[session.uid]),
    )
