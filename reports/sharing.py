"""The coming sessions of a city, to be shared: the address of each, a code to scan, and posters, which say that one came through it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.models import City, Mobilisation
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
    def languages(self) -> list[tuple[str, str]]:
        """Those of the programme, each with its own name: in which posters are to be had."""
        names = {code: str(name) for code, name in settings.LANGUAGES}
        return [(code, names.get(code, code)) for code in self.city.programme.languages]


def shares(cities: Iterable[City]) -> list[Share]:
    """Of each of these, which come with their programme. Four queries, however many they are."""
    keys = [city.pk for city in cities]
    named = Prefetch("cities", City.objects.order_by("name_key"))
    of_them = Session.cities.through.objects.filter(city__in=keys).values("session")
    coming = Session.objects.to_come().filter(pk__in=of_them).select_related("topic").prefetch_related(named)
    codes = _codes(keys)
    return [Share(city, _shared(city, coming, codes)) for city in cities]


def coming_to(city: City) -> list[Session]:
    """With all that stands on a poster."""
    return [*Session.objects.to_come().in_city(city).with_names().select_related("campaign")[:SHOWN]]


def _codes(cities: Sequence[int]) -> dict[tuple[int, int], str]:
    """Of the posters of each city in each campaign, once it has any."""
    posters = Mobilisation.objects.filter(city__in=cities, kind=Mobilisation.Kind.POSTER)
    return {(city, campaign): code for city, campaign, code in posters.values_list("city", "campaign", "code")}


def _shared(city: City, coming: Iterable[Session], codes: dict[tuple[int, int], str]) -> list[Shared]:
    own = [session for session in coming if city in session.cities.all()]
    return [
        Shared(
            session=session,
            when=moments.day_and_clock(session.starts_at) if session.starts_at else "",
            cities=", ".join(str(each) for each in session.cities.all()),
            url=address_of(session, codes.get((city.pk, session.campaign_id), "")),
        )
        for session in own[:SHOWN]
    ]
