"""The coming sessions of a city, to be shared: addresses, codes to scan and posters, which all say that one came through it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.mobilising import VIA
from programmes.models import City
from rendering.qr import qr_svg
from trainings import moments
from trainings.models import Session
from trainings.posters import address_of

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


@dataclass(frozen=True, slots=True)
class Share:
    """What a city has to share, the next session first."""

    city: City
    sessions: Sequence[Shared]

    @property
    def url(self) -> str:
        """The list of all sessions, the nearest to the city first."""
        page = settings.BASE_URL + reverse("trainings:sessions", args=[self.city.programme.code])
        return f"{page}?{urlencode({'near': self.city.name, VIA: self.city.code})}"

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Those of the programme, each with its own name: in which posters are to be had."""
        names = {code: str(name) for code, name in settings.LANGUAGES}
        return [(code, names.get(code, code)) for code in self.city.programme.languages]


def shares(cities: Iterable[City]) -> list[Share]:
    """Of each of these, which come with their programme. Three queries, however many they are."""
    keys = [city.pk for city in cities]
    named = Prefetch("cities", City.objects.order_by("name_key"))
    of_them = Session.cities.through.objects.filter(city__in=keys).values("session")
    coming = Session.objects.to_come().filter(pk__in=of_them).select_related("topic").prefetch_related(named)
    return [Share(city, _shared(city, coming)) for city in cities]


def coming_to(city: City) -> list[Session]:
    """With all that stands on a poster."""
    return [*Session.objects.to_come().in_city(city).with_names()[:SHOWN]]


def _shared(city: City, coming: Iterable[Session]) -> list[Shared]:
    own = [session for session in coming if city in session.cities.all()]
    return [
        Shared(
            session=session,
            when=moments.day_and_clock(session.starts_at) if session.starts_at else "",
            cities=", ".join(str(each) for each in session.cities.all()),
            url=address_of(session, city),
        )
        for session in own[:SHOWN]
    ]
